"""Two desktops with their windows, and the real server in memory that they share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from icsoe_desktop.gateways.kinto import batch, transport
from icsoe_desktop.services.sincronizacion.answers import Conexion
from icsoe_desktop.services.sincronizacion.oficina import connection as sincronizacion_prueba
from tests.gui.oficina.sincronizacion.comun import Abrir, Escritorio, open_escritorio
from tests.gui.oficina.sincronizacion.llegadas import Oficina, open_oficina
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.support.kinto_real import (
    KintoReal,
    base_kinto,
    kinto_memoria,
    kinto_peligroso,
    kinto_postgres,
)
from tests.support.reposo import close_windows

__all__ = ["base_kinto", "kinto_memoria", "kinto_peligroso", "kinto_postgres"]


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said without a server is said after five tries. How long they wait is a rule of
    the gateway (`tests/gateways/kinto`).
    """
    monkeypatch.setattr(transport, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(batch, "FIRST_WAIT_S", 0.01)


@pytest.fixture
def memoria(kinto_memoria: KintoReal, monkeypatch: pytest.MonkeyPatch) -> KintoReal:
    """A server that keeps all in memory, taken as good: the check would rightly refuse it."""
    monkeypatch.setattr(sincronizacion_prueba, "try_out", lambda *_: ())
    return kinto_memoria


@pytest.fixture
def abrir(qapp: QApplication, tmp_path: Path) -> Iterator[Abrir]:
    """Opens a desktop by its name."""
    with ExitStack() as stack:

        def open_one(nombre: str) -> Escritorio:
            return stack.enter_context(open_escritorio(tmp_path / nombre))

        yield open_one
        close_windows()


@pytest.fixture
def cuentas(memoria: KintoReal) -> tuple[Conexion, Conexion]:
    """Two accounts of the server: the first responsible for an empty office, the other nowhere."""
    first, second = (f"{name}-{uuid.uuid4().hex[:6]}" for name in ("recepcion", "nominas"))
    oficina = memoria.office({first: "responsable"})
    return (
        Conexion(
            direccion=memoria.direccion,
            cuenta=first,
            contrasena=memoria.account(first),
            oficina=oficina,
        ),
        Conexion(
            direccion=memoria.direccion,
            cuenta=second,
            contrasena=memoria.account(second),
            oficina=oficina,
        ),
    )


@pytest.fixture
def uno(abrir: Abrir) -> Escritorio:
    return abrir("uno")


@pytest.fixture
def en_oficina(uno: Escritorio, cuentas: tuple[Conexion, Conexion]) -> Escritorio:
    """The first desktop, responsible for an office at the real server, with one registro."""
    uno.add_registro()
    uno.create(cuentas[0])
    uno.sync()
    return uno


@pytest.fixture
def oficina(abrir: Abrir) -> Oficina:
    return open_oficina(abrir, Memoria())
