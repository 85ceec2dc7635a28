"""From the mail to the home of the capturista (seed 002, steps 1 to 11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.bootstrap import open_application
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError, NotAllowedError
from icsoe_desktop.gui.activacion.olvido import OlvidoWindow
from icsoe_desktop.gui.activacion.window import ActivacionWindow
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.icsoe_acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.inicio_capturista.elegir import ElegirDialog
from icsoe_desktop.gui.inicio_capturista.informativa import InformativaPage
from icsoe_desktop.gui.inicio_capturista.page import InicioPage
from icsoe_desktop.gui.reglas import ALL_KEPT
from icsoe_desktop.gui.shell import Shell
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.activacion import SOLICITUD_RECIBIDA
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas import Capturista
from tests.conftest import MemoryLlavero, Reloj
from tests.gui.capturistas.comun import (
    CONTRASENA,
    NOMBRE,
    PERSONA,
    Box,
    Key,
    child,
    focused,
    last_link,
    press_key,
    receive,
    said,
    type_here,
    write,
)
from tests.gui.conftest import press
from tests.smtp_real import SmtpReal

OTRA = "Werewolf$27b"


@pytest.fixture
def registrada(application: Application, contratista: Sesion) -> Capturista:
    return application.capturistas.register(contratista, PERSONA).capturista


@pytest.fixture
def link(application: Application, smtp: SmtpReal, registrada: Capturista) -> str:
    """The link of the second mail."""
    receive(application, smtp)
    return last_link(smtp)


def _forget(window: QWidget) -> None:
    if isinstance(window, ActivacionWindow):
        window._clear()


def activacion(qtbot: QtBot, shell: Shell) -> ActivacionWindow:
    window = shell.open("activacion", None)
    assert isinstance(window, ActivacionWindow)
    qtbot.addWidget(window, before_close_func=_forget)
    return window


def opened(qtbot: QtBot, shell: Shell, link: str) -> ActivacionWindow:
    """The window at the step that the link leads to."""
    window = activacion(qtbot, shell)
    window.open_link(link)
    qtbot.waitUntil(lambda: not window.form.codigo_page.isVisible())
    return window


@pytest.fixture
def activated(application: Application, link: str) -> None:
    application.activacion.create_password(link, CONTRASENA, CONTRASENA, acepta_aviso=True)


@pytest.fixture
def flow(shell: Shell) -> Iterator[IcsoeFlow]:
    flow = IcsoeFlow(shell)
    shell.left.connect(flow.resume)
    yield flow
    shell.left.disconnect(flow.resume)


def entrance(qtbot: QtBot, flow: IcsoeFlow) -> IcsoeAccesoWindow:
    window = flow.open_entrance()
    assert isinstance(window, IcsoeAccesoWindow)
    qtbot.addWidget(window)
    return window


def home(qtbot: QtBot, shell: Shell, flow: IcsoeFlow) -> IcsoeWindow:
    """The window of the capturista after she entered."""
    window = entrance(qtbot, flow)
    write(window.form.usuario_edit, PERSONA.curp)
    write(window.form.contrasena_edit, CONTRASENA)
    with qtbot.waitSignal(flow.entered) as entered:
        press(window, "Ingresar")
    assert entered.args is not None
    icsoe = shell.open("icsoe", entered.args[0])
    assert isinstance(icsoe, IcsoeWindow)
    qtbot.addWidget(icsoe)
    qtbot.waitUntil(lambda: isinstance(icsoe.page, InicioPage) and not shell.jobs.busy)
    return icsoe


def test_the_seed_is_walked_from_the_mail_to_the_home_with_the_keyboard_alone(
    qtbot: QtBot,
    shell: Shell,
    flow: IcsoeFlow,
    application: Application,
    smtp: SmtpReal,
    registrada: Capturista,
    message_box: Box,
) -> None:
    # 1 and 2: two mails, the second with the link.
    first, second = receive(application, smtp)
    assert "TORNILLOS Y BIRLOS SA DE CV" in first
    assert "icsoe://" not in first
    assert "icsoe://activar/" in second
    # 3: the password.
    window = opened(qtbot, shell, last_link(smtp))
    form = window.form
    assert NOMBRE in said(form.quien_label)
    assert "TORNILLOS Y BIRLOS SA DE CV" in said(form.quien_label)
    assert focused(window) is form.nueva_edit
    type_here(window, CONTRASENA)
    press_key(window, Key.Key_Tab)
    type_here(window, CONTRASENA)
    press_key(window, Key.Key_Tab, 2)
    assert focused(window) is form.aviso_check
    press_key(window, Key.Key_Space)
    form.nueva_edit.setFocus()
    press_key(window, Key.Key_Return)
    # 4: said.
    assert message_box().text() == "Contraseña actualizada"
    QTest.keyClick(message_box(), Key.Key_Return)
    qtbot.waitUntil(lambda: not window.isVisible())
    # 5: the third mail.
    [third] = receive(application, smtp)
    assert "contraseña" in third.split("\n")[0].lower()
    assert CONTRASENA not in third
    # 6: Inicio de sesión.
    access = entrance(qtbot, flow)
    type_here(access, PERSONA.curp)
    press_key(access, Key.Key_Tab)
    type_here(access, CONTRASENA)
    with qtbot.waitSignal(flow.entered) as entered:
        press_key(access, Key.Key_Return)
    assert entered.args is not None
    icsoe = shell.open("icsoe", entered.args[0])
    assert isinstance(icsoe, IcsoeWindow)
    qtbot.addWidget(icsoe)
    qtbot.waitUntil(lambda: isinstance(icsoe.page, InicioPage) and not shell.jobs.busy)
    # 7: home.
    page = icsoe.page
    assert isinstance(page, InicioPage)
    assert icsoe.form.clave_value.text() == PERSONA.curp
    assert icsoe.form.nombre_value.text() == NOMBRE
    assert icsoe.form.rol_value.text() == "Capturista"
    assert said(page.form.elegir_label) == "Selecciona un contratista para trabajar:"
    assert focused(icsoe) is page.form.seleccionar_button
    press_key(icsoe, Key.Key_Space)
    # 8 and 9: the list, Siguiente.
    dialog = child(qtbot, page, ElegirDialog)
    qtbot.waitUntil(lambda: dialog.form.siguiente_button.isEnabled())
    model = dialog.form.contratistas_table.model()
    assert [model.index(0, at).data() for at in (1, 2)] == [
        "TBI990101QX5",
        "TORNILLOS Y BIRLOS SA DE CV",
    ]
    QTest.keyClick(dialog.form.contratistas_table, Key.Key_Return)
    # 10: which one; Continuar.
    box = message_box()
    assert "TORNILLOS Y BIRLOS SA DE CV" in box.text()
    QTest.keyClick(box, Key.Key_Return)
    # 11: home with the contratista, and Informativa.
    qtbot.waitUntil(lambda: icsoe.form.contratista_value.isVisible())
    qtbot.waitUntil(lambda: icsoe.page is not page and not shell.jobs.busy)
    now = icsoe.page
    assert isinstance(now, InicioPage)
    assert "TORNILLOS Y BIRLOS SA DE CV, RFC TBI990101QX5" in said(now.form.contratista_label)
    assert focused(icsoe) is now.form.informativa_button
    press_key(icsoe, Key.Key_Space)
    assert isinstance(icsoe.page, InformativaPage)
    assert "todavía no incluye esa captura" in said(icsoe.page.form.vacia_label)


def test_the_pasted_code_does_what_the_link_does(
    qtbot: QtBot, shell: Shell, smtp: SmtpReal, link: str
) -> None:
    window = activacion(qtbot, shell)
    assert focused(window) is window.form.codigo_edit
    code = link.removeprefix("icsoe://activar/").upper()
    grouped = "-".join(re.findall("....", code))
    type_here(window, f" {grouped} ")
    press_key(window, Key.Key_Return)
    qtbot.waitUntil(window.form.contrasena_page.isVisible)


@pytest.mark.parametrize("typed", ["", "icsoe://activar/abc", "https://ejemplo.mx/"])
def test_what_is_no_code_says_what_one_looks_like(qtbot: QtBot, shell: Shell, typed: str) -> None:
    window = activacion(qtbot, shell)
    window.form.codigo_edit.setText(typed)
    press(window, "Siguiente")
    qtbot.waitUntil(window.form.codigo_error.isVisible)
    assert "código" in said(window.form.codigo_error)
    assert focused(window) is window.form.codigo_edit


def test_each_rule_is_ticked_while_one_types_and_the_meter_moves(
    qtbot: QtBot, shell: Shell, link: str
) -> None:
    window = opened(qtbot, shell, link)
    form = window.form

    def spoken(text: str) -> str:
        write(form.nueva_edit, text)
        return form.reglas_label.accessibleName()

    missing, _, kept = spoken("papel").partition(" Se cumple: ")
    assert "Al menos una letra minúscula" in kept
    assert "Al menos una letra mayúscula" in missing
    assert form.fortaleza_bar.value() == 1
    assert "Débil" in said(form.fortaleza_texto)
    # Of the person: her own name is refused.
    assert "Sin su usuario, su nombre ni su CURP" in spoken("Xochitl$93b")
    assert spoken(CONTRASENA) == ALL_KEPT
    assert form.fortaleza_bar.value() >= 2


def test_nothing_is_kept_before_the_rules_the_repetition_and_the_aviso(
    qtbot: QtBot, shell: Shell, application: Application, link: str
) -> None:
    window = opened(qtbot, shell, link)
    form = window.form
    press(window, "Guardar contraseña")
    assert said(form.nueva_error) == "Escriba la contraseña nueva."
    assert said(form.aviso_error) == "Lea y acepte el Aviso de privacidad."
    write(form.nueva_edit, "Mi_Clave1234!")
    write(form.confirmacion_edit, CONTRASENA)
    press(window, "Guardar contraseña")
    assert said(form.nueva_error) == "Aún falta cumplir las reglas marcadas con ○."
    assert said(form.confirmacion_error) == "Las contraseñas no coinciden."
    assert application.activacion.open(link).nombre == NOMBRE


def test_a_link_is_good_for_24_hours_to_the_second_and_across_a_restart(
    qtbot: QtBot,
    shell: Shell,
    folder: DataFolder,
    llavero: MemoryLlavero,
    reloj: Reloj,
    link: str,
) -> None:
    reloj.advance(hours=24, seconds=-1)
    again = open_application(folder, llavero=llavero, clock=reloj)
    assert again.activacion.open(link).nombre == NOMBRE
    window = opened(qtbot, shell, link)
    window.reject()
    qtbot.waitUntil(lambda: not isValid(window))
    reloj.advance(seconds=1)
    with pytest.raises(InvalidInputError):
        again.activacion.open(link)
    again.close()
    window = activacion(qtbot, shell)
    window.open_link(link)
    qtbot.waitUntil(window.form.codigo_error.isVisible)
    assert "24" in said(window.form.codigo_error)


def test_a_link_that_grows_old_while_one_types_sends_back_with_the_reason(
    qtbot: QtBot, shell: Shell, reloj: Reloj, link: str
) -> None:
    window = opened(qtbot, shell, link)
    form = window.form
    reloj.advance(hours=25)
    write(form.nueva_edit, CONTRASENA)
    write(form.confirmacion_edit, CONTRASENA)
    form.aviso_check.setChecked(True)
    press(window, "Guardar contraseña")
    qtbot.waitUntil(form.codigo_page.isVisible)
    assert said(form.codigo_error) != ""


def test_a_link_serves_once(qtbot: QtBot, shell: Shell, activated: None, link: str) -> None:
    window = activacion(qtbot, shell)
    window.open_link(link)
    qtbot.waitUntil(window.form.codigo_error.isVisible)


def test_a_password_half_typed_is_not_lost_without_asking(
    qtbot: QtBot, shell: Shell, link: str, message_box: Box
) -> None:
    window = opened(qtbot, shell, link)
    write(window.form.nueva_edit, "Papel")
    QTest.keyClick(window, Key.Key_Escape)
    press(message_box(), "Cancelar")
    assert window.isVisible()
    # Another link that arrives now takes nothing away either.
    window.open_link("icsoe://activar/otra")
    assert window.form.nueva_edit.text() == "Papel"
    QTest.keyClick(window, Key.Key_Escape)
    press(message_box(), "Cerrar sin guardar")
    qtbot.waitUntil(lambda: not window.isVisible())


def test_a_second_contratista_is_confirmed_with_the_password_she_has(
    qtbot: QtBot,
    shell: Shell,
    application: Application,
    smtp: SmtpReal,
    activated: None,
    otro_contratista: Sesion,
    message_box: Box,
) -> None:
    receive(application, smtp)
    otro = "otro@ejemplo.mx"
    application.capturistas.register(
        otro_contratista, replace(PERSONA, correo=otro, confirmacion=otro)
    )
    receive(application, smtp)
    window = opened(qtbot, shell, last_link(smtp))
    assert window.form.confirmar_page.isVisible()
    assert "JUAN ROBLES TORRES" in said(window.form.quien2_label)
    write(window.form.actual_edit, OTRA)
    QTest.keyClick(window.form.actual_edit, Key.Key_Return)
    qtbot.waitUntil(window.form.actual_error.isVisible)
    write(window.form.actual_edit, CONTRASENA)
    QTest.keyClick(window.form.actual_edit, Key.Key_Return)
    assert message_box().text() == "Listo: ya puede ingresar y elegir a ese contratista."
    press(message_box(), "Aceptar")
    sesion = application.acceso_icsoe.enter_capturista(PERSONA.curp, CONTRASENA)
    names = [one.nombre for one in application.acceso_icsoe.contratistas(sesion)]
    assert names == ["JUAN ROBLES TORRES", "TORNILLOS Y BIRLOS SA DE CV"]


def test_a_forgotten_password_is_replaced_by_curp_and_mail(
    qtbot: QtBot,
    shell: Shell,
    application: Application,
    smtp: SmtpReal,
    activated: None,
    message_box: Box,
) -> None:
    receive(application, smtp)
    window = shell.open("olvido_capturista", None)
    assert isinstance(window, OlvidoWindow)
    qtbot.addWidget(window)
    assert focused(window) is window.form.curp_edit
    type_here(window, "AEBX")
    press_key(window, Key.Key_Return)
    qtbot.waitUntil(window.form.curp_error.isVisible)
    type_here(window, PERSONA.curp)
    press_key(window, Key.Key_Tab)
    type_here(window, PERSONA.correo)
    press_key(window, Key.Key_Return)
    qtbot.waitUntil(lambda: said(window.form.mensaje_label) == SOLICITUD_RECIBIDA)
    assert len(receive(application, smtp)) == 1
    window.reject()
    change = opened(qtbot, shell, last_link(smtp))
    write(change.form.nueva_edit, OTRA)
    write(change.form.confirmacion_edit, OTRA)
    change.form.aviso_check.setChecked(True)
    press(change, "Guardar contraseña")
    assert message_box().text() == "Contraseña actualizada"
    press(message_box(), "Aceptar")
    application.acceso_icsoe.enter_capturista(PERSONA.curp, OTRA)
    with pytest.raises(InvalidInputError):
        application.acceso_icsoe.enter_capturista(PERSONA.curp, CONTRASENA)


def test_who_is_not_known_is_told_the_same_and_gets_nothing(
    qtbot: QtBot, shell: Shell, application: Application, smtp: SmtpReal
) -> None:
    window = shell.open("olvido_capturista", None)
    assert isinstance(window, OlvidoWindow)
    qtbot.addWidget(window)
    write(window.form.curp_edit, PERSONA.curp)
    write(window.form.correo_edit, PERSONA.correo)
    press(window, "Enviar")
    qtbot.waitUntil(lambda: said(window.form.mensaje_label) == SOLICITUD_RECIBIDA)
    assert receive(application, smtp) == []


def test_the_entrance_leads_to_the_code_and_to_a_forgotten_password(
    qtbot: QtBot, shell: Shell, flow: IcsoeFlow, sesion: Sesion
) -> None:
    window = entrance(qtbot, flow)
    press(window, "Tengo un código de activación")
    code = child(qtbot, window, ActivacionWindow)
    press(code, "¿Olvidaste tu contraseña?")
    forgotten = child(qtbot, window, OlvidoWindow)
    press(forgotten, "Tengo un código de activación")
    child(qtbot, window, ActivacionWindow).reject()


def test_a_baja_ends_the_work_at_once(
    qtbot: QtBot,
    shell: Shell,
    flow: IcsoeFlow,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
    activated: None,
) -> None:
    icsoe = home(qtbot, shell, flow)
    sesion = icsoe.context.require_sesion()
    [one] = application.acceso_icsoe.contratistas(sesion)
    working = application.acceso_icsoe.choose(sesion, one.id)
    application.capturistas.baja(contratista, registrada.id)
    with pytest.raises(NotAllowedError):
        application.contratistas.perfil(working)
    page = icsoe.page
    assert isinstance(page, InicioPage)
    press(page, "Seleccionar contratista")
    dialog = child(qtbot, page, ElegirDialog)
    qtbot.waitUntil(dialog.form.vacia_label.isVisible)
    assert not dialog.form.siguiente_button.isEnabled()
    dialog.reject()


def test_a_capturista_sees_nothing_of_the_administration(
    qtbot: QtBot, shell: Shell, flow: IcsoeFlow, activated: None
) -> None:
    icsoe = home(qtbot, shell, flow)
    menu = icsoe.form.menu_list
    assert [menu.item(at).text().strip() for at in range(menu.count())] == [
        "Inicio",
        "Informativa",
    ]
    for key in ("alta_capturista", "consulta_capturistas", "contratista", "informativa"):
        icsoe.show_page(key)
        assert isinstance(icsoe.page, InicioPage)
