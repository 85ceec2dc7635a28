"""Icons, style sheets and Qt's Spanish texts from the compiled resource file; the appearance in
force.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QResource, QTranslator
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from icsoe_desktop.gui.base import tokens
from icsoe_desktop.gui.base.tokens import Colors

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QFont, QIcon

ASSETS = Path(__file__).parents[1] / "forms" / "assets.rcc"
MIDDLE_LIGHTNESS = 128
LOCALE = QLocale("es_MX")
KEY_NAMES = {
    "Ctrl": "Ctrl",
    "Shift": "Mayús",
    "Return": "Entrar",
    "Enter": "Entrar",
    "Del": "Supr",
    "Esc": "Esc",
}

# These patterns wait for letters of another size to be compiled.
# Sizes of letters, and heights that hold a line of letters: a layout may shrink a widget to those.
_LETTERS = r"(font-size: |min-height: (?=[12]\d))(\d+)"
# Height in px that the title of a group box takes: 16 for its letters, 16 for margins.
_TITLE = r"(?<=padding: )32px"
# Qt puts half a space before it, which grows with the letters.
_TITLE_LEFT, _CARD_LEFT, _HALF_SPACE = r"(?<= left: )16px", 17, 1.5
# Boxes to tick, arrows, icons and numbers at letters of another size than those of the sheet.
_PICTURES = """
QCheckBox::indicator, QRadioButton::indicator, QTreeView::indicator, QListView::indicator,
QTableView::indicator
  {{ width: {box}px; height: {box}px; }}
QRadioButton::indicator {{ border-radius: {round}px; }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus
  {{ width: {ringed}px; height: {ringed}px; }}
QRadioButton::indicator:checked {{ border-width: {edge}px; width: {dot}px; height: {dot}px; }}
QComboBox::down-arrow, QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow,
QPushButton::menu-indicator, QToolButton::menu-indicator
  {{ width: {arrow}px; height: {arrow}px; }}
QAbstractItemView, QComboBox, QComboBox QAbstractItemView, QLineEdit, QMenu, QPushButton, QTabBar,
QToolButton {{ icon-size: {icon}px; }}
QLabel[banner="true"][role="error"], QLabel[banner="true"][role="warning"],
QLabel[banner="true"][role="success"] {{ padding-left: {banner}px; }}
QLabel[pill] {{ padding-left: {pill}px; border-radius: {pill_round}px; }}
QAbstractSpinBox {{ min-height: {number_least}px; max-height: {number}px; }}
"""
# Properties of the QApplication: what was chosen, and what the system says.
_SCHEME, _SYSTEM_IS_DARK, _HIGH_CONTRAST = (
    "icsoe_esquema",
    "icsoe_sistema_oscuro",
    "icsoe_contraste",
)
_DENSITY, _BODY_PT, _STYLED = "icsoe_densidad", "icsoe_letra_pt", "icsoe_con_estilo"


def load_assets() -> None:
    """Register the compiled resources. Raises FileNotFoundError if there are none."""
    if not QResource.registerResource(str(ASSETS)):
        raise FileNotFoundError(ASSETS)


class _KeyNames(QTranslator):
    """The names of keys as the manual writes them. Qt's say «Control+Mayúsculas+Suprimir»."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self,
        context: str,
        text: str,
        /,
        disambiguation: bytes | str | None = None,
        n: int = -1,
    ) -> str:
        # An empty text would be the translation.
        found = KEY_NAMES.get(text) if context == "QShortcut" else None
        return found  # type: ignore[return-value]


def speak_spanish(app: QCoreApplication) -> None:
    """Use es-MX for numbers and dates, and Spanish for Qt's own texts."""
    QLocale.setDefault(LOCALE)
    translator = QTranslator(app)
    if translator.load(":/translations/qtbase_es.qm"):
        app.installTranslator(translator)
    app.installTranslator(_KeyNames(app))


def use_letters(app: QApplication) -> None:
    """Set the letters: the system's own, never smaller than the body of the tokens."""
    font = app.font()
    if sys.platform == "win32":
        font.setFamilies(["Segoe UI Variable Text", "Segoe UI"])
    size = max(font.pointSizeF(), tokens.BODY_PT)
    if sys.platform == "win32" or size != font.pointSizeF():
        font.setPointSizeF(size)
        app.setFont(font)
    app.setProperty(_BODY_PT, size)


def apply_style(app: QApplication) -> None:
    """Apply palette and style sheet, and again whenever the system's scheme changes."""
    if app.property(_SYSTEM_IS_DARK) is None:
        app.setProperty(_SYSTEM_IS_DARK, _is_dark(app.palette()))
    _restyle(app)

    def follow(scheme: Qt.ColorScheme) -> None:
        if not app.property(_SCHEME):
            app.setProperty(_SYSTEM_IS_DARK, scheme.name == "Dark")
            _restyle(app)

    app.styleHints().colorSchemeChanged.connect(follow)
    app.setProperty(_STYLED, True)


