"""Consultation mode: what seed 004 lists, and nothing else."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from icsoe_desktop.domain.movimientos.estado_aviso import Situacion
from icsoe_desktop.gui.idse.modulo.columns import COLUMNS
from icsoe_desktop.gui.idse.modulo.dialogos import ExportarDialog
from icsoe_desktop.gui.idse.modulo.historial import HistorialDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.kit.action_button import ActionButton
from icsoe_desktop.services.movimientos.valores import ColumnaMovimiento
from tests.completas.pantalla import disordered
from tests.gui.conftest import drag, press
from tests.gui.idse.comun import Key, choose_path, dialog, names, said, show_tab
from tests.support.reposo import settle, until


def test_only_what_the_seed_lists_is_there(consulta: ModuloWindow) -> None:
    form = consulta.form
    found = form.encabezado.findChildren(ActionButton)
    buttons = [one.accessibleName() for one in found if one.isVisible()]
    assert buttons == ["Exportar Excel", "Acceso a IDSE"]
    tabs = form.pestanas_tabs
    assert [tabs.tabText(at).replace("&", "") for at in range(tabs.count())] == [
        "Reingresos", "Mod. Salarios", "Bajas", "Todos",
    ]  # fmt: skip
    search = (
        form.registro_combo, form.desde_edit, form.hasta_edit, form.estado_combo,
        form.buscar_button,
    )  # fmt: skip
    assert all(one.isVisible() for one in search)
    assert form.registro_combo.x() <= form.filtro_panel_layout3.horizontalSpacing()
    assert not form.texto_edit.isVisible()
    assert not form.plazo_combo.isVisible()
    assert not form.quitar_button.isVisible()
    assert said(form.sesion_label).startswith("Modo sólo consulta.")
    for text in ("Se guardó.", ""):  # one band at a time
        consulta.grid.say(text, "success")
        assert (said(form.mensaje_label), form.sesion_label.isVisible()) == (text, not text)
    menus = [action.text() for action in form.menubar.actions()]
    assert menus == ["&Archivo", "&Herramientas", "A&yuda"]
    show_tab(consulta, "Todos")
    assert names(consulta) == ["ANA", "LUIS", "EVA"]


def test_nothing_can_be_written_by_key_or_by_dropping(
    consulta: ModuloWindow, tmp_path: Path
) -> None:
    path = tmp_path / "movimientos.txt"
    path.write_text("x")
    assert not drag(consulta, path)
    show_tab(consulta, "Todos")
    consulta.grid.focus()
    view = consulta.form.movimientos_table
    until(lambda: consulta.grid.table.selected() is not None)
    for key in (Key.Key_Delete, Key.Key_F2):
        QTest.keyClick(view, key)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    for key, modifiers in (
        (Key.Key_N, control),
        (Key.Key_I, control),
        (Key.Key_G, control),
        (Key.Key_B, control | shift),
    ):
        QTest.keyClick(view, key, modifiers)
    until(lambda: not consulta._work.busy)
    assert QApplication.activeModalWidget() is None
    assert names(consulta) == ["ANA", "LUIS", "EVA"]
    labels = {action.text() for action in view.actions()}
    assert labels == {"&Historial del trabajador…", "Copiar con &encabezados"}
    QTest.keyClick(view, Key.Key_Return)
    history = dialog(HistorialDialog)
    assert not history.form.editar_button.isVisible()
    history.reject()


def test_the_movements_can_be_exported(consulta: ModuloWindow, tmp_path: Path) -> None:
    show_tab(consulta, "Todos")
    consulta.export()
    press(dialog(ExportarDialog), "Exportar…")
    choose_path(tmp_path / "salida.xlsx")
    until(lambda: said(consulta.form.mensaje_label) == "Se guardó salida.xlsx, con 3 movimientos.")
    assert (tmp_path / "salida.xlsx").read_bytes().startswith(b"PK")


def test_the_module_fits_a_screen_of_1920_at_twice_the_size(filled: ModuloWindow) -> None:
    form = filled.form
    filled.resize(960, 600)
    settle()
    assert filled.width() == 960
    assert form.plazo_combo.y() > form.desde_edit.y() == form.texto_edit.y()
    assert disordered(filled) == []
    filled.resize(1280, 600)
    settle()
    assert form.plazo_combo.y() == form.texto_edit.y()
    assert disordered(filled) == []


def test_what_stands_under_the_title_is_whole_or_not_there(filled: ModuloWindow) -> None:
    form, kinds = filled.form, "Altas, modificaciones y bajas"
    wide = form.subtitulo_label.fontMetrics().horizontalAdvance(kinds)
    words = set()
    for width in range(960, 1500, 20):
        filled.resize(width, 600)
        settle()
        words.add(form.subtitulo_label.text())
        assert not form.subtitulo_label.text() or form.subtitulo_label.width() >= wide
    assert words == {kinds, ""}


[ESTADO] = [column for column in COLUMNS if column.order is ColumnaMovimiento.ESTADO]


@pytest.mark.parametrize("situacion", Situacion)
def test_the_state_explains_the_file_that_was_not_marked_as_sent_and_a_rejection(
    situacion: Situacion,
) -> None:
    fila: Any = SimpleNamespace(
        situacion=situacion, archivo="Y5412345.txt", codigo_rechazo="217", causa_rechazo="CURP"
    )
    assert ESTADO.tip is not None
    assert ESTADO.tip(fila) == (
        "Está en el archivo Y5412345.txt. Cuando lo suba al portal, márquelo como enviado en Lotes."
        if situacion is Situacion.EN_ARCHIVO
        else "217 CURP"
        if situacion is Situacion.RECHAZADO
        else ""
    )
