from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.identificadores.curp import PALABRAS_INCONVENIENTES, Curp
from icsoe_desktop.domain.identificadores.numeros import (
    PALABRAS_SIN_RFC,
    Nss,
    RegistroPatronal,
    Rfc,
    check_digit_nss,
    check_digit_registro_patronal,
)
from icsoe_desktop.domain.identificadores.valor import Identificador, check_digit_rfc
from icsoe_desktop.errors import InvalidInputError


def refusal(parse: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(InvalidInputError) as caught:
        parse(*arguments)
    return caught.value.message


# The first three are the SAT's own test taxpayers, the fourth is the example of its guide.
@pytest.mark.parametrize(
    ("text", "valor", "moral"),
    [
        ("eku-900317-3c9", "EKU9003173C9", True),
        ("IIA040805DZ4", "IIA040805DZ4", True),
        ("CACX 760510 1P8", "CACX7605101P8", False),
        ("GODE561231GR8", "GODE561231GR8", False),
    ],
)
def test_an_rfc_of_12_or_13(text: str, valor: str, moral: bool) -> None:
    rfc = Rfc.parse(text)
    assert (rfc.valor, rfc.es_persona_moral) == (valor, moral)
    assert (rfc.advertencias, rfc.es_generico) == ((), False)


def test_an_rfc_may_have_enye_and_ampersand() -> None:
    for text in ("N\u0303&A900101AB1", "ñ&a900101ab1"):
        assert Rfc.parse(text).valor == "Ñ&A900101AB1"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "12 caracteres"),
        ("GODE561231", "le falta la homoclave"),
        ("GODE-561231", "le falta la homoclave"),
        ("EKU9003173C", "tiene 11 caracteres"),
        ("GODE561231GR88", "tiene 14 caracteres"),
        ("G0DE561231GR8", "primeros 4 caracteres"),
        ("E1U9003173C9", "primeros 3 caracteres"),
        ("GODE5612O1GR8", "van 6 números"),
        ("GODE561331GR8", "La fecha del RFC no existe"),
        ("EKU9002303C9", "La fecha del RFC no existe"),
        ("GODE561231GÑ8", "homoclave"),
        ("ABC2107000000", "primeros 4 caracteres"),
        ("PUTO561231GR8", "que asigna el SAT"),
    ],
)
def test_an_rfc_that_cannot_be_says_what_is_wrong(text: str, part: str) -> None:
    message = refusal(Rfc.parse, text)
    assert part in message
    assert message.endswith(".")


@pytest.mark.parametrize("text", ["GODE561231GR9", "EKU9003173CA", "GODE5612310R8"])
def test_a_wrong_check_digit_of_an_rfc_is_a_warning(text: str) -> None:
    (advertencia,) = Rfc.parse(text).advertencias
    assert "dígito verificador del RFC" in advertencia
    assert "compárelo con la constancia" in advertencia


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("XAXX010101000", "público en general"),
        ("XEXX010101000", "residentes en el extranjero"),
    ],
)
def test_the_generic_rfcs_are_named(text: str, part: str) -> None:
    rfc = Rfc.parse(text)
    assert rfc.es_generico
    (advertencia,) = rfc.advertencias
    assert part in advertencia


# The SAT's test taxpayers (certificados de prueba del SAT), and the companies of python-stdnum.
@pytest.mark.parametrize(
    "text",
    [
        "H&E951128469",
        "OÑO120726RX3",
        "IVD920810GU2",
        "KIJ0906199R1",
        "XIA190128J61",
        "MISC491214B86",
        "XAMA620210DQ5",
        "FUNK671228PH6",
        "MAB9307148T4",
    ],
)
def test_the_check_digit_of_published_rfcs_corresponds(text: str) -> None:
    assert check_digit_rfc(text[:-1]) == text[-1]
    assert Rfc.parse(text).advertencias == ()


