"""Recognises SUA's text files and reviews them line by line, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from icsoe_desktop.domain.dispmag.formato import ProblemaDispmag, visible
from icsoe_desktop.domain.dispmag.lectura import blocks, decode
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.domain.movimientos.movimiento import compare_name
from icsoe_desktop.domain.sua.formato import (
    CON_DIAS,
    CON_SALARIO,
    CURP,
    DIAS,
    DISPOSICIONES,
    NOMBRE,
    SDI,
    TIPO,
    CampoSua,
    ClaseSua,
    DisposicionSua,
)
from icsoe_desktop.domain.texto import counted

_SAMPLE_LINES: Final = 20
_MAX_CACHED: Final = 40_000
_ANCHO: Final = "Ancho de la línea"


class LineaSua(NamedTuple):
    """One line that has content. problemas: empty for a good line."""

    linea: int
    problemas: tuple[ProblemaDispmag, ...]

    @property
    def has_error(self) -> bool:
        return any(each.gravedad == "error" for each in self.problemas)


def recognise(head: bytes) -> DisposicionSua | None:
    """The layout of a file that begins with `head`, or None. Most of its first lines must fit."""
    first = next(iter(blocks([head])), None)
    lines = [decode(line) for line in first.lineas[:_SAMPLE_LINES]] if first else []
    lines = [line for line in lines if line.strip()]
    if not lines:
        return None
    for layout in DISPOSICIONES:
        fitting = sum(_fits(layout, line) for line in lines)
        if 2 * fitting > len(lines):
            return layout
    return None


def _fits(layout: DisposicionSua, line: str) -> bool:
    rp, nss = layout.campos[:2]
    return (
        len(line) in layout.anchos
        and line[rp.corte][1:].isdigit()
        and line[nss.corte].isdigit()
        # A line of this width may also be a record for IDSE.
        and (layout.clase is not ClaseSua.ASEG or line[53:103].count("$") == 2)
    )


def review(chunks: Iterable[bytes], layout: DisposicionSua) -> Iterator[LineaSua]:
    """Every line of a file that arrives in pieces of any size. Never raises for damaged input."""
    reviewer = _Reviewer(layout)
    linea = 0
    for lineas, sobrantes in blocks(chunks):
        for raw in lineas:
            linea += 1
            text = decode(raw.strip(b"\x1a"))
            if sobrantes or text.strip():
                yield reviewer.line(linea, text, sobrantes)


class _Reviewer:
    def __init__(self, layout: DisposicionSua) -> None:
        self._layout = layout
        self._readers = [(campo, lru_cache(_MAX_CACHED)(campo.read)) for campo in layout.campos]

    def line(self, linea: int, text: str, sobrantes: int) -> LineaSua:
        width = len(text) + sobrantes
        if width not in self._layout.anchos:
            return LineaSua(linea, (self._wrong_width(linea, width),))
        values: dict[str, str] = {}
        found: list[ProblemaDispmag] = []
        for campo, read in self._readers:
            raw = text[campo.corte]
            valor, hallazgos = read(raw)
            if valor is not None:
                values[campo.etiqueta] = valor
            for desde, esperado, gravedad in hallazgos:
                found.append(
                    ProblemaDispmag(
                        linea,
                        campo.inicio + desde,
                        campo.etiqueta,
                        visible(raw),
                        esperado,
                        gravedad if campo.seguro else "advertencia",
                    )
                )
        if self._layout.clase is ClaseSua.MOVT:
            found += self._of_movt(linea, values)
        elif CURP in values and NOMBRE in values and values[CURP]:
            found += self._of_person(linea, values)
        return LineaSua(linea, tuple(sorted(found, key=lambda each: each.posicion)))

    def _wrong_width(self, linea: int, width: int) -> ProblemaDispmag:
        anchos = self._layout.anchos
        wanted = str(anchos[0]) if len(anchos) == 1 else f"de {anchos[0]} a {anchos[-1]}"
        encontrado = counted(width, "posición", "posiciones")
        esperado = f"Se esperaban {wanted} posiciones."
        place = min(width, anchos[-1]) + 1
        return ProblemaDispmag(linea, place, _ANCHO, encontrado, esperado, "error")

    def _of_movt(self, linea: int, values: dict[str, str]) -> Iterator[ProblemaDispmag]:
        tipo = values.get(TIPO)
        if tipo in CON_SALARIO and not values.get(SDI, "1").strip("0"):
            yield self._missing(linea, SDI, "Se esperaba el salario diario integrado.")
        if tipo in CON_DIAS and not values.get(DIAS, "1").strip("0"):
            yield self._missing(linea, DIAS, "Se esperaban los días.")

    def _of_person(self, linea: int, values: dict[str, str]) -> Iterator[ProblemaDispmag]:
        campo = self._campo(CURP)
        primero, segundo, nombres = values[NOMBRE].split("$")
        nombre = NombrePersona(nombres=nombres, primer_apellido=primero, segundo_apellido=segundo)
        curp = Curp(values[CURP])
        for discrepancia in compare_name(curp, nombre):
            esperado = f"Según el nombre se esperaba {discrepancia.esperada}."
            place = campo.inicio + discrepancia.posicion - 1
            yield ProblemaDispmag(linea, place, CURP, curp.valor, esperado, "advertencia")

    def _missing(self, linea: int, etiqueta: str, esperado: str) -> ProblemaDispmag:
        return ProblemaDispmag(linea, self._campo(etiqueta).inicio, etiqueta, "", esperado, "error")

    def _campo(self, etiqueta: str) -> CampoSua:
        return next(each for each in self._layout.campos if each.etiqueta == etiqueta)
