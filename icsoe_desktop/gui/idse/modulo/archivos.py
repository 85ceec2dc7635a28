"""Atomic writing of files."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from icsoe_desktop.errors import UserFacingError

NOT_WRITTEN = (
    "El archivo no se pudo guardar: no hay permiso o espacio en esa carpeta, o está abierto en "
    "otro programa. Lo que había sigue igual. Elija otra carpeta u otro nombre."
)


def write_whole(path: Path, content: bytes) -> None:
    """Write exactly these bytes. The former file stays until all of them are on disk.

    Raises UserFacingError.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserFacingError(NOT_WRITTEN) from error


def write_new(folder: Path, name: str, content: bytes) -> Path:
    """Write a new file and return its path: «lote.txt», or «lote (2).txt» if that is taken.

    Never replaces a file, also not one that another program makes meanwhile.
    Raises UserFacingError.
    """
    wanted = Path(name)
    path, number = folder / name, 2
    while True:
        try:
            path.open("xb").close()
        except FileExistsError:
            path = folder / f"{wanted.stem} ({number}){wanted.suffix}"
            number += 1
        except OSError as error:
            raise UserFacingError(NOT_WRITTEN) from error
        else:
            break
    try:
        write_whole(path, content)
    except UserFacingError:
        path.unlink(missing_ok=True)
        raise
    return path
