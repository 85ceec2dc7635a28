"""A whole name in one cell is parted as its signs or its CURP tell, else in the usual order."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from icsoe_desktop.domain.identificadores.curp import Curp, expected_letters
from icsoe_desktop.domain.identificadores.nombre_junto import MAX_WORDS, split_name
from icsoe_desktop.domain.identificadores.persona import full_name

HOY = date(2026, 3, 2)
WORDS = ("Gómez", "Ñañez", "Ruiz", "De la Cruz", "Del Río", "Ana", "Luis", "Y Vega", "Ibarra")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("García López Juan", ("García", "López", "Juan", False)),
        ("GARCIA LOPEZ JUAN CARLOS", ("GARCIA", "LOPEZ", "JUAN CARLOS", False)),
        ("Ruiz Ana", ("Ruiz", "", "Ana", False)),
        ("De la Cruz del Río Ana", ("De la Cruz", "del Río", "Ana", False)),
        ("Gómez Ruiz Ana de los Ángeles", ("Gómez", "Ruiz", "Ana de los Ángeles", False)),
        ("RUIZ$GOMEZ$ANA", ("RUIZ", "GOMEZ", "ANA", True)),
        ("RUIZ$$ANA", ("RUIZ", "", "ANA", True)),
        ("$GOMEZ$ANA", ("GOMEZ", "", "ANA", True)),
        ("De la Cruz Ruiz, Ana María", ("De la Cruz", "Ruiz", "Ana María", True)),
        ("Ruiz, Gómez, Ana", ("Ruiz", "Gómez", "Ana", True)),
        ("A B C D E F G H", ("A", "B", "C D E F G H", False)),
        ("San Juan Ruiz, Ana", ("San", "Juan Ruiz", "Ana", False)),
    ],
)
def test_the_parts(text: str, parts: tuple[str, str, str, bool]) -> None:
    found = split_name(text)
    assert found is not None
    nombre = found.nombre
    assert (nombre.primer_apellido, nombre.segundo_apellido, nombre.nombres, found.seguro) == parts


@pytest.mark.parametrize(
    "text", ["", "Ana", "de la", "$$", "Ruiz$$", ",Ana", "a, b, c, d", "x " * (MAX_WORDS + 1)]
)
def test_what_cannot_be_told_is_not_guessed(text: str) -> None:
    assert split_name(text) is None


def _curp(primero: str, segundo: str, nombres: str) -> Curp:
    first, inner = expected_letters(nombres, primero, segundo)
    return Curp.parse(_with_digit(f"{first}800101HDF{inner}0"), HOY)


def _with_digit(text: str) -> str:
    letters = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    total = sum(letters.index(one) * (18 - at) for at, one in enumerate(text))
    return f"{text}{-total % 10}"


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2),
    st.lists(st.sampled_from(WORDS), max_size=2),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2),
    st.booleans(),
)
def test_the_curp_proves_an_order_that_has_every_word_once(
    primero: list[str], segundo: list[str], nombres: list[str], given_first: bool
) -> None:
    one, two, name = " ".join(primero), " ".join(segundo), " ".join(nombres)
    curp = _curp(one, two, name)
    text = f"{name} {one} {two}" if given_first else f"{one} {two} {name}"
    assume(len(text.split()) <= MAX_WORDS)
    found = split_name(text, curp)
    assert found is not None
    assert found.seguro  # another way may give the same letters
    assert sorted(full_name(found.nombre).split()) == sorted(text.split())


def test_a_curp_of_somebody_else_proves_nothing() -> None:
    found = split_name("Ruiz Gómez Ana", _curp("Ibarra", "Vega", "Luis"))
    assert found is not None
    assert (found.nombre.primer_apellido, found.seguro) == ("Ruiz", False)
