"""Crear contraseña, from a link or a code; and a forgotten one."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.activacion.olvido import OlvidoWindow
from icsoe_desktop.gui.kit.password_rules import ALL_KEPT
from icsoe_desktop.services.acceso.activacion import SOLICITUD_RECIBIDA
from icsoe_desktop.services.application import Application
from tests.conftest import Reloj
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.capturistas.comun import (
    CONTRASENA,
    NOMBRE,
    PERSONA,
    Key,
    activacion,
    focused,
    last_link,
    opened,
    press_key,
    receive,
    said,
    type_here,
    write,
)
from tests.gui.icsoe.comun import gone
from tests.support.reposo import settle
from tests.support.smtp_real import SmtpReal

OTRA = "Werewolf$27b"


def test_the_pasted_code_does_what_the_link_does(shell: Shell, smtp: SmtpReal, link: str) -> None:
    window = activacion(shell)
    assert focused(window) is window.form.codigo_edit
    code = link.removeprefix("icsoe://activar/").upper()
    grouped = "-".join(re.findall("....", code))
    type_here(window, f" {grouped} ")
    press_key(window, Key.Key_Return)
    settle(window.form.contrasena_page.isVisible)


def test_what_is_no_code_says_what_one_looks_like(shell: Shell) -> None:
    window = activacion(shell)
    window.form.codigo_edit.setText("icsoe://activar/abc")
    press(window, "Siguiente")
    settle(window.form.codigo_error.isVisible)
    assert "código" in said(window.form.codigo_error)
    assert focused(window) is window.form.codigo_edit
    window.form.codigo_edit.setText("otro")  # dictated, without keys
    assert window.form.codigo_error.isHidden()


def test_each_rule_is_ticked_while_one_types(shell: Shell, link: str) -> None:
    window = opened(shell, link)
    form = window.form

    def spoken(text: str) -> str:
        write(form.nueva_edit, text)
        return form.reglas_label.accessibleName()

    missing, _, kept = spoken("papel").partition(" Se cumple: ")
    assert "Al menos una letra minúscula" in kept
    assert "Al menos una letra mayúscula" in missing
    # Of the person: her own name is refused.
    assert "Sin su usuario, su nombre, su correo ni su CURP" in spoken("Xochitl$93b")
    assert spoken(CONTRASENA) == ALL_KEPT


def test_nothing_is_kept_before_the_rules_the_repetition_and_the_aviso(
    shell: Shell, application: Application, link: str
) -> None:
    window = opened(shell, link)
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


def test_a_link_that_grows_old_while_one_types_sends_back_with_the_reason(
    shell: Shell, reloj: Reloj, link: str
) -> None:
    window = opened(shell, link)
    form = window.form
    reloj.advance(hours=25)
    write(form.nueva_edit, CONTRASENA)
    write(form.confirmacion_edit, CONTRASENA)
    form.aviso_check.setChecked(True)
    press(window, "Guardar contraseña")
    settle(form.codigo_page.isVisible)
    assert said(form.codigo_error) != ""


def test_a_link_serves_once(shell: Shell, activated: None, link: str) -> None:
    window = activacion(shell)
    window.open_link(link)
    settle(window.form.codigo_error.isVisible)


def test_a_password_half_typed_is_not_lost_without_asking(shell: Shell, link: str) -> None:
    window = opened(shell, link)
    write(window.form.nueva_edit, "Papel")
    QTest.keyClick(window, Key.Key_Escape)
    press(shown_box(), "Seguir editando")
    assert window.isVisible()
    # Another link that arrives now takes nothing away either.
    window.open_link("icsoe://activar/otra")
    assert window.form.nueva_edit.text() == "Papel"
    QTest.keyClick(window, Key.Key_Escape)
    press(shown_box(), "Descartar cambios")
    settle(lambda: gone(window))


def test_a_second_contratista_is_confirmed_with_the_password_she_has(
    shell: Shell,
    application: Application,
    smtp: SmtpReal,
    activated: None,
    otro_contratista: Sesion,
) -> None:
    receive(application, smtp)
    otro = "otro@ejemplo.mx"
    application.capturistas.register(
        otro_contratista, replace(PERSONA, correo=otro, confirmacion=otro)
    )
    receive(application, smtp)
    window = opened(shell, last_link(smtp))
    assert window.form.confirmar_page.isVisible()
    assert "JUAN ROBLES TORRES" in said(window.form.quien2_label)
    write(window.form.actual_edit, OTRA)
    QTest.keyClick(window.form.actual_edit, Key.Key_Return)
    settle(window.form.actual_error.isVisible)
    write(window.form.actual_edit, CONTRASENA)
    QTest.keyClick(window.form.actual_edit, Key.Key_Return)
    assert shown_box().text() == "Listo: ya puede ingresar y elegir a ese contratista."
    press(shown_box(), "Aceptar")
    sesion = application.acceso_icsoe.enter_capturista(PERSONA.curp, CONTRASENA)
    names = [one.nombre for one in application.acceso_icsoe.contratistas(sesion)]
    assert names == ["JUAN ROBLES TORRES", "TORNILLOS Y BIRLOS SA DE CV"]


def test_a_forgotten_password_is_replaced_by_curp_and_mail(
    shell: Shell, application: Application, smtp: SmtpReal, activated: None
) -> None:
    receive(application, smtp)
    window = shell.open("olvido_capturista", None)
    assert isinstance(window, OlvidoWindow)
    assert focused(window) is window.form.curp_edit
    type_here(window, "AEBX")
    press_key(window, Key.Key_Return)
    settle(window.form.curp_error.isVisible)
    type_here(window, PERSONA.curp)
    press_key(window, Key.Key_Tab)
    type_here(window, PERSONA.correo)
    press_key(window, Key.Key_Return)
    settle(lambda: said(window.form.mensaje_label) == SOLICITUD_RECIBIDA)
    assert len(receive(application, smtp)) == 1
    window.reject()
    change = opened(shell, last_link(smtp))
    write(change.form.nueva_edit, OTRA)
    write(change.form.confirmacion_edit, OTRA)
    change.form.aviso_check.setChecked(True)
    press(change, "Guardar contraseña")
    assert shown_box().text() == "Contraseña actualizada"
    press(shown_box(), "Aceptar")
    application.acceso_icsoe.enter_capturista(PERSONA.curp, OTRA)
    with pytest.raises(InvalidInputError):
        application.acceso_icsoe.enter_capturista(PERSONA.curp, CONTRASENA)


def test_who_is_not_known_is_told_the_same_and_gets_nothing(
    shell: Shell, application: Application, smtp: SmtpReal
) -> None:
    window = shell.open("olvido_capturista", None)
    assert isinstance(window, OlvidoWindow)
    write(window.form.curp_edit, PERSONA.curp)
    write(window.form.correo_edit, PERSONA.correo)
    press(window, "Enviar")
    settle(lambda: said(window.form.mensaje_label) == SOLICITUD_RECIBIDA)
    assert receive(application, smtp) == []
