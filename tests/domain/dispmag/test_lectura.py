from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.dispmag import (
    LineaRechazada,
    MovimientoLeido,
    Observacion,
    ProblemaDispmag,
    read,
)
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.movimientos.movimiento import CausaBaja
from icsoe_desktop.domain.valores_legales.valores import TablaValores, Zona
from tests.domain.dispmag.registros_168 import (
    ALTA,
    GAEL,
    NSS,
    RP,
    alta,
    archivo,
    baja,
    curp,
    modificacion,
    movimiento_of,
    put,
    totales,
)

LEIDA = MovimientoLeido(
    1, "08", RP, NSS, "RIVERA", "DIEGO", "GAEL ANTONIO", date(2026, 10, 6), 45050,
    "3", "0", "0", "", "035", "01400", "EMP7", GAEL, (),
)  # fmt: skip


def one(line: str, encoding: str = "cp1252") -> MovimientoLeido | LineaRechazada:
    """What reading a file of this one line gives."""
    (found,) = list(read([archivo(line, encoding=encoding)]))
    assert not isinstance(found, Observacion)
    return found


def found_in(line: str) -> list[tuple[int, str, str]]:
    """Position, field and severity of everything there is to say of a line."""
    return [(p.posicion, p.campo, p.gravedad) for p in one(line).problemas]


def test_an_alta_says_what_the_table_of_positions_says() -> None:
    assert one(alta()) == LEIDA
    assert movimiento_of(LEIDA) == ALTA


def test_a_modificacion_has_no_umf_and_perhaps_no_tipo_de_trabajador() -> None:
    expected = LEIDA._replace(tipo="07", tipo_trabajador="", umf="")
    assert one(modificacion()) == expected
    assert one(put(modificacion(), 116, "0")) == expected
    assert one(put(modificacion(), 116, "1")) == expected._replace(tipo_trabajador="1")


def test_a_baja_has_its_cause_and_neither_salary_nor_curp() -> None:
    found = one(baja())
    assert found == LEIDA._replace(
        tipo="02", sbc=None, tipo_trabajador="", tipo_salario="", jornada="", causa_baja="2",
        umf="", curp="",
    )  # fmt: skip
    assert isinstance(found, MovimientoLeido)
    assert movimiento_of(found).causa_baja is CausaBaja.SEPARACION_VOLUNTARIA


def test_the_synthetic_record_of_the_dossier_stands_where_the_table_says() -> None:
    """Its check digits are invented, and so are found wrong; all else is as it should be."""
    line = (
        "A123456789012345678903RIVERA                     DIEGO                      "
        "GAEL ANTONIO               045050      30006102026035  08000001          "
        "RIDG050515HNLVLL099"
    )
    rejected, missing_totals = read([line.encode()])
    assert [(p.posicion, p.campo, p.gravedad) for p in rejected.problemas] == [
        (11, "Registro patronal", "advertencia"),
        (167, "CURP", "error"),
    ]
    assert isinstance(missing_totals, Observacion)
    without_curp, _ = read([put(line, 150, " " * 18).encode()])
    assert isinstance(without_curp, MovimientoLeido)
    assert without_curp._replace(problemas=()) == LEIDA._replace(
        registro_patronal="A1234567890", guia="00000", clave_trabajador="1", curp=""
    )


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("last", [b"", b"\x1a", b"\x1a\x1a\r\n", b"\r\n\r\n"])
@pytest.mark.parametrize("size", [1, 2, 7, 168, 169, 170, 10_000])
def test_every_end_of_line_and_of_file_in_pieces_of_every_size(
    end: str, last: bytes, size: int
) -> None:
    content = archivo(alta(), baja(), end=end) + last
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    found = list(read(pieces))
    assert [(type(item), item.linea) for item in found] == [
        (MovimientoLeido, 1),
        (MovimientoLeido, 2),
    ]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_the_last_line_may_have_no_end(end: str) -> None:
    content = archivo(alta(), end=end).removesuffix(end.encode())
    assert list(read([content])) == [LEIDA]


