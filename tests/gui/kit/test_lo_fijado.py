"""What the machine's administrator fixed: a lock, who fixed it, and nothing to change."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QCalendarWidget,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque import app as program_module
from icsoe_desktop.arranque import bootstrap
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.domain.acceso.contrasena import POLITICA_ICSOE
from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.domain.politicas.valores import BY_FILE, BY_REGISTRY, Central
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.politicas.central_ini import parse_central
from icsoe_desktop.gui.base import appearance, assets
from icsoe_desktop.gui.base.appearance import Appearance
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.idse.certificados.window import LimitePfxDialog
from icsoe_desktop.gui.inicio.acerca.window import AcercaWindow
from icsoe_desktop.gui.inicio.apariencia.window import AparienciaWindow
from icsoe_desktop.gui.inicio.bloqueo.guardia import lock_actions, locked_after
from icsoe_desktop.gui.kit.checked_fields import CheckedField, CheckedFields
from icsoe_desktop.gui.kit.fields import fix
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.gui.oficina.correo.window import ServidorCorreoWindow
from icsoe_desktop.paths import DataFolder
from tests.conftest import MemoryKeyring
from tests.gui.conftest import press, usuario_nuevo
from tests.support.reposo import close_windows
from tests.support.servicios import with_services

MAIL = b"[correo]\nservidor = smtp.empresa.mx\nremitente = a@empresa.mx\nfijo = si\n"


@pytest.fixture(autouse=True)
def usual_again(qapp: QApplication) -> Iterator[None]:
    yield
    appearance.apply(qapp, Appearance("claro"))
    assets.set_color_scheme(qapp, "")


@pytest.fixture
def fixed(context: Context) -> Callable[[Central], Context]:
    """The context of a machine with these policies."""

    def make(politica: Central) -> Context:
        application = with_services(context.application, politica=politica)
        context.shell.application = application
        return dataclasses.replace(context, application=application)

    return make


def notice_of(window: QWidget, qtbot: QtBot) -> str:
    qtbot.addWidget(window)
    window.show()
    (notice,) = window.findChildren(FixedNotice)
    assert notice.isVisible()
    return notice.label.text()


def ground_of(field: QWidget) -> str:
    """The colour inside its lower right corner, where no letter is."""
    return field.grab().toImage().pixelColor(field.width() - 6, field.height() - 6).name()


def test_who_fixed_it_is_said(fixed: Callable[[Central], Context], qtbot: QtBot) -> None:
    off = Central(actualizaciones_apagadas=True)
    for politica, who in (
        (off, BY_FILE),
        (dataclasses.replace(off, directivas=frozenset({"actualizaciones"})), BY_REGISTRY),
    ):
        window = AcercaWindow(fixed(politica), None)
        assert notice_of(window, qtbot) == f"La búsqueda de versiones nuevas la apagó {who}."
        assert not window.form.actualizar_button.isVisible()
        window.close()


def test_nothing_is_locked_where_nothing_is_fixed(context: Context, qtbot: QtBot) -> None:
    for key in ("acerca", "apariencia", "servidor_correo", "respaldo"):
        window = context.shell.open(key, context.sesion)
        assert not [one for one in window.findChildren(FixedNotice) if one.isVisible()]
        window.close()


def test_a_fixed_mail_server_leaves_only_the_password(
    fixed: Callable[[Central], Context], qtbot: QtBot
) -> None:
    context = fixed(parse_central(MAIL))
    window = context.shell.open("servidor_correo", context.sesion)
    assert isinstance(window, ServidorCorreoWindow)
    assert notice_of(window, qtbot) == f"El servidor de correo lo fijó {BY_FILE}."
    form = window.form
    assert form.servidor_edit.isReadOnly()
    assert form.remitente_edit.isReadOnly()
    assert not form.seguridad_combo.isEnabled()
    assert not form.contrasena_edit.isReadOnly()
    said = notice_of(window, qtbot)
    qtbot.waitUntil(form.cuenta_group.isEnabled)
    free = ground_of(form.contrasena_edit)
    for one in (form.servidor_edit, form.usuario_edit, form.remitente_edit, form.seguridad_combo):
        assert ground_of(one) != free
        assert one.accessibleDescription() == said
    assert form.usuario_edit.placeholderText() == ""  # it would look as if somebody had typed it


def test_who_fixed_a_field_is_said_again_after_its_problem(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    edit, error = QLineEdit(around), QLabel(around)
    fields = CheckedFields({"uno": CheckedField(edit, error)}, around)
    fix("La fijó alguien.", edit)
    fields.refuse({"uno": "No sirve."}, focus=False)
    assert edit.accessibleDescription() == "No sirve."
    fields.forget()
    assert edit.accessibleDescription() == "La fijó alguien."


def test_a_fixed_date_of_the_pfx_is_only_shown(
    fixed: Callable[[Central], Context], qtbot: QtBot
) -> None:
    limite = LimitePfx(date(2026, 12, 31), "la política de este equipo", fijo=True)
    context = fixed(Central(limite_pfx=limite))
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = LimitePfxDialog(limite, context, parent)
    assert notice_of(dialog, qtbot) == f"La fecha la fijó {BY_FILE}."
    assert not dialog.form.guardar_button.isEnabled()
    dialog.ultimo.open_calendar()
    assert dialog.findChild(QCalendarWidget) is None
    assert "central.ini" in dialog.form.ultimo_edit.accessibleDescription()


def test_fixed_values_are_said_to_be(fixed: Callable[[Central], Context], qtbot: QtBot) -> None:
    context = fixed(parse_central(b"[valores]\numa = 2027-02-01 122.00\n"))
    window = context.shell.open("valores_legales", context.sesion)
    assert notice_of(window, qtbot).startswith("Los valores marcados como política central")


def test_of_the_appearance_only_the_rest_can_be_chosen(
    fixed: Callable[[Central], Context], qtbot: QtBot, qapp: QApplication
) -> None:
    context = fixed(Central(apariencia={"tema": "oscuro", "letras": "110"}))
    appearance.keep(context.preferences, Appearance("oscuro", "normal", 110))
    window = context.shell.open("apariencia", None)
    assert isinstance(window, AparienciaWindow)
    assert notice_of(window, qtbot).endswith(f"lo fijó {BY_FILE}.")
    form = window.form
    assert not form.claro_radio.isEnabled()
    assert not form.letras_spin.isEnabled()
    assert form.compacta_radio.isEnabled()
    form.compacta_radio.click()
    form.restablecer_button.click()
    found = appearance.read(qapp, context.preferences)
    assert (found.scheme, found.letters) == ("oscuro", 110)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Appearance("claro", "normal", 120)),
        ({"tema": "sistema"}, Appearance("", "normal", 120)),
        ({"tema": "oscuro", "densidad": "compacta"}, Appearance("oscuro", "compacta", 120)),
        ({"letras": "90"}, Appearance("claro", "normal", 90)),
    ],
)
def test_a_policy_changes_its_part_of_the_appearance(
    values: dict[str, str], expected: Appearance
) -> None:
    assert appearance.with_fixed(Appearance("claro", "normal", 120), values) == expected


def test_the_idle_minutes_of_the_policy_count_and_are_not_asked(
    fixed: Callable[[Central], Context], message_box: Callable[[], QMessageBox], qtbot: QtBot
) -> None:
    shell = fixed(Central(bloqueo_minutos=3)).shell
    shell.preferences.set("sesion/minutos_bloqueo", "200")
    assert locked_after(shell) == 3
    window = QMainWindow()
    qtbot.addWidget(window)
    _lock, idle = lock_actions(shell, window)
    assert not idle.icon().isNull()
    idle.trigger()
    box = message_box()
    assert box.text() == f"La sesión se bloquea después de 3 minutos sin uso. Lo fijó {BY_FILE}."
    press(box, "Aceptar")


def test_without_a_policy_the_users_minutes_count(shell: Shell) -> None:
    shell.preferences.set("sesion/minutos_bloqueo", "20")
    assert locked_after(shell) == 20


def test_the_length_of_the_policy_is_one_more_rule_of_new_passwords() -> None:
    assert POLITICA_ICSOE.at_least(0) is POLITICA_ICSOE
    politica = POLITICA_ICSOE.at_least(16)
    assert not politica.accepts("Papel.Verde93")
    assert politica.accepts("Papel.Verde93.Mesa")
    assert politica.reglas[-1].texto.startswith("Al menos 16 caracteres (lo fijó quien administra")


def test_the_first_window_heeds_the_policy_from_its_first_start_on(
    qtbot: QtBot,
    folder: DataFolder,
    keyring: MemoryKeyring,
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy = b"[ejemplo]\nofrecer = no\n[apariencia]\ntema = oscuro\n"
    policy += b"[contrasenas]\nlargo_minimo = 40\n"
    monkeypatch.setattr(bootstrap, "read_central", lambda *_, **__: parse_central(policy))
    monkeypatch.setattr("icsoe_desktop.logs.configure_logs", lambda _folder: None)
    monkeypatch.setattr(program_module.ErrorReporter, "catch_everything", lambda *_: None)
    instancia = Instancia(folder)
    assert instancia.claim()
    program = Program(folder, instancia, keyring)
    try:
        program.start()
        qtbot.waitUntil(lambda: program.acceso_presenter.state.whole and not program.busy)
        assert not program.acceso.form.ejemplo_button.isVisible()
        assert not program.acceso.primera_vez.ejemplo_button.isVisible()
        kept = Preferences(folder.preferences)
        program._preferences.save()
        assert appearance.read(qapp, kept).scheme == "oscuro"
        application = program.shell.application
        assert application is not None
        with pytest.raises(InvalidInputError, match="contraseña"):
            application.usuarios.register(None, usuario_nuevo())
    finally:
        program.acceso.hide()
        close_windows()
        program.end()
