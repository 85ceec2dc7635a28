"""Messages, questions and other dialogs. They open without blocking and call back later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextDocumentFragment
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QInputDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QWidget,
)

from icsoe_desktop import APP_TITLE
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.forms.ui_texto import Ui_TextoForm
from icsoe_desktop.gui.kit.fields import (
    focused_button,
    grow_to_fit,
    scale_to_letters,
    set_property,
)
from icsoe_desktop.gui.kit.stacks import scroll_when_low

if TYPE_CHECKING:
    from icsoe_desktop.gui.base.preferences import Preferences

Then = Callable[[], object]

MARK_PX = 28
BUTTON_GAP_PX = 8
_ICON = QMessageBox.Icon
# Icon and tone of each kind of message.
_MARKS = {
    _ICON.Information: ("correcto", "success"),
    _ICON.Question: ("ayuda", "accent_text"),
    _ICON.Warning: ("advertencia", "warning"),
    _ICON.Critical: ("error", "error"),
}


def inform(parent: QWidget | None, text: str, then: Then | None = None) -> QMessageBox:
    return _open(parent, QMessageBox.Icon.Information, text, then)


def warn(parent: QWidget | None, text: str, then: Then | None = None) -> QMessageBox:
    return _open(parent, QMessageBox.Icon.Warning, text, then)


def warn_unless_quiet(
    parent: QWidget | None, text: str, quiet: str, then: Callable[[bool], object]
) -> QMessageBox:
    """A warning with a check box.

    quiet: its text. then: gets whether it was ticked.
    """
    box = warn(parent, text)
    check = QCheckBox(quiet, box)
    check.setObjectName("quiet_check")
    box.setCheckBox(check)
    box.finished.connect(lambda _result: then(check.isChecked()))
    return box


def refuse(parent: QWidget | None, text: str, then: Then | None = None) -> QMessageBox:
    return _open(parent, QMessageBox.Icon.Critical, text, then)


def confirm(
    parent: QWidget | None,
    text: str,
    accept: str,
    then: Then,
    otherwise: Then | None = None,
    destructive: bool = False,
    reject: str = "Cancelar",
) -> QMessageBox:
    """Ask a question; `accept` and `reject` are the texts of the buttons.

    destructive: makes `reject` the default button.
    """
    box = _box(parent, _ICON.Warning if destructive else _ICON.Question, text)
    yes = box.addButton(accept, QMessageBox.ButtonRole.AcceptRole)
    no = box.addButton(reject, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(no if destructive else yes)
    box.setEscapeButton(no)
    if destructive:
        set_property(yes, "danger", True)
    else:
        _mark_primary(yes)

    return _ask(box, [(yes, then)], otherwise)


def open_dialog(dialog: QDialog) -> None:
    """Open a dialog scaled to the size of its font."""
    _make_room(dialog)
    dialog.open()
    grow_to_fit(dialog)


class FocusedFirst(QObject):
    """Enter presses the button in focus, as in other programs of Windows. Qt presses the default
    one, which on «Cancelar» would save, and in a window that is no dialog none.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and isinstance(watched, QWidget)
        ):
            button = focused_button(watched)
            if button is not None:
                button.click()
                return True
        return False


def _make_room(dialog: QDialog) -> None:
    FocusedFirst(dialog)
    scroll_when_low(dialog)
    # One whose form gives no size gets that of its content, which has these letters.
    scale_to_letters(dialog, sized=dialog.testAttribute(Qt.WidgetAttribute.WA_Resized))


