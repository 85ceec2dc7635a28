"""Reads the fields around the tables of a constancia: employer, numbers and totals."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from icsoe_desktop.domain.movimientos.constancia import Cifras, ClaseTotales
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.gateways.constancia_pdf.columns import phrases, said
from icsoe_desktop.gateways.constancia_pdf.palabras import PageWords, PdfWord
from icsoe_desktop.gateways.constancia_pdf.renglones import read_day

_UNDER: Final = 2.6  # heights of a letter from a label to its value
_MAX_LABEL_WORDS: Final = 8


_A_DAY: Final = r"(?:\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}).*"


@dataclass(frozen=True)
class Label:
    """The labels of a field, and the pattern of its value without spaces."""

    campo: str
    rotulo: re.Pattern[str]
    valor: re.Pattern[str]


# Longer labels first: «número de lote» before «lote».
_LABELS: Final = tuple(
    Label(campo, re.compile(label), re.compile(value, re.ASCII))
    for campo, label, value in (
        ("folio", r"folio\W*$", r"\d{6,25}"),
        ("lote", r"\blote\W*$", r"\d{4,12}"),
        ("registro_patronal", r"registro patronal\W*$", r"[A-Z0-9]\d{2}-?\d{5}-?\d{2}-?\d?"),
        (
            "rfc",
            r"\b(rfc|r\.f\.c\.?|contribuyentes)( del patron)?\W*$",
            r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}",
        ),
        ("razon_social", r"razon social\W*$", r".+"),
        ("recibido", r"recepcion\W*$", _A_DAY),
        ("transmitido", r"(transmision|envio|presentacion|hora)\W*$", _A_DAY),
        ("serial", r"(serial|serie)( del certificado)?\W*$", r"\d{20}"),
        ("huella", r"huella( digital)?\W*$", r"[0-9A-Fa-f]{40}"),
    )
)
# Patterns that identify a field without its label.
_ALONE: Final = {
    "folio": re.compile(r"\d{19}", re.ASCII),
    "lote": re.compile(r"\d{9}", re.ASCII),
    "serial": re.compile(r"\d{20}", re.ASCII),
    "huella": re.compile(r"[0-9A-Fa-f]{40}", re.ASCII),
}
_HOUR: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap])?", re.ASCII)

_FIGURES: Final = (
    ("recibidos", re.compile(r"^(recibid|presentad|enviad|transmitid)")),
    ("operados", re.compile(r"^(operad|aceptad|aprobad|procesad)")),
    ("rechazados", re.compile(r"^rechazad")),
)
_CLASSES: Final = (
    (ClaseTotales.BAJA, re.compile(r"^bajas?\b")),
    (ClaseTotales.MODIFICACION, re.compile(r"^mod\w*\b")),
    (ClaseTotales.REINGRESO, re.compile(r"^(reingresos?|altas?)\b")),
    (ClaseTotales.TOTAL, re.compile(r"^total(es)?\b")),
)
_COUNT: Final = re.compile(r"\d{1,3}(,\d{3})*|\d{1,7}", re.ASCII)


def read_fields(
    pages: Sequence[PageWords],
    labels: Sequence[Label] = _LABELS,
    alone: Mapping[str, re.Pattern[str]] = _ALONE,
) -> dict[str, str]:
    """field → first value found; without the missing fields. alone: values known without label."""
    found: dict[str, str] = {}
    for page in pages:
        for at in range(len(page.renglones)):
            for etiqueta, value in _labelled(page, at, labels):
                found.setdefault(etiqueta, value)
    loose = [said(phrase) for page in pages for phrase in _all_phrases(page)]
    for campo, pattern in alone.items():
        if campo not in found:
            lone = (text for text in loose if pattern.fullmatch(text))
            value = next(lone, "")
            if value:
                found[campo] = value
    return found


def read_moment(text: str) -> datetime | None:
    """The date in the text, with the hour if it has one."""
    day = read_day(text)
    if day is None:
        return None
    found = _HOUR.search(text)
    if found is None:
        return datetime.combine(day, time())
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4] == "p" and hour < 12:
        hour += 12
    try:
        return datetime.combine(day, time(hour, minute, second))
    except ValueError:
        return datetime.combine(day, time())


def read_totals(pages: Sequence[PageWords]) -> dict[ClaseTotales, Cifras]:
    """The table of totals, in either orientation."""
    for page in pages:
        for at, line in enumerate(page.renglones):
            heads = _heads(line, page.letra)
            kinds = {kind for kind, _ in heads}
            if len(kinds & {name for name, _ in _FIGURES}) >= 2:
                rows = _counted(page, at, heads, _CLASSES)
                if rows:
                    return {ClaseTotales(kind): _cifras(figures) for kind, figures in rows.items()}
            if len(kinds & {clase for clase, _ in _CLASSES}) >= 3:
                turned = _counted(page, at, heads, _FIGURES)
                if turned:
                    return {
                        clase: _cifras({name: row.get(clase) for name, row in turned.items()})
                        for clase in ClaseTotales
                        if any(clase in row for row in turned.values())
                    }
    return {}


Head = tuple[str, PdfWord]


def _heads(line: Sequence[PdfWord], height: float) -> list[Head]:
    """The columns of totals that the phrases of the line are headings of."""
    found = []
    for phrase in phrases(line, height):
        for word in phrase:
            kind = _kind(fold(word.texto), (*_FIGURES, *_CLASSES))
            if kind is not None:
                found.append((kind, word))
    return found


def _kind(text: str, kinds: Iterable[tuple[str, re.Pattern[str]]]) -> str | None:
    return next((kind for kind, pattern in kinds if pattern.search(text)), None)


def _counted(
    page: PageWords,
    at: int,
    heads: Sequence[Head],
    kinds: Sequence[tuple[str, re.Pattern[str]]],
) -> dict[str, dict[str, int]]:
    """Row → column → figure, for the lines under the heading that begin with one of `kinds`."""
    of_rows = {kind for kind, _ in kinds}
    columns = [head for head in heads if head[0] not in of_rows]
    found: dict[str, dict[str, int]] = {}
    for line in page.renglones[at + 1 : at + 9]:
        kind = _kind(fold(line[0].texto), kinds)
        counts = [word for word in line[1:] if _COUNT.fullmatch(word.texto)]
        if kind is None or not counts:
            if found:
                break
            continue
        row = {}
        for word in counts:
            column = min(columns, key=lambda head: abs(_middle(head[1]) - _middle(word)))
            row[column[0]] = int(word.texto.replace(",", ""))
        if len(counts) == len(columns):
            row = {
                head[0]: int(word.texto.replace(",", ""))
                for head, word in zip(columns, counts, strict=True)
            }
        found.setdefault(kind, row)
    return found


def _middle(word: PdfWord) -> float:
    return (word.izquierda + word.derecha) / 2


def _cifras(figures: dict[str, int | None] | dict[str, int]) -> Cifras:
    return Cifras(figures.get("recibidos"), figures.get("operados"), figures.get("rechazados"))


def _labelled(page: PageWords, at: int, known: Sequence[Label]) -> list[tuple[str, str]]:
    """(field, value) of each label in the line. The value stands beside or under its label."""
    line = page.renglones[at]
    labels: list[tuple[int, int, Label]] = []  # its first word, the word after it, what
    for end in range(1, len(line) + 1):
        for start in reversed(range(max(0, end - _MAX_LABEL_WORDS), end)):
            text = fold(said(line[start:end]))
            etiqueta = next((one for one in known if one.rotulo.search(text)), None)
            if etiqueta is not None:
                labels.append((start, end, etiqueta))
                break
    found = []
    for place, (_, end, etiqueta) in enumerate(labels):
        following = labels[place + 1][0] if place + 1 < len(labels) else len(line)
        if following < len(line):
            # «Fecha y hora de» belongs to the label too, where it stands apart from the value.
            start = _phrase_start(line, following, page.letra)
            following = start if start >= end else following
        value = _value(line[end:following], etiqueta, page.letra)
        if not value:
            right = line[following].izquierda if following < len(line) else math.inf
            whole = next(one for one in phrases(line, page.letra) if line[end - 1] in one)
            value = _below(page, at, whole, right, etiqueta)
        if value:
            found.append((etiqueta.campo, value))
    return found


def _phrase_start(line: Sequence[PdfWord], at: int, height: float) -> int:
    """The index of the first word of the phrase that contains the word."""
    start = 0
    for phrase in phrases(line, height):
        if start + len(phrase) > at:
            break
        start += len(phrase)
    return start


def _value(words: Sequence[PdfWord], etiqueta: Label, height: float) -> str:
    """The longest run of words from the first one that matches the value's pattern."""
    words = [word for word in words if word.texto.strip(":. ")]
    if etiqueta.campo == "razon_social":
        # Of a long name only what stands together.
        parts = phrases(words, height * 2)
        return said(parts[0]).strip(": ") if parts else ""
    for end in range(len(words), 0, -1):
        joined = "".join(word.texto for word in words[:end]).lstrip(":").upper()
        if etiqueta.valor.fullmatch(joined):
            return said(words[:end]).lstrip(": ")
    return ""


def _below(
    page: PageWords, at: int, label: Sequence[PdfWord], right: float, etiqueta: Label
) -> str:
    """The value in one of the lines under the label. right: where the next label begins."""
    for line in page.renglones[at + 1 : at + 3]:
        if line[0].medio - label[0].medio > page.letra * _UNDER:
            break
        for phrase in phrases(line, page.letra):
            if phrase[0].izquierda < right and phrase[-1].derecha > label[0].izquierda:
                value = _value(phrase, etiqueta, page.letra)
                if value:
                    return value
    return ""


def _all_phrases(page: PageWords) -> Iterable[Sequence[PdfWord]]:
    for line in page.renglones:
        yield from phrases(line, page.letra)
        for word in line:
            yield (word,)
