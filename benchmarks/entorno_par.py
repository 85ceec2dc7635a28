"""A Python with a peer's package, in an environment of its own that goes with the measure."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

INSTALL_S: Final = 180.0


@contextmanager
def python_with(package: str) -> Iterator[Path | None]:
    """package: as for pip. None if it cannot be installed: the measure then has no peer."""
    uv = shutil.which("uv")
    folder = Path(tempfile.mkdtemp(prefix="icsoe-par-"))
    python = folder / "bin" / "python"
    make = [uv, "venv", "-q", str(folder)] if uv else [sys.executable, "-m", "venv", str(folder)]
    install = (
        [uv, "pip", "install", "-q", "--python", str(python), package]
        if uv
        else [str(python), "-m", "pip", "install", "-q", package]
    )
    try:
        good = all(_done(command) for command in (make, install))
        if not good:
            sys.stderr.write(f"{package} no se pudo instalar: sin ese par\n")
        yield python if good else None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _done(command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=INSTALL_S,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
