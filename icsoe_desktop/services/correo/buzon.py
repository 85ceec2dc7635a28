"""The buzón: sealed mails that wait until the server accepts them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, true, update
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.correo.ajustes import AjustesService, owner_of
from icsoe_desktop.services.correo.envio import (
    ENDED,
    SERVER_MISSING,
    EnvioCorreo,
    ResumenEnvio,
    sealed,
)
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import CorreoRow

BEING_SENT = (
    "Este correo se está enviando en este momento. No se cambió nada. Espere a que termine."
)
ALREADY_ENDED = "Este correo ya no está en espera. No se cambió nada. Actualice la lista."


@dataclass(frozen=True)
class CorreoEnBuzon:
    """A mail of the buzón. proximo_intento: None unless it waits for an attempt."""

    id: uuid.UUID
    para: str = field(repr=False)
    asunto: str
    estado: EstadoCorreo
    motivo: str
    proximo_intento: datetime | None
    creado: datetime
    enviado: datetime | None


@dataclass(frozen=True)
class CuentaBuzon:
    """Counts for the status bar."""

    pendientes: int
    detenidos: int


class BuzonService:
    def __init__(self, store: Store, ajustes: AjustesService, smtp: MailGateway) -> None:
        self._store = store
        self._ajustes = ajustes
        self._envio = EnvioCorreo(store, ajustes, smtp)

    def enqueue(
        self,
        db: Session,
        mensaje: MensajeCorreo,
        vence: datetime | None = None,
        correo_id: uuid.UUID | None = None,
        contratista_id: uuid.UUID | None = None,
    ) -> uuid.UUID:
        """Add a mail in the caller's transaction, so that both commit together.

        contratista_id: in whose name it goes; None for a mail of the machine.
        vence: time after which the mail is useless and never sent.
        correo_id: id for the mail, for callers that may withdraw it.
        """
        now = self._store.clock()
        row_id = correo_id or self._store.new_id()
        db.add(
            CorreoRow(
                id=row_id,
                para=mensaje.para,
                asunto=mensaje.asunto,
                mensaje_sellado=sealed(self._store, row_id, mensaje),
                estado=EstadoCorreo.PENDIENTE,
                motivo="" if self.can_send(db, contratista_id) else SERVER_MISSING,
                intentos=0,
                proximo_intento=now,
                vence=vence,
                creado=now,
                enviado=None,
                contratista_id=contratista_id,
            )
        )
        db.flush()
        return row_id

    def withdraw(self, db: Session, correo_ids: Iterable[uuid.UUID]) -> None:
        """Discard the mails that were not sent yet, in the caller's transaction."""
        db.execute(
            update(CorreoRow)
            .where(CorreoRow.id.in_(list(correo_ids)), CorreoRow.estado.not_in(ENDED))
            .values(estado=EstadoCorreo.DESCARTADO, mensaje_sellado=None, motivo="")
        )

    def can_send(self, db: Session, contratista_id: uuid.UUID | None = None) -> bool:
        """True if a mail server is configured for the mails of that contratista."""
        return self._ajustes.is_correo_configured(db, contratista_id)

    def has_own_account(self, db: Session, contratista_id: uuid.UUID) -> bool:
        """True if the mails of that contratista go by its own account."""
        return self._ajustes.sender(db, contratista_id) is not None

    def sender_of(self, db: Session, correo_id: uuid.UUID) -> uuid.UUID | None:
        """The contratista by whose own account a mail went or will go; None for the machine's."""
        row = db.get(CorreoRow, correo_id)
        return None if row is None else self._ajustes.sender(db, row.contratista_id)

    def send_due(self, progress: Progress) -> ResumenEnvio:
        """Send the due mails one by one. See EnvioCorreo."""
        return self._envio.send_due(progress)

    def pending(self, sesion: Sesion) -> tuple[CorreoEnBuzon, ...]:
        """Waiting mails with the reason, then mails that ended in the last 90 days, newest first.

        A contratista gets only its own. Raises NotAllowedError.
        """
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONFIGURAR_CORREO)
            own = owner_of(sesion)
            of_whom = true() if own is None else CorreoRow.contratista_id == own
            rows = db.scalars(
                select(CorreoRow)
                .where(of_whom)
                .order_by(CorreoRow.estado.in_(ENDED), CorreoRow.creado.desc(), CorreoRow.id.desc())
            ).all()
            return tuple(_value(row) for row in rows)

    def counts(self) -> CuentaBuzon:
        with self._store.read() as db:
            counted = db.execute(
                select(CorreoRow.estado, func.count().label("number")).group_by(CorreoRow.estado)
            )
            by_state = {row.estado: row.number for row in counted}
        waiting = (EstadoCorreo.PENDIENTE, EstadoCorreo.ENVIANDO)
        return CuentaBuzon(
            sum(by_state.get(estado, 0) for estado in waiting),
            by_state.get(EstadoCorreo.DETENIDO, 0),
        )

    def retry(self, sesion: Sesion, correo_id: uuid.UUID) -> None:
        """Make a mail due now. Raises UserFacingError and NotAllowedError."""
        with self._store.write() as db:
            row = self._waiting(db, sesion, correo_id)
            row.estado = EstadoCorreo.PENDIENTE
            row.proximo_intento = self._store.clock()
            row.motivo = ""

    def discard(self, sesion: Sesion, correo_id: uuid.UUID) -> None:
        """Discard a mail and its text. Raises UserFacingError and NotAllowedError."""
        with self._store.write() as db:
            row = self._waiting(db, sesion, correo_id)
            row.estado = EstadoCorreo.DESCARTADO
            row.mensaje_sellado = None
            row.motivo = ""

    def _waiting(self, db: Session, sesion: Sesion, correo_id: uuid.UUID) -> CorreoRow:
        authorize(db, sesion, Permiso.CONFIGURAR_CORREO)
        row = db.get(CorreoRow, correo_id)
        own = owner_of(sesion)
        if row is None or row.estado in ENDED or (own and row.contratista_id != own):
            raise UserFacingError(ALREADY_ENDED)
        if row.estado == EstadoCorreo.ENVIANDO and row.proximo_intento > self._store.clock():
            raise UserFacingError(BEING_SENT)
        return row


def _value(row: CorreoRow) -> CorreoEnBuzon:
    estado = EstadoCorreo(row.estado)
    return CorreoEnBuzon(
        row.id,
        row.para,
        row.asunto,
        estado,
        row.motivo,
        row.proximo_intento if estado is EstadoCorreo.PENDIENTE else None,
        row.creado,
        row.enviado,
    )
