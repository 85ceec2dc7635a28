"""The licence texts: beside a built program, or in the installed packages."""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata
from pathlib import Path

from icsoe_desktop import APP_TITLE, __version__
from icsoe_desktop.domain.licencia import Licencia

# Written by resources/installer/licencias.py.
FOLDER, INDEX = "licencias", "indice.json"
MAX_BYTES = 2_000_000
_PROJECT = "icsoe-desktop"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_TEXT = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)
# In the Windows wheels of Qt; this program uses Qt under the LGPL.
_NOT_OURS = "LicenseRef-Qt-Commercial.txt"


def folder_of_program() -> Path | None:
    """`licencias` beside a built program; None for a program run by Python."""
    return Path(sys.executable).with_name(FOLDER) if getattr(sys, "frozen", False) else None


class LicenciasGateway:
    def __init__(self, folder: Path | None) -> None:
        """folder: of a built program; None to ask the installed packages."""
        self._folder = folder

    def all(self) -> tuple[Licencia, ...]:
        """Every part with its licence, ours first. Empty if the index cannot be read."""
        if self._folder is None:
            return _of_packages()
        try:
            listed = json.loads((self._folder / INDEX).read_text("utf-8"))
            return tuple(
                Licencia(one["nombre"], one["version"], one["licencia"], tuple(one["archivos"]))
                for one in listed
            )
        except (OSError, ValueError, KeyError, TypeError):
            return ()

    def text(self, licencia: Licencia) -> str:
        """The texts of one part, one after another. What cannot be read is left out."""
        found = []
        for name in licencia.archivos:
            path = self._path(licencia, name)
            try:
                with path.open("rb") as file:
                    content = file.read(MAX_BYTES).decode("utf-8", "replace")
            except OSError:
                continue
            found.append(f"{name}\n{'=' * len(name)}\n\n{content.strip()}\n")
        return "\n\n".join(found)

    def _path(self, licencia: Licencia, name: str) -> Path:
        if self._folder is not None:
            return self._folder / name
        package = _PROJECT if licencia.nombre == APP_TITLE else licencia.nombre
        return Path(str(metadata.distribution(package).locate_file(name)))


def _of_packages() -> tuple[Licencia, ...]:
    """What the project's installed metadata require, directly or not."""
    found: dict[str, Licencia] = {}
    todo = [_PROJECT]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # of another system, or optional
            continue
        found[name] = _licencia(package, name)
        for line in package.requires or ():
            match = _NAME.match(line)
            if match is not None and "extra ==" not in line:
                todo.append(re.sub(r"[-_.]+", "-", match[0]).lower())
    own = found.pop(_PROJECT, Licencia(APP_TITLE, __version__, "MIT", ()))
    return (own, *(found[name] for name in sorted(found)))


def _licencia(package: metadata.Distribution, name: str) -> Licencia:
    about = package.metadata
    said = next((str(about[key]) for key in ("License-Expression", "License") if key in about), "")
    files = sorted(
        str(file)
        for file in package.files or ()
        if ".dist-info/" in str(file)
        and _TEXT.search(str(file))
        and file.name != _NOT_OURS
        and file.suffix != ".json"
    )
    title = APP_TITLE if name == _PROJECT else name
    return Licencia(title, package.version, said.partition("\n")[0], tuple(files))
