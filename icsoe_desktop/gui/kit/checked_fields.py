"""Fields that are checked while somebody types, and say under themselves what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QLabel, QLineEdit

from icsoe_desktop.gui.kit.fields import FieldErrors

Check = Callable[[Mapping[str, str]], Mapping[str, str]]


class CheckedFields(QObject):
    """A field says what it lacks once it was left, and all of them after the first attempt.

    fields: name → (the editor, the label under it). check: texts by name → what is wrong with them.
    """

    edited = Signal()

    def __init__(
        self, fields: Mapping[str, tuple[QLineEdit, QLabel]], check: Check, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._edits = {name: edit for name, (edit, _label) in fields.items()}
        self._check = check
        self._left: set[str] = set()
        self._refused: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._filling = False
        self._errors = FieldErrors(fields)
        for edit in self._edits.values():
            # Not textEdited: dictation and password managers write without keys.
            edit.textChanged.connect(self._on_edited)
            edit.installEventFilter(self)

    def texts(self) -> dict[str, str]:
        return {name: edit.text() for name, edit in self._edits.items()}

    def fill(self, texts: Mapping[str, str]) -> None:
        """Shows these; nothing is said of them before somebody works on them."""
        self._filling = True
        for name, edit in self._edits.items():
            text = texts.get(name, "")
            if edit.text() != text:
                # Set again, the same text would move the cursor of whoever is in it.
                edit.setText(text)
        self._filling = False
        self._left.clear()
        self._refused.clear()
        self._told.clear()
        self._say()

    def attempt(self) -> bool:
        """Whether all is good; from now on every field says what it lacks."""
        self._left.update(self._edits)
        problems = self._say()
        self._errors.focus_first(problems)
        return not problems

    def refuse(self, problems: Mapping[str, str]) -> None:
        """What was found wrong later; it stands until something is typed."""
        self._refused = dict(problems)
        self._errors.focus_first(self._say())

    def tell(self, sentences: Mapping[str, str]) -> None:
        """What there is to know of the fields until they are filled again; it stops nobody."""
        self._told |= sentences
        self._say()
        self._errors.focus_first(sentences)

    def set_read_only(self, read_only: bool) -> None:
        # Disabled, the field that has the focus would lose it.
        for edit in self._edits.values():
            edit.setReadOnly(read_only)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            for name, edit in self._edits.items():
                if watched is edit and edit.text():
                    self._left.add(name)
                    self._say()
        return super().eventFilter(watched, event)

    def _on_edited(self) -> None:
        if self._filling:
            return
        self._refused.clear()
        self._say()
        self.edited.emit()

    def _say(self) -> dict[str, str]:
        wrong = self._check(self.texts())
        problems = {name: text for name, text in wrong.items() if name in self._left}
        problems |= self._refused
        self._errors.show(self._told | problems)
        return problems
