"""Writes the problems of an import as CSV for Excel."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from icsoe_desktop.errors import UserFacingError

NOT_WRITTEN: Final = (
    "El archivo no se pudo guardar: no hay permiso o espacio en esa carpeta, o está abierto en "
    "otro programa. Elija otro nombre."
)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_problems(path: Path, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write the whole file or nothing: an existing file stays until then.

    Raises UserFacingError.
    """
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("x", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(headers)
            writer.writerows([_safe_cell(cell) for cell in row] for row in rows)
        temporary.replace(path)
    except OSError as error:
        raise UserFacingError(NOT_WRITTEN) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _safe_cell(cell: object) -> object:
    """Prefix a cell that Excel would run as a formula. The text comes from the imported file."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
