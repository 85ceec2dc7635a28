"""The layout of the 168-position record, used for reading and for writing.

Source: docs/fuentes.md §1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento

LONGITUD: Final = 168
LARGO_NOMBRE: Final = 27
IDENTIFICADOR: Final = "9"
MARCA_TOTALES: Final = "*" * 13
MAX_REGISTROS: Final = 999_999  # the count has six digits in the totals record


class ClaseCampo(StrEnum):
    A = "letras, a la izquierda"
    N = "números, a la derecha con ceros"
    AN = "letras y números, a la izquierda"
    FIJO = "siempre lo mismo"


@dataclass(frozen=True, slots=True)
class Posiciones:
    """Consecutive positions of a line, from 1, both ends included."""

    nombre: str
    etiqueta: str
    inicio: int
    fin: int

    @property
    def longitud(self) -> int:
        return self.fin - self.inicio + 1

    @property
    def corte(self) -> slice:
        return slice(self.inicio - 1, self.fin)


@dataclass(frozen=True, slots=True)
class CampoDispmag(Posiciones):
    """fijo: constant text of a field of class FIJO."""

    clase: ClaseCampo
    fijo: str = ""


def _relleno(inicio: int, fin: int, signo: str = " ") -> CampoDispmag:
    return CampoDispmag(
        "relleno", "Relleno", inicio, fin, ClaseCampo.FIJO, signo * (fin - inicio + 1)
    )


def _campo(nombre: str, inicio: int, fin: int, clase: ClaseCampo, fijo: str = "") -> CampoDispmag:
    etiqueta = CAMPOS_MOVIMIENTO.title(nombre, Place.SHEET)
    return CampoDispmag(nombre, etiqueta, inicio, fin, clase, fijo)


REGISTRO_PATRONAL: Final = _campo("registro_patronal", 1, 11, ClaseCampo.AN)
NSS: Final = _campo("nss", 12, 22, ClaseCampo.N)
PRIMER_APELLIDO: Final = _campo("primer_apellido", 23, 49, ClaseCampo.A)
SEGUNDO_APELLIDO: Final = _campo("segundo_apellido", 50, 76, ClaseCampo.A)
NOMBRES: Final = _campo("nombres", 77, 103, ClaseCampo.A)
SBC: Final = _campo("sbc", 104, 109, ClaseCampo.N)
TIPO_TRABAJADOR: Final = _campo("tipo_trabajador", 116, 116, ClaseCampo.N)
TIPO_SALARIO: Final = _campo("tipo_salario", 117, 117, ClaseCampo.N)
JORNADA: Final = _campo("jornada", 118, 118, ClaseCampo.N)
FECHA: Final = _campo("fecha", 119, 126, ClaseCampo.N)
UMF: Final = _campo("umf", 127, 129, ClaseCampo.N)
TIPO: Final = _campo("tipo", 132, 133, ClaseCampo.N)
GUIA: Final = _campo("guia", 134, 138, ClaseCampo.N)
CLAVE_TRABAJADOR: Final = _campo("clave_trabajador", 139, 148, ClaseCampo.AN)
CAUSA_BAJA: Final = _campo("causa_baja", 149, 149, ClaseCampo.AN)
CURP: Final = _campo("curp", 150, 167, ClaseCampo.AN)
FORMATO: Final = CampoDispmag(
    "identificador", "Identificador del formato", 168, 168, ClaseCampo.FIJO, IDENTIFICADOR
)

_PERSONA: Final = (REGISTRO_PATRONAL, NSS, PRIMER_APELLIDO, SEGUNDO_APELLIDO, NOMBRES)

CAMPOS: Final[dict[str, tuple[CampoDispmag, ...]]] = {
    TipoMovimiento.ALTA.value: (
        *_PERSONA,
        SBC,
        _relleno(110, 115),
        TIPO_TRABAJADOR,
        TIPO_SALARIO,
        JORNADA,
        FECHA,
        UMF,
        _relleno(130, 131),
        TIPO,
        GUIA,
        CLAVE_TRABAJADOR,
        _relleno(149, 149),
        CURP,
        FORMATO,
    ),
    TipoMovimiento.MODIFICACION.value: (
        *_PERSONA,
        SBC,
        _relleno(110, 115),
        TIPO_TRABAJADOR,
        TIPO_SALARIO,
        JORNADA,
        FECHA,
        _relleno(127, 131),
        TIPO,
        GUIA,
        CLAVE_TRABAJADOR,
        _relleno(149, 149),
        CURP,
        FORMATO,
    ),
    TipoMovimiento.BAJA.value: (
        *_PERSONA,
        _relleno(104, 118, "0"),
        FECHA,
        _relleno(127, 131),
        TIPO,
        GUIA,
        CLAVE_TRABAJADOR,
        CAUSA_BAJA,
        _campo("curp", 150, 167, ClaseCampo.FIJO, " " * 18),
        FORMATO,
    ),
}

# Fields that can be checked in a record whose type of movement is unknown.
CAMPOS_SIN_TIPO: Final = (*_PERSONA, FECHA, TIPO, GUIA, CLAVE_TRABAJADOR, FORMATO)

MARCA: Final = CampoDispmag("totales", "Cifras de control", 1, 13, ClaseCampo.FIJO, MARCA_TOTALES)
REGISTROS: Final = CampoDispmag("registros", "Número de movimientos", 57, 62, ClaseCampo.N)

TOTALES: Final = (
    MARCA,
    _relleno(14, 56),
    REGISTROS,
    _relleno(63, 133),
    GUIA,
    _relleno(139, 167),
    FORMATO,
)

Gravedad = Literal["error", "advertencia"]


@dataclass(frozen=True, slots=True)
class ProblemaDispmag:
    """An error or a warning (advertencia) at one place of a file.

    linea, posicion: from 1. Position 0 is the whole line or the whole file.
    campo: label of the field. encontrado: the text found, with invisible characters made visible.
    """

    linea: int
    posicion: int
    campo: str
    encontrado: str = field(repr=False)
    esperado: str
    gravedad: Gravedad


class HallazgoCampo(NamedTuple):
    """A problem inside a field. desde: offset from the field's first character."""

    desde: int
    esperado: str
    gravedad: Gravedad


_MAX_SHOWN = 60
_PICTURES = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}
# Characters without a visible shape.
_PICTURES |= dict.fromkeys((*range(128, 160), 173, 8203, 65279), 65533)


def visible(text: str) -> str:
    """The text for a problem: shortened, with a picture for every control character."""
    shown = text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"
    return shown.translate(_PICTURES)
