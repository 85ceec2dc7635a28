"""The buzón: sealed mails that wait until the server accepts them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, true, update
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.correo.borrador import Drafts, as_draft
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize, reading, writing
from icsoe_desktop.services.correo.ajustes import AjustesService, owner_of
from icsoe_desktop.services.correo.credenciales import owned
from icsoe_desktop.services.correo.envio import (
    ENDED,
    SERVER_MISSING,
    EnvioCorreo,
    ResumenEnvio,
    may_be_handed,
    opened,
    sealed,
)
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row
from icsoe_desktop.store.tables.sistema import CorreoRow

BEING_SENT = (
    "Este correo se está enviando en este momento. No se cambió nada. Espere a que termine."
)
NOT_HANDED = (
    "Este correo no se puede abrir en su programa de correo: lleva un código que es sólo de su "
    "destinatario, o su texto ya se borró. No se cambió nada."
)
HANDED_SAID = "Se abrió en su programa de correo; aquí no se sabe si se envió."
# Setting of a contratista that opened one of its mails.
HANDED = "correo.entrego"
ALREADY_ENDED = "Este correo ya no está en espera. No se cambió nada. Actualice la lista."


@dataclass(frozen=True)
class CorreoEnBuzon:
    """A mail of the buzón. proximo_intento: None unless it waits for an attempt.

    entregable: the session may open it in the own mail program.
    """

    id: uuid.UUID
    para: str = field(repr=False)
    asunto: str
    estado: EstadoCorreo
    motivo: str
    proximo_intento: datetime | None
    creado: datetime
    enviado: datetime | None
    entregable: bool = False


@dataclass(frozen=True)
class CuentaBuzon:
    """Counts for the status bar."""

    pendientes: int
    detenidos: int


class BuzonService:
    def __init__(
        self,
        store: Store,
        ajustes: AjustesService,
        smtp: MailGateway,
        drafts: Drafts | None = None,
    ) -> None:
        self._store = store
        self._ajustes = ajustes
        self._drafts = drafts or Drafts()
        self._envio = EnvioCorreo(store, ajustes, smtp)

    def enqueue(
        self,
        db: Session,
        mensaje: MensajeCorreo,
        vence: datetime | None = None,
        correo_id: uuid.UUID | None = None,
        contratista_id: uuid.UUID | None = None,
        entregable: bool = False,
    ) -> uuid.UUID:
        """Add a mail in the caller's transaction, so that both commit together.

        contratista_id: in whose name it goes; None for a mail of the machine.
        vence: time after which the mail is useless and never sent.
        correo_id: id for the mail, for callers that may withdraw it.
        entregable: it opens no account of somebody who has a password, so that who sees the buzón
        may have it in the own mail program.
        """
        now = self._store.clock()
        row_id = correo_id or self._store.new_id()
        db.add(
            CorreoRow(
                id=row_id,
                para=mensaje.para,
                asunto=mensaje.asunto,
                mensaje_sellado=sealed(self._store, row_id, mensaje, entregable),
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

    def withdraw(self, db: Session, correo_ids: Collection[uuid.UUID]) -> None:
        """Discard the mails that were not sent yet, in the caller's transaction."""
        db.execute(
            update(CorreoRow)
            .where(CorreoRow.id.in_(list(correo_ids)), CorreoRow.estado.not_in(ENDED))
            .values(estado=EstadoCorreo.DESCARTADO, mensaje_sellado=None, motivo="")
        )
        # What the mail program has stays there, but is opened no more from here.
        db.execute(
            update(CorreoRow)
            .where(CorreoRow.id.in_(list(correo_ids)), CorreoRow.estado == EstadoCorreo.ENTREGADO)
            .values(mensaje_sellado=None)
        )

    def can_send(self, db: Session, contratista_id: uuid.UUID | None = None) -> bool:
        """True if a mail server is configured for the mails of that contratista."""
        return self._ajustes.is_correo_configured(db, contratista_id)

    def has_own_account(self, db: Session, contratista_id: uuid.UUID) -> bool:
        """True if that contratista may have read its mails: its own account sends them, or it has
        opened one in its mail program.
        """
        own = self._ajustes.sender(db, contratista_id) is not None
        return own or bool(kept_values(db, owned(HANDED, contratista_id)))

    def sender_of(self, db: Session, correo_id: uuid.UUID) -> uuid.UUID | None:
        """The contratista who may have read a mail, see `has_own_account`; None for the machine."""
        row = db.get(CorreoRow, correo_id)
        if row is None or row.contratista_id is None:
            return None
        return row.contratista_id if self.has_own_account(db, row.contratista_id) else None

    def send_due(self, progress: Progress) -> ResumenEnvio:
        """Send the due mails one by one. See EnvioCorreo. Deletes old drafts."""
        self._drafts.tidy()
        return self._envio.send_due(progress)

    def pending(self, sesion: Sesion) -> tuple[CorreoEnBuzon, ...]:
        """Waiting mails with the reason, then mails that ended in the last 90 days, newest first.

        A contratista gets only its own. Raises NotAllowedError.
        """
        with reading(self._store, sesion, Permiso.CONFIGURAR_CORREO) as db:
            own = owner_of(sesion)
            of_whom = true() if own is None else CorreoRow.contratista_id == own
            rows = db.scalars(
                select(CorreoRow)
                .where(of_whom)
                .order_by(CorreoRow.estado.in_(ENDED), CorreoRow.creado.desc(), CorreoRow.id.desc())
            ).all()
            return tuple(_value(row, self._may_hand(db, row, own)) for row in rows)

    def counts(self, own: uuid.UUID | None = None) -> CuentaBuzon:
        """own: only the mails of a contratista."""
        of_whom = true() if own is None else CorreoRow.contratista_id == own
        with self._store.read() as db:
            counted = db.execute(
                select(CorreoRow.estado, func.count().label("number"))
                .where(of_whom)
                .group_by(CorreoRow.estado)
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

    def hand_over(self, sesion: Sesion, correo_id: uuid.UUID) -> Path:
        """Write a mail as a draft for the person's mail program, and take it out of the sending.

        A mail that was handed over before may be opened again for a day.
        Raises UserFacingError and NotAllowedError; the mail then waits as before.
        """
        with writing(self._store, sesion, Permiso.CONFIGURAR_CORREO) as db:
            row, own = db.get(CorreoRow, correo_id), owner_of(sesion)
            if row is None or row.estado != EstadoCorreo.ENTREGADO:
                row = self._waiting(db, sesion, correo_id)
            if row.mensaje_sellado is None or not self._may_hand(db, row, own):
                raise UserFacingError(NOT_HANDED)
            mensaje = opened(self._store, row.id, row.mensaje_sellado, row.para, row.asunto)
            path = self._drafts.write(as_draft(mensaje))
            row.estado = EstadoCorreo.ENTREGADO
            row.enviado = row.enviado or self._store.clock()
            row.motivo = HANDED_SAID
            if own is not None:
                # Who opened a link may have read it: docs/decisions/0035-equipo-solo-icsoe.md
                keep_values(db, self._store, owned(HANDED, own), {"desde": row.enviado.isoformat()})
        return path

    def take_back(self, sesion: Sesion, correo_id: uuid.UUID) -> None:
        """Let a mail wait again that no mail program opened. Raises NotAllowedError."""
        with writing(self._store, sesion, Permiso.CONFIGURAR_CORREO) as db:
            row, own = db.get(CorreoRow, correo_id), owner_of(sesion)
            if row is None or row.estado != EstadoCorreo.ENTREGADO:
                return
            if self._may_hand(db, row, own):
                row.estado, row.enviado, row.motivo = EstadoCorreo.PENDIENTE, None, ""
                row.proximo_intento = self._store.clock()

    def close(self) -> None:
        """Delete the drafts that are left."""
        self._drafts.clear()

    def _may_hand(self, db: Session, row: CorreoRow, own: uuid.UUID | None) -> bool:
        """Whether the session may have the mail: a contratista its own ones, the machine's
        administrator those that the machine's server sends.
        """
        if own is not None:
            allowed = row.contratista_id == own
        else:
            allowed = row.contratista_id is None or not self.has_own_account(db, row.contratista_id)
        return allowed and may_be_handed(self._store, row)

    def _waiting(self, db: Session, sesion: Sesion, correo_id: uuid.UUID) -> CorreoRow:
        authorize(db, sesion, Permiso.CONFIGURAR_CORREO)
        row = db.get(CorreoRow, correo_id)
        own = owner_of(sesion)
        if row is None or row.estado in ENDED or (own and row.contratista_id != own):
            raise UserFacingError(ALREADY_ENDED)
        if row.estado == EstadoCorreo.ENVIANDO and row.proximo_intento > self._store.clock():
            raise UserFacingError(BEING_SENT)
        return row


def _value(row: CorreoRow, entregable: bool) -> CorreoEnBuzon:
    estado = EstadoCorreo(row.estado)
    return of_row(
        CorreoEnBuzon,
        row,
        estado=estado,
        proximo_intento=row.proximo_intento if estado is EstadoCorreo.PENDIENTE else None,
        entregable=entregable,
    )
