"""What each role may do, and in whose name."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from icsoe_desktop.domain.acceso.sesion import (
    CHOOSE_CONTRATISTA,
    CONSULTA_ONLY,
    NOT_FOR_ROL,
    SESION_CONSULTA,
    SESION_PRIMERA,
    Permiso,
    Rol,
    Sesion,
)
from icsoe_desktop.errors import NotAllowedError

ALMA, OTRA = uuid.UUID(int=7), uuid.UUID(int=8)
USUARIO = Sesion(Rol.USUARIO_IDSE, ALMA, "Alma")
CONTRATISTA = Sesion(Rol.CONTRATISTA, ALMA, "Alma, S.A.", ALMA)
CAPTURISTA = Sesion(Rol.CAPTURISTA, ALMA, "Alma")

# Each right, and who has it.
RIGHTS = {
    Permiso.CONSULTAR_MOVIMIENTOS: {Rol.CONSULTA, Rol.USUARIO_IDSE},
    Permiso.ESCRIBIR_MOVIMIENTOS: {Rol.USUARIO_IDSE},
    Permiso.CONSULTAR_LOTES: {Rol.USUARIO_IDSE},
    Permiso.ADMINISTRAR_USUARIOS: {Rol.USUARIO_IDSE},
    Permiso.ADMINISTRAR_REGISTROS_PATRONALES: {Rol.USUARIO_IDSE},
    Permiso.ADMINISTRAR_CERTIFICADOS: {Rol.USUARIO_IDSE},
    Permiso.CONFIGURAR: {Rol.USUARIO_IDSE},
    Permiso.CONFIGURAR_CORREO: {Rol.USUARIO_IDSE, Rol.CONTRATISTA},
    Permiso.CONSULTAR_BITACORA: {Rol.USUARIO_IDSE, Rol.CONTRATISTA},
    Permiso.IMPORTAR_CODIGOS_POSTALES: {Rol.USUARIO_IDSE, Rol.CONTRATISTA},
    Permiso.ADMINISTRAR_CONTRATISTA: {Rol.CONTRATISTA},
    Permiso.ADMINISTRAR_CAPTURISTAS: {Rol.CONTRATISTA},
    Permiso.ELEGIR_CONTRATISTA: {Rol.CAPTURISTA},
    Permiso.CAPTURAR_INFORMATIVA: {Rol.CONTRATISTA, Rol.CAPTURISTA},
    Permiso.CONFIRMAR_CODIGO: {Rol.USUARIO_IDSE, Rol.CONTRATISTA},
}


@pytest.mark.parametrize("permiso", Permiso)
def test_a_right_belongs_to_its_roles_and_to_no_other(permiso: Permiso) -> None:
    for sesion in (SESION_CONSULTA, USUARIO, CONTRATISTA, CAPTURISTA):
        allowed = sesion.rol in RIGHTS[permiso]
        assert sesion.can(permiso) is allowed
        if allowed:
            sesion.require(permiso)
            continue
        with pytest.raises(NotAllowedError) as refused:
            sesion.require(permiso)
        expected = CONSULTA_ONLY if sesion is SESION_CONSULTA else NOT_FOR_ROL
        assert refused.value.message == expected


def test_without_idse_users_a_contratista_configures_the_installation_too() -> None:
    encargado = replace(CONTRATISTA, encargado=True)
    assert {one for one in Permiso if encargado.can(one)} == {
        *(one for one in Permiso if CONTRATISTA.can(one)),
        Permiso.CONFIGURAR,
    }
    # Where nobody is registered, whoever has an invitation joins an office.
    assert {one for one in Permiso if SESION_PRIMERA.can(one)} == {
        Permiso.CONFIGURAR,
        Permiso.CONSULTAR_MOVIMIENTOS,
    }
    for other in (USUARIO, CAPTURISTA):
        with pytest.raises(ValueError, match="only a contratista"):
            replace(other, encargado=True)


def test_a_contratista_acts_in_its_own_name_and_a_capturista_in_that_of_the_chosen_one() -> None:
    assert CONTRATISTA.require_contratista() == ALMA
    assert CAPTURISTA.acting_for(OTRA) == replace(CAPTURISTA, contratista_id=OTRA)
    assert CAPTURISTA.acting_for(OTRA).require_contratista() == OTRA


@pytest.mark.parametrize(
    ("sesion", "message"),
    [
        (CAPTURISTA, CHOOSE_CONTRATISTA),
        (USUARIO, NOT_FOR_ROL),
        (SESION_CONSULTA, NOT_FOR_ROL),
    ],
)
def test_who_acts_for_nobody_is_told_why(sesion: Sesion, message: str) -> None:
    with pytest.raises(NotAllowedError) as refused:
        sesion.require_contratista()
    assert refused.value.message == message


@pytest.mark.parametrize(
    ("rol", "usuario", "contratista"),
    [
        (Rol.CONSULTA, ALMA, None),
        (Rol.CONSULTA, None, ALMA),
        (Rol.USUARIO_IDSE, None, None),
        (Rol.USUARIO_IDSE, ALMA, OTRA),
        (Rol.CONTRATISTA, None, None),
        (Rol.CONTRATISTA, ALMA, None),
        (Rol.CONTRATISTA, ALMA, OTRA),
        (Rol.CAPTURISTA, None, OTRA),
    ],
)
def test_a_session_that_no_entrance_grants_cannot_be_made(
    rol: Rol, usuario: uuid.UUID | None, contratista: uuid.UUID | None
) -> None:
    with pytest.raises(ValueError, match=r"contratista|user"):
        Sesion(rol, usuario, "Alma", contratista)
