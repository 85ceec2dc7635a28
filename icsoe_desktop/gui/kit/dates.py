"""A text field for a date, with a calendar button."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QVBoxLayout, QWidget

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.formats import BAD_DATE, day, read_date

OPEN = "Elegir en el calendario (Alt+flecha abajo)"
MIN_YEAR, MAX_YEAR = 1943, 2100


class DateField(QObject):
    """Makes `edit` accept a date typed as dd/mm/aaaa, d/m/aa or ddmmaaaa, or chosen
    in a calendar.
    """

    chosen = Signal()  # the date changed, by calendar or by leaving the field

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__(edit)
        self.edit = edit
        self._told = ""
        self._action = QAction(OPEN, edit)
        self._action.triggered.connect(self.open_calendar)
        self._draw_icon()
        edit.addAction(self._action, QLineEdit.ActionPosition.TrailingPosition)
        edit.installEventFilter(self)
        key = QShortcut(QKeySequence("Alt+Down"), edit)
        key.setContext(Qt.ShortcutContext.WidgetShortcut)
        key.activated.connect(self.open_calendar)
        edit.editingFinished.connect(self._on_left)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        return False

    @property
    def value(self) -> date | None:
        """The date; None if empty. Raises ValueError for any other text."""
        try:
            when = read_date(self.edit.text())
        except ValueError:
            raise ValueError(BAD_DATE) from None
        if when is not None and not MIN_YEAR <= when.year <= MAX_YEAR:
            raise ValueError(BAD_DATE)
        return when

    @property
    def problem(self) -> str:
        try:
            _ = self.value
        except ValueError as error:
            return str(error)
        return ""

    def set_value(self, when: date | None) -> None:
        self.edit.setText(day(when))
        self._told = self.edit.text()

    def _draw_icon(self) -> None:
        self._action.setIcon(assets.tinted("calendario", "accent_text"))

    def open_calendar(self) -> None:
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
