"""Preview, decision and result of an import of movements."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from icsoe_desktop.domain.dispmag import Leido
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.gateways.hojas.comun import SheetFile, SheetInMemory
from icsoe_desktop.gateways.hojas.encabezado import Aliases


class Gravedad(StrEnum):
    ERROR = "Error"
    ADVERTENCIA = "Advertencia"


class ProblemaImportacion(NamedTuple):
    """A problem of a file.

    linea: from 1. A row of a sheet counts as a line.
    posicion: from 1. Character of a 168-position line, or column of a sheet. 0 means the whole
    line. columna: its letter in Excel; empty for another file, or the whole line.
    """

    archivo: str
    linea: int
    posicion: int
    campo: str
    encontrado: str
    esperado: str
    gravedad: Gravedad
    columna: str = ""

    @property
    def lugar(self) -> str:
        """Where in the line: «columna G», «posición 7», or empty."""
        if self.columna:
            return f"columna {self.columna}"
        return f"posición {self.posicion}" if self.posicion else ""


class GrupoProblemas(NamedTuple):
    """Problems that say the same of one field. archivo, encontrado, esperado: of the first one.

    es_lectura: it only says how cells were read or corrected, with how many rows.
    """

    id: int
    archivo: str
    campo: str
    encontrado: str
    esperado: str
    gravedad: Gravedad
    filas: int
    es_lectura: bool = False


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
class Formato:
    """What a user said of the columns of a sheet. With a name it serves for others like it.

    columnas: field → name of its column, empty for none. valores: field → text for its empty
    cells. reglas: field → ReglaColumna. codigos: field → cell → what it means.
    """

    columnas: Mapping[str, str] = field(default_factory=dict)
    valores: Mapping[str, str] = field(default_factory=dict)
    reglas: Mapping[str, str] = field(default_factory=dict)
    codigos: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


# A file, or a table without one.
Fuente = SheetFile


def pasted(nombre: str, texto: str) -> Fuente:
    """A table of the clipboard: rows of cells with tabs between them, the header first.

    nombre: how the preview calls it.
    """
    return SheetInMemory(nombre, texto.encode())


Formatos = Mapping[str, Formato]
NO_FORMATOS: Final[Formatos] = MappingProxyType({})
# Line → field → its cell as read, and the text instead of it.
Correcciones = Mapping[int, Mapping[str, tuple[str, str]]]


@dataclass(frozen=True)
class Indicaciones:
    """What a user said of the sheets of one import.

    formato: None for the kept one that fits each sheet. nombre: to keep `formato` under, once
    the import is done; empty to forget it. celdas: index of the file → its corrected cells.
    """

    formato: Formato | None = None
    nombre: str = ""
    celdas: Mapping[int, Correcciones] = field(default_factory=dict)

    @property
    def corregidas(self) -> int:
        """How many cells are corrected."""
        return sum(len(row) for rows in self.celdas.values() for row in rows.values())


@dataclass(frozen=True)
class ClaseHoja:
    """The fields of one kind of sheet.

    campos: field → label. obligatorios: required fields. buscados: field → names of its column.
    valores: fields that may have one value for all rows → what it may say, if that is a list.
    clave: the field that tells a row from a header, and es_clave: whether a cell is one.
    entiende: whether a field may say a text.
    """

    campos: Mapping[str, str]
    obligatorios: frozenset[str]
    buscados: Aliases
    valores: Mapping[str, tuple[str, ...]]
    clave: str
    es_clave: Callable[[str], bool]
    entiende: Callable[[str, str], bool]


@dataclass(frozen=True)
class Columnas:
    """The columns of a sheet.

    encabezados: a name for each, its header if no other has it. letras: their letters in Excel.
    muestras: up to three values of each. propuesto: by name or as kept; nombre: under which it is
    kept, or empty. conocidos: all that are kept. dudosos: field → the columns of which nobody can
    tell which one it is.
    """

    encabezados: tuple[str, ...]
    letras: tuple[str, ...]
    muestras: tuple[tuple[str, ...], ...]
    propuesto: Formato
    nombre: str
    clase: ClaseHoja
    conocidos: Formatos
    dudosos: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def completas(self) -> bool:
        """Whether no field is doubtful, and the required ones have a column, or a value."""
        there = {campo for campo, name in self.propuesto.columnas.items() if name}
        return not self.dudosos and self.clase.obligatorios <= there | self.propuesto.valores.keys()


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
    grupos: the problems, those that say the same together. formatos: names of the kept ones used.
    hojas: which of the files are sheets, whose cells can be corrected.
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
    grupos: tuple[GrupoProblemas, ...] = field(default=(), repr=False)
    formatos: tuple[str, ...] = ()
    hojas: frozenset[str] = frozenset()

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
    """A past import. deshecha: time of its undo, or None. de_registros: of registros patronales."""

    id: uuid.UUID
    cuando: datetime
    quien: str
    archivos: tuple[str, ...]
    importados: int
    deshecha: datetime | None
    de_registros: bool = False
