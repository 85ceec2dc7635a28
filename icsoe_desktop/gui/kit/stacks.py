"""What is as large as the page in sight, and scrolls on a screen lower than it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLayout,
    QMainWindow,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit import fields

WIDEST_FORM = 800  # px at letters of 100 %: a field of 640 and its label

MARGIN = 24  # px, of a page
LEAST_HEIGHT = 96
_IGNORED = QSizePolicy.Policy.Ignored


class CurrentStack(QStackedWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heed_current_page(self)
        self.currentChanged.connect(self._make_room)

    def hasHeightForWidth(self) -> bool:
        # Qt would ask every page, also those that are ignored.
        return False

    def sizeHint(self) -> QSize:
        # Qt would ask every page how high its sentences are at the least width.
        layout = self.layout()
        hint = super().sizeHint() if layout is None else layout.sizeHint()
        return hint.expandedTo(self.minimumSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._make_room()
        return super().event(event)

    def _make_room(self) -> None:
        """Ask for the height of the lines into which the page's sentences break."""
        page, around = self.currentWidget(), 0
        tabs = page.findChild(QTabWidget) if page is not None else None
        if tabs is not None:
            # They would ask for the highest of all.
            page, around = tabs.currentWidget(), tabs.tabBar().sizeHint().height() + 2
        layout = page.layout() if page is not None else None
        least = 0
        if layout is not None:
            # Before it is laid out its width is that of no window. A page has a menu beside it.
            broad = self.width()
            if not self.isVisible():
                broad = max(broad, self.window().width() - 2 * MARGIN)
            least = around + fields.heights_at(layout, broad)[0]
        if self.minimumHeight() != max(0, least):
            self.setMinimumHeight(max(0, least))


def fit_to_page(window: QWidget, stack: QStackedWidget) -> None:
    """Make a window as high as the page in sight of its only stack and a message need, within its
    screen.
    """
    page = stack.currentWidget()
    layout = page.layout() if page is not None else None
    if layout is None:
        return
    _, wanted = fields.heights_at(layout, window.width())
    fields.set_height(window, wanted)
    fields.grow_to_fit(window)


def heed_current_page(stack: QStackedWidget | None) -> None:
    """Let only the page in sight say how large a stack must be."""
    if stack is None:
        return

    def heed() -> None:
        for at in range(stack.count()):
            page = stack.widget(at)
            wanted = QSizePolicy.Policy.Preferred if at == stack.currentIndex() else _IGNORED
            if page is not None:
                page.setSizePolicy(wanted, wanted)

    stack.currentChanged.connect(heed)
    stack.widgetRemoved.connect(heed)
    stack.widgetAdded.connect(heed)
    heed()


def keep_right_edge(area: QScrollArea, around: QLayout) -> None:
    """Put the bar of `area` into the margin at its right: its cards end where the foot does.

    around: the layout that holds `area`, or the one in it.
    """
    bar, margins = area.verticalScrollBar(), around.contentsMargins()

    def make_room(_least: int, most: int) -> None:
        taken = min(bar.sizeHint().width(), margins.right()) if most else 0
        around.setContentsMargins(
            margins.left(), margins.top(), margins.right() - taken, margins.bottom()
        )

    bar.rangeChanged.connect(make_room)


class ReadingWidth(QObject):
    """Ends the fields of `layout` where they are read at a glance, on a screen wider than that."""

    def __init__(self, around: QWidget, layout: QLayout, widest: int = WIDEST_FORM) -> None:
        """widest: of `around`, at letters of 100 %."""
        super().__init__(around)
        self._layout, self._margins, self._widest = layout, layout.contentsMargins(), widest
        around.installEventFilter(self)

    def eventFilter(self, around: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent) and isinstance(around, QWidget):
            past = event.size().width() - assets.scaled(self._widest)
            margins = QMargins(self._margins)
            margins.setRight(max(margins.right(), past))
            self._layout.setContentsMargins(margins)
        return False


