"""Two contratistas in one installation: each has its own mail server, and reads only its mails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.envio import SERVER_MISSING
from tests.services.mundo import BUENA, OTRA_BUENA, Mundo, curp_numero, link_in, text_of
from tests.support.smtp_real import SmtpReal, smtp_server


@pytest.fixture
def other_smtp() -> Iterator[SmtpReal]:
    with smtp_server() as real:
        yield real


@pytest.fixture
def own_smtp() -> Iterator[SmtpReal]:
    with smtp_server() as real:
        yield real


@pytest.fixture
def two(
    ajustes: AjustesService, moral: Sesion, fisica: Sesion, own_smtp: SmtpReal, other_smtp: SmtpReal
) -> tuple[Sesion, Sesion]:
    """Both contratistas, each with its own server."""
    ajustes.save_servidor_correo(moral, own_smtp.servidor(), "")
    ajustes.save_servidor_correo(fisica, other_smtp.servidor(), "")
    return moral, fisica


def last_link(mundo: Mundo, smtp: SmtpReal) -> str:
    mundo.buzon.send_due(NoProgress())
    mails = [one.message for one in smtp.received]
    return link_in([mail for mail in mails if "icsoe://" in text_of(mail)][-1])


def to(smtp: SmtpReal) -> list[str]:
    return [one.rcpt_to[0] for one in smtp.received]


def test_each_contratista_sends_by_its_own_server_and_sees_only_its_mails(
    mundo: Mundo,
    ajustes: AjustesService,
    two: tuple[Sesion, Sesion],
    own_smtp: SmtpReal,
    other_smtp: SmtpReal,
) -> None:
    moral, fisica = two
    assert ajustes.servidor_correo(moral) == own_smtp.servidor()
    assert ajustes.servidor_correo(fisica) == other_smtp.servidor()
    mundo.alta(moral, 0)
    mundo.alta(fisica, 1)
    assert {one.para for one in mundo.buzon.pending(moral)} == {"persona0@ejemplo.mx"}
    [theirs, *_] = mundo.buzon.pending(fisica)
    with pytest.raises(UserFacingError, match="ya no está en espera"):
        mundo.buzon.discard(moral, theirs.id)
    assert mundo.buzon.send_due(NoProgress()).enviados == 4
    assert set(to(own_smtp)) == {"persona0@ejemplo.mx"}
    assert set(to(other_smtp)) == {"persona1@ejemplo.mx"}


def test_a_contratista_without_its_own_server_waits_or_uses_that_of_the_machine(
    mundo: Mundo,
    ajustes: AjustesService,
    moral: Sesion,
    fisica: Sesion,
    own_smtp: SmtpReal,
    other_smtp: SmtpReal,
    sesion: Sesion,
) -> None:
    ajustes.save_servidor_correo(moral, own_smtp.servidor(), "")
    mundo.alta(fisica, 1)
    resumen = mundo.buzon.send_due(NoProgress())
    assert (resumen.enviados, resumen.pospuestos, resumen.motivo) == (0, 2, SERVER_MISSING)
    assert ajustes.shared_server(fisica) == ""
    ajustes.save_servidor_correo(sesion, other_smtp.servidor(), "")
    assert ajustes.shared_server(fisica) == "127.0.0.1"
    assert ajustes.shared_server(moral) == ""
    assert mundo.buzon.send_due(NoProgress()).enviados == 2
    assert own_smtp.received == []
    assert set(to(other_smtp)) == {"persona1@ejemplo.mx"}


def test_a_server_that_refuses_holds_back_only_the_mails_of_its_owner(
    mundo: Mundo,
    two: tuple[Sesion, Sesion],
    own_smtp: SmtpReal,
    other_smtp: SmtpReal,
) -> None:
    moral, fisica = two
    own_smtp.answers["MAIL"] = "550 not from you"
    mundo.alta(moral, 0)
    mundo.alta(fisica, 1)
    mundo.buzon.send_due(NoProgress())
    assert {one.estado for one in mundo.buzon.pending(moral)} == {EstadoCorreo.DETENIDO}
    assert {one.estado for one in mundo.buzon.pending(fisica)} == {EstadoCorreo.ENVIADO}


def test_who_sends_a_new_password_by_its_server_does_not_become_the_capturista_of_another(
    mundo: Mundo, two: tuple[Sesion, Sesion], own_smtp: SmtpReal, other_smtp: SmtpReal
) -> None:
    """The owner of a mail account can read what it sent: here the link of a forgotten password."""
    moral, fisica = two
    at_moral = mundo.alta(moral, 0)
    mundo.activate(own_smtp)
    at_fisica = mundo.alta(fisica, 0)
    mundo.activacion.confirm(last_link(mundo, other_smtp), BUENA)
    assert mundo.estatus(fisica, at_fisica) == Estatus.ACTIVA
    mundo.activacion.request_new_password(curp_numero(0), "persona0@ejemplo.mx")
    mundo.create_password(last_link(mundo, own_smtp), OTRA_BUENA)
    assert mundo.estatus(moral, at_moral) == Estatus.ACTIVA
    assert mundo.estatus(fisica, at_fisica) == Estatus.REGISTRADA
    entered = mundo.acceso.enter_capturista(curp_numero(0), OTRA_BUENA)
    assert [one.rfc for one in mundo.acceso.contratistas(entered)] == [
        mundo.contratistas.perfil(moral).rfc
    ]
    mundo.activacion.confirm(last_link(mundo, other_smtp), OTRA_BUENA)
    assert mundo.estatus(fisica, at_fisica) == Estatus.ACTIVA


def test_a_first_password_confirms_only_the_contratista_that_sent_its_link(
    mundo: Mundo, two: tuple[Sesion, Sesion], own_smtp: SmtpReal
) -> None:
    moral, fisica = two
    at_moral, at_fisica = mundo.alta(moral, 0), mundo.alta(fisica, 0)
    mundo.activate(own_smtp)
    assert mundo.estatus(moral, at_moral) == Estatus.ACTIVA
    assert mundo.estatus(fisica, at_fisica) == Estatus.REGISTRADA
