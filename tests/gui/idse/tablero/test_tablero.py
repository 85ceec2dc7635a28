"""The Tablero as people meet it: the first page, its figures, its rows and its keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Rol, Sesion
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoLote
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.base.windows import BY_KEY
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.modulo.columns import COLUMNS
from icsoe_desktop.gui.idse.modulo.lugares import MOVIMIENTOS
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.tablero.page import FIRST_PAGE, TableroState
from icsoe_desktop.gui.idse.tablero.palabras import ACTION, tareas
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.valores import TODOS, OrdenMovimientos
from icsoe_desktop.services.tablero.service import (
    Cifra,
    LoteSinRespuesta,
    PrimerPaso,
    TableroDiario,
)
from icsoe_desktop.store.connection import raw_of
from tests.conftest import Reloj
from tests.gui.conftest import press
from tests.gui.idse.comun import (
    NSS_EVA,
    NSS_LUIS,
    Box,
    Key,
    alta,
    capture,
    cells,
    close,
    dialog,
    escape,
    modificacion,
    names,
    settled,
)
from tests.support.reposo import settle, until

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def rows_first() -> None:
    """The Tablero is the first page here, as in the program."""


@pytest.fixture
def people(application: Application, sesion: Sesion) -> None:
    """ANA's alta ends today, LUIS works uncovered, EVA's change is late: it is 2 March 2026."""
    capture(
        application,
        sesion,
        alta(fecha=date(2026, 2, 24)),
        alta(nss=NSS_LUIS, nombres="LUIS", fecha=date(2026, 2, 27)),
        modificacion(nss=NSS_EVA, nombres="EVA"),
    )


def entered(context: Context) -> ModuloWindow:
    window = context.shell.open("modulo", context.sesion)
    assert isinstance(window, ModuloWindow)
    if context.require_sesion().rol is Rol.CONSULTA:
        # It begins at its rows.
        settled(window)
        window.lugares.show_tablero()
    read(window)
    return window


def read(window: ModuloWindow) -> None:
    def ready() -> bool:
        state = window.tablero_presenter.state
        return state.tablero is not None and not state.reading

    until(ready)
    settled(window)


@pytest.fixture
def window(context: Context, people: None) -> Iterator[ModuloWindow]:
    window = entered(context)
    yield window
    close(window)


@pytest.fixture
def consulta(shell: Shell, people: None) -> Iterator[ModuloWindow]:
    window = entered(shell.context(SESION_CONSULTA))
    yield window
    close(window)


def numbers(window: ModuloWindow) -> dict[str, str]:
    cards = window.tablero.cards
    return {cifra.value: card.number.text() for cifra, card in cards.items()}


def test_it_is_the_first_page_and_says_what_today_asks_for(window: ModuloWindow) -> None:
    assert window.tablero.isVisible()
    assert not window.form.pestanas_tabs.isVisible()
    assert window.form.titulo_label.text() == "Tablero"
    assert window.form.subtitulo_label.text() == "Lunes 2 de marzo de 2026"
    assert numbers(window) == {
        "Terminan hoy": "1",
        "Urgen": "0",
        "Ya trabajan": "2",
        "Tarde": "1",
        "Sin archivo": "3",
        "Sin respuesta": "0",
    }
    assert window.tablero.banner.label.text().startswith("Hoy termina el plazo de 1 aviso.")
    assert window.form.lateral_list.currentItem().text() == "Tablero"


def test_before_it_is_counted_the_page_says_so(context: Context, people: None) -> None:
    window = context.shell.open("modulo", context.sesion)
    assert isinstance(window, ModuloWindow)
    assert set(numbers(window).values()) == {"…"}
    tareas = window.tablero.tareas
    assert (tareas.counting.text(), tareas.counting.isVisible()) == ("Contando…", True)
    assert not tareas.nothing.isVisible()


def test_each_figure_opens_its_list_by_its_key_and_ctrl_1_comes_back(window: ModuloWindow) -> None:
    for key, expected in (
        (Key.Key_1, ["ANA"]),
        (Key.Key_2, []),
        (Key.Key_3, ["ANA", "LUIS"]),
        (Key.Key_4, ["EVA"]),
        (Key.Key_5, ["EVA", "ANA", "LUIS"]),
        (Key.Key_6, []),
    ):
        QTest.keyClick(window, key, ALT)
        settled(window)
        assert window.form.movimientos_page.isVisible()
        assert window.form.mensaje_label.isVisible()
        assert names(window) == expected
        QTest.keyClick(window, Key.Key_1, CTRL)
        assert window.tablero.isVisible()
        assert window.tablero.tareas.view.hasFocus()
        read(window)
    QTest.keyClick(window, Key.Key_2, CTRL)
    assert window.form.movimientos_page.isVisible()
    assert window.form.lateral_list.currentItem().text() == "Movimientos"


def test_a_lote_without_an_answer_leads_to_the_lotes_by_enter(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    ids = [fila.id for fila in application.movimientos.first_page(sesion, TODOS)]
    plan = application.lotes.plan(sesion, ids[:1], OpcionesLote(), NoProgress())
    (lote,) = application.lotes.generate(sesion, plan)
    QTest.keyClick(window, Key.Key_F5)
    read(window)
    assert numbers(window)["Sin respuesta"] == "1"
    header = window.tablero.tareas.table.model.headerData
    aligned = header(ACTION, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
    assert aligned & Qt.AlignmentFlag.AlignHCenter, "over its buttons"
    first = cells(window.tablero.tareas.view)[0]
    assert first[:2] == (f"Lote {lote.nombre_archivo}", "Por enviar")
    assert first[3] == "1 movimiento, de hoy"
    QTest.keyClick(window.tablero.tareas.view, Key.Key_Up)
    QTest.keyClick(window.tablero.tareas.view, Key.Key_Return)
    assert window.lotes.isVisible()


def test_the_rejected_ones_lead_to_the_first_of_them_with_its_reason_and_f2_corrects_it(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    with application.store.write() as db:
        raw_of(db).execute(
            "UPDATE movimientos SET estado = 4, codigo_rechazo = '217', causa_rechazo = 'CURP' "
            "WHERE id = ?",
            (application.movimientos.first_page(sesion, TODOS)[0].id.bytes,),
        )
    QTest.keyClick(window, Key.Key_F5)
    read(window)
    assert cells(window.tablero.tareas.view)[0][:2] == ("1 aviso rechazado", "Rechazado")
    QTest.keyClick(window.tablero.tareas.view, Key.Key_Up)
    QTest.keyClick(window.tablero.tareas.view, Key.Key_Return)
    settled(window)
    view = window.form.movimientos_table
    titles = [str(one) for one in window.grid.visible_columns()]
    at = titles.index("Estado")
    assert titles[at + 1] == "Causa de rechazo"
    index = view.model().index(0, [column.title for column in COLUMNS].index("Estado"))
    assert (index.data(), index.data(Qt.ItemDataRole.ToolTipRole)) == ("Rechazado", "217 CURP")
    until(window.acciones.editar.isEnabled)
    QTest.keyClick(view, Key.Key_F2)
    found = dialog(CapturaMovimientoDialog)
    assert found.windowTitle() == "Corregir y volver a presentar"
    escape(found)


def test_it_counts_again_when_movements_arrive_from_another_desktop(
    window: ModuloWindow, application: Application, sesion: Sesion, shell: Shell
) -> None:
    capture(application, sesion, alta(nss="12345678911", nombres="IRIS", fecha=date(2026, 2, 24)))
    shell.data_arrived.emit()
    until(lambda: numbers(window)["Terminan hoy"] == "2")
    assert "2 avisos" in window.tablero.banner.label.text()


def test_the_day_is_copied_what_was_sent_rejected_and_is_late(
    context: Context, application: Application, sesion: Sesion, people: None
) -> None:
    capture(application, sesion, alta(nombres="IRIS", segundo_apellido="", fecha=date(2026, 2, 3)))
    lotes, service = application.lotes, application.movimientos
    vista = service.prepare(sesion, TODOS, OrdenMovimientos(), NoProgress())
    filas = [one for one in service.rows(vista, 0, 9) if one is not None]
    service.release(vista)
    (luis,) = (one.id for one in filas if one.nombres == "LUIS")
    plan = lotes.plan(sesion, [luis], OpcionesLote(), NoProgress())
    (lote,) = lotes.generate(sesion, plan)
    lotes.mark_sent(sesion, lote.id, date(2026, 3, 2))
    window = entered(context)
    press(window.tablero, "Copiar el día")
    clipboard = QGuiApplication.clipboard()
    until(lambda: "Resumen del día" in clipboard.text())
    said = clipboard.text().split("\n\n")
    assert said[0] == "Resumen del día: Lunes 2 de marzo de 2026"
    assert said[1].splitlines()[0] == "Presentado hoy: 1"
    assert said[1].endswith("1 movimiento")
    assert [part.splitlines()[0] for part in said[2:4]] == [
        "Respondido hoy: 0",
        "Rechazado, sin volver a presentar: 0",
    ]
    assert said[4].splitlines()[0] == "Termina hoy: 1"
    assert "ANA" in said[4]
    assert said[5].splitlines()[0] == "Tarde: 2"
    assert "EVA" in said[5]
    assert "MUÑOZ IRIS" in said[5]
    assert "último día" in said[5]
    close(window)


def test_the_next_morning_it_counts_for_the_new_day(window: ModuloWindow, reloj: Reloj) -> None:
    reloj.advance(days=1)
    QTest.keyClick(window, Key.Key_F5)
    until(lambda: numbers(window)["Urgen"] == "1")
    assert numbers(window)["Terminan hoy"] == "0"
    assert not window.tablero.banner.isVisible()
    assert window.form.subtitulo_label.text() == "Martes 3 de marzo de 2026"


def test_a_clock_set_back_is_said_over_everything_until_somebody_says_it_is_right(
    window: ModuloWindow, reloj: Reloj
) -> None:
    page = window.tablero
    reloj.advance(days=-40)
    window.tablero._presenter.load()
    until(lambda: page.banner.label.text().startswith("Reloj dudoso: este equipo dice que hoy"))
    assert page.banner.button.isVisible()
    press(page, "La fecha es correcta")
    until(lambda: not page.banner.isVisible())


def test_who_only_looks_opens_a_figure_and_leaves_its_list(consulta: ModuloWindow) -> None:
    assert numbers(consulta)["Tarde"] == "1"
    tareas = consulta.tablero.tareas
    assert cells(tareas.view) == []
    assert tareas.nothing.isVisible()
    assert tareas.view.accessibleDescription().startswith("Nada por ahora. ")
    QTest.keyClick(consulta, Key.Key_4, ALT)
    settled(consulta)
    assert names(consulta) == ["EVA"]
    assert consulta.form.quitar_button.isVisible()
    consulta.form.quitar_button.click()
    settled(consulta)
    assert len(names(consulta)) == 3
    assert not consulta.form.quitar_button.isVisible()


def test_who_prefers_the_movements_begins_there(context: Context, people: None) -> None:
    context.shell.preferences.set(FIRST_PAGE, MOVIMIENTOS)
    window = context.shell.open("modulo", context.sesion)
    assert isinstance(window, ModuloWindow)
    settled(window)
    assert window.form.movimientos_page.isVisible()
    assert window.acciones.exportar.isEnabled()


def test_who_only_consults_begins_at_the_movements(shell: Shell, people: None) -> None:
    window = shell.open("modulo", SESION_CONSULTA)
    assert isinstance(window, ModuloWindow)
    settled(window)
    assert window.form.movimientos_page.isVisible()


def test_f1_opens_its_page_of_the_manual(window: ModuloWindow, shell: Shell) -> None:
    window.activateWindow()
    window.tablero.focus()
    QTest.keyClick(window.tablero.tareas.view, Key.Key_F1)
    shown = shell.help.window
    assert shown is not None
    assert shown.presenter.state.pagina.titulo == "Tablero"
    shown.close()


@pytest.mark.parametrize(
    ("estado", "desde", "said"),
    [
        (EstadoLote.GENERADO, date(2026, 3, 1), "Por enviar"),
        (EstadoLote.ENVIADO, date(2026, 3, 2), "Sin respuesta"),
        (EstadoLote.ENVIADO, date(2026, 3, 1), "Falta su constancia"),
    ],
)
def test_the_day_after_it_was_sent_a_lote_asks_for_its_constancia(
    estado: EstadoLote, desde: date, said: str
) -> None:
    """The portal's acuse is not the Institute's acceptance."""
    lote = LoteSinRespuesta("X.dsp", 2, estado, desde)
    cifras = dict.fromkeys(Cifra, 0)
    (tarea,) = tareas(TableroDiario(date(2026, 3, 2), cifras, (lote,)))
    assert tarea.estado == said
    assert ("no es aceptación" in tarea.detalle) == (said == "Falta su constancia")


def test_names_from_outside_are_shown_as_they_are_written(window: ModuloWindow) -> None:
    hostile = '<img src="//casa/x"><b>lote</b>\u202e'
    lote = LoteSinRespuesta(hostile, 1, EstadoLote.ENVIADO, date(2026, 2, 27))
    cifras = dict.fromkeys(Cifra, 0)
    window.tablero._draw(TableroState(TableroDiario(date(2026, 3, 2), cifras, (lote,))))
    assert cells(window.tablero.tareas.view)[0][0] == f"Lote {hostile}"
    tip = window.tablero.tareas.table.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    plain = Qt.TextFormat.PlainText
    shown = [one for one in window.tablero.findChildren(QLabel) if one.text()]
    assert shown
    assert all(one.textFormat() == plain for one in shown)


def description(window: ModuloWindow) -> str:
    return window.tablero.by_kind.bars.accessibleDescription()


def test_the_charts_say_their_figures_to_who_does_not_see_them(window: ModuloWindow) -> None:
    bars = window.tablero.by_kind.bars
    assert bars.accessibleName() == "Avisos por mes y tipo"
    assert description(window) == (
        "Septiembre 2025. Altas: 0, Modificaciones de salario: 1, Bajas: 0. "
        "Febrero 2026. Altas: 2, Modificaciones de salario: 0, Bajas: 0."
    )
    late = window.tablero.in_time.bars.accessibleDescription()
    assert late == "Septiembre 2025. En plazo: 0, Plazo dudoso: 0, Tarde: 1."


def test_arrows_walk_the_months_and_enter_opens_the_list_of_one(window: ModuloWindow) -> None:
    card = window.tablero.by_kind
    card.bars.setFocus()
    assert card.said.text().startswith("Marzo 2026.")
    QTest.keyClick(card.bars, Key.Key_Left)
    assert card.said.text() == "Febrero 2026. Altas: 2, Modificaciones de salario: 0, Bajas: 0."
    QTest.keyClick(card.bars, Key.Key_Return)
    settled(window)
    assert window.form.movimientos_page.isVisible()
    assert names(window) == ["LUIS", "ANA"]
    assert window.form.mensaje_label.text().endswith("del mes: Febrero 2026.")


def test_in_a_narrow_window_the_tasks_have_its_width(window: ModuloWindow) -> None:
    page = window.tablero
    for width, under in ((911, True), (1280, False)):
        window.resize(width, 700)
        settle()
        assert (page.equipo.y() >= page.tareas.geometry().bottom()) is under


def test_the_table_behind_a_chart_has_its_figures_and_opens_the_same_list(
    window: ModuloWindow,
) -> None:
    card = window.tablero.in_time
    window.resize(window.width(), 480)
    QTest.keyClick(window, Key.Key_9, ALT)
    assert card.shows_table
    assert card.view.hasFocus()
    assert card.view.visibleRegion().boundingRect().height() > card.view.height() // 2
    assert card.table_button.text() == "Ver gráfica"
    rows = cells(card.view)
    assert len(rows) == 12
    assert rows[0] == ("Marzo 2026", "0", "0", "0", "0")
    assert rows[6] == ("Septiembre 2025", "0", "0", "1", "1")
    card.view.setCurrentIndex(card.view.model().index(6, 0))
    QTest.keyClick(card.view, Key.Key_Return)
    settled(window)
    assert names(window) == ["EVA"]
    QTest.keyClick(window, Key.Key_1, CTRL)
    QTest.keyClick(window, Key.Key_9, ALT)
    assert not card.shows_table
    assert card.bars.hasFocus()


def test_a_chart_is_saved_as_a_picture_in_the_colours_in_sight(
    window: ModuloWindow, tmp_path: Path
) -> None:
    path = tmp_path / "avisos.png"
    window.tablero.save_picture(window.tablero.by_kind, path)
    until(lambda: window.tablero.toast.label.text() == "Se guardó avisos.png.")
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1440, 720)
    found = {image.pixelColor(x, y).name() for x in range(0, 1440, 2) for y in range(0, 720, 2)}
    assert {assets.colors().surface, assets.colors().accent, assets.colors().info} <= found


@pytest.mark.parametrize("where", ["nada/avisos.png", "carpeta"])
def test_a_picture_that_cannot_be_written_says_so_and_leaves_what_was_there(
    window: ModuloWindow, tmp_path: Path, message_box: Box, where: str
) -> None:
    folder = tmp_path / "salida"
    (folder / "carpeta").mkdir(parents=True)
    (folder / "carpeta" / "queda.txt").write_text("x", encoding="ascii")
    window.tablero.save_picture(window.tablero.by_kind, folder / where)
    said = message_box()
    assert said.text().endswith(".")
    said.accept()
    assert sorted(path.name for path in folder.rglob("*")) == ["carpeta", "queda.txt"]


def test_the_tick_says_which_page_is_first_the_next_time(context: Context, people: None) -> None:
    window = entered(context)
    QTest.keyClick(window, Key.Key_E, ALT)
    until(lambda: not window.tablero.equipo.show_first.isChecked())
    close(window)
    second = context.shell.open("modulo", context.sesion)
    assert isinstance(second, ModuloWindow)
    settled(second)
    assert second.form.movimientos_page.isVisible()
    QTest.keyClick(second, Key.Key_1, CTRL)
    read(second)
    QTest.keyClick(second, Key.Key_E, ALT)
    until(lambda: context.shell.preferences.get(FIRST_PAGE) == "")
    close(second)


def test_the_first_steps_are_listed_and_lead_to_their_place_by_keys(
    qtbot: QtBot, window: ModuloWindow, shell: Shell
) -> None:
    pasos = window.tablero.pasos
    assert pasos.isVisible()
    spoken = {paso.name: one.accessibleDescription() for paso, one in pasos.buttons.items()}
    assert spoken == {
        "REGISTRO": "Por hacer",
        "CERTIFICADO": "Por hacer",
        "MOVIMIENTO": "Hecho",
        "RESPALDO": "Por hacer",
        "CORREO": "Por hacer",
    }
    with qtbot.waitSignal(shell.opened) as opened:
        pasos.buttons[PrimerPaso.RESPALDO].setFocus()
        QTest.keyClick(pasos.buttons[PrimerPaso.RESPALDO], Key.Key_Space)
    assert opened.args == ["respaldo"]


def test_the_list_of_first_steps_is_put_away_for_good(window: ModuloWindow) -> None:
    pasos = window.tablero.pasos
    QTest.keyClick(window, Key.Key_Q, ALT)
    until(lambda: not pasos.isVisible())
    QTest.keyClick(window, Key.Key_F5)
    read(window)
    assert not pasos.isVisible()


def test_the_list_of_first_steps_goes_once_all_are_done(window: ModuloWindow) -> None:
    pasos = window.tablero.pasos
    pasos.show_steps(dict.fromkeys(PrimerPaso, True))
    assert not pasos.isVisible()
    pasos.show_steps({})
    assert not pasos.isVisible()


def test_a_row_asks_to_compare_the_emission_and_opens_its_window() -> None:
    empty = TableroDiario(date(2026, 11, 9), dict.fromkeys(Cifra, 0))
    assert [one.destino for one in tareas(empty)] == []
    (row,) = tareas(replace(empty, por_confrontar=date(2026, 10, 1)))
    assert row.que == "Confronte la emisión de octubre"
    assert BY_KEY[row.destino].label == "Con&frontar…"
