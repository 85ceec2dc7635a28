"""Reads movements from a sheet. Columns are matched by name, rows judged like typed movements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import Final

from icsoe_desktop.domain.dispmag import Leido
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.identificadores.numeros import check_digit_nss
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import SheetFile, SheetRow
from icsoe_desktop.gateways.hojas.lectura import Sheet, column_letter, open_sheet
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.importacion.celdas import (
    is_total,
)
from icsoe_desktop.services.importacion.renglones import CAMPOS, WANTED, Hoja, judge_row
from icsoe_desktop.services.importacion.valores import (
    Columnas,
    Correcciones,
    Formato,
    Formatos,
)

# A sheet without a column of the first apellido has the whole name in that of the name.
OBLIGATORIOS: Final = frozenset(
    each.name for each in CAMPOS_MOVIMIENTO.missing(("primer_apellido",))
)
TOTAL: Final = "Renglón de totales"
HEADER: Final = "Encabezado repetido"


# Fields that may have one value for all rows of a file.
CON_VALOR: Final = (
    "tipo", "registro_patronal", "fecha", "tipo_trabajador", "tipo_salario", "jornada",
    "causa_baja", "umf", "guia",
)  # fmt: skip
_SAMPLE_ROWS: Final = 50
_SAMPLES: Final = 3
_LETTERED: Final = "columna "


def columns_of(file: SheetFile, formatos: Formatos, progress: Progress) -> Columnas:
    """The columns of the sheet, some of their values, and the proposed column of each field."""
    with open_sheet(file, WANTED, progress) as sheet:
        names = column_names(sheet.header.cells)
        nombre = fitting(names, formatos)
        kept = formatos.get(nombre, Formato())
        places = _places(sheet, names, kept.columnas)
        proposed = {campo: names[at] for campo, at in places.items()}
        values: list[dict[str, None]] = [{} for _ in names]
        for row in islice(_rows(sheet, places), _SAMPLE_ROWS):
            for seen, cell in zip(values, row.cells, strict=False):
                if cell and len(seen) < _SAMPLES:
                    seen[cell] = None
        return Columnas(
            names,
            tuple(map(column_letter, range(len(names)))),
            tuple(map(tuple, values)),
            replace(kept, columnas=proposed),
            nombre,
            CAMPOS,
            OBLIGATORIOS,
            formatos,
        )


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """A name for each column: its header, or its letter where it has none or another has it too.

    Only letters if the first row has an NSS: then it is no header.
    """
    count = Counter(header)
    data = any(map(_is_nss, header))
    return tuple(
        name if name and count[name] == 1 and not data else f"{_LETTERED}{column_letter(at)}"
        for at, name in enumerate(header)
    )


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

    formato: what the user said, preferred to matching by name; or all that are kept, of which the
    one that fits is taken and told to `used`. celdas: cells that the user corrected.
    Raises InvalidInputError (campo «archivo») if it is no sheet or a column is missing, and
    Cancelled.
    """
    with open_sheet(file, WANTED, progress) as sheet:
        names = column_names(sheet.header.cells)
        if not isinstance(formato, Formato):
            nombre = fitting(names, formato)
            formato = formato.get(nombre, Formato())
            used(nombre)
        places = _places(sheet, names, formato.columnas)
        missing = [
            each.title(Place.SHEET)
            for each in CAMPOS_MOVIMIENTO.missing((*places, *formato.valores))
            if each.name in OBLIGATORIOS
        ]
        if missing:
            raise InvalidInputError(
                f"Al archivo le falta lo siguiente: {', '.join(missing)}. No se importó nada. "
                "Indique en qué columna está, o agréguelo con su nombre en el primer renglón.",
                "archivo",
            )
        hoja = Hoja(file, places, formato, limites, today, progress)
        lecturas = hoja.lecturas
        for row in _rows(sheet, places):
            cells = {campo: row.cells[at] for campo, at in places.items()}
            if not any(cells.values()):
                continue
            if row.cells == sheet.header.cells and row is not sheet.header:
                lecturas.add("header", row.line, 0, HEADER, row.cells[0], "no es un movimiento")
            elif is_total(row.cells, cells["nss"]):
                lecturas.add("total", row.line, 0, TOTAL, "Total", "no es un movimiento")
            else:
                yield judge_row(row.line, cells, hoja, celdas.get(row.line, {}))
        yield from lecturas.told()


def _rows(sheet: Sheet, places: Mapping[str, int]) -> Iterator[SheetRow]:
    """The rows below the header, and the header if it is a movement."""
    at = places.get("nss")
    if at is not None and _is_nss(sheet.header.cells[at]):
        yield sheet.header
    yield from sheet.rows


def _places(sheet: Sheet, names: Sequence[str], chosen: Mapping[str, str]) -> dict[str, int]:
    places = dict(sheet.columns)
    whole = places.pop("nombre_completo", None)
    if whole is not None and "primer_apellido" not in places:
        places["nombres"] = whole
    for campo, name in chosen.items():
        if campo not in CAMPOS:
            continue
        if not name:
            places.pop(campo, None)
        elif name in names:
            places[campo] = names.index(name)
    return places
