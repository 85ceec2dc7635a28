"""Every window: found by its labels, driven by its keys, read in Spanish, and whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QTableView,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base import assets, shell
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.informativa import contrato
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.idse.acceso import window as acceso
from icsoe_desktop.gui.idse.captura import window as captura
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.inicio import status_bar
from icsoe_desktop.gui.inicio.ayuda import tecla
from icsoe_desktop.gui.kit import fields
from icsoe_desktop.gui.oficina.sincronizacion.window import SincronizacionWindow
from tests.completas import pantalla
from tests.completas.escenas import SCENES
from tests.completas.espacio import (
    LEAST_ROOM,
    beyond_their_parent,
    cut,
    cut_hints,
    empty_messages,
    moved_by_a_message,
    too_large,
    wider_than_their_room,
    wrong_primaries,
)
from tests.completas.pantalla import shown, where
from tests.gui.conftest import larger as larger
from tests.support.reposo import close_windows, settle
from tests.support.tiers import long_cases
from tests.support.tipografia import WIDER

# What is left of 1366 × 768 by a task bar and a window's frame.
SMALL_SCREEN = QSize(1366, 690)

# What comes next has the focus.
NOTHING_TO_TYPE = {"icsoe: inicio del capturista"}
# Two windows of each family, for letters that are wider than those of Windows.
WIDER_SCENES = (
    "modulo: movimientos",
    "modulo: alta",
    "certificados",
    "registros_patronales",
    "tablero: gráficas",
    "acceso",
    "usuarios",
    "icsoe: tablero",
    "icsoe: generales",
    "icsoe: alta validada",
    "icsoe: consulta",
    "informativa: contrato",
    "informativa: revisión",
    "sincronización: estado",
    "sincronización: crear",
    "respaldo",
    "servidor_correo",
    "bitacora",
    "apariencia",
    "ayuda",
)

# Each is a window of the registry, which is opened alone as well, in a page of the module.
PAGES = {scene for scene in SCENES if scene.startswith("página: ")} - {"página: certificados"}

each_scene = pytest.mark.parametrize("scene", SCENES)
# Qt makes its own boxes: their buttons answer to Enter and Esc, their parts have Qt's names.
OF_QT = (QMessageBox, QFileDialog)


@pytest.fixture
def see(
    qtbot: QtBot, context: Context, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], QWidget]:
    """Opens a scene as it opens on a screen of an office."""

    # The screen of the offscreen platform is 800 pixels wide.
    for module in (fields, shell, acceso):
        monkeypatch.setattr(module, "room_on_screen", lambda _window: QRect(QPoint(), SMALL_SCREEN))

    def open_(name: str) -> QWidget:
        window = SCENES[name](context)
        qtbot.waitUntil(window.isVisible)
        settle()
        return window

    return open_


def nothing_in(problems: list[str]) -> None:
    assert not problems, "\n".join(problems)


@each_scene
def test_all_is_found_has_a_key_is_walked_as_one_reads_and_is_spanish(
    scene: str, see: Callable[[str], QWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One opening for all that only looks at the window: opening it is what takes long."""
    # A slow machine would show what ends soon in the status bar, a quick one not yet.
    monkeypatch.setattr(status_bar, "LOOK_AFTER_MS", 0)
    window = see(scene)
    problems = [*pantalla.english(window), *wrong_primaries(window)]
    if not isinstance(window, QFileDialog):
        problems += pantalla.unnamed(window)
        # Tab walks as one reads, and starts in a field.
        problems += pantalla.disordered(window)
        if scene not in NOTHING_TO_TYPE:
            problems += pantalla.badly_focused(window)
    problems += not_whole(window, usual_letters=True)
    if not isinstance(window, OF_QT):
        # An Alt key of its own.
        problems += pantalla.without_key(window)
        problems += pantalla.unreachable_actions(window)
    problems += moved_by_a_message(window)
    if out_of_sight_on_the_least_screen(window):
        # A form that scrolls only where it opens on a low screen.
        close_windows()
        problems += opened_on_the_least_screen(scene, see, monkeypatch)
    nothing_in(problems)


