"""Prints the PDFs of the sample data: plain text at places, in Courier; writes its files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from icsoe_desktop.domain import dispmag
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA, DatosCapturista
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.constancia import ClaseTotales
from icsoe_desktop.domain.movimientos.movimiento import (
    Movimiento,
)
from icsoe_desktop.services.lotes.valores import Lote
from icsoe_desktop.services.movimientos.valores import MovimientoFila

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


_WIDTH, _HEIGHT = 792, 612  # a letter page on its side, in points
_SIZE, _PITCH = 8, 11
_LETTER = 0.6 * _SIZE  # every letter of Courier
NOT_VALID: Final = "EJEMPLO SIN VALIDEZ"
_TOTALS = {
    TipoMovimiento.BAJA: ClaseTotales.BAJA,
    TipoMovimiento.MODIFICACION: ClaseTotales.MODIFICACION,
    TipoMovimiento.ALTA: ClaseTotales.REINGRESO,
}
# Where each column begins, and its heading.
_COLUMNS = (
    (40, "Tipo"), (75, CAMPOS_MOVIMIENTO.label("nss")), (145, "Nombre"), (335, "Salario base"),
    (410, "Ext."), (445, CAMPOS_MOVIMIENTO.label("umf")), (480, "Tipo sal."), (535, "Fecha"),
    (600, "Tipo trab."), (665, CAMPOS_MOVIMIENTO.label("causa_baja")),
)  # fmt: skip


class _Text(NamedTuple):
    x: float
    y: float
    text: str


def write_page(texts: Sequence[_Text]) -> bytes:
    """A PDF of one page. y grows downwards."""
    drawn = []
    for x, y, text in texts:
        escaped = text.encode("cp1252", "replace").replace(b"\\", b"\\\\")
        escaped = escaped.replace(b"(", b"\\(").replace(b")", b"\\)")
        place = f"BT /F1 {_SIZE} Tf {x:.1f} {_HEIGHT - y:.1f} Td (".encode()
        drawn.append(place + escaped + b") Tj ET")
    content = b"\n".join(drawn)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>" % (_WIDTH, _HEIGHT),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % size
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    )


def print_acuse() -> bytes:
    """A page whose text says that it is not a real acuse."""
    return write_page([_Text(72, 80, f"Acuse REPSE de ejemplo, {NOT_VALID}")])


def print_constancia(
    lote: Lote, filas: Sequence[MovimientoFila], recibido: datetime, *, rfc: str, empresa: str
) -> bytes:
    """The IMSS's answer to a lote, with every movement accepted.

    recibido: naive, in the time of Mexico City. filas: at most 25.
    """
    return write_page(
        [
            *_facts(lote, recibido, rfc, empresa),
            *_totals(lote, len(filas)),
            *_rows(filas),
            _Text(360, _HEIGHT - 20, "Página 1"),
        ]
    )


def _facts(lote: Lote, recibido: datetime, rfc: str, empresa: str) -> Iterator[_Text]:
    yield _Text(150, 24, f"Instituto Mexicano del Seguro Social - {NOT_VALID}")
    yield _Text(150, 38, "Constancia de presentación de movimientos afiliatorios")
    facts = (
        ("Número de folio:", lote.folio),
        ("Número de lote:", lote.numero),
        ("RFC del patrón:", rfc),
        ("Registro patronal:", lote.registro_patronal),
        ("Razón social:", empresa),
        ("Fecha y hora de recepción:", f"{recibido:%Y-%m-%d %H:%M}"),
        ("Serial del certificado:", "00001000000500000000"),
        ("Huella digital:", "0" * 40),
    )
    for at, (label, value) in enumerate(facts):
        x, y = (40, 400)[at % 2], 64 + at // 2 * 1.3 * _PITCH
        yield _Text(x, y, label)
        yield _Text(x + (len(label) + 2) * _LETTER, y, value)


def _totals(lote: Lote, count: int) -> Iterator[_Text]:
    heads = ("Recibidos", "Operados", "Rechazados")
    for at, head in enumerate(heads):
        yield _Text(160 + at * 80, 134, head)
    mine = _TOTALS[lote.tipo] if lote.tipo else None
    for line, label in enumerate(ClaseTotales):
        y = 134 + (line + 1) * _PITCH
        yield _Text(60, y, label)
        figure = count if label in (mine, ClaseTotales.TOTAL) else 0
        for at, (head, value) in enumerate(zip(heads, (figure, figure, 0), strict=True)):
            yield _Text(160 + at * 80 + (len(head) - len(str(value))) * _LETTER, y, str(value))


def _rows(filas: Sequence[MovimientoFila]) -> Iterator[_Text]:
    yield _Text(40, 204, "Movimientos operados")
    for x, head in _COLUMNS:
        yield _Text(x, 226, head)
    for at, fila in enumerate(filas):
        y = 226 + (at + 1.6) * 1.35 * _PITCH
        name = " ".join(
            part for part in (fila.primer_apellido, fila.segundo_apellido, fila.nombres) if part
        )
        sbc = "" if fila.sbc is None else f"{fila.sbc / 100:,.2f}"
        cells = (
            fila.tipo.value[1],
            fila.nss,
            name,
            sbc,
            "",
            fila.umf,
            fila.tipo_salario.value if fila.tipo_salario else "",
            f"{fila.fecha:%d/%m/%Y}",
            fila.tipo_trabajador.value if fila.tipo_trabajador else "",
            fila.causa_baja.value if fila.causa_baja else "",
        )
        for (x, head), text in zip(_COLUMNS, cells, strict=True):
            if head == "Salario base":  # aligned to the right end of its heading
                yield _Text(x + (len(head) - len(text)) * _LETTER, y, text)
            elif text:
                yield _Text(x, y, text)
