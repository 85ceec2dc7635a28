"""Reading a workbook as an import does, against bare openpyxl and calamine.

`python -m benchmarks.lectura_excel [--renglones 5000] [--vueltas 3]` prints one JSON line. It
measures CPU, interleaved. Goal: 1.5 times python-calamine, which has no limits. Our reader is
bounded and gives text as users see it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import openpyxl
from python_calamine import CalamineWorkbook

from benchmarks.comun import cpu_ms, interleave, middle, ratio, spread, tell
from benchmarks.excel import COLUMNS, write
from icsoe_desktop.gateways.hojas.lectura import open_sheet

_GOAL: Final = 1.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--renglones", type=int, default=5_000)
    parser.add_argument("--vueltas", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "libro.xlsx"
        write(path, options.renglones)
        ways = {"icsoe": _icsoe, "openpyxl": _openpyxl, "calamine": _calamine}
        for read in ways.values():
            assert read(path) == options.renglones
        runs = interleave(
            {name: _timed(read, path) for name, read in ways.items()}, options.vueltas
        )
    found = {other: ratio(runs["icsoe"], runs[other]) for other in ("openpyxl", "calamine")}
    return tell(
        {
            "medida": "lectura_excel",
            "renglones": options.renglones,
            "columnas": COLUMNS,
            "ms": {name: middle(times) for name, times in runs.items()},
            "ms_p5_p95": {name: spread(times) for name, times in runs.items()},
            "renglones_por_s": round(options.renglones / middle(runs["icsoe"]) * 1000),
            "razones": found,
            "meta_calamine": _GOAL,
        },
        found["calamine"] <= _GOAL,
    )


def _timed(read: Callable[[Path], int], path: Path) -> Callable[[], float]:
    return lambda: cpu_ms(lambda: read(path))


def _icsoe(path: Path) -> int:
    with open_sheet(path) as sheet:
        return sum(1 for _ in sheet.rows)


def _openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    count = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) - 1
    book.close()
    return count


def _calamine(path: Path) -> int:
    book = CalamineWorkbook.from_path(str(path))
    return len(book.get_sheet_by_index(0).to_python()) - 1


if __name__ == "__main__":
    raise SystemExit(main())
