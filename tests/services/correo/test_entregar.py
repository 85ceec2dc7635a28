"""A mail handed to the person's own mail program: a draft that others cannot read and that goes."""

from __future__ import annotations

import email.policy
import os
import stat
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.correo.borrador import KEPT_S, NAME, PREFIX, Drafts, as_draft
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService, CorreoEnBuzon, CuentaBuzon
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sistema import CorreoRow
from tests.services.correo.caso import Caso
from tests.services.mundo import Mundo
from tests.support.smtp_real import SmtpReal

Put = Callable[..., None]
TEXT = "Hola:\n\nSu liga: icsoe://activar/ABCD\nÑandú\n"


@pytest.fixture
def temporal(tmp_path: Path) -> Path:
    folder = tmp_path / "temporal"
    folder.mkdir()
    return folder


@pytest.fixture
def buzon(
    store: Store, ajustes: AjustesService, gateway: MailGateway, temporal: Path
) -> BuzonService:
    return BuzonService(store, ajustes, gateway, Drafts(temporal))


@pytest.fixture
def put(store: Store, buzon: BuzonService) -> Put:
    def add(entregable: bool = True, vence: datetime | None = None) -> None:
        mensaje = MensajeCorreo(
            para="beto@ejemplo.mx", asunto="Íñigo: su liga", texto=TEXT, html="<p>Ñandú</p>"
        )
        with store.write() as db:
            buzon.enqueue(db, mensaje, vence, entregable=entregable)

    return add


def only(buzon: BuzonService, sesion: Sesion) -> CorreoEnBuzon:
    [found] = buzon.pending(sesion)
    return found


def read(path: Path) -> EmailMessage:
    parsed = BytesParser(policy=email.policy.default).parsebytes(path.read_bytes())
    assert isinstance(parsed, EmailMessage)
    return parsed


def sealed_text(store: Store) -> bytes | None:
    with store.read() as db:
        return db.query(CorreoRow).one().mensaje_sellado


def test_the_draft_opens_ready_to_be_sent_and_only_this_user_may_read_it(
    buzon: BuzonService, put: Put, sesion: Sesion, temporal: Path
) -> None:
    put()
    path = buzon.hand_over(sesion, only(buzon, sesion).id)
    message = read(path)
    body = message.get_body(("plain",))
    assert body is not None
    assert {name: str(value) for name, value in message.items() if "Content" not in name} == {
        "X-Unsent": "1",
        "To": "beto@ejemplo.mx",
        "Subject": "Íñigo: su liga",
        "MIME-Version": "1.0",
    }
    assert body.get_content().replace("\r\n", "\n") == TEXT
    assert message.get_body(("html",)) is not None
    assert path.suffix == ".eml"
    assert path.parent.parent == temporal
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_outbox_says_handed_over_and_never_sent(
    buzon: BuzonService, put: Put, sesion: Sesion, configured: SmtpReal
) -> None:
    put()
    buzon.hand_over(sesion, only(buzon, sesion).id)
    found = only(buzon, sesion)
    assert found.estado.value == "Entregado a su programa de correo"
    assert found.proximo_intento is None
    assert buzon.counts() == CuentaBuzon(0, 0)
    assert buzon.send_due(NoProgress()).enviados == 0
    assert configured.received == []


def test_it_may_be_opened_again_for_a_day_and_then_its_text_is_gone(caso: Caso, put: Put) -> None:
    put()
    correo_id = only(caso.buzon, caso.sesion).id
    first = caso.buzon.hand_over(caso.sesion, correo_id)
    assert only(caso.buzon, caso.sesion).entregable
    assert caso.buzon.hand_over(caso.sesion, correo_id) != first
    caso.reloj.advance(hours=25)
    caso.buzon.send_due(NoProgress())
    assert sealed_text(caso.store) is None
    assert not only(caso.buzon, caso.sesion).entregable
    with pytest.raises(UserFacingError, match="su texto ya se borró"):
        caso.buzon.hand_over(caso.sesion, correo_id)


def test_a_link_that_is_good_no_more_is_not_opened_again(caso: Caso, put: Put) -> None:
    put(vence=caso.reloj.now + timedelta(hours=2))
    correo_id = only(caso.buzon, caso.sesion).id
    caso.buzon.hand_over(caso.sesion, correo_id)
    caso.reloj.advance(hours=3)
    caso.buzon.send_due(NoProgress())
    assert sealed_text(caso.store) is None
    assert only(caso.buzon, caso.sesion).estado is EstadoCorreo.ENTREGADO
    put()
    [newest, _] = caso.buzon.pending(caso.sesion)
    caso.buzon.hand_over(caso.sesion, newest.id)
    with caso.store.write() as db:
        caso.buzon.withdraw(db, [newest.id])
    assert not caso.buzon.pending(caso.sesion)[0].entregable


