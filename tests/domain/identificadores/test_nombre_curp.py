from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.identificadores.curp import (
    PALABRAS_INCONVENIENTES,
    Curp,
    Discrepancia,
    compare,
    expected_letters,
)
from icsoe_desktop.domain.identificadores.persona import NombrePersona

HOY = date(2026, 3, 2)

# RENAPO, Instructivo normativo para la asignación de la CURP (2021); "" is an apellido that the
# person does not have, None a part that the example does not give.
EJEMPLOS_OFICIALES = [
    ("TOMAS", "CASTILLEJO", "ÑANDÚ", "CAXT", None),
    ("ALBERTO", "ÑANDO", "RODRÍGUEZ", "XARA", None),
    ("ÑACURUTÚ", "ZÁRATE", "Y HEREDIA", "ZAHX", None),
    ("LUCERO BEATRIZ ALONDRA", "PÉREZ", "GARCÍA", "PEGL", "RRC"),
    ("JAVIER ENRIQUE", "ROMERO", "PALAZUELOS", "ROPJ", "MLV"),
    ("GUADALUPE JOSE MARIA", "REYES", "GARDU", "REGG", "YRD"),
    ("MARÍA LUISA", "PÉREZ", "HERNÁNDEZ", "PEHL", None),
    ("MA. GUADALUPE", "ESTRADA", "LOPEZ", "EALG", None),
    ("JOSÉ MARÍA", "HERNÁNDEZ", "LUGO", "HELM", "RGR"),
    ("J RICARDO", "LÓPEZ", "BLANCO", "LOBR", None),
    ("LUIS ENRIQUE", "ROMERO", "PALAZUELOS", "ROPL", None),
    ("JUAN JOSE", "D/AMICO", "ALVAREZ", "DXAJ", "XLN"),
    ("JUAN JOSE", "D'AMICO", "ALVAREZ", "DXAJ", None),
    ("'ESSIO", "TORRES", "BRAVO", "TOBX", "RRS"),
    ("ROBERTO", "L-CASTILLO", "HOGAZA", "LXHR", None),
    ("ROCIO", "RIVA PALACIO", "CRUZ", "RICR", None),
    ("ROBERTO", "LÓPEZ-CASTILLO", "HOGAZA", "LOHR", None),
    ("ILIANA", "GUILLEN", "DEL CASTILLO-RODRÍGUEZ", "GUCI", None),
    ("DALIA", "ARGÜELLO", "PEREZ", "AUPD", None),
    ("CARLOS", "MC GREGOR", "LOPEZ", "GELC", None),
    ("JUAN ANGEL", "DE LAS LOMAS", "GARCES", "LOGJ", None),
    ("VAN ROB", "PÉREZ", "GALEAZI", "PEGR", None),
    ("OFELIA", "PEDRERO", "DOMINGUEZ", "PXDO", None),
    ("OSCAR", "JOHNSON", "TORRES", "JXTO", None),
    ("ANDRES", "ICH", "RODRIGUEZ", "IXRA", None),
    ("YAZBEK", "SMRZ", "JAROSVAL", "SXJY", None),
    ("JULIO TOMAS", "GARDUÑO", "", "GAXJ", None),
    ("LUIS", "PÉREZ", "", "PEXL", None),
    ("MARGARITA", "ZARO", "", "ZAXM", "RXR"),
    ("NANCY", "", "", "XXXN", None),
    ("JUAN", "", "", "XXXJ", "XXN"),
    ("ALBERTO", "OÑATE", "RODRIGUEZ", "OARA", "XDL"),
    ("PAOLA", "EÑUMA", "ROSAS", None, "XSL"),
    ("ANDRÉS", "PO", "BARRIOS", None, "XRN"),
    ("MANUEL", "PEDROZA", "UEIA", None, "DXN"),
    ("LETICIA", "LUNA", "", None, "NXT"),
    ("CLAUDIO", "ZITLALPOPOCA", "", None, "TXL"),
    ("MA. DE LOS ÁNGELES", "MORENO", "SÁNCHEZ", "MOSA", "RNN"),
    ("MARÍA JOSÉ", "ESTRADA", "LÓPEZ", "EALJ", "SPS"),
    ("FEDERICO", "", "", None, "XXD"),
    ("FABIOLA", "", "", None, "XXB"),
    ("JUAN JOSÉ", "O'HARA", "ÁLVAREZ", None, "XLN"),
    ("CONCEPCIÓN", "SALGADO", "BRISEÑO", "SABC", "LRN"),
]


def persona(nombres: str, primero: str, segundo: str) -> NombrePersona:
    return NombrePersona(nombres=nombres, primer_apellido=primero, segundo_apellido=segundo)


@pytest.mark.parametrize(
    ("nombres", "primero", "segundo", "iniciales", "consonantes"), EJEMPLOS_OFICIALES
)
def test_the_official_examples(
    nombres: str, primero: str, segundo: str, iniciales: str | None, consonantes: str | None
) -> None:
    found = expected_letters(nombres, primero, segundo)
    assert found == (iniciales or found[0], consonantes or found[1])
    lower = expected_letters(nombres.lower(), f" {primero.title()}  ", segundo.lower())
    assert lower == found


