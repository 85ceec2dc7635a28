"""The outbox: what waits, for how long, what stops, and that nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService, CorreoEnBuzon, CuentaBuzon
from icsoe_desktop.services.correo.envio import ResumenEnvio
from icsoe_desktop.store.tables.sistema import CorreoRow
from tests.conftest import Reloj
from tests.services.correo.caso import Caso, Enqueue, arrived, states
from tests.support.progreso import Stop
from tests.support.smtp_real import PASSWORD, SmtpReal, free_port, smtp_server


def test_a_mail_leaves_and_the_outbox_says_so(caso: Caso, configured: SmtpReal) -> None:
    caso.enqueue("beto")
    created = caso.reloj.now
    [waiting] = caso.buzon.pending(caso.sesion)
    assert waiting == CorreoEnBuzon(
        waiting.id,
        "beto@ejemplo.mx",
        "Para beto",
        EstadoCorreo.PENDIENTE,
        "",
        created,
        created,
        None,
    )
    caso.reloj.advance(seconds=30)
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)
    assert caso.buzon.pending(caso.sesion) == (
        CorreoEnBuzon(
            waiting.id,
            "beto@ejemplo.mx",
            "Para beto",
            EstadoCorreo.ENVIADO,
            "",
            None,
            created,
            caso.reloj.now,
        ),
    )
    [received] = configured.received
    assert received.message["Message-ID"] == f"<{waiting.id.hex}@ejemplo.mx>"
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio()
    assert arrived(configured) == ["beto"]


def test_a_rolled_back_transaction_leaves_no_mail(caso: Caso, mensaje: MensajeCorreo) -> None:
    def fail_after_enqueueing() -> None:
        with caso.store.write() as db:
            caso.buzon.enqueue(db, mensaje)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_enqueueing()
    assert caso.buzon.pending(caso.sesion) == ()


def test_the_text_lies_sealed_and_is_dropped_once_sent(
    caso: Caso, configured: SmtpReal, tmp_path: Path
) -> None:
    caso.enqueue("beto")
    with caso.store.read() as db:
        [sealed] = [row.mensaje_sellado for row in db.query(CorreoRow)]
    assert sealed is not None
    assert b"4711" not in sealed
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"4711" not in path.read_bytes()
    caso.buzon.send_due(NoProgress())
    with caso.store.read() as db:
        assert [row.mensaje_sellado for row in db.query(CorreoRow)] == [None]


def test_an_expired_mail_is_never_sent_and_its_text_is_dropped(
    caso: Caso, configured: SmtpReal
) -> None:
    caso.enqueue("beto", vence=caso.reloj.now + timedelta(minutes=15))
    caso.enqueue("ciro", vence=caso.reloj.now + timedelta(minutes=15, microseconds=1))
    caso.enqueue("dora")
    caso.reloj.advance(minutes=15)
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2, vencidos=1)
    assert arrived(configured) == ["ciro", "dora"]
    assert states(caso.buzon, caso.sesion)["beto"] == (
        EstadoCorreo.VENCIDO,
        "Ya no servía: pasó su tiempo antes de que se pudiera enviar.",
    )
    with caso.store.read() as db:
        assert [row.mensaje_sellado for row in db.query(CorreoRow)] == [None, None, None]


def test_what_expires_leaves_first(caso: Caso, configured: SmtpReal) -> None:
    caso.enqueue("beto")
    caso.reloj.advance(minutes=1)
    caso.enqueue("ciro", vence=caso.reloj.now + timedelta(minutes=15))
    caso.buzon.send_due(NoProgress())
    assert arrived(configured) == ["ciro", "beto"]


def test_retry_makes_a_mail_due_now_and_discard_drops_it(caso: Caso, configured: SmtpReal) -> None:
    configured.answers["RCPT"] = "550 no such user"
    caso.enqueue("beto", "ciro")
    caso.buzon.send_due(NoProgress())
    ids = {one.para: one.id for one in caso.buzon.pending(caso.sesion)}
    configured.answers.clear()
    caso.buzon.retry(caso.sesion, ids["beto@ejemplo.mx"])
    caso.buzon.discard(caso.sesion, ids["ciro@ejemplo.mx"])
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)
    assert states(caso.buzon, caso.sesion) == {
        "beto": (EstadoCorreo.ENVIADO, ""),
        "ciro": (EstadoCorreo.DESCARTADO, ""),
    }
    with caso.store.read() as db:
        assert [row.mensaje_sellado for row in db.query(CorreoRow)] == [None, None]
    for again in (caso.buzon.retry, caso.buzon.discard):
        with pytest.raises(UserFacingError, match="ya no está en espera"):
            again(caso.sesion, ids["ciro@ejemplo.mx"])


def test_cancelling_stops_between_two_mails(caso: Caso, configured: SmtpReal) -> None:
    caso.enqueue("beto", "ciro", "dora")
    progress = Stop(lambda done, *_: done == 1)
    with pytest.raises(Cancelled):
        caso.buzon.send_due(progress)
    assert progress.reports == [(0, 3), (0, 3), (1, 3)]
    assert {name: state for name, (state, _) in states(caso.buzon, caso.sesion).items()} == {
        "beto": EstadoCorreo.ENVIADO,
        "ciro": EstadoCorreo.PENDIENTE,
        "dora": EstadoCorreo.PENDIENTE,
    }
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2)
    assert arrived(configured) == ["beto", "ciro", "dora"]


def test_the_outbox_forgets_after_ninety_days_what_ended_and_never_what_waits(
    buzon: BuzonService, enqueue: Enqueue, sesion: Sesion, configured: SmtpReal, reloj: Reloj
) -> None:
    configured.answers["RCPT"] = lambda to: "550 no" if "ciro" in to[-1] else None
    enqueue("beto", "ciro")
    buzon.send_due(NoProgress())
    reloj.advance(days=91)
    buzon.send_due(NoProgress())
    assert list(states(buzon, sesion)) == ["ciro"]


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
    assert caso.buzon.counts(uuid4()) == CuentaBuzon(0, 0), "those of another"


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
