"""Modificar salarios as a person meets it: with the keyboard, from the reason to the file."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QWidget
from shiboken6 import isValid

from icsoe_desktop.domain import dispmag
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.domain.salarios.razones import Razon
from icsoe_desktop.domain.valores_legales.valores import Concepto
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.importacion.importaciones import ImportacionesDialog
from icsoe_desktop.gui.idse.importacion.problemas import PROBLEMAS
from icsoe_desktop.gui.idse.importacion.window import ImportacionMovimientosDialog
from icsoe_desktop.gui.idse.lotes.generar_window import GenerarDialog
from icsoe_desktop.gui.idse.modificar_salarios import presenter
from icsoe_desktop.gui.idse.modificar_salarios.entradas import NOBODY_PASTED, SALARIO, SBC_NUEVO
from icsoe_desktop.gui.idse.modificar_salarios.presenter import WRONG_FIELDS
from icsoe_desktop.gui.idse.modificar_salarios.table import (
    COLUMNS,
    EVERYBODY,
    ODD,
    PLACES,
    PROPOSED,
    TICK,
)
from icsoe_desktop.gui.idse.modificar_salarios.window import ModificarSalariosWindow
from icsoe_desktop.gui.kit import tables
from icsoe_desktop.services.valores_legales.limites import limites_of
from tests.conftest import Reloj
from tests.gui.conftest import drag, drop, press
from tests.gui.idse.comun import Key, choose_path, dialog, escape, focused, gone, opened, said
from tests.services.con_movimientos import contents
from tests.services.salarios.enero import (
    CAP_2026,
    EL_CUATRO,
    GRANDE,
    PEQUENA,
    Oficina,
    altas,
    open_office,
    type_values,
    variable_pay,
)
from tests.support.reposo import until

NONE = Qt.KeyboardModifier.NoModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Window = ModificarSalariosWindow


def ready(window: Window) -> None:
    until(lambda: not window._presenter.state.working and not window._typing.isActive())


def choose(window: Window, razon: Razon, shown: int | None = None) -> None:
    combo = window.form.razon_combo
    combo.setCurrentIndex(combo.findData(razon))
    ready(window)
    if shown is not None:
        window.form.mostrar_combo.setCurrentIndex(shown)


def shown(window: Window, title: str = "Nombre") -> list[str]:
    model = window.model
    return [model.index(at, PLACES[title]).data() for at in range(model.rowCount())]


def put(window: Window, at: int, title: str, text: str) -> None:
    """Types into a cell: F2, the text, Enter."""
    table = window.form.cambios_table
    table.setFocus()
    table.setCurrentIndex(window.model.index(at, PLACES[title]))
    QTest.keyClick(table, Key.Key_F2)
    editor = next(one for one in table.findChildren(QLineEdit) if one.isVisible())
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Key.Key_Return)
    until(lambda: not isValid(editor) or not editor.isVisible())


def totals(window: Window) -> tuple[int, int]:
    """Ticked rows, and those of them without an SBC."""
    totales = window._presenter.state.totales
    assert totales is not None
    return totales.elegidos, totales.incompletos


def pending(context: Context) -> int:
    rows = contents(context.application.store)["movimientos"]
    return len(rows) - PEQUENA.todos


def active(window: QWidget) -> bool:
    """As the system makes it once the file dialog is gone."""
    window.activateWindow()
    return window.isActiveWindow()


class Hands:
    """Counts each thing that is done: one key with its modifiers, or one text typed."""

    def __init__(self) -> None:
        self.done = 0

    def key(self, widget: QWidget, key: Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.done += 1
        QTest.keyClick(widget, key, modifiers)

    def choose_file(self, path: Path) -> None:
        self.done += 1
        choose_path(path)


@pytest.mark.parametrize("oficina", [PEQUENA, pytest.param(GRANDE, marks=pytest.mark.larga)])
def test_a_rehearsed_january_takes_ten_keys_from_the_menu_to_the_files(
    context: Context, reloj: Reloj, tmp_path: Path, oficina: Oficina
) -> None:
    reloj.now = EL_CUATRO
    application, sesion = context.application, context.require_sesion()
    importacion = application.importacion_movimientos
    open_office(oficina, application.store, sesion, importacion, tmp_path)
    sheet = variable_pay(oficina, tmp_path)
    files = tmp_path / "para IDSE"
    files.mkdir()
    context.preferences.remember_folder("lotes", str(files / "x.txt"))
    modulo, hands = opened(context), Hands()
    hands.key(modulo, Key.Key_S, CTRL | SHIFT)
    until(lambda: bool(modulo.findChildren(Window)))
    (window,) = modulo.findChildren(Window)
    until(lambda: window.form.crear_button.isEnabled())
    assert (window._razon, window.fecha.value) == (Razon.MINIMO, date(2027, 1, 1))
    assert totals(window) == (oficina.bajo, 0)
    hands.key(window, Key.Key_L, ALT)
    hands.choose_file(sheet)
    expected = oficina.bajo + oficina.variables
    until(lambda: totals(window) == (expected, 0))
    ready(window)
    until(lambda: active(modulo))
    hands.key(window, Key.Key_Return, CTRL)
    preview = dialog(ImportacionMovimientosDialog)
    until(lambda: preview.focusWidget() is preview.form.importar_button)
    assert not preview._presenter.state.vista.problemas  # type: ignore[union-attr]
    hands.key(preview.form.importar_button, Key.Key_Return)
    box = dialog(QMessageBox)
    assert f"Se crearon {expected:,} avisos." in box.text()
    hands.key(box, Key.Key_Return)
    generar = dialog(GenerarDialog)
    until(lambda: generar.focusWidget() is generar.form.generar_button)
    hands.key(generar.form.generar_button, Key.Key_Return)
    until(lambda: gone(generar))
    assert hands.done <= 10, "the issue's own bound"
    assert hands.done == 7
    with application.store.read() as db:
        limites = limites_of(db)
    lines = 0
    for path in files.iterdir():
        for one in dispmag.read(iter([path.read_bytes()]), limites):
            assert not one.problemas
            lines += isinstance(one, MovimientoLeido)
    assert (lines, len(list(files.iterdir()))) == (expected, 2)
    # All of them are done: nobody is ticked any more.
    until(lambda: totals(window) == (0, 0))
    modulo.close()


def test_a_rehearsed_february_proposes_those_at_the_old_cap_and_none_else(window: Window) -> None:
    choose(window, Razon.TOPE)
    assert window.fecha.value == date(2027, 2, 1)
    assert set(shown(window, "SBC de hoy")) == {f"{CAP_2026 / 100:,.2f}"}
    assert totals(window) == (PEQUENA.tope, PEQUENA.tope)
    press(window, f"Crear {PEQUENA.tope} avisos")
    assert "de 2 marcados no se sabe el SBC nuevo" in said(window.form.mensaje_label)
    table = window.form.cambios_table
    assert table.currentIndex().column() == PLACES[SALARIO], "where it is to be typed"
    put(window, 0, SALARIO, "3900")
    assert said(window.form.mensaje_label) == "", "it was of the rows as they were"
    QGuiApplication.clipboard().setText("4000.00\n2,850.00\n")
    QTest.keyClick(table, Key.Key_V, CTRL)
    ready(window)
    assert sorted(shown(window, SBC_NUEVO)) == ["2,998.49", "3,050.00"]
    assert totals(window) == (2, 0)


def test_rows_are_ticked_edited_and_cleared_with_the_keyboard(window: Window) -> None:
    choose(window, Razon.PORCENTAJE)
    assert totals(window) == (0, 0)
    window.form.porcentaje_edit.setText("10")
    ready(window)
    table = window.form.cambios_table
    table.setFocus()
    table.selectAll()
    QTest.keyClick(table, Key.Key_Space)
    assert totals(window) == (PEQUENA.todos, 0)
    assert set(shown(window, "Diferencia")) != {""}
    QTest.keyClick(table, Key.Key_Space)
    assert totals(window) == (0, 0)
    before = shown(window, SBC_NUEVO)
    put(window, 3, SBC_NUEVO, "1,234.56")
    assert shown(window, SBC_NUEVO)[3] == "1,234.56"
    assert totals(window) == (1, 0)
    put(window, 3, SBC_NUEVO, "mil")
    assert shown(window, SBC_NUEVO)[3] == "1,234.56"
    assert said(window.form.detalle_label).startswith("«mil» no es un importe")
    put(window, 4, SALARIO, "500")
    assert shown(window, "Factor")[4] == "1.0521"
    put(window, 4, "Fecha", "31/12/9999")
    assert said(window.form.detalle_label).startswith("«31/12/9999» no es una fecha")
    put(window, 4, "Fecha", "15/01/2027")
    assert shown(window, "Fecha")[4] == "15/01/2027"
    assert shown(window, "Último día")[4] == "22/01/2027"
    table.clearSelection()
    table.selectRow(3)
    QTest.keyClick(table, Key.Key_Delete)
    ready(window)
    assert shown(window, SBC_NUEVO)[3] == before[3]
    # Where Ctrl+Home goes nothing is selected.
    table.clearSelection()
    QTest.keyClick(table, Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert not window.rows.selected_places()
    QTest.keyClick(table, Key.Key_Space)
    assert window.model.row(0).elegido
    # The mouse ticks one.
    index = window.model.index(6, TICK)
    assert window.model.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert window.model.row(6).elegido


def test_ticking_all_of_them_is_one_change_and_one_entry(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ten thousand are ticked: in the queue, with one signal, and with nothing for each row."""
    monkeypatch.setattr(presenter, "AT_ONCE", 1)
    choose(window, Razon.PORCENTAJE)
    signals: list[str] = []
    model = window.model
    for name in ("dataChanged", "layoutChanged", "modelReset"):
        getattr(model, name).connect(lambda *_, name=name: signals.append(name))
    press(window, "Marcar lo mostrado")
    ready(window)
    assert totals(window) == (PEQUENA.todos, 0)
    assert signals == ["dataChanged"]
    assert len({id(row.entrada) for row in window._presenter.state.rows}) == 1


