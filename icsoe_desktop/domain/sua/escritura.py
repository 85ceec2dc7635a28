"""Writes ASEG and MOVT: Windows text, CRLF, every field in its place.

`plan_aseg` tells every text that the file will change, so that the user sees it before.
Source: docs/fuentes.md §10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from icsoe_desktop.domain.dispmag.escritura import Cambio
from icsoe_desktop.domain.identificadores.nombre_imss import MOTIVO_ENIE, transliterate
from icsoe_desktop.domain.identificadores.persona import ETIQUETAS_PERSONA
from icsoe_desktop.domain.sua.campos import ENIES
from icsoe_desktop.domain.sua.formato import ASEG, MOVT, DisposicionSua
from icsoe_desktop.domain.sua.lectura import AsegRow, MovtRow, review
from icsoe_desktop.errors import InvalidInputError

# How Ñ may be written; the first is the usual one. All are read.
ENIE_SIGNS: Final = ("/", "#", "Ñ", "N")
MAX_NAME: Final = ASEG.campo("nombre").longitud
TOO_LONG: Final = "El nombre completo tiene {largo} letras y caben {caben}: se recorta."
NO_ROOM: Final = (
    "Los apellidos llenan los {caben} lugares del nombre y no queda ninguno para el de pila."
)
NO_LETTERS: Final = "Al nombre no le quedan letras de la A a la Z."
_ENCODING: Final = "cp1252"
_LINE_END: Final = "\r\n"


def plan_aseg(indice: int, row: AsegRow, enie: str = "/") -> tuple[AsegRow, tuple[Cambio, ...]]:
    """The row with its texts as the file will have them, and what that changes.

    indice: of the changes. enie: replacement of Ñ. Names that do not fit lose letters at the end.
    Raises InvalidInputError (campo: «nombres») if nothing of a name would be left.
    """
    texts: dict[str, Any] = {}
    motivos: dict[str, list[str]] = {}
    for campo in ("primer_apellido", "segundo_apellido", "nombres"):
        written = transliterate(getattr(row, campo), enie)
        texts[campo], motivos[campo] = written.texto, list(written.motivos)
    length = len(_name(texts))
    if length > MAX_NAME:
        texts["nombres"] = texts["nombres"][: MAX_NAME - length].rstrip()
        motivos["nombres"].append(TOO_LONG.format(largo=length, caben=MAX_NAME))
    if not texts["nombres"] or not texts["primer_apellido"]:
        motivo = NO_ROOM.format(caben=MAX_NAME) if length > MAX_NAME else NO_LETTERS
        raise InvalidInputError(motivo, "nombres")
    # Without its Ñ it would be the RFC of somebody else.
    sign = "Ñ" if enie == "N" else enie
    texts["rfc"], motivos["rfc"] = row.rfc.replace("Ñ", sign), [MOTIVO_ENIE.format(sign)]
    cambios = tuple(
        Cambio(
            indice=indice,
            campo=ETIQUETAS_PERSONA.get(campo) or ASEG.campo(campo).etiqueta,
            original=getattr(row, campo),
            escrito=text,
            motivo=" ".join(motivos[campo]),
            recorta=campo == "nombres" and length > MAX_NAME,
        )
        for campo, text in texts.items()
        if text != getattr(row, campo)
    )
    return replace(row, **texts), cambios


def write_aseg(rows: Iterable[AsegRow]) -> bytes:
    """The bytes of a file. rows: as `plan_aseg` returns them."""
    return _file(ASEG, rows, _aseg_values)


def write_movt(rows: Iterable[MovtRow]) -> bytes:
    """The bytes of a file. Days and salary that a movement does not have are noughts."""
    return _file(MOVT, rows, _movt_values)


def first_difference(
    content: bytes, layout: DisposicionSua, rows: Iterable[AsegRow | MovtRow]
) -> int:
    """Number of the first line that is not read as the row it was written from; 0 if none.

    content: of a file that was written. rows: those that were given to the writer.
    """
    lines = review([content], layout)
    linea = 0
    for linea, row in enumerate(rows, 1):
        if getattr(next(lines, None), "fila", None) != as_read(row):
            return linea
    return linea + 1 if next(lines, None) is not None else 0


def as_read(row: AsegRow | MovtRow) -> AsegRow | MovtRow:
    """The row that a reader gets from the line: Ñ again, whatever sign it was written with."""
    if isinstance(row, MovtRow):
        return row
    return replace(
        row,
        **{
            campo: getattr(row, campo).translate(ENIES)
            for campo in ("primer_apellido", "segundo_apellido", "nombres", "rfc")
        },
    )


def _file(
    layout: DisposicionSua,
    rows: Iterable[AsegRow] | Iterable[MovtRow],
    values_of: Callable[..., Mapping[str, str]],
) -> bytes:
    return b"".join((_line(layout, values_of(row)) + _LINE_END).encode(_ENCODING) for row in rows)


def _line(layout: DisposicionSua, values: Mapping[str, str]) -> str:
    line = [" "] * layout.anchos[0]
    for campo in layout.campos:
        text = values.get(campo.nombre, "")
        text = text.rjust(campo.longitud, "0") if campo.is_number else text.ljust(campo.longitud)
        line[campo.corte] = text
    written = "".join(line)
    if len(written) != layout.anchos[0] or not written.isprintable():
        raise ValueError("a value does not fit in its field")
    return written


def _aseg_values(row: AsegRow) -> Mapping[str, str]:
    return {
        "registro_patronal": row.registro_patronal,
        "nss": row.nss,
        "rfc": row.rfc,
        "curp": row.curp,
        "nombre": _name(
            {
                "primer_apellido": row.primer_apellido,
                "segundo_apellido": row.segundo_apellido,
                "nombres": row.nombres,
            }
        ),
        "tipo_trabajador": row.tipo_trabajador,
        "jornada": row.jornada,
        "fecha": f"{row.fecha:%d%m%Y}",
        "sbc": str(row.sbc),
    }


def _movt_values(row: MovtRow) -> Mapping[str, str]:
    return {
        "registro_patronal": row.registro_patronal,
        "nss": row.nss,
        "tipo": row.tipo,
        "fecha": f"{row.fecha:%d%m%Y}",
        "folio": row.folio,
        "dias": str(row.dias),
        "sbc": str(row.sbc or 0),
    }


def _name(texts: Mapping[str, str]) -> str:
    return f"{texts['primer_apellido']}${texts['segundo_apellido']}${texts['nombres']}"
