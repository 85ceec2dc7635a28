"""Icons, styles and Qt's own texts, packed in one file; light and dark."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFile, QIODevice, QLocale, QResource, Qt, QTranslator
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

ASSETS = Path(__file__).parent / "forms" / "assets.rcc"
LOCALE = QLocale(QLocale.Language.Spanish, QLocale.Country.Mexico)


@dataclass(frozen=True)
class Colors:
    """The few colours that are not the platform's own; each pair has a contrast of 4.5 or more."""

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
)


def load_assets() -> None:
    """Raises FileNotFoundError when the build did not compile them."""
    if not QResource.registerResource(str(ASSETS)):
        raise FileNotFoundError(ASSETS)


def speak_spanish(app: QCoreApplication) -> None:
    """es-MX for numbers and dates, Spanish for Qt's own texts."""
    QLocale.setDefault(LOCALE)
    translator = QTranslator(app)
    if translator.load(":/translations/qtbase_es.qm"):
        app.installTranslator(translator)


def apply_style(app: QApplication) -> None:
    """The style sheet in the colours of the scheme in force, now and whenever it changes."""
    _restyle(app)
    app.styleHints().colorSchemeChanged.connect(lambda _scheme: _restyle(app))


def set_color_scheme(name: str) -> None:
    """name: `claro`, `oscuro`, anything else as the system says."""
    schemes = {"claro": Qt.ColorScheme.Light, "oscuro": Qt.ColorScheme.Dark}
    QGuiApplication.styleHints().setColorScheme(schemes.get(name, Qt.ColorScheme.Unknown))


def colors() -> Colors:
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def icon(name: str) -> QIcon:
    return QIcon(f":/icons/{name}.svg")


def read_text(path: str) -> str:
    """A packed text, by its path in the resources."""
    file = QFile(path)
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError(path)
    return bytes(file.readAll().data()).decode()


def _restyle(app: QApplication) -> None:
    values = asdict(colors())
    sheet = read_text(":/styles/aplicacion.qss")
    # Longest names first is not needed: the pattern takes a whole word.
    app.setStyleSheet(re.sub(r"@([a-z_]+)", lambda m: values.get(m[1], m[0]), sheet))
