"""The daily work, counted, with the keys of a person in the program's own windows.

An act is a chord, a choice of a menu, or a field that is filled, with the key that leads to it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCompleter, QFileDialog, QLineEdit

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.importacion.columnas import ColumnasDialog
from icsoe_desktop.gui.idse.importacion.window import ImportacionMovimientosDialog
from icsoe_desktop.gui.idse.lotes.estado_lote import EstadoLoteDialog
from icsoe_desktop.gui.idse.lotes.generar_window import GenerarDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.trabajadores.window import TrabajadoresWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.movimientos.valores import TODOS, FiltroMovimientos
from icsoe_desktop.services.tablero.service import Cifra
from icsoe_desktop.store.connection import raw_of
from tests.completas import persona
from tests.completas.persona import Key, Modifier
from tests.gui.idse.comun import (
    NSS_EVA,
    NSS_LUIS,
    alta,
    capture,
    cells,
    dialog,
    gone,
    settled,
    show_tab,
)
from tests.gui.idse.importacion.test_hoja_sucia import messy
from tests.support.reposo import until


class Acts:
    def __init__(self) -> None:
        self.done = 0

    def press(self, key: Key, modifier: Modifier = Modifier.NoModifier) -> None:
        self.done += 1
        persona.press(key, modifier)

    def fill(self, text: str, label: str = "") -> None:
        """Write in the field with the focus, or in the one with this label."""
        self.done += 1
        if label:
            persona.alt(label)
        persona.type_in(text)

    def take_first(self, completer: QCompleter) -> None:
        """Of what is offered under the field."""
        self.done += 1
        popup = completer.popup()
        assert popup is not None
        until(popup.isVisible)
        QTest.keyClick(popup, Key.Key_Down)
        QTest.keyClick(popup, Key.Key_Return)

    def alt(self, label: str) -> None:
        self.done += 1
        persona.alt(label)


@pytest.fixture
def acts() -> Acts:
    return Acts()


def at_the_keys(window: ModuloWindow) -> None:
    """Without a desktop no window becomes active by itself when the one above it closes."""
    window.activateWindow()
    until(window.isActiveWindow)


@pytest.mark.parametrize("tablero", [True, False])
def test_a_rejected_alta_is_corrected_in_three_acts(
    window: ModuloWindow, application: Application, sesion: Sesion, acts: Acts, tablero: bool
) -> None:
    """F2 on its row, or on that of the Tablero; the NSS that the Institute speaks of; Enter."""
    capture(application, sesion, alta(), alta(nss=NSS_EVA, fecha=date(2026, 2, 27)))
    with application.store.write() as db:
        raw_of(db).execute(
            "UPDATE movimientos SET estado = 4, rechazado = 20260302, "
            "causa_rechazo = 'EL NSS NO CORRESPONDE AL NOMBRE'"
        )
    at_the_keys(window)
    if tablero:
        persona.press(Key.Key_1, Modifier.ControlModifier)
        view = window.tablero.tareas.view
        until(lambda: bool(cells(view)) and cells(view)[0][1] == "Rechazado")
        assert cells(view)[0][3].endswith("Corrija con F2")
        view.selectRow(0)
        until(view.hasFocus)
    else:
        window.show_scope(Cifra.RECHAZADOS.filtro(date(2026, 3, 2)), "rechazados")
        settled(window)
        until(lambda: window.grid.table.selected() is not None)
        # The sheet of styles draws no band for «info»: its icon stood on the words.
        assert window.form.mensaje_label.property("role") == "warning"
        at_the_keys(window)
    acts.press(Key.Key_F2)
    found = dialog(CapturaMovimientoDialog)
    until(found.form.nss_edit.hasFocus)
    acts.fill(NSS_LUIS)
    acts.press(Key.Key_Return)
    until(lambda: gone(found))
    owed = application.movimientos.first_page(sesion, FiltroMovimientos(por_resolver=True))
    assert {(one.nss, one.situacion.value) for one in owed} == {
        (NSS_LUIS, "Pendiente"), (NSS_EVA, "Rechazado")
    }  # fmt: skip
    assert acts.done <= 3
    # The next one is chosen.
    until(lambda: (one := window.grid.table.selected()) is not None and one.nss == NSS_EVA)
    # It is told to go into a file, and does, although the list shows only rejected ones.
    at_the_keys(window)
    persona.press(Key.Key_G, Modifier.ControlModifier)
    made = dialog(GenerarDialog)
    until(made.form.generar_button.isEnabled)
    assert [row[3] for row in cells(made.form.archivos_table)] == ["1"]
    made.close()


@pytest.mark.parametrize("page", [True, False])
def test_an_alta_of_a_known_worker_takes_six_acts(
    window: ModuloWindow, application: Application, sesion: Sesion, acts: Acts, page: bool
) -> None:
    """From Trabajadores, and from Capturar with the name in the NSS."""
    capture(application, sesion, alta(), alta(nss=NSS_LUIS, nombres="Luis"))
    at_the_keys(window)
    if page:
        acts.press(Key.Key_3, Modifier.ControlModifier)
        found_page = window.findChild(TrabajadoresWindow)
        assert found_page is not None
        until(found_page.form.buscar_edit.hasFocus)
        acts.fill("lui")
        until(lambda: found_page.table.model.rowCount() == 1)
        acts.alt("Capturar alta")
        found = dialog(CapturaMovimientoDialog)
    else:
        acts.press(Key.Key_N, Modifier.ControlModifier)
        found = dialog(CapturaMovimientoDialog)
        until(found.form.nss_edit.hasFocus)
        acts.fill("lui")
        acts.take_first(found.sugerencias.completer)
    until(lambda: found.form.nombres_edit.text() == "LUIS")
    until(found.form.fecha_edit.hasFocus)
    acts.fill("01032026")
    acts.fill("500", "SBC diario")
    acts.press(Key.Key_Return)
    until(lambda: len(application.movimientos.first_page(sesion, TODOS)) == 3)
    newest = application.movimientos.first_page(sesion, TODOS)[0]
    assert (newest.nss, newest.fecha, newest.sbc) == (NSS_LUIS, date(2026, 3, 1), 500_00)
    assert acts.done <= 6
    found.close()
    if not page:  # its row is marked in the list behind
        until(lambda: (one := window.grid.table.selected()) is not None and one.id == newest.id)


def test_a_messy_sheet_of_two_hundred_lines_comes_in_whole_in_ten_acts(
    window: ModuloWindow, application: Application, sesion: Sesion, acts: Acts, tmp_path: Path
) -> None:
    at_the_keys(window)
    acts.press(Key.Key_I, Modifier.ControlModifier)
    chooser = dialog(QFileDialog)
    name = chooser.findChild(QLineEdit)
    assert name is not None
    name.setText(str(messy(tmp_path / "nomina.csv", 200)))
    QTest.keyClick(name, Key.Key_Return)
    acts.done += 1
    asked = dialog(ColumnasDialog)
    persona.press(Key.Key_Tab)
    acts.fill("08")
    completer = asked.valores["tipo"].completer()
    assert completer is not None
    acts.take_first(completer)
    acts.press(Key.Key_Return)
    found = dialog(ImportacionMovimientosDialog)
    until(lambda: found.focusWidget() is found.form.grupos_table)
    until(lambda: found.form.iguales_button.text() == "Corregir las 120 i&guales")
    acts.press(Key.Key_Return)
    acts.fill("Fijo")
    acts.press(Key.Key_Return)
    until(lambda: found.focusWidget() is found.form.importar_button)
    acts.press(Key.Key_Return)
    until(lambda: gone(found))
    assert len(application.movimientos.first_page(sesion, TODOS, None, 300)) == 200
    assert acts.done <= 10


def test_three_lotes_are_marked_as_sent_in_two_acts(
    filled: ModuloWindow, acts: Acts, tmp_path: Path
) -> None:
    """Those that were just made are chosen: Estado › Enviado, Enter."""
    filled._context.preferences.remember_folder("lotes", str(tmp_path / "archivo"))
    filled.generate()
    made = dialog(GenerarDialog)
    until(made.form.generar_button.isEnabled)
    made.form.generar_button.click()
    until(lambda: gone(made))
    show_tab(filled, "Lotes")
    until(lambda: len(filled.lotes.table.selected_rows()) == 3)
    at_the_keys(filled)
    acts.alt("Estado")
    menu = filled.lotes.form.estado_button.menu()
    until(menu.isVisible)
    QTest.keyClick(menu, Key.Key_E)
    asked = dialog(EstadoLoteDialog)
    acts.press(Key.Key_Return)
    until(lambda: gone(asked))
    until(lambda: [row[1] for row in cells(filled.lotes.form.lotes_table)] == ["Enviado"] * 3)
    assert acts.done <= 2
