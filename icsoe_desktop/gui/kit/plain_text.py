"""Text that comes from elsewhere, drawn as text: Qt takes what looks like HTML for HTML.

A name of `<img src="//host/share/x">` drawn as HTML makes Windows log in to that host. Labels of
forms are plain by resources/compile_assets.py; labels and tool tips made in code, by this module.
A test allows no other.
"""

from __future__ import annotations

import re
from html import escape

from PySide6.QtWidgets import QLabel, QWidget


def plain_label(text: str = "", parent: QWidget | None = None) -> QLabel:
    label = QLabel(parent)
    # By property and number: naming `Qt` costs the first window (docs/decisions/0012).
    label.setProperty("textFormat", 0)
    label.setText(text)
    return label


def plain_tip(text: str) -> str:
    """What to give to a tool tip, which has no format to be set, so that it shows `text`."""
    if "<" not in text and "&" not in text:
        return text
    return f"<span>{escape(text)}</span>".replace("\n", "<br>")


def markdown_text(text: str) -> str:
    """Markdown that shows `text`: for a name inside a sentence with bold words."""
    return re.sub(r"([\\`*_{}\[\]<>()#+.!|~&-])", r"\\\1", text)
