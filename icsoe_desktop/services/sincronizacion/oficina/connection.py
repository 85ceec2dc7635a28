"""Connects synchronisation with the Kinto gateway: the connection and «Probar conexión»."""

from __future__ import annotations

from icsoe_desktop.gateways.kinto.checks import check_server
from icsoe_desktop.gateways.kinto.server import KintoServer
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion.answers import Comprobacion, Conexion
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer


def connect(conexion: Conexion) -> SyncServer:
    """Raises SyncServerError for a malformed address or office name."""
    return KintoServer(conexion.direccion, conexion.cuenta, conexion.contrasena, conexion.oficina)


def try_out(conexion: Conexion, progress: Progress) -> tuple[Comprobacion, ...]:
    """Check the server's settings that can lose data. Raises SyncServerError."""
    found = check_server(
        conexion.direccion, conexion.cuenta, conexion.contrasena, conexion.oficina, progress
    )
    return tuple(
        Comprobacion(one.setting, one.ok is not False, f"{one.found} {one.remedy}".strip())
        for one in found
    )
