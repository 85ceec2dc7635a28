"""Trabajadores: found by a part of the name, and a form that begins with their data."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.modulo.historial import HistorialDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.trabajadores.window import NOBODY, NOT_FOUND, TrabajadoresWindow
from icsoe_desktop.gui.kit.go_to import GoToDialog, destinations
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.valores import TODOS
from tests.gui.idse.comun import (
    NSS_ANA,
    NSS_LUIS,
    OTRO_REGISTRO,
    Key,
    alta,
    capture,
    dialog,
    escape,
)
from tests.support.reposo import until


def opened(window: ModuloWindow) -> TrabajadoresWindow:
    window.lugares.go("trabajadores")
    page = window.findChild(TrabajadoresWindow)
    assert page is not None
    return page


def names(page: TrabajadoresWindow) -> list[str]:
    model = page.table.model
    return [model.row(at).ultimo.nombres for at in range(model.rowCount())]


def test_nobody_and_no_match_say_so_and_enter_opens_the_history(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    page = opened(window)
    until(lambda: page.form.lista_stack.currentWidget() is page.form.vacia_page)
    until(lambda: page.empty.text == NOBODY)
    assert not page.form.alta_button.isEnabled()
    capture(application, sesion, alta(nss=NSS_ANA, nombres="Ana"))
    page.search("zzz")
    until(lambda: page.empty.text == NOT_FOUND)
    page.search("")
    until(lambda: names(page) == ["ANA"])
    page.form.buscar_edit.setFocus()
    QTest.keyClick(page.form.buscar_edit, Key.Key_Return)
    until(lambda: page.form.trabajadores_table.hasFocus())
    QTest.keyClick(page.form.trabajadores_table, Key.Key_Return)
    found = dialog(HistorialDialog)
    until(lambda: found.table.model.rowCount() == 1)
    escape(found)


def test_ir_a_finds_a_person_and_a_lote(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    capture(application, sesion, alta(nss=NSS_ANA, nombres="Ana"))
    capture(
        application, sesion, alta(nss=NSS_LUIS, nombres="Luis", registro_patronal=OTRO_REGISTRO)
    )
    lotes = application.lotes
    ids = [one.id for one in application.movimientos.first_page(sesion, TODOS, None, 9)]
    lotes.generate(sesion, lotes.plan(sesion, ids, OpcionesLote(), NoProgress()))
    window.tareas.lotes_changed.emit()
    lote = lotes.all(sesion)[1]

    def offered(texto: str, name: str) -> GoToDialog:
        window.activateWindow()
        until(window.isActiveWindow)
        QTest.keyClick(window, Key.Key_J, Qt.KeyboardModifier.ControlModifier)
        found = dialog(GoToDialog)
        QTest.keyClicks(found.form.buscar_edit, texto)
        until(lambda: name in [row.text(0) for row in rows_of(found)])
        assert rows_of(found)[-1].text(0) == f"Buscar a «{texto}»"
        return found

    person = offered("luis", "MUÑOZ RÍOS, LUIS")
    assert rows_of(person)[0].text(2) == "9876 54 3210 3"
    QTest.keyClick(person.form.buscar_edit, Key.Key_Return)
    until(lambda: window.pages.current == "trabajadores")
    page = window.findChild(TrabajadoresWindow)
    assert page is not None
    until(lambda: names(page) == ["LUIS"])
    assert page.form.buscar_edit.text() == NSS_LUIS

    (lotes_page,) = [one for one in destinations(window) if one.name == "Lotes"]
    lotes_page.action.trigger()
    assert (window.pages.current, window.pestanas.on_lotes) == ("", True)

    file = offered(lote.nombre_archivo[:11], lote.nombre_archivo)
    QTest.keyClick(file.form.buscar_edit, Key.Key_Return)
    until(lambda: window.pages.current == "")
    until(lambda: window.lotes.table.selected() == lote)


def rows_of(found: GoToDialog) -> list[QTreeWidgetItem]:
    tree = found.form.acciones_tree
    return [item for at in range(tree.topLevelItemCount()) if (item := tree.topLevelItem(at))]
