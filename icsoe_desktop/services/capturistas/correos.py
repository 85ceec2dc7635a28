"""The mails to capturistas and their links."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.domain.icsoe.capturista import (
    LINK_GOOD_FOR,
    Estatus,
    code_of,
    grouped_code,
    link_of,
)
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.gateways.correo.plantillas import MailTemplates
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import only
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import ActivacionRow, ContratistaRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.sistema import CorreoRow

CODE_BYTES = 20
_WITH_LINK = (
    "En un segundo correo recibirá una liga para crear su contraseña. Con ella y su CURP podrá "
    "ingresar."
)
_TO_CONFIRM = (
    "En un segundo correo recibirá una liga para confirmarlo con su contraseña de siempre."
)
_ACTIVE = "Ya puede ingresar con su CURP y su contraseña de siempre, y elegir a este contratista."


class CorreosCapturista:
    """Sends mails in the caller's transaction, so that mail and change commit together.

    A link belongs to a relation, or to a person for a forgotten password. A new link of the same
    kind withdraws the earlier link and its mail. Only a keyed hash of the code is stored.
    """

    def __init__(self, store: Store, buzon: BuzonService, plantillas: MailTemplates) -> None:
        self._store = store
        self._buzon = buzon
        self._plantillas = plantillas

    def send_registered(
        self, db: Session, contratista: ContratistaRow, relacion: RelacionRow, persona: PersonaRow
    ) -> None:
        """Mail 1: the contratista registered the capturista."""
        if relacion.confirmada is not None:
            siguiente = _ACTIVE
        else:
            siguiente = _WITH_LINK if persona.contrasena_hash is None else _TO_CONFIRM
        values = {
            "nombre": full_name(relacion),
            "contratista": contratista.nombre,
            "siguiente": siguiente,
        }
        # The buzón sends first what expires first. This mail must come before its link.
        vence = None if relacion.confirmada else self._store.clock() + LINK_GOOD_FOR
        self._enqueue(
            db,
            "capturista_registrado",
            relacion.correo,
            values,
            vence,
            contratista_id=contratista.id,
        )

    def send_link(
        self, db: Session, contratista: ContratistaRow, relacion: RelacionRow, persona: PersonaRow
    ) -> None:
        """Mail 2: the link to create a password, or to confirm with the existing one."""
        known = persona.contrasena_hash is not None
        self._send_code(
            db,
            "confirmar_contratista" if known else "crear_contrasena",
            relacion.correo,
            {"nombre": full_name(relacion), "contratista": contratista.nombre},
            persona.id,
            contratista.id,
            relacion.id,
        )

    def send_reset(self, db: Session, persona: PersonaRow) -> None:
        """A link for a new password, to the person's confirmed address."""
        if persona.correo is None:
            raise ValueError("a person without a proved address has no password to replace")
        self._send_code(
            db,
            "restablecer_contrasena",
            persona.correo,
            {"nombre": full_name(persona)},
            persona.id,
            self._in_whose_name(db, persona),
        )

    def send_password_registered(self, db: Session, persona: PersonaRow) -> None:
        """Mail 3: the password was registered."""
        if persona.correo is None:
            raise ValueError("a person without a proved address has no password")
        values = {"nombre": full_name(persona), "cuando": _in_words(self._store.clock())}
        in_name = self._in_whose_name(db, persona)
        self._enqueue(db, "contrasena_registrada", persona.correo, values, contratista_id=in_name)

    def send_blocked(self, db: Session, contratista: ContratistaRow, relacion: RelacionRow) -> None:
        """Tell the contratista that one of its capturistas was locked out."""
        if contratista.correo is None:
            return
        values = {
            "nombre": full_name(relacion),
            "numero": str(relacion.numero),
            "contratista": contratista.nombre,
            "cuando": _in_words(self._store.clock()),
        }
        self._enqueue(
            db, "capturista_bloqueado", contratista.correo, values, contratista_id=contratista.id
        )

    def find(self, db: Session, codigo: str) -> ActivacionRow | None:
        """The valid link with this code, or None. A link is valid for 24 hours."""
        row = only(db, ActivacionRow, codigo_hash=self._hashed(codigo))
        # Check the start too: moving the clock back must not make a link valid for ever.
        if row is None or not row.creado <= self._store.clock() < row.vence:
            return None
        return row

    def drop_links_of_relation(self, db: Session, relacion_id: uuid.UUID) -> None:
        self._drop(db, ActivacionRow.relacion_id == relacion_id)

    def drop_reset_links(self, db: Session, persona_id: uuid.UUID) -> None:
        self._drop(db, ActivacionRow.persona_id == persona_id, ActivacionRow.relacion_id.is_(None))

    def forget_address(self, db: Session, correo: str) -> None:
        """Delete the mails to an address that belongs to nobody here any more."""
        holders = (
            RelacionRow.correo == correo,
            PersonaRow.correo == correo,
            ContratistaRow.correo == correo,
            UsuarioRow.correo_buscado == correo.casefold(),
        )
        if any(db.scalar(select(exists().where(holder))) for holder in holders):
            return
        # A mail that is being sent belongs to its sender.
        db.execute(
            delete(CorreoRow).where(
                CorreoRow.para == correo, CorreoRow.estado != EstadoCorreo.ENVIANDO
            )
        )

    def can_send(self, db: Session, contratista_id: uuid.UUID) -> bool:
        return self._buzon.can_send(db, contratista_id)

    def sender_of(self, db: Session, link: ActivacionRow) -> uuid.UUID | None:
        """The contratista whose own account sent the link, and can therefore read it; else None."""
        return self._buzon.sender_of(db, link.id)

    def another_could_read(self, db: Session, relacion: RelacionRow) -> bool:
        """True if another contratista of the person sends by its own account."""
        others = db.scalars(
            select(RelacionRow.contratista_id).where(
                RelacionRow.persona_id == relacion.persona_id,
                RelacionRow.contratista_id != relacion.contratista_id,
            )
        ).all()
        return any(self._buzon.has_own_account(db, each) for each in others)

    def _in_whose_name(self, db: Session, persona: PersonaRow) -> uuid.UUID | None:
        """The contratista in whose name a mail about the person's password goes.

        The machine's server serves first: it is nobody's. Else the first contratista that can send.
        """
        if self._buzon.can_send(db):
            return None
        ids = db.scalars(
            select(RelacionRow.contratista_id)
            .where(RelacionRow.persona_id == persona.id, RelacionRow.estatus != Estatus.BAJA)
            .order_by(RelacionRow.creado, RelacionRow.id)
        ).all()
        return next((each for each in ids if self._buzon.can_send(db, each)), next(iter(ids), None))

    def _send_code(
        self,
        db: Session,
        template: str,
        para: str,
        values: dict[str, str],
        persona_id: uuid.UUID,
        contratista_id: uuid.UUID | None,
        relacion_id: uuid.UUID | None = None,
    ) -> None:
        if relacion_id is None:
            self.drop_reset_links(db, persona_id)
        else:
            self.drop_links_of_relation(db, relacion_id)
        codigo = code_of(secrets.token_bytes(CODE_BYTES))
        now = self._store.clock()
        vence = now + LINK_GOOD_FOR
        row_id = self._store.new_id()
        db.add(
            ActivacionRow(
                id=row_id,
                persona_id=persona_id,
                relacion_id=relacion_id,
                codigo_hash=self._hashed(codigo),
                correo=para,
                creado=now,
                vence=vence,
            )
        )
        db.flush()
        values = {
            **values,
            "liga": link_of(codigo),
            "codigo": grouped_code(codigo),
            "vence": _in_words(vence),
        }
        mensaje = self._plantillas.mensaje(template, para, values)
        # The mail has the id of its link, so that the next link can withdraw it.
        # A reset link opens the account of somebody who has a password: only by the server.
        self._buzon.enqueue(
            db, mensaje, vence, row_id, contratista_id, entregable=relacion_id is not None
        )

    def _enqueue(
        self,
        db: Session,
        template: str,
        para: str,
        values: dict[str, str],
        vence: datetime | None = None,
        *,
        contratista_id: uuid.UUID | None,
    ) -> None:
        mensaje = self._plantillas.mensaje(template, para, values)
        self._buzon.enqueue(db, mensaje, vence, contratista_id=contratista_id, entregable=True)

    def _drop(self, db: Session, *of: ColumnElement[bool]) -> None:
        ids = list(db.scalars(select(ActivacionRow.id).where(*of)))
        if ids:
            db.execute(delete(ActivacionRow).where(ActivacionRow.id.in_(ids)))
            self._buzon.withdraw(db, ids)

    def _hashed(self, codigo: str) -> bytes:
        text = f"activacion|{codigo}".encode()
        return hmac.digest(self._store.key.index_key(), text, hashlib.sha256)


def _in_words(moment: datetime) -> str:
    return f"{moment.astimezone(HORA_DE_MEXICO):%d/%m/%Y a las %H:%M}"
