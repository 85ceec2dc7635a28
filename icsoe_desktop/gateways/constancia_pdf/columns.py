"""Finds the columns of a constancia's table by their headings and assigns words by position."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from icsoe_desktop.domain.texto import fold
from icsoe_desktop.gateways.constancia_pdf.palabras import PdfWord

# A gap wider than this separates columns; a narrower one separates words.
_PHRASE: Final = 0.5  # of the height of a letter
TEXTUAL: Final = frozenset({"nombre", "causa_rechazo"})

# The first entry that fits a heading is its field. Other headings are ignored.
_HEADINGS: Final = tuple(
    (campo, re.compile(pattern))
    for campo, pattern in (
        ("codigo_rechazo", r"(codigo|clave|cod\.?|num\w*|no\.?)( de| del)? (error|rechazo|causa)"),
        ("causa_rechazo", r"rechazo|motivo|descripcion|mensaje|observacion"),
        ("codigo_rechazo", r"^(error|codigo|cod\.?)$"),
        ("causa_baja", r"causa|^baja$"),
        ("nss", r"\bnss\b|n\.s\.s|segur\w* social|afiliacion"),
        ("tipo", r"tipo( de)? (mov|aviso)|movimiento$|^mov\.?$"),
        ("tipo_salario", r"tipo( de)? sal"),
        ("tipo_trabajador", r"tipo( de)? trab"),
        ("sbc", r"salario|\bsbc\b|s\.b\.c|^base$"),
        ("extemporaneo", r"^ext\b|extemp"),
        ("umf", r"\bumf\b|u\.m\.f|unidad med"),
        ("fecha", r"fecha"),
        ("nombre", r"nombre|asegurado|trabajador$"),
        ("tipo?", r"^tipo$"),
    )
)
_HEADING_WORD: Final = re.compile(
    "de|del|y|o|la|el|al|en|no|num|numero|consecutivo|tipo|mov|movimiento|aviso|nss|seguridad|social|"
    "afiliacion|nombre|asegurado|trabajador|trab|salario|sal|base|diario|cotizacion|integrado|sbc|"
    "ext|extemporaneo|umf|unidad|medica|familiar|fecha|causa|baja|codigo|clave|cod|error|rechazo|"
    "motivo|descripcion|mensaje|observacion|observaciones|"
)
# «Tipo» three times: of the movement, of the salary, of the worker, in this order.
# Source: docs/fuentes.md §2.
_UNNAMED: Final = ("tipo", "tipo_salario", "tipo_trabajador")
_FITS: Final = {
    "tipo": re.compile(r"0?[278]"),
    "tipo_salario": re.compile(r"[012]?"),
    "tipo_trabajador": re.compile(r"[1-4]?"),
}


@dataclass(frozen=True)
class PdfColumn:
    campo: str  # empty for a column that is not read
    izquierda: float
    derecha: float


Phrase = tuple[PdfWord, ...]


def phrases(line: Sequence[PdfWord], height: float) -> list[Phrase]:
    """Groups of words with at most a space between them."""
    found: list[list[PdfWord]] = []
    for word in line:
        if not found or word.izquierda - found[-1][-1].derecha > height * _PHRASE:
            found.append([])
        found[-1].append(word)
    return [tuple(phrase) for phrase in found]


def said(words: Sequence[PdfWord]) -> str:
    return " ".join(word.texto for word in words)


def is_heading(line: Sequence[PdfWord]) -> bool:
    """Whether the line consists of words of headings."""
    words = [re.sub(r"[^a-z]", "", fold(word.texto)) for word in line]
    return bool(line) and all(_HEADING_WORD.fullmatch(word) for word in words)


def columns_of(lines: Sequence[Sequence[PdfWord]], height: float) -> tuple[PdfColumn, ...] | None:
    """The columns of a heading of one or more lines; None if it is not a constancia's heading."""
    blocks: list[list[Phrase]] = []
    for line in lines:
        for phrase in phrases(line, height):
            over = [block for block in blocks if any(_overlap(phrase, part) > 0 for part in block)]
            if len(over) == 1:
                over[0].append(phrase)
            elif not over:
                blocks.append([phrase])
            # A title over several columns says nothing of any of them.
    found = []
    for block in sorted(blocks, key=lambda parts: min(part[0].izquierda for part in parts)):
        text = fold(" ".join(said(part) for part in block))
        left = min(part[0].izquierda for part in block)
        right = max(part[-1].derecha for part in block)
        found.append(PdfColumn(_campo_of(text), left, right))
    campos = {columna.campo for columna in found}
    if "nss" not in campos or not campos & {"nombre", "fecha"} or len(found) < 3:
        return None
    return tuple(found)


