"""What somebody types, as words to find."""

from __future__ import annotations

import pytest

from icsoe_desktop.store.movimientos.workers import parse


@pytest.mark.parametrize(
    ("texto", "words"),
    [
        # Eighteen letters without their spaces, as a CURP has.
        ("FANANDO KARINA WENDY", ("fanando", "karina", "wendy")),
        ("RIDG 050515 HNL VLL 09", ("ridg050515hnlvll09",)),
        ("1234-56-7890-3", ("12345678903",)),
        ("Muñoz Peña", ("munoz", "pena")),
    ],
)
def test_a_grouped_curp_or_nss_is_one_word_and_a_name_is_several(
    texto: str, words: tuple[str, ...]
) -> None:
    found = parse(texto)
    assert found is not None
    assert (found.indexed, found.short) == (words, ())
