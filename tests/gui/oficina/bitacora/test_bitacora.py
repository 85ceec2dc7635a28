"""Bitácora: reading, filtering and exporting what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.kit.column_widths import HEADING_AIR_PX
from icsoe_desktop.gui.kit.fields import INDENT
from icsoe_desktop.gui.oficina.bitacora.window import NOTHING_FITS, TURNED, BitacoraWindow
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.bitacora.service import Accion
from icsoe_desktop.services.lotes.valores import OpcionesLote
from tests.conftest import Reloj
from tests.gui.conftest import press, usuario_nuevo
from tests.gui.icsoe.comun import Idle, Windows, do_steps
from tests.gui.idse.comun import cells
from tests.services.bitacora.test_renglones import BAJA

DAY_ONE = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
MORAL = "TALLERES DEL BAJIO IMAGINARIO SA DE CV"
LONGEST_LOTE = "Z9900202102-modificaciones-20261123-095000.txt"

Opened = Callable[[Sesion], BitacoraWindow]


@pytest.fixture
def opened(qtbot: QtBot, shell: Shell, windows: Windows, idle: Idle) -> Opened:
    def begin(sesion: Sesion) -> BitacoraWindow:
        window = shell.open("bitacora", sesion)
        assert isinstance(window, BitacoraWindow)
        settle(qtbot, window, idle)
        return window

    return begin


def settle(qtbot: QtBot, window: BitacoraWindow, idle: Idle) -> None:
    qtbot.waitUntil(lambda: window._lineas is not None)
    idle()
    model = window.form.lineas_table.model()
    qtbot.waitUntil(lambda: not model.rowCount() or model.index(0, 0).data() != "…")


def acciones(window: BitacoraWindow) -> list[str]:
    return [row[3] for row in cells(window.form.lineas_table)]


@pytest.fixture
def moral(
    enter: Callable[[str], Sesion], application: Application, reloj: Reloj, tmp_path: Path
) -> Sesion:
    """A contratista that did its first steps, one a day."""
    sesion = enter("moral")
    for paso in (
        PasoContratista.DATOS_GENERALES,
        PasoContratista.DOMICILIO,
        PasoContratista.ACUSE,
        PasoContratista.COMPLETO,
    ):
        reloj.advance(days=1)
        do_steps(application, sesion, paso, tmp_path)
    return sesion


def test_a_contratista_reads_its_own_lines_the_newest_first(
    opened: Opened,
    moral: Sesion,
    enter: Callable[[str], Sesion],
    application: Application,
) -> None:
    application.usuarios.register(None, usuario_nuevo())
    enter("fisica")
    window = opened(moral)
    shown = cells(window.form.lineas_table)
    assert {row[2] for row in shown} == {MORAL}
    assert shown[0][3] == "alta de acuse REPSE"
    assert acciones(window)[-2:] == ["ingreso", "alta de contratista"]
    # One zone everywhere, as in the mails: central Mexico.
    first, last = (
        moment.astimezone(HORA_DE_MEXICO) for moment in (DAY_ONE, DAY_ONE + timedelta(days=4))
    )
    assert shown[-1][1] == f"{first:%d/%m/%Y %H:%M}"
    assert shown[0][1] == f"{last:%d/%m/%Y %H:%M}"


def test_an_idse_user_reads_the_lines_of_the_installation(
    opened: Opened, application: Application
) -> None:
    usuario = application.usuarios.register(None, usuario_nuevo()).sesion
    window = opened(usuario)
    assert "alta de usuario" in acciones(window)


def test_each_filter_narrows_and_limpiar_widens(
    qtbot: QtBot,
    opened: Opened,
    moral: Sesion,
    idle: Idle,
    reloj: Reloj,
) -> None:
    window = opened(moral)
    form = window.form
    everything = acciones(window)
    # Days in central Mexico: the first entry was on 02/03/2026, the acuse four days later.
    form.desde_edit.setText("06/03/2026")
    press(window, "Buscar")
    settle(qtbot, window, idle)
    only_acuse = acciones(window)
    form.desde_edit.setText("02/03/2026")
    form.hasta_edit.setText("02/03/2026")
    press(window, "Buscar")
    settle(qtbot, window, idle)
    assert acciones(window) == ["ingreso", "alta de contratista"]
    assert only_acuse == ["alta de acuse REPSE"]
    press(window, "Limpiar")
    settle(qtbot, window, idle)
    assert acciones(window) == everything
    form.texto_edit.setText("domicilio")
    press(window, "Buscar")
    settle(qtbot, window, idle)
    assert acciones(window) == ["cambio de domicilio social"]
    press(window, "Limpiar")
    form.accion_combo.setCurrentText("Ingreso")
    form.accion_combo.activated.emit(form.accion_combo.currentIndex())
    settle(qtbot, window, idle)
    assert acciones(window) == ["ingreso"]
    form.texto_edit.setText("nada de esto")
    press(window, "Buscar")
    settle(qtbot, window, idle)
    assert window.empty.text == NOTHING_FITS
    assert not form.exportar_button.isEnabled()


def test_dates_that_are_none_or_turned_round_are_named(opened: Opened, moral: Sesion) -> None:
    window = opened(moral)
    window.form.desde_edit.setText("40/13/2026")
    press(window, "Buscar")
    assert window.form.desde_error.text() == "Esa fecha no existe. Revise el día y el mes."
    window.form.desde_edit.setText("ayer")
    press(window, "Buscar")
    assert window.form.desde_error.text().startswith("Escriba la fecha como dd/mm/aaaa")
    window.form.desde_edit.setText("05/03/2026")
    window.form.hasta_edit.setText("01/03/2026")
    press(window, "Buscar")
    assert window.form.desde_error.text() == TURNED


def test_what_is_shown_is_exported_and_the_export_is_noted(
    qtbot: QtBot, opened: Opened, moral: Sesion, tmp_path: Path, idle: Idle
) -> None:
    window = opened(moral)
    window.form.texto_edit.setText("acuse")
    press(window, "Buscar")
    settle(qtbot, window, idle)
    path = tmp_path / "Bitacora.xlsx"
    window.export(path)
    qtbot.waitUntil(lambda: "Se guardó" in window.form.mensaje_label.text())
    assert "1 anotación" in window.form.mensaje_label.text()
    book = openpyxl.load_workbook(path)
    rows = list(book.worksheets[0].values)
    book.close()
    headings = ("N.º", "Fecha y hora", "Quién", "Acción", "Objeto", "Cuál", "Detalle", "Huella")
    assert rows[0] == headings
    assert [row[3] for row in rows[1:]] == ["alta de acuse REPSE"]
    press(window, "Limpiar")
    settle(qtbot, window, idle)
    assert acciones(window)[0] == "exportación de la bitácora"


def test_a_thousand_lines_come_by_the_block_in_either_order(
    qtbot: QtBot,
    opened: Opened,
    moral: Sesion,
    application: Application,
    idle: Idle,
    reloj: Reloj,
) -> None:
    with application.store.write() as db:
        for number in range(1_000):
            reloj.advance(seconds=1)
            application.bitacora.record(db, moral, Accion.INGRESO, detalle=f"n{number}")
    window = opened(moral)
    view = window.form.lineas_table
    # Seven of the first steps are among them.
    assert "1,007 anotaciones" in window.form.cuenta_label.text()
    assert view.model().rowCount() == 1_007
    assert detail_at(qtbot, window, 0) == "n999"
    assert detail_at(qtbot, window, 500) == "n499"
    view.horizontalHeader().setSortIndicator(1, Qt.SortOrder.AscendingOrder)
    assert detail_at(qtbot, window, 1_006) == "n999"
    assert detail_at(qtbot, window, 7) == "n0"


def test_a_date_is_whole_with_large_letters_in_a_narrow_window(
    opened: Opened, moral: Sesion, larger: Callable[[float], None]
) -> None:
    larger(1.5)
    edit = opened(moral).form.desde_edit
    advance = edit.fontMetrics().horizontalAdvance("30/12/2026")
    assert edit.minimumWidth() >= advance + edit.textMargins().right() + 2 * INDENT


def detail_at(qtbot: QtBot, window: BitacoraWindow, row: int) -> str:
    model = window.form.lineas_table.model()
    qtbot.waitUntil(lambda: model.index(row, 5).data() != "…")
    return str(model.index(row, 5).data())


def test_the_chain_is_checked_in_the_window(
    qtbot: QtBot, opened: Opened, application: Application
) -> None:
    usuario = application.usuarios.register(None, usuario_nuevo()).sesion
    window = opened(usuario)
    said = window.form.mensaje_label
    assert not said.isVisible()
    press(window, "Comprobar")
    qtbot.waitUntil(said.isVisible)
    assert "sin huecos. La última es la n.º" in said.text()
    assert said.property("role") == "success"
    with application.store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER bitacora_no_delete"))
        connection.execute(text("DELETE FROM bitacora WHERE numero = 1"))
    press(window, "Comprobar")
    qtbot.waitUntil(lambda: said.text() == "Falta la anotación n.º 1.")
    assert said.property("role") == "error"


def test_a_line_says_which_record_and_whose(
    qtbot: QtBot, opened: Opened, application: Application, idle: Idle
) -> None:
    usuario = application.usuarios.register(None, usuario_nuevo()).sesion
    one = application.movimientos.capture(usuario, BAJA)
    application.movimientos.edit(usuario, one.id, replace(BAJA, fecha=date(2026, 3, 1)))
    plan = application.lotes.plan(usuario, [one.id], OpcionesLote(guia="01400"), NoProgress())
    (lote,) = application.lotes.generate(usuario, plan)
    window = opened(usuario)
    shown = [(row[3], row[4], row[5]) for row in cells(window.form.lineas_table)][:3]
    assert shown == [
        ("lote generado", lote.nombre_archivo, "1 movimiento"),
        (
            "cambio de movimiento",
            "Baja de ÍÑIGO MUÑOZ, 01/03/2026",
            "Fecha del movimiento: 02/03/2026 → 01/03/2026",
        ),
        ("captura de movimiento", "Baja de ÍÑIGO MUÑOZ, 01/03/2026", ""),
    ]
    # Beside the unfolded menu of a window of 1280 px the longest names are whole.
    view = window.form.lineas_table
    window.resize(1280 - 232, 700)
    for at, longest in ((2, "Usuaria Inventada Ejemplo"), (4, LONGEST_LOTE)):
        advance = view.fontMetrics().horizontalAdvance(longest)
        assert view.columnWidth(at) >= advance + 2 * HEADING_AIR_PX, longest
    # Words of the name find the lines too, each wherever it stands.
    window.form.texto_edit.setText("muñoz captura")
    press(window, "Buscar")
    settle(qtbot, window, idle)
    assert acciones(window) == ["captura de movimiento"]
    application.lotes.cancel(usuario, lote.id)
    application.movimientos.delete(usuario, [one.id])
    press(window, "Limpiar")
    settle(qtbot, window, idle)
    newest = cells(window.form.lineas_table)[0]
    assert list(newest[3:6]) == [
        "eliminación de movimientos",
        "movimiento",
        "Baja de ÍÑIGO MUÑOZ, 01/03/2026",
    ]
