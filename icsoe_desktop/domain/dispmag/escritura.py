"""Strict writer of 168-position files: ASCII, CRLF, the totals record last.

`plan_names` reports every text that the file will change, so that the user sees it before.
Source: docs/fuentes.md §1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from icsoe_desktop.domain.dispmag import formato
from icsoe_desktop.domain.dispmag.formato import LARGO_NOMBRE, LONGITUD, CampoDispmag, ClaseCampo
from icsoe_desktop.domain.identificadores.nombre_imss import transliterate
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.movimiento import Movimiento
from icsoe_desktop.domain.texto import strip_accents
from icsoe_desktop.errors import InvalidInputError

Enie = Literal["#", "N"]

_NAMES: Final = (formato.PRIMER_APELLIDO, formato.SEGUNDO_APELLIDO, formato.NOMBRES)
_UMF_SIN_ASIGNAR: Final = "000"
_FIN_DE_LINEA: Final = b"\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cambio:
    """A text of one movement that the file changes.

    indice: index of the movement, from 0. campo: label of the field.
    recorta: True if letters at the end are lost.
    """

    indice: int
    campo: str
    original: str = field(repr=False)
    escrito: str = field(repr=False)
    motivo: str
    recorta: bool


def plan_names(movimientos: Iterable[Movimiento], enie: Enie = "#") -> tuple[Cambio, ...]:
    """Every text that `write` would change, in the order of the movements."""
    return tuple(
        cambio
        for indice, movimiento in enumerate(movimientos)
        for cambio in _plan(indice, movimiento, enie)[1]
    )


def write(
    movimientos: Sequence[Movimiento],
    *,
    enie: Enie = "#",
    allow_truncation: bool = False,
    allow_mixed: bool = False,
    with_totals: bool = True,
) -> bytes:
    """The bytes of a file for IDSE.

    enie: replacement of Ñ.
    allow_truncation: cut names longer than 27 letters. Only after the user saw `plan_names` and
    agreed.
    allow_mixed: accept several types of movement or registros patronales in one file.
    with_totals: write the totals record. Two public writers omit it.
    Raises InvalidInputError with the field if a movement cannot be written.
    """
    _refuse_mixture(movimientos, allow_mixed=allow_mixed)
    lines = [
        _record(indice, movimiento, enie, allow_truncation)
        for indice, movimiento in enumerate(movimientos)
    ]
    if with_totals:
        valores = {"registros": str(len(lines)), "guia": movimientos[-1].guia}
        lines.append(_line(formato.TOTALES, valores))
    return b"".join(line.encode("ascii") + _FIN_DE_LINEA for line in lines)


def _refuse_mixture(movimientos: Sequence[Movimiento], *, allow_mixed: bool) -> None:
    if not movimientos:
        raise InvalidInputError("No hay movimientos que escribir. Elija al menos uno.")
    if len(movimientos) > formato.MAX_REGISTROS:
        raise InvalidInputError(
            f"Un archivo lleva como máximo {formato.MAX_REGISTROS:,} movimientos. Haga varios."
        )
    if not allow_mixed and len({movimiento.tipo for movimiento in movimientos}) > 1:
        raise InvalidInputError(
            "Un archivo lleva un solo tipo de movimiento. Haga uno de altas, uno de "
            "modificaciones y uno de bajas.",
            "tipo",
        )
    if not allow_mixed and len({movimiento.registro_patronal for movimiento in movimientos}) > 1:
        raise InvalidInputError(
            "Un archivo lleva un solo registro patronal. Haga uno por cada uno.",
            "registro_patronal",
        )
    guias = {movimiento.guia for movimiento in movimientos}
    if "" in guias:
        raise InvalidInputError(
            "Falta la guía, los 5 números de la subdelegación. Escríbala en el registro patronal.",
            "guia",
        )
    if not allow_mixed and len(guias) > 1:
        raise InvalidInputError(
            "Los movimientos tienen guías distintas y las cifras de control llevan una sola. "
            "Haga un archivo por cada una.",
            "guia",
        )


def _record(indice: int, movimiento: Movimiento, enie: Enie, allow_truncation: bool) -> str:
    texts, cambios = _plan(indice, movimiento, enie)
    lost = next((cambio for cambio in cambios if cambio.recorta), None)
    if lost is not None and not allow_truncation:
        raise InvalidInputError(
            f"En el movimiento {indice + 1} hay un dato que no cabe o pierde letras: "
            f"{lost.campo}. Revise cómo quedaría y acepte el recorte, o corríjalo."
        )
    # Sources differ on whether a modificación carries it: a space is right in all of them.
    alta = movimiento.tipo is TipoMovimiento.ALTA
    tipo_trabajador = movimiento.tipo_trabajador if alta else None
    valores = texts | {
        "clave_trabajador": texts["clave"],
        "registro_patronal": movimiento.registro_patronal,
        "nss": movimiento.nss,
        "sbc": str(movimiento.sbc or ""),
        "tipo_trabajador": tipo_trabajador or " ",
        "tipo_salario": movimiento.tipo_salario or "",
        "jornada": movimiento.jornada or "",
        "fecha": f"{movimiento.fecha:%d%m%Y}",
        "umf": movimiento.umf or _UMF_SIN_ASIGNAR,
        "tipo": movimiento.tipo.value,
        "guia": movimiento.guia,
        "causa_baja": movimiento.causa_baja or "",
        "curp": movimiento.curp,
    }
    return _line(formato.CAMPOS[movimiento.tipo.value], valores)


def _line(campos: Iterable[CampoDispmag], valores: dict[str, str]) -> str:
    line = "".join(_cell(campo, valores) for campo in campos)
    if len(line) != LONGITUD or not line.isascii() or not line.isprintable():
        raise ValueError("the record is not 168 printable ASCII characters")
    return line


def _cell(campo: CampoDispmag, valores: dict[str, str]) -> str:
    if campo.clase is ClaseCampo.FIJO:
        return campo.fijo
    valor = valores[campo.nombre]
    if campo.clase is ClaseCampo.N:
        return valor.rjust(campo.longitud, "0")
    return valor.ljust(campo.longitud)


def _plan(
    indice: int, movimiento: Movimiento, enie: Enie
) -> tuple[dict[str, str], tuple[Cambio, ...]]:
    """Field → written text, for the names and the clave, and the changes against the movement."""
    texts: dict[str, str] = {}
    cambios = []
    for campo in _NAMES:
        original = getattr(movimiento, campo.nombre)
        written = transliterate(original, enie)
        text = written.texto[:LARGO_NOMBRE].rstrip()
        motivos = list(written.motivos)
        recorta = len(written.texto) > LARGO_NOMBRE
        if recorta:
            motivos.append(f"Tiene {len(written.texto)} letras y caben {LARGO_NOMBRE}: se recorta.")
        texts[campo.nombre] = text
        if text != original:
            motivo = " ".join(motivos)
            cambios.append(
                Cambio(
                    indice=indice,
                    campo=campo.etiqueta,
                    original=original,
                    escrito=text,
                    motivo=motivo,
                    recorta=recorta,
                )
            )
    clave = _ascii_clave(movimiento.clave_trabajador)
    texts["clave"] = clave
    if clave != movimiento.clave_trabajador:
        cambios.append(
            Cambio(
                indice=indice,
                campo=formato.CLAVE_TRABAJADOR.etiqueta,
                original=movimiento.clave_trabajador,
                escrito=clave,
                motivo="El archivo sólo lleva letras y números sin acentos.",
                recorta=len(clave) < len(movimiento.clave_trabajador),
            )
        )
    return texts, tuple(cambios)


def _ascii_clave(clave: str) -> str:
    plain = strip_accents(clave, keep_enye=False)
    return "".join(sign for sign in plain if sign.isascii() and sign.isprintable()).strip()[:10]
