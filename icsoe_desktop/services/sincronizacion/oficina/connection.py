"""«Probar conexión», and the real server behind the synchronisation."""

from __future__ import annotations

from icsoe_desktop.gateways.kinto.checks import verificar
from icsoe_desktop.gateways.kinto.server import KintoServidor
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion.answers import Comprobacion, Conexion
from icsoe_desktop.services.sincronizacion.oficina.server import Servidor


def connect(conexion: Conexion) -> Servidor:
    """Raises ServidorError for an address or an office that can be none."""
    return KintoServidor(conexion.direccion, conexion.cuenta, conexion.contrasena, conexion.oficina)


def try_out(conexion: Conexion, progress: Progress) -> tuple[Comprobacion, ...]:
    """The server's dangerous settings, one by one. Raises ServidorError."""
    found = verificar(
        conexion.direccion, conexion.cuenta, conexion.contrasena, conexion.oficina, progress
    )
    return tuple(
        Comprobacion(one.ajuste, one.bien is not False, f"{one.encontrado} {one.remedio}".strip())
        for one in found
    )
