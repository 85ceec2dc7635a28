"""The four ways to begin in an empty folder, in place of the fields to log in."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from icsoe_desktop.gui.kit.cards import hint_label
from icsoe_desktop.gui.kit.mark import Mark
from icsoe_desktop.gui.kit.plain_text import plain_label

ICON: Final = 28


class PrimeraVez(QWidget):
    """Created after the first painting, if the store has no user."""

    registration_wanted = Signal()
    sample_wanted = Signal()
    restore_wanted = Signal()
    join_wanted = Signal()
    icsoe_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("primera_vez")
        self._cards: list[QFrame] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(12)
        words = self._card(
            "alta",
            "Registrar mi usuario",
            "Para capturar, importar y presentar movimientos. El primero no necesita permiso.",
        )
        self.registrar_button = self._button("&Registrarme", words, primary=True)
        words = self._card(
            "empresa",
            "Soy contratista o capturista",
            "Para la Informativa de ICSOE: el contratista ingresa con su e.firma; el capturista, "
            "con la liga que recibió por correo. No hace falta un usuario de IDSE.",
        )
        self.icsoe_button = self._button("&Ingresar a ICSOE", words)
        words = self._card(
            "ayuda",
            "Probar con datos de ejemplo",
            "Personas, empresas y certificados inventados, en una carpeta aparte que se borra al "
            "salir de ellos.",
        )
        self.ejemplo_button = self._button("Pro&bar", words)
        self.ejemplo_card = self._cards[-1]
        words = self._card(
            "respaldo",
            "Traer mis datos",
            "De un respaldo de otro equipo, o de la oficina que ya comparte sus datos, con su "
            "invitación. No hace falta un usuario.",
        )
        self.restaurar_button = self._button("Restaurar un res&paldo…", words)
        self.unirme_button = self._button("&Unirme a una oficina…", words)
        for button, signal in (
            (self.registrar_button, self.registration_wanted),
            (self.icsoe_button, self.icsoe_wanted),
            (self.ejemplo_button, self.sample_wanted),
            (self.restaurar_button, self.restore_wanted),
            (self.unirme_button, self.join_wanted),
        ):
            button.clicked.connect(signal)
        self._layout.addStretch(1)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """In the order of the Tab key."""
        return (
            self.registrar_button,
            self.icsoe_button,
            self.ejemplo_button,
            self.restaurar_button,
            self.unirme_button,
        )

    def _card(self, icon: str, title: str, hint: str) -> QHBoxLayout:
        """The line of its buttons."""
        card = QFrame(self)
        card.setProperty("role", "card")
        across = QHBoxLayout(card)
        across.setContentsMargins(16, 12, 16, 12)
        across.setSpacing(16)
        picture = plain_label("", card)
        Mark(picture, icon, "accent_text", ICON)
        across.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        down = QVBoxLayout()
        down.setSpacing(4)
        heading = plain_label(title, card)
        heading.setProperty("role", "subtitle")
        down.addWidget(heading)
        down.addWidget(hint_label(hint, card))
        line = QHBoxLayout()
        line.setContentsMargins(0, 4, 0, 0)
        line.setSpacing(8)
        line.addStretch(1)
        down.addLayout(line)
        across.addLayout(down, 1)
        self._layout.addWidget(card)
        self._cards.append(card)
        return line

    def _button(self, text: str, line: QHBoxLayout, *, primary: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        if primary:
            button.setProperty("primary", True)
        line.insertWidget(line.count() - 1, button)
        return button
