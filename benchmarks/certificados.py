"""Full validation of an e.firma against its minimum: its own PBKDF2 and one RSA signature.

`python -m benchmarks.certificados [--veces N]` prints one JSON line. The goal is a ratio of 2.
Peer: satcfdi, in an environment of its own, opens the pair and compares its two halves; it looks at
no chain, date or kind, which ours does.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from benchmarks.comun import cpu_ms, interleave, middle, ratio, spread, tell
from benchmarks.entorno_par import python_with
from icsoe_desktop.domain.certificados.verificacion import EXITO, Cadena, Esperado
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados.generador import Emisora, efirma_fisica, nueva_llave
from tests.gateways.certificados.generador_llaves import cifrar_como_sat

_GOAL = 2.0
SATCFDI: Final = "satcfdi==26.10.1"
_NOW = datetime(2026, 1, 15, tzinfo=UTC)
_PASSWORD = b"contrasena de prueba"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--veces", type=int, default=300)
    veces = parser.parse_args().veces

    emisora = Emisora(bits=4096)
    llave = nueva_llave(2048)
    archivo = emisora.emitir(efirma_fisica(), llave)
    cifrada = cifrar_como_sat(llave, _PASSWORD)
    verificador = CertificateVerifier(Autoridades([emisora.autoridad(Cadena.SAT)]))

    def validate() -> None:
        found = verificador.verify(
            archivo, cifrada, bytearray(_PASSWORD), now=_NOW, esperado=Esperado()
        )
        assert found.mensajes == (EXITO,)

    def floor() -> None:
        hashlib.pbkdf2_hmac("sha1", _PASSWORD, b"saltsalt", 2048, 24)
        llave.sign(b"challenge", padding.PKCS1v15(), hashes.SHA256())

    assert isinstance(llave, rsa.RSAPrivateKey)
    for work in (validate, floor):
        work()
    runs = interleave(
        {"validacion": lambda: cpu_ms(validate), "piso": lambda: cpu_ms(floor)}, veces
    )
    peer = _satcfdi(archivo, cifrada, veces)
    full, least = runs["validacion"], runs["piso"]
    found = ratio(full, least)
    result = {
        "medida": "certificados",
        "veces": veces,
        "validacion_ms": middle(full),
        "validacion_p5_p95_ms": spread(full),
        "piso_ms": middle(least),
        "piso_p5_p95_ms": spread(least),
        "satcfdi_ms": middle(peer) if peer else None,
        "razon_satcfdi": ratio(peer, full) if peer else None,
        "razon": found,
        "meta": _GOAL,
    }
    return tell(result, found <= _GOAL)


def _satcfdi(certificate: bytes, key: bytes, times: int) -> list[float]:
    """CPU milliseconds of each time; empty if it is not to be had."""
    with tempfile.TemporaryDirectory() as name, python_with(SATCFDI) as python:
        if python is None:
            return []
        (Path(name) / "par.cer").write_bytes(certificate)
        (Path(name) / "par.key").write_bytes(key)
        done = subprocess.run(
            [python, "-m", "benchmarks.certificados_pares_hijo", name, _PASSWORD, str(times)],
            cwd=Path(__file__).resolve().parent.parent,
            stdout=subprocess.PIPE,
            check=False,
        )
    found: list[float] = json.loads(done.stdout) if done.returncode == 0 else []
    return found


if __name__ == "__main__":
    raise SystemExit(main())
