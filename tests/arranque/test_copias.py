"""Two installations on one Windows machine: which one answers, and which one goes."""

from __future__ import annotations

import sys
from pathlib import PureWindowsPath

import pytest

from icsoe_desktop.arranque.copias import PROGRAM, UNINSTALLER, Part, hand_over, part_of
from icsoe_desktop.gateways.instalacion import MACHINE_KEY, USER_KEY, Installed
from resources.installer import msi
from tests.conftest import ROOT

MACHINE = Installed("C:\\Program Files\\ICSOE Desktop\\", "1.2.0")
COPY = Installed("C:\\Users\\ana\\AppData\\Local\\Programs\\ICSOE Desktop", "1.2.0")
OF_MACHINE = str(PureWindowsPath(MACHINE.folder, PROGRAM))
OF_COPY = str(PureWindowsPath(COPY.folder, PROGRAM))
NEWER, OLDER = Installed(COPY.folder, "1.10.0"), Installed(COPY.folder, "1.1.9")


@pytest.mark.parametrize(
    ("program", "machine", "copy", "part"),
    [
        (OF_COPY, MACHINE, COPY, Part.HAND_OVER),
        (OF_COPY.upper(), MACHINE, OLDER, Part.HAND_OVER),
        (OF_MACHINE, MACHINE, COPY, Part.REMOVE_COPY),
        (OF_MACHINE, MACHINE, OLDER, Part.REMOVE_COPY),
        # The machine's program could not open the data of a newer one.
        (OF_COPY, MACHINE, NEWER, Part.STAY),
        (OF_MACHINE, MACHINE, NEWER, Part.STAY),
        # Alone, or a folder that is neither: portable, or a build.
        (OF_COPY, None, COPY, Part.STAY),
        (OF_MACHINE, MACHINE, None, Part.STAY),
        ("D:\\portatil\\icsoe-desktop.exe", MACHINE, COPY, Part.STAY),
        # Both keys name one folder: nobody removes the only program.
        (OF_MACHINE, MACHINE, MACHINE, Part.STAY),
    ],
)
def test_the_machines_program_answers_unless_the_users_copy_is_newer(
    program: str, machine: Installed | None, copy: Installed | None, part: Part
) -> None:
    assert part_of(program, machine, copy) is part


@pytest.mark.parametrize("version", ["", "1.2", "1.2.0-beta", "9" * 50])
def test_a_version_that_cannot_be_read_does_not_keep_two_programs(version: str) -> None:
    strange = Installed(COPY.folder, version)
    assert part_of(OF_COPY, MACHINE, strange) is Part.HAND_OVER


def test_a_program_that_was_not_installed_starts_no_other() -> None:
    assert not getattr(sys, "frozen", False)
    assert not hand_over(["icsoe://activar/x"])


def test_the_program_and_its_installers_speak_of_the_same_keys() -> None:
    script = (ROOT / "resources" / "installer" / "icsoe.nsi").read_text("utf-8")
    uninstall = '!define UNINSTALL_KEY "{}"'.format(USER_KEY.replace("ICSOE Desktop", "${APP}"))
    assert uninstall in script
    assert '!define MACHINE_KEY "Software\\${APP}"' in script
    assert f'!define UNINSTALLER "{UNINSTALLER}"' in script
    assert f'!define PROGRAM "{PROGRAM}"' in script
    assert (msi.MACHINE_KEY, msi.UNINSTALL_KEY, msi.PROGRAM) == (MACHINE_KEY, USER_KEY, PROGRAM)
