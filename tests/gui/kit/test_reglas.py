"""The rules of a password, ticked while one types."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.contrasena import (
    POLITICA_USUARIO_CERTIFICADO_IMSS,
    POLITICA_USUARIO_IDSE,
)
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.tokens import DARK, LIGHT
from icsoe_desktop.gui.kit.password_rules import PasswordRules

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
