"""Entering the module brings the movements up to date, in sight and without stopping anybody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.idse.modulo.window import UPDATE_STOPPED
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.movimientos.terminos import WHAT
from icsoe_desktop.store.connection import BUSY, raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos import stored_terms
from tests.gui.idse.comun import close, names, opened, show_tab
from tests.support.reposo import until

EVERYBODY = ["ANA", "LUIS", "EVA"]


@pytest.fixture
def store(application: Application) -> Store:
    return application.movimientos._store


@pytest.fixture
def forgotten(store: Store, three: None) -> None:
    """The terms are gone, as in a store that was just migrated."""
    with store.write() as db:
        raw_of(db).execute("UPDATE movimientos SET seguro = NULL, limite = NULL")


def unknown(store: Store) -> int:
    with store.read() as db:
        return stored_terms.count_unknown(raw_of(db))


class Gate:
    """Holds each step of the update until the test lets it go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._allowed = threading.Semaphore(0)
        self.steps = 0
        fill = stored_terms.fill_some

        def wait(*args: Any) -> int:
            self.steps += 1
            assert self._allowed.acquire(timeout=60)
            return fill(*args)

        monkeypatch.setattr(stored_terms, "fill_some", wait)
        monkeypatch.setattr(stored_terms, "ROWS_AT_ONCE", 1)

    def let_one(self) -> None:
        self._allowed.release()

    def let_go(self) -> None:
        self._allowed.release(1_000)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(monkeypatch)
    yield gate
    gate.let_go()


@pytest.mark.parametrize("consulta", [True, False], ids=["sólo consulta", "user"])
def test_the_progress_is_in_sight_and_the_rows_are_there_meanwhile(
    shell: Shell, sesion: Sesion, store: Store, forgotten: None, gate: Gate, consulta: bool
) -> None:
    window = opened(shell.context(SESION_CONSULTA if consulta else sesion))
    part = window.al_dia
    until(part.isVisible)
    assert part.label.text().startswith(WHAT)
    gate.let_one()
    until(lambda: part.label.text() == f"{WHAT}: 1 de 3")
    assert (part.bar.value(), part.bar.maximum()) == (1, 3)
    show_tab(window, "Todos")
    assert names(window) == EVERYBODY
    window.form.movimientos_table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    until(lambda: not window.presenter.state.loading)
    assert part.isVisible()
    gate.let_go()
    until(lambda: not part.running)
    assert not part.isVisible()
    until(lambda: not window.presenter.state.loading)
    assert sorted(names(window)) == sorted(EVERYBODY)
    assert unknown(store) == 0
    close(window)


def test_what_takes_a_moment_does_not_flicker(
    context: Context, store: Store, forgotten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than this machine may take at its slowest.
    monkeypatch.setattr("icsoe_desktop.gui.idse.modulo.puesta_al_dia.SHOW_AFTER_MS", 3_600_000)
    window = opened(context)
    until(lambda: not window.al_dia.running)
    assert unknown(store) == 0
    assert not window.al_dia.isVisible()
    assert not window.al_dia._soon.isActive()
    close(window)


def test_whoever_cancels_keeps_what_is_done_and_goes_on_the_next_time(
    context: Context, store: Store, forgotten: None, gate: Gate
) -> None:
    window = opened(context)
    part = window.al_dia
    until(lambda: part.isVisible() and gate.steps == 1)
    QTest.mouseClick(part.stop_button, Qt.MouseButton.LeftButton)
    assert not part.stop_button.isEnabled()
    gate.let_go()
    until(lambda: not part.running)
    assert window.form.statusbar.currentMessage() == UPDATE_STOPPED
    assert not part.isVisible()
    assert unknown(store) == 2
    close(window)
    window = opened(context)
    until(lambda: not window.al_dia.running and unknown(store) == 0)
    close(window)


def test_data_in_use_is_told_in_a_line_and_stops_nobody(
    context: Context, store: Store, forgotten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("icsoe_desktop.store.connection.BUSY_TIMEOUT_MS", 1)
    with store.write() as db:
        raw_of(db).execute("UPDATE ajustes SET valor = valor")
        monkeypatch.setattr(store._writing.pool, "connect", _hurried(store._writing.pool.connect))
        window = opened(context)
        until(lambda: not window.al_dia.running)
        assert window.form.statusbar.currentMessage() == BUSY
        show_tab(window, "Todos")
        assert names(window) == EVERYBODY
    close(window)


def _hurried(connect: Any) -> Any:
    def hurry() -> Any:
        connection = connect()
        connection.driver_connection.execute("PRAGMA busy_timeout = 1")
        return connection

    return hurry


def test_closing_the_window_ends_it(
    context: Context, store: Store, forgotten: None, gate: Gate
) -> None:
    window = opened(context)
    until(lambda: gate.steps == 1)
    close(window)
    gate.let_go()
