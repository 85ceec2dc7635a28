"""The REPSE acuse of the contratista: kept sealed, with its hash and how long it is good."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from icsoe_desktop.domain.certificado import EstadoVigencia
from icsoe_desktop.domain.contratista import Paso
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.store.engine import Store


@dataclass(frozen=True)
class Acuse:
    """tipo: «PDF», «PNG» or «JPG». sha256: hexadecimal. vence: the last good day."""

    id: uuid.UUID
    nombre: str
    tipo: str
    tamano: int
    sha256: str
    fecha: date
    vence: date
    estado: EstadoVigencia
    creado: datetime


@dataclass(frozen=True)
class ArchivoElegido:
    """A chosen file before it is saved; what «Ver archivo» shows."""

    nombre: str
    tipo: str
    contenido: bytes


class AcusesService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None: ...

    def inspect(self, sesion: Sesion, path: Path) -> ArchivoElegido:
        """What the chosen file is, by its content. Raises InvalidInputError (campo «archivo»)."""
        raise NotImplementedError

    def save(self, sesion: Sesion, path: Path, fecha: date) -> Paso:
        """«Guardar»: keeps the file, in the place of any former one; gives the next step.

        fecha: the date on the acuse.
        Raises InvalidInputError (campo «archivo» or «fecha») and NotAllowedError.
        """
        raise NotImplementedError

    def current(self, sesion: Sesion) -> Acuse | None:
        raise NotImplementedError

    def content(self, sesion: Sesion) -> ArchivoElegido:
        """For «Ver archivo» of the kept one. Raises UserFacingError when there is none."""
        raise NotImplementedError

    def delete(self, sesion: Sesion) -> None:
        raise NotImplementedError
