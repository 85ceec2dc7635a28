"""Windows of the registry as pages of the module: nothing typed is lost on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QTableView,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.gui.base.pages import Trail
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.windows import WINDOWS
from icsoe_desktop.gui.idse.modulo.filtro import LOTES_TAB
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.gui.kit.fields import room_on_screen
from icsoe_desktop.gui.kit.go_to import destinations
from tests.gui.conftest import press
from tests.gui.idse.comun import opened
from tests.support.reposo import settle

Box = Callable[[], QMessageBox]
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
PAGES = [entry.key for entry in WINDOWS if entry.page]


@pytest.fixture
def module(qtbot: QtBot, context: Context) -> ModuloWindow:
    window = opened(context)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def page(context: Context, module: ModuloWindow, key: str) -> QWidget:
    found = context.shell.open(key, context.sesion, module)
    settle()
    return found


def registros(context: Context, module: ModuloWindow) -> RegistrosPatronalesWindow:
    found = page(context, module, "registros_patronales")
    assert isinstance(found, RegistrosPatronalesWindow)
    return found


def key(module: ModuloWindow, which: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or module, which, modifier)
    settle()


class TestTrail:
    def test_one_goes_back_and_forward_over_what_was_shown(self) -> None:
        trail = Trail()
        for place in ("tablero", "movimientos", "usuarios"):
            trail.visit(place)
        assert [trail.step(-1), trail.step(-1), trail.step(-1)] == ["movimientos", "tablero", ""]
        assert [trail.step(1), trail.step(1), trail.step(1)] == ["movimientos", "usuarios", ""]

    def test_a_new_place_ends_what_lay_ahead(self) -> None:
        trail = Trail()
        for place in ("tablero", "movimientos"):
            trail.visit(place)
        trail.step(-1)
        trail.visit("usuarios")
        assert trail.step(1) == ""
        assert trail.step(-1) == "tablero"

    def test_a_closed_place_is_met_no_more(self) -> None:
        trail = Trail()
        for place in ("tablero", "usuarios", "tablero", "usuarios"):
            trail.visit(place)
        assert trail.forget("usuarios") == "tablero"
        assert (trail.step(-1), trail.step(1)) == ("", "")

    def test_the_last_place_closed_leaves_nowhere(self) -> None:
        trail = Trail()
        trail.visit("usuarios")
        assert trail.forget("usuarios") == ""
        assert trail.here == ""


@pytest.mark.parametrize("which", PAGES)
def test_a_page_opens_inside_the_module_and_esc_leads_back(
    which: str, context: Context, module: ModuloWindow, qtbot: QtBot
) -> None:
    """With its foot in sight at the first start's size, and no letter that a menu has too."""
    module.resize(1280, 760)
    menus = module.menuBar().actions()
    before, titles = module.form.areas_stack.currentWidget(), [action.text() for action in menus]
    found = page(context, module, which)
    assert found.window() is module
    assert found.isVisible()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert found.isAncestorOf(focus)
    assert module.form.lateral_list.currentItem().text()
    buttons = found.findChildren(QAbstractButton)
    (button,) = [b for b in buttons if b.text().replace("&", "") == "Cerrar" and b.isVisible()]
    below = button.mapTo(module, button.rect().bottomLeft()).y()
    assert below < module.statusBar().geometry().top()
    # A menu whose letters are all taken is reached by Alt alone and the arrows.
    letters = [one for action in menus if (one := letter(action.text()))]
    assert len(set(letters)) == len(letters)
    inside = [one.text() for one in (*found.findChildren(QLabel), *buttons)]
    assert not set(letters) & {letter(text) for text in inside}
    QTest.keyClick(found, Qt.Key.Key_Escape)
    settle()
    for box in QApplication.topLevelWidgets():
        if isinstance(box, QMessageBox) and box.isVisible():
            box.defaultButton().click()
    qtbot.waitUntil(lambda: not isValid(found))
    assert module.form.areas_stack.currentWidget() is before
    assert module.pages.page(which) is None
    assert [action.text() for action in menus] == titles


