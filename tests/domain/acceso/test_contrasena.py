from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.acceso.contrasena import (
    CARACTERES_ESPECIALES,
    POLITICA_ICSOE,
    POLITICA_USUARIO_CERTIFICADO_IMSS,
    POLITICA_USUARIO_IDSE,
    Politica,
    ResultadoRegla,
    canonical,
    has_keyboard_pattern,
    has_repetition,
    has_sequence,
)
from icsoe_desktop.errors import InvalidInputError

MAYUSCULA = "Al menos una letra mayúscula"
MINUSCULA = "Al menos una letra minúscula"
NUMERO = "Al menos un número"
ESPECIAL = "Al menos un carácter especial: - * ? ! @ # $ / ( ) [ ] = . ¡ ; :"
LONGITUD = "De 8 a 128 caracteres"
BLANCOS = "Sin espacios en blanco ni caracteres invisibles"
TECLADO = "Sin cuatro teclas vecinas seguidas (como qwer o lkjh)"
SECUENCIA = "Sin cuatro números o letras en secuencia (como 1234 o dcba)"
REPETIDO = "Sin un mismo carácter tres o más veces seguidas"


def broken(politica: Politica, text: str) -> set[str]:
    return {resultado.texto for resultado in politica.evaluate(text) if not resultado.cumplida}


@pytest.mark.parametrize("text", ["Werewolf$27b", "Papel.Verde93", "Mi_Clave17!", "Año-Nuevo26"])
def test_passwords_that_keep_every_rule(text: str) -> None:
    for politica in (POLITICA_ICSOE, POLITICA_USUARIO_IDSE):
        assert politica.evaluate(text) == tuple(
            ResultadoRegla(texto, True)
            for texto in (
                MAYUSCULA,
                MINUSCULA,
                NUMERO,
                ESPECIAL,
                LONGITUD,
                BLANCOS,
                TECLADO,
                SECUENCIA,
                REPETIDO,
            )
        )
        assert politica.accepts(text)
        politica.check(text)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Mi_Clave1234!", {TECLADO, SECUENCIA}),
        ("Nomina$Asdf9", {TECLADO}),
        # upper, lower, digit: any Unicode letter, but only the ten digits of the keyboard
        ("papel.verde93", {MAYUSCULA}),
        ("Ápel.verde93", set()),
        ("Ñapel.verde93", set()),
        ("PAPEL.VERDE93", {MINUSCULA}),
        ("PAPEL.VERDé93", set()),
        ("Papel.Verde", {NUMERO}),
        ("Papel.Verde٣", {NUMERO}),
        # special: the underscore, the inverted question mark and the ampersand are not in the list
        ("Papel_Verde93", {ESPECIAL}),
        ("Papel¿Verde93", {ESPECIAL}),
        ("Papel&Verde93", {ESPECIAL}),
        ("Papel¡Verde93", set()),
        # length
        ("Papel.9", {LONGITUD}),
        ("Papel.93", set()),
        ("Pa.9" * 32, set()),
        ("Pa.9" * 32 + "P", {LONGITUD}),
        # blanks
        ("Papel. Verde93", {BLANCOS}),
        ("Papel.Verde93 ", {BLANCOS}),
        ("Papel.\tVerde93", {BLANCOS}),
        ("Papel.\u00a0Verde93", {BLANCOS}),
        ("Papel.\u200bVerde93", {BLANCOS}),
        ("Papel.\x00Verde93", {BLANCOS}),
        # keyboard
        ("Papel.Vqwe93", set()),
        ("Papel.Vqwer93", {TECLADO}),
        # sequence
        ("Papel.Vabc93", set()),
        ("Papel.Vabcd93", {SECUENCIA}),
        # repetition
        ("Papel..Verde93", set()),
        ("Papel...Verde93", {REPETIDO}),
        ("", {MAYUSCULA, MINUSCULA, NUMERO, ESPECIAL, LONGITUD}),
    ],
)
def test_each_rule_is_ticked_apart(text: str, rules: set[str]) -> None:
    assert broken(POLITICA_ICSOE, text) == rules
    assert broken(POLITICA_USUARIO_IDSE, text) == rules


@pytest.mark.parametrize("especial", list("-*?!@#$/()[]=.¡;:"))
def test_each_special_character_of_the_seed_counts(especial: str) -> None:
    assert POLITICA_ICSOE.accepts(f"Papel{especial}Verde93")


def test_the_special_characters_are_those_of_the_seed_and_each_once() -> None:
    assert sorted(CARACTERES_ESPECIALES) == sorted(set("-*?!@#$/()[]=-.¡;:"))


@pytest.mark.parametrize(
    "text",
    [
        *("qwer", "QwEr", "rewq", "asdf", "ásdf", "jklñ", "ÑLKJ", "zxcv", "vcxz", "bnm,", "m,.-"),
        *("1234", "7890", "0987", '!"#$', "$%&/", "/()=", "7(9=", "x-dfgh-x"),
    ],
)
def test_four_neighbouring_keys_are_a_pattern(text: str) -> None:
    assert has_keyboard_pattern(text)


@pytest.mark.parametrize(
    "text", ["", "q", "qwe", "iop", "klñz", "qet", "qwewq", "qazw", "p123", "qwasqw", "890-1"]
)
def test_keys_that_are_no_pattern(text: str) -> None:
    assert not has_keyboard_pattern(text)


@pytest.mark.parametrize(
    "text", ["0123", "4567", "9876", "abcd", "DcBa", "wxyz", "mnop", "mnño", "OÑNM", "lmnñ", "ábcd"]
)
def test_sequences(text: str) -> None:
    assert has_sequence(text)


