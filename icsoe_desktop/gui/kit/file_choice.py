"""Choosing files and folders, in Spanish, where and as it was chosen the last time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from icsoe_desktop.gui.base.preferences import Preferences

# Qt's Spanish translation lacks some of them; the system's own dialogs do not ask for any.
LABELS = {
    QFileDialog.DialogLabel.LookIn: "&Buscar en:",
    QFileDialog.DialogLabel.FileName: "&Nombre de archivo:",
    QFileDialog.DialogLabel.FileType: "&Tipo de archivo:",
    QFileDialog.DialogLabel.Accept: "A&brir",
    QFileDialog.DialogLabel.Reject: "&Cancelar",
}


def choose_file(
    parent: QWidget,
    title: str,
    filters: Sequence[str],
    purpose: str,
    preferences: Preferences,
    then: Callable[[Path], object],
) -> QFileDialog:
    """Asks for one file that exists, and gives it to `then`.

    purpose: names the folder and the filter to remember.
    """
    dialog = _file_dialog(parent, title, filters, purpose, preferences)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

    def chosen(name: str) -> None:
        _remember(dialog, purpose, preferences, name)
        then(Path(name))

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


def choose_files(
    parent: QWidget,
    title: str,
    filters: Sequence[str],
    purpose: str,
    preferences: Preferences,
    then: Callable[[list[Path]], object],
) -> QFileDialog:
    """As choose_file: one or many."""
    dialog = _file_dialog(parent, title, filters, purpose, preferences)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)

    def chosen(names: Sequence[str]) -> None:
        if names:
            _remember(dialog, purpose, preferences, names[0])
            then([Path(name) for name in names])

    dialog.filesSelected.connect(chosen)
    dialog.open()
    return dialog


def choose_folder(
    parent: QWidget,
    title: str,
    purpose: str,
    preferences: Preferences,
    then: Callable[[Path], object],
) -> QFileDialog:
    """Asks for a folder that exists, and gives it to `then`."""
    dialog = _dialog(parent, title, purpose, preferences)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setLabelText(QFileDialog.DialogLabel.FileName, "C&arpeta:")
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "&Elegir")

    def chosen(name: str) -> None:
        # What is remembered is the folder of a file: one in it.
        preferences.remember_folder(purpose, str(Path(name) / "archivo"))
        then(Path(name))

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


def typed_path(edit: QLineEdit) -> str:
    """What was typed, without the quotes that Windows' «Copiar como ruta» adds."""
    return edit.text().strip().strip('"')


def _file_dialog(
    parent: QWidget, title: str, filters: Sequence[str], purpose: str, preferences: Preferences
) -> QFileDialog:
    dialog = _dialog(parent, title, purpose, preferences)
    dialog.setNameFilters(list(filters))
    dialog.selectNameFilter(preferences.get(f"filtros/{purpose}", filters[0]))
    return dialog


def _remember(dialog: QFileDialog, purpose: str, preferences: Preferences, name: str) -> None:
    preferences.remember_folder(purpose, name)
    preferences.set(f"filtros/{purpose}", dialog.selectedNameFilter())


def _dialog(parent: QWidget, title: str, purpose: str, preferences: Preferences) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setDirectory(preferences.last_folder(purpose))
    for label, text in LABELS.items():
        dialog.setLabelText(label, text)
    dialog.finished.connect(dialog.deleteLater)
    return dialog


def accept_copy(event: QDropEvent) -> None:
    """Takes dropped files as a copy: a move would make the other program delete them."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
