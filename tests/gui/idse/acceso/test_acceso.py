"""Acceso a conexión en línea con IDSE, as a person uses it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque.apertura import DatosAbiertos
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.arranque.vistazo import Vistazo
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.acceso import window as acceso
from icsoe_desktop.gui.idse.acceso.presenter import CHECKING, FIRST_START, OPENING, AccesoPresenter
from icsoe_desktop.gui.idse.acceso.window import AccesoWindow
from icsoe_desktop.gui.idse.certificados.window import CertificadosWindow
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.usuarios.dialogs import CodigoRecuperacionDialog
from icsoe_desktop.gui.idse.usuarios.window import UsuariosWindow
from icsoe_desktop.gui.inicio.session_flow import CERTIFICADOS_MISSING, MODO_CONSULTA
from icsoe_desktop.gui.kit import fields, formats
from icsoe_desktop.gui.oficina.sincronizacion.window import SincronizacionWindow
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.desbloqueo import Unlock
from icsoe_desktop.services.acceso.idse import NOT_ENTERED, SOMEBODY
from tests.completas import pantalla
from tests.completas.espacio import LEAST_ROOM
from tests.conftest import MemoryKeyring
from tests.gui.conftest import CONTRASENA, CORREO, press, shown_box, usuario_nuevo
from tests.gui.contratistas import add_contratista
from tests.gui.programa import Box, add_registro, be_silent_today, ready, register, window_of
from tests.gui.programa import start as start
from tests.support.dobles import NoLlavero
from tests.support.reposo import settle, until


@pytest.fixture(autouse=True)
def rows_first() -> None:
    """The Tablero is the first page here, as in the program."""


@pytest.fixture
def program(qtbot: QtBot, start: Callable[[], Program]) -> Program:
    program = start()
    ready(qtbot, program)
    return program


@pytest.fixture
def registered(qtbot: QtBot, program: Program) -> Program:
    """With one user."""
    register(qtbot, program)
    return program


def test_the_first_start_offers_the_ways_to_begin_in_place_of_the_fields(
    qtbot: QtBot, program: Program
) -> None:
    acceso, form = program.acceso, program.acceso.form
    cards = acceso.primera_vez
    assert form.mensaje_label.text() == FIRST_START
    assert cards.isVisible()
    assert cards.registrar_button.hasFocus()
    for hidden in (form.datos_group, form.continuar_button, form.registrate_button):
        assert not hidden.isVisible()
    # Its way to ICSOE is a card.
    assert not form.icsoe_button.isVisible()
    assert (pantalla.without_key(acceso), pantalla.disordered(acceso)) == ([], [])
    register(qtbot, program)
    assert form.mensaje_label.text() == ""
    assert not cards.isVisible()
    assert form.datos_group.isVisible()


def test_the_ways_to_begin_stay_on_the_screen_however_low_the_window_stood(
    program: Program,
) -> None:
    acceso, room = program.acceso, fields.room_on_screen(program.acceso)
    assert acceso.primera_vez.isVisible()
    acceso.resize(acceso.width(), 300)
    acceso.move(0, room.bottom() - 320)
    acceso._fit_height()
    assert acceso.height() > 320
    assert acceso.geometry().bottom() <= room.bottom()


def test_the_first_start_is_walked_by_keys_alone(program: Program) -> None:
    acceso = program.acceso
    cards = acceso.primera_vez
    acceso.activateWindow()
    until(acceso.isActiveWindow)
    walked = []
    for _ in range(5):
        focused = acceso.focusWidget()
        assert isinstance(focused, QPushButton)
        walked.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert walked == [
        cards.registrar_button,
        cards.icsoe_button,
        cards.ejemplo_button,
        cards.restaurar_button,
        cards.unirme_button,
    ]
    cards.registrar_button.setFocus()
    QTest.keyClick(cards.registrar_button, Qt.Key.Key_Return)
    until(lambda: window_of(UsuariosWindow) is not None)


def test_who_wants_to_join_an_office_needs_no_user(program: Program) -> None:
    program.acceso.primera_vez.unirme_button.click()
    until(lambda: window_of(SincronizacionWindow) is not None)
    window = window_of(SincronizacionWindow)
    assert window is not None
    until(lambda: window.inicio.isVisible())
    window.close()
    until(lambda: window_of(SincronizacionWindow) is None)
    assert program.acceso.isVisible()


def test_a_contratista_who_is_here_joins_with_its_own_session(program: Program) -> None:
    application = program.shell.application
    assert application is not None
    add_contratista(application.store, 112, "TBI990101QX5", "TORNILLOS Y BIRLOS SA DE CV")
    program.acceso.primera_vez.unirme_button.click()
    box = shown_box()
    assert box.text() == SOMEBODY
    box.accept()
    assert window_of(SincronizacionWindow) is None


def test_consultation_has_its_way_in_beside_the_ways_to_begin(program: Program) -> None:
    form = program.acceso.form
    form.consulta_check.click()
    assert not program.acceso.primera_vez.isVisible()
    assert form.continuar_button.text() == "&Aceptar"
    assert form.continuar_button.isVisible()
    form.consulta_check.click()
    assert program.acceso.primera_vez.isVisible()


def test_the_usuario_is_filled_in_when_exactly_one_is_enabled(
    qtbot: QtBot, program: Program
) -> None:
    form = program.acceso.form
    assert form.usuario_edit.text() == ""
    register(qtbot, program)
    until(lambda: form.usuario_edit.text() == CORREO)
    register(qtbot, program, "berta@ejemplo.mx")
    until(lambda: form.usuario_edit.text() == "")


def test_consultation_needs_no_user_and_says_first_what_is_available(
    program: Program, message_box: Box
) -> None:
    form = program.acceso.form
    hint = form.usuario_hint.grab().toImage()
    form.consulta_check.setChecked(True)
    assert not form.usuario_edit.isEnabled()
    assert not form.contrasena_edit.isEnabled()
    assert form.usuario_hint.grab().toImage() != hint, "it is grey, as its field"
    press(program.acceso, "Aceptar")
    box = message_box()
    assert box.text() == MODO_CONSULTA
    press(box, "Aceptar")
    until(lambda: not program.acceso.isVisible())
    module = program.shell.open("modulo", None)
    titles = [a.text().replace("&", "") for a in module.form.menubar.actions()]
    assert titles == ["Archivo", "Herramientas", "Ayuda"]
    tabs = module.form.pestanas_tabs
    shown = [
        tabs.tabText(at).replace("&", "") for at in range(tabs.count()) if tabs.isTabVisible(at)
    ]
    assert shown == ["Reingresos", "Mod. Salarios", "Bajas", "Todos"]
    program.shell.close_session()
    until(program.acceso.isVisible)
    # The next person may want to enter as a user.
    assert not form.consulta_check.isChecked()


def test_a_wrong_password_and_an_unknown_mail_get_the_same_message(
    registered: Program, message_box: Box
) -> None:
    form = registered.acceso.form
    for correo in (CORREO, "nadie@ejemplo.mx"):
        form.usuario_edit.setText(correo)
        form.contrasena_edit.setText("Otra.Clave93")
        press(registered.acceso, "Continuar")
        box = message_box()
        assert box.text() == NOT_ENTERED
        press(box, "Aceptar")
        until(lambda: not registered.busy)
    assert registered.acceso.isVisible()


def test_entering_by_keyboard_warns_about_certificates_and_opens_their_window(
    registered: Program, message_box: Box
) -> None:
    form = registered.acceso.form
    form.contrasena_edit.setFocus()
    QTest.keyClicks(form.contrasena_edit, CONTRASENA)
    QTest.keyClick(form.contrasena_edit, Qt.Key.Key_Return)
    box = message_box()
    assert box.text() == CERTIFICADOS_MISSING
    assert not registered.acceso.isVisible()
    press(box, "Aceptar")
    until(lambda: window_of(CertificadosWindow) is not None)
    assert form.contrasena_edit.text() == ""


def test_empty_fields_are_named_under_themselves(registered: Program) -> None:
    form = registered.acceso.form
    form.usuario_edit.clear()
    press(registered.acceso, "Continuar")
    assert form.usuario_error.isVisible()
    assert form.contrasena_error.isVisible()
    assert form.usuario_error.text() == "Escriba su usuario, que es su correo electrónico."


def test_a_second_start_finds_the_users_of_the_first(
    qtbot: QtBot, start: Callable[[], Program], registered: Program
) -> None:
    again = start()
    ready(qtbot, again)
    assert again.acceso.form.usuario_edit.text() == CORREO


class SlowOpening:
    """Holds the opening of the data, which follows the first look, from `hold` to `go_on`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._gate = threading.Event()
        self.go_on = self._gate.set

    def hold(self) -> None:
        opened, gate = Program._opened, self._gate

        def opened_late(
            self: Program,
            unlock: Unlock | None,
            start_over: bool = False,
            seen: Vistazo | None = None,
        ) -> DatosAbiertos:
            assert gate.wait(60)
            return opened(self, unlock, start_over, seen)

        self._monkeypatch.setattr(Program, "_opened", opened_late)


