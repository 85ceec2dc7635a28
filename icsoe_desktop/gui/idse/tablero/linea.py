"""The card of what ends in the next twelve months, on a line of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.gui.idse.tablero import palabras
from icsoe_desktop.gui.kit.cards import TitledCard, hint_label
from icsoe_desktop.gui.oficina.vigencias.linea import LineaDeTiempo


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
