"""The catalogue's file, plain or inside the downloaded ZIP, without a copy on the disk."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import damaged, refuse, too_large
from icsoe_desktop.gateways.zip_files import ZIP_ERRORS, bounded_member

MAX_FILE_BYTES = 256 * 2**20


@dataclass(frozen=True)
class PostalFile:
    """A file that can be opened again and again. size: as far as known."""

    size: int
    fecha: date
    open: Callable[[], IO[bytes]]


def plain_file(path: Path) -> PostalFile:
    found = path.stat()
    fecha = datetime.fromtimestamp(found.st_mtime, UTC).date()
    return PostalFile(found.st_size, fecha, lambda: path.open("rb"))


def member_of(path: Path, archive: zipfile.ZipFile) -> PostalFile:
    """The only file in the ZIP that may be the catalogue; its date is that of the member."""
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        raise in_excel()
    wanted = [
        info
        for info in archive.infolist()
        if info.filename.lower().endswith((".txt", ".xml")) and not info.is_dir()
    ]
    if not wanted:
        excel = any(name.lower().endswith((".xls", ".xlsx")) for name in names)
        raise in_excel() if excel else no_catalogue()
    chosen = max(wanted, key=lambda info: info.file_size)
    if chosen.flag_bits & 1:
        raise refuse("El ZIP tiene contraseña. Descomprímalo antes de elegirlo.")
    try:
        fecha = date(*chosen.date_time[:3])
    except ValueError:
        fecha = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    return PostalFile(
        chosen.file_size,
        fecha,
        lambda: bounded_member(
            lambda: archive.open(chosen), MAX_FILE_BYTES, damaged=damaged, too_large=over_size
        ),
    )


def open_archive(path: Path) -> zipfile.ZipFile:
    """Raises InvalidInputError for what is no whole ZIP."""
    try:
        return zipfile.ZipFile(path)
    except ZIP_ERRORS:
        raise damaged() from None


def no_catalogue() -> InvalidInputError:
    return refuse(
        "El archivo no es el catálogo de códigos postales de SEPOMEX: no tiene las columnas "
        "d_codigo, d_asenta, D_mnpio y d_estado. Descárguelo otra vez y elíjalo."
    )


def in_excel() -> InvalidInputError:
    return refuse(
        "Es el catálogo en Excel, que el programa no lee. En la página de descarga de SEPOMEX "
        "elija «TXT», descárguelo y elija ese archivo."
    )


def over_size() -> InvalidInputError:
    return too_large(f"ocupa más de {MAX_FILE_BYTES // 2**20} MB")


def unreadable() -> InvalidInputError:
    return refuse("El archivo no se puede leer. Revise que exista y vuelva a elegirlo.")
