"""A desktop that shares nothing with anybody, or cannot: what its light and its round tell."""

from __future__ import annotations

from dataclasses import asdict

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Luz
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from icsoe_desktop.store.engine import Store
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.servidor_memoria import Memoria


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


def test_a_round_beside_another_counts_nothing(uno: Equipo) -> None:
    found = []
    again = uno.sync._round._reception.receive  # the first thing of a round on the network

    def receive(*args: object, **options: object) -> None:
        found.append(uno.round())
        again(*args, **options)  # type: ignore[arg-type]

    uno.sync._round._reception.receive = receive  # type: ignore[assignment,method-assign]
    assert uno.round().motivo == ""
    (beside,) = found
    assert asdict(beside) == {
        "enviados": 0,
        "recibidos": 0,
        "conflictos": 0,
        "apartados": 0,
        "pendientes": 0,
        "motivo": "Ya hay una sincronización en curso.",
    }