def test_the_check_digit_of_an_rfc_by_hand() -> None:
    # A company's has a space first: 37·13 + 10·(12+11+10) + 9·9 + 0·8 + 0·7 + 1·6 + 0·5 + 1·4
    # + 10·3 + 11·2 = 954 = 11·86 + 8, and 11 - 8 = 3.
    assert check_digit_rfc("AAA900101AB") == "3"
    # 956 = 11·86 + 10: 1. 958 = 11·87 + 1: 10, which is written A. 946 = 11·86: 0.
    assert check_digit_rfc("AAA900101AC") == "1"
    assert check_digit_rfc("AAA900101AD") == "A"
    assert check_digit_rfc("AAA900101A7") == "0"


def check_digit_apart(first: str) -> str:
    """The SAT's formula, annex III, written apart from the code."""
    values = {"&": 24, " ": 37, "Ñ": 38}
    values |= {str(digit): digit for digit in range(10)}
    values |= {chr(ord("A") + at): 10 + at for at in range(14)}
    values |= {chr(ord("O") + at): 25 + at for at in range(12)}
    padded = " " + first if len(first) == 11 else first
    rest = sum(values[padded[at]] * weight for at, weight in enumerate(range(13, 1, -1))) % 11
    return {0: "0", 1: "A"}.get(rest, str(11 - rest))


@given(
    st.text("ABCDEFGHIJKLMNÑOPQRSTUVWXYZ&", min_size=3, max_size=4),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=3, max_size=3),
)
def test_every_rfc_is_taken_and_warned_of_when_its_digit_is_wrong(
    letters: str, day: date, key: str
) -> None:
    first = letters + day.strftime("%y%m%d") + key[:2]
    if letters in PALABRAS_SIN_RFC:
        assert "que asigna el SAT" in refusal(Rfc.parse, first + key[2])
        return
    good = key[0] not in "0WXYZ" and key[1] != "0"
    expected = check_digit_apart(first)
    for last in {expected, key[2]}:
        rfc = Rfc.parse(first + last)
        assert (rfc.advertencias == ()) == (good and last == expected)


def test_the_words_that_the_sat_gives_to_nobody_are_41() -> None:
    assert len(PALABRAS_SIN_RFC) == 41
    assert PALABRAS_SIN_RFC < PALABRAS_INCONVENIENTES
    for palabra in PALABRAS_SIN_RFC:
        assert "que asigna el SAT" in refusal(Rfc.parse, f"{palabra}561231GR8")
    # Of a company they are three letters and no word.
    assert Rfc.parse("MAM930714AB1").es_persona_moral


def test_the_check_digit_of_an_nss_by_hand() -> None:
    # From the right: 2·0, 9, 2·8→7, 7, 2·6→3, 5, 2·4, 3, 2·2, 1 = 47, so 3.
    assert check_digit_nss("1234567890") == "3"
    nss = Nss.parse("12-34-56-7890-3")
    assert (nss.valor, nss.advertencias) == ("12345678903", ())


def test_a_wrong_check_digit_of_an_nss_is_a_warning_that_says_which_was_expected() -> None:
    (advertencia,) = Nss.parse("12345678904").advertencias
    assert "se esperaba 3" in advertencia


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "11 números"),
        ("1234567890", "perdido el cero"),
        ("123456789", "tiene 9 números"),
        ("123456789012", "tiene 12 números"),
        ("1234567890O", "sólo números"),
        ("1234567890.0", "sólo números"),
        ("١٢٣٤٥٦٧٨٩٠٣", "sólo números"),
        ("00000000000", "sólo ceros"),
    ],
)
def test_an_nss_that_cannot_be_says_what_is_wrong(text: str, part: str) -> None:
    assert part in refusal(Nss.parse, text)


digits_10 = st.text("0123456789", min_size=10, max_size=10)


