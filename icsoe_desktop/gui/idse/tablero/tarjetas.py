"""The cards of the Tablero: first steps, what to do, this desktop, and what ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.idse.tablero import palabras
from icsoe_desktop.gui.idse.tablero.palabras import ACTION, COLUMNS, Tarea
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.cards import TitledCard, hint_label
from icsoe_desktop.gui.kit.fields import breadth, on_key
from icsoe_desktop.gui.kit.mark import ICON, Mark
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.pills import PillLabel
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.gui.kit.row_buttons import RowButton, RowButtons
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.gui.oficina.vigencias.linea import LineaDeTiempo
from icsoe_desktop.services.correo.buzon import CuentaBuzon
from icsoe_desktop.services.tablero.service import PrimerPaso

LINES: Final = (
    ("sincronizacion", "sincronizar", "Sincronización"),
    ("respaldo", "respaldo", "Respaldo automático"),
    ("correo", "correo", "Correos por enviar"),
)
SHOW_FIRST: Final = "Mostrar el Tablero al &entrar"
WIDTH: Final = 300
# Word, icon and tone of a pill.
NO_STATE: Final = ("", "pendiente", "neutral")
WAITING: Final = ("Esperan", "pendiente", "warning")
UP_TO_DATE: Final = ("Al día", "correcto", "success")
FAILED: Final = ("Revíselo", "error", "error")
DONE: Final = ("Correcto", "correcto", "success")


class EquipoCard(TitledCard):
    """show_first: whether the Tablero is the first page after entering; kept at once."""

    def __init__(self, shell: Shell, preferences: Preferences, kept: str, parent: QWidget) -> None:
        """kept: name of the preference that holds another first page."""
        super().__init__("Este equipo", parent)
        self._shell = shell
        self._lines: dict[str, tuple[QLabel, PillLabel]] = {}
        for key, icon, title in LINES:
            row = QHBoxLayout()
            row.setSpacing(12)
            picture = plain_label("", self)
            Mark(picture, icon, "hint", ICON)
            words = QVBoxLayout()
            words.setSpacing(2)
            said, pill = hint_label("", self), PillLabel(self)
            said.setObjectName(f"{key}_dicho")
            words.addWidget(plain_label(title, self))
            words.addWidget(said)
            row.addWidget(picture)
            row.addLayout(words, 1)
            row.addWidget(pill.label, 0, Qt.AlignmentFlag.AlignVCenter)
            self.box.addLayout(row)
            self._lines[key] = (said, pill)
        self.box.addStretch(1)
        self.show_first = QCheckBox(SHOW_FIRST, self)
        self.show_first.setObjectName("mostrar_check")
        self.show_first.setChecked(not preferences.get(kept))
        self.show_first.toggled.connect(
            lambda shown: preferences.set(kept, "" if shown else palabras.OTHER_FIRST)
        )
        self.box.addWidget(self.show_first)
        self.setMinimumWidth(round(WIDTH * max(1.0, breadth(self))))
        self._known = self._knows_backup = False
        self._backup: datetime | None = None
        self._mails: CuentaBuzon | None = None
        for signal in (shell.sync_state, shell.backup_failed):
            signal.connect(self._draw)
        self._draw()

    def show_state(
        self, *, mails: CuentaBuzon | None, backup: datetime | None, knows_backup: bool
    ) -> None:
        """mails: None if the session may not know. knows_backup: whether it may know that."""
        self._known, self._knows_backup = True, knows_backup
        self._mails, self._backup = mails, backup
        self._draw()

    def _draw(self, _state: object = None) -> None:
        light = self._shell.sync_light
        self._tell("sincronizacion", light.text if light else palabras.NOT_SHARED)
        if not self._known:
            for key in ("respaldo", "correo"):
                self._tell(key, palabras.COUNTING)
            return
        self._tell_backup()
        if self._mails is None:
            self._tell("correo", palabras.WITH_USER)
            return
        waiting = self._mails.pendientes + self._mails.detenidos
        self._tell("correo", palabras.mails(self._mails), WAITING if waiting else UP_TO_DATE)

    def _tell_backup(self) -> None:
        failure = self._shell.backup_failure
        if not self._knows_backup:
            self._tell("respaldo", palabras.WITH_USER)
        elif failure is not None:
            self._tell("respaldo", formats.moment(failure.cuando), FAILED)
        elif self._backup is None:
            self._tell("respaldo", palabras.NEVER)
        else:
            self._tell("respaldo", formats.moment(self._backup), DONE)

    def _tell(self, key: str, text: str, state: tuple[str, str, str] = NO_STATE) -> None:
        said, pill = self._lines[key]
        said.setText(text)
        pill.show(*state)


class LineaCard(TitledCard):
    """Hidden without anything that ends."""

    opened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Lo que vence en doce meses", parent)
        self.add_link("Ver vigencias", "Ctrl+Shift+L", "Abre la lista completa", self.opened.emit)
        self.linea = LineaDeTiempo(self)
        self.said = hint_label("", self)
        self.box.addWidget(self.linea)
        self.box.addWidget(self.said)
        self.hide()

    def show_all(self, found: Sequence[Vencimiento], hoy: date) -> None:
        self.linea.show_all(found, hoy)
        self.said.setText(palabras.next_to_end(found, hoy))
        self.setVisible(bool(found))


ROWS_IN_SIGHT = 6


class TareasCard(TitledCard):
    wanted = Signal(object)  # Tarea
    correction_wanted = Signal(object)  # the same, with F2

    def __init__(self, preferences: Preferences, parent: QWidget, nothing_hint: str) -> None:
        super().__init__("Por hacer", parent)
        self.view = QTableView(self)
        self.view.setObjectName("tareas_table")
        self.view.setAccessibleName("Por hacer")
        self.view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table = RowsTable(self.view, COLUMNS, preferences, key=lambda tarea: tarea.clave)
        rows, head = self.view.verticalHeader(), self.view.horizontalHeader()
        self.view.setMinimumHeight(
            rows.defaultSectionSize() * ROWS_IN_SIGHT + head.sizeHint().height() + 8
        )
        buttons = RowButtons(self.view, {ACTION: RowButton("buscar", lambda _row: True)})
        buttons.pressed.connect(lambda row, _column: self._act(row))
        buttons.opened.connect(lambda: self._act(self.view.currentIndex().row()))
        self.view.doubleClicked.connect(lambda index: self._act(index.row()))
        on_key(
            self.view,
            "F2",
            lambda: self._act(self.view.currentIndex().row(), self.correction_wanted),
        )
        self.counting = hint_label(palabras.COUNTING, self)
        self.nothing = EmptyState(self.view, "correcto", palabras.NOTHING, nothing_hint)
        self.box.addWidget(self.counting)
        self.box.addWidget(self.view, 1)

    def show_rows(self, rows: Sequence[Tarea] | None) -> None:
        """rows: None while they are being read."""
        self.table.set_rows(rows or ())
        if rows and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.table.model.index(0, ACTION))
        self.counting.setVisible(rows is None)
        self.nothing.want(rows is not None)

    def _act(self, row: int, signal: SignalInstance | None = None) -> None:
        if 0 <= row < self.table.model.rowCount():
            (signal or self.wanted).emit(self.table.model.row(row))


KEPT: Final = "primeros_pasos"
AWAY: Final = "quitada"
CAPTURE: Final = "captura"
PUT_AWAY: Final = "&Quitar esta lista"
TICKED, TO_DO = "Hecho", "Por hacer"
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
            self.buttons[paso].setAccessibleDescription(TICKED if ready else TO_DO)
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
