from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.texto import (
    capitalised,
    clean,
    counted,
    counted_if_any,
    fold,
    is_invisible,
    nfc,
    strip_accents,
)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("  Juana\u00a0María \t Peña\r\n", "Juana María Peña"),
        ("\ufeffJuana", "Juana"),
        ("Ju\u200ba\u00adna\u200e", "Juana"),
        ("Pen\u0303a", "Peña"),
        ("uno\x00dos", "unodos"),
        ("uno\ud800dos", "unodos"),
        ("\u2003\u3000", ""),
        ("", ""),
    ],
)
def test_pasted_text_keeps_only_what_can_be_seen(pasted: str, kept: str) -> None:
    assert clean(pasted) == kept


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 renglones"), (1, "1 renglón"), (1234, "1,234 renglones")]
)
def test_one_thing_is_counted_in_the_singular(count: int, words: str) -> None:
    assert counted(count, "renglón", "renglones") == words


@given(st.text())
def test_clean_text_is_composed_visible_and_single_spaced(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(is_invisible(character) for character in cleaned)
    assert cleaned.split(" ") == cleaned.split() or cleaned == ""
    cleaned.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "kept", "plain"),
    [
        ("Muñóz Güémez", "Muñoz Guemez", "Munoz Guemez"),
        ("ÑANDÚ", "ÑANDU", "NANDU"),
        ("N\u0303andu\u0301", "Ñandu", "Nandu"),
        ("Françoise Łuczak", "Francoise Łuczak", "Francoise Łuczak"),
        ("D´AMICO", "D´AMICO", "D´AMICO"),
        # No composed form exists of these.
        ("X\u0302ochil n\u0302", "Xochil n", "Xochil n"),
    ],
)
def test_accents_go_and_enye_stays_only_where_asked(text: str, kept: str, plain: str) -> None:
    assert strip_accents(text, keep_enye=True) == kept
    assert strip_accents(text, keep_enye=False) == plain


@pytest.mark.parametrize(
    "typed", ["MUÑOZ O'HARA", "muñoz o’hara", "Munoz  O´Hara ", "mun\u0303óz o\u200b'hara"]
)
def test_a_name_is_found_however_it_is_typed(typed: str) -> None:
    assert fold(typed) == "munoz o'hara"


def test_different_names_stay_different() -> None:
    assert len({fold(name) for name in ("Peña", "Pera", "Peña A", "P-eña", "")}) == 5


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aeiounAEIOUNáéíóúüñÁÉÍÓÚÜÑ bcdBCD"))
def test_accents_and_capitals_never_matter_to_a_search(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(unicodedata.normalize("NFD", text))


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x2FF)))
def test_text_without_marks_folds_letter_by_letter_as_it_does_beside_others(text: str) -> None:
    assert fold(f"Ω {text}") == f"ω {fold(text)}".strip()


HOSTILE_MARKS = (
    "a" + "\u0315\u0300" * 100_000,
    "\u0315\u0300" * 100_000,
    "a" + "\u0344\u0315" * 100_000,  # one mark that is two
    ("e\u0301" + "\u0323\u0301" * 40) * 2_500,
)


@pytest.mark.parametrize("text", HOSTILE_MARKS, ids=range(len(HOSTILE_MARKS)))
@pytest.mark.parametrize(
    "treat", [nfc, clean, fold, lambda text: strip_accents(text, keep_enye=True)]
)
def test_a_letter_with_very_many_marks_takes_no_longer_than_any_text(
    treat: Callable[[str], str], text: str
) -> None:
    """80,000 marks on one letter took 14 s, and four times that for twice as many."""
    start = time.process_time()
    treat(text)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(("typed", "kept"), [(30, 30), (31, 30)])
def test_a_letter_keeps_as_many_marks_as_any_language_has(typed: int, kept: int) -> None:
    # COMBINING DOUBLE ACUTE: no letter x with it exists in one character.
    assert nfc("x" + "\u030b" * typed + " y" * 20) == "x" + "\u030b" * kept + " y" * 20


@given(st.text(alphabet=st.sampled_from("aeñÑéǗ\u0301\u0323\u0344 가x"), max_size=200))
def test_a_text_as_people_write_it_is_composed_as_the_standard_says(text: str) -> None:
    runs = re.split(r"[^\u0300-\u036f]", unicodedata.normalize("NFD", text))
    composed = nfc(text)
    assert unicodedata.is_normalized("NFC", composed)
    if max(map(len, runs)) <= 30:
        assert composed == unicodedata.normalize("NFC", text)


def test_what_is_not_there_is_not_mentioned() -> None:
    assert counted_if_any(0, "renglón", "renglones") == ""
    assert counted_if_any(1, "renglón", "renglones") == "1 renglón"


@pytest.mark.parametrize(
    ("text", "told"),
    [("folio REPSE", "Folio REPSE"), ("única", "Única"), ("UMA", "UMA"), ("", "")],
)
def test_a_capital_first_letter_leaves_the_others_as_they_are(text: str, told: str) -> None:
    assert capitalised(text) == told
