"""Who is using the program, and what that lets them do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from icsoe_desktop.errors import NotAllowedError

CONSULTA_ONLY = (
    "Esta opción no está disponible en modo sólo consulta. No se cambió nada. Ingrese con su "
    "usuario y contraseña para usarla."
)
NOT_FOR_ROL = (
    "Su usuario no tiene permiso para esta opción. No se cambió nada. Pídala a quien administra "
    "el sistema."
)


class Permiso(StrEnum):
    CONSULTAR_MOVIMIENTOS = "consultar movimientos"
    ADMINISTRAR_USUARIOS = "administrar usuarios"
    ADMINISTRAR_REGISTROS_PATRONALES = "administrar registros patronales"
    ADMINISTRAR_CERTIFICADOS = "administrar certificados"
    CONFIGURAR = "configurar"


class Rol(StrEnum):
    CONSULTA = "Sólo consulta"
    USUARIO_IDSE = "Usuario IDSE"


PERMISOS: dict[Rol, frozenset[Permiso]] = {
    Rol.CONSULTA: frozenset({Permiso.CONSULTAR_MOVIMIENTOS}),
    Rol.USUARIO_IDSE: frozenset(Permiso),
}


@dataclass(frozen=True)
class Sesion:
    """An entrance that was granted. `usuario_id` is None only in consultation mode."""

    rol: Rol
    usuario_id: uuid.UUID | None
    nombre: str

    def __post_init__(self) -> None:
        if (self.rol is Rol.CONSULTA) != (self.usuario_id is None):
            raise ValueError("a session has a user, except for consultation")

    def can(self, permiso: Permiso) -> bool:
        return permiso in PERMISOS[self.rol]

    def require(self, permiso: Permiso) -> None:
        """Raises NotAllowedError."""
        if not self.can(permiso):
            raise NotAllowedError(CONSULTA_ONLY if self.rol is Rol.CONSULTA else NOT_FOR_ROL)


SESION_CONSULTA = Sesion(Rol.CONSULTA, None, "Sólo consulta")
