"""Shows text from outside as plain text, because Qt renders what looks like HTML.

A name of `<img src="//host/share/x">` rendered as HTML makes Windows log in to that host. Labels of
forms are made plain by resources/compile_assets.py; labels and tool tips made in code, by this
module. A test allows no other.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

# Windows leaves such a text out of its clipboard history and of other desktops; KDE, of its own.
# Formats documented by Microsoft («Cloud clipboard and clipboard history formats») and KDE.
SECRET_FORMATS = {
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"1",
    "x-kde-passwordManagerHint": b"secret",
}


def plain_label(text: str = "", parent: QWidget | None = None) -> QLabel:
    label = QLabel(parent)
    # Set it by property and number: importing `Qt` delays the first window (docs/decisions/0012).
    label.setProperty("textFormat", 0)
    label.setText(text)
    return label


def plain_tip(text: str) -> str:
    """An escaped `text` for a tool tip. Tool tips have no text format to set."""
    if "<" not in text and "&" not in text:
        return text
    from html import escape  # slow import: docs/decisions/0012

    return f"<span>{escape(text)}</span>".replace("\n", "<br>")


def markdown_text(text: str) -> str:
    """Markdown that renders as `text`: for a name inside a sentence with bold words."""
    return re.sub(r"([\\`*_{}\[\]<>()#+.!|~&-])", r"\\\1", text)


def copy_secret(text: str) -> None:
    """Put a code into the clipboard, asking the system to keep no copy of it."""
    data = QMimeData()
    data.setText(text)
    for name, value in SECRET_FORMATS.items():
        data.setData(name, value)
    QGuiApplication.clipboard().setMimeData(data)
