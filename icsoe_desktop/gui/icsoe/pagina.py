"""What a page of the ICSOE window is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """Stands in the ICSOE window, which shows one page at a time.

    A page asks the window for what lies beyond it by signals.
    """

    page_wanted = Signal(str)  # key of another page
    avance_changed = Signal()  # the contratista did one of its first steps
    sesion_changed = Signal(object)  # Sesion: a capturista chose a contratista; pages are remade

    def arrive(self) -> None:
        """Called each time the page comes to the front: read again, set the focus."""

    def refresh(self) -> None:
        """What it shows may be old: read again, without touching what somebody is doing."""

    @property
    def unsaved(self) -> bool:
        """Whether leaving would lose something typed."""
        return False

    def discard(self) -> None:
        """Gives up what is unsaved; the user was asked."""
