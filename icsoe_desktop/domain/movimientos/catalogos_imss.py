"""The IMSS's catalogues for movements. Each value is the character in its files.

Source: docs/fuentes.md §4.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Final

from icsoe_desktop.errors import InvalidInputError

FORMA_UMF: Final = re.compile("([0-9]{3})?")
FORMA_GUIA: Final = re.compile("([0-9]{5})?")
UMF_WRONG: Final = "La UMF son 3 números."
GUIA_WRONG: Final = "La guía son 5 números: 2 de la subdelegación y 400."
PRIMER_ANIO: Final = 1943  # foundation of the IMSS
ULTIMO_ANIO: Final = 2100  # later years are typing errors


def refuse_year(fecha: date, campo: str, nombre: str = "La fecha") -> None:
    """Raise InvalidInputError for a day of a year that no notice is of."""
    if not PRIMER_ANIO <= fecha.year <= ULTIMO_ANIO:
        raise InvalidInputError(f"{nombre} va de {PRIMER_ANIO} a {ULTIMO_ANIO}.", campo)


class TipoMovimiento(StrEnum):
    ALTA = "08"
    MODIFICACION = "07"
    BAJA = "02"

    @property
    def nombre(self) -> str:
        return {
            "08": "Alta o reingreso",
            "07": "Modificación de salario",
            "02": "Baja",
        }[self.value]


class TipoTrabajador(StrEnum):
    PERMANENTE = "1"
    EVENTUAL_CIUDAD = "2"
    EVENTUAL_CONSTRUCCION = "3"
    EVENTUAL_CAMPO = "4"

    @property
    def nombre(self) -> str:
        return {
            "1": "Permanente",
            "2": "Eventual de la ciudad",
            "3": "Eventual de la construcción",
            "4": "Eventual del campo",
        }[self.value]


class TipoSalario(StrEnum):
    FIJO = "0"
    VARIABLE = "1"
    MIXTO = "2"

    @property
    def nombre(self) -> str:
        return {"0": "Fijo", "1": "Variable", "2": "Mixto"}[self.value]


class Jornada(StrEnum):
    """Semana o jornada reducida."""

    NORMAL = "0"
    UN_DIA = "1"
    DOS_DIAS = "2"
    TRES_DIAS = "3"
    CUATRO_DIAS = "4"
    CINCO_DIAS = "5"
    REDUCIDA = "6"

    @property
    def nombre(self) -> str:
        return {
            "0": "Normal",
            "1": "1 día por semana",
            "2": "2 días por semana",
            "3": "3 días por semana",
            "4": "4 días por semana",
            "5": "5 días por semana",
            "6": "Jornada reducida",
        }[self.value]


class CausaBaja(StrEnum):
    TERMINO_CONTRATO = "1"
    SEPARACION_VOLUNTARIA = "2"
    ABANDONO = "3"
    DEFUNCION = "4"
    CLAUSURA = "5"
    OTRAS = "6"
    AUSENTISMO = "7"
    RESCISION = "8"
    JUBILACION = "9"
    PENSION = "A"

    @property
    def nombre(self) -> str:
        return {
            "1": "Término de contrato",
            "2": "Separación voluntaria",
            "3": "Abandono de empleo",
            "4": "Defunción",
            "5": "Clausura",
            "6": "Otras",
            "7": "Ausentismo",
            "8": "Rescisión de contrato",
            "9": "Jubilación",
            "A": "Pensión",
        }[self.value]
