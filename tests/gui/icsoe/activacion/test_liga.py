"""The link of a mail opens the program where the password is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from icsoe_desktop.arranque import app as program_module
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.icsoe.activacion.window import ActivacionWindow
from icsoe_desktop.paths import DataFolder
from tests.conftest import ROOT, MemoryKeyring
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas.comun import Key, closed, dialog_of, said
from tests.support.reposo import close_windows, settle

# Well written, and of nobody: eight groups of four of Crockford's letters.
LINK = "icsoe://activar/" + "0123456789abcdefghjkmnpqrstvwxyz"

Started = Callable[[str], AbstractContextManager[Program]]


@pytest.fixture
def started(folder: DataFolder, keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> Started:
    """Starts the program as the desktop does, with a link or without."""
    monkeypatch.setattr("icsoe_desktop.logs.configure_logs", lambda _folder: None)
    monkeypatch.setattr(program_module.ErrorReporter, "catch_everything", lambda *_: None)

    @contextmanager
    def start(link: str) -> Iterator[Program]:
        instancia = Instancia(folder)
        assert instancia.claim()
        program = Program(folder, instancia, keyring, link=link)
        program.start()
        settle(lambda: program.acceso_presenter.state.whole)
        try:
            yield program
        finally:
            settle(lambda: not program.busy)
            close_windows()
            program.end()

    return start


def entrance() -> IcsoeAccesoWindow:
    def found() -> list[IcsoeAccesoWindow]:
        windows = QApplication.topLevelWidgets()
        return [w for w in windows if isinstance(w, IcsoeAccesoWindow) and w.isVisible()]

    settle(lambda: bool(found()))
    return found()[0]


def test_a_link_that_starts_the_program_is_followed_once_the_data_is_open(started: Started) -> None:
    with started(LINK) as program:
        access = entrance()
        assert not program.acceso.isVisible()
        window = dialog_of(access, ActivacionWindow)
        settle(window.form.codigo_error.isVisible)
        assert window.form.codigo_edit.text() == LINK
        assert said(window.form.codigo_error) != ""
        QTest.keyClick(window, Key.Key_Escape)
        # Back at the entrance, where she may enter.
        closed(access, ActivacionWindow)
        assert access.isVisible()


def test_a_link_opened_while_the_program_runs_is_followed_there(started: Started) -> None:
    with started("") as program:
        assert program.acceso.isVisible()
        # As a second start hands it over.
        program.entrance.call(LINK)
        window = dialog_of(entrance(), ActivacionWindow)
        settle(window.form.codigo_error.isVisible)


def test_a_second_start_without_a_link_only_raises_the_first(started: Started) -> None:
    with started("") as program:
        program.entrance.call("")
        assert program.acceso.isVisible()
        press(program.acceso, "Ingresar a ICSOE")
        assert not entrance().findChildren(ActivacionWindow)


def test_linux_knows_the_protocol() -> None:
    text = Path(ROOT / "resources" / "icsoe-desktop.desktop").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0] == "[Desktop Entry]"
    assert "MimeType=x-scheme-handler/icsoe;" in lines
    # %u: the link, as one argument.
    assert "Exec=icsoe-desktop -- %u" in lines
