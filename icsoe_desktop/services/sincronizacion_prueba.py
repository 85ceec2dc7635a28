"""«Probar conexión», and the real server behind the synchronisation."""

from __future__ import annotations

from icsoe_desktop.gateways.kinto.servidor import KintoServidor
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion_servidor import Servidor, ServidorError
from icsoe_desktop.services.sincronizacion_valores import Comprobacion, Conexion

OTHER_ACCOUNT = "El servidor no reconoce la cuenta o la contraseña."
NO_ROLE = "La cuenta no pertenece a la oficina. Pida al administrador del servidor que la agregue."


def connect(conexion: Conexion) -> Servidor:
    return KintoServidor(conexion.direccion, conexion.cuenta, conexion.contrasena, conexion.oficina)


def try_out(conexion: Conexion, progress: Progress) -> tuple[Comprobacion, ...]:
    """What the server says of itself and what it lets this account do. Raises ServidorError."""
    with KintoServidor(
        conexion.direccion, conexion.cuenta, conexion.contrasena, conexion.oficina
    ) as servidor:
        progress.report(0, 3, "Conectando con el servidor")
        info = servidor.info()
        found = [
            Comprobacion("Servidor", True, f"Responde un servidor Kinto {info.version}."),
            Comprobacion(
                "Cuenta",
                info.cuenta == conexion.cuenta,
                "La cuenta y la contraseña son correctas."
                if info.cuenta == conexion.cuenta
                else OTHER_ACCOUNT,
            ),
        ]
        if info.cuenta != conexion.cuenta:
            return tuple(found)
        progress.report(1, 3, "Revisando la oficina")
        try:
            servidor.office()
            rol = servidor.roles().get(conexion.cuenta)
        except ServidorError as error:
            found.append(Comprobacion("Oficina", False, error.message))
            return tuple(found)
        found.append(
            Comprobacion(
                "Oficina",
                rol is not None,
                NO_ROLE if rol is None else f"La cuenta entra a la oficina como {rol.value}.",
            )
        )
        progress.report(3, 3, "Revisión terminada")
        return tuple(found)
