"""Sending and receiving movements against the limits of the server and its database.

    .venv/bin/python -m benchmarks.sincronizacion [--movimientos 100000] [--veces 3]
        [--forma importados|lotes|cinco]

It uses a real Kinto on a temporary PostgreSQL with four workers, as resources/servidor sets it up.
Peer: the same sealed records by bare HTTP calls. Separate processes, interleaved. Goals: sending
≥ 0.9 times the bare calls; 0.2 ms of CPU per movement sent; 200 MB at a first download of 100,000.

forma: imported movements; all of them in lotes that were sent; or captured five between two rounds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from benchmarks.almacen import import_files, make_store, open_store
from benchmarks.comun import middle, spread, tell
from benchmarks.datos import PRIMER_DIA, escribir_archivos
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.sincronizacion import outbox, packets
from icsoe_desktop.store.tables.movimientos import MovimientoRow
from tests.support.kinto_real import KintoReal, postgres_server, prepare_database
from tests.support.postgres_real import postgres, postgres_folder

GOAL: Final = 0.9
CPU_MS: Final = 0.2
MAX_MB: Final = 200.0
ROOT: Final = Path(__file__).resolve().parent.parent


class Oficina:
    """A new office for each run, without the records of earlier runs."""

    def __init__(self, server: KintoReal, folder: Path, paths: list[Path], forma: str) -> None:
        self._server = server
        self._forma = forma
        self._folder = folder
        self._paths = paths
        self._made = 0
        # The store of an earlier run that has its records, and the session in it.
        self._sent: tuple[Path, Sesion] | None = None

    def run(self, filas: int) -> dict[str, dict[str, Any]]:
        """Results of sending, of the same records by bare calls, and of receiving."""
        self._made += 1
        first, second = (self._folder / f"{self._made}-{name}" for name in ("uno", "otro"))
        for folder in (first, second):
            folder.mkdir()
        sesion, other = make_store(first), make_store(second)
        store = open_store(first)
        assert import_files(store, sesion, self._paths) == filas
        store.close()
        cuentas = ("medida-1", "medida-2")
        oficina = self._server.office({cuentas[0]: "responsable"})
        suelta = self._server.office({cuentas[0]: "responsable"})
        password = self._server.account(cuentas[0])
        told = {
            "direccion": self._server.direccion,
            "cuenta": cuentas[0],
            "contrasena": password,
            "oficina": oficina,
        }
        _child("crear", first, sesion, told)
        _SHAPES[self._forma](first, sesion)
        found: dict[str, dict[str, Any]] = {}
        bare = {**told, "oficina": suelta}
        # In every second run the bare calls come first.
        if self._sent is not None and self._made % 2 == 0:
            found["desnudas"] = _child("desnudas", *self._sent, bare)
        found["enviar"] = _child("enviar", first, sesion, told)
        if "desnudas" not in found:
            found["desnudas"] = _child("desnudas", first, sesion, bare)
        if self._sent is None:
            self._sent = (self._folder / "enviado", sesion)
            shutil.copytree(first, self._sent[0])
        archivo = str(second / "invitacion")
        guest = {"cuenta": cuentas[1], "archivo": archivo}
        # Joining changed the account's password. The administrator assigns the next one.
        self._server.passwords.pop(cuentas[1], None)
        guest["contrasena"] = self._server.account(cuentas[1])
        codigo = _child("invitar", first, sesion, guest)["codigo"]
        joined = {"archivo": archivo, "codigo": codigo}
        found["recibir"] = _child("unirse", second, other, joined)
        assert found["recibir"]["movimientos"] == filas
        found["vacia"] = _child("vacia", second, other, {"veces": 15})
        for folder in (first, second):
            shutil.rmtree(folder)
        return found


def _in_lotes(folder: Path, sesion: Sesion) -> None:
    store = open_store(folder)
    bitacora = BitacoraService(store)
    movimientos = MovimientosService(store, bitacora)
    lotes = LotesService(store, bitacora, movimientos)
    with store.read() as db:
        ids = db.scalars(select(MovimientoRow.id).order_by(MovimientoRow.fila)).all()
    plan = lotes.plan(sesion, ids, OpcionesLote(), NoProgress())
    for lote in lotes.generate(sesion, plan):
        lotes.mark_sent(sesion, lote.id, PRIMER_DIA)
    movimientos.close()
    store.close()


def _by_fives(folder: Path, _: Sesion) -> None:
    store = open_store(folder)
    with store.write() as db:
        raw = raw_of(db)
        while made := packets.assign(raw, store.new_id, 5):
            outbox.enqueue(raw, RecordKind.MOVIMIENTOS, made)
    store.close()


_SHAPES: Final[dict[str, Callable[[Path, Sesion], None]]] = {
    "importados": lambda *_: None,
    "lotes": _in_lotes,
    "cinco": _by_fives,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movimientos", type=int, default=100_000)
    parser.add_argument("--veces", type=int, default=3)
    parser.add_argument("--forma", choices=list(_SHAPES), default="importados")
    options = parser.parse_args()
    try:
        return measure(options.movimientos, options.veces, options.forma)
    except pytest.skip.Exception as missing:
        sys.stderr.write(f"sincronizacion: no se midió. {missing}\n")
        return 0


def measure(filas: int, veces: int, forma: str) -> int:
    runs: dict[str, list[dict[str, Any]]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(postgres(postgres_folder()))
        prepare_database(database, folder)
        server = stack.enter_context(postgres_server(database, folder))
        paths = escribir_archivos(folder / "archivos", filas)
        oficina = Oficina(server, folder, paths, forma)
        _warm_up(server)
        for _ in range(veces):  # interleaved, so that noise affects all
            for name, found in oficina.run(filas).items():
                runs.setdefault(name, []).append(found)
    return _tell(runs, filas, veces)


def _tell(runs: dict[str, list[dict[str, Any]]], filas: int, veces: int) -> int:
    def rate(name: str) -> list[float]:
        return [filas / each["reloj_s"] for each in runs[name]]

    def seconds(name: str) -> list[float]:
        return [each["reloj_s"] for each in runs[name]]

    sent, bare = rate("enviar"), rate("desnudas")
    cpu_ms = [each["cpu_s"] * 1000 / filas for each in runs["enviar"]]
    received = [each["cpu_s"] * 1000 / filas for each in runs["recibir"]]
    peak = max(each["mb"] for each in runs["recibir"])
    idle = [one for each in runs["vacia"] for one in each["ms"]]
    first_minute = [one for each in runs["vacia"] for one in each["primer_minuto"]]
    reached = statistics.median(sent) / statistics.median(bare)
    result = {
        "medida": "sincronizacion",
        "movimientos": filas,
        "veces": veces,
        "enviados_por_s": round(statistics.median(sent)),
        "enviados_por_s_rango": [round(one) for one in (min(sent), max(sent))],
        "llamadas_desnudas_por_s": round(statistics.median(bare)),
        "razon_llamadas_desnudas": round(reached, 3),
        "meta": GOAL,
        "cpu_ms_por_movimiento_enviado": middle(cpu_ms),
        "meta_cpu_ms": CPU_MS,
        "cpu_ms_por_movimiento_recibido": middle(received),
        "recibidos_por_s_de_cpu": round(1000 / statistics.median(received)),
        "recibidos_por_s": round(statistics.median(rate("recibir"))),
        "primera_descarga_s": middle(seconds("recibir")),
        "memoria_mb": round(peak),
        "meta_memoria_mb": MAX_MB,
        "vuelta_vacia_ms": middle(idle),
        "vuelta_vacia_ms_rango": spread(idle),
        "vuelta_vacia_peticiones": middle([each["peticiones"] for each in runs["vacia"]]),
        "vuelta_primer_minuto_ms": middle(first_minute),
    }
    return tell(result, reached >= GOAL and statistics.median(cpu_ms) <= CPU_MS and peak <= MAX_MB)


def _warm_up(server: KintoReal) -> None:
    """Small batches until each worker has answered some: none is new to the first measure."""
    name = server.office({"medida-1": "responsable"})
    base = f"/buckets/{name}/collections/{RecordKind.MOVIMIENTOS.collection.value}/records/"
    for _ in range(8 * len(server.workers())):
        record = {"method": "PUT", "path": base + str(uuid.uuid4()), "body": {"data": {"s": "-"}}}
        answer = server.ask("POST", "/batch", "medida-1", json={"requests": [record]})
        assert answer.json()["responses"][0]["status"] == 201, answer.text


def _child(order: str, folder: Path, sesion: Sesion, told: dict[str, Any]) -> dict[str, Any]:
    words = [order, str(folder), str(sesion.usuario_id), json.dumps(told)]
    command = [sys.executable, "-m", "benchmarks.sincronizacion_hijo", *words]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
