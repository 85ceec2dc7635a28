"""A kill -9 at any moment of saving a certificate leaves the old one or the new one, whole."""

from __future__ import annotations

import base64
import hashlib
import os
import random
from pathlib import Path

from sqlalchemy import select, text

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.certificados.valores import CertificadoElegido
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.tables.registros import CertificadoRow
from tests.conftest import Reloj
from tests.gateways.certificados.generador import Emisora, efirma_moral
from tests.services.archivos_prueba import CLAVE, RAZON_SOCIAL, REGISTRO, RFC_MORAL, Archivos
from tests.support.muertes import kill_in_the_middle

# ICSOE_MUERTES=300 for a long run.
DEATHS = int(os.environ.get("ICSOE_MUERTES", "12"))
LONGEST_S = 0.12


def test_a_killed_save_leaves_the_old_or_the_new_certificate(
    tmp_path: Path, store: Store, bitacora: BitacoraService, sesion: Sesion, reloj: Reloj
) -> None:
    archivos = Archivos(tmp_path, Emisora())
    pairs = [
        archivos.efirma(efirma_moral().con(serie=f"3000100000050001234{n}".encode()), f"e{n}")
        for n in (1, 2)
    ]
    registro = RegistrosPatronalesService(store, bitacora).add(
        sesion, registro_patronal=REGISTRO, razon_social=RAZON_SOCIAL, rfc=RFC_MORAL
    )
    service = CertificadosService(store, bitacora, archivos.verificador(), pruebas=False)
    service.save(
        sesion, CertificadoElegido(registro.id, *pairs[0], "", CLAVE, guardar_contrasena=True)
    )
    store.close()
    autoridad = archivos.emisora.autoridad(Cadena.SAT)
    assert sesion.usuario_id is not None
    job = {
        "datos": str(tmp_path / "icsoe.db"),
        "llave": store.key.raw().hex(),
        "ahora": reloj.now.isoformat(),
        "sujeto": base64.b64encode(autoridad.sujeto).decode(),
        "spki": base64.b64encode(autoridad.spki).decode(),
        "desde": autoridad.valido_desde.isoformat(),
        "hasta": autoridad.valido_hasta.isoformat(),
        "usuario": str(sesion.usuario_id),
        "registro": str(registro.id),
        "clave": CLAVE,
        "pares": [[str(path) for path in pair] for pair in pairs],
    }
    good = {(cer.read_bytes(), key.read_bytes()) for cer, key in pairs}
    chance = random.Random(20260302)  # noqa: S311 - moments to die at, not secrets
    for _ in range(DEATHS):
        kill_in_the_middle(
            "tests.services.certificados.guardar_sin_fin", job, chance.uniform(0, LONGEST_S)
        )
        assert stored(tmp_path / "icsoe.db", store.key) in good


def stored(path: Path, key: DataKey) -> tuple[bytes, bytes]:
    """The certificate and key in the store, which is whole."""
    store = Store(open_engine(path, key), key)
    with store.read() as db:
        assert db.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        row = db.scalars(select(CertificadoRow)).one()
        cer = key.unseal(row.certificado_sellado, "certificados", row.id, "certificado")
        assert row.llave_sellada is not None
        llave = key.unseal(row.llave_sellada, "certificados", row.id, "llave")
        assert row.certificado_sha256 == hashlib.sha256(cer).digest()
        assert row.llave_sha256 == hashlib.sha256(llave).digest()
        assert row.contrasena_sellada is not None
        kept = key.unseal(row.contrasena_sellada, "certificados", row.id, "contrasena")
        assert kept.decode() == CLAVE
    store.close()
    return cer, llave
