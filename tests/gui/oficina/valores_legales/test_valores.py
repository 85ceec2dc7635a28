"""Valores: a value typed with the keyboard, imported, removed, and what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.salarios.calculo import Reglas
from icsoe_desktop.domain.valores_legales.valores import Concepto
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.oficina.valores_legales.window import (
    NEEDS_AMOUNT,
    NEEDS_DATE,
    NEEDS_SOURCE,
    ValoresLegalesWindow,
)
from tests.conftest import Reloj
from tests.gui.conftest import points_up, press
from tests.support.reposo import settle

CSV = (
    "Concepto,Desde,Importe diario,Fuente\n"
    "Salario mínimo general,01/01/2027,350.00,DOF\n"
    '"Salario mínimo, frontera norte",01/01/2027,490.00,DOF\n'
)


@pytest.fixture
def window(context: Context, qtbot: QtBot, reloj: Reloj) -> ValoresLegalesWindow:
    reloj.now = datetime(2027, 1, 2, 18, tzinfo=UTC)
    found = context.shell.open("valores_legales", context.sesion)
    assert isinstance(found, ValoresLegalesWindow)
    qtbot.addWidget(found)
    qtbot.waitUntil(lambda: found.table.model.rowCount() > 25)
    return found


def fill(window: ValoresLegalesWindow, desde: str, importe: str, fuente: str) -> None:
    form = window.form
    form.desde_edit.setText(desde)
    form.importe_edit.setText(importe)
    form.fuente_edit.setText(fuente)


def test_in_the_new_year_the_window_says_what_is_missing_and_shows_the_newest_first(
    window: ValoresLegalesWindow,
) -> None:
    assert window.form.faltan_label.isVisible()
    assert window.form.faltan_label.text() == (
        "Falta el salario mínimo de 2027. Falta el salario mínimo de la frontera norte de 2027. "
        "Agréguelo con su fuente, o importe el archivo que otro equipo exportó."
    )
    model = window.table.model
    days = [model.row(at).valor.desde for at in range(model.rowCount())]
    assert days == sorted(days, reverse=True)
    assert days[0] > days[-1]
    assert not points_up(window.form.valores_table.horizontalHeader())
    window.form.valores_table.selectRow(0)
    assert not window.form.quitar_button.isEnabled(), "it came with the program"


def test_a_value_is_typed_and_removed(
    window: ValoresLegalesWindow, qtbot: QtBot, context: Context
) -> None:
    form = window.form
    press(window, "Guardar")
    told = [form.desde_error.text(), form.importe_error.text(), form.fuente_error.text()]
    assert told == [NEEDS_DATE, NEEDS_AMOUNT, NEEDS_SOURCE]
    fill(window, "1/1/27", "35.00", "DOF 09/12/2026")
    press(window, "Guardar")
    qtbot.waitUntil(lambda: "menor que $315.04" in form.importe_error.text())
    settle()
    assert form.importe_edit.y() < form.importe_error.y() < form.fuente_label.y()
    fill(window, "1/1/27", "350.00", "DOF 09/12/2026")
    press(window, "Guardar")
    qtbot.waitUntil(lambda: form.mensaje_label.isVisible())
    assert form.mensaje_label.text() == (
        "Se guardó: Salario mínimo general, $350.00 desde el 01/01/2027. El SBC ya se revisa con "
        "él."
    )
    assert not window.unsaved
    qtbot.waitUntil(lambda: "general" not in form.faltan_label.text())
    service, sesion = context.application.valores_legales, context.require_sesion()
    own = [one for one in service.table(sesion) if one.propio]
    assert [(one.valor.concepto, one.valor.desde, one.vigente) for one in own] == [
        (Concepto.GENERAL, date(2027, 1, 1), True)
    ]
    qtbot.waitUntil(lambda: window.table.model.rowCount() == len(service.table(sesion)))
    window.table.select(own[0])
    assert form.quitar_button.isEnabled()
    form.quitar_button.click()
    box = window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    press(box, "Quitar")
    qtbot.waitUntil(lambda: form.mensaje_label.text().startswith("Se quitó"))
    assert [one for one in service.table(sesion) if one.propio] == []


def test_a_file_is_imported_and_a_wrong_one_says_why(
    window: ValoresLegalesWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path, form = tmp_path / "valores.csv", window.form
    path.write_text(CSV.replace("350.00", "poco"), "utf-8")
    window.import_file(path)
    wrong = "No se importó nada. Renglón 2: "
    qtbot.waitUntil(lambda: form.mensaje_label.text().startswith(wrong), timeout=20_000)
    path.write_text(CSV, "utf-8")
    window.import_file(path)
    qtbot.waitUntil(lambda: "2 valores" in form.mensaje_label.text(), timeout=20_000)
    qtbot.waitUntil(lambda: not form.faltan_label.isVisible())


def test_the_days_of_the_year_and_the_rounding_are_chosen(
    window: ValoresLegalesWindow, qtbot: QtBot, context: Context
) -> None:
    combo = window.form.dias_combo
    combo.setCurrentIndex(combo.findData(366))
    combo.activated.emit(combo.currentIndex())
    qtbot.waitUntil(lambda: "366" in window.form.mensaje_label.text())
    service = context.application.valores_legales
    assert service.rules(context.require_sesion())[0] == Reglas(366)
    window.form.redondeo_combo.setCurrentIndex(1)
    window.form.redondeo_combo.activated.emit(1)
    qtbot.waitUntil(lambda: "sin redondear" in window.form.mensaje_label.text())
    rules = service.rules(context.require_sesion())[0]
    assert rules == Reglas(366, redondea_factor=False), "the other one stays"
