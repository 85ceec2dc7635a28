"""The estimate beside the rules: too low rather than too high, and in the right order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.acceso.fortaleza import Nivel, estimate


@pytest.mark.parametrize(
    ("text", "nivel"),
    [
        ("", Nivel.NINGUNO),
        ("papel", Nivel.DEBIL),
        # One common word and a year, whatever the signs: the first thing that is tried.
        ("Mexico2026!", Nivel.DEBIL),
        ("Nomina$2025", Nivel.DEBIL),
        # zxcvbn gives it 4 of 4.
        ("Mi_Clave1234!", Nivel.DEBIL),
        ("aaaaaaaaaaaaaaaa", Nivel.DEBIL),
        # Twenty letters by chance are 90 bits.
        ("xqkzvwtrbnmplhgfdcjs", Nivel.MUY_BUENA),
        # Five words of a list of 65,000 are 80.
        ("Trueno-Papaya-Molde-Lirio-Banco", Nivel.MUY_BUENA),
    ],
)
def test_the_level(text: str, nivel: Nivel) -> None:
    assert estimate(text).nivel is nivel


def test_what_is_known_of_the_person_counts_for_little() -> None:
    datos = ["Xóchitl", "xochitl.amezcua@ejemplo.mx"]
    assert estimate("Xochitl$93b", datos).bits < estimate("Xochitl$93b").bits
    assert estimate("amezcua", datos).bits < estimate("amezcua").bits


def test_a_word_said_twice_is_hardly_more_than_once() -> None:
    once, twice = estimate("Papaya-").bits, estimate("Papaya-papaya").bits
    assert twice - once <= 2


@given(st.text(max_size=60), st.text(max_size=5))
def test_more_is_never_a_crash_and_never_negative(text: str, more: str) -> None:
    found = estimate(text + more)
    assert found.bits >= 0
    assert found.nivel in Nivel
