"""Choosing files to read and names to write to, in Spanish, where it was done the last time."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.archivos import LABELS
from icsoe_desktop.gui.preferences import Preferences

NOT_WRITTEN = (
    "El archivo no se pudo guardar: no hay permiso o espacio en esa carpeta, o está abierto en "
    "otro programa. Lo que había sigue igual. Elija otra carpeta u otro nombre."
)


def choose_files(
    parent: QWidget,
    title: str,
    filters: Sequence[str],
    purpose: str,
    preferences: Preferences,
    then: Callable[[list[Path]], object],
) -> QFileDialog:
    """Asks for files that exist, one or many."""
    dialog = _dialog(parent, title, filters, purpose, preferences)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)

    def chosen(names: Sequence[str]) -> None:
        if names:
            preferences.remember_folder(purpose, names[0])
            preferences.set(f"filtros/{purpose}", dialog.selectedNameFilter())
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
    dialog = _dialog(parent, title, (), purpose, preferences)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "&Elegir")

    def chosen(path: str) -> None:
        preferences.remember_folder(purpose, str(Path(path) / "archivo"))
        then(Path(path))

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


def write_whole(path: Path, content: bytes) -> None:
    """Writes exactly these bytes; what was there stays until they are all on the disk.

    Raises UserFacingError.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserFacingError(NOT_WRITTEN) from error


def free_name(folder: Path, name: str) -> Path:
    """A path in the folder where nothing is yet: «lote.txt», «lote (2).txt»."""
    wanted = Path(name)
    path, number = folder / name, 2
    while path.exists():
        path = folder / f"{wanted.stem} ({number}){wanted.suffix}"
        number += 1
    return path


def dropped_files(data: QMimeData) -> list[Path]:
    """The local files that are dragged."""
    urls = [url for url in data.urls() if url.isLocalFile()]
    return [Path(url.toLocalFile()) for url in urls]


def _dialog(
    parent: QWidget, title: str, filters: Sequence[str], purpose: str, preferences: Preferences
) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    if filters:
        dialog.setNameFilters(list(filters))
        dialog.selectNameFilter(preferences.get(f"filtros/{purpose}", filters[0]))
    dialog.setDirectory(preferences.last_folder(purpose))
    for label, text in LABELS.items():
        dialog.setLabelText(label, text)
    dialog.finished.connect(dialog.deleteLater)
    return dialog