def test_a_mail_that_no_program_opened_waits_again(
    buzon: BuzonService, put: Put, sesion: Sesion, configured: SmtpReal
) -> None:
    put()
    correo_id = only(buzon, sesion).id
    buzon.hand_over(sesion, correo_id)
    buzon.take_back(sesion, correo_id)
    assert only(buzon, sesion).estado is EstadoCorreo.PENDIENTE
    assert buzon.send_due(NoProgress()).enviados == 1
    buzon.take_back(sesion, correo_id)
    assert only(buzon, sesion).estado is EstadoCorreo.ENVIADO


def test_a_code_for_somebody_elses_password_is_not_handed_over(
    buzon: BuzonService, put: Put, sesion: Sesion, temporal: Path
) -> None:
    put(entregable=False)
    found = only(buzon, sesion)
    assert not found.entregable
    with pytest.raises(UserFacingError, match="sólo de su destinatario"):
        buzon.hand_over(sesion, found.id)
    assert only(buzon, sesion) == found
    assert list(temporal.iterdir()) == []


def test_a_full_disk_leaves_the_mail_waiting(caso: Caso, put: Put, temporal: Path) -> None:
    put()
    temporal.rmdir()
    before = only(caso.buzon, caso.sesion)
    with pytest.raises(UserFacingError):
        caso.buzon.hand_over(caso.sesion, before.id)
    assert only(caso.buzon, caso.sesion) == before


def test_a_contratista_opens_its_own_mails_and_counts_as_one_who_read_them(
    mundo: Mundo, buzon: BuzonService, moral: Sesion, sesion: Sesion, store: Store
) -> None:
    mundo.alta(moral)
    mails = {one.asunto: one for one in buzon.pending(moral)}
    assert len(mails) == 2
    assert all(one.entregable for one in mails.values())
    assert moral.usuario_id is not None
    with store.read() as db:
        assert not buzon.has_own_account(db, moral.usuario_id)
    link = next(one for one in mails.values() if "contraseña" in one.asunto.lower())
    path = buzon.hand_over(moral, link.id)
    assert "icsoe://" in str(read(path).get_body(("plain",)))
    with store.read() as db:
        assert buzon.has_own_account(db, moral.usuario_id)
        assert buzon.sender_of(db, link.id) == moral.usuario_id
    # What it took back counts as read too, although it then leaves by the machine's server.
    buzon.take_back(moral, link.id)
    with store.read() as db:
        assert buzon.sender_of(db, link.id) == moral.usuario_id
    # Who configures the machine does not open what goes by another's hand.
    assert not any(one.entregable for one in buzon.pending(sesion))


# The files


def test_drafts_go_after_ten_minutes_and_at_the_end(temporal: Path) -> None:
    now = [1_000_000.0]
    drafts = Drafts(temporal, lambda: now[0])
    old = drafts.write(b"uno")
    os.utime(old.parent, (now[0], now[0]))
    drafts.tidy()
    assert old.exists()
    now[0] += KEPT_S + 1
    young = drafts.write(b"dos")
    os.utime(young.parent, (now[0], now[0]))
    drafts.tidy()
    assert not old.parent.exists()
    assert young.exists()
    drafts.clear()
    assert list(temporal.iterdir()) == []


def test_what_a_program_that_crashed_left_is_deleted_by_the_next(temporal: Path) -> None:
    left = Drafts(temporal).write(b"con liga")
    os.utime(left.parent, (0, 0))
    Drafts(temporal).tidy()
    assert list(temporal.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_deleting_follows_no_link_and_takes_nothing_else(temporal: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precioso"
    precious.mkdir()
    (precious / NAME).write_text("mío")
    (temporal / f"{PREFIX}liga").symlink_to(precious)
    (temporal / f"{PREFIX}archivo").write_text("mío")
    full = temporal / f"{PREFIX}lleno"
    full.mkdir()
    (full / "otro.txt").write_text("mío")
    for one in temporal.iterdir():
        os.utime(one, (0, 0), follow_symlinks=False)
    Drafts(temporal).tidy()
    assert (precious / NAME).read_text() == "mío"
    assert (full / "otro.txt").exists()
    assert (temporal / f"{PREFIX}archivo").exists()


@given(asunto=st.text(max_size=220), texto=st.text(max_size=300), html=st.text(max_size=100))
def test_no_text_adds_a_header_to_the_draft(asunto: str, texto: str, html: str) -> None:
    try:
        mensaje = MensajeCorreo(para="beto@ejemplo.mx", asunto=asunto, texto=texto, html=html)
    except InvalidInputError:
        return
    head = as_draft(mensaje).partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = {line.split(b":")[0].lower() for line in head if line[:1] not in b" \t"}
    assert names == {b"x-unsent", b"to", b"subject", b"mime-version", b"content-type"}
