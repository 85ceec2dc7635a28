"""Values that the ICSOE login windows exchange with the services."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import EstadoVigencia
from icsoe_desktop.domain.certificados.verificacion import BLOQ_MAYUS, EXITO, format_fecha


@dataclass(frozen=True, kw_only=True)
class EfirmaRegistrada:
    """A stored e.firma that the user may choose from a list. Its password must still be typed."""

    id: uuid.UUID
    titular: str = field(repr=False)
    estado: EstadoVigencia


@dataclass(frozen=True)
class EfirmaElegida:
    """The form: two files, or a stored e.firma.

    registrada: id of an EfirmaRegistrada. If set, `archivo` and `llave` are ignored.
    """

    rfc: str = field(repr=False)
    contrasena: str | bytearray = field(repr=False)
    archivo: Path | None = None
    llave: Path | None = None
    registrada: uuid.UUID | None = None


@dataclass(frozen=True)
class ProblemaIngreso:
    """A problem of the login form. campo: «rfc», «certificado», «llave» or «contrasena»."""

    texto: str = field(repr=False)
    campo: str


@dataclass(frozen=True)
class VerificacionIngreso:
    """Result of «Validar».

    token: lets `enter` grant a session, once and within five minutes. None unless successful.
    hasta: last day of the e.firma.
    """

    problemas: tuple[ProblemaIngreso, ...]
    titular: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    hasta: date | None = None

    @property
    def exitosa(self) -> bool:
        return self.token is not None

    @property
    def mensaje(self) -> str:
        """The sentence of success, or the first problem."""
        if not self.exitosa:
            return self.problemas[0].texto
        return (
            EXITO
            if self.hasta is None
            else f"{EXITO}. La e.firma vence el {format_fecha(self.hasta)}."
        )

    def por_campo(self, campo: str) -> tuple[str, ...]:
        return tuple(each.texto for each in self.problemas if each.campo == campo)

    def by_field(self, caps_lock: bool) -> tuple[tuple[str, str], ...]:
        """One entry per field, with all its sentences. caps_lock: the key is on."""
        found: dict[str, list[str]] = {}
        for campo in ("rfc", "certificado", "llave", "contrasena"):
            found[campo] = list(self.por_campo(campo))
        if found["contrasena"] and caps_lock:
            found["contrasena"].append(f"{BLOQ_MAYUS}.")
        return tuple((campo, "\n".join(texts)) for campo, texts in found.items() if texts)


@dataclass(frozen=True)
class IngresoContratista:
    """A granted session, and the code to print.

    codigo_recuperacion: set only if the vault had none. It is shown once and never stored.
    cada_vez: without a keyring and without IDSE users, each start asks for that code.
    primera_vez: the contratista is new in this installation.
    """

    sesion: Sesion
    primera_vez: bool
    codigo_recuperacion: str | None = field(default=None, repr=False)
    cada_vez: bool = False


@dataclass(frozen=True)
class ContratistaParaElegir:
    """A line of the list «Contratista a trabajar»."""

    id: uuid.UUID
    rfc: str = field(repr=False)
    nombre: str = field(repr=False)
