"""The lock over what the administrator fixed, with who did it."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QWidget

from icsoe_desktop.domain.politica import Central
from icsoe_desktop.gui.kit.notices import Banner

ICON = "candado"


class FixedNotice(Banner):
    """One sentence with a lock: what is fixed, and by whom. Hidden until something is."""

    def __init__(self, layout: QBoxLayout, parent: QWidget, place: int = 0) -> None:
        """layout, place: where it stands in the window."""
        super().__init__(parent)
        layout.insertWidget(place, self)

    def say_fixed(self, what: str, politica: Central, seccion: str) -> None:
        """what: subject and verb, for example «Los respaldos automáticos los fijó»."""
        self.say(f"{what} {politica.who(seccion)}.", icon=ICON)
