"""No colour, size of letters or distance outside the tokens: forms and style sheets."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from icsoe_desktop.gui.base import tokens
from resources.compile_assets import CompileError, sheet
from tests.conftest import ROOT

FORMS = {
    path.stem: ElementTree.parse(path)  # noqa: S314 our own files
    for path in sorted((ROOT / "ui").glob("*.ui"))
}
SHEETS = sorted((ROOT / "resources" / "styles").glob("*.qss"))
COLOR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
DISTANCES = {"leftMargin", "topMargin", "rightMargin", "bottomMargin", "spacing"}
DISTANCES |= {"horizontalSpacing", "verticalSpacing"}
FIELDS = {"QLineEdit", "QComboBox", "QSpinBox", "QPlainTextEdit"}
# A layout puts nothing left of its window: what is in these forms cannot hang out.
NO_MARGIN = {"capturista_datos"}
# A small window over others, the part of a page and the part of a card.
NEARER = {"ir_a", "lotes", "sincronizacion_conexion"}
# Properties that would give a widget a look of its own.
LOOKS = {"styleSheet", "palette", "font"}


def test_there_are_forms_and_sheets_to_read() -> None:
    assert len(FORMS) > 60
    assert {path.name for path in SHEETS} == {"aplicacion.qss", "contraste.qss"}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_a_style_sheet_takes_colours_and_sizes_of_letters_from_the_tokens(path: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert COLOR.findall(rules) == []
    sizes = re.findall(r"font-size:\s*([^;}\s]+)", rules)
    assert {size for size in sizes if not size.startswith("@")} == set()
    colored = r"(?:^|[\s;{])(?:color|background|[a-z-]*-color):\s*([^;}]+)"
    words = {word.strip() for word in re.findall(colored, rules)}
    assert {w for w in words if not w.startswith("@")} <= {"transparent"}


def test_a_word_that_is_no_token_is_told() -> None:
    with pytest.raises(CompileError, match="@acento"):
        sheet("QLabel { color: @acento; }", tokens.LIGHT._asdict())


def test_a_sheet_gets_its_colours_sizes_and_letters() -> None:
    text = "/* no */ A { color: @text;\n padding: @pad; font-size: @title_pt; }"
    words = {**tokens.DARK._asdict(), **tokens.COMPACT._asdict(), **tokens.LETTERS}
    assert sheet(text, words).strip() == "A { color: #eceef0; padding: 2px; font-size: 16pt; }"


def test_the_dark_look_differs_from_the_light_one_in_colours_alone() -> None:
    """So that what fits in one fits in the other."""
    text = (ROOT / "resources" / "styles" / "aplicacion.qss").read_text("utf-8")
    others = {**tokens.COMPACT._asdict(), **tokens.LETTERS, "scheme": ""}
    sheets = [sheet(text, {**colors._asdict(), **others}) for colors in tokens.SCHEMES.values()]
    assert sheets[0] != sheets[1]
    assert len({re.sub(r"#[0-9a-fA-F]{3,8}\b", "", one) for one in sheets}) == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_form_brings_no_look_of_its_own(form: str) -> None:
    found = []
    for node in FORMS[form].iter("property"):
        name, value = node.get("name", ""), node.findtext("number")
        if name in LOOKS:
            found.append(name)
        if name in DISTANCES and value is not None and int(value) not in tokens.SPACES:
            found.append(f"{name} {value}")
    assert found == []


@pytest.mark.parametrize("form", FORMS)
def test_what_the_style_sheet_selects_by_is_no_text_to_translate(form: str) -> None:
    """Qt sets it with the texts, when the first page of a stack has its look already."""
    names = [
        node.get("name")
        for node in FORMS[form].iter("property")
        if node.get("stdset") == "0"
        and (text := node.find("string")) is not None
        and text.get("notr") != "true"
    ]
    assert names == []


def test_the_asterisk_of_a_required_field_stands_before_the_colon() -> None:
    """The guide of the users' window puts it first in the whole window: so does the form."""
    after, first, elsewhere = 0, set(), []
    for form, tree in FORMS.items():
        for node in tree.iter("string"):
            text = node.text or ""
            after += text.endswith("*:")
            if text.startswith("* "):
                first.add(form)
            elif ":*" in text or (text.endswith(":") and "*" in text.removesuffix("*:")):
                elsewhere.append(f"{form}: {text}")
    assert after > 30
    assert first == {"usuarios"}
    assert elsewhere == []


def test_the_blocks_of_a_page_stand_as_far_apart_in_every_form() -> None:
    distances = {}
    for form, tree in FORMS.items():
        outer = tree.find("widget/layout")
        while outer is not None and outer.get("class") == "QVBoxLayout":
            distance = outer.findtext("property[@name='spacing']/number", "")
            if distance != "0":
                distances[form] = distance
                break
            # Body and foot touch.
            outer = outer.find("item/layout")
    assert len(distances) > 55
    assert {form for form, one in distances.items() if one not in {"12", "16"}} == NEARER


