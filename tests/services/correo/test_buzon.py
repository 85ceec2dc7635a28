"""The outbox: what waits, what leaves, and that nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo
from icsoe_desktop.errors import NotAllowedError, UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.correo.buzon import BuzonService, CorreoEnBuzon, CuentaBuzon
from icsoe_desktop.services.correo.envio import ResumenEnvio
from icsoe_desktop.store.tables import CorreoRow
from tests.conftest import Reloj
from tests.services.correo.caso import Caso
from tests.services.correo.con_buzon import Enqueue, arrived, states
from tests.support.smtp_real import SmtpReal


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


def test_cancelling_stops_between_two_mails(caso: Caso, configured: SmtpReal) -> None:
    class CancelAfterOne:
        steps: tuple[tuple[int, int | None], ...] = ()

        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            self.steps += ((done, total),)
            if done == 1:
                raise Cancelled

    caso.enqueue("beto", "ciro", "dora")
    progress = CancelAfterOne()
    with pytest.raises(Cancelled):
        caso.buzon.send_due(progress)
    assert progress.steps == ((0, 3), (0, 3), (1, 3))
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
