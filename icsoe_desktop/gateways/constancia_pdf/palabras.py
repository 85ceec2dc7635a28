"""The words of a PDF with their positions, rotated so that they read from left to right."""

from __future__ import annotations

import ctypes
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.isolation.answers import Answer, Report
from icsoe_desktop.gateways.isolation.client import BROKEN, IsolatedReader
from icsoe_desktop.jobs import Progress

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

READING: Final = "Leyendo páginas"
MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PAGES: Final = 1_000
MAX_CHARACTERS: Final = 5_000_000
MAX_SECONDS: Final = 120
# A page with fewer letters is a scanned picture with a stamp.
_FEW: Final = 20
_SPACE: Final = 0.14  # of the height of a letter
_LIGATURES: Final = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}

_LEFT: Final = "No se importó nada y el archivo no se cambió."
WITH_PASSWORD: Final = (
    f"El PDF está protegido con contraseña y no se puede leer. {_LEFT} Guarde una copia sin "
    "contraseña y elíjala."
)
UNREADABLE: Final = (
    f"El PDF está dañado y no se puede leer. {_LEFT} Descárguelo de nuevo del portal y vuelva a "
    "elegirlo."
)
SCANNED: Final = (
    f"El PDF es una imagen, sin texto que se pueda leer: parece digitalizado o impreso a imagen. "
    f"{_LEFT} Elija el PDF que entregó el portal."
)
TOO_LARGE: Final = f"El PDF pasa de 10 MB. {_LEFT} Elija el que entregó el portal."
TOO_LONG: Final = (
    f"El PDF tiene demasiadas páginas o demasiado texto para ser una constancia. {_LEFT} Revise "
    "que sea el que entregó el portal."
)
TOO_SLOW: Final = (
    f"Leer el PDF tomó demasiado tiempo y se detuvo. {_LEFT} Revise que sea el que entregó el "
    "portal."
)


class PdfWord(NamedTuple):
    """Points; `arriba` and `abajo` grow downwards."""

    texto: str
    izquierda: float
    arriba: float
    derecha: float
    abajo: float

    @property
    def medio(self) -> float:
        return (self.arriba + self.abajo) / 2


@dataclass(frozen=True)
class PageWords:
    """letra: the usual height of a letter's box. renglones: from top to bottom."""

    numero: int
    letra: float
    renglones: tuple[tuple[PdfWord, ...], ...] = field(repr=False)


class _Letter(NamedTuple):
    lugar: int  # in the page's own order
    texto: str
    angulo: int
    izquierda: float
    arriba: float
    derecha: float
    abajo: float


def read_pages(contenido: bytes, progress: Progress) -> tuple[PageWords, ...]:
    """The pages of the document, read by a child process.

    Raises InvalidInputError (campo «archivo»), UserFacingError for a file that would take too much
    memory or time, and Cancelled.
    """
    if len(contenido) > MAX_BYTES:
        raise InvalidInputError(TOO_LARGE, "archivo")
    with IsolatedReader() as reader:
        answers = reader.ask("pdf.words", {}, contenido, progress)
        return tuple(_received(value) for value, _ in answers)


def words_task(_arguments: dict[str, Any], contenido: bytes, report: Report) -> Iterator[Answer]:
    """In the child: one answer a page."""
    for page in pages_here(contenido, lambda done, total: report(done, total, READING)):
        yield [page.numero, page.letra, page.renglones], b""


def _received(value: Any) -> PageWords:
    """A page as the child tells it. Raises UserFacingError for what no page is."""
    try:
        numero, letra, renglones = value
        lines = tuple(
            tuple(PdfWord(str(word[0]), *map(float, word[1:])) for word in line)
            for line in renglones
        )
        return PageWords(int(numero), float(letra), lines)
    except (TypeError, ValueError, IndexError) as error:
        raise UserFacingError(BROKEN) from error


def pages_here(contenido: bytes, report: Callable[[int, int], None]) -> tuple[PageWords, ...]:
    """The pages of the document, read in this process. report: pages done, pages in all.

    Raises InvalidInputError (campo «archivo»).
    """
    if len(contenido) > MAX_BYTES:
        raise InvalidInputError(TOO_LARGE, "archivo")
    # It takes a quarter of a second to import: the worker waits, not the window.
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(contenido)
    except pypdfium2.PdfiumError as error:
        message = WITH_PASSWORD if "password" in str(error).lower() else UNREADABLE
        raise InvalidInputError(message, "archivo") from error
    try:
        return _pages(document, report)
    except pypdfium2.PdfiumError as error:
        raise InvalidInputError(UNREADABLE, "archivo") from error
    finally:
        document.close()


