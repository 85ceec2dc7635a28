"""Mails that do not leave: which wait, for how long, and which stop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService, CuentaBuzon
from icsoe_desktop.services.correo.envio import ResumenEnvio
from icsoe_desktop.store.tables import CorreoRow
from tests.conftest import Reloj
from tests.services.correo.caso import Caso
from tests.services.correo.con_buzon import Enqueue, arrived, states
from tests.support.smtp_real import PASSWORD, SmtpReal, free_port, smtp_server


@pytest.fixture
def down(sesion: Sesion, ajustes: AjustesService) -> int:
    """The port of the server that is in the settings and does not run."""
    port = free_port()
    ajustes.save_servidor_correo(sesion, SmtpReal(port, login=False).servidor(), None)
    return port


def test_without_a_server_mails_wait_and_leave_once_there_is_one(
    caso: Caso, smtp: SmtpReal
) -> None:
    reason = "Falta configurar el servidor de correo."
    caso.enqueue("beto", "ciro")
    waiting = dict.fromkeys(("beto", "ciro"), (EstadoCorreo.PENDIENTE, reason))
    assert states(caso.buzon, caso.sesion) == waiting
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(pospuestos=2, motivo=reason)
    assert states(caso.buzon, caso.sesion) == waiting
    caso.ajustes.save_servidor_correo(caso.sesion, smtp.servidor(), PASSWORD)
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2)
    assert arrived(smtp) == ["beto", "ciro"]


def test_mails_wait_while_the_server_is_down_and_leave_when_it_is_up(
    buzon: BuzonService, enqueue: Enqueue, sesion: Sesion, down: int, reloj: Reloj
) -> None:
    enqueue("beto", "ciro")
    summary = buzon.send_due(NoProgress())
    assert (summary.enviados, summary.pospuestos) == (0, 2)
    assert f"no recibe correo en el puerto {down}" in summary.motivo
    for one in buzon.pending(sesion):
        assert (one.estado, one.motivo) == (EstadoCorreo.PENDIENTE, summary.motivo)
        assert one.proximo_intento is not None
        assert timedelta(seconds=60) <= one.proximo_intento - reloj.now <= timedelta(seconds=75)
    with smtp_server(down) as smtp:
        assert buzon.send_due(NoProgress()) == ResumenEnvio()
        reloj.advance(seconds=76)
        assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2)
        assert arrived(smtp) == ["beto", "ciro"]


@pytest.mark.usefixtures("down")
def test_each_failure_waits_longer_up_to_an_hour_and_a_quarter(caso: Caso) -> None:
    caso.enqueue("beto")
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert caso.buzon.send_due(NoProgress()).pospuestos == 1
        [one] = caso.buzon.pending(caso.sesion)
        assert one.proximo_intento is not None
        wait = (one.proximo_intento - caso.reloj.now).total_seconds() / 60
        assert minutes <= wait <= minutes * 1.25
        caso.reloj.now = one.proximo_intento - timedelta(seconds=1)
        assert caso.buzon.send_due(NoProgress()) == ResumenEnvio()
        caso.reloj.advance(seconds=1)


def test_a_wrong_address_stops_only_its_own_mail(caso: Caso, configured: SmtpReal) -> None:
    configured.answers["RCPT"] = lambda to: "550 no such user" if "ciro" in to[-1] else None
    caso.enqueue("beto", "ciro", "dora")
    summary = caso.buzon.send_due(NoProgress())
    assert (summary.enviados, summary.detenidos, summary.pospuestos) == (2, 1, 0)
    assert summary.motivo.startswith("El servidor de correo no aceptó la dirección")
    assert states(caso.buzon, caso.sesion) == {
        "beto": (EstadoCorreo.ENVIADO, ""),
        "ciro": (EstadoCorreo.DETENIDO, summary.motivo),
        "dora": (EstadoCorreo.ENVIADO, ""),
    }
    assert caso.buzon.counts() == CuentaBuzon(pendientes=0, detenidos=1)


def test_a_busy_mailbox_is_tried_again_later(caso: Caso, configured: SmtpReal) -> None:
    configured.answers["RCPT"] = "451 4.7.1 greylisted"
    caso.enqueue("beto")
    assert caso.buzon.send_due(NoProgress()).pospuestos == 1
    configured.answers.clear()
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio()
    caso.reloj.advance(seconds=76)
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)


def test_a_wrong_password_is_tried_once_and_stops_all(caso: Caso, smtp: SmtpReal) -> None:
    caso.ajustes.save_servidor_correo(caso.sesion, smtp.servidor(), "equivocada")
    caso.enqueue("beto", "ciro")
    summary = caso.buzon.send_due(NoProgress())
    assert (summary.enviados, summary.detenidos, summary.pospuestos) == (0, 2, 0)
    caso.reloj.advance(hours=5)
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio()
    assert len(smtp.logins) == 1
    assert {estado for estado, _ in states(caso.buzon, caso.sesion).values()} == {
        EstadoCorreo.DETENIDO
    }


def test_a_refused_sender_stops_all_too(caso: Caso, configured: SmtpReal) -> None:
    configured.answers["MAIL"] = "553 not your address"
    caso.enqueue("beto", "ciro")
    assert caso.buzon.send_due(NoProgress()).detenidos == 2


def test_a_mail_that_the_server_dies_of_does_not_hold_the_others_back(
    buzon: BuzonService, enqueue: Enqueue, sesion: Sesion, configured: SmtpReal, reloj: Reloj
) -> None:
    enqueue("beto", "ciro")
    configured.cut_at = "DATA"
    summary = buzon.send_due(NoProgress())
    assert (summary.enviados, summary.pospuestos) == (0, 1)
    configured.cut_at = None
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)
    assert arrived(configured) == ["ciro"]
    reloj.advance(seconds=76)
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)
    assert arrived(configured) == ["ciro", "beto"]


def test_a_clock_moved_back_holds_no_mail_for_months(caso: Caso, down: int) -> None:
    caso.enqueue("beto")
    caso.buzon.send_due(NoProgress())
    caso.reloj.now = datetime(2025, 11, 1, tzinfo=UTC)
    with smtp_server(down):
        assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)


def test_a_damaged_text_stops_its_own_mail_only(caso: Caso, configured: SmtpReal) -> None:
    caso.enqueue("beto", "ciro")
    with caso.store.write() as db:
        beto, ciro = db.query(CorreoRow).order_by(CorreoRow.para)
        # A seal opens only in its own row.
        beto.mensaje_sellado = ciro.mensaje_sellado
    summary = caso.buzon.send_due(NoProgress())
    assert (summary.enviados, summary.detenidos) == (1, 1)
    assert "dañado" in states(caso.buzon, caso.sesion)["beto"][1]
    assert arrived(configured) == ["ciro"]
