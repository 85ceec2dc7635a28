"""Field checking for all windows: when each field is checked, and what is shown under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import MethodType
from typing import ParamSpec
from weakref import WeakMethod

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from icsoe_desktop.gui.kit.fields import (
    announce,
    grow_to_fit,
    scroll_to,
    set_property,
    show_message,
)

P = ParamSpec("P")

WARNING = "Advertencia: {texto}"
EDITORS = ("edit", "combo", "check", "button")
WARNINGS = ("advertencia", "aviso")
# With these reasons the field is not left: a list, a menu or another window opened over it.
# By name: importing `Qt` costs the first window (docs/decisions/0012).
NOT_LEFT = frozenset({"PopupFocusReason", "ActiveWindowFocusReason"})


@dataclass(frozen=True)
class CheckedField:
    """editor: the input widget. error, warning: the labels under it."""

    editor: QWidget
    error: QLabel
    warning: QLabel | None = None


def fields_of(form: object, *names: str) -> dict[str, CheckedField]:
    """The checked fields of a form, by name: `rfc` is `rfc_edit` with `rfc_error`."""

    def widget(name: str, parts: tuple[str, ...]) -> QWidget | None:
        found = (getattr(form, f"{name}_{part}", None) for part in parts)
        return next((one for one in found if isinstance(one, QWidget)), None)

    fields: dict[str, CheckedField] = {}
    for name in names:
        editor, warning = widget(name, EDITORS), widget(name, WARNINGS)
        if editor is None:
            raise AttributeError(f"the form has no field {name}")
        error: QLabel = getattr(form, f"{name}_error")
        fields[name] = CheckedField(editor, error, warning if isinstance(warning, QLabel) else None)
    return fields


class CheckedFields(QObject):
    """Shows under each field what is wrong with it, until it is corrected.

    A field that is not empty is checked when the user leaves it. From the first `attempt` to save,
    all fields are checked. The first wrong one gets the focus.

    fields: by name, in reading order.
    check: returns the present problems, name → sentence. warn: gets the names of the fields that
    were left, returns warnings that do not block, name → text. Bound methods are held by weak
    reference.
    eager: fields that are checked on leaving even if empty.
    """

    edited = Signal(str)  # the name of the field
    left = Signal(str)  # the name of the field

    def __init__(
        self,
        fields: Mapping[str, CheckedField],
        parent: QObject,
        check: Callable[[], Mapping[str, str]] = dict,
        warn: Callable[[Set[str]], Mapping[str, str]] = lambda _left: {},
        eager: Set[str] = frozenset(),
    ) -> None:
        super().__init__(parent)
        self._fields = dict(fields)
        self._check = _weak(check)
        self._warn = _weak(warn)
        self._eager = eager
        self._left: set[str] = set()
        self._refused: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._drawn: dict[str, str] = {}
        self._described: dict[str, str] = {}
        self._usual: dict[str, str] = {}  # what was said of a field before its first problem
        self._filling = False
        for name, field in self._fields.items():
            field.error.hide()
            if field.warning is not None:
                field.warning.hide()
            self._watch(name, field.editor)

    def has(self, name: str) -> bool:
        return name in self._fields

    def texts(self) -> dict[str, str]:
        """The text of each text field, by name."""
        return {
            name: field.editor.text()
            for name, field in self._fields.items()
            if isinstance(field.editor, QLineEdit)
        }

    def fill(self, texts: Mapping[str, str], *, known: bool = False) -> None:
        """Show these texts, and clear the other text fields.

        known: the texts were saved before, so problems show at once.
        """
        with self.filling():
            for name, field in self._fields.items():
                text = texts.get(name, "")
                # Setting the same text again would move the cursor.
                if isinstance(field.editor, QLineEdit) and field.editor.text() != text:
                    field.editor.setText(text)
        if known:
            self._left |= {
                name
                for name, field in self._fields.items()
                if name in self._eager or _holds_something(field.editor)
            }
            self.say()

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Block in which the program changes the fields. Resets them to not left and without
        problems.
        """
        with self.keeping():
            yield
        self.forget()

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Block in which the program changes the fields. Keeps the problems that are shown."""
        before, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = before

    def forget(self, names: Iterable[str] | None = None) -> None:
        """Reset these fields, or all, to not left and without problems."""
        for name in list(self._fields) if names is None else names:
            self._left.discard(name)
            for said in (self._refused, self._told, self._drawn):
                said.pop(name, None)
        self.say()

    def attempt(self) -> bool:
        """Check all fields and return whether they may be saved. Empty fields are checked from now
        on.
        """
        self.leave_all()
        self.focus_wrong()
        return not self._check()

    def leave_all(self) -> None:
        self._left.update(self._fields)
        self.say()

    def draw(self, problems: Iterable[tuple[str, str]]) -> None:
        """Like `refuse`, for states that are drawn repeatedly: only a change has an effect."""
        wanted = dict(problems)
        if wanted == self._drawn:
            return
        fresh = wanted.keys() - self._drawn.keys()
        self._drawn = wanted
        self._refused = dict(wanted)
        self.say()
        if fresh:
            self.focus_first(wanted)

    def refuse(self, problems: Mapping[str, str], *, focus: bool = True) -> None:
        """Show problems found on saving; each stays until its field is edited."""
        self._left.update(self._fields)
        self._refused = dict(problems)
        self.say()
        if focus:
            self.focus_wrong()

    def tell(self, sentences: Mapping[str, str]) -> None:
        """Show sentences under fields until they are filled again, without blocking saving."""
        self._told |= sentences
        self.say()
        self.focus_first(sentences)

    def focus_wrong(self) -> None:
        self.focus_first(self._problems())

    def focus_first(self, names: Iterable[str]) -> None:
        """Give the focus to the first of these fields."""
        wanted = set(names)
        first = next((field for name, field in self._fields.items() if name in wanted), None)
        if first is not None:
            first.editor.setFocus()
            scroll_to(first.editor)  # it may have had the focus already

    def set_read_only(self, read_only: bool) -> None:
        for field in self._fields.values():
            if field.editor.property("fixed"):  # by `fields.fix`, for good
                continue
            # Disabling a field would take its focus away.
            if isinstance(field.editor, QLineEdit):
                field.editor.setReadOnly(read_only)
            else:
                field.editor.setEnabled(not read_only)

    def say(self) -> None:
        """Show the present problems and warnings. Call it when the result of `check` may have
        changed.
        """
        problems = self._told | self._problems()
        warnings = self._warn(frozenset(self._left))
        changed = False
        window: QWidget | None = None
        for name, field in self._fields.items():
            wrong = problems.get(name, "")
            odd = warnings.get(name, "") if not wrong and field.warning is not None else ""
            told = WARNING.format(texto=odd) if odd else ""
            if self._described.get(name, "") != (wrong or told):
                changed = True
                usual = self._usual.setdefault(name, field.editor.accessibleDescription())
                self._described[name] = wrong or told
                field.editor.setAccessibleDescription(wrong or told or usual)
            if field.error.text() != wrong:
                field.error.setText(wrong)
                if wrong:
                    announce(field.error, wrong)
            field.error.setVisible(bool(wrong))
            if field.warning is not None:
                show_message(field.warning, told, "warning")
            set_property(field.editor, "invalid", bool(wrong))
            window = field.editor.window()
        # To measure the room of a message is to lay the window out, and to paint it again.
        if changed:
            grow_to_fit(window)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QFocusEvent)
            and event.lostFocus()
            and event.reason().name not in NOT_LEFT
        ):
            for name, field in self._fields.items():
                if watched is field.editor and (
                    name in self._eager or _holds_something(field.editor)
                ):
                    self._left.add(name)
                    self.say()
                    self.left.emit(name)
        return super().eventFilter(watched, event)

    def _problems(self) -> dict[str, str]:
        wrong = self._check()
        return {name: text for name, text in wrong.items() if name in self._left} | self._refused

    def _watch(self, name: str, editor: QWidget) -> None:
        edited = partial(self._on_edited, name)
        # textChanged, not textEdited: dictation and password managers set the
        # text without keystrokes.
        if isinstance(editor, QLineEdit):
            editor.textChanged.connect(edited)
        elif isinstance(editor, QComboBox):
            editor.currentTextChanged.connect(edited)
        elif isinstance(editor, QCheckBox):
            editor.toggled.connect(edited)
        editor.installEventFilter(self)

    def _on_edited(self, name: str, _value: object) -> None:
        if self._filling:
            return
        self._refused.pop(name, None)
        self.say()
        self.edited.emit(name)


def _weak(function: Callable[P, Mapping[str, str]]) -> Callable[P, Mapping[str, str]]:
    """Hold a bound method weakly: a reference cycle of window and fields would wait for the
    collector.
    """
    if not isinstance(function, MethodType):
        return function
    method: WeakMethod[Callable[P, Mapping[str, str]]] = WeakMethod(function)

    def call(*args: P.args, **kwargs: P.kwargs) -> Mapping[str, str]:
        alive = method()
        return alive(*args, **kwargs) if alive is not None else {}

    return call


def _holds_something(editor: QWidget) -> bool:
    if isinstance(editor, QLineEdit):
        return bool(editor.text())
    if isinstance(editor, QComboBox):
        return bool(editor.currentText())
    return isinstance(editor, QCheckBox) and editor.isChecked()
