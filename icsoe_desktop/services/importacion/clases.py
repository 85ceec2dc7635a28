"""Kind of a file that the user chose or dropped, by content first and name second."""

from __future__ import annotations

import codecs
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final

from icsoe_desktop.domain.dispmag import LONGITUD
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.documentos import has_pdf
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.services.importacion.lectura import UNREADABLE

_HEAD: Final = 8192
_SHEETS: Final = {".csv", ".xlsx", ".xlsm"}
_DELIMITERS: Final = ",;\t|"

IS_EMPTY: Final = "El archivo está vacío. No se importó nada. Elija otro."
NO_FILE: Final = "El archivo ya no está ahí. No se importó nada. Elíjalo de nuevo."
NOT_A_PDF: Final = (
    "El archivo se llama como un PDF, pero no es un PDF. No se importó nada. Descárguelo de nuevo "
    "del portal del IMSS."
)
OTHER_KIND: Final = (
    "El archivo no es de movimientos: no es un archivo de 168 posiciones, ni Excel, ni CSV. No se "
    "importó nada. Elija otro."
)
_OTHERS: Final = (b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"MZ", b"\x7fELF")


class ClaseArchivoImportado(StrEnum):
    MOVIMIENTOS = "Archivo de 168 posiciones"
    HOJA = "Excel o CSV"
    CONSTANCIA = "Constancia (PDF)"


def clase_of(path: Path) -> ClaseArchivoImportado:
    """Raises InvalidInputError (campo «archivo») for a file of another kind."""
    try:
        if not path.is_file():
            raise InvalidInputError(NO_FILE, "archivo")
        with open_regular(path) as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InvalidInputError(UNREADABLE, "archivo") from error
    if head.startswith(b"PK") and has_pdf(path):
        return ClaseArchivoImportado.CONSTANCIA
    return clase_of_head(head, path.name)


def clase_of_head(head: bytes, nombre: str) -> ClaseArchivoImportado:
    """The kind of a file that begins with `head`, at least 8 kB of it. Raises as `clase_of`."""
    if not head:
        raise InvalidInputError(IS_EMPTY, "archivo")
    if b"%PDF-" in head[:1024]:
        return ClaseArchivoImportado.CONSTANCIA
    if head.startswith(b"PK"):
        return ClaseArchivoImportado.HOJA
    suffix = PurePath(nombre).suffix.lower()
    if suffix == ".pdf":
        raise InvalidInputError(NOT_A_PDF, "archivo")
    is_utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if head.startswith(_OTHERS) or (b"\0" in head and not is_utf_16):
        raise InvalidInputError(OTHER_KIND, "archivo")
    line = next(iter(head.lstrip(b"\xef\xbb\xbf\r\n").splitlines()), b"")
    if len(line) == LONGITUD and line.endswith(b"9"):
        return ClaseArchivoImportado.MOVIMIENTOS
    if suffix in _SHEETS or _is_header(line):
        return ClaseArchivoImportado.HOJA
    return ClaseArchivoImportado.MOVIMIENTOS


def _is_header(line: bytes) -> bool:
    text = line.decode("utf-8", "replace")
    # Before folding, which turns a tab into a space.
    return any(sign in text for sign in _DELIMITERS) and "nss" in fold(text)
