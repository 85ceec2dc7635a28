"""Stacks that are as large as the page in sight, not as the largest of all."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabWidget, QWidget

MARGIN = 24  # px, of a page
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
            # Before it is laid out its width is that of no window.
            broad = max(self.width(), self.window().width() - 2 * MARGIN)
            least = around + layout.totalMinimumHeightForWidth(broad)
        if self.minimumHeight() != max(0, least):
            self.setMinimumHeight(max(0, least))


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
