"""Confrontar: two dropped files become a table of differences, and one of them a captured baja."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog
from shiboken6 import isValid

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.domain.confronta.diferencias import (
    ClaseDiferencia,
    Diferencia,
    EstadoDiferencia,
)
from icsoe_desktop.domain.confronta.persona import Lado
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.domain.salarios.razones import Razon
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.confronta import presenter as presenter_module
from icsoe_desktop.gui.idse.confronta.columns import EVERYTHING, NOTHING_HERE
from icsoe_desktop.gui.idse.confronta.presenter import ACCEPTED, BOTH, NO_SALARIES, STOPPED
from icsoe_desktop.gui.idse.confronta.window import ASK_MONTH, ConfrontaWindow
from icsoe_desktop.gui.idse.modificar_salarios.window import ModificarSalariosWindow
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.services.movimientos.valores import TODOS, OrdenMovimientos
from tests.gui.conftest import drag, drop
from tests.gui.idse.comun import Key, cells, dialog
from tests.services.confronta.archivos import (
    ANA,
    BETO,
    CARO,
    DANI,
    PRIMERA,
    SEGUNDA,
    emision_of,
    fila,
    folder_of,
    mes,
    recibo,
)
from tests.support.reposo import until


@pytest.fixture
def window(context: Context) -> Iterator[ConfrontaWindow]:
    found = opened(context)
    yield found
    close(found)


def opened(context: Context) -> ConfrontaWindow:
    found = context.shell.open("confronta", context.sesion)
    assert isinstance(found, ConfrontaWindow)
    return found


def close(window: ConfrontaWindow) -> None:
    if isValid(window):
        until(lambda: not window._presenter.state.working)
        window.reject()


def idle(window: ConfrontaWindow) -> None:
    until(lambda: not window._presenter.state.working)


def read(window: ConfrontaWindow, *paths: Path) -> None:
    before = window._presenter.state.fuentes
    let_fall(window, *paths)
    until(lambda: window._presenter.state.fuentes is not before)
    idle(window)


def let_fall(window: ConfrontaWindow, *paths: Path) -> None:
    assert drag(window, *paths)
    drop(window, *paths)


def compared(window: ConfrontaWindow, *paths: Path) -> None:
    read(window, *paths)
    window.form.comparar_button.click()
    until(lambda: window._presenter.state.resultado is not None)
    until(lambda: window.diferencias.selected() is not None)


def counters(window: ConfrontaWindow) -> dict[str, str]:
    return dict(cells(window.form.clases_table))  # type: ignore[arg-type]


def names(window: ConfrontaWindow) -> list[str]:
    return [one.nombre for one in window._presenter.state.filas.todas]


def choose_kind(window: ConfrontaWindow, name: str) -> None:
    model = window.clases.model
    at = next(at for at in range(model.rowCount()) if model.row(at).nombre == name)
    window.form.clases_table.selectRow(at)
    wanted = model.row(at).que
    until(lambda: window._presenter.state.filtro.que == wanted)
    until(lambda: all(window._presenter.state.filtro.takes(one) for one in _rows(window)))


def _rows(window: ConfrontaWindow) -> tuple[Diferencia, ...]:
    return window._presenter.state.filas.todas


def test_dropped_files_are_named_with_what_was_understood(
    window: ConfrontaWindow, tmp_path: Path
) -> None:
    emision, recibos = mes(tmp_path)
    (recibos / "roto.xml").write_bytes(b"<x")
    assert window.form.fuentes_stack.currentWidget() is window.form.vacia_page
    assert not window.form.comparar_button.isEnabled()
    read(window, emision)
    assert not window.form.comparar_button.isEnabled(), "the payroll is missing"
    read(window, recibos)
    assert window.form.mensaje_label.text() == BOTH
    rows = {row[1]: row for row in cells(window.form.fuentes_table)}
    assert rows["emision.xls"][0] == Lado.IMSS.value
    assert "Recibos de nómina (CFDI)" in rows["recibos"][3]
    assert "1 archivo fuera" in rows["recibos"][3]
    window.fuentes.select(next(f for f in window._presenter.state.fuentes if f.recibos))
    assert "roto.xml: " in window.form.fuera_label.text()


def test_a_clerk_gets_from_two_files_to_a_captured_baja_in_seven_steps(
    window: ConfrontaWindow, context: Context, tmp_path: Path
) -> None:
    read(window, *mes(tmp_path))  # 1 the window was opened, 2 two files are dropped
    QTest.keyClick(window, Key.Key_Return)  # 3
    until(lambda: window.diferencias.selected() is not None)
    choose_kind(window, ClaseDiferencia.SIN_RECIBO.nombre)  # 4
    until(lambda: window.diferencias.selected() is not None)
    one = window.diferencias.selected()
    assert one is not None
    assert one.nss == DANI[0]
    QTest.keyClick(window.form.diferencias_table, Key.Key_Return)  # 5
    form = dialog(CapturaMovimientoDialog)
    until(lambda: form.form.nss_edit.text() != "")
    assert form._presenter.state.problems == (), "the key saved nothing in the new dialog"
    assert form.form.tipo_combo.currentData() == TipoMovimiento.BAJA
    assert "Y54" in form.form.registro_patronal_combo.currentText()
    # The emission has no CURP to part the name with, and nobody was notified before.
    for campo, text in (("nombres", "DANI"), ("primer_apellido", "SOTO")):
        getattr(form.form, f"{campo}_edit").setText(text)
    form.campos.fecha.set_value(context.application.store.clock().date())
    form.form.causa_baja_combo.setCurrentIndex(2)  # 6
    form.form.guardar_button.click()  # 7
    until(lambda: "Se capturó: baja" in one.explicacion)
    form._presenter._show(clean=form._presenter.state.captura)
    form.reject()
    movimientos = context.application.movimientos
    (fila,) = movimientos.first_page(context.require_sesion(), TODOS, OrdenMovimientos())
    assert (fila.nss, fila.tipo) == (DANI[0], TipoMovimiento.BAJA)


def test_differences_of_salary_go_together_to_modificar_salarios(
    window: ConfrontaWindow, context: Context, tmp_path: Path
) -> None:
    compared(window, *mes(tmp_path))
    choose_kind(window, ClaseDiferencia.SIN_RECIBO.nombre)
    window.form.salarios_button.click()
    assert window.form.mensaje_label.text() == NO_SALARIES
    assert not context.shell.is_open("modificar_salarios")
    choose_kind(window, EVERYTHING)
    until(lambda: len(_rows(window)) > 1)
    lacking, low, gone = range(3)
    assert window._presenter.salaries([(lacking, lacking), (gone, gone)]) is None, "chosen alone"
    assert window._presenter.salaries([(lacking, low)]) is not None
    for again in range(2):  # once it opens that window, then it finds it open with another reason
        window.form.salarios_button.click()
        found = context.shell.open("modificar_salarios", context.sesion)
        assert isinstance(found, ModificarSalariosWindow)
        until(lambda: bool(found.model.rowCount()))  # noqa: B023
        row = found.model.row(0)
        assert (row.empleo.nss, row.empleo.sbc, row.sbc) == (BETO[0], 450_00, 500_00)
        assert (row.fecha, row.elegido) == (date(2025, 10, 1), True)
        assert found.form.razon_combo.currentData() == Razon.HOJA
        assert found.model.rowCount() == 1
        if not again:
            found._presenter.clear([row.empleo.clave])
            found.form.razon_combo.setCurrentIndex(0)
            until(lambda: found.model.rowCount() == 0)  # noqa: B023
        else:
            found.leave()


def test_an_alta_is_filled_in_with_the_name_parted_by_its_curp(
    window: ConfrontaWindow, tmp_path: Path
) -> None:
    compared(window, *mes(tmp_path))
    window.form.capturar_button.click()
    form = dialog(CapturaMovimientoDialog).form
    until(lambda: form.nss_edit.text() != "")
    assert form.nss_edit.text().replace(" ", "") == CARO[0]
    assert form.curp_edit.text().replace(" ", "") == CARO[1]
    assert form.sbc_edit.text() == "500.00"
    assert form.fecha_edit.text() == "06/01/2020"
    names = (form.nombres_edit, form.primer_apellido_edit, form.segundo_apellido_edit)
    assert [edit.text() for edit in names] == ["CARO", "RUIZ", "IRIS"]
    dialog(CapturaMovimientoDialog).reject()


def test_counters_registro_and_search_filter_and_both_sides_are_shown(
    window: ConfrontaWindow, tmp_path: Path
) -> None:
    compared(window, *mes(tmp_path))
    form = window.form
    assert counters(window) == {
        "Todo lo que falta": "3",
        "Falta en el IMSS": "1",
        "SBC menor en el IMSS": "1",
        "Sin recibos": "1",
    }
    assert "Coincidencia de la plantilla: 83.3 %" in form.coincidencia_label.text()
    choose_kind(window, "SBC menor en el IMSS")
    until(lambda: names(window) == [BETO[2]])
    until(lambda: window.diferencias.selected() is not None)
    sides = {row[0]: row[1:] for row in cells(form.lados_table)}
    assert sides["SBC"] == ("$ 450.00", "$ 500.00")
    assert sides["Nombre"] == ("MU/OZ ORTIZ BETO", BETO[2])
    widths = [form.lados_table.columnWidth(at) for at in (1, 2)]
    assert min(widths) >= assets.scaled(100)  # a salary and a day are whole on both sides
    assert "$50.00 menos al día" in form.detalle_label.text()
    assert "LSS 77" in form.costo_label.text()
    choose_kind(window, "Todo lo que falta")
    until(lambda: len(names(window)) == 3)
    form.buscar_edit.setText("muñoz")
    form.buscar_edit.setFocus()
    QTest.keyClick(form.buscar_edit, Key.Key_Return)
    assert window.focusWidget() is form.diferencias_table
    until(lambda: names(window) == [BETO[2]])
    form.buscar_edit.setText("nadie")
    until(lambda: names(window) == [])
    form.buscar_edit.clear()
    until(lambda: len(names(window)) == 3)
    form.registro_combo.setCurrentIndex(1)
    form.registro_combo.activated.emit(1)
    until(lambda: window._presenter.state.filtro.registro == "Y541234510")
    assert len(names(window)) == 3


def test_a_low_window_folds_the_search_and_the_detail(
    window: ConfrontaWindow, tmp_path: Path
) -> None:
    compared(window, *mes(tmp_path))
    form = window.form
    assert form.buscar_edit.isVisible()
    assert form.motivo_edit.isVisible()
    window.resize(window.width(), 100)
    until(lambda: form.detalle_button.isVisible())
    rows, found = form.diferencias_table, window.diferencias.selected()
    assert rows.isVisible()
    assert rows.height() > form.detalle_panel.height()
    assert not form.motivo_edit.isVisible()
    form.filtros_button.click()
    assert form.buscar_edit.hasFocus()
    QTest.keyClicks(form.buscar_edit, "nadie")
    until(lambda: not _rows(window))
    assert form.filtros_button.text() == "&Filtros (1)"
    assert form.detalle_label.text() == NOTHING_HERE
    form.buscar_edit.clear()
    until(lambda: bool(_rows(window)))
    form.filtros_button.click()
    assert not form.buscar_edit.isVisible()
    assert rows.hasFocus()
    window.diferencias.select(0)
    until(lambda: window.diferencias.selected() is found)
    form.detalle_button.click()
    assert form.motivo_edit.hasFocus()
    assert form.costo_label.isVisible()
    assert form.lados_table.isVisible()
    assert not rows.isVisible()
    form.motivo_edit.setText("Es socio")
    form.aceptar_button.click()
    until(rows.hasFocus)
    form.archivos_button.click()
    assert not form.detalle_button.isVisible()


def test_lists_that_say_no_month_are_asked_for_it(window: ConfrontaWindow, tmp_path: Path) -> None:
    for name, sbc in (("imss.csv", 450), ("nomina.csv", 500)):
        text = f"Registro patronal,NSS,CURP,Nombre,SBC\nY5412345104,{','.join(BETO[:3])},{sbc}.00\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    read(window, tmp_path / "imss.csv")
    window.form.fuentes_table.selectRow(0)
    window.form.lado_button.click()
    read(window, tmp_path / "nomina.csv")
    window.form.comparar_button.click()
    ask = dialog(QInputDialog)
    assert ask.labelText() == ASK_MONTH
    months = ask.comboBoxItems()
    here = window._presenter._hoy()
    assert months[1] == formats.month(here)
    assert months[0] == formats.month(here.replace(day=1) - timedelta(1)) == ask.textValue()
    ask.accept()
    until(lambda: names(window) == [BETO[2]])
    compared_again = window._presenter.state.resultado
    window._presenter.compare()
    until(lambda: window._presenter.state.resultado is not compared_again)
    assert names(window) == [BETO[2]]


def test_a_column_sorts_the_rows(window: ConfrontaWindow, tmp_path: Path) -> None:
    compared(window, *mes(tmp_path))
    header = window.form.diferencias_table.horizontalHeader()
    header.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    until(lambda: names(window) == sorted(names(window), reverse=True))
    assert names(window)[0] == "SOTO TREJO DANI"


def test_what_is_accepted_moves_to_its_counter_and_back(
    window: ConfrontaWindow, tmp_path: Path
) -> None:
    compared(window, *mes(tmp_path))
    form = window.form
    form.aceptar_button.click()
    until(lambda: "Escriba por qué" in form.mensaje_label.text())
    form.motivo_edit.setText("Es socio")
    form.motivo_edit.setFocus()
    QTest.keyClick(form.motivo_edit, Key.Key_Return)
    until(lambda: form.mensaje_label.text() == ACCEPTED)
    until(lambda: counters(window).get("Aceptada") == "1")
    assert form.diferencias_table.hasFocus()  # for the next one
    choose_kind(window, EstadoDiferencia.ACEPTADA.value)
    until(lambda: names(window) == [CARO[2]])
    until(lambda: window.diferencias.selected() is not None)
    assert form.motivo_edit.text() == "Es socio"
    assert form.aceptar_button.text() == "No acepta&r"
    form.aceptar_button.click()
    until(lambda: "Aceptada" not in counters(window))
    until(lambda: len(names(window)) == 3)
    chosen = window.clases.selected()
    assert chosen is not None
    assert chosen.que is None


def test_esc_stops_the_reading_within_a_second_and_leaves_nothing(
    window: ConfrontaWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forever(*_: object, **__: object) -> list[object]:
        while True:
            _[2].report(1, None, "Leyendo")  # type: ignore[attr-defined]

    monkeypatch.setattr(presenter_module, "read_sources", forever)
    let_fall(window, *mes(tmp_path))
    until(lambda: window._presenter.state.working)
    assert window.form.avance_panel.isVisibleTo(window)
    QTest.keyClick(window, Key.Key_Escape)
    idle(window)
    assert isValid(window)
    assert window.form.mensaje_label.text() == STOPPED
    assert window._presenter.state.fuentes == ()


def test_comparing_again_shows_everything_and_marks_that_it_does(
    window: ConfrontaWindow, tmp_path: Path
) -> None:
    compared(window, *mes(tmp_path))
    choose_kind(window, "Falta en el IMSS")
    before = window._presenter.state.resultado
    window.form.archivos_button.click()
    window.form.comparar_button.click()
    until(lambda: window._presenter.state.resultado not in (None, before))
    until(lambda: len({one.clase for one in _rows(window)}) > 1)
    chosen = window.clases.selected()
    assert chosen is not None
    assert chosen.nombre == "Todo lo que falta"
    # Esc empties the search, and closes nothing that would have to be compared again.
    window.form.buscar_edit.setFocus()
    QTest.keyClicks(window.form.buscar_edit, "soto")
    QTest.keyClick(window.form.buscar_edit, Key.Key_Escape)
    assert window.form.buscar_edit.text() == ""
    assert window.isVisible()


def test_a_source_moves_and_leaves(window: ConfrontaWindow, tmp_path: Path) -> None:
    emision, _ = mes(tmp_path)
    read(window, emision)
    window.form.fuentes_table.selectRow(0)
    window.form.lado_button.click()
    assert window._presenter.state.fuentes[0].lado is Lado.NOMINA
    window.form.fuentes_table.selectRow(0)
    window.form.quitar_button.click()
    assert window._presenter.state.fuentes == ()


def test_the_attribute_can_be_changed(window: ConfrontaWindow, tmp_path: Path) -> None:
    compared(window, *mes(tmp_path))
    assert window.form.atributo_button.text() == "&SBC: SalarioBaseCotApor, 9 de 10"
    actions = window._attributes.actions()
    assert "SalarioBaseCotApor, 9 de 10" in actions[0].text()
    next(one for one in actions if one.text().endswith("SalarioDiarioIntegrado")).trigger()
    until(lambda: counters(window).get("SBC mayor en el IMSS") == "9")


def test_a_guess_and_who_was_not_compared_are_told(window: ConfrontaWindow, tmp_path: Path) -> None:
    emision = emision_of(tmp_path / "e.xls", [fila(ANA), fila(BETO)])
    paid = [recibo(ANA, PRIMERA, base="410.00", integrado="427.41"), recibo(CARO, PRIMERA, nss="")]
    no_sbc = recibo(BETO, PRIMERA, base="", integrado="")
    compared(window, emision, folder_of(tmp_path / "r", [*paid, no_sbc]))
    assert window.form.atributo_button.text() == "&SBC: SalarioDiarioIntegrado, supuesto"
    told = window.form.mensaje_label.text()
    assert "se supone que el SBC está en SalarioDiarioIntegrado" in told
    assert "Personas sin SBC que comparar en uno de los lados: 1." in told
    assert "Sin NSS en los recibos: CARO RUIZ IRIS" in told


def test_the_differences_go_to_excel(window: ConfrontaWindow, tmp_path: Path) -> None:
    compared(window, *mes(tmp_path))
    salida = tmp_path / "confronta.xlsx"
    window._presenter.export(salida)
    until(lambda: "Se guardaron 3 diferencias" in window.form.mensaje_label.text())
    assert openpyxl.load_workbook(salida).sheetnames[0] == "Resumen"


def test_consultation_compares_and_captures_nothing(shell: Shell, tmp_path: Path) -> None:
    window = opened(shell.context(SESION_CONSULTA))
    compared(window, *mes(tmp_path))
    assert not window.form.capturar_button.isEnabled()
    assert not window.form.aceptar_button.isEnabled()
    assert window.form.excel_button.isEnabled()
    close(window)


def test_equal_sides_say_so(window: ConfrontaWindow, tmp_path: Path) -> None:
    emision = emision_of(tmp_path / "e.xls", [fila(ANA)])
    recibos = folder_of(tmp_path / "r", [recibo(ANA, each) for each in (PRIMERA, SEGUNDA)])
    read(window, emision, recibos)
    window.form.comparar_button.click()
    until(lambda: window._presenter.state.resultado is not None)
    assert "coinciden" in window.form.detalle_label.text()
    assert QApplication.activeModalWidget() in (None, window)
