"""What the check of a server tells, and a desktop that shares nothing with anybody, or cannot."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.gateways.kinto.errors import OfficeNameError
from icsoe_desktop.gateways.kinto.values import RecordWrite, ServerFinding, WriteAnswer
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Conexion, Luz, RolOficina
from icsoe_desktop.services.sincronizacion.oficina import connection
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from icsoe_desktop.services.sincronizacion.sync_round import WAITING
from icsoe_desktop.store.engine import Store
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.servidor_memoria import Memoria, ServidorMemoria

CONEXION = Conexion(direccion="https://ejemplo.mx/v1", cuenta="uno", contrasena="1", oficina="of-1")


def test_the_check_is_shown_to_who_sets_the_office_up_and_to_nobody_else(uno: Equipo) -> None:
    found = (ServerFinding("TLS", True, "Sí"),)
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


def test_a_desktop_of_no_office_counts_nothing_and_its_light_is_off(
    store: Store, sesion: Sesion
) -> None:
    sync = SincronizacionService(store, BitacoraService(store), Memoria().conectar, lambda *_: ())
    state = sync.state()
    assert state.luz is Luz.APAGADA
    assert {name: value for name, value in asdict(state).items() if value} == {}
    assert asdict(sync.sync(NoProgress())) == {
        "enviados": 0,
        "recibidos": 0,
        "conflictos": 0,
        "apartados": 0,
        "pendientes": 0,
        "motivo": "Este equipo no comparte datos con ninguna oficina.",
    }


class Watched:
    """A Progress that keeps what it was told."""

    def __init__(self, *, cancelled: bool = False) -> None:
        self.told = threading.Event()
        self._cancelled = cancelled

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        if what == WAITING:
            self.told.set()
            if self._cancelled:
                raise Cancelled


def test_a_round_beside_another_waits_for_it_and_can_be_cancelled(uno: Equipo) -> None:
    go, waits = threading.Event(), Watched()
    receive = uno.sync._round._reception.receive  # the first thing of a round on the network

    def late(*args: object, **options: object) -> None:
        assert go.wait(10)
        receive(*args, **options)  # type: ignore[arg-type]

    uno.sync._round._reception.receive = late  # type: ignore[assignment,method-assign]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(uno.round)
        assert not first.done()
        while not uno.sync._round._running.locked():
            time.sleep(0.005)
        with pytest.raises(Cancelled):
            uno.sync.sync(Watched(cancelled=True))
        second = pool.submit(uno.sync.sync, waits)
        assert waits.told.wait(10)
        go.set()
        assert (first.result().motivo, second.result().motivo) == ("", "")


def test_a_desktop_leaves_although_the_server_takes_no_farewell(
    memoria: Memoria, oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, dos = oficina(RolOficina.MIEMBRO)

    def full(_: object, _coleccion: str, writes: Sequence[RecordWrite]) -> tuple[WriteAnswer, ...]:
        return tuple(WriteAnswer(one.id, refusal="No cabe.") for one in writes)

    monkeypatch.setattr(ServidorMemoria, "write", full)
    assert dos.sync.leave(dos.sesion, NoProgress()) is False
    assert dos.sync.state().luz is Luz.APAGADA
