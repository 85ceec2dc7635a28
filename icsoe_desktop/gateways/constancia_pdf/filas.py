"""Assigns wrapped lines of names and reasons to the rows of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from icsoe_desktop.gateways.constancia_pdf.palabras import PdfWord

# In letter heights: a line further away does not continue the row above.
_SAME_ROW: Final = 2.0
_HALF_LINE: Final = 0.8
_MOST_LINES: Final = 8  # of one row

_Cut = tuple[float, tuple[int, ...]]


@dataclass
class PdfRow:
    """The lines of one row. y: the position of its NSS."""

    pagina: int
    y: float
    cells: list[list[PdfWord]]

    def add(self, cells: list[list[PdfWord]]) -> None:
        self.cells = [[*mine, *more] for mine, more in zip(self.cells, cells, strict=True)]


@dataclass(frozen=True)
class WrappedLine:
    """A line that contains only words of names or reasons: part of a row."""

    pagina: int
    y: float
    letra: float
    cells: list[list[PdfWord]]


def join_parts(all_rows: Sequence[PdfRow], all_parts: Sequence[WrappedLine]) -> None:
    """Add the wrapped lines to their rows.

    Names either begin in the line of the NSS and continue below it, or are centred around it.
    """
    for pagina in {part.pagina for part in all_parts}:
        rows = [row for row in all_rows if row.pagina == pagina]
        parts = [part for part in all_parts if part.pagina == pagina]
        if not rows:
            continue
        centred = any(
            0 < row.y - part.y < part.letra * _HALF_LINE for part in parts for row in rows
        ) or any(0 < rows[0].y - part.y < part.letra * _SAME_ROW for part in parts)
        if centred:
            _join_around(rows, parts)
        else:
            _join_under(rows, parts)


def _join_under(rows: list[PdfRow], parts: list[WrappedLine]) -> None:
    ends = {id(row): row.y for row in rows}
    for part in parts:
        above = [row for row in rows if row.y < part.y]
        if above and part.y - ends[id(above[-1])] < part.letra * _SAME_ROW:
            ends[id(above[-1])] = part.y
            above[-1].add(part.cells)


def _join_around(rows: list[PdfRow], parts: list[WrappedLine]) -> None:
    """Distribute the lines in order, with equally many above and below each row."""
    own = [(row.y, at, row.cells) for at, row in enumerate(rows)]
    lines = sorted(
        [*own, *((part.y, None, part.cells) for part in parts)], key=lambda line: line[0]
    )
    empty: _Cut = (math.inf, ())
    # best[i]: the least unevenness with the first i lines given to the rows so far, and the cuts.
    best: list[_Cut] = [(0.0, ())] + [empty] * len(lines)
    for at, row in enumerate(rows):
        after: list[_Cut] = [empty] * (len(lines) + 1)
        for start, (cost, cuts) in enumerate(best):
            for end in range(start + 1, min(start + _MOST_LINES, len(lines)) + 1):
                run = lines[start:end]
                owners = {owner for _, owner, _ in run if owner is not None}
                if cost == math.inf or owners - {at}:
                    break
                uneven = abs((run[0][0] + run[-1][0]) / 2 - row.y)
                if owners and cost + uneven < after[end][0]:
                    after[end] = (cost + uneven, (*cuts, end))
        best = after
    cost, cuts = best[len(lines)]
    if cost == math.inf:
        return
    for row, start, end in zip(rows, (0, *cuts), cuts, strict=False):
        stacked = [cells for _, _, cells in lines[start:end]]
        row.cells = [
            [word for cells in stacked for word in cells[c]] for c in range(len(row.cells))
        ]
