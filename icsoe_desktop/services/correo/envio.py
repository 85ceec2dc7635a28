"""Sends the due mails of the buzón.

A mail is claimed, sent, and its outcome committed. If the program crashes between the server's
acceptance and the commit, the mail is sent again with the same Message-ID. No mail is lost.
"""

from __future__ import annotations

import json
import logging
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from icsoe_desktop.domain.correo import JITTER, LAST_RETRY, EstadoCorreo, MensajeCorreo, retry_after
from icsoe_desktop.gateways.correo.fallos import MailNotSentError
from icsoe_desktop.gateways.correo.smtp import MailConnection, MailGateway
from icsoe_desktop.jobs import Progress
from icsoe_desktop.seguridad.data_key import SealBrokenError
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.credenciales import CuentaCorreo
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sistema import CorreoRow

logger = logging.getLogger(__name__)

# Time for which a claim holds. It is longer than the gateway's limit for one mail.
LEASE = timedelta(minutes=5)
HISTORY = timedelta(days=90)
ENDED = (
    EstadoCorreo.ENVIADO,
    EstadoCorreo.ENTREGADO,
    EstadoCorreo.DESCARTADO,
    EstadoCorreo.VENCIDO,
)
# For so long a draft may be opened again.
HANDED_FOR = timedelta(days=1)
_FARTHEST_RETRY = LAST_RETRY * (1 + JITTER)

SERVER_MISSING = "Falta configurar el servidor de correo."
EXPIRED = "Ya no servía: pasó su tiempo antes de que se pudiera enviar."
DAMAGED = "El texto del correo está dañado y no se puede enviar. Descártelo y pídalo de nuevo."


@dataclass(frozen=True)
class ResumenEnvio:
    """Result of one round. motivo: reason of the last failure, or empty."""

    enviados: int = 0
    pospuestos: int = 0
    detenidos: int = 0
    vencidos: int = 0
    motivo: str = ""

    def plus_failures(self, error: MailNotSentError, number: int) -> ResumenEnvio:
        if error.permanent:
            return replace(self, detenidos=self.detenidos + number, motivo=error.message)
        return replace(self, pospuestos=self.pospuestos + number, motivo=error.message)


@dataclass(frozen=True)
class _Claim:
    id: uuid.UUID
    mensaje: MensajeCorreo | None  # None if its seal is broken
    creado: datetime
    until: datetime


@dataclass(frozen=True)
class _Batch:
    """Due mails that one account sends. owners: contratistas; None for mails of the machine."""

    cuenta: CuentaCorreo | None
    owners: frozenset[uuid.UUID | None]
    due: int

    @property
    def mails(self) -> ColumnElement[bool]:
        named = CorreoRow.contratista_id.in_([owner for owner in self.owners if owner])
        return or_(named, CorreoRow.contratista_id.is_(None)) if None in self.owners else named


