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


def write_acuse(path: Path) -> None:
    """A one-page PDF whose text says that it is not a real acuse."""
    text = b"BT /F1 20 Tf 72 700 Td (Acuse REPSE de ejemplo, sin validez) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    path.write_bytes(
        content
        + b"xref\n0 %d\n0000000000 65535 f \n" % size
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(content))
    )


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
