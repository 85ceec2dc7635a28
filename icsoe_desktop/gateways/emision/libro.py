"""In the child: the summary and the rows of an emission, as text.

calamine aborts the process on a small .xls whose one cell stands in the last row and column, so
nothing else runs there. Source of the layout: docs/fuentes.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.calamine import NotPlain, not_plain
from icsoe_desktop.gateways.hojas.comun import CFB_SIGNATURE, MAX_COLUMNS, MAX_FILE_BYTES, text_of
from icsoe_desktop.gateways.hojas.encabezado import match_columns
from icsoe_desktop.gateways.isolation.answers import CELL_END, Answer, Report, Seldom, blocks
from icsoe_desktop.regular_file import open_regular

HEADER_SEARCH_ROWS: Final = 40
SUMMARY_ROWS: Final = 200
MAX_TEXT: Final = 300
MAX_SHEETS: Final = 20
_ZIPPED: Final = (".xlsx", ".xlsm", ".xlam", ".xlsb", ".ods")
READING: Final = "Leyendo la emisión"

NOT_EMISSION: Final = (
    "Es un libro de Excel 97-2003 (.xls), pero no una emisión del IMSS: no tiene la columna NSS. "
    "Si es su nómina, ábralo en Excel y guárdelo como «Libro de Excel (.xlsx)»."
)
DAMAGED: Final = (
    "El libro está incompleto, dañado, protegido con contraseña o es demasiado grande. "
    "Descárguelo de nuevo de IDSE."
)
TOO_BIG: Final = (
    f"Pesa más de {MAX_FILE_BYTES // 2**20} MB, y ninguna emisión llega a eso. No se leyó."
)

UNREADABLE: Final = (
    "No se puede leer. Si está abierto en otro programa, ciérrelo; revise también que la unidad "
    "siga conectada."
)

# The first seven stand in this order in both kinds, from the column of the NSS on.
FIRST: Final = ("nss", "nombre", "origen", "tipo", "fecha", "dias", "salario")
CELLS: Final = (*FIRST, "total", "componentes")
# Small letters, as headers are compared.
_NAMES: Final = {
    "nss": ("número de seguridad social",),
    "nombre": ("nombre del trabajador", "nombre del asegurado"),
    "origen": ("origen del movimiento",),
    "tipo": ("tipo de movimiento",),
    "fecha": ("fecha del movimiento",),
    "dias": (),
    "salario": ("salario diario", "sdi", "sbc", "salario diario integrado"),
    "total": (),
}
# A payroll's sheet has an NSS too.
_OF_EMISSIONS: Final = {"origen", "origen del movimiento", "fecha del movimiento"}
# Of a row: the total is the sum of these.
COMPONENTES: Final = {
    "EMA": (
        "Cuota Fija",
        "Excedente Patronal",
        "Excedente Obrero",
        "Prestaciones en Dinero Patronal",
        "Prestaciones en Dinero Obrero",
        "Gastos Médicos y Pensionados Patronal",
        "Gastos Médicos y Pensionados Obrero",
        "Riesgos de Trabajo",
        "Invalidez y Vida Patronal",
        "Invalidez y Vida Obrero",
        "Guarderías y Prestaciones Sociales",
    ),
    "EBA": ("Subtotal RCV", "Subtotal Infonavit"),
}


def read_task(arguments: dict[str, Any], _payload: bytes, report: Report) -> Iterator[Answer]:
    """In the child: the texts of the summary; for each list its kind and name, then its rows."""
    progress = Seldom(report)
    path = Path(arguments["path"])
    try:
        with open_regular(path) as file, not_plain():
            if file.seek(0, 2) > MAX_FILE_BYTES:
                raise InvalidInputError(TOO_BIG)
            file.seek(0)
            yield from _book(path, file, progress, bool(arguments["named"]))
    except OSError:
        raise InvalidInputError(UNREADABLE) from None
    except NotPlain:
        raise InvalidInputError(DAMAGED) from None


def _book(path: Path, file: IO[bytes], progress: Seldom, named: bool) -> Iterator[Answer]:
    from python_calamine import CalamineWorkbook

    progress.report(0, None, READING)
    # Of an open file calamine keeps all bytes; of a path it believes the name.
    others = _ZIPPED if file.read(8) == CFB_SIGNATURE else (".xls", ".xla")
    if path.suffix.lower() in others:
        file.seek(0)
        book = CalamineWorkbook.from_filelike(file)
    else:
        book = CalamineWorkbook.from_path(str(path))
    lists = []
    summary: list[list[str]] = []
    for name in book.sheet_names[:MAX_SHEETS]:
        sheet = book.get_sheet_by_name(name)
        found = _header(sheet, named)
        if found is not None:
            lists.append((name, sheet, *found))
        elif not summary:
            rows = islice(_rows(sheet), SUMMARY_ROWS)
            summary = [[_short(cell) for cell in cells[:8]] for _, cells in rows]
    if not lists:
        raise InvalidInputError(NOT_EMISSION)
    yield ["resumen", summary], b""
    for name, sheet, line, header in lists:
        kind = "EBA" if any("rcv" in fold(cell) for cell in header) else "EMA"
        columns, parts = _columns(header), _parts(header, kind)
        yield ["lista", kind, name[:MAX_TEXT], bool(parts) and "total" in columns], b""
        yield from blocks(_told(sheet, line, columns, parts, progress))


def _rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """(number of the row in Excel, cells from column A on)."""
    if sheet.start is None or sheet.end[1] >= MAX_COLUMNS:
        return
    # calamine starts with the first row of the sheet, but with the first column in use.
    before = [""] * sheet.start[1]
    for at, cells in enumerate(sheet.iter_rows(), 1):
        yield at, before + cells


def _header(sheet: Any, named: bool) -> tuple[int, list[str]] | None:
    for line, cells in islice(_rows(sheet), HEADER_SEARCH_ROWS):
        texts = [_short(cell) for cell in cells]
        names = {fold(text) for text in texts}
        if "nss" in names and (names & _OF_EMISSIONS or not named):
            return line, texts
    return None


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Field → index, by its name; by its place after the NSS where that is nobody else's."""
    columns = match_columns([*header], _NAMES)
    first = columns["nss"]
    for field, at in zip(FIRST, range(first, len(header)), strict=False):
        if field not in columns and at not in columns.values():
            columns[field] = at
    return columns


