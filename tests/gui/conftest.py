"""A program with real services over a real store, for tests of windows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QHeaderView,
    QMessageBox,
    QPushButton,
    QStyleOptionHeader,
    QTableView,
    QWidget,
)

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base import appearance, assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.qt import furnish
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.usuarios import AltaUsuario
from icsoe_desktop.services.application import Application
from tests.conftest import MemoryKeyring, Reloj
from tests.gateways.certificados.generador import Emisora
from tests.services.archivos_prueba import Archivos
from tests.support import plantillas
from tests.support.plantillas import CONTRASENA, CORREO, Alma, usuario_nuevo
from tests.support.reposo import PATIENCE_S, close_windows
from tests.support.smtp_real import PASSWORD, SmtpReal
from tests.support.smtp_real import smtp as smtp

__all__ = ["CONTRASENA", "CORREO", "smtp", "usuario_nuevo"]


@pytest.fixture(autouse=True)
def styled(qapp: QApplication) -> None:
    """Qt as the program sets it up."""
    if not qapp.property("icsoe_styled"):
        qapp.setStyle("Fusion")
        furnish(qapp)
        assets.apply_style(qapp)
        qapp.setProperty("icsoe_styled", True)
    # Whatever another test left: a window has other heights in each density.
    appearance.apply(qapp, appearance.default(qapp))


@pytest.fixture(autouse=True)
def used_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that a test starts does not wait for a hand to load its services."""
    monkeypatch.setattr("icsoe_desktop.arranque.app.UNUSED_MS", 0)


@pytest.fixture(autouse=True)
def no_key_down(styled: None) -> None:
    """After the Ctrl+C of another test Qt takes Ctrl as held, and selecting a row takes it off."""
    QTest.keyRelease(QWidget(), Qt.Key.Key_Control)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def no_window_stays(styled: None) -> Iterator[None]:
    """A window that a test left open would be the active or the modal one of the next test."""
    yield
    close_windows()


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


@pytest.fixture
def alma(folder: DataFolder, keyring: MemoryKeyring, request: pytest.FixtureRequest) -> Alma | None:
    """The data that the program opens: with the first user, if the test asks for her."""
    if "alta" in request.fixturenames:
        return plantillas.with_alma().copy_to(folder.root, keyring)
    plantillas.empty().copy_to(folder.root, keyring)
    return None


@pytest.fixture
def application(
    folder: DataFolder, alma: Alma | None, keyring: MemoryKeyring, reloj: Reloj
) -> Iterator[Application]:
    application = open_application(folder, keyring=keyring, clock=reloj)
    if alma is not None:
        alma.go_on(application.store)
    yield application
    application.close()


@pytest.fixture
def alta(application: Application, alma: Alma | None) -> AltaUsuario:
    """The first user, registered."""
    assert alma is not None
    return alma.alta


@pytest.fixture
def sesion(alta: AltaUsuario) -> Sesion:
    return alta.sesion


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[JobQueue]:
    dispatcher = Dispatcher()
    queue = gui_queue(dispatcher, "pruebas")
    yield queue
    assert queue.close()
    qapp.processEvents()


@pytest.fixture
def shell(folder: DataFolder, jobs: JobQueue, application: Application) -> Iterator[Shell]:
    shell = Shell(folder, jobs, Preferences(folder.preferences), ErrorReporter(None))
    shell.application = application
    yield shell
    close_windows()


@pytest.fixture
def context(shell: Shell, sesion: Sesion) -> Context:
    """What a window gets once somebody entered."""
    return shell.context(sesion)


@pytest.fixture
def archivos(tmp_path: Path, emisora: Emisora) -> Archivos:
    folder = tmp_path / "usb"
    folder.mkdir()
    return Archivos(folder, emisora)


@pytest.fixture
def configured(context: Context, smtp: SmtpReal) -> SmtpReal:
    """The server, with the settings that lead to it kept."""
    ajustes = context.application.ajustes
    ajustes.save_servidor_correo(context.require_sesion(), smtp.servidor(), PASSWORD)
    return smtp


@pytest.fixture
def larger(qapp: QApplication) -> Iterator[Callable[[float], None]]:
    """Makes all text so many times as large as it is."""
    yield lambda by: assets.set_letters(qapp, round(by * 100))
    assets.set_letters(qapp, 100)


def shown_box() -> QMessageBox:
    """The message on the screen, once it is there."""

    def shown() -> list[QMessageBox]:
        boxes = (one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox))
        return [box for box in boxes if box.isVisible()]

    deadline = time.monotonic() + PATIENCE_S
    while not shown():
        assert time.monotonic() < deadline, "no message came"
        QTest.qWait(1)
    return shown()[0]


@pytest.fixture
def message_box() -> Callable[[], QMessageBox]:
    """Waits for the message on the screen."""
    return shown_box


def drag_edge(view: QTableView, column: int, by: int) -> None:
    """Drag the right edge of a heading, as a user does who sets a width."""
    header = view.horizontalHeader()
    right = header.sectionViewportPosition(column) + header.sectionSize(column)
    edge = QPoint(right - 1, header.height() // 2)
    port, button = header.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(port, button, pos=edge)
    for part in (by // 2, by):
        QTest.mouseMove(port, edge + QPoint(part, 0))
    QTest.mouseRelease(port, button, pos=edge + QPoint(by, 0))


def points_up(header: QHeaderView) -> bool:
    """Whether the arrow of the column that sorts says that the least come first."""
    option = QStyleOptionHeader()
    header.initStyleOptionForIndex(option, header.sortIndicatorSection())
    assert option.sortIndicator != QStyleOptionHeader.SortIndicator.None_
    # Its name is that of the order, not of the arrow that every style draws.
    return option.sortIndicator == QStyleOptionHeader.SortIndicator.SortDown


def press(parent: QWidget, label: str) -> None:
    """Clicks the enabled, visible button with that label (mnemonics aside)."""
    for button in parent.findChildren(QPushButton):
        if button.text().replace("&", "") == label and button.isVisible():
            assert button.isEnabled(), f"«{label}» is disabled"
            button.click()
            return
    raise AssertionError(f"no button «{label}»")


def drag(window: QWidget, *paths: Path) -> bool:
    """Whether the window would take the files."""
    event = QDragEnterEvent(QPoint(5, 5), *_offer(paths))
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def drop(window: QWidget, *paths: Path) -> None:
    drag(window, *paths)  # Qt drops only where it saw the drag come in.
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), *_offer(paths)))


_kept: list[QMimeData] = []


def _offer(
    paths: tuple[Path, ...],
) -> tuple[Qt.DropAction, QMimeData, Qt.MouseButton, Qt.KeyboardModifier]:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    _kept.append(data)  # The event does not own it.
    return (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