def _pages(document: PdfDocument, report: Callable[[int, int], None]) -> tuple[PageWords, ...]:
    count = len(document)
    if not count:
        raise InvalidInputError(UNREADABLE, "archivo")
    if count > MAX_PAGES:
        raise InvalidInputError(TOO_LONG, "archivo")
    pages, characters, started = [], 0, time.monotonic()
    for at in range(count):
        report(at, count)
        if time.monotonic() - started > MAX_SECONDS:
            raise InvalidInputError(TOO_SLOW, "archivo")
        page = document[at]
        try:
            letters = _letters(page, MAX_CHARACTERS - characters)
        finally:
            page.close()
        characters += len(letters)
        pages.append(_page(at + 1, letters))
    if characters < _FEW:
        raise InvalidInputError(SCANNED, "archivo")
    return tuple(pages)


def _letters(page: PdfPage, room: int) -> list[_Letter]:
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    try:
        count = pdfium.FPDFText_CountChars(textpage)
        if count > room:
            raise InvalidInputError(TOO_LONG, "archivo")
        sides = [ctypes.c_double() for _ in range(4)]
        rect = pdfium.FS_RECTF()
        found = []
        for at in range(count):
            texto = _text_of(pdfium, textpage, at)
            if not texto:
                continue
            # The loose box is as high for a comma as for a capital, where the font tells.
            if pdfium.FPDFText_GetLooseCharBox(textpage, at, rect) and rect.top != rect.bottom:
                box = (rect.left, rect.bottom, rect.right, rect.top)
            elif pdfium.FPDFText_GetCharBox(textpage, at, *sides):
                left, right, bottom, top = (side.value for side in sides)
                box = (left, bottom, right, top)
            else:
                continue
            if all(math.isfinite(side) for side in box):
                found.append(_turned(at, texto, pdfium.FPDFText_GetCharAngle(textpage, at), box))
        return found
    finally:
        textpage.close()


def _text_of(pdfium: Any, textpage: Any, at: int) -> str:
    """The letter; empty for white space, which is recognised by its width."""
    code = pdfium.FPDFText_GetUnicode(textpage, at)
    if not code or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return ""
    character = chr(code)
    if pdfium.FPDFText_IsHyphen(textpage, at) == 1:
        character = "-"
    return _LIGATURES.get(character, character) if clean(character) else ""


def _turned(
    lugar: int, texto: str, angle: float, box: tuple[float, float, float, float]
) -> _Letter:
    """The letter in a page that is rotated so that the letter is upright."""
    x0, y0, x1, y1 = box
    quarter = round(angle / (math.pi / 2)) % 4 if math.isfinite(angle) else 0
    match quarter:
        case 1:
            sides = (-y1, -x1, -y0, -x0)
        case 2:
            sides = (-x1, y0, -x0, y1)
        case 3:
            sides = (y0, x0, y1, x1)
        case _:
            sides = (x0, -y1, x1, -y0)
    return _Letter(lugar, texto, quarter, *sides)


def _page(numero: int, letters: list[_Letter]) -> PageWords:
    """A page of the letters in the main direction. Letters in other directions are seals."""
    if not letters:
        return PageWords(numero, 0.0, ())
    usual = Counter(letter.angulo for letter in letters).most_common(1)[0][0]
    upright = [letter for letter in letters if letter.angulo == usual]
    height = median(letter.abajo - letter.arriba for letter in upright)
    return PageWords(numero, height, tuple(_lines(upright, height)))


def _lines(letters: list[_Letter], height: float) -> list[tuple[PdfWord, ...]]:
    """Lines of letters whose centres are less than half a letter apart."""
    letters.sort(key=lambda letter: (letter.arriba + letter.abajo) / 2)
    lines: list[list[_Letter]] = []
    last = -math.inf
    for letter in letters:
        middle = (letter.arriba + letter.abajo) / 2
        if not lines or middle - last > height * 0.45:
            lines.append([])
            last = middle
        lines[-1].append(letter)
    return [_words(line) for line in lines]


def _words(line: list[_Letter]) -> tuple[PdfWord, ...]:
    line.sort(key=lambda letter: (letter.izquierda, letter.lugar))
    words: list[list[_Letter]] = []
    for letter in line:
        before = words[-1][-1] if words else None
        if before is not None and _same_place(before, letter):
            continue  # bold by printing twice
        size = letter.abajo - letter.arriba
        if before is None or letter.izquierda - before.derecha > size * _SPACE:
            words.append([])
        words[-1].append(letter)
    return tuple(
        PdfWord(
            clean("".join(letter.texto for letter in word)),
            word[0].izquierda,
            min(letter.arriba for letter in word),
            max(letter.derecha for letter in word),
            max(letter.abajo for letter in word),
        )
        for word in words
    )


def _same_place(one: _Letter, other: _Letter) -> bool:
    # The letters of a ligature stand in one place, too, one after the other.
    if abs(one.lugar - other.lugar) <= 1:
        return False
    near = (other.abajo - other.arriba) * 0.08
    return one.texto == other.texto and abs(one.izquierda - other.izquierda) < near
