"""What the windows of the ICSOE entrance give and get."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import EstadoVigencia
from icsoe_desktop.domain.certificados.verificacion import EXITO


@dataclass(frozen=True, kw_only=True)
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
    contrasena: str | bytearray = field(repr=False)
    archivo: Path | None = None
    llave: Path | None = None
    registrada: uuid.UUID | None = None


@dataclass(frozen=True)
class ProblemaIngreso:
    """campo: «rfc», «certificado», «llave» or «contrasena»."""

    texto: str = field(repr=False)
    campo: str


@dataclass(frozen=True)
class VerificacionIngreso:
    """What came of «Validar».

    token: lets `enter` grant a session, once and for five minutes; None unless all was good.
    es_prueba: the certificate is of the SAT's test authorities, in a trial installation.
    """

    problemas: tuple[ProblemaIngreso, ...]
    titular: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    es_prueba: bool = False

    @property
    def exitosa(self) -> bool:
        return self.token is not None

    @property
    def mensaje(self) -> str:
        """The sentence of success, or the first problem."""
        return EXITO if self.exitosa else self.problemas[0].texto

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
