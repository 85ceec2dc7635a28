"""Messages that do not interrupt: banners, locks of fixed settings, toasts and empty states."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from icsoe_desktop.domain.politica import Central
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.fields import announce
from icsoe_desktop.gui.kit.plain_text import plain_label

MARGIN: Final = 24
SHOWN_MS: Final = 5_000
ICON: Final = 18
EMPTY_ICON: Final = 40
LOCK: Final = "candado"
GAP: Final = 8
ICONS: Final = {
    "success": "correcto",
    "error": "error",
    "warning": "advertencia",
    "info": "ayuda",
}


class Mark(QObject):
    """Shows an icon in one ink in a label, and draws it again when the scheme changes."""

    def __init__(self, label: QLabel, icon: str, ink: str = "hint", size: int = EMPTY_ICON) -> None:
        super().__init__(label)
        self._label, self._size = label, size
        label.installEventFilter(self)
        self.show(icon, ink)

    def show(self, icon: str, ink: str) -> None:
        self._icon, self._ink = icon, ink
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        return False

    def _draw(self) -> None:
        pixmap = assets.tinted(self._icon, self._ink).pixmap(self._size, self._size)
        self._label.setPixmap(pixmap)


class Toast(QFrame):
    """Says what was done, low over the middle of a page; goes by itself, waits under the pointer.

    Never for what has to be read, nor where the guide asks for a message.
    """

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setProperty("role", "toast")
        icon = plain_label(parent=self)
        self._mark = Mark(icon, ICONS["success"], "success", ICON)
        self.label = plain_label(parent=self)
        self._close = QToolButton(self)
        self._close.setText("✕")
        self._close.setAccessibleName("Cerrar el aviso")
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(10)
        for part in (icon, self.label, self._close):
            layout.addWidget(part)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        page.installEventFilter(self)
        self.hide()

    def say(self, text: str, tone: str = "success") -> None:
        self._mark.show(ICONS[tone], tone)
        self.label.setText(text)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        announce(self.label, text)
        self._timer.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        page = self.parentWidget()
        if page is not None:
            left = max(0, (page.width() - self.width()) // 2)
            self.move(left, page.height() - self.height() - MARGIN)


class EmptyState(QWidget):
    """Stands over a table without rows: what belongs there, and what to do about it."""

    def __init__(self, view: QTableView, icon: str, title: str, hint: str) -> None:
        """view: has its model already."""
        super().__init__(view.viewport())
        self._view = view
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._picture = plain_label(parent=self)
        Mark(self._picture, icon)
        self.title, self.hint = plain_label(title, self), plain_label(hint, self)
        self.title.setProperty("role", "subtitle")
        self.hint.setProperty("role", "hint")
        self.hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(GAP)
        layout.setContentsMargins(GAP, 0, GAP, 0)
        layout.addStretch(1)
        for part in (self._picture, self.title, self.hint):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(part)
        layout.addStretch(1)
        view.viewport().installEventFilter(self)
        model = view.model()
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            signal.connect(self._draw)
        self._wanted = True
        self._draw()

    def want(self, wanted: bool) -> None:
        """False until the rows were read."""
        self._wanted = wanted
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        """Over the whole table; in a low one the words go before the picture."""
        room = self._view.viewport().size()
        self.resize(room)
        words = self.title.sizeHint().height() + self.hint.heightForWidth(room.width() - 2 * GAP)
        needed = words + self._picture.sizeHint().height() + 4 * GAP
        self._picture.setVisible(needed <= room.height())

    def _draw(self) -> None:
        empty = self._wanted and self._view.model().rowCount() == 0
        self._fit()
        self.setVisible(empty)
        spoken = f"{self.title.text()}. {self.hint.text()}" if empty else ""
        self._view.setAccessibleDescription(spoken)


class Banner(QFrame):
    """One sentence over a page, with icon, and at most one thing to do about it."""

    def __init__(self, parent: QWidget, action: str = "") -> None:
        """action: text of the link, with its mnemonic."""
        super().__init__(parent)
        self.setProperty("role", "banner")
        icon = plain_label(parent=self)
        self._mark = Mark(icon, ICONS["info"], "info", ICON)
        self.label = plain_label(parent=self)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button = QPushButton(action, self)
        self.button.setProperty("link", True)
        self.button.setAutoDefault(False)
        self.button.setVisible(bool(action))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(10)
        layout.addWidget(icon)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        self.hide()

    def say(self, text: str, tone: str = "info", icon: str = "") -> None:
        """Empty text hides the banner. icon: instead of that of the tone."""
        self.setVisible(bool(text))
        if not text:
            return
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self._mark.show(icon or ICONS[tone], tone)
        self.label.setText(text)
        announce(self.label, text)


class FixedNotice(Banner):
    """One sentence with a lock: what is fixed, and by whom. Hidden until something is."""

    def __init__(self, layout: QBoxLayout, parent: QWidget, place: int = 0) -> None:
        """layout, place: where it stands in the window."""
        super().__init__(parent)
        layout.insertWidget(place, self)

    def say_fixed(self, what: str, politica: Central, seccion: str) -> None:
        """what: subject and verb, for example «Los respaldos automáticos los fijó»."""
        self.say(f"{what} {politica.who(seccion)}.", icon=LOCK)
