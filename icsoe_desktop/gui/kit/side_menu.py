"""The menu at the left of both entrances: headings, icons, one chosen place, what waits there."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from icsoe_desktop.gui.base import assets, tokens
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.fields import breadth
from icsoe_desktop.gui.kit.plain_text import plain_tip

WIDTH, FOLDED = 232, 56
NARROW: Final = 1280  # of the window: the rows need the room
INSET, ICON, RADIUS, GAP, MARK = 8, 18, 6, 10, 3
LOWEST: Final = 28  # of a row, where the window is too low for all of them
BADGE: Final = 20
KEY_ROLE = Qt.ItemDataRole.UserRole
ICON_ROLE = Qt.ItemDataRole.UserRole + 10
BADGE_ROLE = Qt.ItemDataRole.UserRole + 11
PREFERENCE: Final = "menu_lateral"
FOLD, UNFOLD, FOLD_KEY = "Plegar el menú", "Desplegar el menú", "F9"
_CAPTION = tokens.LETTERS["caption_pt"] / tokens.BODY_PT
_State = QStyle.StateFlag


class SideMenu(QObject):
    chosen = Signal(str)  # key of the place

    folded_changed = Signal(bool)

    def __init__(
        self, panel: QWidget, layout: QVBoxLayout, view: QListWidget, preferences: Preferences
    ) -> None:
        """layout: of the panel."""
        super().__init__(panel)
        self._panel, self._view, self._preferences = panel, view, preferences
        self._layout = layout
        view.setProperty("role", "nav")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setMouseTracking(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setItemDelegate(_Delegate(self, view))
        view.setAccessibleName("Menú")
        view.itemClicked.connect(self._on_chosen)
        view.itemActivated.connect(self._on_chosen)
        self.fold_button = QToolButton(panel)
        self.fold_button.setObjectName("plegar_button")
        self.fold_button.setShortcut(FOLD_KEY)
        self.fold_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.fold_button.clicked.connect(self._fold_by_hand)
        layout.addWidget(self.fold_button, 0, Qt.AlignmentFlag.AlignRight)
        QWidget.setTabOrder(view, self.fold_button)
        self.folded = False
        self._fold(False)
        panel.window().installEventFilter(self)

    def add_heading(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._view.addItem(item)

    def add_place(self, key: str, text: str, icon: str) -> QListWidgetItem:
        item = QListWidgetItem(text)
        item.setData(KEY_ROLE, key)
        item.setData(ICON_ROLE, icon)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
        item.setToolTip(plain_tip(text))
        self._view.addItem(item)
        return item

    def show_badge(self, key: str, count: int, spoken: str) -> None:
        """spoken: what waits, for the tip and for screen readers; 0 takes the badge away."""
        for item in self._places():
            if item.data(KEY_ROLE) == key:
                text = f"{item.text()}: {spoken}" if count else item.text()
                item.setData(BADGE_ROLE, str(count) if count else "")
                item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
                item.setToolTip(plain_tip(text))

    def mark(self, key: str) -> None:
        for item in self._places():
            if item.data(KEY_ROLE) == key:
                self._view.setCurrentItem(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()
            self._view.scheduleDelayedItemsLayout()
        elif event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        return False

    def _places(self) -> list[QListWidgetItem]:
        return [self._view.item(at) for at in range(self._view.count())]

    def _on_chosen(self, item: QListWidgetItem) -> None:
        key = item.data(KEY_ROLE)
        if key:
            self.chosen.emit(key)

    def _fit(self) -> None:
        """Fold where the window is narrow; what was chosen by hand prevails."""
        by_hand = self._preferences.get(PREFERENCE)
        narrow = self._panel.window().width() < NARROW * breadth(self._view)
        self._fold(by_hand == "plegado" or (narrow and by_hand != "desplegado"))

    def _fold_by_hand(self) -> None:
        self._preferences.set(PREFERENCE, "desplegado" if self.folded else "plegado")
        self._fit()

    def _fold(self, folded: bool) -> None:
        width = round((FOLDED if folded else WIDTH) * max(1.0, breadth(self._view)))
        if width == self._panel.maximumWidth() and folded == self.folded:
            return
        self.folded = folded
        # A window is narrowed past the words, which makes them fold, and not held at their width.
        self._panel.setMinimumWidth(round(FOLDED * max(1.0, breadth(self._view))))
        self._panel.setMaximumWidth(width)
        side = Qt.AlignmentFlag.AlignHCenter if folded else Qt.AlignmentFlag.AlignRight
        self._layout.setAlignment(self.fold_button, side)
        text = UNFOLD if folded else FOLD
        self.fold_button.setText(text)
        self.fold_button.setToolTip(plain_tip(f"{text} ({FOLD_KEY})"))
        self._draw_icon()
        self._view.scheduleDelayedItemsLayout()
        self.folded_changed.emit(folded)

    def _draw_icon(self) -> None:
        self.fold_button.setIcon(assets.tinted("desplegar" if self.folded else "plegar", "hint"))


class _Delegate(QStyledItemDelegate):
    def __init__(self, menu: SideMenu, view: QListWidget) -> None:
        super().__init__(view)
        self._menu, self._view = menu, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        metrics: Any = option.fontMetrics
        place = assets.metrics().place
        if not index.data(KEY_ROLE) and self._menu.folded:
            return QSize(FOLDED, 13)
        usual = max(place, metrics.height() + place - 18)
        room = self._view.viewport().height() // max(self._view.count(), 1)
        return QSize(FOLDED, min(usual, max(room, LOWEST, metrics.height() + 8)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(KEY_ROLE):
            self._paint_place(painter, option, index)
        else:
            self._paint_heading(painter, option, str(index.data() or ""))
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: Any, text: str) -> None:
        colors, rect = assets.colors(), QRect(option.rect)
        if self._menu.folded:
            painter.setPen(QColor(colors.border))
            middle = rect.center().y()
            painter.drawLine(rect.left() + 14, middle, rect.right() - 14, middle)
            return
        painter.setFont(assets.sized(option.font, _CAPTION, QFont.Weight.DemiBold))
        painter.setPen(QColor(colors.hint))
        place = rect.adjusted(INSET + GAP, INSET, -INSET, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_place(self, painter: QPainter, option: Any, index: Any) -> None:
        colors, rect = assets.colors(), QRect(option.rect)
        enabled = bool(option.state & _State.State_Enabled)
        is_chosen = bool(option.state & _State.State_Selected)
        ground = QRectF(rect).adjusted(INSET, 1, -INSET, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_chosen or (enabled and option.state & _State.State_MouseOver):
            painter.setBrush(QColor(colors.accent_soft if is_chosen else colors.subtle))
            painter.drawRoundedRect(ground, RADIUS, RADIUS)
        if is_chosen:
            painter.setBrush(QColor(colors.accent))
            mark = QRectF(ground.left(), ground.center().y() - 8, MARK, 16)
            painter.drawRoundedRect(mark, MARK / 2, MARK / 2)
        if option.state & _State.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(colors.focus))
            painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        icon = assets.tinted(index.data(ICON_ROLE), "accent_text" if is_chosen else "hint")
        size, at = assets.scaled(ICON), rect.left() + INSET + GAP
        if self._menu.folded:
            at = rect.left() + (rect.width() - size) // 2
        if not enabled:
            painter.setOpacity(0.5)
        mode = QIcon.Mode.Normal
        spot = QRect(at, rect.center().y() - size // 2 + 1, size, size)
        icon.paint(painter, spot, Qt.AlignmentFlag.AlignCenter, mode)
        painter.setOpacity(1)
        right = rect.right() - INSET - GAP
        badge = index.data(BADGE_ROLE)
        if badge:
            right = self._paint_badge(painter, option, badge, right)
        if self._menu.folded:
            return
        weight = QFont.Weight.DemiBold if is_chosen else QFont.Weight.Normal
        painter.setFont(assets.sized(option.font, 1, weight))
        ink = colors.accent_text if is_chosen else colors.text if enabled else colors.on_disabled
        painter.setPen(QColor(ink))
        at += size + GAP
        place = QRect(at, rect.top(), right - at, rect.height())
        text = painter.fontMetrics().elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_badge(self, painter: QPainter, option: Any, badge: str, right: int) -> int:
        """Folded, a dot beside the icon. Returns where the name must end."""
        colors, rect = assets.colors(), QRect(option.rect)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._menu.folded:
            painter.setBrush(QColor(colors.warning))
            beside = assets.scaled(ICON) // 2
            painter.drawEllipse(
                QRectF(rect.center().x() + beside - 1, rect.center().y() - beside - 2, 8, 8)
            )
            return right
        painter.setFont(assets.sized(option.font, _CAPTION, QFont.Weight.DemiBold))
        metrics = painter.fontMetrics()
        high = max(BADGE, metrics.height() + 2)
        wide = max(high, metrics.horizontalAdvance(badge) + 12)
        place = QRectF(right - wide, rect.center().y() - high / 2 + 1, wide, high)
        painter.setBrush(QColor(colors.warning_soft))
        painter.drawRoundedRect(place, high / 2, high / 2)
        painter.setPen(QColor(colors.warning))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, badge)
        return right - wide - GAP
