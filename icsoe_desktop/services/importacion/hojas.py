"""Reads movements from a sheet. Columns are matched by name, rows judged like typed movements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from icsoe_desktop.domain.dispmag import Leido
from icsoe_desktop.domain.identificadores.numeros import check_digit_nss
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import MAX_ROWS, Sheet, SheetFile, SheetRow
from icsoe_desktop.gateways.hojas.encabezado import column_letter, rivals
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.importacion.celdas import is_total, note_of
from icsoe_desktop.services.importacion.renglones import (
    CAMPOS,
    WANTED,
    Hoja,
    choices_of,
    judge_row,
    understands,
)
from icsoe_desktop.services.importacion.valores import (
    ClaseHoja,
    Columnas,
    Correcciones,
    Formato,
    Formatos,
    Indicaciones,
)
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store

TOTAL: Final = "Renglón de totales"
NOTE: Final = "Renglón de texto"
HEADER: Final = "Encabezado repetido"
SEVERAL: Final = "Más de una columna puede ser {campo}: {columnas}. Indique cuál es."
_SAMPLE_ROWS: Final = 50
_SAMPLES: Final = 3
_LETTERED: Final = "columna "


@dataclass(frozen=True)
class HojaAbierta:
    """A sheet whose columns are known. nombre: of the kept format that was taken, or empty."""

    header: SheetRow
    rows: Iterator[SheetRow]
    places: Mapping[str, int]
    formato: Formato
    nombre: str


def columns_of(
    file: SheetFile, clase: ClaseHoja, formatos: Formatos, progress: Progress
) -> Columnas:
    """The columns of the sheet, some of their values, and the proposed column of each field."""
    with open_sheet(file, clase.buscados, progress, repeated=True) as sheet:
        names = column_names(sheet.header.cells, clase)
        nombre = fitting(names, formatos)
        kept = formatos.get(nombre, Formato())
        places = _places(sheet, names, kept.columnas, clase)
        proposed = {campo: names[at] for campo, at in places.items()}
        values: list[dict[str, None]] = [{} for _ in names]
        for row in islice(_rows(sheet, places, clase), _SAMPLE_ROWS):
            for seen, cell in zip(values, row.cells, strict=False):
                if cell and len(seen) < _SAMPLES:
                    seen[cell] = None
        return Columnas(
            names,
            tuple(map(column_letter, range(len(names)))),
            tuple(map(tuple, values)),
            replace(kept, columnas=proposed),
            nombre,
            clase,
            formatos,
            doubtful(sheet.header.cells, names, kept.columnas, clase),
        )


@contextmanager
def open_matched(
    file: SheetFile,
    clase: ClaseHoja,
    formato: Formato | Formatos,
    progress: Progress,
    *,
    max_rows: int = MAX_ROWS,
) -> Iterator[HojaAbierta]:
    """Open a sheet whose columns are known by name, or as the user said.

    formato: what the user said, preferred to matching by name; or all that are kept, of which the
    one that fits is taken. Raises InvalidInputError (campo «archivo») if it is no sheet or a
    column is missing, and Cancelled.
    """
    wanted = clase.buscados
    with open_sheet(file, wanted, progress, max_rows=max_rows, repeated=True) as sheet:
        names, nombre = column_names(sheet.header.cells, clase), ""
        if not isinstance(formato, Formato):
            nombre = fitting(names, formato)
            formato = formato.get(nombre, Formato())
        places = _places(sheet, names, formato.columnas, clase)
        unknown = doubtful(sheet.header.cells, names, formato.columnas, clase)
        for campo, columnas in unknown.items():
            told = which_one(clase.campos[campo], columnas)
            raise InvalidInputError(f"{told} No se importó nada.", "archivo")
        missing = [
            label
            for campo, label in clase.campos.items()
            if campo in clase.obligatorios - places.keys() - formato.valores.keys()
        ]
        if missing:
            raise InvalidInputError(
                f"Al archivo le falta lo siguiente: {', '.join(missing)}. No se importó nada. "
                "Indique en qué columna está, o agréguelo con su nombre en el primer renglón.",
                "archivo",
            )
        yield HojaAbierta(sheet.header, _rows(sheet, places, clase), places, formato, nombre)


def column_names(header: Sequence[str], clase: ClaseHoja) -> tuple[str, ...]:
    """A name for each column: its header, or its letter where it has none or another has it too.

    Only letters if the first row has what tells a row: then it is no header.
    """
    count = Counter(header)
    data = any(map(clase.es_clave, header))
    return tuple(
        name if name and count[name] == 1 and not data else f"{_LETTERED}{column_letter(at)}"
        for at, name in enumerate(header)
    )


def doubtful(
    header: Sequence[str], names: Sequence[str], chosen: Mapping[str, str], clase: ClaseHoja
) -> dict[str, tuple[str, ...]]:
    """field → names of the columns that may be it, where several may and nobody chose one.

    names: as of `column_names`.
    """
    return {
        campo: tuple(names[at] for at in places)
        for campo, places in rivals(header, clase.buscados).items()
        if campo in clase.campos and campo not in chosen
    }


def which_one(campo: str, columnas: Sequence[str]) -> str:
    """The sentence about a field that several columns may be."""
    return SEVERAL.format(campo=campo, columnas=", ".join(f"«{one}»" for one in columnas))


def _is_nss(text: str) -> bool:
    digits = re.sub("[ -]", "", text)
    known = re.fullmatch("[0-9]{11}", digits)
    return known is not None and check_digit_nss(digits[:10]) == digits[10]


def fitting(names: Sequence[str], formatos: Formatos) -> str:
    """Which of the kept ones is of a sheet with these columns: the one that names most of them."""
    there = set(names)
    found = {
        nombre: len(wanted)
        for nombre, each in formatos.items()
        if (wanted := set(filter(None, each.columnas.values()))) <= there
        # Letters alone tell nothing of what the columns hold.
        and not all(name.startswith(_LETTERED) for name in wanted)
    }
    return max(sorted(found), key=lambda nombre: found[nombre], default="")


def sheet_records(
    file: SheetFile,
    formato: Formato | Formatos,
    limites: TablaLimites,
    today: date,
    progress: Progress,
    celdas: Correcciones = MappingProxyType({}),
    used: Callable[[str], object] = lambda _nombre: None,
) -> Iterator[Leido]:
    """Every row of a sheet, judged, and at the end how its cells were read.

    formato: as for `open_matched`; the kept one that is taken is told to `used`. celdas: cells
    that the user corrected. Raises as `open_matched` does.
    """
    with open_matched(file, MOVIMIENTOS, formato, progress) as sheet:
        used(sheet.nombre)
        places, formato = sheet.places, sheet.formato
        hoja = Hoja(file, places, formato, limites, today, progress)
        lecturas = hoja.lecturas
        for row in sheet.rows:
            cells = {campo: row.cells[at] for campo, at in places.items()}
            if not any(cells.values()):
                continue
            if row.cells == sheet.header.cells and row is not sheet.header:
                lecturas.add("header", row.line, 0, HEADER, row.cells[0], "no es un movimiento")
            elif is_total(row.cells, cells["nss"]):
                lecturas.add("total", row.line, 0, TOTAL, "Total", "no es un movimiento")
            elif (note := note_of(row.cells, cells)) is not None:
                lecturas.add("note", row.line, 0, NOTE, note, "no es un movimiento")
            else:
                yield judge_row(row.line, cells, hoja, celdas.get(row.line, {}))
        yield from lecturas.told()


def kept_formats(db: Session, clase: str) -> dict[str, Formato]:
    """What users said of the columns of a kind of sheets, by the names that they gave."""
    return {nombre: Formato(**each) for nombre, each in kept_values(db, clase).items()}


def keep_format(db: Session, store: Store, clase: str, said: Indicaciones) -> None:
    if said.formato is not None and said.nombre:
        kept = {**kept_formats(db, clase), said.nombre: said.formato}
        keep_values(db, store, clase, {nombre: asdict(each) for nombre, each in kept.items()})


def _rows(sheet: Sheet, places: Mapping[str, int], clase: ClaseHoja) -> Iterator[SheetRow]:
    """The rows below the header, and the header if it is data."""
    at = places.get(clase.clave)
    if at is not None and clase.es_clave(sheet.header.cells[at]):
        yield sheet.header
    yield from sheet.rows


def _places(
    sheet: Sheet, names: Sequence[str], chosen: Mapping[str, str], clase: ClaseHoja
) -> dict[str, int]:
    unknown = doubtful(sheet.header.cells, names, chosen, clase)
    places = {campo: at for campo, at in sheet.columns.items() if campo not in unknown}
    whole = places.pop("nombre_completo", None)
    if whole is not None and "primer_apellido" not in places:
        places["nombres"] = whole
    for campo, name in chosen.items():
        if campo not in clase.campos:
            continue
        if not name:
            places.pop(campo, None)
        elif name in names:
            places[campo] = names.index(name)
    return places


MOVIMIENTOS: Final = ClaseHoja(
    CAMPOS,
    # A sheet without a column of the first apellido has the whole name in that of the name.
    frozenset(each.name for each in CAMPOS_MOVIMIENTO.missing(("primer_apellido",))),
    WANTED,
    {
        campo: choices_of(campo)
        for campo in (
            "tipo", "registro_patronal", "fecha", "tipo_trabajador", "tipo_salario", "jornada",
            "causa_baja", "umf", "guia",
        )
    },
    "nss",
    _is_nss,
    understands,
)  # fmt: skip
