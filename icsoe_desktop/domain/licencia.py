"""A part of the program that others made, and its licence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Licencia:
    """licencia: its name, as SPDX writes it. archivos: names of its texts."""

    nombre: str
    version: str
    licencia: str
    archivos: tuple[str, ...]

    @property
    def renglon(self) -> str:
        """One line: name, version, licence."""
        return f"{self.nombre} {self.version}" + (f": {self.licencia}" if self.licencia else "")
