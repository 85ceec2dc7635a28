"""The people to whom a contratista hands work: alta, change, link, baja, return."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from icsoe_desktop.domain.capturista import AccionFila, CapturistaNuevo, Estatus
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.correos_capturista import CorreosCapturista
from icsoe_desktop.store.engine import Store


@dataclass(frozen=True)
class CurpValidada:
    """What «Validar» shows. The names are empty when nobody with this CURP is known."""

    curp: str = field(repr=False)
    sexo: str
    fecha_nacimiento: date
    entidad: str
    nombres: str = field(repr=False)
    primer_apellido: str = field(repr=False)
    segundo_apellido: str = field(repr=False)
    advertencias: tuple[str, ...] = field(repr=False)

    @property
    def conocida(self) -> bool:
        return bool(self.nombres)


@dataclass(frozen=True)
class Capturista:
    """One relation, whole. id: of the relation; numero: the Id that people see."""

    id: uuid.UUID
    numero: int
    curp: str = field(repr=False)
    nombres: str = field(repr=False)
    primer_apellido: str = field(repr=False)
    segundo_apellido: str = field(repr=False)
    telefono: str = field(repr=False)
    correo: str = field(repr=False)
    rol: str
    estatus: Estatus
    cotejada: date | None
    bloqueado: bool
    acciones: frozenset[AccionFila]
    creado: datetime
    dado_de_baja: datetime | None
    actualizado: datetime

    @property
    def nombre(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True)
class CapturistaGuardado:
    """advertencias: what is odd about the name, the mail or the CURP; already saved all the same.

    hay_servidor: False when no mail can leave because no server is configured.
    """

    capturista: Capturista
    advertencias: tuple[str, ...] = field(repr=False)
    hay_servidor: bool


class CapturistaRepetidoError(InvalidInputError):
    """This contratista has a relation with this CURP already; `relacion_id` is its row."""

    def __init__(self, relacion_id: uuid.UUID, numero: int, estatus: Estatus) -> None:
        super().__init__("", "curp")
        self.relacion_id = relacion_id
        self.numero = numero
        self.estatus = estatus


class CapturistasService:
    def __init__(
        self, store: Store, bitacora: BitacoraService, correos: CorreosCapturista
    ) -> None: ...

    def validate(self, sesion: Sesion, curp: str) -> CurpValidada:
        """«Validar», without network.

        Raises InvalidInputError (campo «curp»), CapturistaRepetidoError, NotAllowedError.
        """
        raise NotImplementedError

    def register(
        self, sesion: Sesion, nuevo: CapturistaNuevo, cotejada: date | None = None
    ) -> CapturistaGuardado:
        """«Guardar»; mails 1 and 2 leave with it. cotejada: the day it was compared at RENAPO.

        Raises InvalidInputError (campo: a field of CapturistaNuevo), CapturistaRepetidoError.
        """
        raise NotImplementedError

    def get(self, sesion: Sesion, relacion_id: uuid.UUID) -> Capturista:
        """Raises UserFacingError for one that is not there, or not this contratista's."""
        raise NotImplementedError

    def undo_register(self, sesion: Sesion, relacion_id: uuid.UUID) -> None:
        """«Eliminar» of those just added: as if never registered; only while Registrada."""
        raise NotImplementedError

    def update(
        self,
        sesion: Sesion,
        relacion_id: uuid.UUID,
        nuevo: CapturistaNuevo,
        cotejada: date | None = None,
    ) -> CapturistaGuardado:
        """«Actualizar usuario»; only while Registrada. The CURP stays; another mail, a new link.

        Raises InvalidInputError, UserFacingError.
        """
        raise NotImplementedError

    def send_link(self, sesion: Sesion, relacion_id: uuid.UUID) -> CapturistaGuardado:
        """«Enviar email»: a new link for 24 hours; the former one dies. Raises UserFacingError."""
        raise NotImplementedError

    def baja(self, sesion: Sesion, relacion_id: uuid.UUID) -> Capturista:
        """Ends the person's entrance for this contratista at once. Raises UserFacingError."""
        raise NotImplementedError

    def activar(self, sesion: Sesion, relacion_id: uuid.UUID) -> CapturistaGuardado:
        """Brings a baja back: Activa, or Registrada with a new link when never confirmed."""
        raise NotImplementedError