MUNOZ_SIN_CURP = put(put(alta(), 23, "MUÑOZ "), 150, " " * 18)


@pytest.mark.parametrize(
    "content",
    [
        archivo(MUNOZ_SIN_CURP, encoding="cp1252"),
        archivo(MUNOZ_SIN_CURP, encoding="utf-8"),
        archivo(MUNOZ_SIN_CURP, encoding="utf-8-sig"),
        archivo(MUNOZ_SIN_CURP, encoding="utf-16"),
        archivo(put(MUNOZ_SIN_CURP, 23, "MU#OZ")),
        archivo(put(MUNOZ_SIN_CURP, 23, "MU¥OZ")),
        archivo(MUNOZ_SIN_CURP, encoding="cp850"),
        # Padded by a writer that counted the two bytes of Ñ in UTF-8.
        archivo(MUNOZ_SIN_CURP, encoding="utf-8").replace("MUÑOZ ".encode(), "MUÑOZ".encode()),
        # Ñ as N and a tilde of its own.
        archivo(MUNOZ_SIN_CURP).replace(b"\xd1", "N\u0303".encode()),
    ],
    ids=["cp1252", "utf-8", "bom", "utf-16", "#", "yen", "cp850", "padded by bytes", "nfd"],
)
def test_enye_is_read_in_every_way_it_is_written(content: bytes) -> None:
    assert list(read([content])) == [LEIDA._replace(primer_apellido="MUÑOZ", curp="")]


def test_one_file_may_mix_encodings_types_and_registros() -> None:
    other = put(put(alta(), 1, "Y6077636105"), 23, "MUÑOZ ")
    content = (
        (alta() + "\n").encode()
        + (put(other, 150, " " * 18) + "\r\n").encode("cp1252")
        + (put(baja(), 23, "PEÑA  ") + "\r").encode("utf-8")
        + (put(modificacion(), 77, "GAEL        ") + "\n").encode()
        + totales(4).encode()
    )
    found = [item for item in read([content]) if isinstance(item, MovimientoLeido)]
    assert [(r.linea, r.tipo, r.registro_patronal, r.primer_apellido) for r in found] == [
        (1, "08", RP, "RIVERA"),
        (2, "08", "Y6077636105", "MUÑOZ"),
        (3, "02", RP, "PEÑA"),
        (4, "07", RP, "RIVERA"),
    ]


@pytest.mark.parametrize(
    ("position", "text", "problems"),
    [
        (1, "-", [(1, "Registro patronal", "error")]),
        (5, "X", [(5, "Registro patronal", "error")]),
        (1, "a", [(1, "Registro patronal", "advertencia")]),
        (11, " ", [(11, "Registro patronal", "advertencia")]),
        (11, "4", [(11, "Registro patronal", "advertencia")]),
        (15, "O", [(15, "NSS", "error")]),
        (12, "0" * 11, [(12, "NSS", "error")]),
        (22, "4", [(22, "NSS", "advertencia")]),
        (22, " ", [(22, "NSS", "error")]),
        (23, " " * 27, [(23, "Primer apellido", "error")]),
        (24, "1", [(24, "Primer apellido", "error")]),
        (25, "\0", [(25, "Primer apellido", "error")]),
        (
            23,
            "ríVERA",
            [(23, "Primer apellido", "advertencia"), (24, "Primer apellido", "advertencia")],
        ),
        (29, "  Z", [(23, "Primer apellido", "advertencia")]),
        (77, " " * 27, [(77, "Nombre", "error")]),
        (104, "450.50", [(107, "SBC", "error")]),
        (104, "000000", [(104, "SBC", "error")]),
        (104, "45050 ", [(109, "SBC", "error")]),
        (104, " 45050", [(104, "SBC", "advertencia")]),
        (110, "X", [(110, "Relleno", "advertencia")]),
        (110, "000000", []),
        (116, "5", [(116, "Tipo de trabajador", "error")]),
        (117, "3", [(117, "Tipo de salario", "error")]),
        (118, "7", [(118, "Semana o jornada reducida", "error")]),
        (118, " ", [(118, "Semana o jornada reducida", "advertencia")]),
        (119, "31022026", [(119, "Fecha del movimiento", "error")]),
        (119, "20261006", [(119, "Fecha del movimiento", "error")]),
        (119, "06101942", [(123, "Fecha del movimiento", "error")]),
        (119, "06102101", [(123, "Fecha del movimiento", "error")]),
        (119, "0610 026", [(123, "Fecha del movimiento", "error")]),
        (127, "   ", [(127, "UMF", "advertencia")]),
        (127, "3A5", [(128, "UMF", "error")]),
        (132, "09", [(132, "Tipo de movimiento", "error")]),
        (134, "     ", [(134, "Guía", "advertencia")]),
        (139, "Ñ.1 ", [(139, "Clave del trabajador", "advertencia")]),
        (149, "1", [(149, "Relleno", "advertencia")]),
        (150, " " * 18, []),
        (150, "1", [(150, "CURP", "error")]),
        (160, "Z", [(160, "CURP", "error")]),
        (168, "8", [(168, "Identificador del formato", "advertencia")]),
    ],
)
def test_a_problem_is_named_with_its_place_and_nothing_else_is(
    position: int, text: str, problems: list[tuple[int, str, str]]
) -> None:
    line = put(alta(), position, text)
    # A name that was changed would no longer fit its CURP.
    if position in (23, 29):
        line = put(line, 150, " " * 18)
    assert found_in(line) == problems


