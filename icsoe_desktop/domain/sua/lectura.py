"""Recognises SUA's text files and reads them line by line, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from icsoe_desktop.domain.dispmag.formato import ProblemaDispmag, visible
from icsoe_desktop.domain.dispmag.lectura import blocks, decode
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.domain.movimientos.movimiento import compare_name
from icsoe_desktop.domain.sua.campos import LECTORES
from icsoe_desktop.domain.sua.formato import DISPOSICIONES, ClaseSua, DisposicionSua
from icsoe_desktop.domain.texto import counted

CON_SALARIO: Final = ("07", "08")
CON_DIAS: Final = ("11", "12")
_SAMPLE_LINES: Final = 20
_MAX_CACHED: Final = 40_000
_ANCHO: Final = "Ancho de la línea"


@dataclass(frozen=True, slots=True)
class AsegRow:
    """A worker, as a line of ASEG has them. rfc, curp: empty when the line has none.

    registro_patronal: eleven characters. jornada: 0 to 6. sbc: centavos a day.
    """

    registro_patronal: str = field(repr=False)
    nss: str = field(repr=False)
    rfc: str = field(repr=False)
    curp: str = field(repr=False)
    primer_apellido: str = field(repr=False)
    segundo_apellido: str = field(repr=False)
    nombres: str = field(repr=False)
    tipo_trabajador: str
    jornada: str
    fecha: date
    sbc: int


@dataclass(frozen=True, slots=True)
class MovtRow:
    """A movement, as a line of MOVT has it. tipo: 02, 07 and 08 are notices; 11 and 12 are not.

    folio: of an incapacidad. dias: of 11 and 12, otherwise 0. sbc: centavos a day, or None.
    """

    registro_patronal: str = field(repr=False)
    nss: str = field(repr=False)
    tipo: str
    fecha: date
    folio: str = field(repr=False)
    dias: int
    sbc: int | None


class LineaSua(NamedTuple):
    """One line that has content. problemas: empty for a good line.

    fila: what the line says, if it is of ASEG or MOVT and has no error.
    """

    linea: int
    problemas: tuple[ProblemaDispmag, ...]
    fila: AsegRow | MovtRow | None = None

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
        and line[rp.corte][1:].rstrip(" ").isdigit()
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
        lectores = LECTORES[layout.clase]
        self._readers = [
            (campo, lru_cache(_MAX_CACHED)(lectores[campo.nombre])) for campo in layout.campos
        ]

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
                values[campo.nombre] = valor
            for desde, esperado, gravedad in hallazgos:
                found.append(
                    ProblemaDispmag(
                        linea,
                        campo.inicio + desde,
                        campo.etiqueta,
                        visible(raw),
                        esperado,
                        gravedad if campo.is_sure else "advertencia",
                    )
                )
        if self._layout.clase is ClaseSua.MOVT:
            found += self._of_movt(linea, values)
        elif values.get("curp") and "nombre" in values:
            found += self._of_person(linea, values)
        read_line = LineaSua(linea, tuple(sorted(found, key=lambda each: each.posicion)))
        if read_line.has_error or (to_row := _ROWS.get(self._layout.clase)) is None:
            return read_line
        return read_line._replace(fila=to_row(values))

    def _wrong_width(self, linea: int, width: int) -> ProblemaDispmag:
        anchos = self._layout.anchos
        wanted = str(anchos[0]) if len(anchos) == 1 else f"de {anchos[0]} a {anchos[-1]}"
        encontrado = counted(width, "posición", "posiciones")
        esperado = f"Se esperaban {wanted} posiciones."
        place = min(width, anchos[-1]) + 1
        return ProblemaDispmag(linea, place, _ANCHO, encontrado, esperado, "error")

    def _of_movt(self, linea: int, values: dict[str, str]) -> Iterator[ProblemaDispmag]:
        tipo = values.get("tipo")
        if tipo in CON_SALARIO and not values.get("sbc", "1").strip("0"):
            yield self._missing(linea, "sbc", "Se esperaba el salario diario integrado.")
        if tipo in CON_DIAS and not values.get("dias", "1").strip("0"):
            yield self._missing(linea, "dias", "Se esperaban los días.")

    def _of_person(self, linea: int, values: dict[str, str]) -> Iterator[ProblemaDispmag]:
        campo = self._layout.campo("curp")
        primero, segundo, nombres = values["nombre"].split("$")
        nombre = NombrePersona(nombres=nombres, primer_apellido=primero, segundo_apellido=segundo)
        curp = Curp(values["curp"])
        for discrepancia in compare_name(curp, nombre):
            esperado = f"Según el nombre se esperaba {discrepancia.esperada}."
            place = campo.inicio + discrepancia.posicion - 1
            yield ProblemaDispmag(linea, place, campo.etiqueta, curp.valor, esperado, "advertencia")

    def _missing(self, linea: int, nombre: str, esperado: str) -> ProblemaDispmag:
        campo = self._layout.campo(nombre)
        return ProblemaDispmag(linea, campo.inicio, campo.etiqueta, "", esperado, "error")


def _aseg_row(values: dict[str, str]) -> AsegRow:
    primero, segundo, nombres = values["nombre"].split("$")
    return AsegRow(
        registro_patronal=values["registro_patronal"],
        nss=values["nss"],
        rfc=values["rfc"],
        curp=values["curp"],
        primer_apellido=primero,
        segundo_apellido=segundo,
        nombres=nombres,
        tipo_trabajador=values["tipo_trabajador"],
        jornada=values["jornada"],
        fecha=date.fromisoformat(values["fecha"]),
        sbc=int(values["sbc"]),
    )


def _movt_row(values: dict[str, str]) -> MovtRow:
    return MovtRow(
        registro_patronal=values["registro_patronal"],
        nss=values["nss"],
        tipo=values["tipo"],
        fecha=date.fromisoformat(values["fecha"]),
        folio=values["folio"],
        dias=int(values["dias"] or 0),
        sbc=int(values["sbc"] or 0) or None,
    )


_ROWS: Final[dict[ClaseSua, Callable[[dict[str, str]], AsegRow | MovtRow]]] = {
    ClaseSua.ASEG: _aseg_row,
    ClaseSua.MOVT: _movt_row,
}
