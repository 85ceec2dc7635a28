"""The calendar of working days, and what it changes."""

from __future__ import annotations

from datetime import date

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.modulo.dias_inhabiles import DiasInhabilesDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press
from tests.gui.idse.comun import (
    Box,
    Key,
    alta,
    capture,
    cells,
    column,
    dialog,
    focused,
    said,
    settled,
    type_in,
)
from tests.support.reposo import settle

LEY = "Ley Federal del Trabajo, artículo 74"


def test_a_day_that_is_added_moves_the_terms_and_can_be_taken_out_again(
    qtbot: QtBot,
    window: ModuloWindow,
    application: Application,
    sesion: Sesion,
    message_box: Box,
) -> None:
    # Five working days from 23 February 2026, the start counted: 23 to 27. Today is 2 March: the
    # kind reading, counted from the 24th, ends on the 2nd. The start is a day of rest: it begins
    # on the 24th, so both end a day later.
    capture(application, sesion, alta(fecha=date(2026, 2, 23)))
    QTest.keyClick(window, Key.Key_F5)
    qtbot.waitUntil(lambda: column(window, "Plazo") == ["En riesgo"])
    window.tareas.open_dias()
    found = dialog(qtbot, DiasInhabilesDialog)
    form = found.form
    assert focused(found) is form.fecha_edit
    type_in(found, ("23/02/2026", "", "Aviso del IMSS"))
    QTest.keyClick(focused(found), Key.Key_Return)
    qtbot.waitUntil(lambda: said(form.mensaje_label) != "")
    assert said(form.mensaje_label) == (
        "Se guardó el 23/02/2026. Los plazos ya lo toman en cuenta."
    )
    qtbot.waitUntil(lambda: len(cells(form.dias_table)) == 8)
    # LFT 74 in 2026: Mondays 2 February, 16 March and 16 November.
    assert cells(form.dias_table) == [
        ("01/01/2026", "jueves", "Día inhábil", LEY),
        ("02/02/2026", "lunes", "Día inhábil", LEY),
        ("23/02/2026", "lunes", "Día inhábil", "Aviso del IMSS"),
        ("16/03/2026", "lunes", "Día inhábil", LEY),
        ("01/05/2026", "viernes", "Día inhábil", LEY),
        ("16/09/2026", "miércoles", "Día inhábil", LEY),
        ("16/11/2026", "lunes", "Día inhábil", LEY),
        ("25/12/2026", "viernes", "Día inhábil", LEY),
    ]
    qtbot.waitUntil(lambda: column(window, "Plazo") == ["Sin cubrir desde 23/02"])
    form.dias_table.selectRow(0)
    assert not form.quitar_button.isEnabled(), "the law's days stay"
    form.dias_table.selectRow(2)
    press(found, "Quitar el día…")
    press(message_box(), "Quitar el día")
    qtbot.waitUntil(lambda: len(cells(form.dias_table)) == 7)
    qtbot.waitUntil(lambda: column(window, "Plazo") == ["En riesgo"])
    found.reject()
    settled(qtbot, window)


def test_a_day_needs_a_date_and_a_reason(qtbot: QtBot, window: ModuloWindow) -> None:
    window.tareas.open_dias()
    found = dialog(qtbot, DiasInhabilesDialog)
    press(found, "Guardar")
    assert said(found.form.fecha_error) == "Escriba la fecha."
    assert said(found.form.motivo_error) == "Escriba el motivo; lo leerá quien revise un plazo."
    assert focused(found) is found.form.fecha_edit
    type_in(found, ("28/02/2026", "", "Ya no se trabaja"))
    QTest.keyClick(focused(found), Key.Key_Return)
    qtbot.waitUntil(lambda: "fin de semana" in said(found.form.fecha_error))
    found.reject()


def test_the_days_that_every_year_has_are_seen_without_scrolling(
    qtbot: QtBot, window: ModuloWindow
) -> None:
    window.tareas.open_dias()
    found = dialog(qtbot, DiasInhabilesDialog)
    table = found.form.dias_table
    qtbot.waitUntil(lambda: len(cells(table)) == 7)
    settle()
    assert table.verticalScrollBar().maximum() == 0
    found.reject()
