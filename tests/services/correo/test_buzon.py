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
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import CorreoRow
from tests.conftest import Reloj
from tests.services.correo.con_buzon import Enqueue, arrived, states
from tests.support.smtp_real import SmtpReal


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
    assert arrived(configured) == ["beto"]


def test_a_rolled_back_transaction_leaves_no_mail(
    store: Store, buzon: BuzonService, sesion: Sesion, mensaje: MensajeCorreo
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
    assert arrived(configured) == ["ciro", "dora"]
    assert states(buzon, sesion)["beto"] == (
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
    assert arrived(configured) == ["ciro", "beto"]


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
    assert states(buzon, sesion) == {
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
    assert {name: state for name, (state, _) in states(buzon, sesion).items()} == {
        "beto": EstadoCorreo.ENVIADO,
        "ciro": EstadoCorreo.PENDIENTE,
        "dora": EstadoCorreo.PENDIENTE,
    }
    assert buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2)
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