class FittedArea(QScrollArea):
    """Gives its content all the room there is, and scrolls only below its least size.

    `setWidgetResizable` would scroll below the preferred height.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        from PySide6.QtCore import Qt  # slow import: docs/decisions/0012

        self.setFrameShape(QFrame.Shape.NoFrame)
        # Tab goes to what is in it, and scrolls there.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def hold(self, content: QWidget) -> None:
        # The viewport becomes its parent: a window is no window any more. Qt filters its events.
        self.setWidget(content)

    def content_height(self, width: int) -> int:
        """The height with which nothing scrolls."""
        layout = self._content_layout()
        if layout is None:
            return LEAST_HEIGHT
        _, wanted = fields.heights_at(layout, width)
        return wanted

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _content_layout(self) -> QLayout | None:
        content = self.widget()
        return content.layout() if content is not None else None

    def _fit(self) -> None:
        content, layout = self.widget(), self._content_layout()
        if content is None or layout is None:
            return
        room = self.viewport().size()
        width = max(room.width(), layout.totalMinimumSize().width())
        least, _ = fields.heights_at(layout, width)
        focused = QApplication.focusWidget()
        seen = focused is not None and not focused.visibleRegion().isEmpty()
        content.resize(width, max(room.height(), least))
        if focused is not None and seen and content.isAncestorOf(focused):
            layout.activate()  # a sentence that came may have moved the field that it is about
            fields.keep_in_sight(focused)


class BodyArea(FittedArea):
    """The scrolled part of a window. The window gets no narrower than what is in it."""

    def sizeHint(self) -> QSize:
        layout = self._content_layout()
        if layout is None:
            return super().sizeHint()
        layout.activate()
        width = max(self.width(), layout.totalMinimumSize().width())
        return QSize(layout.totalSizeHint().width(), self.content_height(width))

    def minimumSizeHint(self) -> QSize:
        layout = self._content_layout()
        if layout is None:
            return super().minimumSizeHint()
        # The bar stands in the margin.
        bar = self.verticalScrollBar()
        taken = bar.sizeHint().width() if bar.maximum() else 0
        return QSize(layout.totalMinimumSize().width() + taken, LEAST_HEIGHT)


def scroll_body(window: QWidget | None) -> None:
    """Let all but the foot of a window or page scroll; in a stack, of each of its pages."""
    outer = window.layout() if window is not None else None
    if window is None or not isinstance(outer, QVBoxLayout) or not outer.count():
        return
    widgets = {outer.indexOf(one): one for one in window.children() if isinstance(one, QWidget)}
    last = widgets.get(outer.count() - 1)
    if isinstance(last, QStackedWidget):
        for page in [last.widget(at) for at in range(last.count())]:
            scroll_body(page)
        return
    has_foot = last is not None and last.property("role") == "foot"
    inside = range(outer.count() - has_foot)
    if not inside or any(isinstance(widgets.get(at), QScrollArea | QTabWidget) for at in inside):
        return  # what scrolls already, or in parts
    stretches = [outer.stretch(at) for at in inside]
    area, body = BodyArea(window), QWidget()
    area.setObjectName("cuerpo_area")
    area.hold(body)  # while it is empty: Qt styles again all that gets another parent
    inner = QVBoxLayout(body)
    inner.setContentsMargins(outer.contentsMargins())
    inner.setSpacing(outer.spacing())
    outer.setContentsMargins(0, 0, 0, 0)
    for stretch in stretches:
        item = outer.takeAt(0)
        widget = item.widget() if item else None
        layout = item.layout() if item else None
        if item is not None and widget is not None:
            inner.addWidget(widget, stretch, item.alignment())
        elif layout is not None:
            inner.addLayout(layout, stretch)
        else:
            inner.addStretch(stretch)
    outer.insertWidget(0, area, 1)
    only = inner.itemAt(0) if inner.count() == 1 else None
    keep_right_edge(area, (only.layout() if only else None) or inner)


def scroll_when_low(window: QWidget) -> None:
    """Let the body of a window scroll if its screen is low for its letters.

    Call it before the window is shown.
    """
    if isinstance(window, QMainWindow):
        return  # its pages scroll
    if fields.on_low_screen(window):
        focus = window.focusWidget()
        scroll_body(window)
        if focus is not None:
            focus.setFocus()
