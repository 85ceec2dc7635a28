"""How a table or a page shows a state: a pill with icon and word, on the ground of its tone."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from icsoe_desktop.gui.base import assets, tokens
from icsoe_desktop.gui.kit.fields import set_property
from icsoe_desktop.gui.kit.mark import Mark
from icsoe_desktop.gui.kit.plain_text import plain_label

STATE_ROLE: Final = Qt.ItemDataRole.UserRole + 7
HEIGHT, PADDING, ICON, GAP, INSET = 22, 8, 14, 5, 10
ROW_LINE: Final = 1  # px, in the style sheet
CAPTION: Final = tokens.LETTERS["caption_pt"] / tokens.BODY_PT
# The tone of a state, by its icon.
TONES: Final = {
    "vigente": "success",
    "correcto": "success",
    "habilitado": "success",
    "por_vencer": "warning",
    "pendiente": "warning",
    "advertencia": "warning",
    "detenido": "warning",
    "vencido": "error",
    "error": "error",
    "sin_conexion": "error",
    "enviado": "info",
    "recibido": "info",
    "generar": "info",
    "alta": "info",
    "aun_no_valido": "info",
    "sincronizar": "info",
    "correo": "info",
    "equipo": "neutral",
    "editar": "neutral",
    "pausa": "neutral",
    "deshabilitado": "neutral",
    "candado": "neutral",
    "sin_certificado": "neutral",
    "descartado": "neutral",
}
_NO_ICON = QIcon()


class PillDelegate(QStyledItemDelegate):
    """For columns with a `state`. The text stays what screen reader and clipboard get."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        text = cell.text
        cell.text, cell.icon = "", _NO_ICON
        style = self._view.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, self._view)
        if not text:
            return
        name = index.data(STATE_ROLE) or ""
        tone, colors = TONES.get(name, "neutral"), assets.colors()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_caption(cell.font))
        metrics = painter.fontMetrics()
        rect: Any = option.rect
        room = rect.width() - INSET
        icon, chrome = assets.scaled(ICON), _chrome(bool(name))
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room - chrome)
        high = max(HEIGHT, metrics.height() + 4)
        high = min(high, rect.height() - 2)
        # The letters of the other cells stand in the middle of what the line below leaves.
        top = rect.top() + (rect.height() - ROW_LINE - high) // 2
        wide = min(room, chrome + metrics.horizontalAdvance(text))
        pill = QRectF(rect.left() + INSET, top, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(colors, f"{tone}_soft")))
        painter.drawRoundedRect(pill, high / 2, high / 2)
        at = pill.left() + PADDING
        if name:
            spot = QRectF(at, pill.center().y() - icon / 2, icon, icon).toRect()
            assets.tinted(name, tone).paint(painter, spot)
            at += icon + GAP
        painter.setPen(QColor(getattr(colors, tone)))
        place = QRectF(at, pill.top(), pill.right() - at, high)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + 2 * PADDING + GAP, max(hint.height(), HEIGHT + 2 * ROW_LINE))


def pill_width(letters: QFont, text: str, with_icon: bool) -> int:
    """The width of a column in which the pill of this text is whole."""
    words = QFontMetrics(_caption(letters)).horizontalAdvance(text)
    return INSET + _chrome(with_icon) + words + PADDING


def _chrome(with_icon: bool) -> int:
    return 2 * PADDING + (assets.scaled(ICON) + GAP if with_icon else 0)


def _caption(letters: QFont) -> QFont:
    return assets.sized(letters, CAPTION, QFont.Weight.Medium)


class PillLabel(QObject):
    """A pill in a page. label: hidden while there is nothing to say."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = plain_label("", parent)
        # Set before its text, or its size would be that of a plain label.
        self.label.setProperty("pill", "neutral")
        # Qt would add the width of half an x to the padding of the style sheet.
        self.label.setIndent(0)
        self._picture = plain_label("", self.label)
        self._mark = Mark(self._picture, "pendiente", "neutral", ICON)
        self.label.installEventFilter(self)
        self.label.hide()

    def show(self, text: str, icon: str, tone: str) -> None:
        """tone: one of the style sheet's; an empty text hides the pill."""
        self.label.setText(text)
        set_property(self.label, "pill", tone)
        self._mark.show(icon, tone)
        self.label.setVisible(bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self.label:
            side = assets.scaled(ICON)
            top = (self.label.height() - side) // 2
            self._picture.setGeometry(PADDING, top, side, side)
        return False
