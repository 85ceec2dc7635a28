"""A text field for a date, with a calendar button."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QToolButton, QVBoxLayout, QWidget

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.fields import breadth, on_key
from icsoe_desktop.gui.kit.formats import day, read_date
from icsoe_desktop.gui.kit.plain_text import plain_tip

OPEN = "Elegir en el calendario (Alt+flecha abajo)"
ICON, GAP, EDGE = 16, 6, 4  # px; the icon at letters of 100 %


class DateField(QObject):
    """Makes `edit` accept a date as dd/mm/aaaa, d/m/aa or ddmmaaaa, or from a calendar."""

    chosen = Signal()  # the date changed, by calendar or by leaving the field

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__(edit)
        self.edit = edit
        self._told = ""
        self._least = edit.minimumWidth()  # of the form: for letters of 100 %
        # Not an action of the line edit: Qt draws those 16 px high at letters of any size.
        self._button = QToolButton(edit)
        self._button.setObjectName("calendario_button")
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.setCursor(Qt.CursorShape.ArrowCursor)
        self._button.setAccessibleName(OPEN)
        self._button.setToolTip(plain_tip(OPEN))
        self._button.clicked.connect(self.open_calendar)
        self._draw_icon()
        edit.installEventFilter(self)
        on_key(edit, "Alt+Down", self.open_calendar)
        edit.editingFinished.connect(self._on_left)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw_icon()
        elif event.type() == QEvent.Type.Resize:
            self._place_button()
        elif event.type() == QEvent.Type.ReadOnlyChange:
            self._button.setEnabled(not self.edit.isReadOnly())
        return False

    @property
    def value(self) -> date | None:
        """The date; None if empty. Raises ValueError for any other text."""
        return read_date(self.edit.text())

    @property
    def problem(self) -> str:
        try:
            _ = self.value
        except ValueError as error:
            return str(error)
        return ""

    def problem_or(self, missing: str) -> str:
        """The sentence about the text. missing: the one for an empty field."""
        return self.problem or ("" if self.edit.text().strip() else missing)

    def set_value(self, when: date | None) -> None:
        self.edit.setText(day(when))
        self._told = self.edit.text()

    def _draw_icon(self) -> None:
        size = assets.scaled(ICON)
        self._button.setIcon(assets.tinted("calendario", "accent_text"))
        self._button.setIconSize(QSize(size, size))
        self.edit.setTextMargins(0, 0, size + GAP, 0)
        if self._least:
            self.edit.setMinimumWidth(round(self._least * max(1.0, breadth(self.edit))))
        self._place_button()

    def _place_button(self) -> None:
        edit, wide = self.edit, self._button.iconSize().width() + GAP
        self._button.setGeometry(edit.width() - wide - EDGE, 1, wide, edit.height() - 2)

    def open_calendar(self) -> None:
        if self.edit.isReadOnly():
            return
        calendar = QCalendarWidget()
        calendar.setGridVisible(True)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        when = None if self.problem else self.value
        if when is not None:
            calendar.setSelectedDate(QDate(when.year, when.month, when.day))
        popup = QWidget(self.edit, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(calendar)

        def take(picked: QDate) -> None:
            self.set_value(date(picked.year(), picked.month(), picked.day()))
            popup.close()
            self.chosen.emit()

        calendar.activated.connect(take)
        calendar.clicked.connect(take)
        popup.move(self.edit.mapToGlobal(QPoint(0, self.edit.height())))
        popup.show()
        calendar.setFocus()

    def _on_left(self) -> None:
        if self.problem:
            return
        when = self.value
        if when is not None:
            self.edit.setText(day(when))
        if self.edit.text() != self._told:
            self._told = self.edit.text()
            self.chosen.emit()
