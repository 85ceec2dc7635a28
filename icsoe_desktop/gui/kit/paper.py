"""Sheets of labels and values on paper, in letters of their own: the screen's may be of any size.

No field is cut in two, a heading stays with its first field, and each page says what it is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSysInfo, Qt
from PySide6.QtGui import (
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from icsoe_desktop.gui.kit.formats import moment

MARGIN_MM: Final = 18.0
RESOLUTION: Final = 300
TITLE_PT, HEADING_PT, TEXT_PT, EDGE_PT = 15.0, 11.0, 9.5, 8.0
LABELS: Final = 0.36  # of the width
GAP_MM, ROW_GAP_MM, BLOCK_GAP_MM = 3.0, 0.8, 4.0
PAGE_OF: Final = "{at} de {pages}"
GOES_ON: Final = "{titulo} (sigue)"
_MM: Final = 25.4


class PaperBlock(NamedTuple):
    """titulo: empty for one that goes on under the heading before. filas: label and value."""

    titulo: str
    filas: Sequence[tuple[str, str]]


class CodePaper(NamedTuple):
    """A code that opens something, with what it is of: papers of several are told apart.

    nota: what it is for. empresa: may be empty.
    """

    titulo: str
    codigo: str
    nota: str
    cuando: datetime
    empresa: str = ""

    @property
    def filas(self) -> list[tuple[str, str]]:
        told = [
            ("Fecha", moment(self.cuando)),
            ("Empresa", self.empresa),
            ("Equipo", QSysInfo.machineHostName()),
            ("Para qué", self.nota),
        ]
        return [(label, value) for label, value in told if value]

    def text(self) -> str:
        lines = "".join(f"{label}: {value}\n" for label, value in self.filas)
        return f"{self.titulo}\n\n{self.codigo}\n\n{lines}"

    def paint(self, device: QPagedPaintDevice) -> None:
        prepare_page(device)
        paint_sheet(device, self.titulo, self.titulo, [PaperBlock(self.codigo, self.filas)])


def prepare_page(device: QPagedPaintDevice) -> None:
    """Letter paper with the margins of every sheet."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    device.setPageMargins(margins, QPageLayout.Unit.Millimeter)


def paint_sheet(
    device: QPagedPaintDevice, titulo: str, cabeza: str, blocks: Iterable[PaperBlock]
) -> int:
    """Print the blocks under a title; return the number of pages, 0 if the device takes none.

    cabeza: on every page: whose sheet it is, of when. Any thread may call it.
    """
    sheet = _Sheet(device, cabeza)
    sheet.put([sheet.line(titulo, TITLE_PT, bold=True)])
    for block in blocks:
        sheet.block(block)
    painter = QPainter()
    if not painter.begin(device):
        return 0
    try:
        for at in range(len(sheet.pages)):
            if at:
                device.newPage()
            sheet.paint(painter, at)
    finally:
        painter.end()
    return len(sheet.pages)


class _Piece(NamedTuple):
    """Text in its place beside others. x: from the left margin."""

    layout: QTextLayout
    x: float

    @property
    def height(self) -> float:
        return self.layout.boundingRect().height()

    def lines(self) -> Iterable[QTextLine]:
        return (self.layout.lineAt(at) for at in range(self.layout.lineCount()))


class _Sheet:
    def __init__(self, device: QPagedPaintDevice, cabeza: str) -> None:
        self._device = device
        self._dot = device.logicalDpiX() / _MM  # of a millimetre
        self._width, self._height = float(device.width()), float(device.height())
        self._cabeza = cabeza
        edge = self.line("X", EDGE_PT).height + GAP_MM * self._dot
        self._top, self._bottom = edge, self._height - edge
        self._y = self._top
        # A page is its lines with their places; a layout lives as long as its lines are needed.
        self.pages: list[list[tuple[QTextLine, QPointF]]] = [[]]
        self._kept: list[QTextLayout] = []

    def line(
        self, text: str, points: float, *, bold: bool = False, x: float = 0.0, width: float = 0.0
    ) -> _Piece:
        font = QFont()
        font.setPointSizeF(points)
        font.setBold(bold)
        # A line end of any kind starts a line; a layout knows only this one.
        layout = QTextLayout("\u2028".join(text.splitlines()) or " ", font, self._device)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width or self._width)
            line.setPosition(QPointF(0, y))
            y += line.height()
        layout.endLayout()
        return _Piece(layout, x)

    def block(self, block: PaperBlock) -> None:
        heading = [self.line(block.titulo, HEADING_PT, bold=True)] if block.titulo else []
        self._y += BLOCK_GAP_MM * self._dot
        if heading:
            first = self._row(*block.filas[0]) if block.filas else []
            self._keep_together(_tallest(heading) + self._gap + _tallest(first))
            self.put(heading)
        for label, value in block.filas:
            row = self._row(label, value)
            if self._keep_together(_tallest(row)) and block.titulo:
                again = GOES_ON.format(titulo=block.titulo)
                self.put([self.line(again, HEADING_PT, bold=True)])
            self.put(row)

    def _row(self, label: str, value: str) -> list[_Piece]:
        left = self._width * LABELS
        right = self._width - left
        gap = GAP_MM * self._dot
        return [
            self.line(label, TEXT_PT, bold=True, width=left - gap),
            self.line(value, TEXT_PT, x=left, width=right),
        ]

    @property
    def _gap(self) -> float:
        return ROW_GAP_MM * self._dot

    def _keep_together(self, height: float) -> bool:
        """Start a page if this does not fit on the present one; return whether it did."""
        fits = self._y + height <= self._bottom
        if fits or self._y <= self._top or height > self._bottom - self._top:
            return False
        self._new_page()
        return True

    def put(self, row: Sequence[_Piece]) -> None:
        """Pieces beside each other. Only what is taller than a page goes on on the next one."""
        start, height = self._y, _tallest(row)
        page = len(self.pages) - 1
        if start + height > self._bottom and height <= self._bottom - self._top:
            self._new_page()
            start, page = self._y, len(self.pages) - 1
        for piece in row:
            self._kept.append(piece.layout)
            at, offset = page, start
            for line in piece.lines():
                if offset + line.y() + line.height() > self._bottom:
                    at += 1
                    if at == len(self.pages):
                        self.pages.append([])
                    offset = self._top - line.y()
                self.pages[at].append((line, QPointF(piece.x, offset)))
            if at == len(self.pages) - 1:
                last = offset + piece.height
                self._y = max(self._y, last) if at == page else last
        self._y += self._gap

    def _new_page(self) -> None:
        self.pages.append([])
        self._y = self._top

    def paint(self, painter: QPainter, at: int) -> None:
        # The palette of a dark window is not that of paper.
        painter.setPen(Qt.GlobalColor.black)
        for line, place in self.pages[at]:
            line.draw(painter, place)
        font = QFont()
        font.setPointSizeF(EDGE_PT)
        painter.setFont(font)
        room = QRectF(0, 0, self._width, self._height)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, left, self._cabeza)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(room, right, PAGE_OF.format(at=at + 1, pages=len(self.pages)))


def _tallest(row: Sequence[_Piece]) -> float:
    return max((piece.height for piece in row), default=0.0)
