"""The texts of what calamine read, a column of some rows at a time: a cell alone costs the most."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from unicodedata import is_normalized

from icsoe_desktop.gateways.hojas.comun import MAX_CELL_CHARACTERS
from icsoe_desktop.gateways.hojas.texto import text_of


class NotPlain(Exception):
    """A workbook, or a cell of it, that calamine does not tell as people see it."""


def texts_of(rows: Sequence[Sequence[object]]) -> tuple[list[tuple[str, ...]], bool]:
    """The rows, all of one width, as text; and whether no text can be over Excel's limit.

    Raises NotPlain.
    """
    short = True
    columns = []
    for column in zip(*rows, strict=True):
        texts, length = _column(column)
        columns.append(texts)
        short = short and length <= MAX_CELL_CHARACTERS
    return list(zip(*columns, strict=True)), short


def _column(column: tuple[object, ...]) -> tuple[Sequence[str], int]:
    """Its texts, and a length that none of them is over."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return _texts(column)  # type: ignore[arg-type]
    if kinds == {float}:
        return _numbers(column), 0
    if kinds == {date}:
        days = {day: str(day) for day in set(column)}  # few, of many rows
        return [days[day] for day in column], 0
    texts = [_text(value) for value in column]
    return texts, max(map(len, texts))


def _texts(column: tuple[str, ...]) -> tuple[Sequence[str], int]:
    joined = "|".join(column)
    tidy_already = (
        joined.isprintable()
        and is_normalized("NFC", joined)
        and not ("  " in joined or " |" in joined or "| " in joined)
        and not (joined.startswith(" ") or joined.endswith(" "))
    )
    return column if tidy_already else [text_of(value) for value in column], len(joined)


def _numbers(column: tuple[object, ...]) -> Sequence[str]:
    text = ("%.15g " * len(column)) % column
    # An exponent, an infinity, and the zero with a sign are not as people see them.
    if "e" in text or "n" in text or "-0 " in text:
        return [_text(value) for value in column]
    return text.split(" ")[:-1]


def _text(value: object) -> str:
    # Calamine made a float of it: digits of a longer number are lost.
    if isinstance(value, float) and not abs(value) < 1e15:
        raise NotPlain
    return text_of(value)
