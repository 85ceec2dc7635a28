"""The outbox: what waits, why, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from icsoe_desktop.domain.correo import EstadoCorreo, Mensaje
from icsoe_desktop.domain.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.errors import NotAllowedError, UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.ajustes import AjustesService
from icsoe_desktop.services.buzon import BuzonService, CorreoEnBuzon, CuentaBuzon
from icsoe_desktop.services.envio_correo import ResumenEnvio
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import CorreoRow
from tests.conftest import Reloj
from tests.smtp_real import PASSWORD, SmtpReal, free_port, smtp_server

Enqueue = Callable[..., None]


@pytest.fixture
def enqueue(store: Store, buzon: BuzonService, reloj: Reloj) -> Enqueue:
    """Puts one mail to each of these people in the outbox."""

    def put(*names: str, vence: datetime | None = None) -> None:
        for name in names:
            with store.write() as db:
                mensaje = Mensaje(f"{name}@ejemplo.mx", f"Para {name}", "Secreto 4711 de Ñandú")
                buzon.enqueue(db, mensaje, vence)

    return put


def _states(buzon: BuzonService, sesion: Sesion) -> dict[str, tuple[EstadoCorreo, str]]:
    return {one.para.split("@")[0]: (one.estado, one.motivo) for one in buzon.pending(sesion)}


def _arrived(smtp: SmtpReal) -> list[str]:
    return [one.rcpt_to[0].split("@")[0] for one in smtp.received]


def test_a_mail_leaves_and_the_outbox_says_so(
    buzon: BuzonService, enqueue: Enqueue, sesion: Sesion, configured: SmtpReal, reloj: Reloj
) -> None:
    enqueue("beto")
    created = reloj.now
    [waiting] = buzon.pending(sesion)
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
    reloj.advance(seconds=30)
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)
    assert buzon.pending(sesion) == (
        CorreoEnBuzon(
            waiting.id,
            "beto@ejemplo.mx",
            "Para beto",
            EstadoCorreo.ENVIADO,
            "",
            None,
            created,
            reloj.now,
        ),
    )
    [received] = configured.received
    assert received.message["Message-ID"] == f"<{waiting.id.hex}@ejemplo.mx>"
    assert buzon.send_due(NoProgress()) == ResumenEnvio()
    assert _arrived(configured) == ["beto"]


def test_a_rolled_back_transaction_leaves_no_mail(
    store: Store, buzon: BuzonService, sesion: Sesion, mensaje: Mensaje
) -> None:
    def fail_after_enqueueing() -> None:
        with store.write() as db:
            buzon.enqueue(db, mensaje)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_enqueueing()
    assert buzon.pending(sesion) == ()


def test_the_text_lies_sealed_and_is_dropped_once_sent(
    store: Store,
    buzon: BuzonService,
    enqueue: Enqueue,
    configured: SmtpReal,
    tmp_path: Path,
) -> None:
    enqueue("beto")
    with store.read() as db:
        [sealed] = [row.mensaje_sellado for row in db.query(CorreoRow)]
    assert sealed is not None
    assert b"4711" not in sealed
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"4711" not in path.read_bytes()
    buzon.send_due(NoProgress())
    with store.read() as db:
        assert [row.mensaje_sellado for row in db.query(CorreoRow)] == [None]


def test_without_a_server_mails_wait_and_leave_once_there_is_one(
    ajustes: AjustesService,
    buzon: BuzonService,
    enqueue: Enqueue,
    sesion: Sesion,
    smtp: SmtpReal,
) -> None:
    reason = "Falta configurar el servidor de correo."
    enqueue("beto", "ciro")
    waiting = dict.fromkeys(("beto", "ciro"), (EstadoCorreo.PENDIENTE, reason))
    assert _states(buzon, sesion) == waiting
    assert buzon.send_due(NoProgress()) == ResumenEnvio(pospuestos=2, motivo=reason)
    assert _states(buzon, sesion) == waiting
    ajustes.save_servidor_correo(sesion, smtp.servidor(), PASSWORD)
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2)
    assert _arrived(smtp) == ["beto", "ciro"]


def test_mails_wait_while_the_server_is_down_and_leave_when_it_is_up(
    ajustes: AjustesService,
    buzon: BuzonService,
    enqueue: Enqueue,
    sesion: Sesion,
    reloj: Reloj,
) -> None:
    port = free_port()
    ajustes.save_servidor_correo(sesion, SmtpReal(port, login=False).servidor(), None)
    enqueue("beto", "ciro")
    summary = buzon.send_due(NoProgress())
    assert (summary.enviados, summary.pospuestos) == (0, 2)
    assert f"no recibe correo en el puerto {port}" in summary.motivo
    for one in buzon.pending(sesion):
        assert (one.estado, one.motivo) == (EstadoCorreo.PENDIENTE, summary.motivo)
        assert one.proximo_intento is not None
        assert timedelta(seconds=60) <= one.proximo_intento - reloj.now <= timedelta(seconds=75)
    with smtp_server(port) as smtp:
        assert buzon.send_due(NoProgress()) == ResumenEnvio()
        reloj.advance(seconds=76)
        assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2)
        assert _arrived(smtp) == ["beto", "ciro"]


def test_each_failure_waits_longer_up_to_an_hour_and_a_quarter(
    ajustes: AjustesService,
    buzon: BuzonService,
    enqueue: Enqueue,
    sesion: Sesion,
    reloj: Reloj,
) -> None:
    ajustes.save_servidor_correo(sesion, SmtpReal(free_port(), login=False).servidor(), None)
    enqueue("beto")
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert buzon.send_due(NoProgress()).pospuestos == 1
        [one] = buzon.pending(sesion)
        assert one.proximo_intento is not None
        wait = (one.proximo_intento - reloj.now).total_seconds() / 60
        assert minutes <= wait <= minutes * 1.25
        reloj.now = one.proximo_intento - timedelta(seconds=1)
        assert buzon.send_due(NoProgress()) == ResumenEnvio()
        reloj.advance(seconds=1)


def test_a_wrong_address_stops_only_its_own_mail(
    buzon: BuzonService, enqueue: Enqueue, sesion: Sesion, configured: SmtpReal
) -> None:
    configured.answers["RCPT"] = lambda to: "550 no such user" if "ciro" in to[-1] else None
    enqueue("beto", "ciro", "dora")
    summary = buzon.send_due(NoProgress())
    assert (summary.enviados, summary.detenidos, summary.pospuestos) == (2, 1, 0)
    assert summary.motivo.startswith("El servidor de correo no aceptó la dirección")
    assert _states(buzon, sesion) == {
        "beto": (EstadoCorreo.ENVIADO, ""),
        "ciro": (EstadoCorreo.DETENIDO, summary.motivo),
        "dora": (EstadoCorreo.ENVIADO, ""),
    }
    assert buzon.counts() == CuentaBuzon(pendientes=0, detenidos=1)


def test_a_busy_mailbox_is_tried_again_later(
    buzon: BuzonService, enqueue: Enqueue, sesion: Sesion, configured: SmtpReal, reloj: Reloj
) -> None:
    configured.answers["RCPT"] = "451 4.7.1 greylisted"
    enqueue("beto")
    assert buzon.send_due(NoProgress()).pospuestos == 1
    configured.answers.clear()
    assert buzon.send_due(NoProgress()) == ResumenEnvio()
    reloj.advance(seconds=76)
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)


def test_a_wrong_password_is_tried_once_and_stops_all(
    ajustes: AjustesService,
    buzon: BuzonService,
    enqueue: Enqueue,
    sesion: Sesion,
    smtp: SmtpReal,
    reloj: Reloj,
) -> None:
    ajustes.save_servidor_correo(sesion, smtp.servidor(), "equivocada")
    enqueue("beto", "ciro")
    summary = buzon.send_due(NoProgress())
    assert (summary.enviados, summary.detenidos, summary.pospuestos) == (0, 2, 0)
    reloj.advance(hours=5)
    assert buzon.send_due(NoProgress()) == ResumenEnvio()
    assert len(smtp.logins) == 1
    assert {estado for estado, _ in _states(buzon, sesion).values()} == {EstadoCorreo.DETENIDO}


def test_a_refused_sender_stops_all_too(
    buzon: BuzonService, enqueue: Enqueue, configured: SmtpReal
) -> None:
    configured.answers["MAIL"] = "553 not your address"
    enqueue("beto", "ciro")
    assert buzon.send_due(NoProgress()).detenidos == 2


def test_a_mail_that_the_server_dies_of_does_not_hold_the_others_back(
    buzon: BuzonService, enqueue: Enqueue, sesion: Sesion, configured: SmtpReal, reloj: Reloj
) -> None:
    enqueue("beto", "ciro")
    configured.cut_at = "DATA"
    summary = buzon.send_due(NoProgress())
    assert (summary.enviados, summary.pospuestos) == (0, 1)
    configured.cut_at = None
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)
    assert _arrived(configured) == ["ciro"]
    reloj.advance(seconds=76)
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)
    assert _arrived(configured) == ["ciro", "beto"]


def test_an_expired_mail_is_never_sent_and_its_text_is_dropped(
    store: Store,
    buzon: BuzonService,
    enqueue: Enqueue,
    sesion: Sesion,
    configured: SmtpReal,
    reloj: Reloj,
) -> None:
    enqueue("beto", vence=reloj.now + timedelta(minutes=15))
    enqueue("ciro", vence=reloj.now + timedelta(minutes=15, microseconds=1))
    enqueue("dora")
    reloj.advance(minutes=15)
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2, vencidos=1)
    assert _arrived(configured) == ["ciro", "dora"]
    assert _states(buzon, sesion)["beto"] == (
        EstadoCorreo.VENCIDO,
        "Ya no servía: pasó su tiempo antes de que se pudiera enviar.",
    )
    with store.read() as db:
        assert [row.mensaje_sellado for row in db.query(CorreoRow)] == [None, None, None]


def test_what_expires_leaves_first(
    buzon: BuzonService, enqueue: Enqueue, configured: SmtpReal, reloj: Reloj
) -> None:
    enqueue("beto")
    reloj.advance(minutes=1)
    enqueue("ciro", vence=reloj.now + timedelta(minutes=15))
    buzon.send_due(NoProgress())
    assert _arrived(configured) == ["ciro", "beto"]


def test_retry_makes_a_mail_due_now_and_discard_drops_it(
    store: Store,
    buzon: BuzonService,
    enqueue: Enqueue,
    sesion: Sesion,
    configured: SmtpReal,
) -> None:
    configured.answers["RCPT"] = "550 no such user"
    enqueue("beto", "ciro")
    buzon.send_due(NoProgress())
    ids = {one.para: one.id for one in buzon.pending(sesion)}
    configured.answers.clear()
    buzon.retry(sesion, ids["beto@ejemplo.mx"])
    buzon.discard(sesion, ids["ciro@ejemplo.mx"])
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)
    assert _states(buzon, sesion) == {
        "beto": (EstadoCorreo.ENVIADO, ""),
        "ciro": (EstadoCorreo.DESCARTADO, ""),
    }
    with store.read() as db:
        assert [row.mensaje_sellado for row in db.query(CorreoRow)] == [None, None]
    for again in (buzon.retry, buzon.discard):
        with pytest.raises(UserFacingError, match="ya no está en espera"):
            again(sesion, ids["ciro@ejemplo.mx"])


def test_consultation_has_no_outbox(buzon: BuzonService, enqueue: Enqueue, sesion: Sesion) -> None:
    enqueue("beto")
    [one] = buzon.pending(sesion)
    for forbidden in (
        lambda: buzon.pending(SESION_CONSULTA),
        lambda: buzon.retry(SESION_CONSULTA, one.id),
        lambda: buzon.discard(SESION_CONSULTA, one.id),
    ):
        with pytest.raises(NotAllowedError):
            forbidden()
    assert buzon.counts() == CuentaBuzon(pendientes=1, detenidos=0)


def test_cancelling_stops_between_two_mails(
    buzon: BuzonService, enqueue: Enqueue, sesion: Sesion, configured: SmtpReal
) -> None:
    class CancelAfterOne:
        steps: tuple[tuple[int, int | None], ...] = ()

        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            self.steps += ((done, total),)
            if done == 1:
                raise Cancelled

    enqueue("beto", "ciro", "dora")
    progress = CancelAfterOne()
    with pytest.raises(Cancelled):
        buzon.send_due(progress)
    assert progress.steps == ((0, 3), (0, 3), (1, 3))
    assert {name: state for name, (state, _) in _states(buzon, sesion).items()} == {
        "beto": EstadoCorreo.ENVIADO,
        "ciro": EstadoCorreo.PENDIENTE,
        "dora": EstadoCorreo.PENDIENTE,
    }
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2)
    assert _arrived(configured) == ["beto", "ciro", "dora"]


def test_a_clock_moved_back_holds_no_mail_for_months(
    ajustes: AjustesService,
    buzon: BuzonService,
    enqueue: Enqueue,
    sesion: Sesion,
    reloj: Reloj,
) -> None:
    port = free_port()
    ajustes.save_servidor_correo(sesion, SmtpReal(port, login=False).servidor(), None)
    enqueue("beto")
    buzon.send_due(NoProgress())
    reloj.now = datetime(2025, 11, 1, tzinfo=UTC)
    with smtp_server(port):
        assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)


def test_a_damaged_text_stops_its_own_mail_only(
    store: Store,
    buzon: BuzonService,
    enqueue: Enqueue,
    sesion: Sesion,
    configured: SmtpReal,
) -> None:
    enqueue("beto", "ciro")
    with store.write() as db:
        beto, ciro = db.query(CorreoRow).order_by(CorreoRow.para)
        # A seal opens only in its own row.
        beto.mensaje_sellado = ciro.mensaje_sellado
    summary = buzon.send_due(NoProgress())
    assert (summary.enviados, summary.detenidos) == (1, 1)
    assert "dañado" in _states(buzon, sesion)["beto"][1]
    assert _arrived(configured) == ["ciro"]


def test_the_outbox_forgets_after_ninety_days_what_ended_and_never_what_waits(
    buzon: BuzonService, enqueue: Enqueue, sesion: Sesion, configured: SmtpReal, reloj: Reloj
) -> None:
    configured.answers["RCPT"] = lambda to: "550 no" if "ciro" in to[-1] else None
    enqueue("beto", "ciro")
    buzon.send_due(NoProgress())
    reloj.advance(days=91)
    buzon.send_due(NoProgress())
    assert list(_states(buzon, sesion)) == ["ciro"]
