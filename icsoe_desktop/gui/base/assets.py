"""Icons, style sheet and Qt's Spanish texts from the compiled resource file; light
and dark colours.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication, QLocale, QResource, QTranslator
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

ASSETS = Path(__file__).parents[1] / "forms" / "assets.rcc"
MIDDLE_LIGHTNESS = 128
LOCALE = QLocale("es_MX")


class Colors(NamedTuple):
    """The colours that differ from the platform's own.

    Each pair of text and background has a contrast of 4.5 or more, except disabled text.
    """

    accent: str
    accent_hover: str
    on_accent: str
    accent_text: str
    focus: str
    hint: str
    error: str
    success: str
    warning: str
    disabled: str
    on_disabled: str
    band: str
    on_band: str
    selection: str
    on_selection: str


LIGHT = Colors(
    accent="#0f6b66",
    accent_hover="#0b5652",
    on_accent="#ffffff",
    accent_text="#0b5f5a",
    focus="#06302e",
    hint="#565d64",
    error="#b3261e",
    success="#1b6e32",
    warning="#8a5300",
    disabled="#c9ced3",
    on_disabled="#62686e",
    band="#ffe8a3",
    on_band="#4a3500",
    selection="#c9e5e2",
    on_selection="#06302e",
)
DARK = Colors(
    accent="#4fb8b0",
    accent_hover="#6cc9c2",
    on_accent="#06201e",
    accent_text="#6cc9c2",
    focus="#d5f3f0",
    hint="#a9b1b8",
    error="#ff9b92",
    success="#7fd69a",
    warning="#f2b75b",
    disabled="#4a4f54",
    on_disabled="#9aa1a7",
    band="#5c4700",
    on_band="#ffeab0",
    selection="#1d3f3d",
    on_selection="#ffffff",
)


def load_assets() -> None:
    """Register the compiled resources. Raises FileNotFoundError if the build did
    not compile them.
    """
    if not QResource.registerResource(str(ASSETS)):
        raise FileNotFoundError(ASSETS)


def speak_spanish(app: QCoreApplication) -> None:
    """Use es-MX for numbers and dates, and Spanish for Qt's own texts."""
    QLocale.setDefault(LOCALE)
    translator = QTranslator(app)
    if translator.load(":/translations/qtbase_es.qm"):
        app.installTranslator(translator)


def apply_style(app: QApplication) -> None:
    """Apply the style sheet in the colours of the present scheme, and again whenever
    the scheme changes.
    """
    _restyle(app)
    app.styleHints().colorSchemeChanged.connect(lambda _scheme: _restyle(app))
    app.paletteChanged.connect(lambda _palette: _restyle(app))


def set_color_scheme(app: QApplication, name: str) -> None:
    """Choose the colour scheme.

    name: `claro` or `oscuro`; anything else follows the system.
    """
    hints = QGuiApplication.styleHints()
    if name not in ("claro", "oscuro"):
        hints.unsetColorScheme()
        return
    from PySide6.QtCore import Qt  # slow import: docs/decisions/0012

    dark = name == "oscuro"
    hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
    # A desktop without a theme, such as a bare X server, ignores the request for dark.
    if dark and not _is_dark():
        app.setPalette(_dark_palette())
    elif not dark and _is_dark():
        app.setPalette(app.style().standardPalette())


def colors() -> Colors:
    return DARK if _is_dark() else LIGHT


def _is_dark() -> bool:
    """Whether the actual palette is dark. A high-contrast theme may have set it."""
    return QGuiApplication.palette().window().color().lightness() < MIDDLE_LIGHTNESS


def _dark_palette() -> QPalette:
    window, text = QColor("#383b40"), QColor("#eceef0")
    palette = QPalette(QColor("#4c5157"), window)
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    for one, color in (
        (role.Base, "#1e2022"),
        (role.AlternateBase, "#26282b"),
        (role.ToolTipBase, "#3a3d41"),
        (role.Link, DARK.accent_text),
        # Fusion derives the frame of the focused widget from this colour.
        (role.Highlight, DARK.accent),
        (role.HighlightedText, DARK.on_accent),
    ):
        palette.setColor(one, QColor(color))
    for one in (role.Text, role.WindowText, role.ButtonText, role.ToolTipText, role.BrightText):
        palette.setColor(one, text)
        palette.setColor(group.Disabled, one, QColor(DARK.on_disabled))
    palette.setColor(role.PlaceholderText, QColor("#9aa1a7"))
    return palette


def icon(name: str) -> QIcon:
    from PySide6.QtGui import QIcon  # slow import: docs/decisions/0012

    path = f":/icons/{name}.svg"
    found = QIcon(path)
    # Without a Selected pixmap Qt tints the icon on a selected row until its state is unreadable.
    found.addFile(path, mode=QIcon.Mode.Selected)
    return found


def read_text(path: str) -> str:
    """A text from the compiled resources, by its path."""
    packed = QResource(path)
    if not packed.isValid():
        raise FileNotFoundError(path)
    return bytes(packed.uncompressedData().data()).decode()


def _restyle(app: QApplication) -> None:
    values = colors()._asdict()
    sheet = read_text(":/styles/aplicacion.qss")
    # The pattern matches whole words, so a name that is a prefix of another is safe.
    sheet = re.sub(r"@([a-z_]+)", lambda m: values.get(m[1], m[0]), sheet)
    # Setting a style sheet changes the palette, which calls this function again.
    if sheet != app.styleSheet():
        app.setStyleSheet(sheet)
