"""Sheets are read in a child process: the same rows and sentences, and whoever waits can stop."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas import lectura
from icsoe_desktop.gateways.hojas.lectura import open_sheet, open_sheet_here
from icsoe_desktop.gateways.isolation import client
from icsoe_desktop.gateways.isolation.client import BROKEN, TOO_MUCH, IsolatedReader
from icsoe_desktop.jobs import Cancelled
from tests.gateways.hojas.libros import WANTED, book, plain_book, read, shared_book
from tests.gateways.isolation.test_isolation import lies

Found = tuple[tuple[str, ...], dict[str, int], list[tuple[object, ...]]]


def through_a_child(path: Path) -> Found:
    with open_sheet(path, WANTED) as sheet:
        return (
            sheet.header.cells,
            dict(sheet.columns),
            [(row.line, *row.cells) for row in sheet.rows],
        )


def here(path: Path, *, careful: bool = False) -> Found:
    with open_sheet_here(path, WANTED, careful=careful) as sheet:
        return (
            sheet.header.cells,
            dict(sheet.columns),
            [(row.line, *row.cells) for row in sheet.rows],
        )


def told(path: Path) -> tuple[str, str | None]:
    with pytest.raises(InvalidInputError) as caught:
        through_a_child(path)
    return caught.value.message, caught.value.campo


def test_a_child_tells_the_rows_of_each_kind_of_sheet(tmp_path: Path) -> None:
    text = tmp_path / "lista ñ.csv"
    text.write_text("RFC;Notas\nÑuno;\n\nDos;x\n", encoding="utf-8")
    many = book(tmp_path / "muchos.xlsx", ["RFC", "n"], *(["x" * (n % 300), n] for n in range(900)))
    odd = book(tmp_path / "raros.xlsx", ["RFC"], ["a_x001F_b_x001E_c"], ["_x001E__x001F_x"])
    assert here(odd)[2] == [(2, "a b c"), (3, "x")]
    for path in (
        text,
        many,
        odd,
        plain_book(tmp_path / "a.xlsx"),
        shared_book(tmp_path / "b.xlsx"),
    ):
        assert through_a_child(path) == here(path), path.name


def test_a_file_that_is_no_sheet_gets_the_same_sentence_through_the_child(tmp_path: Path) -> None:
    for content in (b"", b"%PDF-1.7", b"PK\x03\x04" + bytes(100), b"RP\n" + b"x" * 40_000):
        path = tmp_path / "archivo.csv"
        path.write_bytes(content)
        with pytest.raises(InvalidInputError) as caught:
            read(path)
        assert told(path) == (caught.value.message, "archivo")


def test_a_row_that_would_not_fit_into_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ancha.csv"
    path.write_text("RP\n" + "\n".join(['"' + "x\n" * 16_000 + '",'] * 2), encoding="utf-8")
    assert len(through_a_child(path)[2]) == 2
    path.write_text("RP\n" + ('"' + "x\n" * 16_000 + '",') * 40 + "\n", encoding="utf-8")
    assert "El renglón 2 tiene más de 1,000,000 caracteres" in told(path)[0]


class StopAfter:
    """A progress that asks to stop after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        if time.monotonic() > self.end:
            raise Cancelled


def test_cancelling_ends_a_reading_that_never_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lies(monkeypatch, "time.sleep(600)")
    started = time.monotonic()
    with (
        pytest.raises(Cancelled),
        open_sheet(book(tmp_path / "a.xlsx", ["RP"]), None, StopAfter(0.2)),
    ):
        pass
    assert time.monotonic() - started < 5


HEADER = "frame(['answer', [1, ['RFC'], {'rfc': 0}]])\n"


@pytest.mark.parametrize(
    "code",
    [
        "frame(['end'])",
        "frame(['answer', [1, ['RFC', 2], {}]])",
        "frame(['answer', [1, ['RFC'], {'rfc': 1}]])",
        "frame(['answer', None])",
        HEADER + "frame(['answer', 5])",
        HEADER + "frame(['answer', [2, 3]], b'uno')",
        HEADER + "frame(['answer', ['2']], b'uno')",
        HEADER + "frame(['answer', [2_000_000]], b'uno')",
        HEADER + "frame(['answer', [2]], b'\\xff')",
    ],
)
def test_whatever_a_child_says_of_a_sheet_is_rows_or_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    lies(monkeypatch, code)
    assert told(book(tmp_path / "a.xlsx", ["RP"])) == (BROKEN, "archivo")


def test_rows_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lectura, "MAX_ROWS_BYTES", 10)
    path = book(tmp_path / "a.xlsx", ["RP"], ["123456"], ["123456"])
    assert "sus celdas tienen más texto" in told(path)[0]


# Dies where it does not read carefully: at once, or after some rows of the real reader.
MORTAL = """
import json, os, struct, sys
sys.path.insert(0, {root!r})
from icsoe_desktop.gateways.hojas import lectura
from icsoe_desktop.gateways.isolation import blocks, child
blocks._BLOCK_ROWS = 2
real = lectura.read_task
def read_task(arguments, payload, report):
    for at, answer in enumerate(real(arguments, payload, report)):
        if at == {at} and (not arguments["careful"] or {always}):
            sys.stdout.flush()
            os.abort()
        yield answer
lectura.read_task = read_task
child.main(sys.argv[1:])
"""


def mortal(monkeypatch: pytest.MonkeyPatch, at: int, *, always: bool) -> None:
    root = str(Path(__file__).resolve().parents[3])
    code = MORTAL.format(root=root, at=at, always=always)
    monkeypatch.setattr(client, "child_command", lambda: [sys.executable, "-I", "-c", code])


@pytest.mark.parametrize("at", [0, 1, 3])
def test_where_calamine_dies_openpyxl_reads_on_and_no_row_is_lost_or_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    path = book(tmp_path / "a.xlsx", ["RFC"], *([str(n)] for n in range(9)))
    expected = here(path)
    mortal(monkeypatch, at, always=False)
    assert through_a_child(path) == expected


def test_where_both_readers_die_the_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mortal(monkeypatch, 1, always=True)
    assert told(book(tmp_path / "a.xlsx", ["RFC"], ["x"])) == (TOO_MUCH, "archivo")


def test_the_child_ends_with_the_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[IsolatedReader] = []
    begin = IsolatedReader._start

    def start(reader: IsolatedReader) -> None:
        started.append(reader)
        begin(reader)

    monkeypatch.setattr(IsolatedReader, "_start", start)
    path = book(tmp_path / "a.xlsx", ["RFC"], *([str(n)] for n in range(9)))
    with open_sheet(path) as sheet:
        assert next(sheet.rows).line == 2
        assert [reader.is_open for reader in started] == [True]
    assert [reader.is_open for reader in started] == [False]
