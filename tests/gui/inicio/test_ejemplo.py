"""«Probar con datos de ejemplo»: in with one click, marked everywhere, out and gone with one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque.app import Program
from icsoe_desktop.arranque.bootstrap import make_sample
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.idse.modulo.window import CONSULTA_SHORT, ModuloWindow
from icsoe_desktop.gui.inicio.desbloquear.window import DesbloquearWindow
from icsoe_desktop.gui.inicio.sample_data import LEAVE, TITLE, SampleBand
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.progress import ProgressDialog
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.logs import close_logs
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.ejemplo.guion import CONTRASENA, CORREO
from tests.conftest import MemoryKeyring
from tests.gui.conftest import press
from tests.support.reposo import settle


class Programs:
    """Starts programs, and ends those that a test left."""

    def __init__(self) -> None:
        self._running: list[tuple[Program, DataFolder]] = []
        self._llavero = MemoryKeyring()

    def start(self, folder: DataFolder) -> Program:
        instancia = Instancia(folder)
        assert instancia.claim()
        program = Program(folder, instancia, None if folder.is_sample else self._llavero)
        self._running.append((program, folder))
        program.start()
        return program

    def hand_over(self, program: Program) -> DataFolder:
        """As run_gui does between two programs."""
        assert program.following is not None
        self._running = [each for each in self._running if each[0] is not program]
        following = program.following
        program.end()
        program.clear_away()
        return following

    def end(self) -> None:
        for program, folder in self._running:
            program.end()
            close_logs(folder.logs)


@pytest.fixture
def programs(qapp: QApplication) -> Iterator[Programs]:
    programs = Programs()
    yield programs
    programs.end()


def module_of(qtbot: QtBot) -> ModuloWindow:
    """The window that the sample opens by itself."""

    def shown() -> list[ModuloWindow]:
        found = (w for w in QApplication.topLevelWidgets() if isinstance(w, ModuloWindow))
        return [window for window in found if window.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    return shown()[0]


def bands(window: QWidget) -> list[SampleBand]:
    return [band for band in window.findChildren(SampleBand) if band.isVisible()]


def test_one_click_leads_into_the_sample_and_one_out_of_it_again(
    programs: Programs, tmp_path: Path, qtbot: QtBot
) -> None:
    own = DataFolder(tmp_path)
    program = programs.start(own)
    qtbot.waitUntil(lambda: program.acceso_presenter.state.whole)
    assert not bands(program.acceso)
    qtbot.waitUntil(program.acceso.form.ejemplo_button.isEnabled)
    press(program.acceso, "Probar")
    qtbot.waitUntil(lambda: program.following == own.sample)
    following = programs.hand_over(program)
    store = own.store.read_bytes()
    program = programs.start(following)
    module = module_of(qtbot)
    assert TITLE in module.windowTitle()
    (band,) = bands(module)
    assert CORREO in band.label.text()
    press(band, LEAVE)
    qtbot.waitUntil(lambda: program.following == own)
    following = programs.hand_over(program)
    assert own.store.read_bytes() == store
    program = programs.start(following)
    qtbot.waitUntil(lambda: program.acceso_presenter.state.whole)
    assert not own.sample.root.exists()
    assert not bands(program.acceso)


def test_a_restart_keeps_the_sample_and_leaving_keeps_data_that_are_not_invented(
    programs: Programs, tmp_path: Path, qtbot: QtBot
) -> None:
    sample = DataFolder(tmp_path).sample
    make_sample(sample, NoProgress())
    program = programs.start(sample)
    module_of(qtbot)
    # As after a backup was restored here.
    program.shell.restart_wanted.emit()
    assert programs.hand_over(program) == sample
    assert sample.store.exists()
    # It took the place of the invented data, and the file keyring has no key for it.
    for key in sample.root.glob("llave-*.bin"):
        key.unlink()
    program = programs.start(sample)
    qtbot.waitUntil(lambda: program.acceso.findChildren(DesbloquearWindow) != [])
    program.following = DataFolder(tmp_path)
    programs.hand_over(program)
    assert sample.store.exists()


def test_data_restored_in_the_samples_folder_bear_no_mark(
    programs: Programs, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = DataFolder(tmp_path).sample
    make_sample(sample, NoProgress())
    monkeypatch.setattr("icsoe_desktop.arranque.bootstrap.SAMPLE_MARK", "otra")
    program = programs.start(sample)
    qtbot.waitUntil(lambda: program.acceso_presenter.state.whole)
    assert not bands(program.acceso)
    assert TITLE not in program.acceso.windowTitle()


def test_every_window_and_message_of_the_sample_says_so(
    programs: Programs, tmp_path: Path, qtbot: QtBot
) -> None:
    sample = DataFolder(tmp_path).sample
    make_sample(sample, NoProgress())
    program = programs.start(sample)
    module = module_of(qtbot)
    application = program.shell.application
    assert application is not None
    sesion = application.acceso.enter(CORREO, CONTRASENA)
    for key in ("certificados", "usuarios", "respaldo", "bitacora", "acerca"):
        window = program.shell.open(key, sesion, module)
        qtbot.waitUntil(lambda: not program.busy)
        assert TITLE in window.window().windowTitle(), key
        assert bands(window.window()), key
        window.close()
    box = inform(module, "Un mensaje cualquiera.")
    assert box.windowTitle().count(TITLE) == 1
    box.accept()
    program.shell.close_session()
    assert bands(program.acceso)
    assert not program.acceso.form.ejemplo_button.isVisible()
    assert program.acceso.form.usuario_edit.text() == CORREO
    settle()
    # Who only looks has no second band.
    program.entrance.open_module(application.acceso.enter_consulta())
    again = module_of(qtbot)
    (band,) = bands(again)
    assert band.label.text().startswith(f"{CONSULTA_SHORT} {TITLE}")
    assert not again.form.sesion_label.isVisible()


def test_making_the_sample_can_be_stopped(programs: Programs, tmp_path: Path, qtbot: QtBot) -> None:
    own = DataFolder(tmp_path)
    program = programs.start(own)
    qtbot.waitUntil(lambda: program.acceso_presenter.state.whole)
    qtbot.waitUntil(program.acceso.form.ejemplo_button.isEnabled)
    press(program.acceso, "Probar")
    (dialog,) = program.acceso.findChildren(ProgressDialog)
    press(dialog, "Cancelar")
    qtbot.waitUntil(lambda: not program.busy)
    qtbot.waitUntil(lambda: not program.acceso.findChildren(ProgressDialog))
    assert program.following is None
    assert not list(tmp_path.glob("*ejemplo*"))
    assert not list(tmp_path.glob(".*ejemplo*"))
