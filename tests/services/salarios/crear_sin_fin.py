"""Run as a program: creates the notices of a reason and undoes them, until it is killed.

Its one line of standard input is JSON: where and by whom.
"""

from __future__ import annotations

import json
import sys
import uuid
from datetime import date
from pathlib import Path

from icsoe_desktop.domain.salarios.cambios import Calculista
from icsoe_desktop.domain.salarios.razones import Criterio, Razon
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.services.salarios.service import SalariosService, as_import, chosen
from icsoe_desktop.store.engine import Store, open_engine
from tests.support.dobles import session_of

ENERO = date(2027, 1, 1)


def main() -> None:
    job = json.loads(sys.stdin.readline())
    key = DataKey(bytes.fromhex(job["llave"]))
    store = Store(open_engine(Path(job["datos"]), key), key)
    importacion = ImportacionMovimientosService(store, BitacoraService(store))
    salarios, quietly = SalariosService(store), NoProgress()
    sesion = session_of(uuid.UUID(job["usuario"]))
    criterio = Criterio(Razon.MINIMO, ENERO, ENERO)
    print("listo", flush=True)
    while True:
        plantilla = salarios.plantilla(sesion, ENERO, ENERO, "", quietly)
        rows = Calculista(criterio, plantilla).rows({})
        vista = importacion.preview_rows(sesion, as_import(criterio, chosen(rows)), quietly)
        done = importacion.apply(sesion, vista, Decision(), quietly)
        importacion.discard(vista)
        if done.importacion_id is not None:
            importacion.undo(sesion, done.importacion_id, quietly)


if __name__ == "__main__":
    main()
