"""The contratista's own data, and the first steps in their order."""

from __future__ import annotations

from dataclasses import dataclass, field

from icsoe_desktop.domain.contratista import DatosGenerales, Paso
from icsoe_desktop.domain.domicilio import Domicilio
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.store.engine import Store


@dataclass(frozen=True)
class Perfil:
    """«Perfil del usuario», for the header of every ICSOE window.

    rfc: of the contratista in whose name the session acts; empty until a capturista chose one.
    curp: of a capturista; empty for a contratista.
    """

    rfc: str = field(repr=False)
    curp: str = field(repr=False)
    nombre: str = field(repr=False)
    contratista: str = field(repr=False)
    rol: str
    numero: int | None


@dataclass(frozen=True)
class InformacionContratista:
    """Everything that «Información del contratista» shows.

    domicilio_igual: None until it was answered; `domicilio` only when it was No.
    """

    es_persona_moral: bool
    paso: Paso
    pasos: tuple[Paso, ...]
    generales: DatosGenerales | None
    domicilio_igual: bool | None
    domicilio: Domicilio | None
    tiene_acuse: bool


class ContratistasService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None: ...

    def perfil(self, sesion: Sesion) -> Perfil:
        raise NotImplementedError

    def informacion(self, sesion: Sesion) -> InformacionContratista:
        raise NotImplementedError

    def accept_terminos(self, sesion: Sesion, version: str) -> Paso:
        """Keeps that the términos and the aviso were accepted; gives the next step.

        version: TERMINOS_VERSION of the text that was shown. Raises InvalidInputError for another.
        """
        raise NotImplementedError

    def save_generales(
        self, sesion: Sesion, correo: str, celular: str, telefono_fijo: str = ""
    ) -> Paso:
        """Raises InvalidInputError (campo: the field) and NotAllowedError; gives the next step."""
        raise NotImplementedError

    def save_domicilio_igual(self, sesion: Sesion) -> Paso:
        """«Sí»: the domicilio social is the fiscal one. Gives the next step."""
        raise NotImplementedError

    def save_domicilio(self, sesion: Sesion, domicilio: Domicilio) -> Paso:
        """«No»: keeps the address as typed; gives the next step.

        `fuera_de_catalogo` and `catalogo` are set here, whatever comes in.
        Raises InvalidInputError (campo: the field) and NotAllowedError.
        """
        raise NotImplementedError
