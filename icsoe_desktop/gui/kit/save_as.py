"""The dialog that asks where to save a new file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.file_choice import in_spanish


def choose_new_file(
    parent: QWidget,
    title: str,
    name: str,
    name_filter: str,
    purpose: str,
    preferences: Preferences,
    then: Callable[[Path], object],
) -> QFileDialog:
    """Ask where to write a file and pass the path to `then`. The dialog confirms replacing a file.

    name: suggested file name; its suffix is added if the user omits it.
    purpose: key under which the folder is remembered.
    """
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(name_filter)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    dialog.setDirectory(preferences.last_folder(purpose))
    dialog.selectFile(name)
    in_spanish(dialog, "&Guardar")

    def chosen(path: str) -> None:
        preferences.remember_folder(purpose, path)
        then(Path(path))

    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