def choose_one(
    parent: QWidget, text: str, values: Sequence[str], then: Callable[[int], object]
) -> QInputDialog:
    """Ask for one of these values, of which the first is proposed. then: gets its place."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(APP_TITLE)
    dialog.setLabelText(text)
    dialog.setComboBoxItems(list(values))
    dialog.setOkButtonText("&Aceptar")
    dialog.setCancelButtonText("&Cancelar")
    dialog.textValueSelected.connect(lambda value: then(values.index(value)))
    dialog.finished.connect(dialog.deleteLater)
    open_dialog(dialog)
    return dialog


def choose(
    parent: QWidget | None, text: str, answers: Sequence[tuple[str, Then]], later: str, then: Then
) -> QMessageBox:
    """Ask a question with several answers.

    answers: text of a button and what it does. later, then: the same for Esc.
    """
    box = _box(parent, QMessageBox.Icon.Warning, text)
    buttons = [(box.addButton(each, QMessageBox.ButtonRole.AcceptRole), do) for each, do in answers]
    no = box.addButton(later, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(no)
    box.setEscapeButton(no)

    return _ask(box, buttons, then)


def _ask(
    box: QMessageBox, answers: Sequence[tuple[QPushButton, Then]], otherwise: Then | None
) -> QMessageBox:
    def answered(_result: int) -> None:
        clicked = box.clickedButton()
        do = next((do for button, do in answers if button is clicked), otherwise)
        if do is not None:
            do()

    box.finished.connect(answered)
    box.open()
    return box


def in_markdown(box: QMessageBox) -> None:
    """Draw the bold words of a question; a screen reader gets them without asterisks."""
    box.setTextFormat(Qt.TextFormat.MarkdownText)
    said = QTextDocumentFragment.fromMarkdown(box.text()).toPlainText()
    for widget in (box, box.findChild(QLabel, "qt_msgbox_label")):
        if widget is not None:
            widget.setAccessibleName(said)


def open_remembered(dialog: QDialog, preferences: Preferences) -> None:
    """Open a dialog with its remembered position and size."""
    _make_room(dialog)
    preferences.restore_window(dialog)
    dialog.finished.connect(lambda _result: preferences.remember_window(dialog))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    grow_to_fit(dialog)


def _open(
    parent: QWidget | None, icon: QMessageBox.Icon, text: str, then: Then | None
) -> QMessageBox:
    box = _box(parent, icon, text)
    accept = box.addButton("Aceptar", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(accept)
    box.setEscapeButton(accept)
    _mark_primary(accept)
    if then is not None:
        box.finished.connect(lambda _result: then())
    box.open()
    return box


def _box(parent: QWidget | None, icon: QMessageBox.Icon, text: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setIcon(icon)
    size = assets.scaled(MARK_PX)
    box.setIconPixmap(assets.tinted(*_MARKS[icon]).pixmap(size, size))
    box.setWindowTitle(parent.windowTitle() if parent is not None else APP_TITLE)
    box.setText(text)
    box.setTextFormat(Qt.TextFormat.PlainText)
    words = box.findChild(QLabel, "qt_msgbox_label")
    if words is not None:
        words.ensurePolished()
        # One line stands in the middle of its icon, and several short ones are all seen.
        words.setMinimumHeight(max(size, words.sizeHint().height()))
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    layout = box.layout()
    if layout is not None:
        # Not in the style sheet: a box measures its text before it knows its padding.
        layout.setContentsMargins(20, 20, 20, 16)
    buttons = box.findChild(QDialogButtonBox)
    row = buttons.layout() if buttons is not None else None
    if row is not None:
        row.setSpacing(BUTTON_GAP_PX)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box


def _mark_primary(button: QPushButton) -> None:
    set_property(button, "primary", True)


class TextoDialog(QDialog):
    """Shows Markdown, or with `plain` any text, with its own window title."""

    def __init__(self, title: str, text: str, parent: QWidget, *, plain: bool = False) -> None:
        super().__init__(parent)
        self.form = Ui_TextoForm()
        self.form.setupUi(self)
        self.setWindowTitle(title)
        if plain:
            self.form.texto_browser.setPlainText(text)
        else:
            self.form.texto_browser.setMarkdown(text)
        self.form.texto_browser.setAccessibleName(title)
        self.form.cerrar_button.clicked.connect(self.accept)
        self.finished.connect(self.deleteLater)
