"""Run as a program: replaces one certificate by another, over and over, until it is killed.

Its one line of standard input is JSON: where, what and by whom.
"""

from __future__ import annotations

import base64
import itertools
import json
import sys
import uuid
from datetime import datetime
from pathlib import Path

from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.gateways.certificados.autoridades import Autoridad, Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.certificados.valores import CertificadoElegido
from icsoe_desktop.store.engine import Store, open_engine
from tests.support.dobles import session_of


def main() -> None:
    job = json.loads(sys.stdin.readline())
    now = datetime.fromisoformat(job["ahora"])
    key = DataKey(bytes.fromhex(job["llave"]))
    store = Store(open_engine(Path(job["datos"]), key), key, lambda: now)
    autoridad = Autoridad(
        "PRUEBA",
        Cadena.SAT,
        base64.b64decode(job["sujeto"]),
        base64.b64decode(job["spki"]),
        datetime.fromisoformat(job["desde"]),
        datetime.fromisoformat(job["hasta"]),
    )
    service = CertificadosService(
        store,
        BitacoraService(store),
        CertificateVerifier(Autoridades([autoridad])),
        pruebas=False,
    )
    sesion = session_of(uuid.UUID(job["usuario"]))
    print("listo", flush=True)
    for cer, llave in itertools.cycle(job["pares"]):
        service.save(
            sesion,
            CertificadoElegido(
                uuid.UUID(job["registro"]),
                Path(cer),
                Path(llave),
                "",
                job["clave"],
                reemplazar=True,
                guardar_contrasena=True,
            ),
        )


if __name__ == "__main__":
    main()
