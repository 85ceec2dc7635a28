"""Reads a user's table in Excel or CSV: a header, and rows of text.

A child process parses the file, and this one gets blocks of rows: see gateways/isolation. Files
over the limits, damaged files and other files are refused with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.hojas.comun import (
    MAX_FILE_BYTES,
    MAX_ROWS,
    Rows,
    SheetFile,
    SheetInMemory,
    SheetRow,
    empty,
    not_a_sheet,
    refuse,
    size_of,
    too_large,
)
from icsoe_desktop.gateways.hojas.excel import CFB_SIGNATURE, open_workbook, refuse_compound_file
from icsoe_desktop.gateways.hojas.texto_csv import open_csv
from icsoe_desktop.gateways.isolation.client import (
    BROKEN,
    CELL_END,
    ROW_END,
    Answer,
    ChildLostError,
    IsolatedReader,
    Report,
    Seldom,
    blocks,
)
from icsoe_desktop.jobs import NoProgress, Progress

__all__ = [
    "Aliases", "Sheet", "SheetRow", "column_letter", "match_columns", "open_sheet",
    "open_sheet_here",
]  # fmt: skip

Aliases = Mapping[str, Sequence[str]]

# Reports have titles above the table: search the header in this many rows.
HEADER_SEARCH_ROWS = 20
MAX_SHEETS_SEARCHED = 20
# 1,735.00 without quotes is two cells: its row is longer than the header, and the amount is 1.
_SPLIT: Final = re.compile(r"^\$? ?\d{1,3}\n\d{3}\.\d\d?$", re.MULTILINE)
SPLIT_AMOUNT: Final = (
    "El renglón {line} tiene más columnas que títulos. Si un importe lleva coma de millares, como "
    "1,735.00, quítela; si es una nota, póngale título. Después elija otra vez el archivo."
)
_MAX_HEADER: Final = 80
TASK: Final = "hojas.read"
# calamine loads a sheet in one call, which reports nothing: seconds on a slow machine.
SILENCE_S: Final = 60.0
# What all rows of a sheet may hold: a text used a million times takes one place in the file.
MAX_ROW_CHARACTERS: Final = 1_000_000
MAX_ROWS_BYTES: Final = 400_000_000
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_FORMATS = (b"%pdf", b"{\\rtf", b"<html", b"<!doctype", b"<?xml", b"<table", b"-----begin")


@dataclass(frozen=True)
class Sheet:
    """An open sheet.

    columns: field → index, for the wanted columns that exist.
    rows: the non-empty rows after the header, each at least as wide as the header.
    """

    header: SheetRow
    columns: Mapping[str, int]
    rows: Rows


@contextmanager
def open_sheet(
    file: SheetFile,
    wanted: Aliases | None = None,
    progress: Progress | None = None,
    *,
    max_rows: int = MAX_ROWS,
    repeated: bool = False,
) -> Iterator[Sheet]:
    """Open the table in a .xlsx or CSV file, in a child process. The content decides the format.

    wanted: the columns to search. The row with most of them is the header; if there is none,
    the first row of the first visible sheet is that has more than a title.
    max_rows: below the header, for a caller that keeps them all in memory.
    repeated: leave out a field that two columns are named after, instead of refusing the file.
    Raises InvalidInputError (campo "archivo"), here or while its rows are read, and Cancelled.
    """
    answers = _answers(file, wanted or {}, progress or NoProgress(), repeated)
    with closing(answers):
        header, columns = _received_header(next(answers, None))
        yield Sheet(header, columns, _received_rows(answers, max_rows))


def _answers(
    file: SheetFile, wanted: Aliases, progress: Progress, repeated: bool
) -> Generator[Answer]:
    """First the header, then blocks of rows.

    Where calamine kills the child, a second one begins anew with openpyxl, which needs less memory.
    """
    arguments: dict[str, Any] = {
        "path": str(file.absolute()) if isinstance(file, Path) else None,
        "name": file.name,
        "wanted": {field: list(names) for field, names in wanted.items()},
        "repeated": repeated,
    }
    content = file.data if isinstance(file, SheetInMemory) else b""
    begun = False
    for careful in (False, True):
        try:
            with IsolatedReader(silence_s=SILENCE_S) as reader:
                answers = reader.ask(
                    TASK, arguments | {"careful": careful}, content, progress=progress
                )
                for at, answer in enumerate(answers):
                    if at or not begun:
                        yield answer
                    begun = True
            return
        except InvalidInputError:
            raise
        except UserFacingError as error:
            if careful or not isinstance(error, ChildLostError):
                raise InvalidInputError(error.message, "archivo") from error


def _received_header(answer: Answer | None) -> tuple[SheetRow, dict[str, int]]:
    match answer:
        case ([int(line), list(cells), dict(columns)], _) if all(
            isinstance(cell, str) for cell in cells
        ) and all(isinstance(at, int) and 0 <= at < len(cells) for at in columns.values()):
            return SheetRow(line, tuple(cells)), columns
    raise InvalidInputError(BROKEN, "archivo")


def _received_rows(answers: Iterator[Answer], max_rows: int) -> Rows:
    last = size = count = 0
    for lines, blob in answers:
        try:
            texts = blob.decode().split(ROW_END)
        except UnicodeError:
            raise InvalidInputError(BROKEN, "archivo") from None
        if not isinstance(lines, list) or len(lines) != len(texts):
            raise InvalidInputError(BROKEN, "archivo")
        size += len(blob)
        if size > MAX_ROWS_BYTES:
            raise too_large("sus celdas tienen más texto que las de un libro normal")
        for line, text in zip(lines, texts, strict=True):
            if not isinstance(line, int) or line > MAX_ROWS:
                raise InvalidInputError(BROKEN, "archivo")
            # A second child tells again what the first one told.
            if line > last:
                count += 1
                if count > max_rows:
                    raise too_large(f"tiene más de {max_rows:,} renglones")
                yield SheetRow(line, tuple(text.split(CELL_END)))
                last = line


def read_task(arguments: dict[str, Any], payload: bytes, report: Report) -> Iterator[Answer]:
    """In the child: an answer for the header, and one for each block of rows."""
    progress = Seldom(report)
    path, wanted = arguments["path"], arguments["wanted"]
    file = SheetInMemory(arguments["name"], payload) if path is None else Path(path)
    careful, repeated = arguments["careful"], arguments["repeated"]
    with open_sheet_here(file, wanted, progress, careful=careful, repeated=repeated) as sheet:
        yield [sheet.header.line, sheet.header.cells, dict(sheet.columns)], b""
        yield from blocks(_joined(sheet.rows))


def _joined(rows: Rows) -> Iterator[tuple[int, str]]:
    for row in rows:
        text = CELL_END.join(row.cells)
        if len(text) > MAX_ROW_CHARACTERS:
            raise refuse(
                f"El renglón {row.line:,} tiene más de {MAX_ROW_CHARACTERS:,} caracteres. "
                "Corríjalo y vuelva a elegir el archivo."
            )
        yield row.line, text


@contextmanager
def open_sheet_here(
    file: SheetFile,
    wanted: Aliases | None = None,
    progress: Progress | None = None,
    *,
    careful: bool = False,
    repeated: bool = False,
) -> Iterator[Sheet]:
    """The same as open_sheet, in this process: only for files that are trusted, and in the child.

    careful: with openpyxl alone.
    """
    progress = progress or NoProgress()
    wanted = wanted or {}
    with ExitStack() as stack:
        best: tuple[int, int, list[SheetRow], Rows] | None = None
        tables, is_csv = _tables(file, progress, stack, careful=careful)
        for rows in islice(tables, MAX_SHEETS_SEARCHED):
            first = list(islice(rows, HEADER_SEARCH_ROWS))
            scores = [len(_places(row.cells, wanted)) for row in first]
            score = max(scores, default=-1)
            if best is None or score > best[0]:
                at = scores.index(score) if score > 0 else _below_titles(first, wanted)
                best = score, at, first, rows
        if best is None or best[0] < 0:
            raise empty()
        _, at, first, rest = best
        header = first[at]
        width = len(header.cells)
        rows = _padded(chain(first[at + 1 :], rest), width, is_csv=is_csv)
        columns = match_columns(header.cells, wanted, repeated=repeated)
        yield Sheet(header, columns, rows)


def _below_titles(rows: Sequence[SheetRow], wanted: Aliases) -> int:
    """The first row with more than a title, if none has a known name."""

    def names(row: SheetRow) -> int:
        return sum(0 < len(cell) <= _MAX_HEADER for cell in row.cells)

    return next((at for at, row in enumerate(rows) if names(row) > 1), 0) if wanted else 0


def match_columns(
    header: Sequence[str], wanted: Aliases, *, repeated: bool = False
) -> dict[str, int]:
    """field → index of the column whose name is the field's, or one of its aliases.

    Ignores accents, case, spaces and punctuation. Of several columns, prefers the one named
    like the field, then the earliest alias. Leaves out missing fields. A column that no name fits
    is taken by the words of a name, in any order and abbreviated, if it is the only one.
    Raises InvalidInputError if two columns have the same name; repeated: leaves their field out.
    """
    found: dict[str, int] = {}
    for field, places in _places(header, wanted).items():
        if len(places) > 1 and repeated:
            continue
        if len(places) > 1:
            first, second = places[:2]
            raise refuse(
                f"Las columnas {column_letter(first)} y {column_letter(second)} se llaman igual, "
                f"«{header[first]}». Deje sólo una y vuelva a elegir el archivo."
            )
        found[field] = places[0]
    return found


def _places(header: Sequence[str], wanted: Aliases) -> dict[str, list[int]]:
    by_name: dict[str, list[int]] = {}
    for index, cell in enumerate(header):
        by_name.setdefault(_plain(cell), []).append(index)
    places: dict[str, list[int]] = {}
    for field, aliases in wanted.items():
        names = (_plain(name) for name in (field, *aliases))
        name = next((name for name in names if name in by_name), None)
        if name is not None:
            places[field] = by_name[name]
    taken = {index for found in places.values() for index in found}
    by_words: dict[tuple[str, ...], list[int]] = {}
    for index, cell in enumerate(header):
        if index not in taken and (words := _words(cell)):
            by_words.setdefault(words, []).append(index)
    for field, aliases in wanted.items() if by_words else ():
        if field not in places:
            named = (by_words.get(_words(name), []) for name in aliases)
            found = next((found for found in named if found), [])
            if len(found) == 1 and found[0] not in taken:
                places[field] = found
                taken.update(found)
    return places


def rivals(header: Sequence[str], wanted: Aliases) -> dict[str, tuple[int, ...]]:
    """field → the columns that fit it, where several do and none alone is named like the field.

    «Fecha de alta» and «Fecha de baja»: nobody can tell which one is «Fecha del movimiento».
    """
    plain = [_plain(cell) for cell in header]
    taken = {at: field for field, places in _places(header, wanted).items() for at in places}
    found: dict[str, tuple[int, ...]] = {}
    for field, aliases in wanted.items():
        names = {_plain(name) for name in (field, *aliases)}
        words = {_words(name) for name in aliases}
        fits = tuple(
            at
            for at, cell in enumerate(header)
            if taken.get(at, field) == field
            and (plain[at] in names or (bool(_words(cell)) and _words(cell) in words))
        )
        titled = [at for at in fits if plain[at] in (_plain(field), *map(_plain, aliases[:1]))]
        if len(fits) > 1 and len(titled) != 1:
            found[field] = fits
    return found


# Words of headers that are written in several ways; «empleado» is the worker.
_SAME: Final = {
    short: word
    for word, shorts in {
        "numero": "no num nro n nu", "movimiento": "mov movto movimientos", "registro": "reg",
        "patronal": "pat patr", "apellido": "ap apell a", "trabajador": "trab empleado empl emp",
        "tipo": "t", "salario": "sal", "seguridad": "seg", "social": "soc", "fecha": "fec f fch",
        "nombre": "nom nombres", "clave": "cve", "codigo": "cod", "subdelegacion": "subdel",
        "primer": "1 1er primero", "segundo": "2 2o 2do", "cotizacion": "cot cotiz",
        "integrado": "int integ", "ingreso": "ing", "afiliacion": "afil", "diario": "d",
        "modificacion": "mod modif", "jornada": "jor",
        "": "de del la el los las y o s",
    }.items()
    for short in shorts.split()
}  # fmt: skip


_ASIDE: Final = re.compile("[(][0-9]{2}[a-z ]*[)]")  # «CURP (18)», «NSS (11 dígitos)»
_DOTTED: Final = re.compile(r"\b(?:[a-z][.]){2,}")  # «S.D.I. diario»


@lru_cache(maxsize=1_000)
def _words(name: str) -> tuple[str, ...]:
    """The words of a header in one spelling and order; none of a text that is no header."""
    if len(name) > _MAX_HEADER:
        return ()
    text = _ASIDE.sub(" ", fold(name.replace("#", " no ").replace("°", "o")))
    words = re.findall("[a-z0-9]+", _DOTTED.sub(lambda one: one[0].replace(".", ""), text))
    return tuple(sorted(filter(None, (_SAME.get(word, word) for word in words))))


def _plain(name: str) -> str:
    return "".join(character for character in fold(name) if character.isalnum())


def column_letter(index: int) -> str:
    """The column's name in Excel: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _padded(rows: Rows, width: int, *, is_csv: bool) -> Rows:
    try:
        for row in rows:
            missing = width - len(row.cells)
            if missing < 0 and is_csv and _SPLIT.search("\n".join(row.cells)):
                raise refuse(SPLIT_AMOUNT.format(line=row.line))
            yield SheetRow(row.line, row.cells + ("",) * missing) if missing > 0 else row
    except OSError as error:
        raise _unreadable() from error


def _tables(
    file: SheetFile, progress: Progress, stack: ExitStack, *, careful: bool
) -> tuple[Iterator[Rows], bool]:
    try:
        if isinstance(file, Path) and not file.is_file():
            raise refuse("El archivo ya no está ahí. Elíjalo de nuevo.")
        size = size_of(file)
        if size > MAX_FILE_BYTES:
            raise too_large(f"pesa más de {MAX_FILE_BYTES // 2**20} MB")
        if size == 0:
            raise empty()
        with file.open("rb") as source:
            head = source.read(512)
            if head.startswith(CFB_SIGNATURE):
                raise refuse_compound_file(head + source.read())
        if head.startswith(_ZIP_SIGNATURES):
            return stack.enter_context(open_workbook(file, progress, careful=careful)), False
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_OTHER_FORMATS):
            raise not_a_sheet()
        return iter([stack.enter_context(open_csv(file, progress))]), True
    except OSError as error:
        raise _unreadable() from error


def _unreadable() -> InvalidInputError:
    return refuse(
        "El archivo no se puede leer. Si está abierto en otro programa, ciérrelo; revise también "
        "que la unidad siga conectada y vuelva a elegirlo."
    )
