"""Settings of an administrator for all users of a machine. The program only reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.domain.correo import ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth
from icsoe_desktop.domain.valores_legales.valores import ValorLegal

LLAVE_BYTES = 32
BY_REGISTRY = "la directiva de grupo de este equipo"
BY_FILE = "quien administra este equipo, en central.ini"


@dataclass(frozen=True)
class FuenteActualizaciones:
    """Address of the update manifest, and the Ed25519 key that signs it.

    direccion: https. llave: 32 bytes.
    """

    direccion: str
    llave: bytes


@dataclass(frozen=True)
class RespaldoCentral:
    """Scheduled backups of the administrator.

    cada_horas: 0 disables them. carpeta: empty for the data folder's own.
    fijo: users cannot choose others.
    """

    cada_horas: int = 24
    conservar: int = 7
    carpeta: str = ""
    fijo: bool = False


@dataclass(frozen=True)
class Central:
    """The administrator's settings. All are optional.

    correo_fijo: users cannot choose another mail server, nor another application.
    correo_cliente: the office's application for OAuth 2.0.
    sincronizacion: https address of the office's server, or empty.
    valores: minimum wages and UMA that users cannot change.
    limite_pfx: until when a .pfx of the IMSS serves for movements.
    actualizaciones_apagadas: nobody looks for newer versions.
    bloqueo_minutos, largo_minimo: 0 if not set.
    ejemplo: whether the sample data are offered.
    apariencia: clave → value, of what users cannot change.
    directivas: the sections with values of the registry.
    problemas: unusable entries, a Spanish sentence each.
    """

    correo: ServidorCorreo | None = None
    correo_fijo: bool = False
    sincronizacion: str = ""
    actualizaciones: FuenteActualizaciones | None = None
    valores: tuple[ValorLegal, ...] = ()
    limite_pfx: LimitePfx | None = None
    respaldo: RespaldoCentral | None = None
    correo_cliente: ClienteOAuth | None = None
    actualizaciones_apagadas: bool = False
    bloqueo_minutos: int = 0
    largo_minimo: int = 0
    ejemplo: bool = True
    apariencia: Mapping[str, str] = field(default_factory=dict)
    directivas: frozenset[str] = frozenset()
    problemas: tuple[str, ...] = field(default=(), compare=False)

    def who(self, seccion: str) -> str:
        """Who fixed the settings of a section, for a sentence."""
        return BY_REGISTRY if seccion in self.directivas else BY_FILE
