"""The base class of the tabs of «Información del contratista»."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.services.contratista.service import InformacionContratista


class Tab(QWidget):
    saved = Signal(object)  # PasoContratista: the next one
    failed = Signal(object)  # Exception

    def show_info(self, info: InformacionContratista) -> None:
        """Show the saved values in place of the typed ones."""
        raise NotImplementedError

    def focus_first(self) -> None:
        raise NotImplementedError

    @property
    def unsaved(self) -> bool:
        raise NotImplementedError

    def discard(self) -> None:
        raise NotImplementedError