def test_no_menu_has_a_letter_twice(module: ModuloWindow) -> None:
    for bar in module.menuBar().actions():
        menu = bar.menu()
        assert isinstance(menu, QMenu)
        letters = [one for action in menu.actions() if (one := letter(action.text()))]
        assert sorted(set(letters)) == sorted(letters), bar.text()


def letter(text: str) -> str:
    return QKeySequence.mnemonic(text).toString()


def test_what_is_typed_stays_while_another_page_is_shown(
    context: Context, module: ModuloWindow
) -> None:
    window = registros(context, module)
    edit = window.findChild(QLineEdit, "razon_social_edit")
    QTest.keyClicks(edit, "Herrer")
    page(context, module, "bitacora")
    assert not window.isVisible()
    key(module, Qt.Key.Key_Left, ALT)
    assert window.isVisible()
    assert edit.text() == "Herrer"
    key(module, Qt.Key.Key_Right, ALT)
    assert module.pages.current == "bitacora"


def test_a_closed_page_opens_anew_at_once(context: Context, module: ModuloWindow) -> None:
    """Also while the closed one waits to be deleted."""
    first = context.shell.open("bitacora", context.sesion, module)
    assert isinstance(first, QDialog)
    first.reject()
    again = context.shell.open("bitacora", context.sesion, module)
    assert again is not first
    assert again.isVisible()
    assert module.pages.current == "bitacora"


def test_opening_a_page_again_brings_the_same_one(context: Context, module: ModuloWindow) -> None:
    window = registros(context, module)
    page(context, module, "bitacora")
    assert registros(context, module) is window
    assert window.isVisible()


def test_the_module_asks_before_it_closes_over_unsaved_changes(
    context: Context, module: ModuloWindow, message_box: Box, qtbot: QtBot
) -> None:
    window = registros(context, module)
    QTest.keyClicks(window.findChild(QLineEdit, "razon_social_edit"), "Herrer")
    page(context, module, "bitacora")
    assert not module.close()
    box = message_box()
    assert window.isVisible()
    press(box, "Seguir editando")
    settle()
    assert module.isVisible()
    assert window.isVisible()
    assert not module.close()
    press(message_box(), "Descartar cambios")
    qtbot.waitUntil(lambda: not isValid(module))


