"""The rows of the store, one class a table."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from icsoe_desktop.store.types import Instant, RowId

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        uuid.UUID: RowId,
        datetime: Instant,
        str: Text,
        bytes: LargeBinary,
    }


class UsuarioRow(Row):
    """A person who may enter Conexión en línea con IDSE."""

    __tablename__ = "usuarios"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    nombres: Mapped[str]
    primer_apellido: Mapped[str]
    segundo_apellido: Mapped[str]
    correo: Mapped[str]
    correo_buscado: Mapped[str] = mapped_column(unique=True)  # case folded
    contrasena_hash: Mapped[str]
    habilitado: Mapped[bool]
    aviso_version: Mapped[str]
    creado: Mapped[datetime]
    actualizado: Mapped[datetime]


class IntentoRow(Row):
    """Failures in a row to enter, by a keyed hash of who tried: it exists for unknown mails too."""

    __tablename__ = "intentos"

    quien: Mapped[bytes] = mapped_column(primary_key=True)
    fallos: Mapped[int]
    ultimo: Mapped[datetime]


class CodigoRow(Row):
    """A one-time code sent by mail; only its hash is kept."""

    __tablename__ = "codigos"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    usuario_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("usuarios.id"))
    codigo_hash: Mapped[bytes]
    vence: Mapped[datetime]
    fallos: Mapped[int]
    usado: Mapped[bool]

    __table_args__ = (Index(None, "usuario_id"),)


class RegistroPatronalRow(Row):
    __tablename__ = "registros_patronales"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registro_patronal: Mapped[str] = mapped_column(String(11), unique=True)
    razon_social: Mapped[str]
    rfc: Mapped[str]
    creado: Mapped[datetime]
    actualizado: Mapped[datetime]


class CertificadoRow(Row):
    """The certificate of one registro patronal. The files are sealed, byte for byte."""

    __tablename__ = "certificados"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registro_patronal_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("registros_patronales.id"), unique=True
    )
    tipo: Mapped[str]
    numero: Mapped[str]
    titular: Mapped[str]
    rfc: Mapped[str]
    emisor: Mapped[str]
    cadena: Mapped[str]
    valido_desde: Mapped[datetime]
    valido_hasta: Mapped[datetime]
    usuario_sellado: Mapped[bytes]
    certificado_nombre: Mapped[str]
    certificado_sha256: Mapped[bytes]
    certificado_sellado: Mapped[bytes]
    llave_nombre: Mapped[str | None]
    llave_sha256: Mapped[bytes | None]
    llave_sellada: Mapped[bytes | None]
    contrasena_sellada: Mapped[bytes | None]
    creado: Mapped[datetime]


class CorreoRow(Row):
    """A mail in the outbox. Its text is sealed while it waits and dropped once sent."""

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

    __table_args__ = (Index(None, "estado", "proximo_intento"),)


class AjusteRow(Row):
    """A setting of the installation: JSON text, or sealed bytes for a secret."""

    __tablename__ = "ajustes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    nombre: Mapped[str] = mapped_column(unique=True)
    valor: Mapped[str | None]
    sellado: Mapped[bytes | None]


class BitacoraRow(Row):
    """Who did what, when, on what. Triggers refuse to change or delete a row."""

    __tablename__ = "bitacora"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    cuando: Mapped[datetime]
    quien: Mapped[str]
    accion: Mapped[str]
    objeto: Mapped[str]
    objeto_id: Mapped[uuid.UUID | None]
    detalle: Mapped[str]

    __table_args__ = (Index(None, "cuando"),)
