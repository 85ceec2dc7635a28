"""ICSOE: contratistas, their capturistas, the links that activate them, the postal catalogue."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row


class ContratistaRow(Row):
    """A contratista who logged in with an e.firma. numero: the short id that users see.

    domicilio_social, domicilio_convencional: as `RespuestaDomicilio.of` reads them.
    """

    __tablename__ = "contratistas"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    numero: Mapped[int] = mapped_column(unique=True)
    rfc: Mapped[str] = mapped_column(unique=True)
    nombre: Mapped[str]
    es_persona_moral: Mapped[bool]
    efirma_numero: Mapped[str]
    efirma_hasta: Mapped[datetime]
    terminos_version: Mapped[str | None]
    terminos_aceptados: Mapped[datetime | None]
    correo: Mapped[str | None]
    celular: Mapped[str | None]
    telefono_fijo: Mapped[str | None]
    domicilio_social: Mapped[str | None]
    domicilio_convencional: Mapped[str | None]
    completado: Mapped[datetime | None]
    siguiente_relacion: Mapped[int]  # `numero` of the next capturista; never reused
    creado: Mapped[datetime]
    actualizado: Mapped[datetime]


class AcuseRow(Row):
    """The REPSE acuse of a contratista. The file is stored sealed and unchanged."""

    __tablename__ = "acuses"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contratista_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contratistas.id"), unique=True)
    nombre: Mapped[str]
    tipo: Mapped[str]
    tamano: Mapped[int]
    sha256: Mapped[bytes]
    contenido_sellado: Mapped[bytes]
    fecha: Mapped[date]
    creado: Mapped[datetime]


class PersonaRow(Row):
    """A person who captures, with their credentials.

    correo: the address that the person confirmed when setting the password. Only it may request a
    new password, whatever address a contratista types in a relation.
    """

    __tablename__ = "personas"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    curp: Mapped[str] = mapped_column(String(18), unique=True)
    nombres: Mapped[str]
    primer_apellido: Mapped[str]
    segundo_apellido: Mapped[str]
    correo: Mapped[str | None]
    contrasena_hash: Mapped[str | None]
    contrasena_creada: Mapped[datetime | None]
    bloqueada: Mapped[datetime | None]
    aviso_version: Mapped[str | None]
    creado: Mapped[datetime]
    actualizado: Mapped[datetime]


class RelacionRow(Row):
    """One person working for one contratista.

    numero: the Id of the grid, counted per contratista.
    curp: copied from the person, so that an index can sort the grid by it.
    nombre_orden, buscado: folded names, to sort by and to search in.
    confirmada: when the person accepted this contratista.
    """

    __tablename__ = "relaciones"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contratista_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contratistas.id"))
    persona_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("personas.id"))
    numero: Mapped[int]
    curp: Mapped[str] = mapped_column(String(18))
    nombres: Mapped[str]
    primer_apellido: Mapped[str]
    segundo_apellido: Mapped[str]
    telefono: Mapped[str]
    correo: Mapped[str]
    estatus: Mapped[str]
    nombre_orden: Mapped[str]
    buscado: Mapped[str]
    cotejada: Mapped[date | None]
    aviso_version: Mapped[str]
    usuario_alta: Mapped[str]
    confirmada: Mapped[datetime | None]
    creado: Mapped[datetime]
    dado_de_baja: Mapped[datetime | None]
    actualizado: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("contratista_id", "curp"),
        UniqueConstraint("contratista_id", "numero"),
        # Each index includes numero, so that it alone answers the grid's orders and filters.
        Index(None, "contratista_id", "nombre_orden", "numero"),
        Index(None, "contratista_id", "correo", "numero"),
        Index(None, "contratista_id", "estatus", "numero"),
        Index(None, "contratista_id", "creado", "numero"),
        Index(None, "contratista_id", "buscado", "numero"),
        Index(None, "persona_id"),
    )


class ActivacionRow(Row):
    """A link that was mailed; only the hash of its code is stored.

    relacion_id: the relation to accept; None for a forgotten password.
    """

    __tablename__ = "activaciones"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    persona_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("personas.id"))
    relacion_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("relaciones.id"))
    codigo_hash: Mapped[bytes] = mapped_column(unique=True)
    correo: Mapped[str]
    creado: Mapped[datetime]
    vence: Mapped[datetime]

    __table_args__ = (Index(None, "persona_id"), Index(None, "relacion_id"))


class CatalogoPostalRow(Row):
    """An imported postal catalogue. Only the newest one's colonias are stored."""

    __tablename__ = "catalogos_postales"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    nombre: Mapped[str]
    sha256: Mapped[bytes]
    fecha: Mapped[date]
    formato: Mapped[str]
    codificacion: Mapped[str]
    renglones: Mapped[int]
    importado: Mapped[datetime]


class AsentamientoRow(Row):
    """A colonia of the postal catalogue in use."""

    __tablename__ = "asentamientos"

    id: Mapped[int] = mapped_column(primary_key=True)
    codigo_postal: Mapped[str] = mapped_column(String(5))
    colonia: Mapped[str]
    tipo: Mapped[str]
    municipio: Mapped[str]
    estado: Mapped[str]
    ciudad: Mapped[str]

    __table_args__ = (Index(None, "codigo_postal"),)
