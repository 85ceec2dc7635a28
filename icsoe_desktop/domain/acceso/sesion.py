"""The session of the program's user and the permisos of each rol."""

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
    CONFIRMAR_CODIGO = "confirmar que se guardó el código de recuperación"
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
    # A contratista's data belong to the contratista: an IDSE user has no rights in ICSOE.
    Rol.USUARIO_IDSE: frozenset(
        {
            Permiso.CONSULTAR_MOVIMIENTOS,
            Permiso.ESCRIBIR_MOVIMIENTOS,
            Permiso.CONSULTAR_LOTES,
            Permiso.ADMINISTRAR_USUARIOS,
            Permiso.ADMINISTRAR_REGISTROS_PATRONALES,
            Permiso.ADMINISTRAR_CERTIFICADOS,
            Permiso.CONFIGURAR,
            Permiso.CONFIRMAR_CODIGO,
            Permiso.CONFIGURAR_CORREO,
            Permiso.CONSULTAR_BITACORA,
            Permiso.IMPORTAR_CODIGOS_POSTALES,
        }
    ),
    # CONFIGURAR_CORREO: its own server and its own mails.
    Rol.CONTRATISTA: frozenset(
        {
            Permiso.CONFIRMAR_CODIGO,
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
    """A granted entry to the program.

    usuario_id: id of a usuario, contratista or persona, depending on `rol`. None only in
    consultation mode.
    contratista_id: the contratista in whose name the user works. A contratista has their own id
    here. A capturista has the id they chose, and None before that. Other roles have None.
    encargado: a contratista of an installation without IDSE users, who therefore configures it; or
    who joins an office with one where nobody is registered.
    """

    rol: Rol
    usuario_id: uuid.UUID | None
    nombre: str
    contratista_id: uuid.UUID | None = None
    encargado: bool = False

    def __post_init__(self) -> None:
        if (self.rol is Rol.CONSULTA) != (self.usuario_id is None):
            raise ValueError("a session has a user, except for consultation")
        if self.rol is Rol.CONTRATISTA and self.contratista_id != self.usuario_id:
            raise ValueError("a contratista acts in its own name")
        if self.rol in (Rol.CONSULTA, Rol.USUARIO_IDSE) and self.contratista_id is not None:
            raise ValueError("only ICSOE sessions act for a contratista")
        if self.encargado and self.rol not in (Rol.CONTRATISTA, Rol.CONSULTA):
            raise ValueError("only a contratista takes the place of the IDSE users")

    def can(self, permiso: Permiso) -> bool:
        if self.encargado and permiso is Permiso.CONFIGURAR:
            return True
        return permiso in PERMISOS[self.rol]

    def require(self, permiso: Permiso) -> None:
        """Raises NotAllowedError if the rol does not have the permiso."""
        if not self.can(permiso):
            raise NotAllowedError(CONSULTA_ONLY if self.rol is Rol.CONSULTA else NOT_FOR_ROL)

    def require_contratista(self) -> uuid.UUID:
        """Id of the contratista in whose name the user works.

        Raises NotAllowedError if there is none or none is chosen yet.
        """
        if self.contratista_id is None:
            raise NotAllowedError(CHOOSE_CONTRATISTA if self.rol is Rol.CAPTURISTA else NOT_FOR_ROL)
        return self.contratista_id

    def acting_for(self, contratista_id: uuid.UUID) -> Sesion:
        """A copy of this session for a chosen contratista. Services check the right before."""
        return replace(self, contratista_id=contratista_id)


SESION_CONSULTA = Sesion(Rol.CONSULTA, None, "Sólo consulta")
# Where nobody is registered: to join an office, which brings the data of others.
SESION_PRIMERA = Sesion(Rol.CONSULTA, None, "Primer ingreso", encargado=True)
