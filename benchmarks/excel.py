"""Writing a large workbook against openpyxl's write-only mode. Prints one JSON line.

python -m benchmarks.excel [--renglones 100000] [--vueltas 3]
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import openpyxl

from benchmarks.comun import cpu_ms, interleave, middle, ratio, spread, tell
from icsoe_desktop.gateways.hojas.escritura import ColumnaHoja, Tipo, write_workbook
from icsoe_desktop.jobs import NoProgress

COLUMNS = 20
KINDS = (Tipo.TEXTO, Tipo.ENTERO, Tipo.FECHA, Tipo.IMPORTE)
# openpyxl writes a part of the rows: its time is proportional to them.
SHARE = 10
GOAL_RATE, GOAL_MB = 10.0, 80


def rows(count: int) -> Iterator[tuple[object, ...]]:
    day = date(2026, 3, 2)
    for n in range(count):
        yield tuple((f"Persona Ñúñez {n}", n, day, 1234.56)[at % 4] for at in range(COLUMNS))


def main(options: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--renglones", type=int, default=100_000)
    parser.add_argument("--vueltas", type=int, default=3)
    args = parser.parse_args(options)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "libro.xlsx"

        def ours() -> float:
            return cpu_ms(lambda: write(path, args.renglones))

        ours()
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

        def theirs() -> float:
            return cpu_ms(lambda: _openpyxl(path, args.renglones // SHARE)) * SHARE

        runs = interleave({"icsoe": ours, "openpyxl": theirs}, args.vueltas)
    faster = ratio(runs["openpyxl"], runs["icsoe"])
    result = {
        "medida": "excel",
        "renglones": args.renglones,
        "columnas": COLUMNS,
        "icsoe_ms": middle(runs["icsoe"]),
        "icsoe_p5_p95": spread(runs["icsoe"]),
        "openpyxl_ms": middle(runs["openpyxl"]),
        "veces_openpyxl": faster,
        "pico_mb": round(peak_mb),
    }
    return tell(result, faster >= GOAL_RATE and peak_mb <= GOAL_MB)


def write(path: Path, count: int) -> None:
    """A workbook as the program writes it."""
    columnas = [ColumnaHoja(f"Columna {at}", KINDS[at % len(KINDS)]) for at in range(COLUMNS)]
    write_workbook(path, "H", columnas, rows(count), NoProgress())


def _openpyxl(path: Path, count: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in islice(rows(count), count):
        sheet.append(row)
    book.save(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
