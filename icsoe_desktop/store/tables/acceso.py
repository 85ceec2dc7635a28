"""Users of the IDSE access, their failed attempts and one-time codes."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row


class UsuarioRow(Row):
    """A person who may log in to Conexión en línea con IDSE."""

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
    """Consecutive failed logins by a keyed hash of who tried. Unknown users have rows too."""

    __tablename__ = "intentos"

    quien: Mapped[bytes] = mapped_column(primary_key=True)
    fallos: Mapped[int]
    ultimo: Mapped[datetime]


class CodigoRow(Row):
    """A one-time code that was mailed; only its hash is stored."""

    __tablename__ = "codigos"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    usuario_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("usuarios.id"))
    codigo_hash: Mapped[bytes]
    vence: Mapped[datetime]
    fallos: Mapped[int]
    usado: Mapped[bool]

    __table_args__ = (Index(None, "usuario_id"),)