def test_closing_the_session_asks_as_well(
    context: Context, module: ModuloWindow, message_box: Box, qtbot: QtBot
) -> None:
    window = registros(context, module)
    QTest.keyClicks(window.findChild(QLineEdit, "razon_social_edit"), "Herrer")
    with qtbot.assertNotEmitted(context.shell.left):
        key(module, Qt.Key.Key_W, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(context.shell.left):
        press(message_box(), "Descartar cambios")


def test_clean_pages_do_not_hold_the_module(
    context: Context, module: ModuloWindow, qtbot: QtBot
) -> None:
    for which in ("bitacora", "respaldo"):
        page(context, module, which)
    module.close()
    qtbot.waitUntil(lambda: not isValid(module))


def test_a_page_that_is_deleted_out_of_sight_is_forgotten(
    context: Context, module: ModuloWindow
) -> None:
    """It goes without `finished`; the module stumbled over it at its own end, and crashed."""
    hidden = page(context, module, "respaldo")
    module.lugares.show_movimientos()
    hidden.deleteLater()
    QApplication.sendPostedEvents(hidden, QEvent.Type.DeferredDelete)
    assert not isValid(hidden)
    assert module.pages.page("respaldo") is None
    assert module.close()


def test_a_key_that_the_page_uses_is_the_pages_alone(
    context: Context, module: ModuloWindow
) -> None:
    """Ctrl+E exports the bitácora there, and the movements once they are back."""
    exportar = module.acciones.exportar
    assert exportar.shortcut().toString() == "Ctrl+E"
    window = page(context, module, "bitacora")
    assert not exportar.isEnabled()
    ours = [action for action in module.findChildren(type(exportar)) if action.isEnabled()]
    keys = [one.toString() for action in ours for one in action.shortcuts() if not one.isEmpty()]
    assert len(keys) == len(set(keys)), sorted(keys)
    assert isinstance(window, QDialog)
    window.reject()
    settle()
    module.lugares.show_movimientos()
    assert exportar.isEnabled()
    assert exportar.shortcut().toString() == "Ctrl+E"


def test_a_page_that_closes_is_noticed_by_the_one_that_opened_it(
    context: Context, module: ModuloWindow, qtbot: QtBot
) -> None:
    """Certificados reads the registros patronales again once their page has gone."""
    certificados = page(context, module, "certificados")
    press(certificados, "Agregar registro patronal…")
    settle()
    window = registros(context, module)
    for name, text in (
        ("registro_patronal_edit", "Y6077636105"),
        ("razon_social_edit", "Herreria Imaginaria SA de CV"),
        ("rfc_edit", "HIM010203AB1"),
    ):
        QTest.keyClicks(window.findChild(QLineEdit, name), text)
    press(window, "Guardar")
    settle()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    settle()
    assert module.pages.current == "certificados"
    combo = certificados.findChild(QComboBox, "registro_combo")
    qtbot.waitUntil(lambda: combo.count() == 1)


def test_any_page_is_found_by_typing_a_part_of_its_name(
    context: Context, module: ModuloWindow, qtbot: QtBot
) -> None:
    names = [one.name for one in destinations(module)]
    assert "Usuarios" in names
    assert "Borrar movimientos" not in names, "it may not be done now"
    assert len(names) == len(set(names)), sorted(names)
    key(module, Qt.Key.Key_J, CONTROL)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    edit = dialog.findChild(QLineEdit, "buscar_edit")
    tree = dialog.findChild(QTreeWidget, "acciones_tree")
    QTest.keyClicks(edit, "xz")
    assert tree.topLevelItemCount() == 0
    edit.clear()
    QTest.keyClicks(edit, "mo")
    first = tree.currentItem().text(0)
    QTest.keyClick(edit, Qt.Key.Key_Down)
    assert tree.currentItem().text(0) != first, "arrows choose among what was found"
    assert edit.hasFocus()
    assert edit.text() == "mo"
    edit.clear()
    QTest.keyClicks(edit, "bitacora")
    assert tree.currentItem().text(0) == "Bitácora"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: module.pages.current == "bitacora")


def test_a_list_of_a_page_fills_it_and_the_rows_out_of_sight_are_not_touched(
    context: Context, module: ModuloWindow
) -> None:
    """Also after the window was narrow, when the last column kept only its heading's width."""
    window, acciones = page(context, module, "usuarios"), module.acciones
    for action in (acciones.borrar, acciones.editar, acciones.copiar, acciones.historial):
        assert not action.isEnabled()
    (view,) = (one for one in window.findChildren(QTableView) if one.isVisible())
    header = view.horizontalHeader()
    for width in (1366, 960, 1600):
        module.resize(width, 690)
        settle()
    assert header.length() == view.viewport().width()


def test_the_module_opens_within_a_screen_that_is_narrow(context: Context) -> None:
    window = context.shell.open("modulo", context.require_sesion())
    room = room_on_screen(window)
    settle()
    assert window.width() <= max(room.width(), window.minimumSizeHint().width())


def test_enter_presses_the_button_in_focus_on_a_page_and_in_the_window(
    context: Context, module: ModuloWindow
) -> None:
    window = registros(context, module)
    pressed: list[str] = []
    window.form.guardar_button.clicked.connect(lambda: pressed.append("guardar"))
    window.form.nuevo_button.clicked.connect(lambda: pressed.append("nuevo"))
    window.form.nuevo_button.setFocus()
    QTest.keyClick(window.form.nuevo_button, Qt.Key.Key_Return)
    window.close()
    module.form.pestanas_tabs.setCurrentIndex(LOTES_TAB)
    settle()
    button = module.lotes.form.ver_button
    button.clicked.connect(lambda: pressed.append("ver"))
    button.setEnabled(True)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == ["nuevo", "ver"]
