"""The mail server that an administrator set: a default, or the only one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import Seguridad, ServidorCorreo
from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.correo.ajustes import (
    FIXED,
    PASSWORD_MISSING,
    AjustesService,
    CuentaCorreo,
)
from icsoe_desktop.store.engine import Store
from tests.services.correo.caso import Caso

OPEN = ServidorCorreo(
    servidor="relevo.empresa.mx",
    puerto=587,
    seguridad=Seguridad.STARTTLS,
    usuario="",
    remitente="nomina@empresa.mx",
    nombre_remitente="",
)
WITH_LOGIN = replace(OPEN, usuario="nomina@empresa.mx")
OTHER = replace(OPEN, servidor="smtp.ejemplo.mx")


def make(store: Store, bitacora: BitacoraService, central: Central) -> AjustesService:
    return AjustesService(store, bitacora, MailGateway(), central)


def cuenta(store: Store, ajustes: AjustesService) -> CuentaCorreo | None:
    with store.read() as db:
        account = ajustes.cuenta_correo(db)
        assert ajustes.is_correo_configured(db) is (account is not None)
        return account


def test_a_server_that_asks_for_no_password_serves_at_once(
    store: Store, bitacora: BitacoraService, sesion: Sesion
) -> None:
    ajustes = make(store, bitacora, Central(OPEN))
    assert ajustes.servidor_correo(sesion) == OPEN
    assert cuenta(store, ajustes) == CuentaCorreo(OPEN, "")


def test_one_that_asks_for_a_password_waits_for_it(caso: Caso, bitacora: BitacoraService) -> None:
    ajustes = make(caso.store, bitacora, Central(WITH_LOGIN))
    assert ajustes.servidor_correo(caso.sesion) == WITH_LOGIN
    assert cuenta(caso.store, ajustes) is None
    with pytest.raises(InvalidInputError) as refused:
        ajustes.save_servidor_correo(caso.sesion, WITH_LOGIN, None)
    assert refused.value.message == PASSWORD_MISSING
    ajustes.save_servidor_correo(caso.sesion, WITH_LOGIN, "Papel.Verde93")
    assert cuenta(caso.store, ajustes) == CuentaCorreo(WITH_LOGIN, "Papel.Verde93")


def test_what_somebody_saved_goes_before_a_default(caso: Caso, bitacora: BitacoraService) -> None:
    ajustes = make(caso.store, bitacora, Central(OPEN))
    ajustes.save_servidor_correo(caso.sesion, OTHER, None)
    assert ajustes.servidor_correo(caso.sesion) == OTHER
    assert cuenta(caso.store, ajustes) == CuentaCorreo(OTHER, "")


def test_a_fixed_server_goes_before_what_was_saved_and_takes_no_other(
    store: Store, bitacora: BitacoraService, sesion: Sesion
) -> None:
    make(store, bitacora, Central()).save_servidor_correo(
        sesion, replace(OTHER, usuario="otra@ejemplo.mx"), "Papel.Verde93"
    )
    ajustes = make(store, bitacora, Central(WITH_LOGIN, correo_fijo=True))
    assert ajustes.servidor_correo(sesion) == WITH_LOGIN
    # The password of another account is never shown to this server.
    assert cuenta(store, ajustes) is None
    with pytest.raises(InvalidInputError) as refused:
        ajustes.save_servidor_correo(sesion, OTHER, None)
    assert (refused.value.message, refused.value.campo) == (FIXED, "servidor")
    ajustes.save_servidor_correo(sesion, WITH_LOGIN, "Papel.Azul93")
    assert cuenta(store, ajustes) == CuentaCorreo(WITH_LOGIN, "Papel.Azul93")


def test_a_fixed_server_without_password_never_gets_one(
    store: Store, bitacora: BitacoraService, sesion: Sesion
) -> None:
    make(store, bitacora, Central()).save_servidor_correo(sesion, WITH_LOGIN, "Papel.Verde93")
    ajustes = make(store, bitacora, Central(OPEN, correo_fijo=True))
    assert cuenta(store, ajustes) == CuentaCorreo(OPEN, "")
