"""ASEG and MOVT as written: by the table of the layout document, and read again by the program."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

import pytest

from icsoe_desktop.domain.ejemplo.personas import iter_trabajadores
from icsoe_desktop.domain.identificadores.numeros import check_digit_registro_patronal
from icsoe_desktop.domain.identificadores.valor import check_digit_rfc
from icsoe_desktop.domain.movimientos.catalogos_imss import Jornada, TipoTrabajador
from icsoe_desktop.domain.sua.escritura import (
    as_read,
    first_difference,
    plan_aseg,
    write_aseg,
    write_movt,
)
from icsoe_desktop.domain.sua.formato import ASEG, MOVT
from icsoe_desktop.domain.sua.lectura import AsegRow, MovtRow, recognise, review
from icsoe_desktop.errors import InvalidInputError
from tests.domain.sua import lector_de_la_tabla as tabla

RP = "Y123456710"
RP += check_digit_registro_patronal(RP)
FIRST = date(1943, 1, 1)
SIGNS = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 3) + "ÑÑÁÉÍÓÚÜÇ' -."


def worker(**values: object) -> AsegRow:
    row = AsegRow(
        RP, "12345678903", "MUSA900215AB1", "", "MUÑOZ", "SOTO", "ALMA", "1", "0",
        date(2026, 11, 3), 350_00,
    )  # fmt: skip
    return replace(row, **values)  # type: ignore[arg-type]


def a_name(chance: random.Random, most: int) -> str:
    text = "".join(chance.choices(SIGNS, k=chance.randint(1, most)))
    return " ".join(f"{chance.choice('AÑÓ')}{text}".split())


def random_notices(count: int, seed: int) -> tuple[list[AsegRow], list[MovtRow]]:
    chance = random.Random(seed)  # noqa: S311
    altas, moves = [], []
    for person in islice(iter_trabajadores(seed), count):
        day = FIRST + timedelta(days=chance.randrange(57_000))
        sbc = chance.choice((1, 9_999_99, chance.randint(1, 9_999_99)))
        letters = person.curp[:2] + chance.choice("ÑAXZ") + person.curp[3]
        rfc = f"{letters}{person.curp[4:10]}A1"
        tipo = chance.choice(("02", "07", "08"))
        moves.append(MovtRow(RP, person.nss, tipo, day, "", 0, None if tipo == "02" else sbc))
        altas.append(
            AsegRow(
                RP,
                person.nss,
                rfc + check_digit_rfc(rfc),
                chance.choice(("", person.curp)),
                a_name(chance, 26),
                chance.choice(("", person.segundo_apellido, a_name(chance, 17))),
                a_name(chance, 26),
                chance.choice(list(TipoTrabajador)).value,
                chance.choice(list(Jornada)).value,
                day,
                sbc,
            )
        )
    return altas, moves


@pytest.mark.parametrize("count", [400, pytest.param(100_000, marks=pytest.mark.larga)])
def test_random_notices_survive_writing_and_reading(count: int) -> None:
    altas, moves = random_notices(count, seed=31)
    written = [plan_aseg(0, row)[0] for row in altas]
    content = write_aseg(written)
    assert first_difference(content, ASEG, written) == 0
    for row, line in zip(written, tabla.records(content), strict=True):
        read = as_read(row)
        assert isinstance(read, AsegRow)
        assert tabla.name(line["nombre"]) == (
            read.primer_apellido, read.segundo_apellido, read.nombres
        )  # fmt: skip
        assert (line["nss"], line["curp"].strip(), tabla.day(line["alta"])) == (
            row.nss, row.curp, row.fecha
        )  # fmt: skip
        assert line["rfc"].replace("/", "Ñ") == read.rfc
        assert tabla.pesos(line["sdi"]) == Decimal(row.sbc) / 100
        assert (line["tipo_trabajador"], line["jornada"]) == (row.tipo_trabajador, row.jornada)
        # No credit, as a writer that is in use writes it.
        assert (line["ubicacion"] + line["credito"]).strip() == ""
        assert line["inicio_descuento"] + line["tipo_descuento"] + line["valor"] == "0" * 17
    content = write_movt(moves)
    assert first_difference(content, MOVT, moves) == 0
    for move, line in zip(moves, tabla.records(content), strict=True):
        assert (line["registro_patronal"], line["nss"], line["tipo"], tabla.day(line["fecha"])) == (
            RP, move.nss, move.tipo, move.fecha,
        )  # fmt: skip
        assert (line["folio"].strip(), line["dias"]) == ("", "00")
        assert tabla.pesos(line["sdi"]) == Decimal(move.sbc or 0) / 100


@pytest.mark.parametrize("enie", ["/", "#", "Ñ"])
def test_an_enie_is_written_as_chosen_and_read_as_itself(enie: str) -> None:
    row, changes = plan_aseg(7, worker(rfc="MUÑA900215AB1"), enie)
    (line,) = tabla.records(write_aseg([row]))
    assert line["nombre"].rstrip() == f"MU{enie}OZ$SOTO$ALMA"
    assert line["rfc"] == f"MU{enie}A900215AB1"
    told = [(each.indice, each.campo, each.original, each.escrito) for each in changes]
    assert (
        told
        == [
            (7, "Primer apellido", "MUÑOZ", f"MU{enie}OZ"),
            (7, "RFC", "MUÑA900215AB1", f"MU{enie}A900215AB1"),
        ][: 2 if enie != "Ñ" else 0]
    )
    (read,) = review([write_aseg([row])], ASEG)
    assert read.fila == worker(rfc="MUÑA900215AB1")


def test_an_enie_may_become_an_n_but_never_in_an_rfc() -> None:
    row, changes = plan_aseg(0, worker(rfc="MUÑA900215AB1"), "N")
    assert (row.primer_apellido, row.rfc) == ("MUNOZ", "MUÑA900215AB1")
    assert [each.campo for each in changes] == ["Primer apellido"]


def test_every_letter_that_changes_is_told_with_its_reason() -> None:
    _, changes = plan_aseg(0, worker(primer_apellido="D'ALESSIO", nombres="ÍÑIGO-JOSÉ"))
    assert [(each.campo, each.escrito) for each in changes] == [
        ("Primer apellido", "DALESSIO"),
        ("Nombre(s)", "I/IGO JOSE"),
    ]
    assert "acentos" in changes[1].motivo
    assert "La Ñ se escribe /." in changes[1].motivo


def test_a_name_of_more_than_50_places_is_cut_at_its_end_and_named() -> None:
    long = worker(primer_apellido="A" * 20, segundo_apellido="B" * 20, nombres="MARIA FERNANDA")
    row, (change,) = plan_aseg(0, long)
    assert row.nombres == "MARIA FE"
    assert change.recorta
    assert "tiene 56 letras y caben 50" in change.motivo
    (line,) = tabla.records(write_aseg([row]))
    assert tabla.name(line["nombre"]) == ("A" * 20, "B" * 20, "MARIA FE")


def test_a_name_whose_surnames_leave_no_room_is_refused() -> None:
    full = worker(primer_apellido="A" * 27, segundo_apellido="B" * 27)
    with pytest.raises(InvalidInputError, match="no queda ninguno"):
        plan_aseg(0, full)
    with pytest.raises(InvalidInputError, match="no le quedan letras"):
        plan_aseg(0, worker(nombres="李"))


def test_who_has_one_surname_has_it_first() -> None:
    row, _ = plan_aseg(0, worker(segundo_apellido=""))
    (line,) = tabla.records(write_aseg([row]))
    assert line["nombre"].rstrip() == "MU/OZ$$ALMA"


def test_what_cannot_stand_in_its_field_is_never_written() -> None:
    for row in (worker(sbc=100_000_00), worker(nombres="ALMA\nSOTO"), worker(rfc="X" * 14)):
        with pytest.raises(ValueError, match="does not fit"):
            write_aseg([row])


@pytest.mark.parametrize("place", [0, 12, 23, 31, 42, 48])
def test_a_changed_byte_is_noticed(place: int) -> None:
    rows = [MovtRow(RP, "12345678903", "07", date(2026, 11, 3), "", 0, 350_00)] * 3
    content = bytearray(write_movt(rows))
    assert recognise(bytes(content)) is MOVT
    content[51 + place] = ord("8") if content[51 + place] != ord("8") else ord("9")
    assert first_difference(bytes(content), MOVT, rows) == 2
    assert first_difference(write_movt(rows[:2]), MOVT, rows) == 3
    assert first_difference(write_movt([*rows, rows[0]]), MOVT, rows) == 4
