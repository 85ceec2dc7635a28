"""Reads a document of the IMSS: the file itself, or the PDF in the ZIP that the portal delivers."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.zip_files import ZipMember, open_zip
from icsoe_desktop.regular_file import open_regular

NO_PDF: Final = (
    "El archivo comprimido no trae ningún PDF. No se cambió nada. Elija el acuse o la constancia "
    "que entregó el portal."
)
SEVERAL_PDF: Final = (
    "El archivo comprimido trae varios PDF. No se cambió nada. Descomprímalo y elija uno."
)


class Documento(NamedTuple):
    """nombre: of the file, or of the PDF in the ZIP, without folders."""

    nombre: str
    contenido: bytes


def read_document(path: Path, most: int, too_large: str) -> Documento:
    """The document, of at most `most` octets.

    too_large: the sentence for a larger one. Raises InvalidInputError (campo «archivo»), and
    OSError where the file cannot be read.
    """
    with open_regular(path) as file:
        head = file.read(4)
        file.seek(0)
        if head.startswith(b"PK\x03\x04"):
            with open_zip(file) as members:
                pdfs = [each for each in members if _is_pdf(each)]
                if len(pdfs) != 1:
                    raise InvalidInputError(SEVERAL_PDF if pdfs else NO_PDF, "archivo")
                with pdfs[0].open() as member:
                    contenido = member.read(most + 1)
                nombre = PurePosixPath(pdfs[0].nombre).name
        else:
            contenido, nombre = file.read(most + 1), path.name
    if len(contenido) > most:
        raise InvalidInputError(too_large, "archivo")
    return Documento(nombre, contenido)


def has_pdf(path: Path) -> bool:
    """Whether the file is a ZIP with a PDF in it. False for a ZIP that cannot be read."""
    try:
        with open_regular(path) as file, open_zip(file) as members:
            return any(_is_pdf(each) for each in members)
    except (OSError, InvalidInputError):
        return False


def _is_pdf(member: ZipMember) -> bool:
    return member.nombre.lower().endswith(".pdf")
