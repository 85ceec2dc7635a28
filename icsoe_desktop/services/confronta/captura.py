"""The notice that mends a difference, as the form of a movement takes it."""

from __future__ import annotations

from datetime import date

from icsoe_desktop.domain.confronta.diferencias import Diferencia
from icsoe_desktop.domain.identificadores.curp import Curp, compare
from icsoe_desktop.domain.identificadores.nombre_imss import normal_name
from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.domain.valores_legales.valores import plain_pesos
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento

_MAX_WORDS = 12


def capture_of(one: Diferencia) -> CapturaMovimiento | None:
    """None if no notice mends it. What no source tells is left empty."""
    propuesta = one.propuesta
    if propuesta is None:
        return None
    nombre = split_by_curp(one.nombre, one.curp)
    registro = one.registro_patronal
    return CapturaMovimiento(
        tipo=propuesta.tipo,
        registro_patronal=RegistroPatronal(registro).completo if registro else "",
        nss=one.nss,
        curp=one.curp,
        nombres=nombre.nombres,
        primer_apellido=nombre.primer_apellido,
        segundo_apellido=nombre.segundo_apellido,
        fecha=date.fromordinal(propuesta.fecha) if propuesta.fecha else None,
        sbc=plain_pesos(propuesta.sbc),
    )


def split_by_curp(nombre: str, curp: str) -> NombrePersona:
    """The only split whose letters the CURP has, given names first or last; else no name at all.

    A wrong split would be presented to the IMSS: rather the person types it.
    """
    nobody = NombrePersona(nombres="", primer_apellido="", segundo_apellido="")
    words = normal_name(nombre.replace("$", " ")).split()
    try:
        key = Curp(curp)
    except InvalidInputError:
        return nobody
    if not 2 <= len(words) <= _MAX_WORDS:
        return nobody
    found = {
        split
        for first in range(1, len(words))
        for second in range(first + 1, len(words) + 1)
        for split in _orders(words, first, second)
        if not compare(key, NombrePersona(**dict(zip(_PARTS, split, strict=True))))
    }
    if len(found) != 1:
        return nobody
    return NombrePersona(**dict(zip(_PARTS, found.pop(), strict=True)))


_PARTS = ("nombres", "primer_apellido", "segundo_apellido")


def _orders(words: list[str], first: int, second: int) -> list[tuple[str, str, str]]:
    one, two, three = (
        " ".join(part) for part in (words[:first], words[first:second], words[second:])
    )
    if not three:  # one surname
        return [(one, two, ""), (two, one, "")]
    return [(one, two, three), (three, one, two)]
