"""Makes the data that version 1.0.0 leaves: a folder, a backup, and what an office's server keeps.

python -m tests.datos.hacer_v1

Run it only with the program of 1.0.0: later programs must open what it made. The people and
companies are invented; `test_version_1` has the passwords.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from icsoe_desktop.store.engine import Store
from tests.services.sincronizacion.equipos import (
    Equipo,
    Reloj,
    create_office,
    join_office,
    open_equipo,
)
from tests.services.sincronizacion.recibir.test_pasos_movimientos import mesa
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.support.dobles import NoLlavero
from tests.support.plantillas import usuario_nuevo

CARPETA = Path(__file__).with_name("v1.0.0")
RESPALDO, LLAVES, OFICINA, FILAS = (
    CARPETA / name
    for name in ("respaldo.icsoe-respaldo", "llaves.json", "oficina.json", "filas.json")
)
CORREO, CONTRASENA, CLAVE = "alma@ejemplo.mx", "Papel.Verde93", "Tres.Tristes.Tigres"
OF_SERVER = ("ahora_ms", "registros", "cuentas", "datos", "generacion")


def as_text(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True)


def rows_of(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that has any, in the order of their text."""
    found = {}
    with store.engine.connect() as connection:
        tables = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        )
        for table in tables.scalars().all():
            if table == "alembic_version" or "_buscados" in table:
                continue
            rows = [
                {key: one.hex() if isinstance(one, bytes) else one for key, one in row.items()}
                for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings()  # noqa: S608
            ]
            if rows:
                found[table] = sorted(rows, key=as_text)
    return found


def make() -> None:
    shutil.rmtree(CARPETA, ignore_errors=True)
    CARPETA.mkdir()
    memoria, reloj = Memoria(), Reloj()
    with tempfile.TemporaryDirectory() as root:
        folder = DataFolder(Path(root) / "carpeta")
        folder.root.mkdir()
        app = open_application(folder, keyring=NoLlavero(), clock=reloj)
        sesion = app.usuarios.register(None, usuario_nuevo(CORREO, CONTRASENA)).sesion
        sync = SincronizacionService(
            app.store, BitacoraService(app.store), memoria.conectar, lambda *_: ()
        )
        uno = Equipo("uno", app.store, sync, sesion, memoria.conectar, folder.store, reloj)
        create_office(uno, memoria.conexion("uno"))
        with open_equipo(Path(root), "dos", memoria.conectar) as dos:
            join_office(uno, dos, "dos", memoria.cuentas["dos"])
            _fill(uno)
            for equipo in (uno, dos, uno):
                assert equipo.round().motivo == ""
        rows = rows_of(app.store)
        app.respaldo.create(sesion, RESPALDO, CLAVE)
        app.close()
        shutil.copy(folder.envelope, LLAVES)
    server = {name: getattr(memoria, name) for name in OF_SERVER}
    server["papeles"] = {cuenta: rol.value for cuenta, rol in memoria.papeles.items()}
    for path, content in ((OFICINA, server), (FILAS, rows)):
        path.write_text(
            json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
            "utf-8",
            newline="\n",
        )


def _fill(uno: Equipo) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    uno.add_capturista(contratista, "FIDR900101MDFCMS01")
    uno.add_certificado(uno.add_registro("Y5512345105", "Empresa Ficticia"))
    with_movements = mesa(uno)
    first, *_ = [with_movements.capture(day) for day in (2, 3, 4)]
    lote = with_movements.lote(first)
    with_movements.lotes.mark_sent(uno.sesion, lote, date(2026, 3, 2))
    with_movements.movimientos.close()


if __name__ == "__main__":
    make()
