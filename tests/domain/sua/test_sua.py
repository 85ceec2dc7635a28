"""SUA's text files: recognised by width and content, and every problem with its place."""

from __future__ import annotations

import random
from datetime import date

import pytest

from icsoe_desktop.domain.identificadores.numeros import (
    check_digit_nss,
    check_digit_registro_patronal,
)
from icsoe_desktop.domain.identificadores.valor import (
    check_digit_curp,
    check_digit_rfc,
)
from icsoe_desktop.domain.sua.formato import DISPOSICIONES, ClaseSua
from icsoe_desktop.domain.sua.lectura import AsegRow, LineaSua, MovtRow, recognise, review

RP = "Y123456710"
RP += check_digit_registro_patronal(RP)
NSS = "1234567890"
NSS += check_digit_nss(NSS)
CURP = "PISA900215MDFRTL0"
CURP += check_digit_curp(CURP)

RFC = "PISA900215AB"
RFC += check_digit_rfc(RFC)


def aseg(nombre: str = "PRIETO$SOTO$ALMA", curp: str = CURP, sdi: str = "0035000") -> str:
    start = f"{RP}{NSS}{RFC}{curp:18}{nombre:50}10" + "15022024" + sdi
    return f"{start:164}"


def movt(tipo: str = "07", sdi: str = "0035000", dias: str = "  ", fecha: str = "01092026") -> str:
    return f"{RP}{NSS}{tipo}{fecha}{'':8}{dias}{sdi}"


AFIL = f"{RP}{NSS}0670015021990{'CIUDAD DE MEXICO':25}09010{'EMPLEADA':12}20"
INCAP = f"{RP}{NSS}101092026AB123456007000200007092026"
CRED = f"{RP}{NSS}123456789015010920261002500000"


def lines_of(*lines: str, layout: ClaseSua) -> list[LineaSua]:
    data = "\r\n".join(lines).encode("cp1252")
    found = recognise(data)
    assert found is not None
    assert found.clase is layout
    return list(review([data], found))


@pytest.mark.parametrize(
    ("line", "clase"),
    [
        (aseg(), ClaseSua.ASEG),
        (aseg().ljust(168), ClaseSua.ASEG),
        (movt(), ClaseSua.MOVT),
        (AFIL, ClaseSua.AFIL),
        (INCAP, ClaseSua.INCAP),
        (CRED, ClaseSua.CRED),
    ],
)
def test_each_good_file_is_recognised_and_has_no_problem(line: str, clase: ClaseSua) -> None:
    found = lines_of(line, line, layout=clase)
    assert [(each.linea, each.problemas) for each in found] == [(1, ()), (2, ())]


def test_a_record_for_idse_of_the_same_width_is_not_taken_for_one_of_sua() -> None:
    assert recognise((f"{RP}{NSS}".ljust(167) + "9").encode()) is None


@pytest.mark.parametrize(
    ("line", "clase", "posicion", "campo", "gravedad"),
    [
        (movt(tipo="09"), ClaseSua.MOVT, 23, "Tipo de movimiento", "error"),
        (movt(fecha="31022026"), ClaseSua.MOVT, 25, "Fecha", "error"),
        (movt(sdi="0000000"), ClaseSua.MOVT, 43, "Salario diario integrado", "error"),
        (movt(tipo="11", sdi="0000000"), ClaseSua.MOVT, 41, "Días", "error"),
        (aseg(nombre="PRIETO$SOTO"), ClaseSua.ASEG, 54, "Nombre", "error"),
        (aseg(nombre="PRIETO$SOTO$4LMA"), ClaseSua.ASEG, 66, "Nombre", "error"),
        (aseg(nombre="PRIETO$SOTO$BEATRIZ"), ClaseSua.ASEG, 39, "CURP", "advertencia"),
        (INCAP.replace("007000", "0X7000"), ClaseSua.INCAP, 41, "Días", "advertencia"),
        (CRED[:32] + "99" + CRED[34:], ClaseSua.CRED, 33, "Tipo de movimiento", "advertencia"),
        (movt() + " ", ClaseSua.MOVT, 50, "Ancho de la línea", "error"),
    ],
)
def test_a_problem_is_told_with_its_place(
    line: str, clase: ClaseSua, posicion: int, campo: str, gravedad: str
) -> None:
    good = {ClaseSua.MOVT: movt(), ClaseSua.ASEG: aseg(), ClaseSua.INCAP: INCAP}.get(clase, CRED)
    *_, last = lines_of(good, good, line, layout=clase)
    (problem, *_) = last.problemas
    assert (last.linea, problem.posicion, problem.campo, problem.gravedad) == (
        3, posicion, campo, gravedad,
    )  # fmt: skip


