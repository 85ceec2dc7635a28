"""A movement that was open while another desktop changed it, or put it in a lote."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.valores import MovimientoFila
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas.comun import write
from tests.gui.idse import comun as modulo
from tests.gui.idse.comun import said
from tests.gui.oficina.sincronizacion.comun import Escritorio
from tests.gui.oficina.sincronizacion.llegadas import Oficina

Box = Callable[[], QMessageBox]


@pytest.fixture
def movimiento(qtbot: QtBot, oficina: Oficina) -> CapturaMovimientoDialog:
    """«Modificar movimiento» of ANA's alta of $ 450.50, which the other desktop has too."""
    app = oficina.uno.application
    modulo.capture(app, oficina.uno.sesion, modulo.alta())
    oficina.uno.sync()
    oficina.dos.sync()
    window = modulo.opened(oficina.uno.shell.context(oficina.uno.sesion))
    (fila,) = app.movimientos.history(oficina.uno.sesion, modulo.NSS_ANA)
    window.tareas.edit(fila)
    found = modulo.dialog(CapturaMovimientoDialog)
    qtbot.waitUntil(lambda: found._presenter.state.revision is not None)
    write(found.form.sbc_edit, "500")
    return found


def of_ana(escritorio: Escritorio) -> list[MovimientoFila]:
    service = escritorio.application.movimientos
    return list(service.history(escritorio.sesion, modulo.NSS_ANA))


def test_a_movement_that_arrived_other_is_told_and_saved_on_insisting(
    qtbot: QtBot, oficina: Oficina, movimiento: CapturaMovimientoDialog
) -> None:
    (theirs,) = of_ana(oficina.dos)
    ajeno = modulo.alta(clave_trabajador="B-2")
    oficina.work(lambda app: app.movimientos.edit(oficina.dos.sesion, theirs.id, ajeno))
    oficina.arrive()
    form = movimiento.form
    press(movimiento, "Guardar")
    qtbot.waitUntil(form.ajeno_panel.isVisible)
    assert said(form.ajeno_label).endswith("Ahora dice Clave del trabajador: B-2.")
    assert [(one.sbc, one.clave_trabajador) for one in of_ana(oficina.uno)] == [(450_50, "B-2")]
    qtbot.waitUntil(form.guardar_button.isEnabled)
    press(movimiento, "Guardar")
    qtbot.waitUntil(lambda: modulo.gone(movimiento))
    oficina.uno.sync()
    oficina.dos.sync()
    assert [(one.sbc, one.clave_trabajador) for one in of_ana(oficina.dos)] == [(500_00, "A-1")]
    oficina.settle(qtbot)


def test_a_movement_that_the_other_put_in_a_lote_is_left_as_it_was_written(
    qtbot: QtBot, oficina: Oficina, movimiento: CapturaMovimientoDialog, message_box: Box
) -> None:
    (theirs,) = of_ana(oficina.dos)
    lotes, sesion = oficina.dos.application.lotes, oficina.dos.sesion
    plan = lotes.plan(sesion, [theirs.id], OpcionesLote(guia="01400"), NoProgress())
    oficina.work(lambda _app: lotes.generate(sesion, plan))
    oficina.arrive()
    press(movimiento, "Guardar")
    box = message_box()
    assert "Ya en un lote" in box.text()
    press(box, "Aceptar")
    assert movimiento.form.sbc_edit.text() == "500"
    assert [one.sbc for one in of_ana(oficina.uno)] == [450_50]
    movimiento.reject()
    press(message_box(), "Descartar cambios")
    qtbot.waitUntil(lambda: modulo.gone(movimiento))
    oficina.settle(qtbot)
