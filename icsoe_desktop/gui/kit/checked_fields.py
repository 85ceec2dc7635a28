"""The fields of a window: one place decides when each is checked and what is said under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import MethodType
from typing import ParamSpec
from weakref import WeakMethod

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from icsoe_desktop.gui.kit.fields import announce, grow_to_fit, set_property, show_message

P = ParamSpec("P")

WARNING = "Advertencia: {texto}"
EDITORS = ("edit", "combo", "check", "button")
WARNINGS = ("advertencia", "aviso")
# The field still has the focus, behind a list, a menu or another window.
NOT_LEFT = frozenset({Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason})


@dataclass(frozen=True)
class CheckedField:
    """editor: what is typed or chosen in. error, warning: the labels under it."""

    editor: QWidget
    error: QLabel
    warning: QLabel | None = None


def fields_of(form: object, *names: str) -> dict[str, CheckedField]:
    """The fields of a form by their names: `rfc` is `rfc_edit` with `rfc_error`."""

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
    """Says under each field what is wrong with it, and no longer once it is mended.

    A field that holds something is checked when it is left, and all of them from the first
    `attempt` to save on. The first wrong one gets the focus.

    fields: by name, in the order in which they are read.
    check: what is wrong now, name → sentence. warn: what is odd and stops nobody, name → text; it
    gets the names of the fields that were left. Of both, methods are not kept alive.
    eager: fields that count as left also when they are empty.
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
        self._filling = False
        for name, field in self._fields.items():
            field.error.hide()
            if field.warning is not None:
                field.warning.hide()
            self._watch(name, field.editor)

    def texts(self) -> dict[str, str]:
        """What is in the fields that are typed in."""
        return {
            name: field.editor.text()
            for name, field in self._fields.items()
            if isinstance(field.editor, QLineEdit)
        }

    def fill(self, texts: Mapping[str, str], *, known: bool = False) -> None:
        """Shows these texts, and empties the other fields that are typed in.

        known: they were saved before, so what is wrong with them is said at once.
        """
        with self.filling():
            for name, field in self._fields.items():
                text = texts.get(name, "")
                # Set again, the same text would move the cursor.
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
        """The program changes the fields: nothing is said before somebody works on them."""
        with self.keeping():
            yield
        self.forget()

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """The program changes the fields, and what is said of them stays."""
        before, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = before

    def forget(self, names: Iterable[str] | None = None) -> None:
        """These fields, or all, were not left, refused or told of."""
        for name in list(self._fields) if names is None else names:
            self._left.discard(name)
            for said in (self._refused, self._told, self._drawn):
                said.pop(name, None)
        self.say()

    def attempt(self) -> bool:
        """Whether all is good; from now on every field says what it lacks."""
        self.leave_all()
        self.focus_wrong()
        return not self._check()

    def leave_all(self) -> None:
        self._left.update(self._fields)
        self.say()

    def draw(self, problems: Iterable[tuple[str, str]]) -> None:
        """As `refuse`, for a state that is drawn again and again: only what is new is refused."""
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
        """What was found wrong on saving; each stands until its field is edited."""
        self._left.update(self._fields)
        self._refused = dict(problems)
        self.say()
        if focus:
            self.focus_wrong()

    def tell(self, sentences: Mapping[str, str]) -> None:
        """What there is to know of the fields until they are filled again; it stops nobody."""
        self._told |= sentences
        self.say()
        self.focus_first(sentences)

    def focus_wrong(self) -> None:
        self.focus_first(self._problems())

    def focus_first(self, names: Iterable[str]) -> None:
        """The focus goes to the first of these fields."""
        wanted = set(names)
        first = next((field for name, field in self._fields.items() if name in wanted), None)
        if first is not None:
            first.editor.setFocus()

    def set_read_only(self, read_only: bool) -> None:
        for field in self._fields.values():
            # Disabled, a field that has the focus would lose it.
            if isinstance(field.editor, QLineEdit):
                field.editor.setReadOnly(read_only)
            else:
                field.editor.setEnabled(not read_only)

    def say(self) -> None:
        """Shows what there is to say now; to be called when `check` would say something else."""
        problems = self._told | self._problems()
        warnings = self._warn(frozenset(self._left))
        window: QWidget | None = None
        for name, field in self._fields.items():
            wrong = problems.get(name, "")
            odd = warnings.get(name, "") if not wrong and field.warning is not None else ""
            told = WARNING.format(texto=odd) if odd else ""
            if self._described.get(name, "") != (wrong or told):
                self._described[name] = wrong or told
                field.editor.setAccessibleDescription(wrong or told)
            if field.error.text() != wrong:
                field.error.setText(wrong)
                if wrong:
                    announce(field.error, wrong)
            field.error.setVisible(bool(wrong))
            if field.warning is not None:
                show_message(field.warning, told, "warning")
            set_property(field.editor, "invalid", bool(wrong))
            window = field.editor.window()
        grow_to_fit(window)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in NOT_LEFT:
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
        # Not textEdited: dictation and password managers write without keys.
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
    """A window and its fields that hold each other would wait for the garbage collector."""
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
