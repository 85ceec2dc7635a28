"""What is shared with other desktops: what waits, what both sides knew, what somebody must decide.

All of it is empty until somebody joins an office.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row


class OficinaRow(Row):
    """The office that this desktop belongs to; one row or none.

    oficina: the bucket. miembro: the record of this desktop in `llaves`, with the public half of
    `privada_sellada`. motivo: why the last attempt failed; detenida: it waits for a person.
    aplicando: only within a transaction that writes what came from the server.
    """

    __tablename__ = "sincronizacion_oficina"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    direccion: Mapped[str]
    oficina: Mapped[str]
    nombre: Mapped[str]
    cuenta: Mapped[str]
    contrasena_sellada: Mapped[bytes]
    miembro: Mapped[uuid.UUID]
    nombre_equipo: Mapped[str]
    privada_sellada: Mapped[bytes]
    rol: Mapped[str]
    pausada: Mapped[bool]
    detenida: Mapped[bool]
    motivo: Mapped[str]
    generacion: Mapped[str]
    descargada: Mapped[bool]
    ultimo_exito: Mapped[datetime | None]
    ultimo_intento: Mapped[datetime | None]
    creado: Mapped[datetime]
    aplicando: Mapped[bool]


class LlaveOficinaRow(Row):
    """A key of the office, sealed. A member who leaves makes a new one; old ones still open."""

    __tablename__ = "sincronizacion_llaves"

    numero: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sellada: Mapped[bytes]


class SalidaRow(Row):
    """A record that changed here; triggers write it in the transaction of the change.

    operacion: random, made anew by each change. apartado: since when it waits for a person, who
    reads `motivo`.
    """

    __tablename__ = "sincronizacion_salida"

    coleccion: Mapped[str] = mapped_column(primary_key=True)
    registro: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    clase: Mapped[str]
    operacion: Mapped[bytes]
    motivo: Mapped[str]
    apartado: Mapped[datetime | None]


class VersionRow(Row):
    """A record as this desktop last saw it at the server: the base of the next merge.

    base: compressed JSON; None where nothing is merged. operaciones: 16 bytes each.
    """

    __tablename__ = "sincronizacion_versiones"

    coleccion: Mapped[str] = mapped_column(primary_key=True)
    registro: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    base: Mapped[bytes | None]
    indice: Mapped[bytes | None]
    operaciones: Mapped[bytes]
    borrado: Mapped[bool]

    __table_args__ = (Index(None, "coleccion", "indice"),)


class EnvioRow(Row):
    """What was sent and not answered yet, so that it is known again when it did arrive."""

    __tablename__ = "sincronizacion_envios"

    operacion: Mapped[bytes] = mapped_column(primary_key=True)
    coleccion: Mapped[str]
    registro: Mapped[uuid.UUID]
    contenido: Mapped[bytes]

    __table_args__ = (Index(None, "coleccion", "registro"),)


class CursorRow(Row):
    """How far a collection was read, in the server's time (milliseconds since 1970)."""

    __tablename__ = "sincronizacion_cursores"

    coleccion: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[int]
    completa: Mapped[bool]


class RetenidoRow(Row):
    """A record that came and cannot be written yet: its reason, and the record as it came."""

    __tablename__ = "sincronizacion_retenidos"

    coleccion: Mapped[str] = mapped_column(primary_key=True)
    registro: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    clase: Mapped[str]
    motivo: Mapped[str]
    cuando: Mapped[datetime]
    contenido: Mapped[bytes]


class ConflictoRow(Row):
    """Two values of one field; the one that lost stays here until somebody has looked at it.

    vigente, perdido: JSON. otro: the other record of a clash, None for a field.
    """

    __tablename__ = "sincronizacion_conflictos"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    coleccion: Mapped[str]
    registro: Mapped[uuid.UUID]
    clase: Mapped[str]
    campo: Mapped[str]
    vigente: Mapped[str]
    perdido: Mapped[str]
    otro: Mapped[uuid.UUID | None]
    cuando: Mapped[datetime]

    __table_args__ = (Index(None, "coleccion", "registro"),)


class PaqueteRow(Row):
    """In which record a movement travels. fila: that of the movement."""

    __tablename__ = "sincronizacion_movimientos"

    fila: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    paquete: Mapped[uuid.UUID]

    __table_args__ = (Index(None, "paquete"),)


class NuevoRow(Row):
    """A movement that is in no record yet."""

    __tablename__ = "sincronizacion_nuevos"

    fila: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class AliasRow(Row):
    """A record that became another one, for what still names it."""

    __tablename__ = "sincronizacion_alias"

    de: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    a: Mapped[uuid.UUID]
