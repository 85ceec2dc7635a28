"""Cleans text that people type or paste, and folds it for searches."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

MAX_MARKS = 30  # combining characters on one letter
_FIRST_MARK = "\u0300"  # no character before it combines
# Excel, Word and PDF replace plain punctuation by these when text is copied.
_PLAIN_PUNCTUATION = str.maketrans("‘’ʼ´`‐‑‒–—―−", "'''''-------")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def is_invisible(character: str) -> bool:
    """True for a character without a shape.

    These are control, zero width, soft hyphen, BOM, surrogate and unassigned characters.
    """
    return unicodedata.category(character) in _INVISIBLE


def nfc(text: str) -> str:
    """The text in NFC, with at most 30 marks on a letter.

    Normalisation sorts the marks of a letter in quadratic time: 80,000 of them take 14 s. No
    language has more than 30 (the stream-safe format of UAX #15).
    """
    if len(text) > MAX_MARKS and max(text) >= _FIRST_MARK:
        text = "".join(_with_few_marks(text))
    return unicodedata.normalize("NFC", text)


def _with_few_marks(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        # A letter may be made of several marks or hold some: count its decomposition's.
        parts = unicodedata.normalize("NFD", character)
        leading = next((at for at, one in enumerate(parts) if not unicodedata.combining(one)), None)
        marks = marks + len(parts) if leading is None else len(parts) - 1 - leading
        if leading is not None or marks <= MAX_MARKS:
            yield character


def clean(text: str) -> str:
    """The text in NFC, with single plain spaces and without invisible characters."""
    # Fast path: most cells of most files. Before the first mark every letter is in NFC.
    if text.isprintable() and (text.isascii() or max(text) < _FIRST_MARK):
        return " ".join(text.split())
    spaced = (" " if character.isspace() else character for character in text)
    visible = "".join(character for character in spaced if not is_invisible(character))
    return " ".join(nfc(visible).split())


def capitalised(text: str) -> str:
    """The text with a capital first letter; `str.capitalize` would write «Folio repse»."""
    return text[:1].upper() + text[1:]


def safe_cell(cell: object) -> object:
    """Prefix a cell of a CSV file that Excel would run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def counted(count: int, one: str, many: str) -> str:
    """The count with its noun: «1 movimiento», «1,234 movimientos», «0 movimientos»."""
    return f"{count:,} {one if count == 1 else many}"


def counted_if_any(count: int, one: str, many: str) -> str:
    """Like `counted`, but empty for zero."""
    return counted(count, one, many) if count else ""


def strip_accents(text: str, *, keep_enye: bool) -> str:
    """The text without accents and other marks.

    keep_enye: keep Ñ and ñ, as CURP and the IMSS require. Otherwise they become N and n.
    """
    if text.isascii():
        return text
    return "".join(
        character if keep_enye and character in "Ññ" else _without_marks(character)
        for character in nfc(text)
    )


@lru_cache(1_000)
def _without_marks(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    # NFKD turns a lone ´ into a space, which would split D´AMICO.
    if not character.isalpha():
        return character
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(part for part in decomposed if not unicodedata.combining(part))


class _FoldedLetters(dict[int, str]):
    """Code → what `fold` makes of that character alone, worked out when it is first asked for."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


_FOLDED = _FoldedLetters({ord(" "): " "})


def fold(text: str) -> str:
    """The search key of a text: «Muñóz», «MUÑOZ» and «munoz» have the same key.

    Folding a folded text changes nothing.
    """
    if text.isprintable() and (text.isascii() or max(text) < _FIRST_MARK):
        # Ten times faster, for most values of a table with a hundred thousand rows.
        return " ".join(text.translate(_FOLDED).split())
    return _folded(text)


def _folded(text: str) -> str:
    plain = strip_accents(clean(text).translate(_PLAIN_PUNCTUATION), keep_enye=False)
    return clean(strip_accents(plain.casefold(), keep_enye=False).translate(_PLAIN_PUNCTUATION))
