"""The vault: one data key, wrapped in an envelope file that has several ways in.

The envelope holds the data key encrypted once for each way: a key in the system's keyring, the
password of each enabled user, and a printable recovery code. The keyring is never the only one
once there is a user.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
import unicodedata
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from icsoe_desktop.domain import argon2
from icsoe_desktop.domain.llave_datos import KEY_BYTES, NONCE_BYTES, LlaveDatos
from icsoe_desktop.errors import StoreDamagedError, StoreLockedError
from icsoe_desktop.gateways.llavero import Llavero

FORMAT_VERSION = 1
SALT_BYTES = 16
ARGON2_MEMORY_KIB = 64 * 1024
ARGON2_ITERATIONS = 3
ARGON2_LANES = 4

KEYRING, PASSWORD, RECOVERY = "llavero", "contrasena", "recuperacion"
# Crockford's alphabet: no I, L, O, U, which people misread on paper.
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 32
_CODE_GROUP = 4

WRONG_PASSWORD = (
    "La contraseña no abre los datos de este equipo. Los datos están a salvo y no se cambió nada. "
    "Vuelva a escribirla o use el código de recuperación."
)
WRONG_CODE = (
    "El código de recuperación no abre los datos de este equipo. Los datos están a salvo y no se "
    "cambió nada. Revise que esté completo: son ocho grupos de cuatro."
)
LOCKED = (
    "Los datos están cifrados y la llave guardada en este equipo no está disponible. Están a "
    "salvo; ábralos con su contraseña o con el código de recuperación."
)
ENVELOPE_DAMAGED = (
    "El archivo de llaves («llaves.json») está dañado o es de una versión más nueva. Los datos no "
    "se tocaron. Restaure ese archivo desde su respaldo o actualice el programa."
)

_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Ranura:
    """One way into the envelope. `id` is the user's for a password."""

    tipo: str
    id: str
    cifrado: bytes  # nonce + AES-256-GCM of the data key

    def as_json(self) -> dict[str, str]:
        return {
            "tipo": self.tipo,
            "id": self.id,
            "cifrado": base64.b64encode(self.cifrado).decode(),
        }


@dataclass(frozen=True)
class _Sobre:
    database_id: str
    salt: bytes
    ranuras: tuple[Ranura, ...]


