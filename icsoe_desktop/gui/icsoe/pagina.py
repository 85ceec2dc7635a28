"""The base classes of pages of the ICSOE window, and of tabs of «Información del contratista»."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.services.contratista.service import InformacionContratista

# Preference: not empty when the tick of the Tablero is off.
FIRST_PAGE = "icsoe/primera_pagina"


class Page(QWidget):
    """A page of the ICSOE window, which shows one page at a time.

    A page reaches other parts of the window only by emitting signals.
    """

    page_wanted = Signal(str)  # key of another page
    avance_changed = Signal()  # the contratista completed one of the first steps
    sesion_changed = Signal(object)  # Sesion: a capturista chose a contratista; recreate all pages

    def arrive(self) -> None:
        """Called whenever the page becomes visible: read the data again and set the focus."""

    def refresh(self) -> None:
        """Read the data again, because it may be outdated, without disturbing the user's input."""

    @property
    def unsaved(self) -> bool:
        """Whether leaving the page would lose input."""
        return False

    def discard(self) -> None:
        """Discard unsaved input. The user has already confirmed."""


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
