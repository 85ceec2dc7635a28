"""What a task of the child tells its parent: rows as text, by blocks, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from icsoe_desktop.jobs import REPORT_INTERVAL_S

Report = Callable[[int, int | None, str], None]
Answer = tuple[Any, bytes]

TOO_MUCH: Final = (
    "Leer el archivo pide más memoria de la que pide un archivo normal, y se detuvo. No se cambió "
    "nada. Revise de dónde viene; ábralo en su programa y guárdelo de nuevo."
)
# No text that people see holds them: `tidy` makes spaces of them.
CELL_END: Final = "\x1f"
ROW_END: Final = "\x1e"
_BLOCK_ROWS: Final = 256
_BLOCK_CHARACTERS: Final = 2**18


class Seldom:
    """A Progress that tells the parent at most every 50 ms."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._last = 0.0

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        now = time.monotonic()
        if now - self._last >= REPORT_INTERVAL_S or done == total:
            self._last = now
            self._report(done, total, what)


def blocks(rows: Iterator[tuple[int, str]]) -> Iterator[Answer]:
    """rows: (line, text). Answers: the lines of a block; its texts, in UTF-8.

    A name of a file that is no text of its system is the only one that has surrogates.
    """
    lines: list[int] = []
    texts: list[str] = []
    size = 0
    for line, text in rows:
        lines.append(line)
        texts.append(text)
        size += len(text)
        if len(lines) == _BLOCK_ROWS or size >= _BLOCK_CHARACTERS:
            yield lines, ROW_END.join(texts).encode("utf-8", "surrogatepass")
            lines, texts, size = [], [], 0
    if lines:
        yield lines, ROW_END.join(texts).encode("utf-8", "surrogatepass")