class Boveda:
    """Opens and keeps the envelope at `path`. Not for use by two threads at once."""

    def __init__(self, path: Path, llavero: Llavero) -> None:
        self._path = path
        self._llavero = llavero

    def exists(self) -> bool:
        return self._path.exists()

    def has_ways_in(self) -> bool:
        """False for an envelope whose data key was never wrapped: nothing was worth keeping yet."""
        return bool(self._read().ranuras)

    def has_passwords(self) -> bool:
        return any(ranura.tipo == PASSWORD for ranura in self._read().ranuras)

    def create(self) -> LlaveDatos:
        """A new data key and its envelope, wrapped by the keyring when there is one."""
        sobre = _Sobre(uuid.uuid4().hex, secrets.token_bytes(SALT_BYTES), ())
        key = LlaveDatos.generate()
        self._write(self._with_keyring(sobre, key))
        return key

    def open_with_keyring(self) -> LlaveDatos:
        """Raises StoreLockedError when the keyring has no key for this envelope."""
        sobre = self._read()
        wrapping = self._llavero.get(sobre.database_id)
        if wrapping is not None and len(wrapping) == KEY_BYTES:
            for ranura in sobre.ranuras:
                key = _unwrap(sobre, ranura, wrapping) if ranura.tipo == KEYRING else None
                if key is not None:
                    return key
        raise StoreLockedError(LOCKED)

    def open_with_password(self, password: str) -> tuple[LlaveDatos, uuid.UUID]:
        """The data key and the user whose password it was; also mends a lost keyring entry.

        Takes about 0.3 s. Raises StoreLockedError.
        """
        sobre = self._read()
        wrapping = _key_of_password(password, sobre.salt)
        for ranura in sobre.ranuras:
            key = _unwrap(sobre, ranura, wrapping) if ranura.tipo == PASSWORD else None
            if key is not None:
                self._mend_keyring(sobre, key)
                return key, uuid.UUID(ranura.id)
        raise StoreLockedError(WRONG_PASSWORD)

    def open_with_recovery_code(self, code: str) -> LlaveDatos:
        """Raises StoreLockedError."""
        sobre = self._read()
        wrapping = _key_of_code(code, sobre.salt)
        for ranura in sobre.ranuras:
            key = _unwrap(sobre, ranura, wrapping) if ranura.tipo == RECOVERY else None
            if key is not None:
                self._mend_keyring(sobre, key)
                return key
        raise StoreLockedError(WRONG_CODE)

    def set_password(self, key: LlaveDatos, user_id: uuid.UUID, password: str) -> None:
        """Lets `password` open the data from now on, in the place of that user's former one."""
        sobre = self._read()
        wrapping = _key_of_password(password, sobre.salt)
        self._write(_with(sobre, _wrap(sobre, PASSWORD, user_id.hex, wrapping, key)))

    def password_opens(self, user_id: uuid.UUID, password: str) -> bool:
        sobre = self._read()
        wrapping = _key_of_password(password, sobre.salt)
        return any(
            _unwrap(sobre, ranura, wrapping) is not None
            for ranura in sobre.ranuras
            if ranura.tipo == PASSWORD and ranura.id == user_id.hex
        )

    def keep_passwords_of(self, user_ids: set[uuid.UUID]) -> None:
        """Drops the passwords of everybody else."""
        sobre = self._read()
        wanted = {one.hex for one in user_ids}
        kept = tuple(r for r in sobre.ranuras if r.tipo != PASSWORD or r.id in wanted)
        if kept != sobre.ranuras:
            self._write(replace(sobre, ranuras=kept))

    def for_backup(self) -> tuple[str, dict[str, Any]]:
        """The database's id, and the envelope without the keyring's way in."""
        sobre = self._read()
        kept = tuple(r for r in sobre.ranuras if r.tipo != KEYRING)
        return sobre.database_id, _as_json(replace(sobre, ranuras=kept))

    def restore(self, envelope: dict[str, Any], key: LlaveDatos) -> None:
        """Writes the envelope of a backup.

        The keyring's entry of that database stays as it is where there is one: until the restored
        data take their place, the present ones need it. Raises StoreDamagedError.
        """
        try:
            sobre = _parse(envelope)
        except _MALFORMED as error:
            raise StoreDamagedError(ENVELOPE_DAMAGED) from error
        wrapping = self._llavero.get(sobre.database_id)
        if wrapping is not None and len(wrapping) == KEY_BYTES:
            self._write(_with(sobre, _wrap(sobre, KEYRING, KEYRING, wrapping, key)))
        else:
            self._write(self._with_keyring(sobre, key))

    def has_recovery_code(self) -> bool:
        return any(r.tipo == RECOVERY for r in self._read().ranuras)

    def new_recovery_code(self, key: LlaveDatos) -> str:
        """A code to print, in the place of any former one; it is kept nowhere.

        32 characters of Crockford's base 32 (160 bits) in groups of four.
        """
        sobre = self._read()
        letters = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
        code = "-".join(
            letters[at : at + _CODE_GROUP] for at in range(0, _CODE_LENGTH, _CODE_GROUP)
        )
        wrapping = _key_of_code(code, sobre.salt)
        self._write(_with(sobre, _wrap(sobre, RECOVERY, RECOVERY, wrapping, key)))
        return code

    def _with_keyring(self, sobre: _Sobre, key: LlaveDatos) -> _Sobre:
        wrapping = secrets.token_bytes(KEY_BYTES)
        if not self._llavero.set(sobre.database_id, wrapping):
            return sobre
        return _with(sobre, _wrap(sobre, KEYRING, KEYRING, wrapping, key))

    def _mend_keyring(self, sobre: _Sobre, key: LlaveDatos) -> None:
        mended = self._with_keyring(sobre, key)
        if mended is not sobre:
            self._write(mended)

    def _read(self) -> _Sobre:
        try:
            return _parse(json.loads(self._path.read_bytes()))
        except (OSError, *_MALFORMED) as error:
            raise StoreDamagedError(ENVELOPE_DAMAGED) from error

    def _write(self, sobre: _Sobre) -> None:
        text = json.dumps(_as_json(sobre), indent=1).encode()
        replace_file(self._path, text)
        # What a kill left half written may hold the way in of somebody who has none any more.
        for stale in self._path.parent.glob(f"{self._path.name}.*.tmp"):
            stale.unlink(missing_ok=True)