@pytest.mark.parametrize(
    ("nombres", "primero", "segundo", "letras"),
    [
        # The rule is for compound names: a particle that is the whole name is the name.
        ("LE", "VON", "LA", ("VOLL", "NXX")),
        ("ANA", "DE LA", "Y", ("LAYA", "XXN")),
        ("ANA", "DE LA O", "CRUZ", ("OXCA", "XRN")),
        ("MARIA", "SOLIS", "VERA", ("SOVM", "LRR")),
        ("J.", "SOLIS", "VERA", ("SOVJ", "LRX")),
        ("M. DE LA LUZ", "SOLIS", "VERA", ("SOVL", "LRZ")),
        ("MA. JOSE DE JESUS", "SOLIS", "VERA", ("SOVJ", "LRS")),
        ("DE JESUS MARIA", "SOLIS", "VERA", ("SOVJ", "LRS")),
        ("DE MARIA LUISA", "SOLIS", "VERA", ("SOVL", "LRS")),
        ("MARIA DEL", "SOLIS", "VERA", ("SOVD", "LRL")),
        ("JOSEFINA ANA", "SOLIS", "VERA", ("SOVJ", "LRS")),
        ("ANA", "X", "Ñ", ("XXXA", "XXN")),
        ("ANA", "D’AMICO", "ALVAREZ", ("DXAA", "XLN")),
        ("ANA", "D´AMICO", "ALVAREZ", ("DXAA", "XLN")),
        ("ANA", "-BRAVO", "RUIZ", ("XARA", "BZN")),
        ("ANA", "MUN\u0303OZ", "RUIZ", ("MURA", "XZN")),
        ("ANA", "ŁUCZAK", "RUIZ", ("XURA", "CZN")),
        ("", "SOLIS", "VERA", ("SOVX", "LRX")),
        ("ANA", "", "VERA", ("XXVA", "XRN")),
        ("\u200b", " ", "", ("XXXX", "XXX")),
    ],
)
def test_names_that_the_examples_leave_open(
    nombres: str, primero: str, segundo: str, letras: tuple[str, str]
) -> None:
    assert expected_letters(nombres, primero, segundo) == letras


@pytest.mark.parametrize(
    "particula",
    "DA DAS DE DEL DER DI DIE DD Y EL LA LOS LAS LE LES MAC MC VAN VON".split(),  # noqa: SIM905
)
def test_every_particle_is_passed_over_where_another_word_follows(particula: str) -> None:
    fields = [f"{particula} {name}" for name in ("ANA", "SOLIS", "VERA")]
    assert expected_letters(*fields) == ("SOVA", "LRN")
    assert expected_letters("ANA SAN", "SAN SOLIS", "VERA") == ("SAVA", "NRN")


def test_the_inconvenient_words_are_the_81_of_the_annex() -> None:
    assert len(PALABRAS_INCONVENIENTES) == 81
    assert {"BACA", "LOKO", "WUEY"} < PALABRAS_INCONVENIENTES


@pytest.mark.parametrize("palabra", sorted(PALABRAS_INCONVENIENTES))
def test_no_inconvenient_word_is_ever_expected(palabra: str) -> None:
    # A first surname of two letters and two more names spell any of the words whose second
    # letter is a vowel, and all 81 are of that kind.
    iniciales, _ = expected_letters(palabra[3], palabra[:2], palabra[2])
    assert iniciales == palabra[0] + "X" + palabra[2:]


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_name_gives_letters_that_a_curp_may_have(a: str, b: str, c: str) -> None:
    iniciales, consonantes = expected_letters(a, b, c)
    assert len(iniciales) == 4
    assert len(consonantes) == 3
    assert all("A" <= letter <= "Z" for letter in iniciales + consonantes)
    assert iniciales[1] in "AEIOUX"
    assert not set(consonantes) & set("AEIOU")
    assert iniciales not in PALABRAS_INCONVENIENTES


# The person of this CURP is the usual invented example.
GLORIA = Curp.parse("HEGG560427MVZRRL04", HOY)


def test_a_name_that_fits_has_no_discrepancies() -> None:
    assert compare(GLORIA, persona("Gloria", "Hernández", "García")) == ()


def test_each_letter_that_does_not_fit_is_named_with_its_position() -> None:
    assert compare(GLORIA, persona("Gloria", "Hidalgo", "")) == (
        Discrepancia(
            posicion=2,
            encontrada="E",
            esperada="I",
            advertencia="Posición 2 de la CURP: dice E y según el nombre capturado se esperaba I "
            "(la primera vocal interna del primer apellido).",
        ),
        Discrepancia(
            posicion=3,
            encontrada="G",
            esperada="X",
            advertencia="Posición 3 de la CURP: dice G y según el nombre capturado se esperaba X "
            "(la primera letra del segundo apellido).",
        ),
        Discrepancia(
            posicion=14,
            encontrada="R",
            esperada="D",
            advertencia="Posición 14 de la CURP: dice R y según el nombre capturado se esperaba D "
            "(la primera consonante interna del primer apellido).",
        ),
        Discrepancia(
            posicion=15,
            encontrada="R",
            esperada="X",
            advertencia="Posición 15 de la CURP: dice R y según el nombre capturado se esperaba X "
            "(la primera consonante interna del segundo apellido).",
        ),
    )


def test_swapped_surnames_are_seen() -> None:
    positions = [d.posicion for d in compare(GLORIA, persona("Gloria", "García", "Hernández"))]
    assert positions == [1, 2, 3]


def test_a_name_of_nothing_is_compared_as_missing() -> None:
    found = compare(GLORIA, persona("", "", ""))
    assert [(d.posicion, d.esperada) for d in found] == [
        (position, "X") for position in (1, 2, 3, 4, 14, 15, 16)
    ]
