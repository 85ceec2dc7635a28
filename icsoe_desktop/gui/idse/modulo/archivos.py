"""Atomic writing of files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.regular_file import drop, replacing

PDF_END = b"%%EOF"
NOT_WRITTEN = (
    "El archivo no se pudo guardar: no hay permiso o espacio en esa carpeta, su nombre es muy "
    "largo o está abierto en otro programa. Lo que había sigue igual. Elija otra carpeta u otro "
    "nombre."
)


def write_whole(path: Path, content: bytes) -> None:
    """Write exactly these bytes. The former file stays until all of them are on disk.

    Raises UserFacingError.
    """
    try:
        with replacing(path) as temporary, temporary.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise UserFacingError(NOT_WRITTEN) from error


def write_pdf(path: Path, paint: Callable[[Path], None]) -> None:
    """Replace the file by the PDF that `paint` writes to the path it gets. Raises UserFacingError.

    The former file stays if the new one has no end: Qt says nothing of a disk that got full.
    """
    try:
        with replacing(path) as temporary:
            temporary.touch(exist_ok=False)  # Qt only warns where it cannot
            paint(temporary)
            if not temporary.read_bytes().rstrip().endswith(PDF_END):
                raise UserFacingError(NOT_WRITTEN)
    except OSError as error:
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
        drop(path)
        raise
    return path
