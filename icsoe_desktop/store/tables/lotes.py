"""The files for the IDSE portal, their documents, and the constancias that answer them."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.types import Dia


class LoteRow(Row):
    """A generated file for the IDSE portal. numero and folio are assigned by the IMSS."""

    __tablename__ = "lotes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registro_patronal: Mapped[str]
    tipo: Mapped[str | None]
    nombre_archivo: Mapped[str]
    contenido: Mapped[bytes]
    sha256: Mapped[bytes]
    movimientos: Mapped[int]
    estado: Mapped[str]
    creado: Mapped[datetime]
    enviado: Mapped[date | None] = mapped_column(Dia)
    recibido: Mapped[date | None] = mapped_column(Dia)
    respondido: Mapped[date | None] = mapped_column(Dia)
    cancelado: Mapped[date | None] = mapped_column(Dia)
    numero: Mapped[str]
    folio: Mapped[str]

    __table_args__ = (
        Index(None, "creado"),
        # The Tablero's: a row's columns after `contenido` cost reading all of it.
        Index(
            "ix_lotes_sin_respuesta",
            "estado",
            "enviado",
            "creado",
            "nombre_archivo",
            "movimientos",
            sqlite_where=text("estado IN ('Generado', 'Enviado', 'Recibido')"),
        ),
    )


class DocumentoLoteRow(Row):
    """The constancia or the acuse of a lote, stored unchanged."""

    __tablename__ = "documentos_lote"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lote_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lotes.id"))
    clase: Mapped[str]
    nombre: Mapped[str]
    contenido: Mapped[bytes]
    sha256: Mapped[bytes]
    creado: Mapped[datetime]

    __table_args__ = (UniqueConstraint("lote_id", "clase"),)


class ConstanciaRow(Row):
    """A constancia that was applied to movements, even if their lote is not here.

    antes: JSON, the state of its movements and their lotes before; empty once undone.
    """

    __tablename__ = "constancias"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    folio: Mapped[str]
    lote: Mapped[str]
    registro_patronal: Mapped[str]
    recibida: Mapped[date | None] = mapped_column(Dia)
    nombre: Mapped[str]
    contenido: Mapped[bytes]
    sha256: Mapped[bytes]
    creado: Mapped[datetime]
    usuario_id: Mapped[uuid.UUID | None]
    aprobados: Mapped[int]
    rechazados: Mapped[int]
    antes: Mapped[str]
    deshecha: Mapped[datetime | None]

    # A constancia that was undone may be applied again.
    __table_args__ = (
        Index(
            "ix_constancias_sha256",
            "sha256",
            unique=True,
            sqlite_where=text("deshecha IS NULL"),
        ),
    )
