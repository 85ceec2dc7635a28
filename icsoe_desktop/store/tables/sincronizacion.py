"""Synchronisation with other desktops: outbox, last common versions, conflicts.

All tables are empty until this desktop joins an office.
"""

import uuid
from datetime import datetime

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row


class OficinaRow(Row):
    """The office that this desktop belongs to; one row or none.

    oficina: the bucket. miembro: this desktop's record in `llaves`, which has the public half of
    `privada_sellada`. motivo: why the last attempt failed. detenida: waits for the user to resume.
    aplicando: True only inside a transaction that writes records from the server.
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
    """A key of the office, sealed. A new one is made when a member leaves; old
    ones still decrypt.
    """

    __tablename__ = "sincronizacion_llaves"

    numero: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sellada: Mapped[bytes]


class ActaRow(Row):
    """An act of the office that this desktop took. contenido: its record, compressed JSON.

    Number 0 is no act: a list of what a person has to do again.
    """

    __tablename__ = "sincronizacion_actas"

    numero: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    contenido: Mapped[bytes]


class SalidaRow(Row):
    """A record that changed here and waits to be sent; triggers write it in the same transaction.

    operacion: random, renewed by each change. apartado: since when the record waits for the user,
    who reads `motivo`.
    """

    __tablename__ = "sincronizacion_salida"

    coleccion: Mapped[str] = mapped_column(primary_key=True)
    registro: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    clase: Mapped[str]
    operacion: Mapped[bytes]
    motivo: Mapped[str]
    apartado: Mapped[datetime | None]


class VersionRow(Row):
    """A record as last seen on the server: the base of the next merge.

    base: compressed JSON; None for records that are never merged.
    version: 0 if the server lost the record. sellos: JSON of its history.
    reponer: the server has an older or damaged version, and this one goes there again as it is.
    """

    __tablename__ = "sincronizacion_versiones"

    coleccion: Mapped[str] = mapped_column(primary_key=True)
    registro: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    base: Mapped[bytes | None]
    borrado: Mapped[bool]
    clase: Mapped[str] = mapped_column(default="", server_default="")
    sellos: Mapped[str] = mapped_column(default="[]", server_default="[]")
    reponer: Mapped[bool] = mapped_column(default=False, server_default="0")

    __table_args__ = (Index(None, "coleccion", "version"),)


class EnvioRow(Row):
    """A write that left without an answer, so that it is recognised if it did arrive.

    inicio, numero: see `Write`. version: what the server had in its place. contenido: compressed
    JSON; empty for a deletion, and for records that are never merged.
    """

    __tablename__ = "sincronizacion_envios"

    inicio: Mapped[str] = mapped_column(primary_key=True)
    numero: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int]
    coleccion: Mapped[str]
    registro: Mapped[uuid.UUID]
    contenido: Mapped[bytes]

    __table_args__ = (Index(None, "coleccion", "registro"),)


class CursorRow(Row):
    """How far a collection was read, in server time (milliseconds since 1970).

    completa: all its versions are to be compared with the server's.
    """

    __tablename__ = "sincronizacion_cursores"

    coleccion: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[int]
    completa: Mapped[bool]


class RetenidoRow(Row):
    """A record that was received and cannot be written yet: the reason, and the
    record as received.
    """

    __tablename__ = "sincronizacion_retenidos"

    coleccion: Mapped[str] = mapped_column(primary_key=True)
    registro: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    clase: Mapped[str]
    motivo: Mapped[str]
    cuando: Mapped[datetime]
    contenido: Mapped[bytes]


class ConflictoRow(Row):
    """Two values of one field. The losing one is kept until the user has decided.

    vigente: JSON of the values and of who wrote them and the lost ones. perdido: JSON.
    otro: the other record of a clash between records, None for a field.

    Of the class «borrado», what another desktop deleted. campo: the member who did, by the name of
    the write. otro: the movement of a packet. perdido: the content, sealed.
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
    """The packet of a movement. fila: the movement's."""

    __tablename__ = "sincronizacion_movimientos"

    fila: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    paquete: Mapped[uuid.UUID]

    __table_args__ = (Index(None, "paquete"),)


class NuevoRow(Row):
    """A movement that is in no packet yet."""

    __tablename__ = "sincronizacion_nuevos"

    fila: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class AliasRow(Row):
    """A record that was merged into another, for references that still use its id."""

    __tablename__ = "sincronizacion_alias"

    de: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    a: Mapped[uuid.UUID]
