"""Settings and announcements that others wrote: llaves.json, central.ini, mail, updates."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from icsoe_desktop.errors import (
    InvalidInputError,
    StoreDamagedError,
    StoreLockedError,
    UserFacingError,
)
from icsoe_desktop.gateways.actualizaciones import read_announcement
from icsoe_desktop.gateways.boveda.boveda import MAX_BYTES, Boveda
from icsoe_desktop.gateways.correo.plantillas import SHIPPED, MailTemplates
from icsoe_desktop.gateways.politicas.central_ini import parse_central
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.constancias.service import _read as _read_constancia
from icsoe_desktop.services.contratista.acuses import read_document
from icsoe_desktop.services.importacion.lectura import clase_of
from icsoe_desktop.services.lotes.documentos import read_attachment
from tests.conftest import MemoryKeyring
from tests.gateways.correo.test_plantillas import VALUES
from tests.hostiles.certificados import sin_fin
from tests.hostiles.respaldos import FUERA

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LLAVE = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
JSONS = {
    "nada": b"",
    "nulos": bytes(100_000),
    "honda": b"[" * 500_000,
    "objetos hondos": b'{"a":' * 100_000,
    "numero inmenso": b"9" * 500_000,
    "infinito": b"1e999",
    "no es utf-8": b'{"version": "\xff"}',
    "cien mil claves": json.dumps({f"k{n}": n for n in range(60_000)}).encode(),
    "clave mil veces": b"{" + b'"version": 1,' * 50_000 + b'"base": 1}',
}


def sobre(**change: object) -> bytes:
    salt = base64.b64encode(bytes(16)).decode()
    return json.dumps(
        {"version": 1, "base": "0" * 32, "sal": salt, "ranuras": [], **change}
    ).encode()


def ranuras(count: int, tipo: str = "contrasena") -> list[dict[str, str]]:
    sealed = base64.b64encode(bytes(60)).decode()
    return [{"tipo": tipo, "id": f"{n:032x}", "cifrado": sealed} for n in range(count)]


SOBRES = {
    **JSONS,
    "dos megas": sobre() + b" " * (2 * MAX_BYTES),
    "ranuras que llenan": sobre(ranuras=ranuras(20_000)),
    "base con ruta": sobre(base=FUERA),
    "ranura sin fin": sobre(ranuras=[{"tipo": "contrasena", "id": "x", "cifrado": "A" * 900_000}]),
    "version inmensa": sobre(version=10**300),
    "ranuras en texto": sobre(ranuras="x" * 1000),
}


@pytest.mark.parametrize("name", SOBRES)
def test_hostile_keys_are_named_and_left_alone(
    name: str, tmp_path: Path, keyring: MemoryKeyring
) -> None:
    path = tmp_path / "llaves.json"
    path.write_bytes(SOBRES[name])
    boveda = Boveda(path, keyring)
    for ask in (boveda.has_passwords, boveda.open_with_keyring, boveda.for_backup):
        with pytest.raises((StoreDamagedError, StoreLockedError)):
            ask()
    assert path.read_bytes() == SOBRES[name]


def test_keys_are_read_up_to_a_megabyte(tmp_path: Path, keyring: MemoryKeyring) -> None:
    path = tmp_path / "llaves.json"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(StoreDamagedError):
        Boveda(path, keyring).has_passwords()


ON_POSIX = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows no tiene tubos con nombre ni /dev/zero"
)


@pytest.mark.parametrize(
    "put",
    [
        Path.mkdir,
        pytest.param(lambda path: os.mkfifo(path), marks=ON_POSIX),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), marks=ON_POSIX),
    ],
)
def test_keys_that_are_no_file_are_named_at_once(
    put: Callable[[Path], None], tmp_path: Path, keyring: MemoryKeyring
) -> None:
    path = tmp_path / "llaves.json"
    put(path)
    with pytest.raises(StoreDamagedError):
        Boveda(path, keyring).open_with_keyring()


def test_a_forged_backup_leaves_no_keys_that_cannot_be_read(
    tmp_path: Path, keyring: MemoryKeyring
) -> None:
    path = tmp_path / "llaves.json"
    with pytest.raises(StoreDamagedError):
        Boveda(path, keyring).restore(
            json.loads(sobre(ranuras=ranuras(20_000))), DataKey.generate()
        )
    assert not path.exists()


def announced(text: bytes) -> bytes:
    manifest, signature = base64.b64encode(text), base64.b64encode(KEY.sign(text))
    return json.dumps({"manifiesto": manifest.decode(), "firma": signature.decode()}).encode()


GOOD = {
    "version": "9.9.9",
    "instalador": "https://ejemplo.mx/a.exe",
    "sha256": "0" * 64,
    "tamano": 10,
    "notas": "",
}


@pytest.mark.parametrize("name", JSONS)
def test_a_hostile_announcement_is_not_trusted_signed_or_not(name: str) -> None:
    for content in (JSONS[name], announced(JSONS[name])):
        with pytest.raises(UserFacingError):
            read_announcement(content, LLAVE)


@pytest.mark.parametrize(
    "change",
    [
        {"version": "9" * 5000 + ".0.0"},
        {"version": f"1.0.0/{FUERA}"},
        {"version": "1.0.0\n"},
        {"version": "\u0661.0.0"},
        {"instalador": "file:///etc/passwd"},
        {"instalador": "http://ejemplo.mx/a.exe"},
        {"tamano": 10**300},
        {"tamano": -1},
        {"tamano": True},
        {"notas": "x" * 10_000_000},
        {"notas": ["x"]},
        {"sha256": "\u0660" * 64},
    ],
)
def test_a_signed_announcement_that_lies_is_refused(change: dict[str, object]) -> None:
    assert read_announcement(announced(json.dumps(GOOD).encode()), LLAVE).tamano == 10
    with pytest.raises(UserFacingError):
        read_announcement(announced(json.dumps(GOOD | change).encode()), LLAVE)


@pytest.mark.parametrize(
    "content",
    [
        bytes(1000),
        b"[" * 60_000,
        b"[correo]\n" * 5_000,
        b"[correo]\n" + b"servidor = a\n" * 4_000,
        b"[correo]\nservidor = %(servidor)s\n",
        b"[correo]\nservidor = x\n" + b" y\n" * 15_000,
        b"[correo]\nservidor = a.mx\npuerto = " + b"9" * 20_000,
        b"[correo]\nservidor = " + b"a" * 60_000,
        b"[actualizaciones]\ndireccion = file:///etc/passwd\nllave = AAAA\n",
        b"[sincronizacion]\nservidor = https://\x1b[2J/\n",
        b"x" * 10_000_000,
        b"\xff\xfe",
    ],
)
def test_hostile_central_settings_are_answered_with_problems_and_change_nothing(
    content: bytes,
) -> None:
    found = parse_central(content)
    assert found.problemas
    assert found.correo is None
    assert found.sincronizacion == ""
    assert found.actualizaciones is None


@pytest.mark.expects_log
@pytest.mark.parametrize("content", [bytes(10), b"x" * 20_000_000, b"\xff\xfe{", b"{otro}" * 9_000])
def test_a_hostile_mail_template_gives_way_to_the_shipped_one(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shipped, own = MailTemplates(), MailTemplates(tmp_path)
    for path in SHIPPED.iterdir():
        (tmp_path / path.name).write_bytes(content)
    for name in shipped.names():
        expected = shipped.mensaje(name, "a@ejemplo.mx", VALUES)
        assert own.mensaje(name, "a@ejemplo.mx", VALUES) == expected
    assert len(caplog.records) >= len(shipped.names())


@pytest.mark.expects_log
@pytest.mark.skipif(sys.platform == "win32", reason="Windows no tiene tubos con nombre")
def test_a_mail_template_that_is_a_pipe_gives_way_too(tmp_path: Path) -> None:
    shipped, own = MailTemplates(), MailTemplates(tmp_path)
    for path in SHIPPED.iterdir():
        os.mkfifo(tmp_path / path.name)
    for name in shipped.names():
        expected = shipped.mensaje(name, "a@ejemplo.mx", VALUES)
        assert own.mensaje(name, "a@ejemplo.mx", VALUES) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows no tiene tubos con nombre")
@pytest.mark.parametrize("read", [read_attachment, clase_of, read_document, _read_constancia])
def test_a_pipe_that_is_attached_or_imported_is_refused_at_once(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    for path in sin_fin(tmp_path).values():
        with pytest.raises(InvalidInputError):
            read(path)
