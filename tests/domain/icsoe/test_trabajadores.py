"""Workers of a contract: pasted rows, the CSV of the portal and its rejections."""

from __future__ import annotations

import time
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.icsoe.trabajadores import (
    MAX_TRABAJADORES,
    TrabajadorContrato,
    csv_files,
    match_rejections,
    pack_rows,
    read_csv,
    read_pasted,
    repeated,
    unpack_rows,
)
from icsoe_desktop.errors import InvalidInputError
from tests.domain.icsoe.informativas import HOY, filas


@cache
def thousands() -> list[TrabajadorContrato]:
    return filas(6_001)


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(1, [1]), (3_000, [3_000]), (6_001, [3_000, 3_000, 1])],
)
def test_the_csv_is_split_at_3000_rows_and_reads_back_equal(count: int, sizes: list[int]) -> None:
    rows = thousands()[:count]
    files = csv_files(rows, "contrato")
    assert [each.contenido.count(b"\r\n") for each in files] == sizes
    names = [f"contrato_{at + 1}de{len(sizes)}.csv" for at in range(len(sizes))]
    assert [each.nombre for each in files] == (names if len(sizes) > 1 else ["contrato.csv"])
    assert all(len(each.contenido) < 15 * 2**20 for each in files)
    assert list(read_csv(each.contenido for each in files)) == rows


def test_the_layout_is_nss_curp_and_sbc_with_two_decimals_and_no_blanks() -> None:
    row = filas(1)[0]
    (file,) = csv_files([row._replace(sbc="1412.50")], "x")
    assert file.contenido == f"{row.nss},{row.curp},1412.50\r\n".encode()


def test_cells_become_canonical_and_wrong_ones_are_kept() -> None:
    row = filas(1)[0]
    typed = TrabajadorContrato.typed(
        f" {row.nss[:4]}-{row.nss[4:]} ", row.curp.lower(), "$ 1,412.5"
    )
    assert typed == TrabajadorContrato(row.nss, row.curp, "1412.50")
    assert typed.problemas(HOY) == {}
    wrong = TrabajadorContrato.typed("123", "XX", "mucho")
    assert wrong == TrabajadorContrato("123", "XX", "mucho")
    assert list(wrong.problemas(HOY)) == ["nss", "curp", "sbc"]
    assert "9,999.99" in TrabajadorContrato.typed(row.nss, row.curp, "10000").problemas(HOY)["sbc"]
    for other in ("0", "98,50", "635;5"):
        assert list(TrabajadorContrato.typed(row.nss, row.curp, other).problemas(HOY)) == ["sbc"]


def test_a_zero_that_excel_dropped_comes_back_only_if_the_check_digit_agrees() -> None:
    from icsoe_desktop.domain.identificadores.numeros import check_digit_nss

    whole = "0512345678" + check_digit_nss("0512345678")
    assert TrabajadorContrato.typed(whole[1:], "", "").nss == whole
    other = whole[1:-1] + str((int(whole[-1]) + 1) % 10)
    assert TrabajadorContrato.typed(other, "", "").nss == other


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_paste_from_excel_or_a_csv_is_read(separator: str, end: str) -> None:
    rows = filas(5)
    text = end.join(separator.join(row) for row in rows) + end
    assert read_pasted(text) == (tuple(rows), 0)


def test_a_paste_with_other_columns_is_read_by_its_header() -> None:
    row = filas(1)[0]
    text = f"No.\tNombre\tSBC\tCURP\tNSS\n1\tAna\t{row.sbc}\t{row.curp}\t{row.nss}\n"
    assert read_pasted(text) == ((row,), 0)


def test_a_paste_without_header_is_read_by_the_shape_of_its_cells() -> None:
    row = filas(1)[0]
    text = f"1\t{row.curp}\tANA LOPEZ\t{row.nss}\t{row.sbc}\nTotal\t1\n"
    assert read_pasted(text) == ((row,), 1)


def test_a_pasted_formula_stays_text_and_is_named_as_wrong() -> None:
    (row,), _ = read_pasted('=CMD("x")\t+1+1\t@SUM(A1)')
    assert set(row.problemas(HOY)) == {"nss", "curp", "sbc"}


def test_a_huge_paste_is_refused_at_once_and_3000_rows_take_less_than_a_second() -> None:
    start = time.process_time()
    with pytest.raises(InvalidInputError, match="20,000"):
        read_pasted("1,2,3\n" * 100_000)
    with pytest.raises(InvalidInputError, match="20,000"):
        read_pasted("1,2,3\n" * (MAX_TRABAJADORES + 1))
    assert read_pasted("x" * 1_000_000) == ((), 1)
    rows = thousands()[:3_000]
    begun = time.process_time()
    assert len(read_pasted("\n".join("\t".join(row) for row in rows)).filas) == 3_000
    assert time.process_time() - begun < 1
    assert time.process_time() - start < 20


@given(st.text(max_size=400))
def test_any_pasted_text_gives_rows_that_can_be_stored(text: str) -> None:
    filas_, _ = read_pasted(text)
    assert unpack_rows(pack_rows(filas_)) == filas_
    for row in filas_:
        row.problemas(HOY)


@given(st.tuples(st.text(), st.text(), st.text()))
def test_any_typed_row_can_be_stored(cells: tuple[str, str, str]) -> None:
    row = TrabajadorContrato.typed(*cells)
    assert unpack_rows(pack_rows([row, row])) == (row, row)


@pytest.mark.parametrize(
    "text", ["x", "a,b,c,d", "a,b,c\n\n", "a,b,c\n" * MAX_TRABAJADORES + "a,b,c"]
)
def test_a_damaged_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="workers"):
        unpack_rows(text)


def test_workers_named_twice_are_found_by_nss_or_curp() -> None:
    rows = filas(6)
    assert repeated(rows) == frozenset()
    again = [*rows, rows[1], rows[2]._replace(nss="99999999999")]
    assert repeated(again) == frozenset({1, 2, 6, 7})
    empty = TrabajadorContrato("", "", "")
    assert repeated([empty, empty]) == frozenset()


def test_rejections_of_the_portal_find_their_worker() -> None:
    rows = filas(4)
    found, unknown = match_rejections(
        rows,
        [
            {"nss": rows[0].nss, "motivo": "NSS no existe"},
            {"curp": rows[1].curp.lower(), "motivo": ""},
            {"nss": "11111111111", "curp": "", "motivo": "x"},
        ],
    )
    assert found == {rows[0].nss: "NSS no existe", rows[1].nss: "Rechazado por el portal"}
    assert unknown == 1


def test_a_birth_date_to_come_is_wrong() -> None:
    row = filas(1)[0]
    assert "curp" in row.problemas(date(1950, 1, 1))


def test_what_stands_after_2000_characters_of_a_pasted_line_is_not_looked_at() -> None:
    row = filas(1)[0]
    cells = f",{row.sbc},{row.nss},{row.curp}"
    assert read_pasted("x" * (2_000 - len(cells)) + cells) == ((row,), 0)
    assert read_pasted("x" * (2_001 - len(cells)) + cells) == ((), 1)
