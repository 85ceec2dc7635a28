"""Extracts the catalogue's file from the downloaded ZIP, or refuses it with a sentence."""

from __future__ import annotations

import zipfile
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import damaged, refuse, too_large
from icsoe_desktop.jobs import Progress

MAX_FILE_BYTES = 256 * 2**20
_CHUNK = 2**20
# The errors of zipfile for other files and for incomplete ones.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    RuntimeError,
    ValueError,
)


def extract(path: Path, folder: Path, progress: Progress) -> tuple[Path, date]:
    """(extracted file, its date) of the only file in the ZIP that may be the catalogue."""
    try:
        with zipfile.ZipFile(path) as archive:
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
            target = folder / f"catalogo{Path(chosen.filename).suffix.lower()}"
            written = 0
            with archive.open(chosen) as source, target.open("wb") as file:
                while chunk := source.read(_CHUNK):
                    written += len(chunk)
                    if written > MAX_FILE_BYTES:
                        raise over_size()
                    file.write(chunk)
                    progress.report(written, None, f"Descomprimiendo «{path.name}»")
            try:
                return target, date(*chosen.date_time[:3])
            except ValueError:
                return target, datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        RuntimeError,
        ValueError,
    ):
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
