"""File and folder dialogs in Spanish. They start in the last folder used for the purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QFileInfo, QObject, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QFileIconProvider,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QSplitter,
    QStyleOptionHeader,
    QToolButton,
    QTreeView,
    QWidget,
)

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.fields import scale_to_letters, set_property, show_message
from icsoe_desktop.gui.kit.plain_text import plain_tip

# Qt's Spanish translation lacks some of these. The system's own dialogs ignore them.
LABELS = {
    QFileDialog.DialogLabel.LookIn: "&Buscar en:",
    QFileDialog.DialogLabel.FileName: "&Nombre de archivo:",
    QFileDialog.DialogLabel.FileType: "&Tipo de archivo:",
    QFileDialog.DialogLabel.Accept: "A&brir",
    QFileDialog.DialogLabel.Reject: "&Cancelar",
}

# Px at letters of 100 %. WIDE: has room for names beside the other columns.
WIDE, PLACES_AIR, PLACES_AT_MOST = 840, 12, 220
# Px, at any letters: as between the lists of the forms.
HANDLE = 12
NO_FOLDER: Final = "Esa carpeta no existe. Elija otra con Cambiar."
ALL_FILES: Final = "Todos los archivos (*)"
WORKBOOK: Final = "Libro de Excel (*.xlsx)"
SHEETS: Final = ("Excel o CSV (*.xlsx *.xlsm *.csv *.txt)", ALL_FILES)
WAYS = {"backButton": "plegar", "forwardButton": "desplegar", "toParentButton": "arriba"}


class AskedFile(NamedTuple):
    """What a dialog asks for. purpose: key under which its folder and filter are remembered."""

    title: str
    purpose: str
    filters: Sequence[str]


def choose_file(
    parent: QWidget, asked: AskedFile, preferences: Preferences, then: Callable[[Path], object]
) -> QFileDialog:
    """Ask for one existing file and pass it to `then`."""

    def first(paths: list[Path]) -> None:
        then(paths[0])

    return choose_files(parent, asked, preferences, first, several=False)


def choose_files(
    parent: QWidget,
    asked: AskedFile,
    preferences: Preferences,
    then: Callable[[list[Path]], object],
    *,
    several: bool = True,
) -> QFileDialog:
    """Like choose_file, for one or several files."""
    dialog = _dialog(parent, asked.title, asked.purpose, preferences)
    kept = f"filtros/{asked.purpose}"
    dialog.setNameFilters(list(asked.filters))
    dialog.selectNameFilter(preferences.get(kept, asked.filters[0]))
    mode = QFileDialog.FileMode
    dialog.setFileMode(mode.ExistingFiles if several else mode.ExistingFile)

    def chosen(names: Sequence[str]) -> None:
        if names:
            preferences.remember_folder(asked.purpose, names[0])
            preferences.set(kept, dialog.selectedNameFilter())
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
    """Ask for an existing folder and pass it to `then`."""
    dialog = _dialog(parent, title, purpose, preferences)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setLabelText(QFileDialog.DialogLabel.FileName, "C&arpeta:")
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "&Elegir")

    def chosen(name: str) -> None:
        # remember_folder takes a file: invent one inside the folder.
        preferences.remember_folder(purpose, str(Path(name) / "archivo"))
        then(Path(name))

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


class NewFile(NamedTuple):
    """What a window writes. purpose: key under which the folder is remembered.

    name: proposed; its suffix is added if the user omits it.
    """

    title: str
    purpose: str
    kind: str
    name: str

    def dated(self, now: datetime) -> NewFile:
        """With its day in its name, so that a later one does not replace it."""
        stem, dot, suffix = self.name.rpartition(".")
        day = now.astimezone(HORA_DE_MEXICO)
        return self._replace(name=f"{stem}_{day:%Y-%m-%d}{dot}{suffix}")


class TargetFolder(QObject):
    """The folder for the files of a window: the last one of its purpose, until another is chosen.

    then: gets the focus after a choice.
    """

    def __init__(
        self,
        edit: QLineEdit,
        error: QLabel,
        button: QPushButton,
        purpose: str,
        preferences: Preferences,
        then: QWidget,
    ) -> None:
        super().__init__(edit)
        self._edit, self._error, self._button, self._then = edit, error, button, then
        self._purpose, self._preferences = purpose, preferences
        button.clicked.connect(self._choose)
        self.show(Path(preferences.last_folder(purpose)))

    def show(self, path: Path) -> bool:
        """Take a folder; return whether it exists, and say so if not."""
        self.path, there = path, path.is_dir()
        self._edit.setText(str(path))
        self._edit.setToolTip(plain_tip(str(path)))
        show_message(self._error, "" if there else NO_FOLDER, "error")
        return there

    def is_there(self) -> bool:
        """Whether it still exists; else that is said, and the button gets the focus."""
        there = self.show(self.path)
        if not there:
            self._button.setFocus()
        return there

    def _choose(self) -> None:
        def take(folder: Path) -> None:
            self.show(folder)
            self._then.setFocus()

        title = "Carpeta para los archivos"
        choose_folder(self._edit.window(), title, self._purpose, self._preferences, take)


def choose_new_file(
    parent: QWidget, new: NewFile, preferences: Preferences, then: Callable[[Path], object]
) -> QFileDialog:
    """Ask where to write a file and pass the path to `then`. The dialog confirms replacing a
    file.
    """
    dialog = _dialog(parent, new.title, new.purpose, preferences, "&Guardar")
    dialog.setNameFilter(new.kind)
    dialog.setDefaultSuffix(Path(new.name).suffix.lstrip("."))
    dialog.selectFile(new.name)

    def chosen(path: str) -> None:
        preferences.remember_folder(new.purpose, path)
        then(Path(path))

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


def typed_path(edit: QLineEdit) -> str:
    """The typed path, without the quotes that Windows' «Copiar como ruta» adds."""
    return edit.text().strip().strip('"')