class EnvioCorreo:
    def __init__(self, store: Store, ajustes: AjustesService, smtp: MailGateway) -> None:
        self._store = store
        self._ajustes = ajustes
        self._smtp = smtp

    def send_due(self, progress: Progress) -> ResumenEnvio:
        """Send the due mails one by one. Each outcome is committed separately.

        Cancelling stops between two mails. Raises Cancelled, and UserFacingError if the store
        cannot be written. A mail that fails raises nothing.
        """
        summary = ResumenEnvio(vencidos=self._tidy())
        with self._store.read() as db:
            owners = db.execute(
                select(CorreoRow.contratista_id, func.count().label("due"))
                .where(self._due())
                .group_by(CorreoRow.contratista_id)
            ).all()
            batches = self._batches(db, [(row.contratista_id, row.due) for row in owners])
        for batch in batches:
            summary = self._send_batch(batch, progress, summary)
        return summary

    def _batches(
        self, db: Session, owners: Iterable[tuple[uuid.UUID | None, int]]
    ) -> tuple[_Batch, ...]:
        """The due mails by the account that sends them."""
        senders: dict[uuid.UUID | None, dict[uuid.UUID | None, int]] = {}
        for owner, due in owners:
            senders.setdefault(self._ajustes.sender(db, owner), {})[owner] = due
        return tuple(
            _Batch(self._ajustes.cuenta_correo(db, sender), frozenset(due), sum(due.values()))
            for sender, due in senders.items()
        )

    def _send_batch(self, batch: _Batch, progress: Progress, summary: ResumenEnvio) -> ResumenEnvio:
        cuenta, due = batch.cuenta, batch.due
        if cuenta is None:
            self._note_missing_server(batch)
            return replace(summary, pospuestos=summary.pospuestos + due, motivo=SERVER_MISSING)
        progress.report(0, due, "Conectando con el servidor de correo…")
        try:
            with self._ajustes.credenciales.connected(self._smtp, cuenta) as conexion:
                return self._send_up_to(batch, conexion, progress, summary)
        except MailNotSentError as error:
            return summary.plus_failures(error, self._hold_back_all(error, batch))

    def _send_up_to(
        self, batch: _Batch, conexion: MailConnection, progress: Progress, summary: ResumenEnvio
    ) -> ResumenEnvio:
        for done in range(batch.due):
            progress.report(done, batch.due, "Enviando correos…")
            claim = self._claim(batch)
            if claim is None:
                break
            error = _try_to_send(conexion, claim)
            self._settle(claim, error)
            if error is None:
                logger.info("mail %s sent", claim.id.hex)
                summary = replace(summary, enviados=summary.enviados + 1)
                continue
            logger.info("mail %s not sent, permanent: %s", claim.id.hex, error.permanent)
            summary = summary.plus_failures(error, 1)
            if error.whole_server:
                # A lost connection says nothing about the other mails: they stay due. Otherwise one
                # mail that breaks the connection would delay all others for ever.
                others = self._hold_back_all(error, batch) if error.permanent else 0
                return summary.plus_failures(error, others)
        return summary

    def _claim(self, batch: _Batch) -> _Claim | None:
        """Claim the next due mail. No other process takes it during the lease."""
        with self._store.write() as db:
            # Mails that expire go first.
            row = db.scalars(
                select(CorreoRow)
                .where(self._due(), batch.mails)
                .order_by(CorreoRow.vence.is_(None), CorreoRow.creado, CorreoRow.id)
                .limit(1)
            ).one_or_none()
            if row is None:
                return None
            row.estado = EstadoCorreo.ENVIANDO
            row.intentos += 1
            row.proximo_intento = self._store.clock() + LEASE
            return _Claim(row.id, self._mensaje(row), row.creado, row.proximo_intento)

    def _settle(self, claim: _Claim, error: MailNotSentError | None) -> None:
        with self._store.write() as db:
            row = db.get(CorreoRow, claim.id)
            if row is None:
                return
            if error is None:
                row.estado = EstadoCorreo.ENVIADO
                row.enviado = self._store.clock()
                row.motivo = ""
                row.mensaje_sellado = None
            elif row.estado == EstadoCorreo.ENVIANDO and row.proximo_intento == claim.until:
                self._hold_back(row, error)

    def _hold_back_all(self, error: MailNotSentError, batch: _Batch) -> int:
        """Postpone the account's mails after a failure of its server. Returns their number."""
        with self._store.write() as db:
            rows = db.scalars(
                select(CorreoRow).where(
                    batch.mails,
                    or_(self._due(), CorreoRow.estado == EstadoCorreo.PENDIENTE)
                    if error.permanent
                    else self._due(),
                )
            ).all()
            for row in rows:
                row.intentos += 1
                self._hold_back(row, error)
            return len(rows)

    def _hold_back(self, row: CorreoRow, error: MailNotSentError) -> None:
        row.motivo = error.message
        if error.permanent:
            row.estado = EstadoCorreo.DETENIDO
        else:
            row.estado = EstadoCorreo.PENDIENTE
            row.proximo_intento = self._store.clock() + retry_after(row.intentos, _random_share())

    def _tidy(self) -> int:
        """Delete old mails and expire late ones. Returns the number of expired mails."""
        now = self._store.clock()
        expired = and_(CorreoRow.vence <= now, self._at_rest(now))
        old = and_(CorreoRow.estado.in_(ENDED), CorreoRow.creado < now - HISTORY)
        handed = and_(
            CorreoRow.estado == EstadoCorreo.ENTREGADO,
            CorreoRow.mensaje_sellado.is_not(None),
            # Or later than now: the clock was moved back.
            or_(
                CorreoRow.enviado < now - HANDED_FOR,
                CorreoRow.enviado > now + HANDED_FOR,
                CorreoRow.vence <= now,
            ),
        )
        with self._store.read() as db:
            if db.scalar(select(CorreoRow.id).where(or_(expired, old, handed)).limit(1)) is None:
                return 0
        with self._store.write() as db:
            db.execute(delete(CorreoRow).where(old))
            db.execute(update(CorreoRow).where(handed).values(mensaje_sellado=None))
            ids = db.scalars(
                update(CorreoRow)
                .where(expired)
                .values(estado=EstadoCorreo.VENCIDO, motivo=EXPIRED, mensaje_sellado=None)
                .returning(CorreoRow.id)
            ).all()
            return len(ids)

    def _note_missing_server(self, batch: _Batch) -> None:
        lacking = and_(self._due(), batch.mails, CorreoRow.motivo != SERVER_MISSING)
        with self._store.read() as db:
            if db.scalar(select(CorreoRow.id).where(lacking).limit(1)) is None:
                return
        with self._store.write() as db:
            db.execute(update(CorreoRow).where(lacking).values(motivo=SERVER_MISSING))

    def _due(self) -> ColumnElement[bool]:
        now = self._store.clock()
        return and_(
            CorreoRow.estado.in_([EstadoCorreo.PENDIENTE, EstadoCorreo.ENVIANDO]),
            or_(
                CorreoRow.proximo_intento <= now,
                # No mail waits longer, so the clock was moved back.
                CorreoRow.proximo_intento > now + _FARTHEST_RETRY,
            ),
            or_(CorreoRow.vence.is_(None), CorreoRow.vence > now),
        )

    def _at_rest(self, now: datetime) -> ColumnElement[bool]:
        return or_(
            CorreoRow.estado.in_([EstadoCorreo.PENDIENTE, EstadoCorreo.DETENIDO]),
            and_(CorreoRow.estado == EstadoCorreo.ENVIANDO, CorreoRow.proximo_intento <= now),
        )

    def _mensaje(self, row: CorreoRow) -> MensajeCorreo | None:
        if row.mensaje_sellado is None:
            return None
        try:
            return opened(self._store, row.id, row.mensaje_sellado, row.para, row.asunto)
        except SealBrokenError:
            return None


