"""The Tablero as people meet it: the first page, its figures, its rows and its keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoLote
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.modulo.window import FIRST_PAGE, MOVIMIENTOS, ModuloWindow
from icsoe_desktop.gui.tablero.presenter import TableroState
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.valores import TODOS
from icsoe_desktop.services.tablero.service import Cifra, LoteSinRespuesta, TableroDiario
from tests.completas import pantalla
from tests.conftest import Reloj
from tests.gui.modulo.comun import (
    NSS_EVA,
    NSS_LUIS,
    Key,
    alta,
    capture,
    cells,
    modificacion,
    names,
    settled,
)

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


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


def entered(qtbot: QtBot, context: Context) -> ModuloWindow:
    window = context.shell.open("modulo", context.sesion)
    assert isinstance(window, ModuloWindow)
    read(qtbot, window)
    return window


def read(qtbot: QtBot, window: ModuloWindow) -> None:
    def ready() -> bool:
        state = window.tablero_presenter.state
        return state.tablero is not None and not state.reading

    qtbot.waitUntil(ready)
    settled(qtbot, window)


@pytest.fixture
def window(qtbot: QtBot, context: Context, people: None) -> Iterator[ModuloWindow]:
    window = entered(qtbot, context)
    yield window
    window.close()
    qtbot.waitUntil(lambda: not isValid(window))


@pytest.fixture
def consulta(qtbot: QtBot, shell: Shell, people: None) -> Iterator[ModuloWindow]:
    window = entered(qtbot, shell.context(SESION_CONSULTA))
    yield window
    window.close()
    qtbot.waitUntil(lambda: not isValid(window))


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
        "En riesgo": "0",
        "Sin cubrir": "2",
        "Expuestos": "1",
        "Sin archivo": "3",
        "Sin respuesta": "0",
    }
    assert window.tablero.banner.label.text().startswith("Hoy termina el plazo de 1 aviso.")
    assert window.form.lateral_list.currentItem().text() == "Tablero"


def test_before_it_is_counted_the_page_says_so(context: Context, people: None) -> None:
    window = context.shell.open("modulo", context.sesion)
    assert isinstance(window, ModuloWindow)
    assert set(numbers(window).values()) == {"…"}
    assert window.tablero.nothing.text() == "Contando…"
    assert window.tablero.nothing.isVisible()


def test_each_figure_opens_its_list_by_its_key_and_ctrl_1_comes_back(
    qtbot: QtBot, window: ModuloWindow
) -> None:
    for key, expected in (
        (Key.Key_1, ["ANA"]),
        (Key.Key_2, []),
        (Key.Key_3, ["ANA", "LUIS"]),
        (Key.Key_4, ["EVA"]),
        (Key.Key_5, ["EVA", "ANA", "LUIS"]),
        (Key.Key_6, []),
    ):
        QTest.keyClick(window, key, ALT)
        settled(qtbot, window)
        assert window.form.movimientos_page.isVisible()
        assert window.form.alcance_label.isVisible()
        assert names(window) == expected
        QTest.keyClick(window, Key.Key_1, CTRL)
        assert window.tablero.isVisible()
        assert window.tablero.view.hasFocus()
        read(qtbot, window)
    QTest.keyClick(window, Key.Key_2, CTRL)
    assert window.form.movimientos_page.isVisible()
    assert window.form.lateral_list.currentItem().text() == "Movimientos"


def test_a_lote_without_an_answer_leads_to_the_lotes_by_enter(
    qtbot: QtBot, window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    ids = [fila.id for fila in application.movimientos.first_page(sesion, TODOS)]
    plan = application.lotes.plan(sesion, ids[:1], OpcionesLote(), NoProgress())
    (lote,) = application.lotes.generate(sesion, plan)
    QTest.keyClick(window, Key.Key_F5)
    read(qtbot, window)
    assert numbers(window)["Sin respuesta"] == "1"
    first = cells(window.tablero.view)[0]
    assert first[:2] == (f"Lote {lote.nombre_archivo}", "Por enviar")
    assert first[3] == "1 movimiento, de hoy"
    QTest.keyClick(window.tablero.view, Key.Key_Up)
    QTest.keyClick(window.tablero.view, Key.Key_Return)
    assert window.lotes.isVisible()


def test_it_counts_again_when_movements_arrive_from_another_desktop(
    qtbot: QtBot, window: ModuloWindow, application: Application, sesion: Sesion, shell: Shell
) -> None:
    capture(application, sesion, alta(nss="12345678911", nombres="IRIS", fecha=date(2026, 2, 24)))
    shell.data_arrived.emit()
    qtbot.waitUntil(lambda: numbers(window)["Terminan hoy"] == "2")
    assert "2 avisos" in window.tablero.banner.label.text()


def test_the_next_morning_it_counts_for_the_new_day(
    qtbot: QtBot, window: ModuloWindow, reloj: Reloj
) -> None:
    reloj.advance(days=1)
    QTest.keyClick(window, Key.Key_F5)
    qtbot.waitUntil(lambda: numbers(window)["En riesgo"] == "1")
    assert numbers(window)["Terminan hoy"] == "0"
    assert not window.tablero.banner.isVisible()
    assert window.form.subtitulo_label.text() == "Martes 3 de marzo de 2026"


def test_who_only_looks_opens_a_figure_and_leaves_its_list(
    qtbot: QtBot, consulta: ModuloWindow
) -> None:
    assert numbers(consulta)["Expuestos"] == "1"
    assert cells(consulta.tablero.view) == []
    QTest.keyClick(consulta, Key.Key_4, ALT)
    settled(qtbot, consulta)
    assert names(consulta) == ["EVA"]
    assert consulta.form.quitar_button.isVisible()
    consulta.form.quitar_button.click()
    settled(qtbot, consulta)
    assert len(names(consulta)) == 3
    assert not consulta.form.quitar_button.isVisible()


def test_who_prefers_the_movements_begins_there(
    qtbot: QtBot, context: Context, people: None
) -> None:
    context.shell.preferences.set(FIRST_PAGE, MOVIMIENTOS)
    window = context.shell.open("modulo", context.sesion)
    assert isinstance(window, ModuloWindow)
    settled(qtbot, window)
    assert window.form.movimientos_page.isVisible()
    assert window.acciones.exportar.isEnabled()


def test_f1_opens_its_page_of_the_manual(window: ModuloWindow, shell: Shell) -> None:
    window.activateWindow()
    window.tablero.focus()
    QTest.keyClick(window.tablero.view, Key.Key_F1)
    shown = shell.help.window
    assert shown is not None
    assert shown.presenter.state.pagina.titulo == "Tablero"
    shown.close()


def test_names_from_outside_are_shown_as_they_are_written(window: ModuloWindow) -> None:
    hostile = '<img src="//casa/x"><b>lote</b>\u202e'
    lote = LoteSinRespuesta(hostile, 1, EstadoLote.ENVIADO, date(2026, 2, 27))
    cifras = dict.fromkeys(Cifra, 0)
    window.tablero._draw(TableroState(TableroDiario(date(2026, 3, 2), cifras, (lote,))))
    assert cells(window.tablero.view)[0][0] == f"Lote {hostile}"
    tip = window.tablero.table.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    plain = Qt.TextFormat.PlainText
    shown = [one for one in window.tablero.findChildren(QLabel) if one.text()]
    assert shown
    assert all(one.textFormat() == plain for one in shown)


def test_everything_has_a_name_a_key_and_its_place_in_the_order(window: ModuloWindow) -> None:
    window.resize(1300, 690)
    assert pantalla.unnamed(window) == []
    assert pantalla.without_key(window) == []
    assert pantalla.unreachable_actions(window) == []
    assert pantalla.disordered(window) == []
    assert pantalla.badly_focused(window) == []
    assert pantalla.english(window) == []
