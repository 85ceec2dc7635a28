"""«¿Qué debo todavía?»: one key, and what a movement in a file shows."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.kit.paged import Order
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.valores import TODOS, ColumnaMovimiento
from tests.gui.idse.comun import (
    NSS_EVA,
    Key,
    capture,
    column,
    modificacion,
    names,
    said,
    settled,
    show_tab,
)

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
NEWEST_FIRST = Order(ColumnaMovimiento.FECHA, descending=True)


def ask_what_is_owed(qtbot: QtBot, window: ModuloWindow) -> None:
    QTest.keyClick(window, Key.Key_D, CTRL_SHIFT)
    settled(qtbot, window)


def test_one_key_shows_all_that_is_owed_by_its_last_day_and_another_everything(
    qtbot: QtBot, filled: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    rows = application.movimientos.first_page(sesion, TODOS)
    ids = {fila.nombres: fila.id for fila in rows}
    (lote,) = application.lotes.generate(
        sesion, application.lotes.plan(sesion, [ids["EVA"]], OpcionesLote(), NoProgress())
    )
    (settled_one,) = application.lotes.generate(
        sesion, application.lotes.plan(sesion, [ids["LUIS"]], OpcionesLote(), NoProgress())
    )
    application.lotes.mark_sent(sesion, settled_one.id, date(2026, 3, 2))
    application.lotes.mark_received(sesion, settled_one.id, date(2026, 3, 2), "123456789")
    application.lotes.mark_approved(sesion, settled_one.id, date(2026, 3, 2))
    # Whatever is searched for, one key.
    show_tab(qtbot, filled, "Bajas")
    filled.form.texto_edit.setText("luis")
    filled.filtro.search()
    settled(qtbot, filled)

    ask_what_is_owed(qtbot, filled)
    assert names(filled) == ["EVA", "ANA"]
    assert column(filled, "Último día") == ["08/09/2025", "05/03/2026"]
    assert column(filled, "Estado") == ["En archivo", "Pendiente"]
    assert column(filled, "Lote") == [lote.nombre_archivo, ""]
    assert filled.form.estado_combo.currentText() == "Lo que debo"
    assert filled.form.pestanas_tabs.currentIndex() == 3
    assert filled.acciones.debo.isChecked()
    assert filled.form.movimientos_table.hasFocus()

    ask_what_is_owed(qtbot, filled)
    assert names(filled) == ["ANA", "LUIS", "EVA"]
    assert filled.grid.table.order == NEWEST_FIRST
    assert not filled.acciones.debo.isChecked()


def test_who_owes_nothing_is_told_so(
    qtbot: QtBot, window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    capture(application, sesion, modificacion(nss=NSS_EVA))
    (fila,) = application.movimientos.first_page(sesion, TODOS)
    plan = application.lotes.plan(sesion, [fila.id], OpcionesLote(), NoProgress())
    (lote,) = application.lotes.generate(sesion, plan)
    application.lotes.mark_sent(sesion, lote.id, date(2026, 3, 2))
    application.lotes.mark_received(sesion, lote.id, date(2026, 3, 2))
    application.lotes.mark_approved(sesion, lote.id, date(2026, 3, 2))
    ask_what_is_owed(qtbot, window)
    assert said(window.form.vacia_titulo) == "No debe ningún aviso"
    assert window.form.quitar_vacia_button.isVisible()


def test_an_order_chosen_while_looking_at_what_is_owed_stays(
    qtbot: QtBot, filled: ModuloWindow
) -> None:
    ask_what_is_owed(qtbot, filled)
    assert filled.grid.table.order == Order(ColumnaMovimiento.LIMITE, descending=False)
    header = filled.form.movimientos_table.horizontalHeader()
    header.setSortIndicator(9, Qt.SortOrder.DescendingOrder)
    settled(qtbot, filled)
    assert names(filled) == ["EVA", "ANA", "LUIS"]
    filled.filtro.search()
    settled(qtbot, filled)
    assert names(filled) == ["EVA", "ANA", "LUIS"]
    ask_what_is_owed(qtbot, filled)
    assert filled.grid.table.order == Order(ColumnaMovimiento.SBC, descending=True)


def test_the_states_that_can_be_searched_for_are_those_that_are_shown(
    filled: ModuloWindow,
) -> None:
    combo = filled.form.estado_combo
    assert [combo.itemText(at) for at in range(combo.count())] == [
        "Todos", "Lo que debo", "Pendiente", "En archivo", "Enviado", "Cancelado",
        "Recibido", "Rechazado", "Aprobado",
    ]  # fmt: skip
