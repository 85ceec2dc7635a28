"""What the check of a server is to the person who sets the office up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.gateways.kinto.errors import OfficeNameError
from icsoe_desktop.gateways.kinto.values import ServerFinding
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Comprobacion, Conexion
from icsoe_desktop.services.sincronizacion.oficina import connection
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from tests.services.sincronizacion.equipos import Equipo

CONEXION = Conexion(direccion="https://ejemplo.mx/v1", cuenta="uno", contrasena="1", oficina="of-1")


def test_only_a_setting_that_was_seen_to_be_wrong_is_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def check(*_: object) -> list[ServerFinding]:
        return [
            ServerFinding("TLS", True, "Sí", ""),
            ServerFinding("Respaldo", None, "No se sabe", "Pregunte a quien lo administra."),
            ServerFinding("Borrado", False, "Permitido", "Ciérrelo."),
        ]

    monkeypatch.setattr(connection, "check_server", check)
    assert connection.try_out(CONEXION, NoProgress()) == (
        Comprobacion("TLS", True, "Sí"),
        Comprobacion("Respaldo", True, "No se sabe Pregunte a quien lo administra."),
        Comprobacion("Borrado", False, "Permitido Ciérrelo."),
    )


def test_the_check_is_shown_to_who_sets_the_office_up_and_to_nobody_else(uno: Equipo) -> None:
    found = (Comprobacion("TLS", True, "Sí"),)
    sync = SincronizacionService(
        uno.store, BitacoraService(uno.store), lambda _: pytest.fail("no server"), lambda *_: found
    )
    assert sync.test(uno.sesion, CONEXION, NoProgress()) == found
    with pytest.raises(NotAllowedError):
        sync.test(SESION_CONSULTA, CONEXION, NoProgress())


def test_a_connection_asks_nothing_of_the_server_and_a_name_that_is_none_is_refused() -> None:
    connection.connect(CONEXION).close()
    with pytest.raises(OfficeNameError):
        connection.connect(replace(CONEXION, oficina="of/1"))
