"""Connects synchronisation with the Kinto gateway: the connection and «Probar conexión»."""

from __future__ import annotations

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.kinto.checks import check_server
from icsoe_desktop.gateways.kinto.errors import (
    OfficeNameError,
    PasswordRejectedError,
    ServerAddressError,
)
from icsoe_desktop.gateways.kinto.server import KintoServer
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion.answers import Conexion, ServerFinding
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer

WRONG_PASSWORD = (
    "El servidor no aceptó la cuenta o su contraseña. No se cambió nada. Escríbalas de nuevo, o "
    "pida otra contraseña a quien administra el servidor."
)


def connect(conexion: Conexion) -> SyncServer:
    """Raises SyncServerError for a malformed address or office name."""
    return KintoServer(conexion.direccion, conexion.cuenta, conexion.contrasena, conexion.oficina)


def try_out(conexion: Conexion, progress: Progress) -> tuple[ServerFinding, ...]:
    """Check whether a desktop can use the server.

    Raises InvalidInputError (campo: direccion, cuenta, oficina), SyncServerError.
    """
    try:
        return check_server(
            conexion.direccion, conexion.cuenta, conexion.contrasena, conexion.oficina, progress
        )
    except PasswordRejectedError:
        raise InvalidInputError(WRONG_PASSWORD, "cuenta") from None
    except ServerAddressError as error:
        raise InvalidInputError(error.message, "direccion") from None
    except OfficeNameError as error:
        raise InvalidInputError(error.message, "oficina") from None
