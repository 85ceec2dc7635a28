"""Centro de ayuda: F1 opens the right page, and its window is read, searched and walked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QAction, QDesktopServices, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque import app as program_module
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.base.windows import AYUDA, BY_KEY, WINDOWS
from icsoe_desktop.gui.idse.modulo.lugares import MOVIMIENTOS
from icsoe_desktop.gui.idse.tablero.page import FIRST_PAGE
from icsoe_desktop.gui.inicio.ayuda import tecla
from icsoe_desktop.gui.inicio.ayuda.presenter import (
    INDEX,
    AyudaPresenter,
    PaginaManual,
    slug,
    target_of,
)
from icsoe_desktop.gui.inicio.ayuda.window import AyudaWindow
from icsoe_desktop.gui.kit import fields
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.paths import DataFolder
from tests.conftest import MemoryKeyring
from tests.gui.conftest import press
from tests.gui.inicio.ayuda.manual import read

STAYED = 9
EVERY_WINDOW = [entry for entry in WINDOWS if entry.key != AYUDA]


@pytest.fixture(scope="module")
def manual() -> dict[str, PaginaManual]:
    return read()


@pytest.fixture
def help_window(qtbot: QtBot, shell: Shell) -> Callable[[], AyudaWindow]:
    """Waits for the help of `shell`."""

    def find() -> AyudaWindow:
        def shown() -> list[AyudaWindow]:
            windows = QApplication.topLevelWidgets()
            return [w for w in windows if isinstance(w, AyudaWindow) and w.isVisible()]

        qtbot.waitUntil(lambda: len(shown()) == 1)
        (window,) = shown()
        return window

    return find


@pytest.fixture
def index(shell: Shell, help_window: Callable[[], AyudaWindow]) -> AyudaWindow:
    shell.help.open(INDEX)
    return help_window()


def press_f1(qtbot: QtBot, window: QWidget) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_F1)


def title_of(window: AyudaWindow) -> str:
    browser: QTextBrowser = window.form.texto_browser
    return browser.document().firstBlock().text()


def sections_on_screen(window: AyudaWindow) -> list[str]:
    browser: QTextBrowser = window.form.texto_browser
    block, shown = browser.document().begin(), []
    while block.isValid():
        if browser.viewport().rect().contains(browser.cursorRect(QTextCursor(block))):
            shown.append(slug(block.text()))
        block = block.next()
    return shown


def listed(window: AyudaWindow) -> list[str]:
    pages: QListWidget = window.form.paginas_list
    return [pages.item(at).text() for at in range(pages.count())]


@pytest.mark.parametrize("entry", EVERY_WINDOW, ids=lambda entry: entry.key)
def test_f1_opens_the_page_of_the_window(  # type: ignore[no-untyped-def]
    entry,
    qtbot: QtBot,
    shell: Shell,
    sesion: Sesion,
    manual: dict[str, PaginaManual],
    help_window: Callable[[], AyudaWindow],
) -> None:
    # The Tablero of the module has a page of its own.
    shell.preferences.set(FIRST_PAGE, MOVIMIENTOS)
    window = shell.open(entry.key, sesion)
    qtbot.waitUntil(lambda: not shell.jobs.busy)
    if entry.key == "icsoe":
        # It tells this user of IDSE that it is not for them: above it, F1 means it all the same.
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    press_f1(qtbot, QApplication.activeModalWidget() or window)
    name, section = target_of(entry.help)
    shown = help_window()
    assert title_of(shown) == manual[name].titulo
    if section:
        qtbot.waitUntil(lambda: section in sections_on_screen(shown))


def test_f1_answers_at_the_entrance_before_the_data_are_open(
    qtbot: QtBot,
    folder: DataFolder,
    keyring: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    help_window: Callable[[], AyudaWindow],
) -> None:
    monkeypatch.setattr("icsoe_desktop.logs.configure_logs", lambda _folder: None)
    monkeypatch.setattr(program_module.ErrorReporter, "catch_everything", lambda *_: None)
    monkeypatch.setattr(Program, "open_data", lambda *_, **_named: None)
    program = Program(folder, Instancia(folder), keyring)
    program.start()
    qtbot.waitUntil(lambda: hasattr(program, "shell"))
    assert program.shell.application is None
    press_f1(qtbot, program.acceso)
    assert title_of(help_window()) == "Acceso"
    program.end()


def test_f1_in_a_message_opens_the_page_of_its_window_which_can_be_read_meanwhile(
    qtbot: QtBot, shell: Shell, sesion: Sesion, help_window: Callable[[], AyudaWindow]
) -> None:
    window = shell.open("registros_patronales", sesion)
    qtbot.waitUntil(lambda: not shell.jobs.busy)
    box = inform(window, "Un mensaje que espera.")
    press_f1(qtbot, box)
    shown = help_window()
    assert title_of(shown) == "Registros patronales"
    assert box.isVisible()
    assert shown.windowModality() is Qt.WindowModality.NonModal
    assert shown.parent() is None, "a window above another would wait for its messages"


def test_the_menu_opens_the_same_window_again(
    qtbot: QtBot, shell: Shell, sesion: Sesion, help_window: Callable[[], AyudaWindow]
) -> None:
    module = shell.open("modulo", sesion)
    (action,) = (a for a in module.findChildren(QAction) if a.text() == BY_KEY[AYUDA].label)
    assert action.shortcut().toString() == "F1"
    action.trigger()
    first = help_window()
    assert title_of(first) == "Conexión en línea con IDSE"
    action.trigger()
    assert help_window() is first


def test_help_opens_as_much_larger_as_the_letters_are_and_then_as_it_was_left(
    qapp: QApplication,
    shell: Shell,
    sesion: Sesion,
    help_window: Callable[[], AyudaWindow],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (fields, tecla):
        monkeypatch.setattr(module, "room_on_screen", lambda _window: QRect(0, 0, 1920, 1040))
    usual = AyudaWindow(AyudaPresenter(tuple(read().values()))).size()
    module = shell.open("modulo", sesion)
    assets.set_letters(qapp, 120)
    try:
        shell.open(AYUDA, sesion, module)
        assert help_window().size() == usual * 1.2
        help_window().resize(usual)
        help_window().close()
        shell.open(AYUDA, sesion, module)
        assert help_window().size() == usual
    finally:
        assets.set_letters(qapp, 100)


def test_help_stays_when_the_session_is_left(
    qtbot: QtBot, shell: Shell, sesion: Sesion, help_window: Callable[[], AyudaWindow]
) -> None:
    module = shell.open("modulo", sesion)
    shell.open(AYUDA, sesion, module)
    shell.close_session()
    assert help_window().isVisible()


def test_help_does_not_keep_the_program_running(
    qtbot: QtBot, qapp: QApplication, shell: Shell, sesion: Sesion
) -> None:
    module = shell.open("modulo", sesion)
    shell.open(AYUDA, sesion, module)
    qtbot.waitUntil(lambda: not shell.jobs.busy)
    before = qapp.quitOnLastWindowClosed()
    qapp.setQuitOnLastWindowClosed(True)
    QTimer.singleShot(0, module, module.close)
    # Only a running program notices its last window; the timer is for one that stays.
    guard = QTimer(singleShot=True, interval=5_000)
    guard.timeout.connect(lambda: qapp.exit(STAYED))
    guard.start()
    status = qapp.exec()
    # Going off later, it would end the event loops of every test that follows.
    guard.stop()
    qapp.setQuitOnLastWindowClosed(before)
    assert status != STAYED


def click_link(qtbot: QtBot, browser: QTextBrowser, address: str) -> None:
    block = browser.document().begin()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            fragment = fragments.fragment()
            if fragment.charFormat().anchorHref() == address:
                cursor = browser.textCursor()
                cursor.setPosition(fragment.position() + 1)
                browser.setTextCursor(cursor)
                place = browser.cursorRect(cursor).center() + QPoint(2, 0)
                qtbot.mouseClick(browser.viewport(), Qt.MouseButton.LeftButton, pos=place)
                return
            fragments += 1
        block = block.next()
    raise AssertionError(f"no link to {address}")


def test_a_link_turns_to_its_page_and_regresar_comes_back(qtbot: QtBot, index: AyudaWindow) -> None:
    assert not index.form.regresar_button.isEnabled()
    click_link(qtbot, index.form.texto_browser, "glosario.md")
    assert title_of(index) == "Glosario"
    assert index.form.paginas_list.currentItem().text() == "Glosario"
    press(index, "Regresar")
    assert title_of(index) == "Inicio"
    assert not index.form.regresar_button.isEnabled()


def test_a_page_is_chosen_from_the_list_by_keyboard(qtbot: QtBot, index: AyudaWindow) -> None:
    qtbot.keyClick(index.form.paginas_list, Qt.Key.Key_End)
    assert title_of(index) == listed(index)[-1] != "Inicio"
    qtbot.keyClick(index, Qt.Key.Key_Escape)
    assert not index.isVisible()


def test_an_address_opens_in_the_browser_only_when_it_is_clicked(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    address = "https://idse.imss.gob.mx/imss/"
    window = AyudaWindow(
        AyudaPresenter((PaginaManual(INDEX, f"# Inicio\n\n[El portal]({address})\n"),))
    )
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    assert opened == []
    click_link(qtbot, window.form.texto_browser, address)
    assert opened == [address]
    assert title_of(window) == "Inicio"


def test_searching_lists_the_pages_with_every_word_and_marks_them(
    qtbot: QtBot, index: AyudaWindow
) -> None:
    everything = listed(index)
    edit: QLineEdit = index.form.buscar_edit
    qtbot.waitUntil(edit.hasFocus)
    qtbot.keyClicks(edit, "DIGITO tarjeta")
    assert listed(index) == ["Registros patronales"]
    assert title_of(index) == "Registros patronales"
    marked = {s.cursor.selectedText() for s in index.form.texto_browser.extraSelections()}
    assert marked == {"dígito", "tarjeta"}
    # The page with a section about it comes first, and is shown from there.
    edit.clear()
    qtbot.keyClicks(edit, "rechazado")
    assert (listed(index)[0], title_of(index)) == (("Conexión en línea con IDSE",) * 2)
    browser = index.form.texto_browser

    def is_top(heading: str) -> bool:
        return browser.cursorForPosition(QPoint(8, 12)).block().text() == heading

    qtbot.waitUntil(lambda: is_top("Corregir un rechazado"))
    # Where no heading has every word, from the section that has.
    edit.clear()
    browser.verticalScrollBar().setValue(0)
    assert not is_top("Corregir un rechazado")
    qtbot.keyClicks(edit, "volver a presentar un rechazado")
    assert title_of(index) == "Conexión en línea con IDSE"
    qtbot.waitUntil(lambda: is_top("Corregir un rechazado"))
    edit.clear()
    qtbot.keyClicks(edit, "xyzzy")
    assert listed(index) == []
    assert index.form.mensaje_label.text() == (
        "Ninguna página dice «xyzzy». Pruebe con otra palabra."
    )
    edit.clear()
    assert listed(index) == everything
    assert not index.form.mensaje_label.isVisible()
    assert index.form.texto_browser.extraSelections() == []


def test_no_paragraph_of_a_page_is_out_of_sight(qtbot: QtBot, index: AyudaWindow) -> None:
    for page in ("tablero", "modulo"):
        index.presenter.open(page)
        document = index.form.texto_browser.document()
        layout = document.documentLayout()
        qtbot.wait(20)
        flat = [
            block.text()
            for block in index._blocks()
            if block.text() and not layout.blockBoundingRect(block).height()
        ]
        assert flat == []


def test_f1_leaves_a_search_that_would_hide_the_page(
    qtbot: QtBot, shell: Shell, index: AyudaWindow
) -> None:
    qtbot.keyClicks(index.form.buscar_edit, "tarjeta")
    shell.help.open("glosario")
    assert title_of(index) == "Glosario"
    assert index.form.buscar_edit.text() == ""
