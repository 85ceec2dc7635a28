"""The Módulo IDSE and a movement that are open while another desktop changes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.movimientos.movimiento import EstadoLote
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.modulo.grid import STALE
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.valores import MovimientoFila
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas.comun import write
from tests.gui.idse import comun as modulo
from tests.gui.oficina.sincronizacion.comun import Escritorio
from tests.gui.oficina.sincronizacion.llegadas import Oficina


@pytest.fixture
def ventana(qtbot: QtBot, oficina: Oficina) -> ModuloWindow:
    modulo.capture(oficina.uno.application, oficina.uno.sesion, modulo.alta(), modulo.baja())
    oficina.uno.sync()
    oficina.dos.sync()
    window = oficina.uno.shell.open("modulo", oficina.uno.sesion)
    assert isinstance(window, ModuloWindow)
    modulo.settled(window)
    modulo.show_tab(window, "Todos")
    return window


def test_the_module_offers_to_read_again_and_moves_nothing_by_itself(
    qtbot: QtBot, oficina: Oficina, ventana: ModuloWindow
) -> None:
    assert not ventana.form.actualizar_button.isVisible()
    before = modulo.visible(ventana)
    another = modulo.alta(nss=modulo.NSS_EVA, nombres="EVA")
    oficina.work(lambda app: app.movimientos.capture(oficina.dos.sesion, another))
    oficina.arrive()
    qtbot.waitUntil(ventana.form.actualizar_button.isVisible)
    assert STALE in ventana.form.mensaje_label.text()
    assert modulo.visible(ventana) == before
    ventana.form.actualizar_button.click()
    qtbot.waitUntil(lambda: len(modulo.visible(ventana)) == 3)
    modulo.settled(ventana)
    ventana.close()


def test_a_module_without_movements_shows_the_first_that_come(
    qtbot: QtBot, oficina: Oficina
) -> None:
    window = oficina.uno.shell.open("modulo", oficina.uno.sesion)
    assert isinstance(window, ModuloWindow)
    window.lugares.show_movimientos()
    qtbot.waitUntil(window.form.vacia_page.isVisible)
    oficina.work(lambda app: modulo.capture(app, oficina.dos.sesion, modulo.alta()))
    oficina.arrive()
    qtbot.waitUntil(lambda: len(modulo.visible(window)) == 1)
    modulo.settled(window)
    window.close()


def lote(app: Application, oficina: Oficina) -> None:
    sesion = oficina.dos.sesion
    filas = app.movimientos.first_page(sesion)
    plan = app.lotes.plan(sesion, [fila.id for fila in filas], OpcionesLote(), NoProgress())
    app.lotes.generate(sesion, plan)


def send(app: Application, oficina: Oficina) -> None:
    sesion = oficina.dos.sesion
    app.lotes.mark_sent(sesion, app.lotes.all(sesion)[-1].id, date(2026, 3, 2))


def test_lotes_of_another_desktop_come_with_their_states(
    qtbot: QtBot, oficina: Oficina, ventana: ModuloWindow
) -> None:
    oficina.work(lambda app: lote(app, oficina))
    oficina.arrive()
    modulo.show_tab(ventana, "Lotes")
    table = ventana.lotes.table
    qtbot.waitUntil(lambda: table.model.rowCount() == 2)
    table.view.selectRow(1)
    chosen = table.selected()
    assert chosen is not None
    oficina.work(lambda app: send(app, oficina))
    oficina.arrive()
    estados = {EstadoLote.GENERADO, EstadoLote.ENVIADO}
    qtbot.waitUntil(lambda: {table.model.row(at).estado for at in range(2)} == estados)
    kept = table.selected()
    assert kept is not None
    assert kept.id == chosen.id
    ventana.close()


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
