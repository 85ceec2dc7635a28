"""What an import would do, what it did, and everything that is wrong with its files."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento


class Gravedad(StrEnum):
    ERROR = "Error"
    ADVERTENCIA = "Advertencia"


class ProblemaImportacion(NamedTuple):
    """linea: from 1, a row of a sheet counts as a line. posicion: from 1, of the character in a
    168-position line; of the column in a sheet; 0 where it is of the whole line."""

    archivo: str
    linea: int
    posicion: int
    campo: str
    encontrado: str
    esperado: str
    gravedad: Gravedad


class ClaseDuplicado(StrEnum):
    EN_ARCHIVO = "Repetido en el archivo"
    EN_DATOS = "Ya está en los datos"


class Duplicado(NamedTuple):
    """A movement that is there already. otra_linea: of the first in the files; 0 in the data."""

    archivo: str
    linea: int
    clase: ClaseDuplicado
    registro_patronal: str
    nss: str
    nombre: str
    tipo: TipoMovimiento
    fecha: date
    otra_linea: int


@dataclass(frozen=True)
class Columnas:
    """The header of a sheet. propuestas: field → header, by name or as it was the last time.

    campos: every field, with the label that people read; obligatorios: those that must be there.
    """

    encabezados: tuple[str, ...]
    propuestas: Mapping[str, str]
    campos: Mapping[str, str]
    obligatorios: frozenset[str]


@dataclass(frozen=True)
class VistaPreviaMovimientos:
    """What the files hold; nothing is changed yet. Read its problems and duplicates by blocks.

    leidos: movements in the files, good or not. buenos: those without errors, duplicates
    included. con_errores: lines that cannot be imported.
    """

    serie: int
    archivos: tuple[str, ...]
    leidos: int
    buenos: int
    con_errores: int
    errores: int
    advertencias: int
    duplicados_en_archivo: int
    duplicados_en_datos: int
    por_tipo: Mapping[TipoMovimiento, int]
    por_registro: Mapping[str, int] = field(repr=False)

    @property
    def problemas(self) -> int:
        return self.errores + self.advertencias

    @property
    def duplicados(self) -> int:
        return self.duplicados_en_archivo + self.duplicados_en_datos


@dataclass(frozen=True, slots=True)
class Decision:
    """What the user decided on seeing the preview.

    importar_duplicados: off leaves them out. solo_buenos: brings in the good ones although others
    have errors; off refuses a file with errors.
    """

    importar_duplicados: bool = False
    solo_buenos: bool = False


@dataclass(frozen=True)
class ResultadoImportacionMovimientos:
    importacion_id: uuid.UUID | None  # None where there was nothing to import
    importados: int
    duplicados_omitidos: int
    con_errores: int


@dataclass(frozen=True)
class Importacion:
    """An import that was made. deshecha: when it was undone."""

    id: uuid.UUID
    cuando: datetime
    quien: str
    archivos: tuple[str, ...]
    importados: int
    deshecha: datetime | None