@pytest.mark.larga
@each_scene
def test_every_window_opens_on_the_least_screen_with_its_foot_in_sight(
    scene: str, see: Callable[[str], QWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_in(opened_on_the_least_screen(scene, see, monkeypatch))


def opened_on_the_least_screen(
    scene: str, see: Callable[[str], QWidget], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    for module in (fields, shell, tecla, acceso, captura, contrato):
        monkeypatch.setattr(module, "room_on_screen", lambda _window: QRect(QPoint(), LEAST_ROOM))
    window = see(scene)
    assert window.width() <= LEAST_ROOM.width()
    if not isinstance(window, QMainWindow | QFileDialog):
        assert window.height() <= LEAST_ROOM.height()
    return out_of_sight_on_the_least_screen(window)


def out_of_sight_on_the_least_screen(window: QWidget) -> list[str]:
    """Makes the window small enough for it."""
    # The first time a side menu gives up its words.
    for _ in range(2):
        window.resize(window.size().boundedTo(LEAST_ROOM))
        settle()
    return [*too_large(window), *beyond_their_parent(window)] + [
        f"{where(foot)} is not whole"
        for foot in shown(window, QWidget)
        if foot.property("role") == "foot" and foot.visibleRegion().boundingRect() != foot.rect()
    ]


@pytest.mark.parametrize("scene", ["modulo: lotes", "página: bitacora"])
def test_nothing_is_cut_at_the_right_of_1366_px_at_150_percent(
    scene: str, see: Callable[[str], QWidget]
) -> None:
    window = see(scene).window()
    for _ in range(2):
        window.resize(911, 433)
        settle()
    assert window.width() == 911
    for area in shown(window, QScrollArea):
        assert isinstance(area, QScrollArea)
        assert area.horizontalScrollBar().maximum() == 0, where(area)


def test_the_form_of_a_contract_is_as_high_as_its_fields(
    see: Callable[[str], QWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (fields, shell, contrato):
        monkeypatch.setattr(module, "room_on_screen", lambda _window: QRect(0, 0, 1600, 1000))
    area = see("informativa: contrato").findChild(QScrollArea, "datos_scroll")
    assert area.viewport().height() == area.widget().sizeHint().height()


SMALL = (
    "apariencia",
    "apariencia: fijada",
    "desbloquear",
    "efirma",
    "icsoe_acceso",
    "olvido_capturista",
    "servidor de correo: prueba",
    "servidor de correo: vincular",
    "sincronización: cambiar conexión",
    "sincronización: dirección fijada",
    "sincronización: invitación",
    "sincronización: invitar",
    "usuarios: autorizar",
    "usuarios: código de recuperación",
    "vigencias: recordatorios",
)


def test_what_an_invitation_says_is_read_while_its_office_is_downloaded(
    see: Callable[[str], QWidget],
) -> None:
    told = shown(see("sincronización: primera descarga"), QLabel)
    values = {one.objectName(): one for one in told if one.property("role") == "value"}
    assert set(values) == {"oficina_label", "servidor_label", "cuenta_label", "rol_label"}
    assert not any(one.isEnabled() for one in values.values())
    inks = {one.palette().color(one.foregroundRole()).name() for one in values.values()}
    assert inks == {assets.colors().text}


@pytest.mark.parametrize("letters", [100, 150])
@pytest.mark.parametrize("scene", SMALL)
def test_a_small_dialog_is_as_high_as_its_fields_and_a_message_with_any_letters(
    scene: str,
    letters: int,
    see: Callable[[str], QWidget],
    monkeypatch: pytest.MonkeyPatch,
    qapp: QApplication,
) -> None:
    for module in (fields, shell):
        monkeypatch.setattr(module, "room_on_screen", lambda _window: QRect(0, 0, 1600, 1000))
    assets.set_letters(qapp, letters)
    try:
        dialog = see(scene)
        for label in dialog.findChildren(QLabel):
            if "mensaje" in label.objectName() and label.isHidden():
                fields.show_message(label, fields.USUAL_MESSAGE)
        settle()
        (foot,) = (one for one in shown(dialog, QWidget) if one.property("role") == "foot")
        above = [
            one.mapTo(dialog, QPoint()).y() + one.height()
            for one in shown(dialog, QWidget)
            if one is not foot and not foot.isAncestorOf(one) and not one.isAncestorOf(foot)
        ]
        left = foot.y() - max(above)
    finally:
        assets.set_letters(qapp, 100)
    assert left == 16


@pytest.mark.parametrize("page", ["estado", "equipos"])
def test_a_page_of_an_office_leaves_no_room_for_buttons_that_stand_in_the_foot(
    page: str, see: Callable[[str], QWidget]
) -> None:
    window = see(f"sincronización: {page}")
    assert isinstance(window, SincronizacionWindow)
    around = getattr(window, page)
    layout = around.layout()
    assert layout is not None
    used = QRect()
    for widget in around.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if widget.isVisible():
            used = used.united(widget.geometry())
    room = layout.contentsRect()
    assert (used.top(), used.bottom()) == (room.top(), room.bottom())


# Every second one; the others in the long run.
@pytest.mark.parametrize("scene", long_cases(SCENES, PAGES | set(list(SCENES)[1::2])))
def test_nothing_is_cut_with_letters_half_as_large_again(
    scene: str, larger: Callable[[float], None], see: Callable[[str], QWidget]
) -> None:
    """The dark look has the sheet of the light one, in other colours (test_tokens)."""
    # Before the window, and gone after it: to restyle an open window costs as much as to open it.
    larger(1.5)
    nothing_in(not_whole(see(scene), usual_letters=False))


@pytest.mark.parametrize("scene", WIDER_SCENES)
def test_no_text_is_cut_with_a_wider_typeface(
    scene: str, see: Callable[[str], QWidget], qapp: QApplication
) -> None:
    usual = qapp.font()
    wider = qapp.font()
    wider.setStretch(WIDER)
    qapp.setFont(wider)
    try:
        nothing_in(cut(see(scene)))
    finally:
        close_windows()
        qapp.setFont(usual)


@pytest.mark.parametrize(
    "scene", ["icsoe: alta", "icsoe: consulta", "icsoe: inicio del capturista", "página: bitacora"]
)
def test_tab_reaches_what_the_status_bar_shows_late_after_the_page(
    scene: str, see: Callable[[str], QWidget]
) -> None:
    window = see(scene)
    assert isinstance(window, IcsoeWindow | ModuloWindow)
    for button in window.estado.findChildren(QToolButton):
        button.setText("Tarde")
        button.show()
    settle()
    nothing_in(pantalla.disordered(window))


def not_whole(window: QWidget, *, usual_letters: bool) -> list[str]:
    """What has less room than it needs, in the window or on a small screen."""
    problems = [*cut(window), *empty_messages(window)]
    if window.width() > SMALL_SCREEN.width():
        problems.append(f"the window is {window.width()} px wide")
    if usual_letters:
        problems += cut_hints(window)
        problems += wider_than_their_room(window)
        needed = window.minimumSizeHint()
        if not QRect(QPoint(), SMALL_SCREEN).contains(QRect(QPoint(), needed)):
            problems.append(f"the window needs {needed.width()} × {needed.height()} px")
    return problems


def test_the_eyes_of_these_tests_are_open(qtbot: QtBot) -> None:
    """A window with every fault: each is seen."""
    window = QWidget()
    qtbot.addWidget(window)
    field, other = QLineEdit(window), QLineEdit(window)
    label = QLabel("Otro nombre muy largo", window)
    label.setBuddy(other)
    other.setAccessibleName("Nombre")
    label.setGeometry(0, 50, 10, 5)
    other.setGeometry(0, 0, 100, 20)
    field.setGeometry(0, 100, 40, 20)
    field.setPlaceholderText("Look in")
    window.setTabOrder(field, other)
    table = QTableView(window)
    table.setAccessibleName("Tabla")
    table.setModel(QStandardItemModel(1, 9, table))
    table.setGeometry(0, 130, 100, 60)
    message = QLabel(window)
    message.setProperty("banner", True)
    message.setGeometry(0, 200, 100, 20)
    window.show()
    settle()
    assert len(pantalla.unnamed(window)) == 2
    assert pantalla.without_key(window) == [
        "QLabel  «Otro nombre muy largo»: «Otro nombre muy largo» has no mnemonic"
    ]
    assert len(pantalla.disordered(window)) == 1
    assert pantalla.english(window) == ["«Look in»"]
    assert len(cut(window)) == 1
    assert len(cut_hints(window)) == 1
    assert len(empty_messages(window)) == 1
    assert len(wider_than_their_room(window)) == 1


def test_what_is_dictated_counts_as_typed(context: Context, qtbot: QtBot) -> None:
    """Who speaks, or reads with the fingers, sets the text of a field without a key."""
    window = context.shell.open("registros_patronales", context.sesion)
    qtbot.waitUntil(lambda: not context.jobs.busy)
    for name, text in (
        ("registro_patronal_edit", "Y6077636105"),
        ("razon_social_edit", "Herrería Imaginaria SA de CV"),
        ("rfc_edit", "HIM010203AB1"),
    ):
        field = window.findChild(QLineEdit, name)
        interface = QAccessible.queryAccessibleInterface(field)
        interface.setText(QAccessible.Text.Value, text)
    button = window.findChild(QPushButton, "guardar_button")
    QAccessible.queryAccessibleInterface(button).actionInterface().doAction("Press")
    table = window.findChild(QTableView, "registros_table")
    qtbot.waitUntil(lambda: table.model().rowCount() == 2)