def test_every_problem_of_a_line_is_named() -> None:
    line = put(put(put(alta(), 12, "X"), 104, "45,050"), 119, "99999999")
    line = put(put(line, 1, "?"), 150, curp("RIDG050515HZZVGLA"))
    assert one(line) == LineaRechazada(
        1,
        line,
        (
            ProblemaDispmag(
                1, 1, "Registro patronal", "?1234567895",
                "Se esperaban 11 caracteres: letra o número, y 10 números.", "error",
            ),
            ProblemaDispmag(1, 12, "NSS", "X2345678903", "Se esperaban 11 números.", "error"),
            ProblemaDispmag(
                1, 106, "SBC", "45,050",
                "Se esperaban 4 números de pesos y 2 de centavos, sin punto.", "error",
            ),
            ProblemaDispmag(
                1, 119, "Fecha del movimiento", "99999999",
                "Se esperaba una fecha que exista: día, mes y año (DDMMAAAA).", "error",
            ),
            ProblemaDispmag(
                1, 161, "CURP", curp("RIDG050515HZZVGLA"),
                "Se esperaba la clave de un estado.", "error",
            ),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("raw", ["+1102026", " 1102026", "1_102026", "1102026 "])
def test_a_date_has_eight_digits_and_nothing_that_python_takes_for_one(raw: str) -> None:
    assert found_in(put(alta(), 119, raw)) == [
        (119 + raw.index(raw.strip("0123456789")), "Fecha del movimiento", "error")
    ]


def test_a_curp_that_does_not_fit_its_name_is_a_warning() -> None:
    assert found_in(put(alta(), 23, "LIVERA")) == [(150, "CURP", "advertencia")]
    assert found_in(put(alta(), 50, "      ")) == [
        (152, "CURP", "advertencia"),
        (164, "CURP", "advertencia"),
    ]


def test_enye_written_as_n_fits_the_x_of_the_curp() -> None:
    line = put(alta(), 150, curp("MUDG050515HNLXGLA"))
    for name in ("MUNOZ ", "MU#OZ "):
        assert found_in(put(line, 23, name)) == []


def test_a_birth_after_the_movement_is_a_warning() -> None:
    line = put(alta(), 150, curp("RIDG261006HNLVGLA"))
    assert found_in(line) == [(154, "CURP", "advertencia")]


@pytest.mark.parametrize(
    ("sbc", "problems"),
    [
        ("033057", []),
        ("033056", [(104, "SBC", "advertencia")]),
        ("031503", [(104, "SBC", "advertencia")]),
        ("293275", []),
        ("293276", [(104, "SBC", "advertencia")]),
    ],
)
def test_the_sbc_is_held_against_the_limits_of_2026(
    sbc: str, problems: list[tuple[int, str, str]]
) -> None:
    assert found_in(put(alta(), 104, sbc)) == problems


def test_a_year_without_limits_is_said_once() -> None:
    old = put(put(alta(), 119, "06102015"), 150, " " * 18)
    older = put(old, 119, "07102015")
    found = list(read([archivo(baja(), old, older, old, older, alta())]))
    assert [[p.esperado for p in item.problemas] for item in found] == [
        [],
        [
            "El programa no tiene el salario mínimo de 2015: el SBC de esas fechas no se revisa, "
            "ni en las líneas que siguen.",
            "El programa no tiene la UMA de 2015: el SBC de esas fechas no se revisa, "
            "ni en las líneas que siguen.",
        ],
        [],
        [],
        [],
        [],
    ]
    assert {(p.posicion, p.campo) for p in found[1].problemas} == {(104, "SBC")}
    nothing = TablaLimites(TablaValores(()))
    assert [len(item.problemas) for item in read([archivo(alta())], nothing)] == [2]


def test_the_floor_is_that_of_the_zone_of_each_registro_patronal() -> None:
    here = put(alta(), 104, "040000")
    there = put(here, 1, "Y6077636105")
    zonas = {"Y607763610": Zona.FRONTERA}
    found = list(read([archivo(here, there, there)], TablaLimites(zonas=zonas)))
    assert [[p.esperado for p in item.problemas] for item in found] == [
        [],
        *[
            [
                "El SBC, $400.00, es menor que el salario mínimo de esa fecha en la zona libre de "
                "la frontera norte, $440.87 (LSS 28)."
            ]
        ]
        * 2,
    ]


def test_a_reduced_week_is_not_held_against_the_integrated_floor() -> None:
    assert found_in(put(put(alta(), 104, "032000"), 118, "3")) == []


def test_a_baja_with_a_curp_keeps_it_with_a_word() -> None:
    found = one(put(baja(), 150, GAEL))
    assert isinstance(found, MovimientoLeido)
    assert (found.curp, [p.posicion for p in found.problemas]) == (GAEL, [150])
    assert found_in(put(baja(), 149, "B")) == [(149, "Causa de baja", "error")]
    assert found_in(put(baja(), 104, "045050")) == [(105, "Relleno", "advertencia")]


def test_a_modificacion_should_have_a_curp() -> None:
    assert found_in(put(modificacion(), 150, " " * 18)) == [(150, "CURP", "advertencia")]


def test_what_is_read_hides_people_from_logs() -> None:
    rejected = one(put(alta(), 12, "X"))
    shown = repr(LEIDA) + repr(rejected) + repr(rejected.problemas)
    assert not any(secret in shown for secret in (NSS[1:], GAEL, "RIVERA"))


@pytest.mark.parametrize(
    ("clave", "leido", "esperado"),
    [
        (None, "MUÑOZ", "Se leyó MUÑOZ: la diagonal entre dos vocales es una Ñ mal escrita."),
        ("MUDG050515HNLXGLA", "MUÑOZ", "Se leyó MUÑOZ: "),
        ("MUDG050515HNLZGLA", "MU/OZ", "Se esperaban letras de la A a la Z"),
    ],
)
def test_a_slash_for_an_enie_is_read_with_a_notice_unless_the_curp_says_otherwise(
    clave: str | None, leido: str, esperado: str
) -> None:
    line = put(alta(), 23, "MU/OZ".ljust(27))
    line = put(line, 150, " " * 18 if clave is None else curp(clave))
    (found,) = read([archivo(line)])
    assert isinstance(found, MovimientoLeido)
    assert found.primer_apellido == leido
    of_name = [one for one in found.problemas if one.campo == "Primer apellido"]
    assert [one.esperado.startswith(esperado) for one in of_name] == [True]
