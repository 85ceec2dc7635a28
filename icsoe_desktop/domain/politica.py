"""What an administrator sets for every user of a machine; nobody changes it from the program."""

from __future__ import annotations

from dataclasses import dataclass, field

from icsoe_desktop.domain.correo import ServidorCorreo

LLAVE_BYTES = 32


@dataclass(frozen=True)
class FuenteActualizaciones:
    """Where newer versions are announced, and the Ed25519 key that must have signed it.

    direccion: https. llave: 32 bytes.
    """

    direccion: str
    llave: bytes


@dataclass(frozen=True)
class Central:
    """All of it is optional: without a file, everything is as if this program stood alone.

    correo_fijo: people may not use another server.
    sincronizacion: the address of the office's server, https, or empty.
    problemas: what the file says that could not be used, a finished sentence each.
    """

    correo: ServidorCorreo | None = None
    correo_fijo: bool = False
    sincronizacion: str = ""
    actualizaciones: FuenteActualizaciones | None = None
    problemas: tuple[str, ...] = field(default=(), compare=False)