@pytest.fixture
def slow_opening(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowOpening]:
    slow = SlowOpening(monkeypatch)
    yield slow
    slow.go_on()


@pytest.fixture
def again(registered: Program, slow_opening: SlowOpening, start: Callable[[], Program]) -> Program:
    """The next start, whose data are not open yet."""
    slow_opening.hold()
    return start()


def test_who_enters_before_the_services_are_there_enters_once_they_are(
    again: Program, slow_opening: SlowOpening, message_box: Box
) -> None:
    form = again.acceso.form
    until(form.contrasena_edit.isEnabled)
    assert form.usuario_edit.text() == CORREO
    assert form.olvido_button.isEnabled()
    form.contrasena_edit.setText(CONTRASENA)
    press(again.acceso, "Continuar")
    assert form.mensaje_label.text() == CHECKING
    assert not form.contrasena_edit.isEnabled()
    slow_opening.go_on()
    be_silent_today(message_box())
    assert not again.acceso.isVisible()


def _move(program: Program) -> None:
    QTest.mouseMove(program.acceso.windowHandle(), QPoint(40, 60))


def _type(program: Program) -> None:
    QTest.keyClick(program.acceso.windowHandle(), Qt.Key.Key_A)


def _press_link(program: Program) -> None:
    program.acceso.form.registrate_button.click()
    until(lambda: bool(program.acceso.findChildren(UsuariosWindow)))


