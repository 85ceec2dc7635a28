"""A newer version of the program, as its publisher announces it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Self

MAX_NOTES_LENGTH = 4_000
MAX_BYTES = 500_000_000
_VERSION = re.compile(r"(\d{1,5})\.(\d{1,5})\.(\d{1,5})", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Instalacion(Enum):
    """Who upgrades the program.

    USUARIO, EQUIPO: the .exe installer, for one user or for the whole machine. PAQUETE: whoever
    brought it by other means: the .msi, a Linux package, a portable folder, Python.
    """

    USUARIO = "usuario"
    EQUIPO = "equipo"
    PAQUETE = "paquete"


@dataclass(frozen=True)
class Version:
    """A version mayor.menor.parche, compared as numbers."""

    numbers: tuple[int, int, int]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for text that is not a version."""
        found = _VERSION.fullmatch(text)
        if found is None:
            raise ValueError("version")
        return cls((int(found[1]), int(found[2]), int(found[3])))

    def is_newer_than(self, other: Version) -> bool:
        return self.numbers > other.numbers

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers))


@dataclass(frozen=True)
class Actualizacion:
    """A published newer version and its installer.

    instalador: https address. tamano: bytes. sha256: of the installer, lowercase hexadecimal.
    """

    version: Version
    instalador: str
    sha256: str
    tamano: int
    notas: str = ""

    @classmethod
    def parse(cls, announced: Mapping[str, object]) -> Self:
        """An update from a manifest whose signature was already verified.

        Raises ValueError with the name of the wrong key.
        """
        version, installer = announced.get("version"), announced.get("instalador")
        digest, size = announced.get("sha256"), announced.get("tamano")
        notes = announced.get("notas", "")
        if not isinstance(version, str):
            raise ValueError("version")
        if not (isinstance(installer, str) and installer.startswith("https://")):
            raise ValueError("instalador")
        if not (isinstance(digest, str) and _SHA256.fullmatch(digest)):
            raise ValueError("sha256")
        # bool is a subclass of int, so isinstance would accept True.
        if type(size) is not int or not 0 < size <= MAX_BYTES:
            raise ValueError("tamano")
        if not isinstance(notes, str) or len(notes) > MAX_NOTES_LENGTH:
            raise ValueError("notas")
        return cls(Version.parse(version), installer, digest, size, notes)
