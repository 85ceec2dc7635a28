"""Sample files that people may choose in the windows."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from icsoe_desktop.domain import dispmag
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA, DatosCapturista
from icsoe_desktop.domain.movimientos.movimiento import Movimiento

_CUT = 100


def write_movements(carpeta: Path, movimientos: Sequence[Movimiento]) -> None:
    """A valid file to import, and a copy whose first record is truncated."""
    good = dispmag.write(movimientos)
    (carpeta / "movimientos_por_importar.txt").write_bytes(good)
    first, rest = good.split(b"\r\n", 1)
    (carpeta / "movimientos_con_error.txt").write_bytes(first[:-_CUT] + b"\r\n" + rest)


def write_capturistas(carpeta: Path, people: Sequence[DatosCapturista]) -> None:
    path = carpeta / "capturistas_por_importar.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        columns = CAMPOS_CAPTURISTA.at(Place.SHEET)
        writer.writerow(each.label for each in columns)
        for datos in people:
            writer.writerow(getattr(datos, each.name) for each in columns)
