from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.identificadores.curp import (
    ENTIDADES,
    PALABRAS_INCONVENIENTES,
    Curp,
    Discrepancia,
    Sexo,
    compare,
    expected_letters,
)
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.errors import InvalidInputError

HOY = date(2026, 3, 2)


def with_check_digit(seventeen: str) -> str:
    """RENAPO's formula, weights 18 to 2 over 0-9 A-N Ñ O-Z, written apart from the code."""
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    total = sum(
        alphabet.index(character) * weight
        for character, weight in zip(seventeen, range(18, 1, -1), strict=True)
    )
    return seventeen + str((10 - total % 10) % 10)


def refusal(text: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        Curp.parse(text, HOY)
    assert caught.value.campo == "curp"
    return caught.value.message


# Published examples of nobody: Wikipedia's Gloria Hernández García and python-stdnum's.
def test_a_curp_says_sex_birth_date_and_state() -> None:
    curp = Curp.parse(" hegg-560427 mvzrrl\u00a004 ", HOY)
    assert curp == Curp("HEGG560427MVZRRL04")
    assert (curp.sexo, curp.fecha_nacimiento, curp.clave_entidad, curp.entidad) == (
        Sexo.MUJER,
        date(1956, 4, 27),
        "VZ",
        "Veracruz",
    )
    assert curp.advertencias == ()


@pytest.mark.parametrize(
    ("letra", "sexo", "nombre"),
    [
        ("H", Sexo.HOMBRE, "Hombre"),
        ("M", Sexo.MUJER, "Mujer"),
        ("X", Sexo.NO_BINARIO, "No binario"),
    ],
)
def test_the_three_sexes_are_accepted(letra: str, sexo: Sexo, nombre: str) -> None:
    curp = Curp.parse(with_check_digit(f"SOVA900215{letra}DFLRN0"), HOY)
    assert (curp.sexo, curp.sexo.nombre) == (sexo, nombre)


@pytest.mark.parametrize(
    ("diecisiete", "nacimiento"),
    [
        ("SOVA991231MDFLRN0", date(1999, 12, 31)),
        ("SOVA000101MDFLRNA", date(2000, 1, 1)),
        ("SOVA000229MDFLRNA", date(2000, 2, 29)),
        ("SOVA260302MDFLRNA", HOY),
        ("SOVA300101MDFLRN0", date(1930, 1, 1)),
    ],
)
def test_position_17_tells_the_century(diecisiete: str, nacimiento: date) -> None:
    curp = Curp.parse(with_check_digit(diecisiete), HOY)
    assert curp.fecha_nacimiento == nacimiento
    assert curp.advertencias == ()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "18 letras y números"),
        ("S", "tiene 1 carácter y debe tener 18"),
        ("SOVA900215MDFLRN0", "tiene 17 caracteres y debe tener 18"),
        ("SOVA900215MDFLRN0123", "tiene 20 caracteres"),
        ("SOV4900215MDFLRN00", "posición 4 de la CURP debe ir una letra"),
        ("SOÑA900215MDFLRN00", "posición 3 de la CURP debe ir una letra"),
        ("SOVA9O0215MDFLRN00", "posición 6 de la CURP debe ir un número"),
        ("SOVA900215QDFLRN00", "posición 11 de la CURP debe ir el sexo"),
        ("SOVA900215MDFLR500", "posición 16 de la CURP debe ir una letra"),
        ("SOVA900215MDFLRN-&0", "posición 17 de la CURP"),
        ("SOVA900215MDFLRN0A", "posición 18 de la CURP debe ir un número"),
        ("SOVA900215MDFLRN0&", "posición 18 de la CURP debe ir un número, el dígito verificador"),
        (with_check_digit("SOVA900215MXXLRN0"), "posiciones 12 y 13"),
        (with_check_digit("SOVA901315MDFLRN0"), "no son una fecha que exista"),
        (with_check_digit("SOVA900230MDFLRN0"), "no son una fecha que exista"),
        # 1900 was no leap year.
        (with_check_digit("SOVA000229MDFLRN0"), "no son una fecha que exista"),
        (with_check_digit("SOVA260303MDFLRNA"), "todavía no llega"),
        (with_check_digit("SOVA900215MDFLRNA"), "todavía no llega"),
        ("HEGG560427MVZRRL05", "dígito verificador de la CURP"),
    ],
)
def test_a_curp_that_cannot_be_says_what_is_wrong(text: str, part: str) -> None:
    message = refusal(text)
    assert part in message
    assert message.endswith(".")


@pytest.mark.parametrize(
    ("diecisiete", "part"),
    [
        ("LOCA900215MDFLRN0", "palabra inconveniente"),
        ("SOVA260101MDFLRN0", "nació en 1926"),
        ("SOVA291231MDFLRN9", "nació en 1929"),
        ("SOVA000215MDFLRNK", "de la A a la J"),
    ],
)
def test_a_curp_that_is_odd_passes_with_a_warning(diecisiete: str, part: str) -> None:
    (advertencia,) = Curp.parse(with_check_digit(diecisiete), HOY).advertencias
    assert part in advertencia


def test_all_33_states_of_renapo_are_known() -> None:
    assert len(set(ENTIDADES.values())) == 33
    assert " ".join(sorted(ENTIDADES)) == (
        "AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NE NL NT OC PL QR QT SL SP SR TC TL "
        "TS VZ YN ZS"
    )
    for clave, nombre in ENTIDADES.items():
        assert Curp.parse(with_check_digit(f"SOVA900215M{clave}LRN0"), HOY).entidad == nombre


curps = st.builds(
    lambda letters, born, sex, state, inner, differ: with_check_digit(
        letters
        + born.strftime("%y%m%d")
        + sex
        + state
        + inner
        + (str(differ) if born.year < 2000 else "ABCDEFGHIJ"[differ])
    ),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=4),
    st.dates(date(1930, 1, 1), HOY),
    st.sampled_from("HMX"),
    st.sampled_from(sorted(ENTIDADES)),
    st.text("BCDFGHJKLMNPQRSTVWXYZ", min_size=3, max_size=3),
    st.integers(0, 9),
)


@given(curps)
def test_every_good_curp_is_accepted(text: str) -> None:
    curp = Curp.parse(text, HOY)
    assert curp.valor == text
    assert Curp.parse(text.lower(), HOY) == curp
    inconveniente = text[:4] in PALABRAS_INCONVENIENTES
    assert bool(curp.advertencias) == inconveniente


@given(curps, st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_a_curp_with_a_letter_changed_is_never_taken_when_its_digit_is_wrong(
    text: str, place: int, character: str
) -> None:
    changed = text[:place] + character + text[place + 1 :]
    if with_check_digit(changed[:17]) == changed:
        return
    refusal(changed)


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