class _Icons(QFileIconProvider):
    def type(self, info: QFileInfo) -> str:
        # Qt's Spanish translation lacks this one, and knows the types of files.
        return "Carpeta" if info.isDir() else super().type(info)


_NO_ICON = QIcon()


class _Headings(QHeaderView):
    """As of a table. The model of Qt wants its words at the top, the first beside a picture."""

    def __init__(self, files: QTreeView) -> None:
        super().__init__(Qt.Orientation.Horizontal, files)
        self.setSectionsClickable(True)

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, logicalIndex: int) -> None:
        super().initStyleOptionForIndex(option, logicalIndex)
        option.textAlignment |= Qt.AlignmentFlag.AlignVCenter
        option.icon = _NO_ICON


def in_spanish(dialog: QFileDialog, accept: str) -> None:
    """Give Qt's own file dialog the texts that its translation lacks."""
    for label, text in LABELS.items():
        dialog.setLabelText(label, text)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, accept)
    dialog.setIconProvider(_icons())
    for name, icon in WAYS.items():
        way = dialog.findChild(QToolButton, name)
        if way is not None:
            # Its own are black on any ground.
            way.setIcon(assets.tinted(icon, "text"))
            if name == "toParentButton":
                way.setAccessibleDescription("Ir a la carpeta superior")
    for box in dialog.findChildren(QDialogButtonBox):
        for button in box.buttons():
            if box.buttonRole(button) is QDialogButtonBox.ButtonRole.AcceptRole:
                set_property(button, "primary", True)
    places = dialog.findChild(QListView, "sidebar")
    if places is not None:
        wide = places.sizeHintForColumn(0) + 2 * PLACES_AIR
        places.setMinimumWidth(min(wide, assets.scaled(PLACES_AT_MOST)))
    for splitter in dialog.findChildren(QSplitter):
        # Its own width is that of the picture of the sheet.
        splitter.setHandleWidth(HANDLE)
    files = dialog.findChild(QTreeView)
    if files is not None:
        heading = _Headings(files)
        heading.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        files.setHeader(heading)
        heading.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, heading.count()):
            heading.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        dialog.resize(max(dialog.width(), WIDE), dialog.height())
        scale_to_letters(dialog)


@lru_cache(maxsize=1)
def _icons() -> _Icons:
    # The dialog does not own it.
    return _Icons()


def _dialog(
    parent: QWidget, title: str, purpose: str, preferences: Preferences, saving: str = ""
) -> QFileDialog:
    """saving: the text of the button that writes a new file."""
    dialog = QFileDialog(parent, title)
    if saving:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDirectory(preferences.last_folder(purpose))
    in_spanish(dialog, saving or LABELS[QFileDialog.DialogLabel.Accept])
    dialog.finished.connect(dialog.deleteLater)
    return dialog
