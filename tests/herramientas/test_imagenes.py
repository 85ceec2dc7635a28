"""The pictures of README and manual are of the windows as they are, and not too large."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from resources.herramientas.edad_imagenes import (
    COMMAND,
    DARK,
    EVERY,
    FOLDER,
    PICTURES,
    RECORD,
    ages,
    old,
    read_record,
)
from tests.conftest import ROOT

MOST_KB, MOST_KB_OF_ALL = 100, 2_500
TEXTS = (ROOT / "README.md", *sorted((ROOT / "docs" / "manual").glob("*.md")))
SHOWN = re.compile(r"""(?:srcset|src)="([^"]+\.png)"|!\[[^\]]+\]\(([^)]+\.png)\)""")


def shown() -> set[Path]:
    """The pictures that the texts name."""
    found = set()
    for path in TEXTS:
        for html, markdown in SHOWN.findall(path.read_text("utf-8")):
            found.add((path.parent / (html or markdown)).resolve())
    return found


def test_no_picture_is_older_than_its_window() -> None:
    aged = old(read_record())
    assert not aged, (
        f"Their windows look different now: {', '.join(aged)}. Look at the windows and take their "
        f"pictures again:\n{COMMAND}"
    )


def test_each_picture_is_there_in_light_and_dark_and_shown_and_nothing_else_is() -> None:
    made = {FOLDER / f"{name}{end}.png" for name in PICTURES for end in ("", DARK)}
    assert made == shown()
    assert {*made, RECORD} == set(FOLDER.iterdir())


def test_the_pictures_are_small_and_both_themes_have_one_size() -> None:
    total = 0
    for name in PICTURES:
        light, dark = (FOLDER / f"{name}{end}.png" for end in ("", DARK))
        assert QImage(str(light)).size() == QImage(str(dark)).size(), name
        for path in (light, dark):
            size = path.stat().st_size
            assert size <= MOST_KB * 1024, path.name
            total += size
    assert total <= MOST_KB_OF_ALL * 1024


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the ages are made of, to be changed."""
    for folder in ("ui", "resources/styles", "icsoe_desktop/gui"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("forms", "__pycache__")
        )
    return tmp_path


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def test_a_changed_form_or_text_ages_its_own_picture(copy: Path) -> None:
    recorded = ages(copy)
    assert old(recorded, copy) == []
    edit(copy / "ui" / "usuarios.ui", "<string>", "<string>Más ")
    assert old(recorded, copy) == ["usuarios"]
    edit(copy / "icsoe_desktop" / "gui" / "idse" / "tablero" / "page.py", '"', '"Ahora ')
    edit(
        copy / "icsoe_desktop" / "gui" / "idse" / "vigilar" / "window.py",
        "\n\nclass ",
        "\n\nX = 'Otro'\nclass ",
    )
    assert set(old(recorded, copy)) >= {"usuarios", "vigilar"}


def test_comments_docstrings_and_code_that_is_not_seen_age_nothing(copy: Path) -> None:
    recorded = ages(copy)
    window = copy / "icsoe_desktop" / "gui" / "idse" / "usuarios" / "window.py"
    window.write_text(
        '"""Another docstring, which nobody reads on screen."""\n# And a comment.\nimport os\n'
        + window.read_text("utf-8").partition('"""\n')[2]
    )
    sheet_python = copy / "icsoe_desktop" / "gui" / "base" / "tokens.py"
    sheet_python.write_text(sheet_python.read_text("utf-8") + "\n# A comment.\n")
    assert old(recorded, copy) == []


def test_a_token_or_the_sheet_ages_every_picture(copy: Path) -> None:
    recorded = ages(copy)
    tokens = copy / "icsoe_desktop" / "gui" / "base" / "tokens.py"
    tokens.write_text(tokens.read_text("utf-8") + "\nOTHER = '#123456'\n")
    assert old(recorded, copy) == list(PICTURES)
    assert ages(copy)[EVERY] != recorded[EVERY]
