"""Run as a program: imports a file and undoes it, over and over, until it is killed.

Its one line of standard input is JSON: where, what and by whom.
"""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path

from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.movimientos import bulk
from tests.support.dobles import session_of


def main() -> None:
    job = json.loads(sys.stdin.readline())
    bulk._REBUILD_FROM = job["reconstruir"]
    key = DataKey(bytes.fromhex(job["llave"]))
    store = Store(open_engine(Path(job["datos"]), key), key)
    service = ImportacionMovimientosService(store, BitacoraService(store))
    sesion = session_of(uuid.UUID(job["usuario"]))
    print("listo", flush=True)
    while True:
        preview = service.preview(sesion, [Path(job["archivo"])], NoProgress())
        done = service.apply(sesion, preview, Decision(), NoProgress())
        service.discard(preview)
        if done.importacion_id is not None:
            service.undo(sesion, done.importacion_id, NoProgress())


if __name__ == "__main__":
    main()
