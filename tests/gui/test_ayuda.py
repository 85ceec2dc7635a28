"""Centro de ayuda: the manual says what the program does, and F1 opens the right page of it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QDesktopServices, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop import app as program_module
from icsoe_desktop.app import Program
from icsoe_desktop.domain import verificacion
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.domain.verificacion import ClaseArchivo, Verificacion
from icsoe_desktop.gui import assets
from icsoe_desktop.gui.ayuda.paginas import (
    INDEX,
    Pagina,
    is_page,
    places_of,
    read_manual,
    slug,
    target_of,
)
from icsoe_desktop.gui.ayuda.presenter import AyudaPresenter
from icsoe_desktop.gui.ayuda.window import AyudaWindow
from icsoe_desktop.gui.dialogs import inform
from icsoe_desktop.gui.instancia import Instancia
from icsoe_desktop.gui.shell import Shell
from icsoe_desktop.gui.windows import AYUDA, BY_KEY, WINDOWS
from icsoe_desktop.paths import DataFolder
from tests.conftest import ROOT, MemoryLlavero
from tests.gui.conftest import press

STAYED = 9
MANUAL = ROOT / "docs" / "manual"
EVERY_WINDOW = [entry for entry in WINDOWS if entry.key != AYUDA]
ENGLISH = re.compile(
    r"\b(the|and|with|without|your|you|this|file|files|password|user|users|click|button|window"
    r"|windows (?!y|o|de)|help|save|open|close|cancel|settings|key|certificate|search)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def manual() -> dict[str, Pagina]:
    pages = read_manual(lambda name: (MANUAL / f"{name}.md").read_text("utf-8"))
    return {page.nombre: page for page in pages}


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


@pytest.fixture(autouse=True)
def nothing_stays_open(qapp: QApplication) -> Iterator[None]:
    yield
    for window in QApplication.topLevelWidgets():
        window.hide()
        window.deleteLater()
    qapp.processEvents()


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


def test_the_index_leads_to_every_page_that_is_packed(manual: dict[str, Pagina]) -> None:
    assert set(manual) == {path.stem for path in MANUAL.glob("*.md")}
    for name, page in manual.items():
        assert assets.read_text(f":/manual/{name}.md") == page.texto
        assert page.texto.startswith("# ")


def test_every_link_leads_somewhere(manual: dict[str, Pagina]) -> None:
    followed = 0
    for page in manual.values():
        for link in page.enlaces:
            followed += 1
            if not is_page(link):
                assert link.startswith("https://"), link
                continue
            name, section = target_of(link)
            target = manual[name] if name else page
            assert not section or section in target.secciones, f"{page.nombre}: {link}"
    assert followed > 30


@pytest.mark.parametrize("entry", WINDOWS, ids=lambda entry: entry.key)
def test_every_window_of_the_registry_has_its_page(entry, manual) -> None:  # type: ignore[no-untyped-def]
    name, section = target_of(entry.help)
    assert name in manual
    assert not section or section in manual[name].secciones


def test_every_certificate_message_is_explained_in_its_words(manual: dict[str, Pagina]) -> None:
    text = manual["certificados"].texto
    told = [value for name, value in vars(verificacion).items() if name.isupper()]
    assert len(told) > 20
    day = date(2001, 2, 3)
    told += [
        verificacion.cifrado_no_admitido("…"),
        *(verificacion.vencio(day, efirma=efirma) for efirma in (True, False)),
        *(verificacion.valida_a_partir(day, efirma=efirma) for efirma in (True, False)),
        verificacion.rfc_no_corresponde("…", "…"),
        verificacion.registro_no_corresponde("…", "…"),
    ]
    for sentence in told:
        assert sentence.replace("03/02/2001", "…").rstrip(".") in text, sentence


def test_the_json_keys_of_the_manual_are_those_of_the_command(manual: dict[str, Pagina]) -> None:
    (block,) = re.findall(r"```\n(\{.*?\})\n```", manual["linea_de_ordenes"].texto, re.DOTALL)
    assert list(json.loads(block)) == list(Verificacion(ClaseArchivo.OTRO).as_json())


def test_the_files_of_the_manual_are_those_of_the_data_folder(manual: dict[str, Pagina]) -> None:
    folder = DataFolder(ROOT)
    for path in (folder.store, folder.envelope, folder.backups, folder.logs, folder.preferences):
        assert f"| `{path.name}` |" in manual["datos_y_seguridad"].texto


def test_what_the_manual_tells_to_choose_is_on_the_screen(manual: dict[str, Pagina]) -> None:
    """Every «elija **X**» names a label of a form, a menu or a dialog."""
    labels = set(labels_of_the_program())
    named = [
        (page.nombre, label)
        for page in manual.values()
        for label in re.findall(r"\b[Ee]lija \*\*(.+?)\*\*", page.texto)
    ]
    assert len(named) > 25
    assert [pair for pair in named if _plain(pair[1]) not in labels] == []


def labels_of_the_program() -> Iterator[str]:
    for form in (ROOT / "ui").glob("*.ui"):
        for text in re.findall(r"<string>(.+?)</string>", form.read_text("utf-8")):
            yield _plain(text.replace("&amp;", ""))
    for source in (ROOT / "icsoe_desktop" / "gui").rglob("*.py"):
        if source.name.startswith("ui_"):
            continue
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield _plain(node.value.replace("&", ""))


def _plain(label: str) -> str:
    return label.rstrip("….: ")


def test_the_menus_of_the_manual_are_those_of_the_registry(manual: dict[str, Pagina]) -> None:
    text = re.sub(r"\[(.+?)\]\(.+?\)", r"\1", manual["modulo"].texto)
    for entry in WINDOWS:
        if entry.menu:
            label = _plain(entry.label.replace("&", ""))
            row = f"| {entry.menu.replace('&', '')} | {label} | {entry.shortcut} "
            assert row.rstrip() in text, row


def test_nothing_in_the_manual_is_english(manual: dict[str, Pagina]) -> None:
    for page in manual.values():
        prose = re.sub(r"```.*?```|`.*?`", "", page.texto, flags=re.DOTALL)
        prose = re.sub(r"\]\(.+?\)|\.key\b", "", prose)
        assert ENGLISH.findall(prose) == [], page.nombre


@pytest.mark.parametrize("entry", EVERY_WINDOW, ids=lambda entry: entry.key)
def test_f1_opens_the_page_of_the_window(  # type: ignore[no-untyped-def]
    entry,
    qtbot: QtBot,
    shell: Shell,
    sesion: Sesion,
    manual: dict[str, Pagina],
    help_window: Callable[[], AyudaWindow],
) -> None:
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
    llavero: MemoryLlavero,
    monkeypatch: pytest.MonkeyPatch,
    help_window: Callable[[], AyudaWindow],
) -> None:
    monkeypatch.setattr("icsoe_desktop.logs.configure_logs", lambda _folder: None)
    monkeypatch.setattr(program_module.ErrorReporter, "catch_everything", lambda *_: None)
    monkeypatch.setattr(Program, "open_data", lambda *_: None)
    program = Program(folder, Instancia(folder), llavero)
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


def test_a_link_turns_to_its_page_and_regresar_comes_back(
    qtbot: QtBot, shell: Shell, help_window: Callable[[], AyudaWindow]
) -> None:
    shell.help.open(INDEX)
    window = help_window()
    assert not window.form.regresar_button.isEnabled()
    click_link(qtbot, window.form.texto_browser, "glosario.md")
    assert title_of(window) == "Glosario"
    assert window.form.paginas_list.currentItem().text() == "Glosario"
    press(window, "Regresar")
    assert title_of(window) == "Inicio"
    assert not window.form.regresar_button.isEnabled()


def test_a_page_is_chosen_from_the_list_by_keyboard(
    qtbot: QtBot, shell: Shell, help_window: Callable[[], AyudaWindow]
) -> None:
    shell.help.open(INDEX)
    window = help_window()
    qtbot.keyClick(window.form.paginas_list, Qt.Key.Key_End)
    assert title_of(window) == listed(window)[-1] != "Inicio"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_an_address_opens_in_the_browser_only_when_it_is_clicked(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    address = "https://idse.imss.gob.mx/imss/"
    window = AyudaWindow(AyudaPresenter((Pagina(INDEX, f"# Inicio\n\n[El portal]({address})\n"),)))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    assert opened == []
    click_link(qtbot, window.form.texto_browser, address)
    assert opened == [address]
    assert title_of(window) == "Inicio"


def test_searching_lists_the_pages_with_every_word_and_marks_them(
    qtbot: QtBot, shell: Shell, help_window: Callable[[], AyudaWindow]
) -> None:
    shell.help.open(INDEX)
    window = help_window()
    everything = listed(window)
    edit: QLineEdit = window.form.buscar_edit
    qtbot.waitUntil(edit.hasFocus)
    qtbot.keyClicks(edit, "DIGITO tarjeta")
    assert listed(window) == ["Registros patronales"]
    assert title_of(window) == "Registros patronales"
    marked = {s.cursor.selectedText() for s in window.form.texto_browser.extraSelections()}
    assert marked == {"dígito", "tarjeta"}
    edit.clear()
    qtbot.keyClicks(edit, "xyzzy")
    assert listed(window) == []
    assert window.form.mensaje_label.text() == (
        "Ninguna página dice «xyzzy». Pruebe con otra palabra."
    )
    edit.clear()
    assert listed(window) == everything
    assert not window.form.mensaje_label.isVisible()
    assert window.form.texto_browser.extraSelections() == []


def test_f1_leaves_a_search_that_would_hide_the_page(
    qtbot: QtBot, shell: Shell, help_window: Callable[[], AyudaWindow]
) -> None:
    shell.help.open(INDEX)
    window = help_window()
    qtbot.keyClicks(window.form.buscar_edit, "tarjeta")
    shell.help.open("glosario")
    assert title_of(window) == "Glosario"
    assert window.form.buscar_edit.text() == ""


def test_words_are_found_whatever_their_accents() -> None:
    assert list(places_of("vencio SEÑAL", "Venció la señal; vencio.")) == [
        (0, 6),
        (17, 6),
        (10, 5),
    ]


def test_sections_are_named_as_github_names_them() -> None:
    assert slug("Mensajes y qué hacer") == "mensajes-y-qué-hacer"
    assert slug("¿Cómo se hace? (1.ª vez)") == "cómo-se-hace-1ª-vez"
