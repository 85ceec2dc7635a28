"""The postal catalogue: imported by the user, asked by código postal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from icsoe_desktop.domain.domicilio import Asentamiento
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.store.engine import Store


@dataclass(frozen=True)
class CatalogoPostal:
    """The catalogue in use. sha256: hexadecimal."""

    nombre: str
    sha256: str
    fecha: date
    formato: str
    renglones: int
    importado: datetime


@dataclass(frozen=True)
class VistaPreviaCatalogo:
    """What a file holds. problemas: up to 100 (line, sentence); con_problemas counts all."""

    archivo: Path
    nombre: str
    sha256: str
    fecha: date
    formato: str
    codificacion: str
    renglones: int
    con_problemas: int
    problemas: tuple[tuple[int, str], ...]
    muestra: tuple[Asentamiento, ...]
    ya_importado: bool


class CodigosPostalesService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None: ...

    def current(self, sesion: Sesion) -> CatalogoPostal | None:
        raise NotImplementedError

    def colonias(self, sesion: Sesion, codigo_postal: str) -> tuple[Asentamiento, ...]:
        """The colonias of a code, in order; empty for one that the catalogue lacks.

        Raises InvalidInputError (campo «codigo_postal») for what is no código postal.
        """
        raise NotImplementedError

    def preview_import(self, sesion: Sesion, path: Path, progress: Progress) -> VistaPreviaCatalogo:
        """What is in the file; changes nothing.

        Raises InvalidInputError (campo «archivo») and Cancelled.
        """
        raise NotImplementedError

    def apply_import(
        self, sesion: Sesion, vista: VistaPreviaCatalogo, progress: Progress
    ) -> CatalogoPostal:
        """Puts it in the place of the former catalogue, whole or not at all.

        Raises InvalidInputError when the file is not the one that was shown, and Cancelled.
        """
        raise NotImplementedError