def open_envelope(envelope: dict[str, Any], secret: str) -> LlaveDatos | None:
    """The data key by the password of one of the envelope's users, or by its recovery code."""
    try:
        sobre = _parse(envelope)
    except _MALFORMED:
        return None
    for tipo, derive in ((PASSWORD, _key_of_password), (RECOVERY, _key_of_code)):
        wrapping = derive(secret, sobre.salt)
        for ranura in sobre.ranuras:
            key = _unwrap(sobre, ranura, wrapping) if ranura.tipo == tipo else None
            if key is not None:
                return key
    return None


def replace_file(path: Path, content: bytes) -> None:
    """Puts `content` at `path`, mode 0600; a crash leaves the old content or the new one."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        # Without this a power cut may forget the rename.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _key_of_password(password: str, salt: bytes) -> bytes:
    text = unicodedata.normalize("NFC", password).encode()
    return argon2.derive(
        text,
        salt=salt,
        length=KEY_BYTES,
        iterations=ARGON2_ITERATIONS,
        lanes=ARGON2_LANES,
        memory_kib=ARGON2_MEMORY_KIB,
    )


def _key_of_code(code: str, salt: bytes) -> bytes:
    readable = code.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    letters = "".join(c for c in readable if c in _CODE_ALPHABET)
    # 160 random bits need no slow derivation.
    return HKDF(hashes.SHA256(), KEY_BYTES, salt, b"icsoe/recuperacion/1").derive(letters.encode())


def _place(sobre: _Sobre, tipo: str, slot_id: str) -> bytes:
    return f"{FORMAT_VERSION}|{sobre.database_id}|{tipo}|{slot_id}".encode()


def _wrap(sobre: _Sobre, tipo: str, slot_id: str, wrapping: bytes, key: LlaveDatos) -> Ranura:
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(wrapping).encrypt(nonce, key.raw(), _place(sobre, tipo, slot_id))
    return Ranura(tipo, slot_id, nonce + sealed)


def _unwrap(sobre: _Sobre, ranura: Ranura, wrapping: bytes) -> LlaveDatos | None:
    nonce, sealed = ranura.cifrado[:NONCE_BYTES], ranura.cifrado[NONCE_BYTES:]
    try:
        plain = AESGCM(wrapping).decrypt(nonce, sealed, _place(sobre, ranura.tipo, ranura.id))
        return LlaveDatos(plain)
    except (InvalidTag, ValueError):
        return None


def _with(sobre: _Sobre, ranura: Ranura) -> _Sobre:
    others = tuple(r for r in sobre.ranuras if (r.tipo, r.id) != (ranura.tipo, ranura.id))
    return replace(sobre, ranuras=(*others, ranura))


def _parse(data: dict[str, Any]) -> _Sobre:
    if data["version"] != FORMAT_VERSION:
        raise ValueError("unknown envelope version")
    ranuras = []
    for one in data["ranuras"]:
        try:
            sealed = base64.b64decode(one["cifrado"], validate=True)
        except binascii.Error as error:
            raise ValueError("slot is not base64") from error
        if one["tipo"] == PASSWORD:
            uuid.UUID(one["id"])
        ranuras.append(Ranura(str(one["tipo"]), str(one["id"]), sealed))
    salt = base64.b64decode(data["sal"], validate=True)
    if len(salt) != SALT_BYTES:
        raise ValueError("salt of another length")
    return _Sobre(uuid.UUID(data["base"]).hex, salt, tuple(ranuras))


def _as_json(sobre: _Sobre) -> dict[str, Any]:
    return {
        "version": FORMAT_VERSION,
        "base": sobre.database_id,
        "sal": base64.b64encode(sobre.salt).decode(),
        "ranuras": [ranura.as_json() for ranura in sobre.ranuras],
    }
