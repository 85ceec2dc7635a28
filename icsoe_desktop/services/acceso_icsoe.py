"""Entering ICSOE: the contratista with its e.firma, the capturista with CURP and password."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from icsoe_desktop.domain.certificado import EstadoVigencia
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.gateways.boveda import Boveda
from icsoe_desktop.gateways.verificador_certificados import VerificadorCertificados
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.buzon import BuzonService
from icsoe_desktop.store.engine import Store


@dataclass(frozen=True)
class EfirmaRegistrada:
    """An e.firma of Certificados IMSS that may be chosen by name; its password is still typed."""

    id: uuid.UUID
    titular: str = field(repr=False)
    numero: str
    archivo: str
    estado: EstadoVigencia


@dataclass(frozen=True)
class EfirmaElegida:
    """What the form holds: two files, or one of those registered.

    registrada: the id of an EfirmaRegistrada; `archivo` and `llave` are then not looked at.
    """

    rfc: str = field(repr=False)
    contrasena: str = field(repr=False)
    archivo: Path | None = None
    llave: Path | None = None
    registrada: uuid.UUID | None = None


@dataclass(frozen=True)
class Problema:
    """campo: «rfc», «certificado», «llave» or «contrasena»."""

    texto: str = field(repr=False)
    campo: str


@dataclass(frozen=True)
class VerificacionIngreso:
    """What came of «Validar».

    mensaje: the sentence of success, or the first problem.
    token: lets `enter` grant a session, once and for five minutes; None unless all was good.
    es_prueba: the certificate is of the SAT's test authorities, in a trial installation.
    """

    problemas: tuple[Problema, ...]
    titular: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    es_prueba: bool = False

    @property
    def exitosa(self) -> bool:
        return self.token is not None

    @property
    def mensaje(self) -> str:
        raise NotImplementedError

    def por_campo(self, campo: str) -> tuple[str, ...]:
        return tuple(each.texto for each in self.problemas if each.campo == campo)


@dataclass(frozen=True)
class IngresoContratista:
    """A granted session, and the code to print.

    codigo_recuperacion: only when the vault had none; it is shown once and kept nowhere.
    primera_vez: the contratista was not known in this installation.
    """

    sesion: Sesion
    primera_vez: bool
    codigo_recuperacion: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ContratistaParaElegir:
    """A line of «Contratista a trabajar»."""

    id: uuid.UUID
    rfc: str = field(repr=False)
    nombre: str = field(repr=False)


class AccesoIcsoeService:
    def __init__(
        self,
        store: Store,
        boveda: Boveda,
        bitacora: BitacoraService,
        buzon: BuzonService,
        verificador: VerificadorCertificados,
        pruebas: bool,
    ) -> None: ...

    def registered(self, rfc: str) -> tuple[EfirmaRegistrada, ...]:
        """The e.firmas of Certificados IMSS with exactly this RFC; nothing for one half typed."""
        raise NotImplementedError

    def verify(self, elegida: EfirmaElegida) -> VerificacionIngreso:
        """«Validar»: judges the files and signs a challenge; key and password are then forgotten.

        Raises TooManyAttemptsError while the delay after wrong passwords lasts.
        """
        raise NotImplementedError

    def enter(self, verificacion: VerificacionIngreso) -> IngresoContratista:
        """«Ingresar»: the session for a verification that was good, used once and within minutes.

        Raises InvalidInputError for any other.
        """
        raise NotImplementedError

    def enter_capturista(self, curp: str, contrasena: str) -> Sesion:
        """A session that has chosen no contratista yet. Takes about 0.3 s whoever asks.

        Raises InvalidInputError, always with the same sentence, and TooManyAttemptsError.
        """
        raise NotImplementedError

    def contratistas(self, sesion: Sesion) -> tuple[ContratistaParaElegir, ...]:
        """Those that this capturista may work for today, by name."""
        raise NotImplementedError

    def choose(self, sesion: Sesion, contratista_id: uuid.UUID) -> Sesion:
        """The session in the name of that contratista. Raises NotAllowedError."""
        raise NotImplementedError

    def lock(self, sesion: Sesion) -> None:
        """Notes that the windows were locked, by the idle timer or on demand."""
        raise NotImplementedError

    def unlock_with_efirma(self, sesion: Sesion, elegida: EfirmaElegida) -> VerificacionIngreso:
        """Whether the windows may be shown again: `exitosa`. The RFC is the session's own.

        Raises NotAllowedError, TooManyAttemptsError.
        """
        raise NotImplementedError

    def unlock_with_password(self, sesion: Sesion, contrasena: str) -> None:
        """For a capturista and for an IDSE user; in consultation mode anything unlocks.

        Raises InvalidInputError (campo «contrasena»), NotAllowedError, TooManyAttemptsError.
        """
        raise NotImplementedError

    def leave(self, sesion: Sesion) -> None:
        """Notes that somebody closed the session."""
        raise NotImplementedError
