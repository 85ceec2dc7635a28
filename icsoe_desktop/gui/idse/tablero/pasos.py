"""The card of the first steps: each ticks itself off, and the list can be put away."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.cards import TitledCard
from icsoe_desktop.gui.kit.mark import ICON, Mark
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.services.tablero.service import PrimerPaso

KEPT: Final = "primeros_pasos"
AWAY: Final = "quitada"
CAPTURE: Final = "captura"
PUT_AWAY: Final = "&Quitar esta lista"
DONE, TO_DO = "Hecho", "Por hacer"
IN_A_ROW: Final = 3
# Its text with the mnemonic, and what it opens.
STEPS: Final[dict[PrimerPaso, tuple[str, str]]] = {
    PrimerPaso.REGISTRO: ("Ag&regar un registro patronal", "registros_patronales"),
    PrimerPaso.CERTIFICADO: ("Poner su e.firma o &certificado", "certificados"),
    PrimerPaso.MOVIMIENTO: ("Capturar el primer mo&vimiento", CAPTURE),
    PrimerPaso.RESPALDO: ("Hacer el primer res&paldo", "respaldo"),
    PrimerPaso.CORREO: ("Poner el servidor de c&orreo", "servidor_correo"),
}


class PasosCard(TitledCard):
    wanted = Signal(str)  # key of the registry, or CAPTURE

    def __init__(self, preferences: Preferences, parent: QWidget) -> None:
        super().__init__("Primeros pasos", parent)
        self._preferences = preferences
        self.box.setSpacing(8)
        self.away_button = self._link(PUT_AWAY)
        self.end_head_with(self.away_button)
        self.away_button.clicked.connect(self._put_away)
        self.buttons: dict[PrimerPaso, QPushButton] = {}
        self._marks: dict[PrimerPaso, Mark] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for at, (paso, (text, where)) in enumerate(STEPS.items()):
            picture = plain_label("", self)
            self._marks[paso] = Mark(picture, "pendiente", "hint", ICON)
            button = self.buttons[paso] = self._link(text)
            button.clicked.connect(partial(self.wanted.emit, where))
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(picture)
            line.addWidget(button)
            line.addStretch(1)
            grid.addLayout(line, at // IN_A_ROW, at % IN_A_ROW)
        self.box.addLayout(grid)
        self.hide()

    def show_steps(self, done: Mapping[PrimerPaso, bool]) -> None:
        """done: empty if there is nothing to begin; the list goes once all is done."""
        for paso, ready in done.items():
            self._marks[paso].show(
                "correcto" if ready else "pendiente", "success" if ready else "hint"
            )
            self.buttons[paso].setAccessibleDescription(DONE if ready else TO_DO)
        away = self._preferences.get(KEPT) == AWAY
        self.setVisible(bool(done) and not all(done.values()) and not away)

    def _link(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("link", True)
        button.setAutoDefault(False)
        return button

    def _put_away(self) -> None:
        self._preferences.set(KEPT, AWAY)
        self.hide()
