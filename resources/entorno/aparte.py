"""Makes a Python environment beside .venv: the sync server's, the packaging tools'."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from resources.entorno.procesos import SetupError, Turn, with_advice


class Environment(NamedTuple):
    folder: Path
    lock: Path

    @property
    def guard(self) -> Path:
        return self.folder / "entorno.lock"

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def is_good(self) -> bool:
        """Whether this folder, this lock and this Python are those of the finished environment."""
        try:
            return self.python.exists() and self._stamp.read_text("ascii") == self._wanted()
        except (OSError, ValueError):
            return False

    def make(self, turn: Turn) -> None:
        """Make it from nothing. Only the holder of `guard` calls this. Raises SetupError."""
        for path in self.folder.iterdir():
            if path == self.guard:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        # Inside another virtual environment, sys.executable belongs to that environment.
        base = getattr(sys, "_base_executable", None) or sys.executable
        turn.run(
            [base, "-I", "-m", "venv", str(self.folder)], "No se pudo crear el entorno de Python"
        )
        command = [str(self.python), "-I", "-m", "pip", "install", "--no-input"]
        command += ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
        try:
            turn.run(
                [*command, "--requirement", str(self.lock)], "No se pudieron instalar sus paquetes"
            )
        except SetupError as error:
            raise SetupError(with_advice(str(error))) from None
        self._stamp.write_text(self._wanted(), "ascii")

    @property
    def _stamp(self) -> Path:
        return self.folder / "entorno.sha256"

    def _wanted(self) -> str:
        name = f"{self.folder} {sys.implementation.cache_tag}".encode()
        return hashlib.sha256(self.lock.read_bytes() + name).hexdigest()
