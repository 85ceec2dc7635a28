"""Run as a program: makes or restores backups, over and over, until it is killed.

Its one line of standard input is JSON: what, where and with which keys.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

from icsoe_desktop.arranque.apertura import build_restauracion
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.store.engine import utc_now
from tests.conftest import MemoryKeyring


def main() -> None:
    job = json.loads(sys.stdin.readline())
    what, ruta, clave = job["que"], Path(job["copia"]), job["clave"]
    keyring = MemoryKeyring()
    keyring.entries[job["base"]] = bytes.fromhex(job["llave"])
    folder = DataFolder(Path(job["datos"]))
    offset = timedelta(0)
    service = build_restauracion(folder, keyring)
    if what == "restaurar":
        print("listo", flush=True)
        while True:
            service.restore(ruta, clave)
            service.finish()
    application = open_application(folder, None, keyring, lambda: utc_now() + offset)
    print("listo", flush=True)
    while True:
        if what == "programado":
            offset += timedelta(seconds=1)
            application.respaldo.run_scheduled()
        else:
            application.respaldo.create(None, ruta, clave)


if __name__ == "__main__":
    main()
