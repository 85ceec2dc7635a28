"""Synchronising by itself: started only where it is on, soon after an edit, never in the way."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.inicio.background import Background
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.gui.oficina.sincronizacion import background as fondo
from icsoe_desktop.gui.oficina.sincronizacion.background import INTERVAL_MS, RETRY_MS, SyncRunner
from icsoe_desktop.gui.oficina.sincronizacion.palabras import LuzBarra
from icsoe_desktop.gui.oficina.sincronizacion.window import SincronizacionWindow
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.sincronizacion.answers import Conexion, ResumenSincronizacion
from icsoe_desktop.services.sincronizacion.oficina import connection
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from tests.conftest import ROOT
from tests.gui.oficina.sincronizacion.comun import QUIET, Escritorio, found, founded
from tests.gui.oficina.sincronizacion.conftest import Abrir
from tests.services.sincronizacion.servidor_memoria import Memoria


class Watched(SincronizacionService):
    """The real one, which also counts its rounds and keeps them waiting while `gate` is closed."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.store, application.bitacora, connection.connect, lambda *_: ())
        self.rounds = 0
        self.at_once = 0
        self.most_at_once = 0
        self.fault: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def sync(self, progress: Progress) -> ResumenSincronizacion:
        self.rounds += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            assert self.gate.wait(10)
            if self.fault is not None:
                raise self.fault
            return super().sync(progress)
        finally:
            self.at_once -= 1


@pytest.fixture
def uno(abrir: Abrir, memoria: Memoria) -> Escritorio:
    """In an office, with nothing that waits."""
    made = founded(found)
    memoria.become(made.memoria)
    return abrir("uno", made.moldes[0])


@pytest.fixture
def watched(uno: Escritorio, monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setattr(fondo, "SOON_MS", 10)
    return Watched(uno.application)


@pytest.fixture
def runner(watched: Watched, qtbot: QtBot) -> Iterator[SyncRunner]:
    runner = SyncRunner(watched, look_ms=20)
    yield runner
    watched.gate.set()
    assert runner.stop()


def light(runner: SyncRunner) -> list[LuzBarra]:
    seen: list[LuzBarra] = []
    runner.changed.connect(seen.append)
    return seen


def test_it_synchronises_when_the_program_opens(
    runner: SyncRunner, watched: Watched, qtbot: QtBot
) -> None:
    seen = light(runner)
    runner.start()
    qtbot.waitUntil(lambda: watched.rounds == 1 and watched.at_once == 0)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].text == "Sincronizado hace un momento")


def test_an_edit_leaves_soon(
    runner: SyncRunner, watched: Watched, uno: Escritorio, qtbot: QtBot
) -> None:
    runner.start()
    qtbot.waitUntil(lambda: watched.rounds == 1 and watched.at_once == 0)
    uno.add_registro()
    qtbot.waitUntil(lambda: watched.rounds == 2)
    qtbot.waitUntil(lambda: uno.application.sincronizacion.state().esperan == 0)


def test_rounds_never_overlap_and_a_nudge_in_between_is_not_lost(
    runner: SyncRunner, watched: Watched, qtbot: QtBot
) -> None:
    watched.gate.clear()
    runner.nudge()
    qtbot.waitUntil(lambda: watched.rounds == 1)
    runner._sync()
    runner._sync()
    watched.gate.set()
    qtbot.waitUntil(lambda: watched.rounds == 2 and watched.at_once == 0)
    assert watched.most_at_once == 1


def test_the_next_round_comes_by_itself(watched: Watched, qtbot: QtBot) -> None:
    runner = SyncRunner(watched, interval_ms=20)
    runner.start()
    qtbot.waitUntil(lambda: watched.rounds >= 3)
    assert runner.stop()


@pytest.mark.parametrize(("spread", "minutes"), [(0.0, 4), (0.5, 5), (1.0, 6)])
def test_an_office_does_not_ask_all_at_once(watched: Watched, spread: float, minutes: int) -> None:
    assert SyncRunner(watched, spread=lambda: spread)._wait_ms() == minutes * 60_000


def test_after_a_failure_it_tries_sooner_and_then_later_each_time(watched: Watched) -> None:
    runner = SyncRunner(watched, spread=lambda: 0.5)
    waits = []
    for failures in range(1, 7):
        runner._failures = failures
        waits.append(runner._wait_ms())
    assert waits == [RETRY_MS, 2 * RETRY_MS, 4 * RETRY_MS, 8 * RETRY_MS, INTERVAL_MS, INTERVAL_MS]


