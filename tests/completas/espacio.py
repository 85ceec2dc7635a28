"""Whether every text has the room that it needs."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionFrame,
    QTableView,
    QToolButton,
    QWidget,
)

from icsoe_desktop.gui.kit.fields import USUAL_MESSAGE, show_message
from tests.completas.pantalla import shown, where
from tests.support.reposo import settle

NO_BOUND = 16_777_215  # Qt's, of a widget that may be as large as it likes
# A pixel is lost to rounding when the text is measured in fractions.
SLACK = 1
ICON_AIR = 6
_SMALL_ICON = QStyle.PixelMetric.PM_SmallIconSize
# 1920 × 1080 at 200 % without the task bar, and without the frame of a window.
LEAST_ROOM = QSize(960, 460)
WIDE_TABLES = {"movimientos_table", "lotes_table", "usuarios_table", "diferencias_table"}


def cut(window: QWidget) -> list[str]:
    """Texts that have less room than they need."""
    problems = []
    for widget in shown(window, QLabel, QPushButton, QToolButton, QCheckBox, QRadioButton):
        if isinstance(widget, QToolButton) and not widget.icon().isNull():
            continue
        if not widget.visibleRegion().isEmpty() and not _fits(widget):
            problems.append(f"{where(widget)}: {_size(widget)} of {_needed(widget)}")
    for widget in shown(window, QLineEdit):
        # What a form bounds does not follow the letters.
        if isinstance(widget, QLineEdit) and widget.maximumWidth() < NO_BOUND:
            wide = widget.fontMetrics().horizontalAdvance(widget.text())
            if wide > _room_for_text(widget) + SLACK:
                problems.append(f"{where(widget)}: «{widget.text()}» does not fit")
    for widget in shown(window, QTableView):
        assert isinstance(widget, QTableView)
        header = widget.horizontalHeader()
        for column in range(header.count()):
            name = str(widget.model().headerData(column, Qt.Orientation.Horizontal) or "")
            room = header.sectionSize(column)
            if (
                not header.isSectionHidden(column)
                and room < header.fontMetrics().boundingRect(name).width()
            ):
                problems.append(f"{where(widget)}: the heading «{name}» has {room} px")
    return problems


def moved_by_a_message(window: QWidget) -> list[str]:
    """Messages with which the window would change its size."""
    problems, size = [], window.window().size()
    for label in window.findChildren(QLabel):
        around = label.parentWidget()
        if "mensaje" in label.objectName() and label.isHidden() and around and around.isVisible():
            show_message(label, USUAL_MESSAGE)
            settle()
            if window.window().size() != size:
                problems.append(f"{where(label)} makes the window grow")
            show_message(label, "")
    return problems


def cut_hints(window: QWidget) -> list[str]:
    """Fields whose example of what to write is longer than they are."""
    return [
        f"{where(widget)}: «{widget.placeholderText()}» does not fit"
        for widget in shown(window, QLineEdit)
        if isinstance(widget, QLineEdit)
        and not widget.text()
        and _room_for_text(widget)
        < widget.fontMetrics().horizontalAdvance(widget.placeholderText())
    ]


def empty_messages(window: QWidget) -> list[str]:
    """Messages without words that take room all the same."""
    return [
        where(widget)
        for widget in shown(window, QLabel)
        if isinstance(widget, QLabel) and widget.property("banner") and not widget.text()
    ]


def wider_than_their_room(window: QWidget) -> list[str]:
    """Tables that scroll sideways, but for those whose columns no window holds."""
    return [
        f"{where(widget)}: {widget.horizontalScrollBar().maximum()} px do not fit"
        for widget in shown(window, QTableView)
        if isinstance(widget, QTableView)
        and widget.objectName() not in WIDE_TABLES
        and widget.horizontalScrollBar().maximum() > 0
    ]


def beyond_their_parent(window: QWidget) -> list[str]:
    """Fields and buttons that no scrolling brings into sight."""
    problems = []
    for widget in shown(window, QPushButton, QLineEdit, QPlainTextEdit, QTableView):
        one, parent = widget, widget.parentWidget()
        while parent is not None and not one.isWindow() and not _scrolls(parent):
            if not parent.rect().contains(one.geometry()):
                problems.append(f"{where(widget)} is cut by {where(parent)}")
                break
            one, parent = parent, parent.parentWidget()
    return problems


def _scrolls(viewport: QWidget) -> bool:
    area = viewport.parentWidget()
    return isinstance(area, QAbstractScrollArea) and area.viewport() is viewport


def too_large(window: QWidget) -> list[str]:
    """What keeps a window from fitting on a screen of 960 × 500."""
    needed = window.minimumSizeHint().expandedTo(window.minimumSize())
    if needed.boundedTo(LEAST_ROOM) == needed:
        return []
    return [f"{where(window)} needs {needed.width()} × {needed.height()} px"]


def wrong_primaries(window: QWidget) -> list[str]:
    """A view has one primary button at most, and leaving is none."""
    primaries = [
        one for one in shown(window, QPushButton, QToolButton) if one.property("primary") is True
    ]
    problems = [
        f"{where(one)}: leaving is not what a window is for" for one in primaries if _leaves(one)
    ]
    if len(primaries) > 1:
        problems.append("more than one primary: " + "; ".join(map(where, primaries)))
    return problems


def _leaves(button: QWidget) -> bool:
    assert isinstance(button, QPushButton | QToolButton)
    return button.text().replace("&", "") in ("Cerrar", "Regresar", "Cancelar")


def _room_for_text(edit: QLineEdit) -> int:
    option = QStyleOptionFrame()
    edit.initStyleOption(option)
    inside = edit.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, edit)
    icons = sum(action.isVisible() and not action.icon().isNull() for action in edit.actions())
    margins = edit.textMargins()
    taken = margins.left() + margins.right()
    return inside.width() - taken - icons * (edit.style().pixelMetric(_SMALL_ICON) + ICON_AIR)


def _fits(widget: QWidget) -> bool:
    needed = _needed(widget)
    return widget.width() + SLACK >= needed[0] and widget.height() + SLACK >= needed[1]


def _needed(widget: QWidget) -> tuple[int, int]:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return 0, widget.heightForWidth(widget.width())
    hint = widget.sizeHint()
    if isinstance(widget, QLabel) and not widget.text():
        picture = widget.pixmap().deviceIndependentSize()
        return round(picture.width()), round(picture.height())
    return hint.width(), hint.height()


def _size(widget: QWidget) -> tuple[int, int]:
    return widget.width(), widget.height()