def test_a_closed_window_keeps_no_row(window: Window) -> None:
    """The window itself goes with the next collection of all garbage, minutes later."""
    choose(window, Razon.PORCENTAJE)
    row = window.model.row(0)
    window.leave()
    held = sys.getrefcount(row)
    # By `row` and by the call.
    assert held == 2


def test_a_changed_percentage_keeps_the_order_and_what_was_typed(window: Window) -> None:
    choose(window, Razon.PORCENTAJE)
    table = window.form.cambios_table
    table.sortByColumn(PLACES["SBC de hoy"], Qt.SortOrder.DescendingOrder)
    names = shown(window)
    put(window, 0, SBC_NUEVO, "2000")
    table.setFocus()
    table.selectRow(1)
    QTest.keyClick(table, Key.Key_Space)
    window.form.porcentaje_edit.setText("4.5")
    ready(window)
    assert shown(window) == names
    assert shown(window, SBC_NUEVO)[0] == "2,000.00"
    today = float(shown(window, "SBC de hoy")[5].replace(",", ""))
    assert shown(window, SBC_NUEVO)[5] == f"{round(today * 1.045 + 1e-9, 2):,.2f}"
    assert totals(window) == (2, 0)
    text = said(window.form.totales_label)
    # An amount is not broken between two lines.
    assert text.startswith("2 marcados de 30 · SBC de un día: $\N{NO-BREAK SPACE}")


