"""The Informativa of ICSOE: contratantes, folios of the REPSE, contratos, returns and acuses."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.types import Dia


class ContratanteRow(Row):
    """Who hires a contratista. Its register is used again each period."""

    __tablename__ = "contratantes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contratista_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contratistas.id"))
    rfc: Mapped[str]
    nombre: Mapped[str]
    correo: Mapped[str]
    celular: Mapped[str]
    telefono_fijo: Mapped[str]
    domicilio: Mapped[str]
    creado: Mapped[datetime]
    actualizado: Mapped[datetime]

    __table_args__ = (Index(None, "contratista_id", "rfc"),)


class FolioRepseRow(Row):
    """A folio of the contratista in the REPSE, with the service that the STPS authorised."""

    __tablename__ = "folios_repse"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contratista_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contratistas.id"))
    folio: Mapped[str]
    texto: Mapped[str]
    creado: Mapped[datetime]
    actualizado: Mapped[datetime]

    __table_args__ = (Index(None, "contratista_id", "folio"),)


class ContratoRow(Row):
    """A contract with its workers.

    modificaciones: days as AAAA-MM-DD, separated by commas.
    trabajadores: the rows of `domain.icsoe.trabajadores.pack_rows`. One text, for a list is read,
    pasted and compared as a whole: 3,000 rows are 120 kB. cuantos: their number.
    rechazos: JSON, NSS → reason of the portal.
    """

    __tablename__ = "contratos"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contratista_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contratistas.id"))
    contratante_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contratantes.id"))
    folio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("folios_repse.id"))
    numero: Mapped[str]
    objeto: Mapped[str]
    inicio: Mapped[date] = mapped_column(Dia)
    fin: Mapped[date | None] = mapped_column(Dia)
    modificaciones: Mapped[str]
    trabajadores: Mapped[str] = mapped_column(deferred=True)
    cuantos: Mapped[int]
    rechazos: Mapped[str]
    creado: Mapped[datetime]
    actualizado: Mapped[datetime]

    __table_args__ = (
        Index(None, "contratista_id", "inicio"),
        Index(None, "contratante_id"),
        Index(None, "folio_id"),
    )


class InformativaRow(Row):
    """A return of a period.

    contratos: ids as hexadecimal, separated by commas, in the order of capture.
    declarados: number of contracts that the user says it has.
    historial: JSON list of state, moment and person. corrige: the return that this one corrects.
    presentado: JSON of the content as it was presented; empty before.
    """

    __tablename__ = "informativas"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contratista_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contratistas.id"))
    ejercicio: Mapped[int]
    cuatrimestre: Mapped[int]
    tipo: Mapped[str]
    estado: Mapped[str]
    contratos: Mapped[str]
    declarados: Mapped[int | None]
    historial: Mapped[str]
    corrige: Mapped[uuid.UUID | None]
    presentado: Mapped[str] = mapped_column(deferred=True)
    creado: Mapped[datetime]
    actualizado: Mapped[datetime]

    __table_args__ = (Index(None, "contratista_id", "ejercicio", "cuatrimestre"),)


class AcuseInformativaRow(Row):
    """The acuse of a presented return. The file is stored sealed and unchanged."""

    __tablename__ = "acuses_informativa"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    informativa_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("informativas.id"), unique=True)
    folio: Mapped[str]
    presentada: Mapped[datetime]
    contratos: Mapped[int]
    nombre: Mapped[str]
    tipo: Mapped[str]
    sha256: Mapped[bytes]
    contenido_sellado: Mapped[bytes]
    creado: Mapped[datetime]
