"""Settings of an administrator for all users of a machine. The program only reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.domain.correo import ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth
from icsoe_desktop.domain.valores_legales.valores import ValorLegal

LLAVE_BYTES = 32


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

    cada_horas: 0 disables them. carpeta: empty for that of the data folder.
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
    problemas: unusable entries of the file, a Spanish sentence each.
    """

    correo: ServidorCorreo | None = None
    correo_fijo: bool = False
    sincronizacion: str = ""
    actualizaciones: FuenteActualizaciones | None = None
    valores: tuple[ValorLegal, ...] = ()
    limite_pfx: LimitePfx | None = None
    respaldo: RespaldoCentral | None = None
    correo_cliente: ClienteOAuth | None = None
    problemas: tuple[str, ...] = field(default=(), compare=False)
