"""What the services of synchronisation are asked and answer: frozen values, nothing of a server."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from icsoe_desktop.domain.sincronizacion.records import RolOficina

__all__ = [
    "Apartado",
    "ClaseConflicto",
    "Comprobacion",
    "Conexion",
    "Conflicto",
    "Eleccion",
    "EstadoSincronizacion",
    "Invitacion",
    "Luz",
    "Miembro",
    "ResumenSincronizacion",
    "RolOficina",
    "VistaInvitacion",
]


@dataclass(frozen=True, slots=True)
class Conexion:
    """What the form «Configurar» holds. oficina: the name of the bucket, of-<uuid>."""

    direccion: str
    cuenta: str
    contrasena: str = field(repr=False)
    oficina: str = ""


@dataclass(frozen=True, slots=True)
class Comprobacion:
    """One thing that «Probar conexión» looked at. texto: finished sentences.

    bien: also when the account has too few rights to try it; texto says so.
    """

    nombre: str
    bien: bool
    texto: str


class Luz(StrEnum):
    """The word beside the light in the status bar."""

    APAGADA = "Sin sincronización"
    AL_DIA = "Sincronizado"
    PENDIENTE = "Por enviar"
    PAUSADA = "En pausa"
    SIN_CONEXION = "Sin conexión"
    ATENCION = "Requiere atención"


@dataclass(frozen=True, slots=True)
class EstadoSincronizacion:
    """For the status bar and the head of the window.

    esperan: records that wait to be sent. apartados, conflictos: those that wait for a person.
    motivo: why the last attempt failed, a finished sentence; empty when it did not.
    detenida: it will not be tried again by itself (401, 403, server refused).
    descargada: the first download is complete.
    """

    configurada: bool
    direccion: str = ""
    oficina: str = ""
    nombre: str = ""
    cuenta: str = ""
    equipo: str = ""
    rol: RolOficina | None = None
    pausada: bool = False
    detenida: bool = False
    descargada: bool = False
    motivo: str = ""
    ultimo_exito: datetime | None = None
    ultimo_intento: datetime | None = None
    esperan: int = 0
    apartados: int = 0
    conflictos: int = 0

    @property
    def luz(self) -> Luz:
        if not self.configurada:
            return Luz.APAGADA
        if self.pausada:
            return Luz.PAUSADA
        if self.detenida or self.apartados or self.conflictos:
            return Luz.ATENCION
        if self.motivo:
            return Luz.SIN_CONEXION
        return Luz.PENDIENTE if self.esperan else Luz.AL_DIA


@dataclass(frozen=True, slots=True)
class ResumenSincronizacion:
    """What one round did. motivo: why it ended before its end, a finished sentence."""

    enviados: int = 0
    recibidos: int = 0
    conflictos: int = 0
    apartados: int = 0
    pendientes: int = 0
    motivo: str = ""

    @property
    def completa(self) -> bool:
        return not self.motivo


class ClaseConflicto(StrEnum):
    CAMPO = "campo"  # one field, changed on two desktops
    CHOQUE = "choque"  # two records with the same RFC, registro patronal or serial


class Eleccion(StrEnum):
    VIGENTE = "vigente"  # leave what is there now
    PERDIDO = "perdido"  # put the other value in its place


@dataclass(frozen=True, slots=True)
class Conflicto:
    """Two values side by side. objeto: what it is, e.g. «capturista»; titulo: which one.

    campo: its label. A clash waits, and the other record is not shown until it is resolved.
    """

    id: uuid.UUID
    clase: ClaseConflicto
    objeto: str
    registro_id: uuid.UUID
    titulo: str = field(repr=False)
    campo: str
    vigente: str = field(repr=False)
    perdido: str = field(repr=False)
    cuando: datetime


@dataclass(frozen=True, slots=True)
class Apartado:
    """A record that could not be sent or written. entrante: it came from the server."""

    coleccion: str
    registro_id: uuid.UUID
    objeto: str
    entrante: bool
    motivo: str
    cuando: datetime


@dataclass(frozen=True, slots=True)
class Miembro:
    """A desktop of the office. activo: False once it was removed."""

    id: uuid.UUID
    cuenta: str
    equipo: str = field(repr=False)
    rol: RolOficina
    soy_yo: bool
    activo: bool = True


@dataclass(frozen=True, slots=True)
class Invitacion:
    """archivo: to be saved and handed over; codigo: to be told another way. Shown once."""

    archivo: bytes = field(repr=False)
    codigo: str = field(repr=False)
    nombre_archivo: str
    cuenta: str


@dataclass(frozen=True, slots=True)
class VistaInvitacion:
    """What an invitation leads to, before joining. token: for `join`."""

    direccion: str
    oficina: str
    nombre: str
    cuenta: str
    rol: RolOficina
    token: str = field(repr=False)