def _random_share() -> float:
    return secrets.randbelow(1000) / 1000


def sealed(
    store: Store, correo_id: uuid.UUID, mensaje: MensajeCorreo, entregable: bool = False
) -> bytes:
    """entregable: whether the mail may be handed to the user's mail program."""
    kept = {"texto": mensaje.texto, "html": mensaje.html, "entregable": entregable}
    text = json.dumps(kept)
    return store.key.seal(text.encode(), "correos", correo_id, "mensaje_sellado")


def opened(
    store: Store, correo_id: uuid.UUID, content: bytes, para: str, asunto: str
) -> MensajeCorreo:
    """Raises SealBrokenError."""
    kept = _unsealed(store, correo_id, content)
    return MensajeCorreo(para=para, asunto=asunto, texto=kept["texto"], html=kept["html"])


def may_be_handed(store: Store, row: CorreoRow) -> bool:
    """Whether its text is there and was queued as one that may be handed over."""
    if row.mensaje_sellado is None:
        return False
    try:
        return _unsealed(store, row.id, row.mensaje_sellado).get("entregable") is True
    except SealBrokenError:
        return False


def _unsealed(store: Store, correo_id: uuid.UUID, content: bytes) -> dict[str, Any]:
    text = store.key.unseal(content, "correos", correo_id, "mensaje_sellado")
    kept: dict[str, Any] = json.loads(text)
    return kept


def _try_to_send(conexion: MailConnection, claim: _Claim) -> MailNotSentError | None:
    if claim.mensaje is None:
        return MailNotSentError(DAMAGED, permanent=True, whole_server=False)
    try:
        conexion.send(claim.mensaje, claim.id, claim.creado)
    except MailNotSentError as error:
        return error
    return None
