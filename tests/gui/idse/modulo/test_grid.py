"""The grid of movements: what it shows, how it is searched and ordered."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.idse.modulo.historial import HistorialDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.kit.paged import HeldRows
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.tablero.service import Cifra
from tests.gui.conftest import press
from tests.gui.idse.comun import (
    NSS_ANA,
    Box,
    Key,
    alta,
    capture,
    cells,
    column,
    dialog,
    escape,
    focused,
    gone,
    names,
    said,
    settled,
    show_tab,
    visible,
)
from tests.support.reposo import until


def test_an_empty_module_says_what_belongs_here_and_offers_the_first_steps(
    window: ModuloWindow,
) -> None:
    form = window.form
    assert said(form.vacia_titulo) == "Aún no hay movimientos"
    assert form.importar_button.isVisible()
    assert form.capturar_button.isVisible()
    assert form.registros_button.isVisible()
    assert not form.quitar_vacia_button.isVisible()
    assert not form.movimientos_table.isVisible()
    assert said(form.cuenta_label) == "0 movimientos"


def test_the_grid_shows_the_newest_first_as_people_write_it(filled: ModuloWindow) -> None:
    assert visible(filled) == [
        (
            "Alta o reingreso", "Urge desde 27/02", "Pendiente", "", "ANA", "MUÑOZ", "RÍOS",
            "05/03/2026", "Y54 12345 10 9", "1234 56 7890 3", "$ 450.50", "27/02/2026",
            "", "021", "Permanente", "Fijo", "Normal", "", "", "", "", "", "",
        ),
        (
            "Baja", "En plazo", "Pendiente", "", "LUIS", "PAZ", "", "05/03/2026", "Y54 12345 10 9",
            "9876 54 3210 3", "", "26/02/2026", "", "", "", "", "", "Separación voluntaria",
            "", "", "", "", "",
        ),
        (
            "Mod. de salario", "Tarde", "Pendiente", "", "EVA", "ÁNGELES", "RÍOS", "08/09/2025",
            "Y54 12345 10 9", "1122 33 4455 4", "$ 1,234.56", "01/09/2025", "", "", "",
            "Fijo", "Normal", "", "", "", "", "", "",
        ),
    ]  # fmt: skip
    assert said(filled.form.cuenta_label) == "3 movimientos"
    model = filled.form.movimientos_table.model()
    right = model.index(0, 10).data(Qt.ItemDataRole.TextAlignmentRole)
    assert right & Qt.AlignmentFlag.AlignRight


def test_each_tab_shows_its_kind(filled: ModuloWindow) -> None:
    tabs = filled.form.pestanas_tabs
    labels = [tabs.tabText(at).replace("&", "") for at in range(tabs.count())]
    assert labels == ["Reingresos", "Mod. Salarios", "Bajas", "Todos", "Lotes"]
    shown = {}
    for name in labels[:4]:
        show_tab(filled, name)
        shown[name] = names(filled)
    assert shown == {
        "Reingresos": ["ANA"],
        "Mod. Salarios": ["EVA"],
        "Bajas": ["LUIS"],
        "Todos": ["ANA", "LUIS", "EVA"],
    }


def test_the_columns_of_a_tab_come_with_its_rows(filled: ModuloWindow) -> None:
    view = filled.form.movimientos_table
    filled.form.pestanas_tabs.setCurrentIndex(0)
    assert not view.isColumnHidden(0), "the rows of the former tab are still there"
    settled(filled)
    assert view.isColumnHidden(0)


class Paintings(QObject):
    """How often the rows were painted, and the table was given another size."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self.rows = self.sizes = 0
        for watched in (view, view.viewport()):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.rows += event.type() == QEvent.Type.Paint and watched is not self._view
        self.sizes += event.type() == QEvent.Type.Resize and watched is self._view
        return False


