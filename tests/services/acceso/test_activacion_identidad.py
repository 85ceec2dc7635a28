"""Whom a link reaches: one CURP, several contratistas and mails, and no impostor."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.acceso.activacion import SOLICITUD_RECIBIDA
from icsoe_desktop.services.acceso.intentos import TooManyAttemptsError
from tests.conftest import Reloj
from tests.services.mundo import BUENA, OTRA_BUENA, Mundo, curp_numero, link_in, text_of
from tests.support.smtp_real import SmtpReal

CURP = curp_numero(0)


def test_one_mailbox_confirms_all_who_registered_it_and_no_other(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    same = mundo.alta(fisica, 0, "iniga@ejemplo.mx")
    own = mundo.alta(moral, 0, "iniga@ejemplo.mx")
    mundo.activate(buzon_real)
    assert (mundo.estatus(moral, own), mundo.estatus(fisica, same)) == ("Activa", "Activa")


def test_nobody_takes_a_person_over_by_registering_her_curp_with_another_mail(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    own = mundo.alta(moral, 0, "iniga@ejemplo.mx")
    mundo.activate(buzon_real)
    mundo.send(buzon_real)
    intruder = mundo.alta(fisica, 0, "intruso@ejemplo.mx")
    first, second = mundo.send(buzon_real)
    assert (first["To"], second["To"]) == ("intruso@ejemplo.mx", "intruso@ejemplo.mx")
    assert "contraseña de siempre" in text_of(first)
    link = link_in(second)
    opened = mundo.activacion.open(link)
    assert opened.pide_contrasena_actual
    # The link makes no password: there is one.
    with pytest.raises(InvalidInputError, match="ya tiene contraseña"):
        mundo.create_password(link, OTRA_BUENA)
    with pytest.raises(InvalidInputError, match="La contraseña no es correcta"):
        mundo.activacion.confirm(link, OTRA_BUENA)
    # Nor does asking for a new one with the intruder's mail.
    assert mundo.activacion.request_new_password(CURP, "intruso@ejemplo.mx") == SOLICITUD_RECIBIDA
    assert mundo.send(buzon_real) == []
    assert mundo.estatus(fisica, intruder) == "Registrada"
    assert mundo.estatus(moral, own) == "Activa"
    sesion = mundo.acceso.enter_capturista(CURP, BUENA)
    assert [each.id for each in mundo.acceso.contratistas(sesion)] == [moral.contratista_id]

    # She herself may say yes, with her own password.
    mundo.activacion.confirm(link, BUENA)
    assert mundo.estatus(fisica, intruder) == "Activa"
    assert len(mundo.acceso.contratistas(sesion)) == 2
    with pytest.raises(InvalidInputError):
        mundo.activacion.confirm(link, BUENA)


def test_who_was_there_first_with_another_mail_is_not_reached_by_a_later_password(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    own = mundo.alta(moral, 0, "iniga@ejemplo.mx")
    mundo.alta(fisica, 0, "intruso@ejemplo.mx")
    mundo.activate(buzon_real)  # with the link to the intruder's mail
    assert mundo.estatus(moral, own) == "Registrada"
    sesion = mundo.acceso.enter_capturista(CURP, BUENA)
    assert [each.id for each in mundo.acceso.contratistas(sesion)] == [fisica.contratista_id]


def test_guessing_the_present_password_at_a_link_is_slowed_down_and_locks(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal, reloj: Reloj
) -> None:
    mundo.alta(moral)
    mundo.activate(buzon_real)
    mundo.send(buzon_real)
    mundo.alta(fisica, 0, "otra@ejemplo.mx")
    link = link_in(mundo.send(buzon_real)[-1])
    for _ in range(4):
        with pytest.raises(InvalidInputError):
            mundo.activacion.confirm(link, OTRA_BUENA)
    with pytest.raises(TooManyAttemptsError):
        mundo.activacion.confirm(link, BUENA)
    # It is the same count as at the entrance, and ends in the same lock.
    with pytest.raises(TooManyAttemptsError):
        mundo.acceso.enter_capturista(CURP, BUENA)
    for _ in range(6):
        reloj.advance(minutes=15)
        with pytest.raises(InvalidInputError):
            mundo.activacion.confirm(link, OTRA_BUENA)
    assert mundo.consulta.rows(moral, [1])[0].bloqueado
    reloj.advance(minutes=15)
    with pytest.raises(InvalidInputError, match="o el usuario está bloqueado"):
        mundo.activacion.confirm(link, BUENA)


def test_who_is_known_with_the_same_mail_is_active_at_once(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    mundo.alta(moral, 0, "iniga@ejemplo.mx")
    mundo.activate(buzon_real)
    mundo.send(buzon_real)
    other = mundo.alta(fisica, 0, "iniga@ejemplo.mx")
    assert other.estatus == "Activa"
    [mail] = mundo.send(buzon_real)
    assert "Ya puede ingresar con su CURP y su contraseña de siempre" in text_of(mail)
