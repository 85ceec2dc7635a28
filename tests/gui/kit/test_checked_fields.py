"""When a field is checked, what is said under it, and where the focus goes."""

from __future__ import annotations

from collections.abc import Mapping, Set

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of

SHORT = "Escriba al menos tres letras."


class Form:
    """What Qt makes of a form: attributes."""

    def __init__(self, parent: QWidget) -> None:
        self.nombre_edit, self.nombre_error = QLineEdit(parent), QLabel(parent)
        self.nombre_advertencia = QLabel(parent)
        self.apodo_edit, self.apodo_error = QLineEdit(parent), QLabel(parent)
        self.acepta_check, self.acepta_error = QCheckBox("Acepto", parent), QLabel(parent)


class Ventana(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.form = Form(self)
        layout = QVBoxLayout(self)
        for widget in vars(self.form).values():
            layout.addWidget(widget)
        self.fields = CheckedFields(
            fields_of(self.form, "nombre", "apodo", "acepta"), self, self._check, self._warn
        )

    def said(self) -> list[str]:
        """What is seen, field by field; the screen reader gets the same."""
        form = self.form
        shown = []
        for editor, *labels in (
            (form.nombre_edit, form.nombre_error, form.nombre_advertencia),
            (form.apodo_edit, form.apodo_error),
            (form.acepta_check, form.acepta_error),
        ):
            text = "".join(label.text() for label in labels if not label.isHidden())
            assert editor.accessibleDescription() == text
            shown.append(text)
        return shown

    def _check(self) -> Mapping[str, str]:
        texts = self.fields.texts()
        wrong = {name: SHORT for name, text in texts.items() if len(text) < 3}
        if not self.form.acepta_check.isChecked():
            wrong["acepta"] = "Acepte."
        return wrong

    def _warn(self, left: Set[str]) -> Mapping[str, str]:
        odd = self.form.nombre_edit.text().isupper() and "nombre" in left
        return {"nombre": "todo en mayúsculas"} if odd else {}


@pytest.fixture
def ventana(qtbot: QtBot) -> Ventana:
    window = Ventana()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.form.nombre_edit.setFocus()
    return window


def test_a_field_is_checked_once_it_is_left_with_something_in_it(
    qtbot: QtBot, ventana: Ventana
) -> None:
    form = ventana.form
    qtbot.keyClicks(form.nombre_edit, "ab")
    assert ventana.said() == ["", "", ""], "it is still being typed"
    qtbot.keyClick(form.nombre_edit, Qt.Key.Key_Tab)
    assert ventana.said() == [SHORT, "", ""]
    qtbot.keyClick(form.apodo_edit, Qt.Key.Key_Tab)
    assert ventana.said() == [SHORT, "", ""], "an empty field waits for Guardar"
    qtbot.keyClicks(form.nombre_edit, "c")
    assert ventana.said() == ["", "", ""], "mended"


def test_an_attempt_checks_all_and_the_first_wrong_field_gets_the_focus(
    qtbot: QtBot, ventana: Ventana
) -> None:
    form = ventana.form
    form.nombre_edit.setText("Lucía")
    assert not ventana.fields.attempt()
    assert ventana.said() == ["", SHORT, "Acepte."]
    assert form.apodo_edit.hasFocus()
    form.acepta_check.setChecked(True)
    qtbot.keyClicks(form.apodo_edit, "Lucy")
    assert ventana.said() == ["", "", ""]
    assert ventana.fields.attempt()


def test_what_was_refused_stands_until_its_field_is_edited(qtbot: QtBot, ventana: Ventana) -> None:
    form = ventana.form
    ventana.fields.fill({"nombre": "Lucía", "apodo": "Lucy"})
    form.acepta_check.setChecked(True)
    problems = (("apodo", "Ya existe."),)
    ventana.fields.draw(problems)
    assert ventana.said() == ["", "Ya existe.", ""]
    assert form.apodo_edit.hasFocus()
    qtbot.keyClicks(form.nombre_edit, "!")
    assert ventana.said() == ["", "Ya existe.", ""], "another field mends nothing here"
    form.nombre_edit.setFocus()
    qtbot.keyClicks(form.apodo_edit, "!")
    ventana.fields.draw(problems)
    assert ventana.said() == ["", "", ""], "the same state drawn again is no news"
    assert form.nombre_edit.hasFocus()
    ventana.fields.draw(())
    ventana.fields.draw(problems)
    assert ventana.said() == ["", "Ya existe.", ""], "refused once more"


def test_a_warning_stops_nobody_and_gives_way_to_an_error(qtbot: QtBot, ventana: Ventana) -> None:
    form = ventana.form
    form.acepta_check.setChecked(True)
    ventana.fields.fill({"nombre": "LUCÍA", "apodo": "Lucy"}, known=True)
    assert ventana.said() == ["Advertencia: todo en mayúsculas", "", ""]
    assert ventana.fields.attempt()
    form.nombre_edit.setText("LU")
    assert ventana.said() == [SHORT, "", ""]


def test_filled_fields_are_told_nothing_before_somebody_works_on_them(ventana: Ventana) -> None:
    ventana.fields.attempt()
    edits: list[str] = []
    ventana.fields.edited.connect(edits.append)
    ventana.fields.fill({"nombre": "L"})
    assert ventana.said() == ["", "", ""]
    assert edits == []
    ventana.fields.tell({"nombre": "En otro equipo dice «Ana»."})
    assert ventana.said() == ["En otro equipo dice «Ana».", "", ""]
    ventana.fields.fill({"nombre": "Ana"})
    assert ventana.said() == ["", "", ""]
