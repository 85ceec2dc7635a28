"""Choosing a file, in Spanish, where and as it was chosen the last time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from icsoe_desktop.gui.preferences import Preferences

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
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(list(filters))
    dialog.selectNameFilter(preferences.get(f"filtros/{purpose}", filters[0]))
    dialog.setDirectory(preferences.last_folder(purpose))
    for label, text in LABELS.items():
        dialog.setLabelText(label, text)

    def chosen(name: str) -> None:
        preferences.remember_folder(purpose, name)
        preferences.set(f"filtros/{purpose}", dialog.selectedNameFilter())
        then(Path(name))

    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
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
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setDirectory(preferences.last_folder(purpose))
    for label, text in {**LABELS, QFileDialog.DialogLabel.FileName: "C&arpeta:"}.items():
        dialog.setLabelText(label, text)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "&Elegir")

    def chosen(name: str) -> None:
        # What is remembered is the folder of a file: one in it.
        preferences.remember_folder(purpose, str(Path(name) / "respaldo"))
        then(Path(name))

    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
