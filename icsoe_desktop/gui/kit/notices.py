"""Messages that do not interrupt: banners, locks of fixed settings, toasts and empty states."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
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

from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import delayed
from icsoe_desktop.gui.kit.fields import announce, fix, set_property
from icsoe_desktop.gui.kit.mark import EMPTY_ICON, ICON, ICONS, Mark
from icsoe_desktop.gui.kit.plain_text import plain_label

MARGIN: Final = 24
SHOWN_MS: Final = 5_000
LOCK: Final = "candado"
WIDEST_HINT: Final = 560  # px at letters of 100 %; a longer line is hard to read


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
        self._timer = delayed(self, SHOWN_MS, self.hide)
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

    def __init__(
        self, view: QTableView, icon: str, title: str, hint: str = "", *, wanted: bool = True
    ) -> None:
        """view: has its model already. wanted: as for `want`."""
        super().__init__(view.viewport())
        self._view = view
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._picture = plain_label(parent=self)
        Mark(self._picture, icon)
        self.title, self.hint = plain_label(title, self), plain_label(hint, self)
        self._box = QVBoxLayout(self)
        self._box.setSpacing(8)
        self._box.addStretch(1)
        for part in (self._picture, self.title, self.hint):
            self._box.addWidget(part)
        _center(self._picture, self.title, self.hint)
        self._box.addStretch(1)
        view.viewport().installEventFilter(self)
        model = view.model()
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            signal.connect(self._draw)
        self._wanted = wanted
        self._draw()

    @property
    def shown(self) -> bool:
        return not self.isHidden()

    def want(self, wanted: bool) -> None:
        """False until the rows were read."""
        self._wanted = wanted
        self._draw()

    def say(self, title: str, hint: str = "") -> None:
        self.title.setText(title)
        self.hint.setText(hint)
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _draw(self) -> None:
        empty = self._wanted and self._view.model().rowCount() == 0
        self._fit()
        self.setVisible(empty)
        parts = [part for part in (self.title.text(), self.hint.text()) if part]
        self._view.setAccessibleDescription(". ".join(parts) if empty else "")

    def _fit(self) -> None:
        """A line of at most `WIDEST_HINT`; in a low table the words come before the icon."""
        room = self._view.viewport().size()
        side = max(8, (room.width() - assets.scaled(WIDEST_HINT)) // 2)
        self._box.setContentsMargins(side, 4, side, 4)
        title, gap = self.title.heightForWidth(room.width() - 2 * side), self._box.spacing()
        hint = self.hint.heightForWidth(room.width() - 2 * side) if self.hint.text() else 0
        words = title + (hint + gap if hint else 0) + 8
        self.title.setVisible(room.height() >= title + 8)
        self.hint.setVisible(bool(hint) and room.height() >= words)
        self._picture.setVisible(room.height() >= words + assets.scaled(EMPTY_ICON) + gap)
        self.resize(room)


class EmptyPage(QObject):
    """Makes the page of a stack that stands in for a list look like an `EmptyState`.

    It may hold buttons, which a table's viewport may not.
    """

    def __init__(self, page: QWidget, label: QLabel, icon: str) -> None:
        """page: with a vertical layout. label: in it; its text is split as by `say`."""
        super().__init__(page)
        box = page.layout()
        if not isinstance(box, QVBoxLayout):
            raise TypeError("an empty page has a vertical layout")
        set_property(page, "role", "empty")
        self.hint = label
        self.hint.setProperty("role", "hint")
        self._picture, self.title = plain_label(parent=page), plain_label(parent=page)
        Mark(self._picture, icon)
        _center(self._picture, self.title, self.hint)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(8)
        at = box.indexOf(label)
        box.insertWidget(at, self.title)
        box.insertWidget(at, self._picture)
        for row in (box, *box.findChildren(QHBoxLayout)):
            _keep_in_the_middle(row)
        self.say(label.text())

    @property
    def text(self) -> str:
        return ". ".join(part for part in (self.title.text(), self.hint.text()) if part)

    def say(self, text: str) -> None:
        """The first sentence is the title, without its full stop; the rest is the hint."""
        title, _, hint = text.partition(". ")
        self.title.setText(title.removesuffix("."))
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def want(self, wanted: bool) -> None:
        """False until it is known whether the list is empty."""
        for part in (self._picture, self.title):
            part.setVisible(wanted)
        self.hint.setVisible(wanted and bool(self.hint.text()))


def _keep_in_the_middle(row: QBoxLayout) -> None:
    """Equal room at both ends; the form may have a spacer at one of them."""
    for at, end in ((row.count() - 1, row.count()), (0, 0)):
        item = row.itemAt(at)
        if item is not None and item.spacerItem() is None:
            row.insertStretch(end)


def _center(picture: QLabel, title: QLabel, hint: QLabel) -> None:
    title.setProperty("role", "subtitle")
    hint.setProperty("role", "hint")
    for words in (title, hint):
        words.setWordWrap(True)
    for part in (picture, title, hint):
        part.setAlignment(Qt.AlignmentFlag.AlignCenter)


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
        """Empty text hides the banner. icon: replaces the tone's."""
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

    def say_fixed(self, what: str, politica: Central, seccion: str, *editors: QWidget) -> None:
        """what: subject and verb, for example «Los respaldos automáticos los fijó».

        editors: what is fixed.
        """
        sentence = f"{what} {politica.who(seccion)}."
        self.say(sentence, icon=LOCK)
        fix(sentence, *editors)
