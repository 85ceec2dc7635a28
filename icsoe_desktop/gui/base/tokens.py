"""Colours, sizes and letters of every window. The style sheet and the painters take them from here.

Standard library only: resources/compile_assets.py reads this file to make the style sheets and the
one-colour icons.
"""

# No annotations from the future: NamedTuple would compile each of them (docs/decisions/0012).
from typing import NamedTuple


class Colors(NamedTuple):
    """Each text has a contrast of 4.5 or more on each of its grounds, except disabled text."""

    # Grounds and lines.
    canvas: str  # behind everything
    surface: str  # cards, fields, tables, bars
    subtle: str  # hovered, disabled fields
    pressed: str
    line: str  # between rows
    border: str  # around cards
    field: str  # around fields
    field_strong: str  # lower edge of fields, boxes to tick: 3 to 1
    text: str
    hint: str
    disabled: str
    on_disabled: str
    scroll: str
    # Accent.
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_text: str
    accent_soft: str
    focus: str
    selection: str
    on_selection: str
    # States: ink, ground and border of pills and banners.
    error: str
    error_soft: str
    error_line: str
    on_error: str
    success: str
    success_soft: str
    success_line: str
    warning: str
    warning_soft: str
    warning_line: str
    info: str
    info_soft: str
    info_line: str
    neutral: str
    neutral_soft: str
    band: str
    on_band: str
    band_line: str


LIGHT = Colors(
    canvas="#f5f6f8",
    surface="#ffffff",
    subtle="#f0f2f4",
    pressed="#e5e8ec",
    line="#eceef1",
    border="#dfe3e8",
    field="#cdd3da",
    field_strong="#858e98",
    text="#1a1e23",
    hint="#59626c",
    disabled="#e8ebee",
    on_disabled="#8b939b",
    scroll="#bcc3ca",
    accent="#0f6b66",
    accent_hover="#0c5a56",
    accent_pressed="#0a4a47",
    on_accent="#ffffff",
    accent_text="#0b5f5a",
    accent_soft="#e2f1ef",
    focus="#0f6b66",
    selection="#dcefed",
    on_selection="#10312f",
    error="#b3261e",
    error_soft="#fcebea",
    error_line="#f0c4c1",
    on_error="#ffffff",
    success="#1b6e32",
    success_soft="#e4f4e8",
    success_line="#b9e0c3",
    warning="#8a5300",
    warning_soft="#fdf1d9",
    warning_line="#f1d9a4",
    info="#1f5c9e",
    info_soft="#e8f1fb",
    info_line="#c2daf3",
    neutral="#4d565f",
    neutral_soft="#eceff2",
    band="#fdf4dc",
    on_band="#5c4200",
    band_line="#f0dca6",
)
DARK = Colors(
    canvas="#191b1e",
    surface="#222529",
    subtle="#2b2f34",
    pressed="#353a40",
    line="#2c3035",
    border="#363b41",
    field="#454b52",
    field_strong="#8a939c",
    text="#eceef0",
    hint="#a6aeb6",
    disabled="#2f3338",
    on_disabled="#767e86",
    scroll="#545b63",
    accent="#4fb8b0",
    accent_hover="#6cc9c2",
    accent_pressed="#86d6d0",
    on_accent="#06201e",
    accent_text="#6cc9c2",
    accent_soft="#1c3836",
    focus="#6cc9c2",
    selection="#1f403e",
    on_selection="#ffffff",
    error="#ff9b92",
    error_soft="#43211f",
    error_line="#6d3430",
    on_error="#2b0603",
    success="#7fd69a",
    success_soft="#1b3a25",
    success_line="#2d5b3b",
    warning="#f2b75b",
    warning_soft="#40301a",
    warning_line="#695027",
    info="#8ec1f5",
    info_soft="#1d3349",
    info_line="#2f5075",
    neutral="#c3cad1",
    neutral_soft="#343940",
    band="#3d3118",
    on_band="#ffe3a1",
    band_line="#665224",
)
SCHEMES = {"claro": LIGHT, "oscuro": DARK}


class Metrics(NamedTuple):
    """Sizes in px that depend on the density."""

    pad: int  # inside fields and buttons, above and below
    pad_focus: int  # the same under the border of the focus, which is 1 px wider
    heading: int  # head of a table
    tab: int  # a tab, above and below
    tab_focus: int
    menu: int  # a place of the menu bar
    item: int  # a row of a popup
    grid_row: int  # a row of the module, above its letters
    row: int  # a row of any other table, above its letters
    place: int  # a place of the side menu


NORMAL = Metrics(
    pad=5,
    pad_focus=4,
    heading=34,
    tab=8,
    tab_focus=6,
    menu=5,
    item=28,
    grid_row=16,
    row=19,
    place=36,
)
COMPACT = Metrics(
    pad=2,
    pad_focus=1,
    heading=26,
    tab=5,
    tab_focus=3,
    menu=3,
    item=24,
    grid_row=8,
    row=10,
    place=30,
)
DENSITIES = {"normal": NORMAL, "compacta": COMPACT}

# In points, at 100 %.
BODY_PT = 10
LETTERS = {
    "title_pt": 16,
    "figure_pt": 20,
    "subtitle_pt": 11,
    "body_pt": BODY_PT,
    "caption_pt": 9,
    "code_pt": 14,
}
LEAST_LETTERS, MOST_LETTERS = 90, 150

# Space between and around the parts of a form, in px.
SPACES = (0, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32)

# Inks in which each icon is also compiled, as `:/icons/<scheme>/<ink>/<name>.svg`.
INKS = (
    "text",
    "hint",
    "accent_text",
    "on_accent",
    "error",
    "success",
    "warning",
    "info",
    "neutral",
    "on_disabled",
)
# With room at the right: Qt's distance from the icon of a button to its text is fixed at 4 px.
BUTTON_INKS = {"button": "text", "primary": "on_accent", "danger": "error"}
BUTTON_ICON = (22, 18)  # px, with that room
