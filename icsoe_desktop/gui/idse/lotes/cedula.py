"""The printable cédula of a lote, as a PDF."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from icsoe_desktop.domain.certificados.registro_patronal import CAMPOS_REGISTRO_PATRONAL
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.movimiento import (
    Movimiento,
    TipoMovimiento,
)
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.idse.modulo import archivos, columns
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.formats import day, moment, money
from icsoe_desktop.services.lotes.valores import Cedula

DPI: Final = 300
MARGIN_MM: Final = 12.0
FONT_PT: Final = 8
FOOTER_PT: Final = 7
NOT_OF_THE_IMSS: Final = "Cédula de control interno; no es un acuse ni una constancia del IMSS."
_STYLE: Final = (
    "h1 { font-size: 14pt; } td, th { padding: 2px 5px; }"
    "th { background: #e8eeee; text-align: left; } .n { text-align: right; }"
)


def write_pdf(cedula: Cedula, path: Path) -> None:
    """Write the cédula as numbered letter pages in landscape. Runs in a worker.

    Raises UserFacingError.
    """
    archivos.write_pdf(path, lambda temporary: _paint(cedula, temporary))


def as_html(cedula: Cedula) -> str:
    lote = cedula.lote
    facts = (
        (CAMPOS_REGISTRO_PATRONAL.label("razon_social"), cedula.razon_social),
        (CAMPOS_REGISTRO_PATRONAL.label("rfc"), cedula.rfc),
        (CAMPOS_MOVIMIENTO.label("registro_patronal"), formats.registro(lote.registro_patronal)),
        ("Archivo", lote.nombre_archivo),
        ("SHA-256", lote.sha256),
        ("Generado", moment(lote.creado)),
        ("Enviado", day(lote.enviado)),
        ("Recibido", day(lote.recibido)),
        ("Estado", lote.estado.value),
        ("Número de lote", lote.numero),
        ("Folio", lote.folio),
    )
    rows = "".join(
        f"<tr><td><b>{name}:</b></td><td>{escape(value)}</td></tr>"
        for name, value in facts
        if value
    )
    totals = ", ".join(
        f"{columns.MOVIMIENTO_CORTO[tipo]}: {count:,}" for tipo, count in cedula.por_tipo.items()
    )
    body = "".join(_row(at, one) for at, one in enumerate(cedula.movimientos, start=1))
    label = CAMPOS_MOVIMIENTO.label
    heads = (
        "N.º",
        "Movimiento",
        label("nss"),
        "Nombre",
        label("curp"),
        "Fecha",
        label("sbc"),
        "Salario",
        "Jornada",
        label("causa_baja"),
    )
    header = "".join(f"<th>{one}</th>" for one in heads)
    return (
        f"<html><head><style>{_STYLE}</style></head><body>"
        f"<h1>Cédula de movimientos afiliatorios</h1><table>{rows}</table>"
        f"<p><b>{formats.movements(len(cedula.movimientos))}.</b> {totals}. "
        f"Suma de SBC: {money(cedula.suma_sbc)}.</p>"
        '<table border="1" cellspacing="0" width="100%" style="border-collapse: collapse;">'
        f"<thead><tr>{header}</tr></thead>{body}</table></body></html>"
    )


def _row(at: int, movimiento: Movimiento) -> str:
    baja = movimiento.tipo is TipoMovimiento.BAJA
    cells = (
        (f"{at:,}", True),
        (columns.MOVIMIENTO_CORTO[movimiento.tipo], False),
        (formats.nss(movimiento.nss), False),
        (movimiento.nombre, False),
        (movimiento.curp, False),
        (day(movimiento.fecha), False),
        ("" if baja else money(movimiento.sbc), True),
        (movimiento.tipo_salario.nombre if movimiento.tipo_salario else "", False),
        (movimiento.jornada.nombre if movimiento.jornada else "", False),
        (movimiento.causa_baja.nombre if movimiento.causa_baja else "", False),
    )
    tds = "".join(
        f'<td class="n">{escape(text)}</td>' if right else f"<td>{escape(text)}</td>"
        for text, right in cells
    )
    return f"<tr>{tds}</tr>"


def _paint(cedula: Cedula, path: Path) -> None:
    writer = QPdfWriter(str(path))
    writer.setTitle("Cédula de movimientos afiliatorios")
    writer.setCreator("ICSOE Desktop")
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    writer.setPageMargins(
        QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM), QPageLayout.Unit.Millimeter
    )
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    font = QFont()
    font.setPointSize(FONT_PT)
    document.setDefaultFont(font)
    document.setHtml(as_html(cedula))
    footer = round(DPI / 72 * FOOTER_PT * 2.2)
    page = QSizeF(writer.width(), writer.height() - footer)
    document.setPageSize(page)
    painter = QPainter()
    if not painter.begin(writer):
        raise UserFacingError(archivos.NOT_WRITTEN)
    try:
        for at in range(document.pageCount()):
            if at:
                writer.newPage()
            _paint_page(painter, document, page, at)
            _paint_footer(painter, page, footer, at + 1, document.pageCount())
    finally:
        painter.end()


def _paint_page(painter: QPainter, document: QTextDocument, page: QSizeF, at: int) -> None:
    painter.save()
    painter.translate(0, -at * page.height())
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = QRectF(0, at * page.height(), page.width(), page.height())
    # The default palette may be dark, but paper is white.
    context.palette.setColor(context.palette.ColorRole.Text, Qt.GlobalColor.black)
    painter.setClipRect(context.clip)
    document.documentLayout().draw(painter, context)
    painter.restore()


def _paint_footer(painter: QPainter, page: QSizeF, height: int, at: int, pages: int) -> None:
    font = QFont()
    font.setPointSize(FOOTER_PT)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.black)
    room = QRectF(0, page.height(), page.width(), height)
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | bottom, NOT_OF_THE_IMSS)
    painter.drawText(room, Qt.AlignmentFlag.AlignRight | bottom, f"Página {at} de {pages}")
