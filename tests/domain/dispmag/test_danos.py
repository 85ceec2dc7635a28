"""Files that were cut, joined, mixed up or never were what they say."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from icsoe_desktop.domain.dispmag import (
    Leido,
    LineaRechazada,
    MovimientoLeido,
    Observacion,
    read,
)
from icsoe_desktop.domain.dispmag.lectura import MAX_LINEA
from tests.domain.dispmag.registros_168 import (
    alta,
    archivo,
    baja,
    modificacion,
    movimiento_of,
    put,
    totales,
)


def places(items: list[Leido]) -> list[tuple[str, int, list[tuple[int, str]]]]:
    return [
        (type(item).__name__, item.linea, [(p.posicion, p.gravedad) for p in item.problemas])
        for item in items
    ]


@pytest.mark.parametrize(
    ("line", "posicion"),
    [
        (alta()[:60], 61),
        (alta()[:100], 101),
        (alta()[:108], 109),
        (alta()[:125], 126),
        (alta()[:160], 161),
        (alta()[:30] + alta()[31:], 23),
        (alta()[:30] + " " + alta()[30:], 50),
        (alta() + "X", 169),
        ("hola", 5),
        ("\0" * 400, 1),
    ],
)
def test_a_line_of_the_wrong_width_says_where_it_goes_wrong(line: str, posicion: int) -> None:
    found = list(read([archivo(alta(), line, baja())]))
    assert places(found) == [
        ("MovimientoLeido", 1, []),
        ("LineaRechazada", 2, [(posicion, "error")]),
        ("MovimientoLeido", 3, []),
    ]
    assert found[1].problemas[0].encontrado == f"{len(line)} posiciones"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"], ids=["LF", "CR", "CRLF"])
def test_an_empty_first_line_counts_as_a_line(end: str) -> None:
    found = list(read([f"{end}{alta()[:60]}{end}".encode()]))
    assert {item.linea for item in found if item.problemas} == {2}


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        (alta() + "   ", alta()),
        (alta()[:167], alta()),
        (put(alta(), 150, " " * 18)[:148], put(alta(), 150, " " * 18)),
        (put(alta(), 150, " " * 18)[:142], put(alta(), 150, " " * 18)),
        (put(put(alta(), 139, " " * 10), 150, " " * 18)[:138],
         put(put(alta(), 139, " " * 10), 150, " " * 18)),
        (baja()[:149], baja()),
    ],
)  # fmt: skip
def test_spaces_that_an_editor_cut_or_added_at_the_end_are_made_good(line: str, whole: str) -> None:
    (expected,) = list(read([archivo(whole)]))
    (found,) = list(read([archivo(line)]))
    assert isinstance(found, MovimientoLeido)
    assert found._replace(problemas=()) == expected
    assert places([found]) == [("MovimientoLeido", 1, [(0, "advertencia")])]


def test_a_baja_cut_before_its_cause_is_not_made_good() -> None:
    assert places(list(read([archivo(baja()[:148])]))) == [("LineaRechazada", 1, [(149, "error")])]


def test_records_that_lost_the_ends_of_their_lines_are_all_read() -> None:
    content = (alta() + baja() + put(alta(), 15, "X") + totales(3)).encode()
    assert places(list(read([content]))) == [
        ("MovimientoLeido", 1, [(0, "advertencia")]),
        ("MovimientoLeido", 1, [(0, "advertencia")]),
        ("LineaRechazada", 1, [(0, "advertencia"), (15, "error")]),
    ]


def test_two_files_one_after_the_other() -> None:
    first = archivo(alta()) + b"\x1a"
    second = archivo(baja(), modificacion(), encoding="utf-8-sig")
    found = list(read([first + second]))
    assert places(found) == [
        ("MovimientoLeido", 1, []),
        ("MovimientoLeido", 3, []),
        ("MovimientoLeido", 4, []),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([alta()], [("Observacion", 1, [(0, "advertencia")])]),
        ([alta(), totales(2)], [("Observacion", 2, [(57, "error")])]),
        ([alta(), put(totales(1), 57, "  X  ")], [("Observacion", 2, [(57, "error")])]),
        ([alta(), put(totales(1), 134, "02400")], [("Observacion", 2, [(134, "advertencia")])]),
        ([alta(), put(totales(1), 20, "HOLA")], [("Observacion", 2, [(14, "advertencia")])]),
        ([alta(), totales(1)[:138]], [("Observacion", 2, [(0, "advertencia")])]),
        ([alta(), totales(1), alta()], [("Observacion", 3, [(0, "advertencia")])]),
        ([totales(0)], [("Observacion", 1, [(0, "error")])]),
        ([], [("Observacion", 1, [(0, "error")])]),
        (["", "  ", ""], [("Observacion", 3, [(0, "error")])]),
    ],
)
def test_the_totals_are_held_against_the_records(
    lines: list[str], expected: list[tuple[str, int, list[tuple[int, str]]]]
) -> None:
    content = "".join(line + "\r\n" for line in lines).encode()
    found = [item for item in read([content]) if not isinstance(item, MovimientoLeido)]
    assert places(found) == expected


def test_the_totals_count_damaged_movements_too() -> None:
    assert places(list(read([archivo(alta(), alta()[:90], put(alta(), 132, "99"))]))) == [
        ("MovimientoLeido", 1, []),
        ("LineaRechazada", 2, [(91, "error")]),
        ("LineaRechazada", 3, [(132, "error")]),
    ]


def test_a_line_without_end_is_one_problem_in_bounded_memory() -> None:
    piece = b"A" * (1 << 16)

    def endless() -> Iterator[bytes]:
        yield archivo(alta())
        for _ in range(1024):
            yield piece
        yield b"\r\n" + archivo(baja())

    tracemalloc.start()
    found = list(read(endless()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert places(found) == [
        ("MovimientoLeido", 1, []),
        ("LineaRechazada", 3, [(169, "error")]),
        ("MovimientoLeido", 4, []),
        ("Observacion", 5, [(57, "error")]),
    ]
    assert found[1].problemas[0].encontrado == f"{1 << 26} bytes sin fin de línea"
    assert peak < 8 * MAX_LINEA


def test_noise_keeps_nothing_in_memory() -> None:
    line = bytes(range(32, 200)) + b"\n"

    def noise() -> Iterator[bytes]:
        for number in range(40):
            yield b"".join(bytes([48 + number % 70, 32 + at]) + line[2:] for at in range(100))

    tracemalloc.start()
    rejected = sum(isinstance(item, LineaRechazada) for item in read(noise()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rejected == 4000
    assert peak < 16 << 20


def test_bytes_that_no_encoding_has_are_an_error_in_their_place() -> None:
    content = archivo(alta()).replace(b"RIVERA", b"RI\x81\xffRA")
    assert places(list(read([content]))) == [("LineaRechazada", 1, [(25, "error")])]


@given(st.binary(max_size=700), st.integers(1, 50))
@example(b"\xff\xfe\x00\xd8\x00\xd8", 1)
@example(b"\xef\xbb", 1)
@example(b"*" * 500, 13)
@example("İßŉǰΐ".encode() * 16, 3)
def test_noise_of_every_kind_is_read_without_a_crash(content: bytes, size: int) -> None:
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    found = list(read(pieces))
    assert found == list(read([content]))
    assert all(item.problemas for item in found)


def damaged(line: str) -> st.SearchStrategy[str]:
    """The line with a few places overwritten, or some taken out or put in."""
    signs = st.sampled_from("AEHMNOXZ 0129#'") | st.characters(
        exclude_categories=["Cs"], exclude_characters="\r\n"
    )
    edit = st.tuples(
        st.integers(0, 167), st.integers(0, 3), st.text(signs, max_size=4)
    ) | st.tuples(st.integers(0, 167), st.just(1), st.sampled_from("AEHMNOXZ 0129#'"))

    def apply(edits: list[tuple[int, int, str]]) -> str:
        text = line
        for start, length, new in edits:
            text = text[:start] + new + text[start + length :]
        return text

    return st.lists(edit, min_size=1, max_size=3).map(apply)


@given(
    st.sampled_from([alta(), baja(), modificacion()]).flatmap(damaged),
    st.sampled_from(["utf-8", "cp1252"]),
)
def test_a_damaged_record_costs_neither_its_neighbours_nor_a_crash(
    line: str, encoding: str
) -> None:
    content = b"\r\n".join(
        [alta().encode(), line.encode(encoding, "replace"), baja().encode(), b""]
    )
    found = [item for item in read([content]) if not isinstance(item, Observacion)]
    assert (found[0].linea, found[0].problemas) == (1, ())
    assert (found[-1].linea, found[-1].problemas) == (3, ())
    for item in found:
        if isinstance(item, MovimientoLeido):
            movimiento_of(item)
            assert all(problem.gravedad == "advertencia" for problem in item.problemas)
        else:
            assert any(problem.gravedad == "error" for problem in item.problemas)


def test_of_many_guias_in_a_file_the_first_five_are_named() -> None:
    guias = [f"{number:02}400" for number in range(1, 8)]
    lines = [put(alta(), 134, guia) for guia in guias]
    content = "".join(line + "\r\n" for line in (*lines, put(totales(7), 134, "99400"))).encode()
    *_, totals = read([content])
    assert [problema.esperado for problema in totals.problemas] == [
        "Se esperaba la guía de los movimientos: 01400, 02400, 03400, 04400, 05400."
    ]