def heed_contrast(app: QApplication) -> None:
    """Leave the colours of a high-contrast theme alone, now and when one is chosen.

    Names an enumeration, so call it after the first window is painted (docs/decisions/0012).
    """
    from PySide6.QtCore import Qt

    style = app.styleHints()  # owns the hints
    hints = style.accessibility()

    def heed(preference: Qt.ContrastPreference) -> None:
        wanted = preference == Qt.ContrastPreference.HighContrast
        if wanted != bool(app.property(_HIGH_CONTRAST)):
            app.setProperty(_HIGH_CONTRAST, wanted)
            _restyle(app)

    hints.contrastPreferenceChanged.connect(heed)
    heed(hints.contrastPreference())


def set_color_scheme(app: QApplication, name: str) -> None:
    """Choose the colour scheme.

    name: `claro` or `oscuro`; anything else follows the system.
    """
    chosen = name if name in tokens.SCHEMES else ""
    if chosen == (app.property(_SCHEME) or ""):
        return
    from PySide6.QtCore import Qt  # slow import: docs/decisions/0012

    app.setProperty(_SCHEME, chosen)
    hints = app.styleHints()
    if chosen:
        # Title bars and native dialogs follow it.
        dark = chosen == "oscuro"
        hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
    else:
        hints.unsetColorScheme()
        app.setProperty(_SYSTEM_IS_DARK, hints.colorScheme() == Qt.ColorScheme.Dark)
    if app.property(_STYLED):
        _restyle(app)


def set_density(app: QApplication, name: str) -> None:
    """name: a key of tokens.DENSITIES."""
    if name != density_name(app):
        app.setProperty(_DENSITY, name)
        if app.property(_STYLED):
            _restyle(app)


def set_letters(app: QApplication, percent: int) -> None:
    """Size of all letters; of tokens.LEAST_LETTERS to tokens.MOST_LETTERS."""
    percent = min(max(percent, tokens.LEAST_LETTERS), tokens.MOST_LETTERS)
    font = app.font()
    size = (app.property(_BODY_PT) or tokens.BODY_PT) * percent / 100
    if abs(size - font.pointSizeF()) > 0.01:
        font.setPointSizeF(size)
        app.setFont(font)
        if app.property(_STYLED):
            _restyle(app)


def density_name(app: QCoreApplication | None = None) -> str:
    app = app or QCoreApplication.instance()
    return (app and app.property(_DENSITY)) or "normal"


def scaled(px: int) -> int:
    """A size of the tokens for a picture that stands beside letters of the size in force."""
    return round(px * QGuiApplication.font().pointSizeF() / tokens.BODY_PT)


def sized(font: QFont, share: float, weight: QFont.Weight | None = None) -> QFont:
    """A font of another size and weight. share: of the size of `font`."""
    from PySide6.QtGui import QFont  # slow import: docs/decisions/0012

    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * share)
    made.setWeight(QFont.Weight.Normal if weight is None else weight)
    return made


def metrics() -> tokens.Metrics:
    return tokens.DENSITIES[density_name()]


def colors() -> Colors:
    """The colours in force; under a high-contrast theme, the system's."""
    palette = QGuiApplication.palette()
    window = palette.window().color().name()
    for known in tokens.SCHEMES.values():
        if known.canvas == window:
            return known
    return _system_colors(palette)


def _system_colors(palette: QPalette) -> Colors:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    text, ground = palette.windowText().color().name(), palette.window().color().name()
    chosen, on_chosen = palette.highlight().color().name(), palette.highlightedText().color().name()
    inks = dict.fromkeys(Colors._fields, text)
    for name in Colors._fields:
        if name.endswith("_soft") or name in ("canvas", "subtle", "pressed", "disabled", "band"):
            inks[name] = ground
    inks |= {
        "surface": palette.base().color().name(),
        "text": palette.text().color().name(),
        "on_disabled": palette.color(group.Disabled, role.Text).name(),
        "on_accent": ground,
        "on_error": ground,
        "accent_text": palette.link().color().name(),
        "selection": chosen,
        "on_selection": on_chosen,
        "accent_soft": ground,
    }
    return Colors(**inks)


def _is_dark(palette: QPalette) -> bool:
    return palette.window().color().lightness() < MIDDLE_LIGHTNESS


