"""The commit and date of a build, and what makes two builds of one commit equal.

Only the standard library: hatchling's hook and construir.py use it.
"""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

STAMP = "icsoe_desktop/compilacion.json"
# The stamp's text, from a system with git to a Windows under Wine without it.
ENV_STAMP = "ICSOE_SELLO"


# No dataclass: hatchling runs the hook without adding it to sys.modules.
class Sello(NamedTuple):
    """epoch: seconds of the commit's date. modified: tracked files differ from the commit."""

    commit: str
    epoch: int
    modified: bool

    def text(self) -> str:
        """The content of icsoe_desktop/compilacion.json."""
        day = datetime.fromtimestamp(self.epoch, UTC).date().isoformat()
        stamp = {
            "commit": self.commit,
            "fecha": day,
            "segundos": self.epoch,
            "modificado": self.modified,
        }
        return json.dumps(stamp, indent=1) + "\n"

    def environment(self) -> dict[str, str]:
        """The variables of a process whose output must depend on the commit only."""
        return {
            "SOURCE_DATE_EPOCH": str(self.epoch),
            "PYTHONHASHSEED": "0",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        }


def read_sello(root: Path) -> Sello | None:
    """The stamp of git, or in an unpacked source archive, the one that it came with.

    ICSOE_SELLO goes before both.
    """
    carried = os.environ.get(ENV_STAMP)
    if carried:
        return _parse(carried)
    return _of_git(root) or _of_archive(root / STAMP)


def set_times(folder: Path, epoch: int) -> None:
    """Give every file and folder the commit's time. Archives store it."""
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (epoch, epoch), follow_symlinks=os.utime not in os.supports_follow_symlinks)


def _of_git(root: Path) -> Sello | None:
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != root.resolve():
        return None
    head = _git(root, "log", "-1", "--format=%H %ct")
    changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    if head is None or changes is None:
        return None
    commit, seconds = head.split()
    return Sello(commit, int(seconds), bool(changes))


def _of_archive(path: Path) -> Sello | None:
    try:
        return _parse(path.read_text("utf-8"))
    except OSError:
        return None


def _parse(text: str) -> Sello | None:
    try:
        stamp = json.loads(text)
        return Sello(str(stamp["commit"]), int(stamp["segundos"]), bool(stamp["modificado"]))
    except (ValueError, KeyError, TypeError):
        return None


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
