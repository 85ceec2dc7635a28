"""One file with everything: the encrypted database, and its key wrapped under a password.

    ICSOE-RESPALDO\\n | length of the header (4 octets, big-endian) | header, JSON | database |
    SHA-256 of all before (32) | HMAC-SHA256 of all before, of the data key (32)

The SHA-256 shows damage to whoever has no password; the HMAC shows that nobody changed anything.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import struct
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from icsoe_desktop.domain import argon2
from icsoe_desktop.domain.llave_datos import KEY_BYTES, NONCE_BYTES, LlaveDatos, SealBrokenError
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.archivo_entero import sync_folder
from icsoe_desktop.gateways.archivos_fallos import file_troubles_in_spanish
from icsoe_desktop.gateways.sobre_llaves import (
    ARGON2_ITERATIONS,
    ARGON2_LANES,
    ARGON2_MEMORY_KIB,
    SALT_BYTES,
    open_envelope,
)
from icsoe_desktop.jobs import Progress

SUFFIX = ".icsoe-respaldo"
MAGIC = b"ICSOE-RESPALDO\n"
FORMAT_VERSION = 1
MAX_HEADER = 4 * 1024 * 1024
DIGEST = 32
FOOTER = 2 * DIGEST
CHUNK = 1024 * 1024
# What a header may ask for, so that a made-up one can not take the machine's memory.
MAX_MEMORY_KIB, MAX_ITERATIONS, MAX_LANES = 1024 * 1024, 16, 16

NOT_A_BACKUP = (
    "El archivo no es un respaldo de ICSOE Desktop. Sus datos no se tocaron. Elija un archivo que "
    "termine en .icsoe-respaldo."
)
DAMAGED = (
    "El respaldo está dañado o incompleto y no se puede usar. Sus datos actuales no se tocaron. "
    "Elija otro respaldo."
)
NEWER = (
    "El respaldo es de una versión más nueva del programa. Sus datos actuales no se tocaron. "
    "Actualice ICSOE Desktop en este equipo y vuelva a intentarlo."
)
WRONG_PASSWORD = (
    "La contraseña no abre este respaldo. El respaldo está bien y sus datos actuales no se "
    "tocaron. Escriba la contraseña que se eligió al respaldar."
)
CHECKING, WRITING, READING = "Comprobando el archivo", "Guardando el archivo", "Leyendo el respaldo"


class BackupError(UserFacingError):
    """The file is no backup, or is damaged or newer."""


class BackupPasswordError(UserFacingError):
    """The password does not open this backup."""


@dataclass(frozen=True)
class LlaveEnvuelta:
    """The data key under the backup's password, with all that the password needs to open it."""

    sal: bytes
    cifrado: bytes
    memoria_kib: int = ARGON2_MEMORY_KIB
    iteraciones: int = ARGON2_ITERATIONS
    carriles: int = ARGON2_LANES

    @classmethod
    def wrap(cls, key: LlaveDatos, password: str, base: str) -> LlaveEnvuelta:
        """Takes about 0.3 s."""
        one = cls(secrets.token_bytes(SALT_BYTES), b"")
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(one._derive(password)).encrypt(nonce, key.raw(), _place(base))
        return cls(one.sal, nonce + sealed)

    def open(self, password: str, base: str) -> LlaveDatos | None:
        nonce, sealed = self.cifrado[:NONCE_BYTES], self.cifrado[NONCE_BYTES:]
        try:
            return LlaveDatos(AESGCM(self._derive(password)).decrypt(nonce, sealed, _place(base)))
        except (InvalidTag, ValueError):
            return None

    def _derive(self, password: str) -> bytes:
        return argon2.derive(
            unicodedata.normalize("NFC", password).encode(),
            salt=self.sal,
            length=KEY_BYTES,
            iterations=self.iteraciones,
            lanes=self.carriles,
            memory_kib=self.memoria_kib,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "sal": _text(self.sal),
            "cifrado": _text(self.cifrado),
            "memoria_kib": self.memoria_kib,
            "iteraciones": self.iteraciones,
            "carriles": self.carriles,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> LlaveEnvuelta:
        """Raises ValueError, KeyError or TypeError for what no backup of ours says."""
        one = cls(
            _octets(data["sal"]),
            _octets(data["cifrado"]),
            int(data["memoria_kib"]),
            int(data["iteraciones"]),
            int(data["carriles"]),
        )
        if (
            len(one.sal) != SALT_BYTES
            or not 1 <= one.iteraciones <= MAX_ITERATIONS
            or not 1 <= one.carriles <= MAX_LANES
            or not 8 * one.carriles <= one.memoria_kib <= MAX_MEMORY_KIB
        ):
            raise ValueError("parameters out of bounds")
        return one


@dataclass(frozen=True)
class Cabecera:
    """What stands before the database.

    base: the database's id. sobre: the envelope without the keyring's way in. contenido: what the
    database holds, sealed by the data key.
    """

    base: str
    creado: datetime
    esquema: str
    llave: LlaveEnvuelta
    sobre: dict[str, Any]
    contenido: bytes
    octetos: int

    def unseal_contenido(self, key: LlaveDatos) -> dict[str, Any]:
        """Raises BackupError."""
        try:
            plain = key.unseal(self.contenido, "respaldo", uuid.UUID(self.base), "contenido")
            found: dict[str, Any] = json.loads(plain)
        except (SealBrokenError, ValueError) as error:
            raise BackupError(DAMAGED) from error
        return found

    def open_key(self, password: str) -> LlaveDatos:
        """By the backup's password, or by one that opened the data on the day it was made.

        Raises BackupPasswordError.
        """
        key = self.llave.open(password, self.base) or open_envelope(self.sobre, password)
        if key is None:
            raise BackupPasswordError(WRONG_PASSWORD)
        return key


def seal_contenido(key: LlaveDatos, base: str, contenido: dict[str, Any]) -> bytes:
    return key.seal(json.dumps(contenido).encode(), "respaldo", uuid.UUID(base), "contenido")


def write_backup(
    path: Path, cabecera: Cabecera, key: LlaveDatos, database: Path, progress: Progress
) -> None:
    """Puts the whole file at `path` in one step; what was there before stays until then.

    Raises UserFacingError for a full disk or a folder that can not be written, Cancelled.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    with file_troubles_in_spanish():
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file, database.open("rb") as source:
                _write_all(file, cabecera, key, source, progress)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def read_header(path: Path) -> Cabecera:
    """Raises BackupError, and UserFacingError when the file can not be read."""
    with file_troubles_in_spanish(), path.open("rb") as file:
        return _read_header(file, path.stat().st_size)[0]


def check_backup(path: Path, key: LlaveDatos | None, progress: Progress) -> Cabecera:
    """Reads the whole file. key: None checks for damage only. Raises BackupError, Cancelled."""
    return _read_through(path, key, None, progress)


def extract_database(path: Path, key: LlaveDatos, target: Path, progress: Progress) -> Cabecera:
    """Writes the database to `target`, which must not exist, and checks the file on the way.

    Raises BackupError, UserFacingError for a full disk, Cancelled; `target` is then taken away.
    """
    with file_troubles_in_spanish():
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                cabecera = _read_through(path, key, file, progress)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return cabecera


def _write_all(
    file: BinaryIO, cabecera: Cabecera, key: LlaveDatos, source: BinaryIO, progress: Progress
) -> None:
    text = json.dumps(_as_json(cabecera), ensure_ascii=False).encode()
    sha, mac = hashlib.sha256(), _mac(key)
    parts = (MAGIC, struct.pack(">I", len(text)), text)
    done = 0
    for part in (*parts, *iter(lambda: source.read(CHUNK), b"")):
        sha.update(part)
        mac.update(part)
        file.write(part)
        done += len(part)
        progress.report(
            done // 1024,
            None if not cabecera.octetos else max(done // 1024, cabecera.octetos // 1024),
            WRITING,
        )
    file.write(sha.digest() + mac.digest())


def _read_through(
    path: Path, key: LlaveDatos | None, target: BinaryIO | None, progress: Progress
) -> Cabecera:
    with file_troubles_in_spanish(), path.open("rb") as file:
        cabecera, raw = _read_header(file, path.stat().st_size)
        sha, mac = hashlib.sha256(raw), _mac(key) if key is not None else None
        if mac is not None:
            mac.update(raw)
        left = cabecera.octetos
        while left:
            part = file.read(min(CHUNK, left))
            if not part:
                raise BackupError(DAMAGED)
            left -= len(part)
            sha.update(part)
            if mac is not None:
                mac.update(part)
            if target is not None:
                target.write(part)
            progress.report((cabecera.octetos - left) // 1024, cabecera.octetos // 1024, CHECKING)
        footer = file.read(FOOTER)
        if not hmac.compare_digest(footer[:DIGEST], sha.digest()):
            raise BackupError(DAMAGED)
        if mac is not None and not hmac.compare_digest(footer[DIGEST:], mac.digest()):
            raise BackupError(DAMAGED)
        return cabecera


def _read_header(file: BinaryIO, size: int) -> tuple[Cabecera, bytes]:
    start = file.read(len(MAGIC) + 4)
    if not start.startswith(MAGIC):
        raise BackupError(NOT_A_BACKUP)
    if len(start) < len(MAGIC) + 4:
        raise BackupError(DAMAGED)
    (length,) = struct.unpack(">I", start[len(MAGIC) :])
    if length > MAX_HEADER:
        raise BackupError(DAMAGED)
    text = file.read(length)
    cabecera = _parse(text)
    if size != len(start) + length + cabecera.octetos + FOOTER:
        raise BackupError(DAMAGED)
    return cabecera, start + text


def _parse(text: bytes) -> Cabecera:
    try:
        data = json.loads(text)
        version = data["version"]
        if isinstance(version, int) and version > FORMAT_VERSION:
            raise BackupError(NEWER)
        if version != FORMAT_VERSION or not isinstance(data["sobre"], dict):
            raise ValueError("unknown version")
        creado = datetime.fromisoformat(data["creado"])
        if creado.tzinfo is None:
            raise ValueError("a date without zone")
        octetos = int(data["octetos"])
        if octetos < 0:
            raise ValueError("a negative size")
        return Cabecera(
            uuid.UUID(data["base"]).hex,
            creado,
            str(data["esquema"]),
            LlaveEnvuelta.from_json(data["llave"]),
            data["sobre"],
            _octets(data["contenido"]),
            octetos,
        )
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise BackupError(DAMAGED) from error


def _as_json(cabecera: Cabecera) -> dict[str, Any]:
    return {
        "version": FORMAT_VERSION,
        "creado": cabecera.creado.isoformat(),
        "base": cabecera.base,
        "esquema": cabecera.esquema,
        "octetos": cabecera.octetos,
        "llave": cabecera.llave.as_json(),
        "sobre": cabecera.sobre,
        "contenido": _text(cabecera.contenido),
    }


def _mac(key: LlaveDatos) -> Any:
    return hmac.new(key.backup_key(), digestmod="sha256")


def _place(base: str) -> bytes:
    return f"respaldo|{FORMAT_VERSION}|{base}".encode()


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _octets(text: Any) -> bytes:
    if not isinstance(text, str):
        raise TypeError("not a text")
    return base64.b64decode(text, validate=True)
