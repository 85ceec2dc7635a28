"""Recognises SUA's text files and reviews them line by line, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from icsoe_desktop.domain.dispmag import campos
from icsoe_desktop.domain.dispmag.campos import Lectura
from icsoe_desktop.domain.dispmag.formato import HallazgoCampo, ProblemaDispmag, visible
from icsoe_desktop.domain.dispmag.lectura import blocks, decode
from icsoe_desktop.domain.icsoe.contratista import CAMPOS_CONTRATISTA
from icsoe_desktop.domain.icsoe.domicilio import CAMPOS_DOMICILIO
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.numeros import Rfc
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.domain.movimientos.movimiento import CAMPOS_MOVIMIENTO, compare_name
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError

REGISTRO_PATRONAL: Final = CAMPOS_MOVIMIENTO.label("registro_patronal")
NSS: Final = CAMPOS_MOVIMIENTO.label("nss")
NOMBRE: Final = "Nombre"
CURP: Final = CAMPOS_MOVIMIENTO.label("curp")
TIPO: Final = CAMPOS_MOVIMIENTO.label("tipo")
SDI: Final = "Salario diario integrado"
DIAS: Final = "Días"
FOLIO: Final = "Folio"


class ClaseSua(StrEnum):
    """The kinds of files, by the names that SUA gives them."""

    ASEG = "Trabajadores de SUA (ASEG)"
    MOVT = "Movimientos de SUA (MOVT)"
    AFIL = "Datos afiliatorios de SUA (AFIL)"
    INCAP = "Incapacidades de SUA (INCAP)"
    CRED = "Créditos de SUA (CRED)"


@dataclass(frozen=True, slots=True)
class CampoSua:
    """Positions from 1, both ends included. seguro: three or more sources agree on the place."""

    etiqueta: str
    inicio: int
    fin: int
    read: Callable[[str], Lectura]
    seguro: bool = True

    @property
    def corte(self) -> slice:
        return slice(self.inicio - 1, self.fin)


@dataclass(frozen=True, slots=True)
class DisposicionSua:
    """anchos: allowed widths of a line; a field beyond the end of a line is not there."""

    clase: ClaseSua
    anchos: range
    campos: tuple[CampoSua, ...]


def _digits(esperado: str, *, blank: bool = False) -> Callable[[str], Lectura]:
    def read(raw: str) -> Lectura:
        if blank and not raw.strip(" "):
            return Lectura("")
        if re.fullmatch("[0-9]+", raw) is None:
            at = next((at for at, sign in enumerate(raw) if sign not in "0123456789"), 0)
            return Lectura(None, (HallazgoCampo(at, esperado, "error"),))
        return Lectura(raw)

    return read


def _one_of(codes: tuple[str, ...], esperado: str) -> Callable[[str], Lectura]:
    def read(raw: str) -> Lectura:
        if raw in codes:
            return Lectura(raw)
        return Lectura(None, (HallazgoCampo(0, esperado, "error"),))

    return read


def _blank_or(read: Callable[[str], Lectura]) -> Callable[[str], Lectura]:
    return lambda raw: Lectura("") if not raw.strip(" 0") else read(raw)


def read_rfc(raw: str) -> Lectura:
    text = raw.strip(" ")
    if not text:
        return Lectura("")
    try:
        rfc = Rfc(text)
    except InvalidInputError as error:
        return Lectura(text, (HallazgoCampo(0, error.message, "advertencia"),))
    return Lectura(text, tuple(HallazgoCampo(0, each, "advertencia") for each in rfc.advertencias))


# / in two programs, ¥ in another; the IMSS's own files write #.
_ENIES: Final = str.maketrans("/¥#¤", "ÑÑÑÑ")


def read_nombre(raw: str) -> Lectura:
    """Value: the three parts with «$» between them: primer apellido, segundo apellido, nombres."""
    parts = raw.rstrip(" ").translate(_ENIES).split("$")
    if len(parts) != 3:
        esperado = "Se esperaban los apellidos y los nombres, separados con $."
        return Lectura(None, (HallazgoCampo(0, esperado, "error"),))
    values, found = [], []
    offset = 0
    for part, is_needed in zip(parts, (True, False, True), strict=True):
        valor, hallazgos = (campos.read_name if is_needed else campos.read_optional_name)(part)
        found += [HallazgoCampo(offset + each.desde, *each[1:]) for each in hallazgos]
        offset += len(part) + 1
        values.append(valor)
    if None in values:
        return Lectura(None, tuple(found))
    return Lectura("$".join(value or "" for value in values), tuple(found))


def read_fecha_de_credito(raw: str) -> Lectura:
    """DDMMAAAA; some programs write AAAAMMDD."""
    lectura = campos.read_fecha(raw)
    if lectura.valor is None:
        turned = campos.read_fecha(raw[6:] + raw[4:6] + raw[:4])
        return turned if turned.valor is not None else lectura
    return lectura


_RP: Final = CampoSua(REGISTRO_PATRONAL, 1, 11, campos.read_registro_patronal)
_NSS: Final = CampoSua(NSS, 12, 22, campos.read_nss)
_NUMBERS: Final = _digits("Se esperaban sólo números.")
_NUMBERS_OR_BLANK: Final = _digits("Se esperaban sólo números.", blank=True)
_MONEY: Final = _digits("Se esperaban sólo números: pesos y 2 de centavos, sin punto.", blank=True)
# Source: catalogue of SUA's movements, as three programs write it.
TIPOS_MOVT: Final = ("02", "07", "08", "11", "12")
CON_SALARIO: Final = ("07", "08")
CON_DIAS: Final = ("11", "12")

DISPOSICIONES: Final = (
    DisposicionSua(
        ClaseSua.ASEG,
        range(164, 169),
        (
            _RP,
            _NSS,
            CampoSua(CAMPOS_CONTRATISTA.label("rfc"), 23, 35, read_rfc),
            CampoSua(CURP, 36, 53, campos.read_curp),
            CampoSua(NOMBRE, 54, 103, read_nombre),
            CampoSua(
                CAMPOS_MOVIMIENTO.label("tipo_trabajador"), 104, 104, campos.read_tipo_trabajador
            ),
            CampoSua(CAMPOS_MOVIMIENTO.label("jornada"), 105, 105, campos.read_jornada),
            CampoSua("Fecha de alta", 106, 113, campos.read_fecha),
            CampoSua(SDI, 114, 120, _digits("Se esperaban 5 números de pesos y 2 de centavos.")),
            CampoSua("Número de crédito", 138, 147, _NUMBERS_OR_BLANK, seguro=False),
            CampoSua("Inicio de descuento", 148, 155, _blank_or(campos.read_fecha), seguro=False),
            CampoSua("Tipo de descuento", 156, 156, _NUMBERS_OR_BLANK, seguro=False),
            CampoSua("Valor de descuento", 157, 164, _MONEY, seguro=False),
        ),
    ),
    DisposicionSua(
        ClaseSua.MOVT,
        range(49, 50),
        (
            _RP,
            _NSS,
            CampoSua(
                TIPO,
                23,
                24,
                _one_of(
                    TIPOS_MOVT,
                    "Se esperaba 02 (baja), 07 (modificación), 08 (reingreso), 11 (ausentismo) o "
                    "12 (incapacidad).",
                ),
            ),
            CampoSua("Fecha", 25, 32, campos.read_fecha),
            CampoSua(FOLIO, 33, 40, lambda raw: Lectura(raw.strip(" "))),
            CampoSua(DIAS, 41, 42, _NUMBERS_OR_BLANK),
            CampoSua(SDI, 43, 49, _NUMBERS_OR_BLANK),
        ),
    ),
    DisposicionSua(
        ClaseSua.AFIL,
        range(79, 81),
        (
            _RP,
            _NSS,
            CampoSua(
                CAMPOS_DOMICILIO.label("codigo_postal"), 23, 27, _NUMBERS_OR_BLANK, seguro=False
            ),
            CampoSua("Fecha de nacimiento", 28, 35, campos.read_fecha, seguro=False),
            CampoSua(CAMPOS_MOVIMIENTO.label("umf"), 63, 65, _NUMBERS_OR_BLANK, seguro=False),
            CampoSua(
                CAMPOS_MOVIMIENTO.label("tipo_salario"),
                79,
                79,
                campos.read_tipo_salario,
                seguro=False,
            ),
        ),
    ),
    DisposicionSua(
        ClaseSua.INCAP,
        range(57, 58),
        (
            _RP,
            _NSS,
            CampoSua("Inicio", 24, 31, campos.read_fecha, seguro=False),
            CampoSua("Días", 40, 42, _NUMBERS, seguro=False),
            CampoSua("Porcentaje", 43, 45, _NUMBERS_OR_BLANK, seguro=False),
            CampoSua(
                "Rama",
                46,
                46,
                _one_of(
                    ("1", "2", "3", "4"),
                    "Se esperaba 1 (riesgo), 2 (enfermedad), 3 (maternidad) o 4 (140 bis).",
                ),
                seguro=False,
            ),
            CampoSua("Término", 50, 57, campos.read_fecha, seguro=False),
        ),
    ),
    DisposicionSua(
        ClaseSua.CRED,
        range(52, 53),
        (
            _RP,
            _NSS,
            CampoSua("Número de crédito", 23, 32, _NUMBERS, seguro=False),
            CampoSua(
                TIPO,
                33,
                34,
                _one_of(tuple(str(code) for code in range(15, 21)), "Se esperaba de 15 a 20."),
                seguro=False,
            ),
            CampoSua("Fecha", 35, 42, read_fecha_de_credito, seguro=False),
            CampoSua("Tipo de descuento", 43, 43, _NUMBERS, seguro=False),
            CampoSua("Valor de descuento", 44, 51, _MONEY, seguro=False),
        ),
    ),
)


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
