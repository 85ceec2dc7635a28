"""Signs the announcement of a version, for docs/publicar.md. Needs `cryptography`.

python resources/installer/anunciar.py crear-llave LLAVE.pem
    makes a key protected by the password of ICSOE_ANUNCIO_CLAVE; prints the line of central.ini
python resources/installer/anunciar.py firmar LLAVE.pem INSTALADOR.exe --version 1.2.3
    --direccion https://… [--notas ARCHIVO]
    prints the announcement
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

ENV_PASSWORD = "ICSOE_ANUNCIO_CLAVE"


def announcement(
    key: Ed25519PrivateKey, installer: bytes, version: str, address: str, notes: str
) -> str:
    """The signed announcement, in the format that icsoe_desktop.gateways.actualizaciones reads."""
    manifest = {
        "version": version,
        "instalador": address,
        "sha256": hashlib.sha256(installer).hexdigest(),
        "tamano": len(installer),
        "notas": notes,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    envelope = {"manifiesto": _base64(text), "firma": _base64(key.sign(text))}
    return json.dumps(envelope, indent=1)


def public_key(key: Ed25519PrivateKey) -> str:
    """The value for `llave` in [actualizaciones]."""
    return _base64(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _create(path: Path, password: bytes) -> None:
    key = Ed25519PrivateKey.generate()
    content = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
    )
    # O_EXCL: never overwrite a key that signed announcements.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    print(f"llave = {public_key(key)}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    orders = parser.add_subparsers(dest="orden", required=True)
    create = orders.add_parser("crear-llave")
    create.add_argument("llave", type=Path)
    sign = orders.add_parser("firmar")
    sign.add_argument("llave", type=Path)
    sign.add_argument("instalador", type=Path)
    sign.add_argument("--version", required=True)
    sign.add_argument("--direccion", required=True)
    sign.add_argument("--notas", type=Path)
    options = parser.parse_args(arguments)
    password = os.environ.get(ENV_PASSWORD, "").encode()
    if not password:
        print(f"Ponga la contraseña de la llave en {ENV_PASSWORD}.", file=sys.stderr)
        return 2
    if options.orden == "crear-llave":
        _create(options.llave, password)
        return 0
    key = load_pem_private_key(options.llave.read_bytes(), password)
    if not isinstance(key, Ed25519PrivateKey):
        print("La llave no es Ed25519.", file=sys.stderr)
        return 1
    notes = options.notas.read_text("utf-8") if options.notas else ""
    installer = options.instalador.read_bytes()
    print(announcement(key, installer, options.version, options.direccion, notes))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
