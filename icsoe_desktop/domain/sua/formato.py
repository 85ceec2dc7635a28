"""The layouts of the text files that SUA imports, used for reading and for writing.

Source: docs/fuentes.md §10.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from icsoe_desktop.domain.dispmag.formato import Posiciones
from icsoe_desktop.domain.icsoe.contratista import CAMPOS_CONTRATISTA
from icsoe_desktop.domain.icsoe.domicilio import CAMPOS_DOMICILIO
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO


class ClaseSua(StrEnum):
    """The kinds of files, by the names that SUA gives them."""

    ASEG = "Trabajadores de SUA (ASEG)"
    MOVT = "Movimientos de SUA (MOVT)"
    AFIL = "Datos afiliatorios de SUA (AFIL)"
    INCAP = "Incapacidades de SUA (INCAP)"
    CRED = "Créditos de SUA (CRED)"


@dataclass(frozen=True, slots=True)
class CampoSua(Posiciones):
    """is_sure: three or more sources agree on the place.
    is_number: written to the right, after zeros; any other field to the left, before spaces.
    """

    is_sure: bool = True
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class DisposicionSua:
    """anchos: allowed widths of a line, the one that is written first.

    A field beyond the end of a line is not there. Positions that no field names are not read.
    """

    clase: ClaseSua
    anchos: range
    campos: tuple[CampoSua, ...]

    def campo(self, nombre: str) -> CampoSua:
        return next(each for each in self.campos if each.nombre == nombre)


def _of_movement(
    nombre: str, inicio: int, fin: int, *, is_sure: bool = True, is_number: bool = False
) -> CampoSua:
    etiqueta = CAMPOS_MOVIMIENTO.label(nombre)
    return CampoSua(nombre, etiqueta, inicio, fin, is_sure, is_number)


def _likely(
    nombre: str, etiqueta: str, inicio: int, fin: int, *, is_number: bool = False
) -> CampoSua:
    return CampoSua(nombre, etiqueta, inicio, fin, is_sure=False, is_number=is_number)


_SDI: Final = "Salario diario integrado"
_DIAS: Final = "Días"
_RP: Final = _of_movement("registro_patronal", 1, 11)
_NSS: Final = _of_movement("nss", 12, 22)

ASEG: Final = DisposicionSua(
    ClaseSua.ASEG,
    range(164, 169),
    (
        _RP,
        _NSS,
        CampoSua("rfc", CAMPOS_CONTRATISTA.label("rfc"), 23, 35),
        _of_movement("curp", 36, 53),
        CampoSua("nombre", "Nombre", 54, 103),
        _of_movement("tipo_trabajador", 104, 104),
        _of_movement("jornada", 105, 105),
        CampoSua("fecha", "Fecha de alta", 106, 113),
        CampoSua("sbc", _SDI, 114, 120, is_number=True),
        _likely("credito", "Número de crédito", 138, 147),
        _likely("inicio_descuento", "Inicio de descuento", 148, 155, is_number=True),
        _likely("tipo_descuento", "Tipo de descuento", 156, 156, is_number=True),
        _likely("valor_descuento", "Valor de descuento", 157, 164, is_number=True),
    ),
)
MOVT: Final = DisposicionSua(
    ClaseSua.MOVT,
    range(49, 50),
    (
        _RP,
        _NSS,
        _of_movement("tipo", 23, 24),
        CampoSua("fecha", "Fecha", 25, 32),
        CampoSua("folio", "Folio", 33, 40),
        CampoSua("dias", _DIAS, 41, 42, is_number=True),
        CampoSua("sbc", _SDI, 43, 49, is_number=True),
    ),
)

DISPOSICIONES: Final = (
    ASEG,
    MOVT,
    DisposicionSua(
        ClaseSua.AFIL,
        range(79, 81),
        (
            _RP,
            _NSS,
            _likely("codigo_postal", CAMPOS_DOMICILIO.label("codigo_postal"), 23, 27),
            _likely("nacimiento", "Fecha de nacimiento", 28, 35),
            _of_movement("umf", 63, 65, is_sure=False),
            _of_movement("tipo_salario", 79, 79, is_sure=False),
        ),
    ),
    DisposicionSua(
        ClaseSua.INCAP,
        range(57, 58),
        (
            _RP,
            _NSS,
            _likely("inicio", "Inicio", 24, 31),
            _likely("dias", _DIAS, 40, 42),
            _likely("porcentaje", "Porcentaje", 43, 45),
            # Sources differ on which digit means riesgo and which enfermedad.
            _likely("rama", "Rama", 46, 46),
            _likely("termino", "Término", 50, 57),
        ),
    ),
    DisposicionSua(
        ClaseSua.CRED,
        range(52, 53),
        (
            _RP,
            _NSS,
            _likely("credito", "Número de crédito", 23, 32),
            _of_movement("tipo", 33, 34, is_sure=False),
            _likely("fecha", "Fecha", 35, 42),
            _likely("tipo_descuento", "Tipo de descuento", 43, 43),
            _likely("valor_descuento", "Valor de descuento", 44, 51),
        ),
    ),
)
