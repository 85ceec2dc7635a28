"""Preferences of windows, such as column widths and sizes. No personal data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from PySide6.QtCore import QByteArray, QSettings

from icsoe_desktop.regular_file import open_regular

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView, QWidget

MAX_BYTES = 1024 * 1024
ASIDE = ".apartado"
DOOR, OF_IDSE, OF_ICSOE = "puerta", "idse", "icsoe"  # the entry that was used last

_ESCAPED = rb"\\[^\r\n]"
_VALUES = (
    # Text without an at sign, which begins each typed value.
    rb'(?:[^"@\\\r\n]|' + _ESCAPED + rb")*",
    rb'"(?:[^"@\\\r\n]|' + _ESCAPED + rb')*"',
    # Text with one behind its first letter, and no list.
    rb'[^"@\\,;\s](?:[^",\\\r\n]|' + _ESCAPED + rb")*",
    rb'"[^"@\\\s](?:[^"\\\r\n]|' + _ESCAPED + rb')*"',
)
_OCTETS = (
    rb'@ByteArray\((?:[^",;\\\r\n]|' + _ESCAPED + rb")*\)",
    rb'"@ByteArray\((?:[^"\\\r\n]|' + _ESCAPED + rb')*\)"',
)
_KEY = rb'[^=\r\n"@]*='
# Compiled by their first line: the first start has no file, and waits for each.
_TEXT = _KEY + rb"(?:" + rb"|".join(_VALUES) + rb")"
_BINARY = _KEY + rb"(?:" + rb"|".join(_OCTETS) + rb")"
_SECTION = rb"\[[^\]\r\n\"=@]*\]"
_ESCAPED_AT = rb"\\x0*40|\\0*100"


def is_safe(content: bytes) -> bool:
    """Whether each line is a section, a text or a QByteArray, as this program writes them.

    PySide keeps Python objects in `@Variant(…)` as pickles, and reading any key of their section
    runs them: such a file is a program.
    """
    return len(content) <= MAX_BYTES and all(
        not line
        or re.fullmatch(_SECTION, line) is not None
        or re.fullmatch(_BINARY, line) is not None
        or (re.fullmatch(_TEXT, line) is not None and re.search(_ESCAPED_AT, line) is None)
        for line in re.split(rb"\r\n|\n|\r", content)
    )


def set_aside_if_unsafe(path: Path) -> bool:
    """Rename a file that Qt must not read. Returns whether `path` may be read now."""
    try:
        with open_regular(path) as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        content = b"@"
    if is_safe(content):
        return True
    try:
        path.replace(path.with_name(path.name + ASIDE))
    except (OSError, ValueError):
        return False
    return True


class Preferences:
    """Preferences, in a separate file of the data folder."""

    def __init__(self, path: Path, first_folder: Path | None = None) -> None:
        """first_folder: where file dialogs start before any choice; None for the user's home."""
        self._first_folder = first_folder
        # An empty name: nothing is read, and nothing remembered after the program ends.
        name = str(path) if set_aside_if_unsafe(path) else ""
        self._settings = QSettings(name, QSettings.Format.IniFormat)
        self._folders: dict[str, str] = {}

    def get(self, name: str, default: str = "") -> str:
        return str(self._settings.value(name, default))

    def set(self, name: str, value: str) -> None:
        self._settings.setValue(name, value)

    def remember_window(self, window: QWidget) -> None:
        self._settings.setValue(f"ventanas/{window.objectName()}", window.saveGeometry())

    def restore_window(self, window: QWidget) -> None:
        state = self._settings.value(f"ventanas/{window.objectName()}")
        if isinstance(state, QByteArray):
            window.restoreGeometry(state)

    def remember_table(self, table: QTableView, *, owned: bool = True) -> None:
        """owned: whether the user set its widths."""
        self._settings.setValue(f"tablas/{_name(table)}", table.horizontalHeader().saveState())
        self._settings.setValue(f"anchos/{_name(table)}", int(owned))

    def restore_table(self, table: QTableView) -> bool:
        """Returns whether there was anything to restore."""
        state = self._settings.value(f"tablas/{_name(table)}")
        return isinstance(state, QByteArray) and table.horizontalHeader().restoreState(state)

    def owns_widths(self, table: QTableView) -> bool:
        """Whether the user set the remembered widths."""
        return str(self._settings.value(f"anchos/{_name(table)}")) == "1"

    def last_folder(self, purpose: str) -> str:
        first = str(self._first_folder or Path.home())
        return self._folders.get(purpose) or self.get(f"carpetas/{purpose}", first)

    def remember_folder(self, purpose: str, chosen: str) -> None:
        """Remember the folder of a chosen file.

        A folder whose path contains an identifier, as in the SAT's folders, is remembered only
        until the program ends.
        """
        from icsoe_desktop.redaction import redact  # not needed for the first window

        folder = str(Path(chosen).parent)
        self._folders[purpose] = folder
        if redact(folder) == folder:
            self.set(f"carpetas/{purpose}", folder)

    def save(self) -> None:
        self._settings.sync()


def _name(table: QTableView) -> str:
    # With other columns, in another version, a saved layout would be that of the wrong columns.
    header, model = table.horizontalHeader(), table.model()
    names = [str(model.headerData(at, header.orientation())) for at in range(header.count())]
    columns = crc32("\n".join(names).encode())
    return f"{_home(table)}.{table.objectName()}.{columns:08x}"


def _home(table: QTableView) -> str:
    """The name of the dialog around a table, also where a main window shows it as a page."""
    one: QWidget | None = table
    while one is not None and not one.inherits("QDialog"):
        one = one.parentWidget()
    return (one or table.window()).objectName()