def test_two_lists_that_share_a_place_stand_as_far_apart_as_two_blocks() -> None:
    found = {
        (form, node.findtext("property[@name='handleWidth']/number"))
        for form, tree in FORMS.items()
        for node in tree.iter("widget")
        if node.get("class") == "QSplitter"
    }
    assert len(found) > 5
    assert {width for _form, width in found} == {"12"}


def test_an_error_stands_as_near_to_its_field_in_every_form() -> None:
    distances: dict[str, set[str | None]] = {}
    for form, tree in FORMS.items():
        for layout in tree.iter("layout"):
            before, grid = "", layout.get("class") == "QGridLayout"
            for widget in (item.find("widget") for item in layout.findall("item")):
                name = "" if widget is None else widget.get("name", "")
                if name.endswith("_error") and (grid or before in FIELDS):
                    kind = "verticalSpacing" if grid else "spacing"
                    distance = layout.findtext(f"property[@name='{kind}']/number")
                    distances.setdefault(form, set()).add(distance)
                before = "" if widget is None else widget.get("class", "")
    assert len(distances) > 25
    assert {form: one for form, one in distances.items() if one != {"4"}} == {}


def test_the_gap_to_the_next_field_is_there_below_an_error_too() -> None:
    """The least height of a row is what two fields stand apart: an error would fill it."""
    gaps, filled = 0, []
    for form, tree in FORMS.items():
        for layout in tree.iter("layout"):
            least = [int(one) for one in layout.get("rowminimumheight", "").split(",") if one]
            held = {int(item.get("row", "0")) for item in layout.findall("item")}
            gaps += sum(one > 0 for one in least)
            filled += [(form, at) for at, one in enumerate(least) if one and at in held]
    assert gaps > 25
    assert filled == []


def test_the_primary_button_stands_in_no_row_of_fields() -> None:
    primaries, beside = 0, []
    for form, tree in FORMS.items():
        for layout in tree.iter("layout"):
            if layout.get("class") == "QVBoxLayout":
                continue
            rows: dict[str | None, list[ElementTree.Element]] = {}
            for item in layout.findall("item"):
                rows.setdefault(item.get("row"), []).append(item)
            for row in rows.values():
                primary = any(
                    one.find("widget/property[@name='primary']") is not None for one in row
                )
                primaries += primary
                fields = {one.get("class") for item in row for one in item.iter("widget")}
                if primary and fields & FIELDS:
                    beside.append(form)
    assert primaries > 25
    assert beside == []


def test_a_label_stands_4_px_over_what_it_names() -> None:
    distances: dict[str, dict[str | None, str | None]] = {}
    for form, tree in FORMS.items():
        for layout in tree.iter("layout"):
            if layout.get("class") != "QVBoxLayout":
                continue
            for label, below in pairwise(item[0] for item in layout.findall("item")):
                inside = {one.get("name"): one.get("class") for one in below.iter("widget")}
                named = label.findtext("property[@name='buddy']/cstring")
                # A subtitle heads a block.
                is_subtitle = label.find("property[@name='role']") is not None
                if named in inside and not is_subtitle and inside[named] != "QRadioButton":
                    distance = layout.findtext("property[@name='spacing']/number")
                    distances.setdefault(form, {})[label.get("name")] = distance
    assert len(distances) > 25
    assert {form: one for form, one in distances.items() if {*one.values()} != {"4"}} == {}


def test_the_words_of_a_link_stand_on_the_line_of_its_neighbours() -> None:
    """Its ring and its padding hang out: 2 px where it begins a line, 5 where it ends one."""
    at_an_end, wrong = 0, []
    for form, tree in FORMS.items():
        if form in NO_MARGIN:
            continue
        for layout in tree.iter("layout"):
            items = [item[0] for item in layout.findall("item")]
            for at, one in enumerate(items):
                if one.find("property[@name='link']") is None:
                    continue
                before, after = _widths(items[:at]), _widths(items[at + 1 :])
                begins, ends = before <= {"-2"}, after <= {"-5"}
                at_an_end += begins + ends
                if layout.get("class") != "QHBoxLayout" or not (
                    begins <= bool(before) and ends <= bool(after)
                ):
                    wrong.append(f"{form}: {one.get('name')}")
    assert at_an_end > 12
    assert wrong == []


def _widths(items: list[ElementTree.Element]) -> set[str]:
    """Of spacers; empty for what is no spacer."""
    return {one.findtext("property[@name='sizeHint']/size/width") or "" for one in items}
