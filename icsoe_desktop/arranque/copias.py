"""Several installations of the program on one Windows machine: one of them answers.

An administrator may install for the whole machine where a user has a copy of their own. The
installer takes nothing from a user's folder, because an administrator's process must not obey a
path that a user wrote. So the program does it, as the user, when it starts.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from pathlib import PureWindowsPath

from icsoe_desktop.gateways.instalacion import Installed, of_machine, of_user

logger = logging.getLogger(__name__)

PROGRAM = "icsoe-desktop.exe"
UNINSTALLER = "desinstalar.exe"


class Part(Enum):
    """What this process does about the other installation."""

    STAY = "stay"
    HAND_OVER = "hand over"
    REMOVE_COPY = "remove the user's copy"


def part_of(program: str, machine: Installed | None, copy: Installed | None) -> Part:
    """program: path of this process. machine, copy: for the whole machine, of this user alone.

    A copy that is newer than the machine's stays: the machine's could not open its data.
    """
    if machine is None or copy is None or machine.is_older_than(copy):
        return Part.STAY
    if machine.holds(program):
        return Part.STAY if copy.holds(program) else Part.REMOVE_COPY
    return Part.HAND_OVER if copy.holds(program) else Part.STAY


def hand_over(words: Sequence[str]) -> bool:
    """Whether the machine's program was started with `words` in place of this one.

    The machine's program removes this user's copy.
    """
    if sys.platform != "win32" or not getattr(sys, "frozen", False):
        return False
    machine, copy = of_machine(), of_user()
    part = part_of(sys.executable, machine, copy)
    if part is Part.HAND_OVER and machine is not None:
        with suppress(OSError):
            subprocess.Popen([str(PureWindowsPath(machine.folder, PROGRAM)), *words])
            return True
    elif part is Part.REMOVE_COPY and copy is not None:
        try:
            subprocess.Popen([str(PureWindowsPath(copy.folder, UNINSTALLER)), "/S"])
        except OSError as error:
            logger.warning("the user's copy was not removed: %s", type(error).__name__)
    return False