@pytest.mark.parametrize(
    "text", ["", "123", "12345"[::2], "8901", "abc1", "abdc", "aabbcc", "yzab"]
)
def test_what_is_no_sequence(text: str) -> None:
    assert not has_sequence(text)


def test_repetition_is_of_the_very_same_character_without_a_break() -> None:
    assert [has_repetition(text) for text in ("111", "xaaax", "aa", "aabaa", "aAa", "")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


prefixes = st.sampled_from(["", "Papel.", "9", "Ñ"])


@given(
    prefixes,
    st.sampled_from(["1234567890", "qwertyuiop", "asdfghjklñ", "zxcvbnm,.-"]),
    st.integers(0, 6),
    st.booleans(),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_any_four_neighbours_are_seen_anywhere_either_way_in_any_case(
    before: str, row: str, start: int, backwards: bool, capitals: list[bool]
) -> None:
    run = row[start : start + 4][:: -1 if backwards else 1]
    typed = "".join(
        key.upper() if capital else key for key, capital in zip(run, capitals, strict=True)
    )
    assert has_keyboard_pattern(f"{before}{typed}_")
    assert TECLADO in broken(POLITICA_ICSOE, f"{before}{typed}_")


@given(
    prefixes,
    st.sampled_from(["0123456789", "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnñopqrstuvwxyz"]),
    st.integers(0, 22),
    st.booleans(),
)
def test_any_four_in_sequence_are_seen_anywhere_up_or_down(
    before: str, order: str, start: int, backwards: bool
) -> None:
    run = order[min(start, len(order) - 4) :][:4]
    typed = run[::-1] if backwards else run
    assert SECUENCIA in broken(POLITICA_ICSOE, f"{before}{typed}_")


# What NFC takes apart for good, like U+0958, is two characters and not one.
composed = st.characters(codec="utf-8").filter(lambda c: unicodedata.is_normalized("NFC", c))


@given(composed, st.integers(3, 6))
def test_any_character_three_times_is_seen(character: str, times: int) -> None:
    assert REPETIDO in broken(POLITICA_ICSOE, "x" + character * times)


# Every second key of a row and letters far apart: nothing here is a neighbour of the next.
@given(st.lists(st.sampled_from(["aP", "e1", "Ut", "7m", "K3"]), min_size=0, max_size=20))
def test_jumping_over_the_keyboard_is_never_a_pattern(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert not broken(POLITICA_ICSOE, text) & {TECLADO, SECUENCIA, REPETIDO, BLANCOS}


@given(st.text(max_size=140))
def test_check_refuses_exactly_what_has_an_unticked_rule_and_never_repeats_it(text: str) -> None:
    if POLITICA_ICSOE.accepts(text):
        assert broken(POLITICA_ICSOE, text) == set()
        POLITICA_ICSOE.check(text)
        return
    with pytest.raises(InvalidInputError) as caught:
        POLITICA_ICSOE.check(text)
    assert caught.value.campo == "contrasena"
    assert len(text) < 8 or text not in caught.value.message


def test_the_refusal_lists_what_is_missing() -> None:
    with pytest.raises(InvalidInputError) as caught:
        POLITICA_ICSOE.check("papel93")
    assert caught.value.message == (
        "La contraseña no cumple: al menos una letra mayúscula; al menos un carácter especial: "
        "- * ? ! @ # $ / ( ) [ ] = . ¡ ; :; de 8 a 128 caracteres."
    )


def test_a_decomposed_enye_is_the_same_password() -> None:
    assert canonical("Pen\u0303a.2019") == "Peña.2019"
    assert POLITICA_USUARIO_CERTIFICADO_IMSS.accepts("pen\u0303asco1")


def test_ones_own_data_can_be_kept_out() -> None:
    politica = POLITICA_USUARIO_IDSE.excluding(["Ana.Solis@empresa.mx", "Solís", "Ana"])
    regla = "Sin su usuario, su nombre, su correo ni su CURP"
    assert [resultado.texto for resultado in politica.evaluate("")][-1] == regla
    assert broken(politica, "Ana.Solis2-Zeta") == {regla}
    assert broken(politica, "xANA.SOLISx9") == {regla}
    assert broken(politica, "El-SOLIS-97x") == {regla}
    # Three letters are in too many words to be kept out.
    assert broken(politica, "Mañana.Ana97") == set()
    assert POLITICA_USUARIO_IDSE.accepts("Ana.Solis2-Zeta")
    assert broken(POLITICA_ICSOE.excluding([]), "Papel.Verde93") == set()


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("abcd1234", set()),
        ("12345678", set()),
        ("contraseña", set()),
        ("a" * 20, set()),
        ("a" * 7, {"De 8 a 20 caracteres"}),
        ("a" * 21, {"De 8 a 20 caracteres"}),
        ("abcd-1234", {"Sólo letras y números"}),
        ("abcd 1234", {"Sólo letras y números"}),
        ("abcd123²", {"Sólo letras y números"}),
    ],
)
def test_the_user_of_an_imss_certificate_takes_8_to_20_letters_and_digits(
    text: str, rules: set[str]
) -> None:
    assert broken(POLITICA_USUARIO_CERTIFICADO_IMSS, text) == rules


def test_a_refused_certificate_user_is_told_under_its_own_field() -> None:
    with pytest.raises(InvalidInputError) as caught:
        POLITICA_USUARIO_CERTIFICADO_IMSS.check("corto")
    assert caught.value.campo == "usuario"
    assert (
        caught.value.message == "El usuario del certificado IMSS no cumple: de 8 a 20 caracteres."
    )