@pytest.mark.parametrize("use", [_move, _type, _press_link])
def test_the_services_load_once_somebody_uses_the_window(
    use: Callable[[Program], None],
    qtbot: QtBot,
    registered: Program,
    start: Callable[[], Program],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("icsoe_desktop.arranque.app.UNUSED_MS", 60_000)
    again = start()
    until(lambda: again._instancia._server is not None)
    assert again.acceso_presenter.state.ready
    assert again.acceso.form.registrate_button.isEnabled()
    assert not again.busy
    assert again.shell.application is None
    use(again)
    ready(qtbot, again)
    assert not again.acceso_presenter.state.busy


def test_the_wrong_password_is_refused_though_the_services_come_later(
    again: Program, slow_opening: SlowOpening, message_box: Box
) -> None:
    form = again.acceso.form
    until(form.contrasena_edit.isEnabled)
    form.contrasena_edit.setText("Otra.Clave93")
    press(again.acceso, "Continuar")
    slow_opening.go_on()
    box = message_box()
    assert box.text() == NOT_ENTERED
    press(box, "Aceptar")
    until(form.contrasena_edit.isEnabled)


def test_consultation_chosen_before_the_services_are_there_waits_for_them_too(
    again: Program, slow_opening: SlowOpening, message_box: Box
) -> None:
    form = again.acceso.form
    until(form.consulta_check.isEnabled)
    form.consulta_check.click()
    press(again.acceso, "Aceptar")
    slow_opening.go_on()
    assert message_box().text() == MODO_CONSULTA


def test_what_was_typed_meanwhile_stays_when_the_services_come(
    qtbot: QtBot, again: Program, slow_opening: SlowOpening
) -> None:
    form = again.acceso.form
    until(form.contrasena_edit.isEnabled)
    form.usuario_edit.setText("otra@ejemplo.mx")
    form.contrasena_edit.setText("a medias")
    slow_opening.go_on()
    ready(qtbot, again)
    assert form.usuario_edit.text() == "otra@ejemplo.mx"
    assert form.contrasena_edit.text() == "a medias"


def test_data_that_do_not_open_after_all_close_the_fields_again(
    start: Callable[[], Program],
    registered: Program,
    slow_opening: SlowOpening,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from icsoe_desktop.arranque.apertura import STORE_DAMAGED
    from icsoe_desktop.gui.oficina.respaldo.restaurar import RestaurarWindow

    slow_opening.hold()
    monkeypatch.setattr("icsoe_desktop.arranque.apertura.is_cut", lambda _engine: True)
    again = start()
    form = again.acceso.form
    until(form.contrasena_edit.isEnabled)
    form.contrasena_edit.setText(CONTRASENA)
    press(again.acceso, "Continuar")
    slow_opening.go_on()
    until(lambda: again.acceso.findChild(RestaurarWindow) is not None)
    window = again.acceso.findChild(RestaurarWindow)
    assert window.form.explicacion_label.text() == STORE_DAMAGED
    assert form.mensaje_label.text() == OPENING
    assert not form.contrasena_edit.isEnabled()
    assert not form.continuar_button.isEnabled()


def test_without_keyring_the_start_asks_for_the_password(
    qtbot: QtBot,
    folder: DataFolder,
    keyring: MemoryKeyring,
    start: Callable[[], Program],
    registered: Program,
) -> None:
    keyring.entries.clear()
    again = start()
    titles: list[QWidget] = []

    def asks() -> bool:
        titles[:] = [
            w
            for w in QApplication.topLevelWidgets()
            if w.windowTitle() == "Abrir los datos protegidos" and w.isVisible()
        ]
        return bool(titles)

    until(asks)
    form = titles[0].form
    form.contrasena_edit.setText("No.Es.Esta93")
    press(titles[0], "Abrir")
    until(lambda: "no abre los datos" in form.mensaje_label.text())
    form.ingresar_check.setChecked(False)
    form.contrasena_edit.setText(CONTRASENA)
    press(titles[0], "Abrir")
    ready(qtbot, again)
    assert again.acceso.form.usuario_edit.text() == CORREO
    # The lost entry was written again: the next start asks nothing.
    assert keyring.entries


def test_a_newcomer_registers_by_the_link_keeps_the_code_and_is_in(program: Program) -> None:
    press(program.acceso, "Registrarme")
    until(lambda: window_of(UsuariosWindow) is not None)
    window = window_of(UsuariosWindow)
    assert isinstance(window, UsuariosWindow)
    until(lambda: not program.busy)
    form = window.form
    press(window, "Guardar")
    assert form.nombres_error.text() == "Escriba el nombre."
    for edit, text in (
        (form.nombres_edit, "Alma"),
        (form.primer_apellido_edit, "Prieto"),
        (form.correo_edit, CORREO),
        (form.contrasena_edit, CONTRASENA),
        (form.confirmacion_edit, CONTRASENA),
    ):
        QTest.keyClicks(edit, text)
    form.acepta_check.setChecked(True)
    press(window, "Guardar")
    until(lambda: window_of(CodigoRecuperacionDialog) is not None)
    dialog = window_of(CodigoRecuperacionDialog)
    assert isinstance(dialog, CodigoRecuperacionDialog)
    assert not dialog.form.continuar_button.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible(), "Esc must not lose the only sight of the code"
    press(dialog, "Copiar")
    copied = QApplication.clipboard().mimeData()
    assert copied.text() in dialog.paper().text()
    assert bytes(copied.data("x-kde-passwordManagerHint").data()) == b"secret"
    assert window_of(ModuloWindow) is None
    dialog.form.guardado_check.setChecked(True)
    press(dialog, "Continuar")
    until(lambda: window_of(ModuloWindow) is not None)
    assert not program.acceso.isVisible()
    until(lambda: not program.busy)
    # There is no registro patronal yet whose certificate could be missing.
    assert QApplication.activeModalWidget() is None


# A program of its own: on Windows one thread cannot serve both ends of a pipe.
CALLER = """
import ast, sys
from pathlib import Path
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.paths import DataFolder
folder = DataFolder(Path(sys.argv[1]))
sys.exit(not Instancia(folder).call_first(ast.literal_eval(sys.argv[2])))
"""


def test_a_second_program_on_the_folder_calls_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    first, second = Instancia(folder), Instancia(folder)
    assert first.claim()
    first.listen()
    assert not second.claim()
    for link, heard in (
        ("icsoe://activar/abc", "icsoe://activar/abc"),
        ("icsoe://\udcff", "icsoe://?"),  # an argument of Linux that is no text
    ):
        with qtbot.waitSignal(first.called) as called:
            caller = subprocess.Popen([sys.executable, "-c", CALLER, str(tmp_path), ascii(link)])
        assert called.args == [heard]
        assert caller.wait(timeout=60) == 0
    first.release()
    assert second.claim()
    second.release()


def test_a_start_that_kept_no_way_in_asks_before_it_begins_anew(
    qtbot: QtBot, start: Callable[[], Program], folder: DataFolder, message_box: Box
) -> None:
    """Nobody can tell it from data whose envelope was replaced: see test_sobre_sin_ranuras."""
    from icsoe_desktop.arranque.apertura import KEYLESS
    from icsoe_desktop.arranque.bootstrap import open_application
    from icsoe_desktop.gateways.boveda.boveda import UNUSED
    from icsoe_desktop.gui.oficina.respaldo.restaurar import START_OVER, RestaurarWindow

    open_application(folder, keyring=NoLlavero()).close()
    (folder.root / UNUSED).unlink()  # what tells that nobody registered under this envelope
    program = start()
    program.acceso.show()
    until(lambda: program.acceso.findChild(RestaurarWindow) is not None)
    window = program.acceso.findChild(RestaurarWindow)
    assert window.form.explicacion_label.text() == KEYLESS
    press(window, "Empezar de nuevo…")
    box = message_box()
    assert box.text() == START_OVER
    press(box, "Empezar de nuevo")
    ready(qtbot, program)
    assert not program.acceso_presenter.state.any_usuario
    [kept] = folder.root.glob("sin-llave-*")
    assert {"icsoe.db", "llaves.json"} <= {path.name for path in kept.iterdir()}


@pytest.mark.parametrize("letters", [100, 150])
def test_on_the_least_screen_the_way_in_is_in_sight(
    letters: int,
    qtbot: QtBot,
    qapp: QApplication,
    context: Context,
    larger: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At letters of 100 %, so is all that is needed to enter."""
    for module in (fields, acceso):
        monkeypatch.setattr(module, "room_on_screen", lambda _window: QRect(QPoint(), LEAST_ROOM))
    assert assets.density_name(qapp) == "compacta"  # what so low a screen has
    larger(letters / 100)
    presenter = AccesoPresenter(context.jobs)
    window = AccesoWindow(presenter)
    qtbot.addWidget(window)
    presenter.connect_service(context.application.acceso)
    presenter.offer_everything()
    window.show()
    until(lambda: presenter.state.whole and not context.jobs.busy)
    settle()
    form = window.form
    needed: list[QWidget] = [form.continuar_button]
    if letters == 100:
        needed += [form.usuario_edit, form.contrasena_edit, form.mostrar_check]
        needed += [form.consulta_check, form.titulo_label]
    assert window.height() <= LEAST_ROOM.height()
    for one in needed:
        assert one.visibleRegion().boundingRect() == one.rect(), one.objectName()


def test_enter_presses_the_link_in_focus_and_from_a_field_continues(registered: Program) -> None:
    form = registered.acceso.form
    pressed: list[str] = []
    form.continuar_button.clicked.connect(lambda: pressed.append("continuar"))
    form.olvido_button.clicked.connect(lambda: pressed.append("olvido"))
    for focused in (form.olvido_button, form.contrasena_edit):
        focused.setFocus()
        QTest.keyClick(focused, Qt.Key.Key_Return)
    assert pressed == ["olvido", "continuar"]


def test_escape_closes_the_entrance_from_any_field(program: Program) -> None:
    program.acceso.form.contrasena_edit.setFocus()
    QTest.keyClick(program.acceso.form.contrasena_edit, Qt.Key.Key_Escape)
    assert not program.acceso.isVisible()


def test_the_alert_about_certificates_is_silent_for_the_rest_of_the_day(
    registered: Program, message_box: Box
) -> None:

    def enter() -> None:
        form = registered.acceso.form
        form.contrasena_edit.setText(CONTRASENA)
        press(registered.acceso, "Continuar")
        until(lambda: not registered.acceso.isVisible() and not registered.busy)

    enter()
    box = message_box()
    check = box.checkBox()
    assert check is not None
    assert check.text().replace("&", "") == "No volver a preguntar hoy"
    check.click()
    press(box, "Aceptar")
    assert not any(w.windowTitle() == "Certificados IMSS" for w in QApplication.topLevelWidgets())
    registered.shell.close_session()
    enter()
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
    registered.shell.close_session()
    registered.shell.preferences.set("certificados/sin_preguntar", "2026-01-01")
    enter()
    be_silent_today(message_box())


def test_a_code_that_nobody_confirmed_is_asked_about_until_somebody_does(
    qtbot: QtBot, start: Callable[[], Program], message_box: Box
) -> None:
    """The program was killed while it was shown."""
    program = start()
    ready(qtbot, program)
    application = program.shell.application
    assert application is not None
    alta = application.usuarios.register(None, usuario_nuevo())
    add_registro(application, alta.sesion)

    def enter() -> QMessageBox:
        nonlocal program
        program = start()
        ready(qtbot, program)
        program.acceso.form.contrasena_edit.setText(CONTRASENA)
        press(program.acceso, "Continuar")
        return message_box()

    box = enter()
    assert "nadie confirmó que lo guardó" in box.text()
    assert [button.text().replace("&", "") for button in box.buttons()] == [
        "Ya lo tengo",
        "Crear otro…",
        "Después",
    ]
    press(box, "Después")
    until(lambda: message_box().text() == CERTIFICADOS_MISSING)
    be_silent_today(message_box())
    press(enter(), "Crear otro…")
    until(lambda: window_of(UsuariosWindow) is not None)
    window = window_of(UsuariosWindow)
    assert isinstance(window, UsuariosWindow)
    dialog = window._nuevo_codigo
    assert dialog is not None
    dialog.form.contrasena_edit.setText(CONTRASENA)
    press(dialog, "Crear código nuevo")
    until(lambda: window_of(CodigoRecuperacionDialog) is not None)
    # Killed again, the code on the screen.
    shown = window_of(CodigoRecuperacionDialog)
    assert shown is not None
    shown.hide()
    press(enter(), "Ya lo tengo")
    until(lambda: not program.busy)
    application = program.shell.application
    assert application is not None
    sesion = application.acceso.enter(CORREO, CONTRASENA)
    assert application.usuarios.unconfirmed_code(sesion) is None


def test_the_code_is_confirmed_by_its_own_window(program: Program, tmp_path: Path) -> None:
    application = program.shell.application
    assert application is not None
    alta = application.usuarios.register(None, usuario_nuevo())
    assert alta.codigo_recuperacion is not None
    assert application.usuarios.unconfirmed_code(alta.sesion) is not None
    dialog = CodigoRecuperacionDialog(
        alta.codigo_recuperacion, alta.sesion, program.shell.context(alta.sesion), program.acceso
    )
    dialog.open()
    dialog.save(tmp_path / "codigo.txt")
    assert dialog.form.mensaje_label.text() == formats.saved(tmp_path / "codigo.txt")
    assert alta.codigo_recuperacion in (tmp_path / "codigo.txt").read_text("utf-8")
    dialog.form.guardado_check.click()
    press(dialog, "Continuar")
    until(lambda: application.usuarios.unconfirmed_code(alta.sesion) is None)