def test_a_search_paints_its_first_page_and_its_complete_list_and_lays_nothing_out(
    filled: ModuloWindow,
) -> None:
    QApplication.processEvents()
    model, first_page = filled.grid.table.model, []
    seen, arrived = Paintings(filled.form.movimientos_table), []

    def note() -> None:
        arrived.append(type(model.snapshot))
        if arrived[-1] is HeldRows:
            first_page.append(names(filled))

    model.arrived.connect(note)
    filled.filtro.search()
    # Rows of the list of before may still arrive.
    until(lambda: first_page and arrived[-1] is not HeldRows)
    settled(filled)
    QApplication.processEvents()
    assert first_page == [["ANA", "LUIS", "EVA"]], "there before the first painting"
    assert 1 <= seen.rows <= 2
    assert seen.sizes == 0


def test_a_search_that_another_follows_at_once_reads_nothing(
    filled: ModuloWindow, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, read = application.movimientos, []
    first_page = service.first_page
    monkeypatch.setattr(
        service, "first_page", lambda *asked: read.append(asked[1]) or first_page(*asked)
    )
    busy = threading.Event()  # with the block that it read before
    filled._pages.add(lambda _progress: busy.wait(60), lambda _outcome: None)
    filled.form.pestanas_tabs.setCurrentIndex(0)
    filled.form.pestanas_tabs.setCurrentIndex(2)
    busy.set()
    settled(filled)
    assert [filtro.tipo for filtro in read] == [TipoMovimiento.BAJA]
    assert names(filled) == ["LUIS"]


def test_a_click_on_a_header_orders_by_it_and_the_order_is_remembered(
    qtbot: QtBot, filled: ModuloWindow
) -> None:
    header = filled.form.movimientos_table.horizontalHeader()
    header.setSortIndicator(4, Qt.SortOrder.AscendingOrder)
    until(lambda: names(filled) == ["ANA", "EVA", "LUIS"])
    header.setSortIndicator(10, Qt.SortOrder.DescendingOrder)
    until(lambda: names(filled) == ["EVA", "ANA", "LUIS"])
    settled(filled)
    other = ModuloWindow(filled._context)
    other.show()
    until(lambda: not other.presenter.state.loading)
    order = other.grid.table.order
    assert order is not None
    assert (order.key, order.descending) == ("SBC", True)
    with qtbot.waitSignal(other.destroyed):
        other.close()
        other.deleteLater()


def test_text_is_found_while_it_is_typed_without_accents_or_grouping(filled: ModuloWindow) -> None:
    QTest.keyClick(filled, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    edit = filled.form.texto_edit
    assert edit.hasFocus()
    for text, found in (
        ("munoz", ["ANA"]),
        ("angeles eva", ["EVA"]),
        ("98765432103", ["LUIS"]),
        ("paz", ["LUIS"]),
    ):
        edit.clear()
        QTest.keyClicks(edit, text)
        until(lambda found=found: names(filled) == found)
    QTest.keyClicks(edit, "zzz")
    until(lambda: filled.form.vacia_titulo.isVisible())
    settled(filled)
    assert said(filled.form.vacia_titulo) == "Ningún movimiento coincide con la búsqueda"
    press(filled.form.vacia_page, "Quitar filtros")
    until(lambda: names(filled) == ["ANA", "LUIS", "EVA"])
    assert edit.text() == ""


def test_a_list_of_a_figure_that_has_become_empty_leads_to_the_others(
    filled: ModuloWindow,
) -> None:
    filled.show_scope(Cifra.RECHAZADOS.filtro(date(2026, 3, 2)), "rechazados")
    until(lambda: filled.form.vacia_titulo.isVisible())
    assert said(filled.form.vacia_titulo) == "No hay movimientos en esta lista"
    press(filled.form.vacia_page, "Quitar filtros")
    until(lambda: names(filled) == ["ANA", "LUIS", "EVA"])


def test_dates_state_and_term_restrict_and_wrong_dates_are_named(filled: ModuloWindow) -> None:
    form = filled.form
    form.desde_edit.setFocus()
    QTest.keyClicks(form.desde_edit, "27/13/2026")
    QTest.keyClick(form.desde_edit, Key.Key_Return)
    assert said(form.desde_error) == "Esa fecha no existe. Revise el día y el mes."
    assert names(filled) == ["ANA", "LUIS", "EVA"]
    form.desde_edit.selectAll()
    QTest.keyClicks(form.desde_edit, "27022026")
    QTest.keyClick(form.desde_edit, Key.Key_Return)
    until(lambda: names(filled) == ["ANA"])
    assert said(form.desde_error) == ""
    form.hasta_edit.setFocus()
    assert form.desde_edit.text() == "27/02/2026"
    QTest.keyClicks(form.hasta_edit, "1/1/26")
    QTest.keyClick(form.hasta_edit, Key.Key_Return)
    assert said(form.hasta_error) == "Es anterior a la fecha inicial."
    press(filled, "Quitar filtros")
    until(lambda: len(names(filled)) == 3)
    form.plazo_combo.setCurrentText("Tarde")
    press(filled, "Buscar")
    until(lambda: names(filled) == ["EVA"])
    form.plazo_combo.setCurrentIndex(0)
    form.estado_combo.setCurrentText("Aprobado")
    press(filled, "Buscar")
    until(lambda: form.vacia_titulo.isVisible())


def test_a_registro_patronal_is_chosen_or_typed(
    filled: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    capture(application, sesion, alta(registro_patronal="B1298765103", nombres="OTRA"))
    QTest.keyClick(filled, Key.Key_F5)
    until(lambda: len(names(filled)) == 4)
    combo = filled.form.registro_combo
    until(lambda: combo.count() == 3)
    assert [combo.itemText(at) for at in range(3)] == [
        "Todos", "B12 98765 10 3", "Y54 12345 10 9",
    ]  # fmt: skip
    combo.setFocus()
    combo.lineEdit().selectAll()
    QTest.keyClicks(combo, "B129876510")
    QTest.keyClick(combo, Key.Key_Return)
    until(lambda: names(filled) == ["OTRA"])
    combo.lineEdit().selectAll()
    QTest.keyClicks(combo, "Z12")
    press(filled, "Buscar")
    assert (
        said(filled.form.registro_error) == "Escriba 10 u 11 caracteres, o elija uno de la lista."
    )


def test_rows_are_copied_with_headers_and_identifiers_without_grouping(
    filled: ModuloWindow,
) -> None:
    view = filled.form.movimientos_table
    view.setFocus()
    filled.grid.table.select(2)
    QTest.keyClick(view, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    until(lambda: said(filled.toast.label) == "Se copió 1 movimiento, con encabezados.")
    header, row = QGuiApplication.clipboard().text().split("\n")
    copied = dict(zip(header.split("\t"), row.split("\t"), strict=True))
    assert copied["NSS"] == "11223344554"
    assert copied["Registro patronal"] == "Y5412345109"
    assert copied["SBC"] == "1234.56"
    assert copied["Fecha de movimiento"] == "01/09/2025"


def test_enter_opens_the_workers_whole_history(
    filled: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    from datetime import date

    capture(application, sesion, alta(fecha=date(2024, 5, 6), sbc="300"))
    filled.form.texto_edit.setFocus()
    QTest.keyClick(filled.form.texto_edit, Key.Key_Down)
    view = filled.form.movimientos_table
    assert view.hasFocus()
    until(lambda: filled.grid.table.selected() is not None)
    QTest.keyClick(view, Key.Key_Return)
    history = dialog(HistorialDialog)
    until(lambda: len(cells(history.form.movimientos_table)) == 2)
    shown = cells(history.form.movimientos_table)
    assert [(row[:3], row[5:7]) for row in shown] == [
        (("27/02/2026", "Alta o reingreso", "Pendiente"), ("Y54 12345 10 9", "$ 450.50")),
        (("06/05/2024", "Alta o reingreso", "Pendiente"), ("Y54 12345 10 9", "$ 300.00")),
    ]
    history.resize(960, 460)
    table = history.form.movimientos_table
    for at, title in ((2, "Estado"), (3, "Plazo")):
        assert table.model().headerData(at, Qt.Orientation.Horizontal) == title
        edge = table.columnViewportPosition(at) + table.columnWidth(at)
        assert edge <= table.viewport().width(), f"{title} is seen without scrolling"
    assert said(history.form.trabajador_label) == "ANA MUÑOZ RÍOS"
    assert said(history.form.detalle_label) == "NSS 1234 56 7890 3. 2 movimientos."
    escape(history)


def test_only_pending_movements_are_deleted_and_after_asking(
    filled: ModuloWindow, message_box: Box
) -> None:
    view = filled.form.movimientos_table
    view.setFocus()
    filled.grid.table.select(1)
    QTest.keyClick(view, Key.Key_Delete)
    box = message_box()
    assert box.text() == "El movimiento se borrará del programa. ¿Desea borrarlo?"
    QTest.keyClick(box, Key.Key_Return)
    until(lambda: gone(box))
    assert len(names(filled)) == 3, "Enter means no"
    QTest.keyClick(view, Key.Key_Delete)
    press(message_box(), "Borrar")
    until(lambda: names(filled) == ["ANA", "EVA"])
    assert said(filled.form.mensaje_label) == "Se borró 1 movimiento."


def test_esc_takes_the_searched_text_away(filled: ModuloWindow) -> None:
    filled.form.texto_edit.setFocus()
    QTest.keyClicks(filled.form.texto_edit, "munoz")
    until(lambda: names(filled) == ["ANA"])
    QTest.keyClick(filled.form.texto_edit, Key.Key_Escape)
    until(lambda: len(names(filled)) == 3)
    assert filled.form.texto_edit.text() == ""


def test_the_focus_goes_along_to_the_other_page(filled: ModuloWindow) -> None:
    form = filled.form
    form.texto_edit.setFocus()
    show_tab(filled, "Lotes")
    assert filled.lotes.isAncestorOf(focused(filled))
    show_tab(filled, "Todos")
    assert focused(filled) in (form.registro_combo, form.registro_combo.lineEdit())


def test_the_line_that_has_the_focus_first_has_the_name_of_its_label(filled: ModuloWindow) -> None:
    line = filled.form.registro_combo.lineEdit()
    assert line is not None
    assert line.accessibleName() == "Registro patronal"


@pytest.mark.parametrize("screen", [(1366, 690), (1280, 640)], ids=["1366×768", "1920×1080 150 %"])
def test_whether_it_is_late_and_sent_is_seen_without_scrolling(
    filled: ModuloWindow, screen: tuple[int, int]
) -> None:
    """screen: less the task bar and the window's frame."""
    filled.resize(*screen)
    view = filled.form.movimientos_table
    model = view.model()
    titles = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    for title in ("Plazo", "Estado", "Último día", "Nombre"):
        at = titles.index(title)
        assert view.columnViewportPosition(at) + view.columnWidth(at) <= view.viewport().width()


def test_what_a_page_of_this_program_wrote_is_read_again_without_a_word(
    filled: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    filled.lugares.go("valores_legales")
    until(lambda: bool(filled.pages.current))
    capture(application, sesion, alta(nss="98765432103", nombres="NUEVA"))
    filled.lugares.show_movimientos()
    until(lambda: len(names(filled)) == 4)
    settled(filled)
    assert not filled.form.actualizar_button.isVisible()


def test_what_somebody_else_wrote_is_told_and_read_when_asked(
    filled: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    capture(application, sesion, alta(nss="98765432103", nombres="NUEVA"))
    filled.presenter.check_stale()
    until(lambda: filled.form.actualizar_button.isVisible())
    assert said(filled.form.cuenta_label) == "3 movimientos"
    assert said(filled.form.mensaje_label) == "Puede haber cambios desde que se leyó."
    press(filled, "Actualizar")
    until(lambda: len(names(filled)) == 4)
    settled(filled)
    assert not filled.form.actualizar_button.isVisible()


def test_the_filter_is_remembered_without_personal_data(
    filled: ModuloWindow, tmp_path: Path
) -> None:
    form = filled.form
    form.estado_combo.setCurrentText("Pendiente")
    form.plazo_combo.setCurrentText("Urge, ya trabaja")
    form.registro_combo.setEditText("Y5412345109")
    form.texto_edit.setText(NSS_ANA)
    press(filled, "Buscar")
    until(lambda: names(filled) == ["ANA"])
    other = ModuloWindow(filled._context)
    assert other.form.estado_combo.currentText() == "Pendiente"
    assert other.form.plazo_combo.currentText() == "Urge, ya trabaja"
    assert other.form.texto_edit.text() == ""
    assert other.form.registro_combo.currentText() == "Todos"
    other.close()
    filled._context.preferences.save()
    kept = filled._context.folder.preferences.read_bytes()
    assert NSS_ANA.encode() not in kept
    assert b"Y541234510" not in kept


def test_state_and_term_are_told_by_icon_and_word(filled: ModuloWindow) -> None:
    model = filled.form.movimientos_table.model()
    for title in ("Estado", "Plazo", "Movimiento"):
        words = column(filled, title)
        assert all(words)
    titles = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(23)]
    for title in ("Estado", "Plazo"):
        icon = model.index(0, titles.index(title)).data(Qt.ItemDataRole.DecorationRole)
        assert not icon.isNull()


def test_a_layout_kept_for_other_columns_is_not_laid_over_these(
    filled: ModuloWindow, tmp_path: Path
) -> None:
    """Another version had 22 columns: the width of one must not become that of another."""
    preferences = Preferences(tmp_path / "otras.ini")
    view = filled.form.movimientos_table
    preferences.remember_table(view)
    fewer = QTableView(filled)
    fewer.setObjectName(view.objectName())
    fewer.setModel(QStandardItemModel(0, 22, fewer))
    before = [fewer.columnWidth(at) for at in range(22)]
    preferences.restore_table(fewer)
    assert [fewer.columnWidth(at) for at in range(22)] == before


def test_a_wrong_date_can_be_cleared_although_nothing_else_restricts(filled: ModuloWindow) -> None:
    form = filled.form
    assert not form.quitar_button.isEnabled()
    form.desde_edit.setText("31/02/2026")
    press(filled, "Buscar")
    assert said(form.desde_error) != ""
    assert form.quitar_button.isEnabled()
    form.quitar_button.click()
    settled(filled)
    assert (form.desde_edit.text(), said(form.desde_error)) == ("", "")
    assert names(filled) == ["ANA", "LUIS", "EVA"]
    assert not form.quitar_button.isEnabled()


@pytest.mark.parametrize("field", ["desde_edit", "texto_edit", "registro_combo"])
def test_the_keys_of_the_window_come_before_the_editing_keys_of_a_field(
    filled: ModuloWindow, field: str
) -> None:
    """As Ctrl+U under Linux, which erases a line. Here Ctrl+Z stands for it: every system edits
    with it.
    """
    told: list[bool] = []
    action = QAction(filled)
    action.setShortcut(QKeySequence("Ctrl+Z"))
    action.triggered.connect(lambda: told.append(True))
    filled.addAction(action)
    editor = getattr(filled.form, field)
    editor.setFocus()
    QTest.keyClicks(filled.focusWidget(), "1")
    before = filled.form.texto_edit.text()
    QTest.keyClick(filled.focusWidget(), Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert told == [True]
    assert filled.form.texto_edit.text() == before


def test_where_rows_are_few_the_filters_fold_into_a_button_and_say_how_many_act(
    filled: ModuloWindow,
) -> None:
    form, button = filled.form, filled.filtro._rows.button
    filled.resize(1366, 740)
    until(lambda: not button.isVisible())
    filled.resize(900, 480)
    until(lambda: button.isVisible() and not form.estado_combo.isVisible())
    assert form.texto_edit.isVisible()
    height = form.filtro_panel.sizeHint().height()
    button.setFocus()
    QTest.keyClick(button, Key.Key_Space)
    until(lambda: form.estado_combo.isVisible())
    assert form.filtro_panel.sizeHint().height() > height
    assert button.text() == "Ocultar filtros"
    assert focused(filled) is form.registro_combo
    form.plazo_combo.setCurrentText("Tarde")
    form.plazo_combo.activated.emit(form.plazo_combo.currentIndex())
    button.click()
    assert button.text() == "Filtros (1)"
    until(lambda: not form.plazo_combo.isVisible())
    form.desde_edit.setText("31/02/2026")
    filled.filtro.search()
    until(lambda: form.desde_edit.isVisible())
    form.desde_edit.clear()
    filled.resize(1366, 740)
    until(lambda: not button.isVisible() and form.plazo_combo.isVisible())
