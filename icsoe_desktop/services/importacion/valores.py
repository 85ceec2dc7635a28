"""Preview, decision and result of an import of movements."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from icsoe_desktop.domain.dispmag import Leido
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento


class Gravedad(StrEnum):
    ERROR = "Error"
    ADVERTENCIA = "Advertencia"


class ProblemaImportacion(NamedTuple):
    """A problem of a file.

    linea: from 1. A row of a sheet counts as a line.
    posicion: from 1. Character of a 168-position line, or column of a sheet. 0 means the whole
    line.
    """

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
    """A movement that exists already.

    otra_linea: line of its first occurrence in the files, or 0 if it is in the data.
    """

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
    """The header of a sheet.

    propuestas: field → header, by name or as last time.
    campos: field → label. obligatorios: required fields.
    """

    encabezados: tuple[str, ...]
    propuestas: Mapping[str, str]
    campos: Mapping[str, str]
    obligatorios: frozenset[str]


@dataclass(frozen=True)
class FilasPropias:
    """Movements that no file holds, to be imported like those of one.

    nombre: stands where the name of a file would. cuantas: how many. judged: makes them, with
    their problems, by the limits of the day; numbered from 1 in place of lines.
    """

    nombre: str
    cuantas: int
    judged: Callable[[TablaLimites], Iterable[Leido]] = field(repr=False)


@dataclass(frozen=True)
class VistaPreviaMovimientos:
    """Preview of an import. Nothing is changed yet.

    leidos: movements in the files, good or bad. buenos: movements without errors, including
    duplicates. con_errores: lines that cannot be imported. otras_personas: movements whose
    NSS the data know as another person's; they are among the advertencias, and listed first.
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
    otras_personas: int = 0

    @property
    def problemas(self) -> int:
        return self.errores + self.advertencias

    @property
    def duplicados(self) -> int:
        return self.duplicados_en_archivo + self.duplicados_en_datos


@dataclass(frozen=True, slots=True)
class Decision:
    """The user's decision about a preview.

    importar_duplicados: import duplicates too. solo_buenos: skip lines with errors. Otherwise a
    file with errors is refused.
    """

    importar_duplicados: bool = False
    solo_buenos: bool = False


@dataclass(frozen=True)
class ResultadoImportacionMovimientos:
    importacion_id: uuid.UUID | None  # None if there was nothing to import
    importados: int
    duplicados_omitidos: int
    con_errores: int


@dataclass(frozen=True)
class Importacion:
    """A past import. deshecha: time of its undo, or None."""

    id: uuid.UUID
    cuando: datetime
    quien: str
    archivos: tuple[str, ...]
    importados: int
    deshecha: datetime | None
