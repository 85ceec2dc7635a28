"""A link of a web page or a mail opens the program: nothing in it may become an option.

The attacks were done with the built program: Windows puts the link into the registered command as
it is, so that a quote inside it begins another argument.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from icsoe_desktop.cli.main import LINK_NOT_ALONE, parse
from icsoe_desktop.errors import UserFacingError
from tests.conftest import ROOT

LINK = "icsoe://activar/0123456789abcdefghjkmnpqrstvwxyz"


@pytest.mark.parametrize("words", [[LINK], ["--", LINK], [LINK.upper()], ["--", f" {LINK}"]])
def test_a_link_alone_is_taken_in_whatever_case(words: list[str]) -> None:
    arguments = parse(words)
    assert (arguments.run, arguments.datos, arguments.smoke) == (None, None, False)
    assert arguments.enlace.casefold() == LINK


@pytest.mark.parametrize(
    "after",
    [
        ["--datos", r"\\host\share"],
        ["respaldo", "restaurar", r"\\host\r.icsoe-respaldo", "--contrasena-archivo", "x"],
        ["--smoke"],
        [""],
        [LINK],
    ],
)
@pytest.mark.parametrize("link", ["icsoe://activar/x", "ICSOE://activar/x", "IcSoE:x"])
@pytest.mark.parametrize("before", [[], ["--"]])
def test_a_link_with_anything_beside_it_is_refused(
    before: list[str], link: str, after: list[str]
) -> None:
    for words in ([*before, link, *after], [*after, link]):
        with pytest.raises(UserFacingError) as caught:
            parse(words)
        assert caught.value.message == LINK_NOT_ALONE


@pytest.mark.skipif(sys.platform == "win32", reason="ahí lo dice una ventana que espera")
def test_the_program_refuses_such_a_link_and_makes_no_folder(tmp_path: Path) -> None:
    stranger = tmp_path / "de otro"
    done = subprocess.run(
        [sys.executable, "-m", "icsoe_desktop", "--", "icsoe://x", "--datos", str(stranger)],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key not in NO_SCREEN},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (2, f"{LINK_NOT_ALONE}\n")
    assert not stranger.exists()


NO_SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="sólo Linux arranca sin pantalla")
@pytest.mark.parametrize("display", [None, ":997"])
def test_a_start_without_a_screen_ends_in_a_sentence(tmp_path: Path, display: str | None) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in NO_SCREEN}
    if display:
        environment["DISPLAY"] = display
    done = subprocess.run(
        [sys.executable, "-m", "icsoe_desktop", "--datos", str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "No hay pantalla" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("resources/installer/icsoe.nsi", '-- "%1"'),
        ("resources/icsoe-desktop.desktop", "icsoe-desktop -- %u"),
    ],
)
def test_what_the_system_registers_ends_its_options_before_the_link(file: str, words: str) -> None:
    assert words in (ROOT / file).read_text("utf-8")
