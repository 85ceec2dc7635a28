"""Changing a movement that somebody else changes meanwhile: nothing is lost without a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento, MovimientoFila
from tests.gui.conftest import press
from tests.gui.idse.comun import (
    NSS_ANA,
    Box,
    Key,
    alta,
    dialog,
    escape,
    focused,
    gone,
    names,
    said,
    settled,
)
from tests.support.reposo import until


@dataclass(frozen=True)
class Alguien:
    """Somebody else at ANA's alta, meanwhile."""

    application: Application
    sesion: Sesion

    def history(self) -> tuple[MovimientoFila, ...]:
        return self.application.movimientos.history(self.sesion, NSS_ANA)

    def ana(self) -> MovimientoFila:
        """It as it is kept now."""
        (fila,) = self.history()
        return fila

    def saves(self, captura: CapturaMovimiento) -> None:
        self.application.movimientos.edit(self.sesion, self.ana().id, captura)

    def deletes(self) -> None:
        self.application.movimientos.delete(self.sesion, [self.ana().id])


@pytest.fixture
def alguien(application: Application, sesion: Sesion) -> Alguien:
    return Alguien(application, sesion)


@pytest.fixture
def modificar(filled: ModuloWindow) -> CapturaMovimientoDialog:
    """«Modificar movimiento» of ANA's alta, opened by keyboard, with another SBC typed: $ 500."""
    filled.activateWindow()
    until(filled.isActiveWindow)
    table = filled.form.movimientos_table
    table.setFocus()
    table.selectRow(names(filled).index("ANA"))
    QTest.keyClick(table, Key.Key_F2)
    found = dialog(CapturaMovimientoDialog)
    until(lambda: found._presenter.state.revision is not None)
    found.activateWindow()
    until(found.isActiveWindow)
    tab_to(found, "sbc_edit")
    QTest.keyClicks(focused(found), "500")
    return found


def tab_to(found: CapturaMovimientoDialog, name: str) -> None:
    for _ in range(30):
        if focused(found).objectName() == name:
            return
        QTest.keyClick(focused(found), Key.Key_Tab)
    raise AssertionError(f"the Tab key does not come to {name}")


def refused(found: CapturaMovimientoDialog) -> str:
    QTest.keyClick(focused(found), Key.Key_Return)
    until(found.form.ajeno_panel.isVisible)
    until(found.form.guardar_button.isEnabled)
    return said(found.form.ajeno_label)


def test_what_somebody_else_changed_is_told_and_saving_again_keeps_mine(
    modificar: CapturaMovimientoDialog, filled: ModuloWindow, alguien: Alguien
) -> None:
    form = modificar.form
    assert not form.ajeno_panel.isVisible()
    alguien.saves(alta(sbc="600", clave_trabajador="", fecha=date(2026, 2, 26)))
    told = refused(modificar)
    assert told == (
        "Alguien más cambió este movimiento mientras usted lo modificaba. No se guardó nada. "
        "Revise lo que hay ahora; si guarda otra vez, queda lo de usted.\n"
        "Ahora dice Fecha del movimiento: 26/02/2026; SBC: $ 600.00; "
        "Clave del trabajador: sin dato."
    )
    assert alguien.ana().sbc == 600_00
    assert (form.sbc_edit.text(), form.clave_trabajador_edit.text()) == ("500", "A-1")
    # It stands while one writes, so that it can be copied from there.
    tab_to(modificar, "guia_edit")
    QTest.keyClicks(focused(modificar), "01401")
    assert said(form.ajeno_label) == told
    QTest.keyClick(focused(modificar), Key.Key_Return)
    until(lambda: gone(modificar))
    now = alguien.ana()
    assert (now.sbc, now.clave_trabajador, now.guia) == (500_00, "A-1", "01401")
    assert now.fecha == date(2026, 2, 27)
    settled(filled)


def test_a_third_change_tells_all_that_is_other_now(
    modificar: CapturaMovimientoDialog, filled: ModuloWindow, alguien: Alguien, message_box: Box
) -> None:
    alguien.saves(alta(clave_trabajador="B-2"))
    assert refused(modificar).endswith("Ahora dice Clave del trabajador: B-2.")
    alguien.saves(alta(clave_trabajador="B-2", umf="022"))
    QTest.keyClick(focused(modificar), Key.Key_Return)
    now = "Ahora dice UMF: 022; Clave del trabajador: B-2."
    until(lambda: said(modificar.form.ajeno_label).endswith(now))
    assert alguien.ana().sbc == 450_50
    QTest.keyClick(modificar, Key.Key_Escape)
    press(message_box(), "Descartar cambios")
    until(lambda: gone(modificar))
    settled(filled)


def test_what_is_there_may_be_left_and_the_form_shows_it(
    modificar: CapturaMovimientoDialog, filled: ModuloWindow, alguien: Alguien
) -> None:
    form = modificar.form
    alguien.saves(alta(sbc="600", clave_trabajador="B-2", nombres="ANA MARÍA"))
    refused(modificar)
    # Not even a date that cannot be read stays.
    form.fecha_edit.setFocus()
    form.fecha_edit.selectAll()
    QTest.keyClicks(form.fecha_edit, "31/02/2026")
    tab_to(modificar, "dejar_button")
    QTest.keyClick(focused(modificar), Key.Key_Space)
    assert not form.ajeno_panel.isVisible()
    assert said(form.mensaje_label) == "Quedó lo que ya estaba guardado."
    assert [
        edit.text()
        for edit in (
            form.sbc_edit, form.clave_trabajador_edit, form.nombres_edit, form.fecha_edit,
        )
    ] == ["$ 600.00", "B-2", "ANA MARÍA", "27/02/2026"]  # fmt: skip
    # From there one goes on: nothing else is told, and nothing of the other's is lost.
    tab_to(modificar, "guia_edit")
    QTest.keyClicks(focused(modificar), "01401")
    QTest.keyClick(modificar, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    until(lambda: gone(modificar))
    now = alguien.ana()
    assert (now.sbc, now.nombres, now.guia) == (600_00, "ANA MARÍA", "01401")
    settled(filled)


def test_after_leaving_what_is_there_the_window_closes_without_a_question(
    modificar: CapturaMovimientoDialog, filled: ModuloWindow, alguien: Alguien
) -> None:
    alguien.saves(alta(sbc="600"))
    refused(modificar)
    press(modificar, "Dejar lo que hay ahora")
    escape(modificar)
    assert alguien.ana().sbc == 600_00
    settled(filled)


def test_of_one_that_was_deleted_meanwhile_what_was_typed_stays_on_the_screen(
    modificar: CapturaMovimientoDialog, filled: ModuloWindow, alguien: Alguien, message_box: Box
) -> None:
    alguien.deletes()
    press(modificar, "Guardar")
    box = message_box()
    assert "ya no existe" in box.text()
    press(box, "Aceptar")
    assert modificar.form.sbc_edit.text() == "500"
    QTest.keyClick(modificar, Key.Key_Escape)
    press(message_box(), "Descartar cambios")
    until(lambda: gone(modificar))
    assert alguien.history() == ()
    settled(filled)