def cells_of(
    line: Sequence[PdfWord], columns: Sequence[PdfColumn], height: float
) -> list[list[PdfWord]]:
    """The words of the line by column, in the order of `columns`."""
    cells: list[list[PdfWord]] = [[] for _ in columns]
    for phrase in phrases(line, height):
        under = {at for at in (_under(word, columns) for word in phrase) if at is not None}
        if len(under) <= 1:
            at = under.pop() if under else _nearest(phrase, columns)
            cells[at].extend(phrase)
            continue
        # Two columns with hardly any room between them.
        at = min(under)
        for word in phrase:
            own = _under(word, columns)
            if own is None and columns[at].campo not in TEXTUAL:
                own = _nearest((word,), columns)
            at = at if own is None else max(at, own)
            cells[at].append(word)
    return cells


def named(columns: Sequence[PdfColumn], rows: Sequence[Sequence[str]]) -> tuple[PdfColumn, ...]:
    """The columns with a field for each «Tipo», decided by its position and values.

    rows: the texts of each row's cells, in the order of the columns.
    """
    there = {columna.campo for columna in columns}
    missing = [campo for campo in _UNNAMED if campo not in there]
    places = [at for at, columna in enumerate(columns) if columna.campo == "tipo?"]
    if not places:
        return tuple(columns)
    orders = list(itertools.permutations(missing, min(len(places), len(missing))))

    def misfits(order: tuple[str, ...]) -> int:
        return sum(
            _FITS[campo].fullmatch(row[at].strip()) is None
            for campo, at in zip(order, places, strict=False)
            for row in rows
        )

    # Of equally good orders take the first, which is the usual one.
    best = min(orders, key=misfits)
    of_place = dict(zip(places, best, strict=False))
    return tuple(
        replace(columna, campo=of_place.get(at, "")) if columna.campo == "tipo?" else columna
        for at, columna in enumerate(columns)
    )


def _campo_of(heading: str) -> str:
    for campo, pattern in _HEADINGS:
        if pattern.search(heading):
            return campo
    return ""


def _overlap(one: Phrase, other: Phrase) -> float:
    return min(one[-1].derecha, other[-1].derecha) - max(one[0].izquierda, other[0].izquierda)


def _under(word: PdfWord, columns: Sequence[PdfColumn]) -> int | None:
    """The column whose heading overlaps most with the word; None without overlap."""
    best, most = None, 0.0
    for at, columna in enumerate(columns):
        common = min(word.derecha, columna.derecha) - max(word.izquierda, columna.izquierda)
        if common > most:
            best, most = at, common
    return best


def _nearest(phrase: Phrase, columns: Sequence[PdfColumn]) -> int:
    """For a phrase between two headings: words belong to the name column, figures to the other."""
    left, right = phrase[0].izquierda, phrase[-1].derecha

    def distance(at: int) -> float:
        return max(columns[at].izquierda - right, left - columns[at].derecha)

    before = [at for at, columna in enumerate(columns) if columna.derecha <= left]
    after = [at for at, columna in enumerate(columns) if columna.izquierda >= right]
    beside = [*before[-1:], *after[:1]]
    textual = _is_text(phrase)
    suited = [at for at in beside if (columns[at].campo in TEXTUAL) is textual]
    return min(suited or beside or range(len(columns)), key=distance)


def _is_text(phrase: Phrase) -> bool:
    letters = sum(character.isalpha() for character in said(phrase))
    figures = sum(character.isdigit() for character in said(phrase))
    return letters > figures
