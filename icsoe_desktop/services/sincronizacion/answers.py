"""Parameters and results of the synchronisation service, as frozen values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from icsoe_desktop.domain.sincronizacion.records import Autor, RolOficina
from icsoe_desktop.gateways.kinto.errors import CANNOT_SAVE, NO_CONNECTION
from icsoe_desktop.gateways.kinto.values import ServerFinding

BROKEN = (
    "La última sincronización no terminó por un error del programa. Se vuelve a intentar sola; si "
    "se repite, envíe el registro de errores a quien da soporte."
)
ONLY_READS = (
    "La cuenta de este equipo sólo puede consultar: hay cambios hechos aquí que no se enviarán, y "
    "por eso este equipo no es igual a los demás. Pida a un responsable de la oficina que cambie "
    "su rol."
)

__all__ = [
    "Apartado",
    "Autor",
    "Borrado",
    "ClaseConflicto",
    "Conexion",
    "Conflicto",
    "Eleccion",
    "EstadoSincronizacion",
    "Invitacion",
    "Luz",
    "Miembro",
    "ResumenSincronizacion",
    "RolOficina",
    "ServerFinding",
    "VistaInvitacion",
    "read_handed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conexion:
    """The fields of the form «Configurar». oficina: the name of the bucket, of-<uuid>."""

    direccion: str
    cuenta: str
    contrasena: str = field(repr=False)
    oficina: str = ""


_HANDED = {
    "dirección": "direccion", "cuenta": "cuenta", "contraseña": "contrasena", "oficina": "oficina",
}  # fmt: skip


def read_handed(text: str) -> dict[str, str]:
    """What the server's administrator handed over, one «Nombre: valor» a line, by field."""
    found = {}
    for line in text.splitlines():
        name, colon, value = line.strip(" >*\t").partition(":")
        field = _HANDED.get(name.strip().lower())
        if colon and field and value.strip():
            found[field] = value.strip()
    return found


class Luz(StrEnum):
    """The word beside the light in the status bar."""

    APAGADA = "Sin sincronización"
    AL_DIA = "Sincronizado"
    PENDIENTE = "Por enviar"
    PAUSADA = "En pausa"
    SIN_CONEXION = "Sin conexión"
    FALLO = "No se sincronizó"
    NO_GUARDA = "El servidor no guarda"
    SOLO_CONSULTA = "Sólo consulta"
    ATENCION = "Requiere atención"


@dataclass(frozen=True, slots=True, kw_only=True)
class EstadoSincronizacion:
    """The state that the status bar and the head of the window show.

    esperan: number of records that wait to be sent.
    apartados, conflictos: number of records that need a decision of the user.
    motivo: why the last round failed or sent nothing, a finished sentence; empty after a good
    round.
    detenida: no automatic retry until the user acts (401, 403, server refused).
    descargada: the first download is complete.
    borrados: number of records and movements that other desktops deleted and this one keeps.
    por_repetir: what an act did that does not stand, for a person to do again.
    sin_relevo: this desktop is the titular, and nobody could take its place.
    sin_firma: this desktop is the titular, and its account may not sign at the server, which went
    back to before it took that place.
    duplicado: another desktop goes on under the name of this one, as a copy of its disk.
    restaurado: of a desktop that was restored from a backup, how many records its first round
    received; -1 before that round.
    rol: None also for a desktop that was removed from its office.
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
    borrados: int = 0
    por_repetir: tuple[str, ...] = ()
    sin_relevo: bool = False
    sin_firma: bool = False
    duplicado: bool = False
    restaurado: int | None = None

    @property
    def retirada(self) -> bool:
        return self.configurada and self.rol is None

    @property
    def luz(self) -> Luz:
        if not self.configurada:
            return Luz.APAGADA
        if self.pausada:
            return Luz.PAUSADA
        asked = self.apartados or self.conflictos or self.por_repetir or self.duplicado
        if self.detenida or self.sin_firma or asked:
            return Luz.ATENCION
        if self.motivo == CANNOT_SAVE:
            return Luz.NO_GUARDA
        if self.motivo == ONLY_READS:
            return Luz.SOLO_CONSULTA
        if self.motivo:
            return Luz.SIN_CONEXION if self.motivo.startswith(NO_CONNECTION) else Luz.FALLO
        return Luz.PENDIENTE if self.esperan else Luz.AL_DIA


@dataclass(frozen=True, slots=True)
class ResumenSincronizacion:
    """Counts of one round. motivo: why the round stopped early, a finished sentence."""

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
    BORRADO = "borrado"  # no conflict: what another desktop deleted, kept for a while


class Eleccion(StrEnum):
    VIGENTE = "vigente"  # keep the current value
    PERDIDO = "perdido"  # replace the current value with the lost one


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicto:
    """Two values between which the user chooses.

    objeto: the kind of record, e.g. «capturista». titulo: the name of the record.
    campo: the label of the field. de_vigente, de_perdido: who wrote each value, if that is known.
    The other record of a CHOQUE is not in any list until the user resolves the conflict.
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
    de_vigente: Autor | None = field(default=None, repr=False)
    de_perdido: Autor | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrado:
    """What another desktop deleted and this one keeps. autor: None if nobody knows."""

    id: uuid.UUID
    objeto: str
    titulo: str = field(repr=False)
    cuando: datetime
    autor: Autor | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Apartado:
    """A record that could not be sent or stored. entrante: the record came from the server.

    por_decidir: a deletion, one of so many by one member that a person decides.
    """

    coleccion: str
    registro_id: uuid.UUID
    objeto: str
    entrante: bool
    motivo: str
    cuando: datetime
    por_decidir: bool = False


@dataclass(frozen=True, slots=True)
class Miembro:
    """A desktop of the office, or an invitation that nobody used yet.

    activo: False after its removal. invitado_hasta: when the invitation expires; None for a
    desktop. titular: signs for the office; suplente: may take its place. sin_acceso: its account
    has no role at the server, and a person decides.
    """

    id: uuid.UUID
    cuenta: str
    equipo: str = field(repr=False)
    rol: RolOficina
    soy_yo: bool
    activo: bool = True
    invitado_hasta: datetime | None = None
    titular: bool = False
    suplente: bool = False
    sin_acceso: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitacion:
    """archivo: the user saves it and hands it over. codigo: the user sends it by other means.

    Both are shown once.
    """

    archivo: bytes = field(repr=False)
    codigo: str = field(repr=False)
    nombre_archivo: str
    cuenta: str
    vence: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VistaInvitacion:
    """The contents of an invitation, shown before joining. token: a parameter of `join`."""

    direccion: str
    oficina: str
    nombre: str
    cuenta: str
    rol: RolOficina
    token: str = field(repr=False)
