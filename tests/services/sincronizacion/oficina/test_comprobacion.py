"""What the check of a server is to the person who sets the office up."""

from __future__ import annotations

import pytest

from icsoe_desktop.gateways.kinto.values import ServerFinding
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.sincronizacion.answers import Comprobacion, Conexion
from icsoe_desktop.services.sincronizacion.oficina import connection

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
