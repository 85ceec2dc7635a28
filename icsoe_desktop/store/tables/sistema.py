"""The outbox of mails, settings and the audit log."""

import uuid
from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row


class CorreoRow(Row):
    """A mail in the outbox. Its text is sealed while waiting, and deleted once sent.

    contratista_id: in whose name it goes; None for a mail of the machine.
    """

    __tablename__ = "correos"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    para: Mapped[str]
    asunto: Mapped[str]
    mensaje_sellado: Mapped[bytes | None]
    estado: Mapped[str]
    motivo: Mapped[str]
    intentos: Mapped[int]
    proximo_intento: Mapped[datetime]
    vence: Mapped[datetime | None]
    creado: Mapped[datetime]
    enviado: Mapped[datetime | None]
    contratista_id: Mapped[uuid.UUID | None]

    __table_args__ = (Index(None, "estado", "proximo_intento"),)


class AjusteRow(Row):
    """A setting of the installation: JSON text, or sealed bytes for a secret."""

    __tablename__ = "ajustes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    nombre: Mapped[str] = mapped_column(unique=True)
    valor: Mapped[str | None]
    sellado: Mapped[bytes | None]


class BitacoraRow(Row):
    """A line of the audit log. Triggers refuse to change or delete it.

    Written by store/bitacora/chain.py only. numero: from 1, without gaps.
    huella: digest of the line and of the huella before it.
    """

    __tablename__ = "bitacora"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    numero: Mapped[int] = mapped_column(unique=True)
    cuando: Mapped[datetime]
    quien: Mapped[str]
    accion: Mapped[str]
    objeto: Mapped[str]
    objeto_id: Mapped[uuid.UUID | None]
    detalle: Mapped[str]
    # Who may read the line. No foreign key: the line stays when the contratista is deleted.
    contratista_id: Mapped[uuid.UUID | None]
    huella: Mapped[bytes]

    __table_args__ = (Index(None, "cuando"), Index(None, "contratista_id", "cuando"))
