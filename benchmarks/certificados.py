"""Full validation of an e.firma against its minimum: its own PBKDF2 and one RSA signature.

`python -m benchmarks.certificados [--veces N]` prints one JSON line. The goal is a ratio of 2.
"""

from __future__ import annotations

import argparse
import hashlib
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from benchmarks.comun import cpu_ms, interleave, middle, ratio, spread, tell
from icsoe_desktop.domain.certificados.verificacion import EXITO, Cadena, Esperado
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados.generador import Emisora, efirma_fisica, nueva_llave
from tests.gateways.certificados.generador_llaves import cifrar_como_sat

_GOAL = 2.0
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
    full, least = runs["validacion"], runs["piso"]
    found = ratio(full, least)
    result = {
        "medida": "certificados",
        "veces": veces,
        "validacion_ms": middle(full),
        "validacion_p5_p95_ms": spread(full),
        "piso_ms": middle(least),
        "piso_p5_p95_ms": spread(least),
        "razon": found,
        "meta": _GOAL,
    }
    return tell(result, found <= _GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
