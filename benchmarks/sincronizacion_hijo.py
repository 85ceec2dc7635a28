"""One desktop's work in a separate process: sends or joins, and prints its cost.

Arguments: order, folder of the store, JSON. It prints JSON: seconds of wall time and of CPU, peak
memory in MB.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

from benchmarks.almacen import open_store
from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.gateways.kinto.values import CURSOR_MARGIN_MS, MAX_WRITES
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.seguridad.office_keys import newest
from icsoe_desktop.seguridad.sealed_record import seal_record
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Conexion, RolOficina
from icsoe_desktop.services.sincronizacion.oficina.connection import connect, try_out
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import packets
from icsoe_desktop.store.tables.movimientos import MovimientoRow
from icsoe_desktop.store.tables.sincronizacion import VersionRow

Medida = dict[str, Any]


def measured(work: Callable[[], object]) -> Medida:
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return {"reloj_s": time.perf_counter() - clock, "cpu_s": time.process_time() - cpu}


def crear(service: SincronizacionService, sesion: Sesion, told: dict[str, Any]) -> Medida:
    conexion = Conexion(
        direccion=told["direccion"],
        cuenta=told["cuenta"],
        contrasena=told["contrasena"],
        oficina=told["oficina"],
    )
    service.create(sesion, conexion, "Despacho medido", "Equipo", NoProgress())
    return {}


def enviar(service: SincronizacionService, _: Sesion, told: dict[str, Any]) -> Medida:
    """Send everything that waits, from movements in the store to the last answer."""

    def work() -> None:
        done = service.sync(NoProgress())
        assert done.completa, done.motivo
        assert done.pendientes == 0, done

    return measured(work)


def invitar(service: SincronizacionService, sesion: Sesion, told: dict[str, Any]) -> Medida:
    rol = RolOficina.MIEMBRO
    found = service.miembros.invite(sesion, told["cuenta"], told["contrasena"], rol, NoProgress())
    Path(told["archivo"]).write_bytes(found.archivo)
    return {"codigo": found.codigo}


def unirse(service: SincronizacionService, sesion: Sesion, told: dict[str, Any]) -> Medida:
    """The first download, merged into an empty store."""
    archivo = Path(told["archivo"]).read_bytes()
    vista = service.read_invitation(sesion, archivo, told["codigo"])

    def work() -> None:
        done = service.join(sesion, vista, "Otro equipo", NoProgress())
        assert done.completa, done.motivo

    return measured(work)


def vacia(service: SincronizacionService, _: Sesion, told: dict[str, Any]) -> Medida:
    """Milliseconds of rounds without changes, and the number of requests in each.

    For a minute after a change, rounds read it again. Those are in `primer_minuto`.
    """

    def rounds() -> list[float]:
        times = []
        for _again in range(told["veces"]):
            start = time.perf_counter()
            done = service.sync(NoProgress())
            times.append((time.perf_counter() - start) * 1000)
            assert done.completa, done.motivo
            assert not done.enviados, done
        return times

    primer_minuto = rounds()
    time.sleep(CURSOR_MARGIN_MS / 1000 + 1)
    service.sync(NoProgress())  # receives the last changes
    with requests_made() as made:
        ms = rounds()
    return {
        "ms": ms,
        "primer_minuto": primer_minuto,
        "peticiones": len(made) / told["veces"],
    }


@contextmanager
def requests_made() -> Iterator[list[str]]:
    """Records the method of each request."""
    made: list[str] = []
    real = requests.Session.send

    def send(
        self: requests.Session, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        made.append(str(request.method))
        return real(self, request, **options)

    requests.Session.send = send  # type: ignore[method-assign]
    try:
        yield made
    finally:
        requests.Session.send = real  # type: ignore[method-assign]


def desnudas(store: Store, told: dict[str, Any]) -> Medida:
    """Send the same sealed records by bare HTTP calls, to measure the limit of the server.

    One call at a time, as the program does: two at once to one collection conflict.
    """
    payload = list(_sealed(store, told["oficina"]))
    session = requests.Session()
    session.trust_env = False
    session.auth = (told["cuenta"], told["contrasena"])
    url = f"{told['direccion']}/batch"
    base = (
        f"/buckets/{told['oficina']}/collections/{RecordKind.MOVIMIENTOS.collection.value}/records/"
    )

    def work() -> None:
        for start in range(0, len(payload), MAX_WRITES):
            body = {
                "requests": [
                    {
                        "method": "PUT",
                        "path": base + str(uuid.uuid4()),
                        "headers": {"If-None-Match": "*"},
                        "body": {"data": data},
                    }
                    for data in payload[start : start + MAX_WRITES]
                ]
            }
            answer = session.post(url, json=body, timeout=60)
            assert answer.status_code == 200
            assert all(one["status"] == 201 for one in answer.json()["responses"])

    return {**measured(work), "registros": len(payload)}


def _sealed(store: Store, oficina: str) -> Any:
    """The records as `enviar` sent them."""
    bitacora = BitacoraService(store)
    place = Oficina(store, bitacora, connect)
    with store.read() as db:
        keyring = place.keys(db)
        registros = RecordIntegration(store, bitacora, oficina, keyring)
        names = db.execute(
            select(VersionRow.registro).where(
                VersionRow.coleccion == RecordKind.MOVIMIENTOS.collection.value
            )
        ).scalars()
        for name in names.all():
            if packets.read(raw_of(db), name):
                # With the history that it was sent with, and so as long.
                sobre = registros.contents.envelope(db, RecordKind.MOVIMIENTOS, name)
                yield seal_record(sobre, newest(keyring), oficina, name)


ORDERS = {
    "crear": crear,
    "enviar": enviar,
    "invitar": invitar,
    "unirse": unirse,
    "vacia": vacia,
}


def main() -> int:
    order, folder, user, text = sys.argv[1:]
    told = json.loads(text)
    store = open_store(Path(folder))
    if order == "desnudas":
        found = desnudas(store, told)
    else:
        sesion = Sesion(Rol.USUARIO_IDSE, uuid.UUID(user), "Alma Prieto")
        service = SincronizacionService(store, BitacoraService(store), connect, try_out)
        found = ORDERS[order](service, sesion, told)
    with store.read() as db:
        found["movimientos"] = db.scalar(select(func.count()).select_from(MovimientoRow)) or 0
    store.close()
    found["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