def test_the_list_is_searched_filtered_and_copied(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = window.form
    choose(window, Razon.PORCENTAJE)
    someone = window.model.row(4).empleo
    form.buscar_edit.setText(f"{someone.primer_apellido.lower()} {someone.nombres.lower()}")
    until(lambda: not window._searching.isActive())
    assert window.model.rowCount() == 1
    form.buscar_edit.setText(someone.nss[3:])
    until(lambda: not window._searching.isActive())
    assert shown(window, "NSS") == [
        f"{someone.nss[:4]} {someone.nss[4:6]} {someone.nss[6:10]} {someone.nss[10]}"
    ]
    form.buscar_edit.setFocus()
    QTest.keyClick(form.buscar_edit, Key.Key_Down)
    until(form.cambios_table.hasFocus)
    form.cambios_table.selectRow(0)
    window.rows.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == [column.title for column in COLUMNS]
    assert someone.nss in lines[1]
    form.buscar_edit.clear()
    until(lambda: window.model.rowCount() == PEQUENA.todos)
    # All of them are copied by parts, and painting the header does not ask each selected row.
    monkeypatch.setattr(tables, "COPIED_AT_ONCE", 7)
    form.cambios_table.selectAll()
    window.rows.copy()
    until(lambda: len(QGuiApplication.clipboard().text().splitlines()) == 1 + PEQUENA.todos)
    header = form.cambios_table.horizontalHeader()
    assert header.selectionModel() is not form.cambios_table.selectionModel()
    form.mostrar_combo.setCurrentIndex(PROPOSED)
    until(lambda: not window._searching.isActive())
    assert window.model.rowCount() == 0
    assert window.empty.shown
    form.mostrar_combo.setCurrentIndex(EVERYBODY)
    window._presenter.tick(window.model.claves([0]), True)
    form.mostrar_combo.setCurrentIndex(PROPOSED)
    assert window.model.rowCount() == 1
    press(window, "Quitar marcas")
    choose(window, Razon.MINIMO, ODD)
    assert window.model.rowCount() == PEQUENA.de_oficio
    registros = form.registro_combo
    registros.setCurrentIndex(1)
    ready(window)
    form.mostrar_combo.setCurrentIndex(EVERYBODY)
    assert set(shown(window, "Registro patronal")) == {registros.currentText()}


def test_a_column_is_pasted_by_nss_or_from_the_row_down(window: Window) -> None:
    choose(window, Razon.PORCENTAJE)
    clipboard, table = QGuiApplication.clipboard(), window.form.cambios_table
    rows = [window.model.row(at).empleo for at in range(3)]
    clipboard.setText(
        "NSS\tSueldo\r\n"
        f"{rows[2].nss}\t400.00\r\n{rows[0].nss}\tcuatrocientos\r\n10000000008\t1.00\r\n"
    )
    press(window, "Pegar")
    ready(window)
    assert shown(window, SALARIO)[:3] == ["", "", "400.00"]
    assert window.model.row(0).observaciones[0].startswith("«cuatrocientos» no es un importe")
    assert said(window.form.mensaje_label) == (
        "Se tomaron 2 renglones de lo copiado en «Salario diario». Con un NSS que no está en la "
        "lista: 1 renglón."
    )
    last = window.model.rowCount() - 1
    table.setCurrentIndex(window.model.index(last, PLACES[SBC_NUEVO]))
    clipboard.setText("600.00\n700.00\n800.00")
    press(window, "Pegar")
    ready(window)
    assert shown(window, SBC_NUEVO)[last] == "600.00"
    assert "Sobraron 2 renglones" in said(window.form.mensaje_label)
    clipboard.setText("\n")
    press(window, "Pegar")
    ready(window)
    assert said(window.form.mensaje_label) == NOBODY_PASTED


def test_a_sheet_is_dropped_and_who_is_not_found_comes_first(
    window: Window, tmp_path: Path
) -> None:
    choose(window, Razon.HOJA)
    known = next(altas(PEQUENA))
    path = tmp_path / "hoja.csv"
    path.write_text(f"NSS,SBC\n{known.nss},777.00\n10000000008,500.00\n", "utf-8")
    assert drag(window, path)
    drop(window, path)
    until(lambda: window.model.rowCount() == PEQUENA.todos + 1)
    ready(window)
    assert "Sin usar: 1 renglón" in said(window.form.mensaje_label)
    window.form.cambios_table.sortByColumn(PLACES["Observaciones"], Qt.SortOrder.AscendingOrder)
    loose = next(r for r in window._presenter.state.rows if r.empleo.nota)
    assert loose.textos[0].startswith("Renglón 3: el programa no tiene ningún aviso")
    assert totals(window) == (1, 0)
    window.rows.select(loose)
    window.form.cambios_table.setFocus()
    QTest.keyClick(window.form.cambios_table, Key.Key_Space)
    assert totals(window) == (1, 0), "it cannot be ticked"
    path.write_text("x", "utf-8")
    assert drag(window, path)
    drop(window, path)
    box = dialog(QMessageBox)
    assert "NSS" in box.text()
    escape(box)
    # Read again, the same row does not come twice.
    path.write_text(f"NSS,SBC\n{known.nss},778.00\n10000000008,500.00\n", "utf-8")
    assert drag(window, path)
    drop(window, path)
    until(lambda: "778.00" in shown(window, SBC_NUEVO))
    assert window.model.rowCount() == PEQUENA.todos + 1


def test_a_year_without_its_value_leads_to_valores_and_back(
    context: Context, reloj: Reloj, tmp_path: Path
) -> None:
    reloj.now = EL_CUATRO
    application, sesion = context.application, context.require_sesion()
    store = application.store
    open_office(PEQUENA, store, sesion, application.importacion_movimientos, tmp_path)
    valores = application.valores_legales
    valores.remove(sesion, Concepto.GENERAL, date(2027, 1, 1))
    modulo = opened(context)
    window = context.shell.open("modificar_salarios", sesion, modulo)
    assert isinstance(window, Window)
    until(lambda: window._presenter.state.faltan != ())
    form = window.form
    assert said(form.faltan_label).startswith("Falta el salario mínimo de 2027.")
    assert window.model.rowCount() == 0
    assert not form.crear_button.isEnabled()
    press(window, "Ir a Valores")
    until(lambda: modulo.pages.current == "valores_legales")
    type_values(store, sesion)
    modulo.lugares.go("modificar_salarios")
    until(lambda: window.model.rowCount() > 0)
    assert said(form.faltan_label) == ""
    modulo.close()


def test_esc_at_each_step_leaves_nothing(window: Window, office: Context) -> None:
    before = contents(office.application.store)
    window.create_notices()
    preview = dialog(ImportacionMovimientosDialog)
    hidden = map(preview.form.problemas_table.isColumnHidden, range(len(PROBLEMAS)))
    assert list(hidden) == [True, True, True, False]  # no line of a file, but what of whom
    escape(preview)
    assert contents(office.application.store) == before
    put(window, 0, SALARIO, "500")
    QTest.keyClick(window.form.cambios_table, Key.Key_Escape)
    box = dialog(QMessageBox)
    assert "los salarios que escribió o leyó" in box.text()
    escape(box)
    assert shown(window, SALARIO)[0] == "500.00"
    QTest.keyClick(window, Key.Key_Escape)
    press(dialog(QMessageBox), "Descartar cambios")
    until(lambda: gone(window))
    assert contents(office.application.store) == before


def test_what_was_created_is_undone_in_importaciones(window: Window, office: Context) -> None:
    window.create_notices()
    preview = dialog(ImportacionMovimientosDialog)
    until(lambda: preview.form.importar_button.hasFocus())
    press(preview, f"Importar {PEQUENA.bajo} movimientos")
    escape(dialog(QMessageBox))
    assert pending(office) == PEQUENA.bajo
    importaciones = ImportacionesDialog(office, window)
    importaciones.open()
    until(lambda: importaciones.table.selected() is not None)
    chosen = importaciones.table.selected()
    assert chosen is not None
    assert chosen.archivos == "Modificación de salarios: salario mínimo, 01/01/2027"
    importaciones.form.deshacer_button.click()
    press(dialog(QMessageBox), "Deshacer importación")
    until(lambda: pending(office) == 0)
    importaciones.reject()


@pytest.mark.parametrize(
    ("campo", "text", "start"),
    [
        ("porcentaje", "diez", "Escriba sólo el número"),
        ("porcentaje", "-100", "El porcentaje va de más de -100"),
        ("prima", "25", "La prima vacacional va como fracción. ¿Quiso decir 0.25"),
        ("aguinaldo", "400", "Los días de aguinaldo van de 0 a 365"),
        ("fecha", "31/02/2027", "Esa fecha no existe"),
        ("fecha", "", "Escriba desde qué día"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_created(
    window: Window, office: Context, campo: str, text: str, start: str
) -> None:
    choose(window, Razon.PORCENTAJE)
    press(window, "Marcar lo mostrado")
    edit = getattr(window.form, f"{campo}_edit")
    edit.setFocus()
    edit.setText(text)
    QTest.keyClick(edit, Key.Key_Tab)
    until(lambda: said(getattr(window.form, f"{campo}_error")).startswith(start))
    window.create_notices()
    assert said(window.form.mensaje_label) == WRONG_FIELDS
    assert pending(office) == 0


def test_anniversaries_have_days_of_their_own(window: Window) -> None:
    choose(window, Razon.ANIVERSARIO)
    form = window.form
    assert form.hasta_panel.isVisible()
    assert not form.porcentaje_panel.isVisible()
    assert totals(window) == (0, 0)
    form.fecha_edit.setText("01/03/2027")
    form.hasta_edit.setText("31/03/2027")
    until(lambda: totals(window)[0] > 0)
    assert set(shown(window, "Fecha")) == {"04/03/2027"}
    assert set(shown(window, "Factor")) == {"1.0534"}
    form.hasta_edit.setText("28/02/2027")
    until(lambda: said(form.hasta_error) != "")


def test_a_session_that_only_looks_has_no_such_window(office: Context) -> None:
    modulo = opened(office.shell.context(SESION_CONSULTA))
    titles = [action.text() for action in modulo.findChildren(type(modulo.acciones.importar))]
    assert not any("Modificar sa" in title for title in titles)
    modulo.close()


def test_space_in_a_cell_that_is_typed_in_is_a_letter(window: Window) -> None:
    table = window.form.cambios_table
    table.setFocus()
    table.setCurrentIndex(window.model.index(0, PLACES[SALARIO]))
    before = totals(window)
    QTest.keyClick(table, Key.Key_5)
    (editor,) = table.findChildren(QLineEdit)
    QApplication.sendEvent(editor, QKeyEvent(QEvent.Type.KeyPress, Key.Key_Space, NONE, " "))
    assert totals(window) == before
    assert focused(window) is not None
