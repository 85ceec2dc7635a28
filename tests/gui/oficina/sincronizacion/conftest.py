"""Two desktops with their windows, and the server that they share: in memory, or the real one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from icsoe_desktop.gateways.kinto import batch, transport
from icsoe_desktop.services.sincronizacion.answers import Conexion
from icsoe_desktop.services.sincronizacion.oficina import connection
from tests.gui.oficina.sincronizacion.comun import (
    Abrir,
    Escritorio,
    Molde,
    found_with_registro,
    founded,
    open_escritorio,
    over,
)
from tests.gui.oficina.sincronizacion.llegadas import Oficina, open_oficina
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.support.kinto_real import KintoReal
from tests.support.reposo import close_windows


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said without a server is said after five tries. How long they wait is a rule of
    the gateway (`tests/gateways/kinto`).
    """
    monkeypatch.setattr(transport, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(batch, "FIRST_WAIT_S", 0.01)


@pytest.fixture
def memoria() -> Iterator[Memoria]:
    """Every desktop of the test reaches it."""
    memoria = Memoria()
    with over(memoria):
        yield memoria


@pytest.fixture
def abrir(qapp: QApplication, tmp_path: Path) -> Iterator[Abrir]:
    """Opens a desktop by its name."""
    with ExitStack() as stack:

        def open_one(nombre: str, molde: Molde | None = None) -> Escritorio:
            return stack.enter_context(open_escritorio(tmp_path / nombre, molde))

        yield open_one
        close_windows()


@pytest.fixture
def cuentas(memoria: Memoria) -> tuple[Conexion, Conexion]:
    """Two accounts of the server: the first responsible for an empty office, the other nowhere."""
    return memoria.conexion("uno"), memoria.conexion("dos")


@pytest.fixture
def cuentas_reales(
    kinto_memoria: KintoReal, monkeypatch: pytest.MonkeyPatch
) -> tuple[Conexion, Conexion]:
    """As `cuentas`, of Kinto in memory, taken as good: the check would rightly refuse it."""
    monkeypatch.setattr(connection, "try_out", lambda *_: ())
    first, second = (f"{name}-{uuid.uuid4().hex[:6]}" for name in ("recepcion", "nominas"))
    oficina = kinto_memoria.office({first: "responsable"})

    def conexion(cuenta: str) -> Conexion:
        password = kinto_memoria.account(cuenta)
        return Conexion(
            direccion=kinto_memoria.direccion, cuenta=cuenta, contrasena=password, oficina=oficina
        )

    return conexion(first), conexion(second)


@pytest.fixture
def uno(abrir: Abrir) -> Escritorio:
    return abrir("uno")


@pytest.fixture
def en_oficina(abrir: Abrir, memoria: Memoria) -> Escritorio:
    """The first desktop, responsible for an office, with one registro."""
    made = founded(found_with_registro)
    memoria.become(made.memoria)
    return abrir("uno", made.moldes[0])


@pytest.fixture
def oficina(abrir: Abrir, memoria: Memoria) -> Oficina:
    return open_oficina(abrir, memoria)