@given(digits_10.filter(lambda ten: ten.strip("0") != ""), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_of_an_nss_is_always_seen(ten: str, place: int, change: int) -> None:
    good = ten + check_digit_nss(ten)
    assert Nss.parse(good).advertencias == ()
    wrong = good[:place] + str((int(good[place]) + change) % 10) + good[place + 1 :]
    if wrong.strip("0"):
        assert len(Nss.parse(wrong).advertencias) == 1


# docs/fuentes.md §3.
@pytest.mark.parametrize(
    "text",
    [
        "Y6077636105",
        "Y3926552104",
        "B8812181105",
        "Y6087828106",
        "Y3824564102",
        "H4621428146",
    ],
)
def test_real_registros_patronales_pass(text: str) -> None:
    registro = RegistroPatronal.parse(text)
    assert registro.advertencias == ()
    assert check_digit_registro_patronal(text[:10]) == text[10]
    short = RegistroPatronal.parse(text[:10])
    assert (short.valor, short.advertencias) == (text[:10], ())
    assert short.base == registro.base
    assert short.completo == registro.completo == text


def test_a_wrong_check_digit_of_a_registro_patronal_is_a_warning() -> None:
    registro = RegistroPatronal.parse("B5510768108")
    (advertencia,) = registro.advertencias
    assert "dígito verificador del registro patronal" in advertencia
    assert registro.completo == "B5510768108"


def test_a_registro_patronal_is_read_and_shown_in_groups() -> None:
    registro = RegistroPatronal.parse(" y60-77636-10-5")
    assert (registro.valor, registro.agrupado) == ("Y6077636105", "Y60 77636 10 5")
    assert RegistroPatronal.parse("Y607763610").agrupado == "Y60 77636 10"
    # A municipio of three digits; by hand, from the right: 0+1+5+6+1+4+6+2+2+0 = 27, so 3.
    assert RegistroPatronal.parse("0123456710").completo == "01234567103"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "10 u 11 caracteres"),
        ("Y", "tiene 1 carácter y debe tener 11"),
        ("Y60776361", "tiene 9 caracteres"),
        ("Y60776361055", "tiene 12 caracteres"),
        ("YY077636105", "empieza con una letra o un número"),
        ("Ñ6077636105", "empieza con una letra o un número"),
        ("Y607763610A", "empieza con una letra o un número"),
        ("6077636105.0", "tiene 12 caracteres"),
    ],
)
def test_a_registro_patronal_that_cannot_be_says_what_is_wrong(text: str, part: str) -> None:
    assert part in refusal(RegistroPatronal.parse, text)


@pytest.mark.parametrize("ten", ["", "123456789", "12345678901", "123456789A", "١٢٣٤٥٦٧٨٩٠"])
def test_check_digits_are_computed_for_ten_characters_only(ten: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        check_digit_nss(ten)
    with pytest.raises(ValueError, match="expected"):
        check_digit_registro_patronal(ten)


def parse_curp(text: str) -> Curp:
    return Curp.parse(text, date(2026, 3, 2))


PARSERS = [parse_curp, Rfc.parse, Nss.parse, RegistroPatronal.parse]


@pytest.mark.parametrize("parse", PARSERS)
@given(text=st.one_of(st.text(max_size=25), st.text("A0Ñ&- 19\u200b", max_size=20)))
def test_any_text_gives_a_canonical_value_or_a_sentence_without_it(
    parse: Callable[[str], Identificador], text: str
) -> None:
    try:
        value = parse(text)
    except InvalidInputError as error:
        refused = error
    else:
        assert type(value)(value.valor) == value
        assert value.agrupado.replace(" ", "") == value.valor
        return
    assert refused.campo
    assert len(text) < 8 or text not in refused.message


@pytest.mark.parametrize(
    "value",
    [
        Rfc("GODE561231GR8"),
        Nss("12345678903"),
        RegistroPatronal("Y6077636105"),
        Curp("HEGG560427MVZRRL04"),
    ],
)
def test_a_value_neither_changes_nor_shows_itself_in_a_log(value: Identificador) -> None:
    assert value.valor not in f"{value} {value!r}"
    with pytest.raises(FrozenInstanceError):
        value.valor = "otro"  # type: ignore[misc]
    assert {value: 1}[type(value)(value.valor)] == 1


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Rfc, "GODE 561231 GR8"),
        (Nss, "1234 56 7890 3"),
        (RegistroPatronal, "y6077636105"),
        (Curp, "hegg560427mvzrrl04"),
    ],
)
def test_a_stored_value_must_be_canonical(kind: type[Identificador], typed: str) -> None:
    with pytest.raises(InvalidInputError):
        kind(typed)