def _palette(of: Colors) -> QPalette:
    """Palette for what the style sheet does not paint and for what Qt derives from it."""
    palette = QPalette(QColor(of.subtle), QColor(of.canvas))
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    text, weak = QColor(of.text), QColor(of.on_disabled)
    for one, color in (
        (role.Base, of.surface),
        (role.AlternateBase, of.surface),
        (role.Button, of.surface),
        (role.Mid, of.border),
        (role.Midlight, of.subtle),
        (role.ToolTipBase, of.surface),
        (role.Link, of.accent_text),
        (role.Highlight, of.accent),
        (role.HighlightedText, of.on_accent),
        (role.Accent, of.accent),
        (role.PlaceholderText, of.hint),
    ):
        palette.setColor(one, QColor(color))
    for one in (role.Text, role.WindowText, role.ButtonText, role.ToolTipText, role.BrightText):
        palette.setColor(one, text)
        palette.setColor(group.Disabled, one, weak)
    return palette


@lru_cache  # Qt caches what it draws by icon: a new one each time would fill that cache
def icon(name: str) -> QIcon:
    """An icon in its own colours."""
    return _icon_of(f":/icons/{name}.svg")


def tinted(name: str, ink: str) -> QIcon:
    """An icon in one colour of the scheme in force. Ask again after a `PaletteChange`.

    ink: one of tokens.INKS; for the icon of a button, one of tokens.BUTTON_INKS.
    """
    scheme = "oscuro" if _is_dark(QGuiApplication.palette()) else "claro"
    inks = f":/icons/{scheme}"
    weak = "" if ink in tokens.BUTTON_INKS else f"{inks}/on_disabled/{name}.svg"
    return _tinted(f"{inks}/{ink}/{name}.svg", weak)


@lru_cache(maxsize=256)
def _tinted(path: str, weak: str) -> QIcon:
    """weak: for disabled widgets; Qt's own gray is brighter than the text of the dark palette."""
    found = _icon_of(path)
    if weak:
        from PySide6.QtGui import QIcon  # slow import: docs/decisions/0012

        found.addFile(weak, mode=QIcon.Mode.Disabled)
    return found


def _icon_of(path: str) -> QIcon:
    from PySide6.QtGui import QIcon  # slow import: docs/decisions/0012

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


def _pictures() -> str:
    from PySide6.QtGui import QFontMetrics  # slow import: docs/decisions/0012

    box, edge = scaled(16), scaled(5)
    return _PICTURES.format(
        box=box,
        round=box // 2 + 1,
        ringed=box - 2,
        edge=edge,
        dot=box + 2 - 2 * edge,
        arrow=scaled(12),
        icon=scaled(16),
        # Where words begin after the picture of a banner or of a pill.
        banner=22 + scaled(18),
        pill=8 + scaled(14) + 5,
        pill_round=_pill_round(),
        # The height of a field of text. A spin box would be higher by the 3 px that Qt adds.
        number=max(scaled(20), QFontMetrics(QGuiApplication.font()).height() + 2),
        number_least=scaled(20) - 3,
    )


def _pill_round() -> int:
    """Half the height that the sheet gives a pill. Qt draws a larger one as a square corner."""
    from PySide6.QtGui import QFont, QFontMetrics  # slow import: docs/decisions/0012

    body = QGuiApplication.font()
    letters = sized(body, tokens.LETTERS["caption_pt"] / tokens.BODY_PT, QFont.Weight.Medium)
    least = int(18 * body.pointSizeF() / tokens.BODY_PT)
    return (max(least, QFontMetrics(letters).height()) + 4) // 2


def _restyle(app: QApplication) -> None:
    if app.property(_HIGH_CONTRAST):
        app.setPalette(QPalette())
        sheet = read_text(":/styles/contraste.qss")
    else:
        scheme = app.property(_SCHEME) or ("oscuro" if app.property(_SYSTEM_IS_DARK) else "claro")
        wanted = tokens.SCHEMES[scheme]
        if app.palette().window().color().name() != wanted.canvas:
            app.setPalette(_palette(wanted))
        sheet = read_text(f":/styles/{scheme}_{density_name(app)}.qss")
    scale = app.font().pointSizeF() / tokens.BODY_PT
    if scale != 1:
        sheet = re.sub(_TITLE, f"{16 + 16 * scale:.0f}px", sheet)
        sheet = re.sub(_TITLE_LEFT, f"{_CARD_LEFT - _HALF_SPACE * scale:.0f}px", sheet)
        sheet = re.sub(_LETTERS, lambda found: f"{found[1]}{int(found[2]) * scale:.4g}", sheet)
        if not app.property(_HIGH_CONTRAST):
            sheet += _pictures()
    if sheet != app.styleSheet():
        app.setStyleSheet(sheet)