def test_a_good_line_yields_its_values() -> None:
    (worker,) = lines_of(aseg(), layout=ClaseSua.ASEG)
    assert worker.fila == AsegRow(
        registro_patronal=RP,
        nss=NSS,
        rfc=RFC,
        curp=CURP,
        primer_apellido="PRIETO",
        segundo_apellido="SOTO",
        nombres="ALMA",
        tipo_trabajador="1",
        jornada="0",
        fecha=date(2024, 2, 15),
        sbc=350_00,
    )
    changed, absent = lines_of(movt(), movt("11", sdi=" " * 7, dias="03"), layout=ClaseSua.MOVT)
    assert changed.fila == MovtRow(RP, NSS, "07", date(2026, 9, 1), "", 0, 350_00)
    assert absent.fila == MovtRow(RP, NSS, "11", date(2026, 9, 1), "", 3, None)


@pytest.mark.parametrize(
    ("line", "layout", "expected"),
    [
        # As Odoo's Mexican payroll writes: «ubicación» and credit filled, the type of discount 1.
        (
            f"{RP}{NSS}{RFC}{CURP}{'PRIETO$$ALMA':50}10150220240076648"
            f"{'12345':17}1234567890150220241" + "00000180",
            ClaseSua.ASEG,
            ("PRIETO", "", "ALMA", 766_48),
        ),
        # Only ten characters of the registro patronal, and a short RFC.
        (
            f"{RP[:10]} {NSS}{RFC[:10]:13}{CURP}{'MU/OZ$SOTO$ALMA':50}10150220240010000".ljust(164),
            ClaseSua.ASEG,
            ("MUÑOZ", "SOTO", "ALMA", 100_00),
        ),
        # Days of three places and a salary of six, as one program reads it.
        (f"{RP}{NSS}0801092026{'':8}000035000", ClaseSua.MOVT, ("08", 0, 350_00)),
        # A baja with noughts, and one with blanks.
        (f"{RP}{NSS}0201092026{'':8}000000000", ClaseSua.MOVT, ("02", 0, None)),
        (f"{RP}{NSS}0201092026{'':17}", ClaseSua.MOVT, ("02", 0, None)),
        (f"{RP}{NSS}1201092026AB12345603{'':7}", ClaseSua.MOVT, ("12", 3, None)),
    ],
)
def test_lines_as_other_programs_write_them_yield_their_values(
    line: str, layout: ClaseSua, expected: tuple[object, ...]
) -> None:
    (found,) = lines_of(line, layout=layout)
    row = found.fila
    if isinstance(row, AsegRow):
        values: tuple[object, ...] = (
            row.primer_apellido, row.segundo_apellido, row.nombres, row.sbc,
        )  # fmt: skip
    else:
        assert row is not None
        values = (row.tipo, row.dias, row.sbc)
    assert values == expected
    assert row.registro_patronal == RP


def test_a_line_with_an_error_yields_no_values() -> None:
    good, bad = lines_of(aseg(), aseg(sdi="0000000"), layout=ClaseSua.ASEG)
    assert good.fila is not None
    assert bad.fila is None


@pytest.mark.parametrize("enie", ["/", "¥", "#", "Ñ"])
def test_every_way_to_write_an_enie_is_understood(enie: str) -> None:
    curp = "MUSA900215MDFXTL0"
    curp += check_digit_curp(curp)
    (line,) = lines_of(aseg(f"MU{enie}OZ$SOTO$ALMA", curp), layout=ClaseSua.ASEG)
    assert line.problemas == ()


def test_a_field_beyond_the_end_of_a_short_line_never_raises() -> None:
    chance = random.Random(7)  # noqa: S311
    for layout in DISPOSICIONES:
        for _ in range(300):
            width = chance.choice([*layout.anchos, 0, 1, 500])
            raw = bytes(chance.choice(b"019 $AZ/\xd1\x00\t") for _ in range(width))
            for line in review([raw + b"\n", raw], layout):
                assert line.linea in (1, 2)


def test_a_line_without_end_takes_no_more_memory() -> None:
    layout = recognise(movt().encode())
    assert layout is not None
    (line,) = review((b"7" * 1_000_000 for _ in range(5)), layout)
    assert line.problemas[0].encontrado == "5,000,000 posiciones"
