"""The version and, of a built program, the commit that it was built from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from icsoe_desktop import __version__

# Written by resources/installer/sello.py; absent in a source tree.
STAMP = Path(__file__).with_name("compilacion.json")
_SHORT = 8


@dataclass(frozen=True)
class Build:
    """commit: hexadecimal. fecha: of the commit. modified: files differed from the commit."""

    commit: str
    fecha: date
    modified: bool = False


def build_of(path: Path = STAMP) -> Build | None:
    """The stamp of this build; None in a source tree."""
    try:
        stamp = json.loads(path.read_text("utf-8"))
        return Build(stamp["commit"], date.fromisoformat(stamp["fecha"]), stamp["modificado"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def long_version(build: Build | None) -> str:
    """`1.0.0 (1a2b3c4d, 22/11/2026)`."""
    if build is None:
        return __version__
    changed = ", con cambios" if build.modified else ""
    return f"{__version__} ({build.commit[:_SHORT]}, {build.fecha:%d/%m/%Y}{changed})"
