"""Who is using the program, and what that lets them do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
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
CHOOSE_CONTRATISTA = (
    "Todavía no eligió por qué contratista trabajará. No se cambió nada. Elíjalo en «Seleccionar "
    "contratista»."
)


class Permiso(StrEnum):
    CONSULTAR_MOVIMIENTOS = "consultar movimientos"
    ESCRIBIR_MOVIMIENTOS = "importar, capturar y preparar movimientos"
    CONSULTAR_LOTES = "consultar lotes"
    ADMINISTRAR_USUARIOS = "administrar usuarios"
    ADMINISTRAR_REGISTROS_PATRONALES = "administrar registros patronales"
    ADMINISTRAR_CERTIFICADOS = "administrar certificados"
    CONFIGURAR = "configurar"
    CONFIGURAR_CORREO = "configurar el correo"
    CONSULTAR_BITACORA = "consultar la bitácora"
    IMPORTAR_CODIGOS_POSTALES = "importar códigos postales"
    ADMINISTRAR_CONTRATISTA = "administrar la información del contratista"
    ADMINISTRAR_CAPTURISTAS = "administrar capturistas"
    ELEGIR_CONTRATISTA = "elegir contratista"
    CAPTURAR_INFORMATIVA = "capturar la informativa"


class Rol(StrEnum):
    CONSULTA = "Sólo consulta"
    USUARIO_IDSE = "Usuario IDSE"
    CONTRATISTA = "Contratista"
    CAPTURISTA = "Capturista"


PERMISOS: dict[Rol, frozenset[Permiso]] = {
    Rol.CONSULTA: frozenset({Permiso.CONSULTAR_MOVIMIENTOS}),
    # Nothing of ICSOE: a contratista's data are its own, also from whoever runs the installation.
    Rol.USUARIO_IDSE: frozenset(
        {
            Permiso.CONSULTAR_MOVIMIENTOS,
            Permiso.ESCRIBIR_MOVIMIENTOS,
            Permiso.CONSULTAR_LOTES,
            Permiso.ADMINISTRAR_USUARIOS,
            Permiso.ADMINISTRAR_REGISTROS_PATRONALES,
            Permiso.ADMINISTRAR_CERTIFICADOS,
            Permiso.CONFIGURAR,
            Permiso.CONFIGURAR_CORREO,
            Permiso.CONSULTAR_BITACORA,
            Permiso.IMPORTAR_CODIGOS_POSTALES,
        }
    ),
    # The mail only where no other's leaves by the same server: `authorize_correo` looks.
    Rol.CONTRATISTA: frozenset(
        {
            Permiso.CONFIGURAR_CORREO,
            Permiso.CONSULTAR_BITACORA,
            Permiso.IMPORTAR_CODIGOS_POSTALES,
            Permiso.ADMINISTRAR_CONTRATISTA,
            Permiso.ADMINISTRAR_CAPTURISTAS,
            Permiso.CAPTURAR_INFORMATIVA,
        }
    ),
    Rol.CAPTURISTA: frozenset({Permiso.ELEGIR_CONTRATISTA, Permiso.CAPTURAR_INFORMATIVA}),
}


@dataclass(frozen=True)
class Sesion:
    """An entrance that was granted.

    usuario_id: the row of who entered: usuario, contratista or persona, as the rol says. None
    only in consultation mode.
    contratista_id: in whose name: of a contratista its own; of a capturista the one chosen, None
    until then; of the others None.
    """

    rol: Rol
    usuario_id: uuid.UUID | None
    nombre: str
    contratista_id: uuid.UUID | None = None

    def __post_init__(self) -> None:
        if (self.rol is Rol.CONSULTA) != (self.usuario_id is None):
            raise ValueError("a session has a user, except for consultation")
        if self.rol is Rol.CONTRATISTA and self.contratista_id != self.usuario_id:
            raise ValueError("a contratista acts in its own name")
        if self.rol in (Rol.CONSULTA, Rol.USUARIO_IDSE) and self.contratista_id is not None:
            raise ValueError("only ICSOE sessions act for a contratista")

    def can(self, permiso: Permiso) -> bool:
        return permiso in PERMISOS[self.rol]

    def require(self, permiso: Permiso) -> None:
        """Raises NotAllowedError."""
        if not self.can(permiso):
            raise NotAllowedError(CONSULTA_ONLY if self.rol is Rol.CONSULTA else NOT_FOR_ROL)

    def require_contratista(self) -> uuid.UUID:
        """In whose name. Raises NotAllowedError when no contratista is there or chosen."""
        if self.contratista_id is None:
            raise NotAllowedError(CHOOSE_CONTRATISTA if self.rol is Rol.CAPTURISTA else NOT_FOR_ROL)
        return self.contratista_id

    def acting_for(self, contratista_id: uuid.UUID) -> Sesion:
        """The session of a capturista who chose this contratista; services grant it."""
        return replace(self, contratista_id=contratista_id)


SESION_CONSULTA = Sesion(Rol.CONSULTA, None, "Sólo consulta")
