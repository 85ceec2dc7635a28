"""Makes or restores backups until it is killed; see test_respaldo_muerte.py.

respaldar_sin_fin.py WHAT DATA_FOLDER BACKUP PASSWORD KEYRING_KEY_HEX DATABASE_ID
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from icsoe_desktop.apertura import build_restauracion
from icsoe_desktop.bootstrap import open_application
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.store.engine import utc_now
from tests.conftest import MemoryLlavero


def main(what: str, datos: str, ruta: str, clave: str, key: str, base: str) -> None:
    llavero = MemoryLlavero()
    llavero.entries[base] = bytes.fromhex(key)
    folder = DataFolder(Path(datos))
    offset = timedelta(0)
    service = build_restauracion(folder, llavero)
    if what == "restaurar":
        sys.stdout.write("listo\n")
        sys.stdout.flush()
        while True:
            service.restore(Path(ruta), clave)
            service.finish()
    application = open_application(folder, None, llavero, lambda: utc_now() + offset)
    sys.stdout.write("listo\n")
    sys.stdout.flush()
    while True:
        if what == "programado":
            offset += timedelta(seconds=1)
            application.respaldo.run_scheduled()
        else:
            application.respaldo.create(None, Path(ruta), clave)


if __name__ == "__main__":
    main(*sys.argv[1:])
