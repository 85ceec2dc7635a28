"""Fields that are checked, the rules of a password, and a message that takes one line."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.contrasena import (
    POLITICA_USUARIO_CERTIFICADO_IMSS,
    POLITICA_USUARIO_IDSE,
)
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.tokens import DARK, LIGHT
from icsoe_desktop.gui.kit.checked_fields import WARNING, CheckedFields, fields_of
from icsoe_desktop.gui.kit.few_lines import FewLinesLabel
from icsoe_desktop.gui.kit.password_rules import PasswordRules
from tests.gui.idse.comun import Box

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


def test_a_wrong_field_that_is_scrolled_out_of_sight_is_brought_into_view(qtbot: QtBot) -> None:
    area, ventana = QScrollArea(), Ventana()
    qtbot.addWidget(area)
    area.setWidget(ventana)
    ventana.resize(200, 900)
    area.resize(220, 200)
    area.show()
    qtbot.waitExposed(area)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    assert not ventana.fields.attempt()
    assert area.focusWidget() is ventana.form.nombre_edit
    assert not ventana.form.nombre_edit.visibleRegion().isEmpty()


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


LENGTH = "De 8 a 20 caracteres"
ALPHANUMERIC = "Sólo letras y números"


@dataclass
class Shown:
    window: QWidget
    edit: QLineEdit
    label: QLabel
    rules: PasswordRules

    @property
    def signs(self) -> str:
        return "".join(c for c in self.label.text() if c in "✓○")


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    edit, label = QLineEdit(), QLabel()
    layout.addWidget(edit)
    layout.addWidget(label)
    window.show()
    return Shown(window, edit, label, PasswordRules(edit, label, POLITICA_USUARIO_CERTIFICADO_IMSS))


def test_nothing_is_ticked_before_something_is_typed(shown: Shown) -> None:
    assert shown.signs == "○○"
    assert shown.label.accessibleName() == f"Falta: {LENGTH}; {ALPHANUMERIC}."
    assert not shown.rules.complete


@pytest.mark.parametrize(
    ("typed", "signs", "words"),
    [
        ("abc", "○✓", f"Falta: {LENGTH}. Se cumple: {ALPHANUMERIC}."),
        ("abc de.fg", "✓○", f"Falta: {ALPHANUMERIC}. Se cumple: {LENGTH}."),
        ("abcdefg8", "✓✓", "La contraseña cumple todas las reglas."),
    ],
)
def test_each_rule_is_ticked_by_sign_and_by_word(
    shown: Shown, qtbot: QtBot, typed: str, signs: str, words: str
) -> None:
    qtbot.keyClicks(shown.edit, typed)
    assert (shown.signs, shown.label.accessibleName()) == (signs, words)
    assert shown.rules.complete == (signs == "✓✓")


def test_erasing_takes_the_ticks_away(shown: Shown, qtbot: QtBot) -> None:
    qtbot.keyClicks(shown.edit, "abcdefg8")
    shown.edit.clear()
    assert shown.signs == "○○"


def test_the_rules_follow_the_mail_once_it_is_known(shown: Shown) -> None:
    shown.edit.setText("Fresno.Azul74")
    shown.rules.set_politica(POLITICA_USUARIO_IDSE)
    assert shown.rules.complete
    shown.rules.set_politica(POLITICA_USUARIO_IDSE.excluding(["fresno@ejemplo.mx"]))
    assert not shown.rules.complete
    assert shown.signs == "✓" * 9 + "○"


def test_every_rule_stands_once_in_two_columns(qtbot: QtBot) -> None:
    edit, label = QLineEdit(), QLabel()
    qtbot.addWidget(edit)
    qtbot.addWidget(label)
    PasswordRules(edit, label, POLITICA_USUARIO_IDSE, columns=2)
    assert label.text().count("<tr>") == 5
    assert label.text().count("○") == 9


def test_the_ticks_change_colour_with_the_scheme(shown: Shown, qapp: QApplication) -> None:
    shown.edit.setText("abcdefg8")
    try:
        assets.set_color_scheme(qapp, "claro")
        assert LIGHT.success in shown.label.text()
        assets.set_color_scheme(qapp, "oscuro")
        assert DARK.success in shown.label.text()
    finally:
        assets.set_color_scheme(qapp, "claro")


HOSTILE = (
    "<img src='//host/x'> <b>" * 20,
    "línea\n" * 5_000,
    "\u202e\u0000" * 300,
    "ﷺ" * 2_000_000,
)


@pytest.fixture
def label(qtbot: QtBot) -> Iterator[FewLinesLabel]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 60)
    made = FewLinesLabel(window)
    made.resize(280, made.sizeHint().height())
    window.show()
    yield made
    window.close()


def test_a_short_message_opens_nothing(label: FewLinesLabel) -> None:
    label.setText("Escriba el SBC.")
    assert not label.is_cut
    assert label.toolTip() == ""
    QTest.mouseClick(label, Qt.MouseButton.LeftButton)
    assert QApplication.activeModalWidget() is None


def test_a_warning_is_said_whole_on_the_lines_that_it_needs(label: FewLinesLabel) -> None:
    one = label.sizeHint().height()
    label.setText(WARNING.format(texto="El SBC, $ 200.00, es menor que el mínimo, $ 315.04."))
    assert not label.is_cut
    assert one < label.sizeHint().height() <= 3 * one


@pytest.mark.parametrize("text", HOSTILE)
def test_any_message_takes_three_lines_at_most_and_is_drawn_at_once(
    label: FewLinesLabel, message_box: Box, text: str
) -> None:
    height = label.sizeHint().height()
    start = time.process_time()
    label.setText(text)
    label.grab()
    assert label.is_cut
    assert label.sizeHint().height() <= 3 * height
    assert time.process_time() - start < 1
    QTest.mouseClick(label, Qt.MouseButton.LeftButton)
    box = message_box()
    assert box.text() == text[: len(box.text())]
    assert len(box.text()) <= 4_000
    box.close()
