"""What must be there before the first test is looked for."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from resources.entorno.familia import die_with

MEMORY = Path("/dev/shm")  # Linux
ENOUGH = 4 * 1024**3


def compile_forms(root: Path) -> None:
    """Forms and resources, where they changed: also when pytest is called by itself."""
    from resources import compile_assets

    compile_assets.ensure(root)


def end_with_the_run() -> None:
    """A worker of xdist ends at once when the process is killed that chose its tests."""
    if "PYTEST_XDIST_WORKER" in os.environ and sys.platform != "win32":
        die_with(os.getppid(), signal.SIGKILL)


def heed_interrupts() -> None:
    """Take SIGINT, which a shell lets a program ignore that it starts in the background.

    A child of these tests would ignore it as well.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def use_memory() -> None:
    """pytest's `tmp_path` in memory, where there is enough of it and programs can run from it.

    A store is written through to the disk at each commit (synchronous = FULL), which is a third of
    the time of these tests. None of them cuts the power.
    """
    # Python for Windows under Wine finds the folder too, and has no statvfs.
    if sys.platform == "win32" or "PYTEST_DEBUG_TEMPROOT" in os.environ:
        return
    if not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free < ENOUGH or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)