def _parts(header: Sequence[str], kind: str) -> list[int]:
    """The columns that a row's total is the sum of; none unless all are there."""
    names = COMPONENTES[kind]
    found = match_columns([*header], dict.fromkeys(names, ()))
    return list(found.values()) if len(found) == len(names) else []


def _told(
    sheet: Any, header: int, columns: dict[str, int], parts: list[int], progress: Seldom
) -> Iterator[tuple[int, str]]:
    total = sheet.end[0] + 1
    places = [columns.get(field, -1) for field in CELLS[:-1]]
    for line, cells in _rows(sheet):
        if line <= header:
            continue
        if line % 256 == 0:
            progress.report(line, total, READING)
        texts = ["" if at < 0 or at >= len(cells) else _short(cells[at]) for at in places]
        if not any(texts):
            continue
        yield line, CELL_END.join([*texts, _sum(cells, parts)])


def _sum(cells: Sequence[Any], parts: list[int]) -> str:
    """The sum in centavos; empty if a part is no number."""
    total = 0
    for at in parts:
        value = cells[at] if at < len(cells) else ""
        try:
            number = float(value.replace(",", "") or 0) if isinstance(value, str) else float(value)
            total += round(number * 100)
        except (TypeError, ValueError, OverflowError):
            return ""
    return str(total) if parts else ""


def _short(value: Any) -> str:
    return text_of(value)[:MAX_TEXT]