def test_stopping_lets_the_round_end_and_none_follows(
    runner: SyncRunner, watched: Watched, qtbot: QtBot
) -> None:
    watched.gate.clear()
    runner.start()
    qtbot.waitUntil(lambda: watched.rounds == 1)
    seen = light(runner)
    threading.Timer(0.1, watched.gate.set).start()
    assert runner.stop()
    runner.nudge()
    assert not any(timer.isActive() for timer in runner.findChildren(QTimer))
    QApplication.processEvents()
    assert (watched.rounds, watched.at_once, seen) == (1, 0, [])


def test_the_light_comes_and_goes_with_the_office(
    abrir: Abrir, cuentas: tuple[Conexion, Conexion], qtbot: QtBot
) -> None:
    escritorio = abrir("uno")
    shell = escritorio.shell
    main = QMainWindow()
    qtbot.addWidget(main)
    panel = StatusPanel(shell, main)
    panel.show_sesion(escritorio.sesion)
    main.statusBar().addPermanentWidget(panel)
    main.show()
    background = Background(escritorio.application, shell, shell.jobs, main)
    background.start()
    qtbot.waitUntil(lambda: not shell.jobs.busy)
    assert not panel.sincronizacion_button.isVisible()

    escritorio.create(cuentas[0])
    shell.sync_changed.emit()
    qtbot.waitUntil(panel.sincronizacion_button.isVisible)
    qtbot.waitUntil(lambda: panel.sincronizacion_button.text() == "Sincronizado hace un momento")
    assert not panel.sincronizacion_button.icon().isNull()
    other = StatusPanel(shell, main)
    other.show_sesion(SESION_CONSULTA)
    assert other.sincronizacion_button.isHidden()
    assert other.sincronizacion_label.text() == "Sincronizado hace un momento"

    panel.sincronizacion_button.setFocus()
    QTest.keyClick(panel.sincronizacion_button, Qt.Key.Key_Space)
    (window,) = main.findChildren(SincronizacionWindow)
    qtbot.waitUntil(lambda: window.estado.form.oficina_label.text() == "Despacho Imaginario")
    window.close()

    escritorio.application.sincronizacion.leave(escritorio.sesion, QUIET)
    shell.sync_changed.emit()
    qtbot.waitUntil(lambda: not panel.sincronizacion_button.isVisible())
    background.stop()


OFF = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.gui.inicio.background import Background
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.paths import open_data_folder
from tests.conftest import MemoryKeyring
folder = open_data_folder(sys.argv[1])
application = open_application(folder, keyring=MemoryKeyring())
dispatcher = Dispatcher()
jobs = gui_queue(dispatcher, "pruebas")
shell = Shell(folder, jobs, Preferences(folder.preferences), ErrorReporter(None))
shell.application = application
assets.load_assets()
main = QMainWindow()
StatusPanel(shell, main)
background = Background(application, shell, jobs, main)
background.start()
while jobs.busy:
    app.processEvents()
app.processEvents()
background.stop()
jobs.close()
application.close()
words = "sincronizacion", "kinto", "office_keys"
ours = [name for name in sys.modules if name.startswith("icsoe_desktop")]
print(application.is_sharing, *[name for name in ours if any(one in name for one in words)])
"""


def test_where_it_is_off_nothing_of_it_is_loaded(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OFF, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # The tables of the store are one module, whose migrations must agree with it.
    assert done.stdout.split() == ["False", "icsoe_desktop.store.tables.sincronizacion"]


@pytest.mark.expects_log
def test_a_round_that_could_not_even_store_its_reason_is_not_green(
    runner: SyncRunner, watched: Watched, uno: Escritorio, qtbot: QtBot
) -> None:
    """The disk is full: the store keeps the state of the last good round."""
    seen = light(runner)
    uno.add_registro()
    watched.fault = UserFacingError("El disco está lleno.")
    runner.start()
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].text == "No se sincronizó, 1 por enviar")
    assert (seen[-1].icon, seen[-1].tip.split(".")[0]) == ("error", "El disco está lleno")
    watched.fault = None
    runner.nudge()
    qtbot.waitUntil(lambda: seen[-1].text == "Sincronizado hace un momento")
