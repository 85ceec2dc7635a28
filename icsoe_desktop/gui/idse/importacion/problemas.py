"""Export of the list of an import's problems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.file_choice import choose_new_file
from icsoe_desktop.jobs import Step

EXPORTING: Final = Step(0, None, "Guardando la lista de problemas")
EXPORTED: Final = "Se guardó la lista de problemas."


def choose_problems_file(
    parent: QWidget, purpose: str, preferences: Preferences, then: Callable[[Path], object]
) -> None:
    """Like choose_new_file."""
    choose_new_file(
        parent,
        "Guardar la lista de problemas",
        "problemas.csv",
        "CSV (*.csv)",
        purpose,
        preferences,
        then,
    )
