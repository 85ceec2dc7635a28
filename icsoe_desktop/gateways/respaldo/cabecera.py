"""The header of a backup: the key, wrapped with a password, and facts about the database."""

from __future__ import annotations

import base64
import json
import secrets
import unicodedata
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.boveda.key_envelope import SALT_BYTES, open_envelope
from icsoe_desktop.seguridad import argon2
from icsoe_desktop.seguridad.data_key import KEY_BYTES, NONCE_BYTES, DataKey, SealBrokenError

MAX_ROWS = 2**63 - 1  # of SQLite
FORMAT_VERSION = 1
# Upper limits, so that a forged header cannot exhaust the memory.

DAMAGED = (
    "El respaldo está dañado o incompleto y no se puede usar. Sus datos actuales no se tocaron. "
    "Elija otro respaldo."
)
NEWER = (
    "El respaldo es de una versión más nueva del programa. Sus datos actuales no se tocaron. "
    "Actualice ICSOE Desktop en este equipo y vuelva a intentarlo."
)
BEFORE_RELEASE = (
    "El respaldo es de una versión de prueba, anterior a la 1.0.0, y este programa no lo restaura. "
    "Ni el respaldo ni sus datos actuales se tocaron. Ábralo con la versión que lo hizo, o elija "
    "otro respaldo."
)
WRONG_PASSWORD = (
    "La contraseña no abre este respaldo. El respaldo está bien y sus datos actuales no se "
    "tocaron. Escriba la que se eligió al respaldar, la de un usuario de ese día o el código de "
    "recuperación."
)


class BackupError(UserFacingError):
    """The file is not a backup, is damaged, or a newer program wrote it."""


class BackupPasswordError(UserFacingError):
    """The password does not open this backup."""


@dataclass(frozen=True)
class WrappedKey:
    """The data key, wrapped with the backup's password, and the parameters of the derivation."""

    sal: bytes
    cifrado: bytes
    costo: argon2.Cost

    @classmethod
    def wrap(cls, key: DataKey, password: str, base: str) -> WrappedKey:
        """Takes about 0.3 s."""
        one = cls(secrets.token_bytes(SALT_BYTES), b"", argon2.COST)
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(one._derive(password)).encrypt(nonce, key.raw(), _place(base))
        return replace(one, cifrado=nonce + sealed)

    def open(self, password: str, base: str) -> DataKey | None:
        nonce, sealed = self.cifrado[:NONCE_BYTES], self.cifrado[NONCE_BYTES:]
        try:
            return DataKey(AESGCM(self._derive(password)).decrypt(nonce, sealed, _place(base)))
        except (InvalidTag, ValueError):
            return None

    def _derive(self, password: str) -> bytes:
        return argon2.derive(
            unicodedata.normalize("NFC", password).encode(),
            salt=self.sal,
            length=KEY_BYTES,
            cost=self.costo,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "sal": _text(self.sal),
            "cifrado": _text(self.cifrado),
            "memoria_kib": self.costo.memory_kib,
            "iteraciones": self.costo.iterations,
            "carriles": self.costo.lanes,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> WrappedKey:
        """Raises ValueError, KeyError or TypeError for malformed data."""
        costo = argon2.Cost(
            int(data["memoria_kib"]), int(data["iteraciones"]), int(data["carriles"])
        )
        one = cls(_octets(data["sal"]), _octets(data["cifrado"]), costo)
        if len(one.sal) != SALT_BYTES or not costo.is_affordable:
            raise ValueError("parameters out of bounds")
        return one


@dataclass(frozen=True)
class BackupHeader:
    """base: id of the database. envelope: the key envelope without its keyring slot.

    contenido: a summary of the database, sealed with the data key.
    """

    base: str
    creado: datetime
    esquema: str
    llave: WrappedKey
    envelope: dict[str, Any]
    contenido: bytes
    octetos: int

    def unseal_contenido(self, key: DataKey) -> dict[str, int]:
        """Rows by table, by its own words. Raises BackupError."""
        try:
            plain = key.unseal(self.contenido, "respaldo", uuid.UUID(self.base), "contenido")
            found = json.loads(plain)
        except (SealBrokenError, ValueError, RecursionError) as error:
            raise BackupError(DAMAGED) from error
        if not isinstance(found, dict) or not all(
            type(one) is int and 0 <= one <= MAX_ROWS for one in found.values()
        ):
            raise BackupError(DAMAGED)
        return found

    def open_key(self, password: str) -> DataKey:
        """Unwrap the key with the backup's password, or with one that opened the data then.

        Raises BackupPasswordError.
        """
        key = self.llave.open(password, self.base) or open_envelope(self.envelope, password)
        if key is None:
            raise BackupPasswordError(WRONG_PASSWORD)
        return key


def seal_contenido(key: DataKey, base: str, contenido: dict[str, Any]) -> bytes:
    return key.seal(json.dumps(contenido).encode(), "respaldo", uuid.UUID(base), "contenido")


def header_text(cabecera: BackupHeader) -> bytes:
    data = {
        "version": FORMAT_VERSION,
        "creado": cabecera.creado.isoformat(),
        "base": cabecera.base,
        "esquema": cabecera.esquema,
        "octetos": cabecera.octetos,
        "llave": cabecera.llave.as_json(),
        "sobre": cabecera.envelope,
        "contenido": _text(cabecera.contenido),
    }
    return json.dumps(data, ensure_ascii=False).encode()


def parse_header(text: bytes) -> BackupHeader:
    """Raises BackupError."""
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
        # Time zones could move the date outside the years 1 to 9999.
        if not 1000 < creado.astimezone(UTC).year < 9999:
            raise ValueError("no such year")
        octetos = int(data["octetos"])
        if octetos < 0:
            raise ValueError("a negative size")
        return BackupHeader(
            uuid.UUID(data["base"]).hex,
            creado,
            str(data["esquema"]),
            WrappedKey.from_json(data["llave"]),
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


def _place(base: str) -> bytes:
    return f"respaldo|{FORMAT_VERSION}|{base}".encode()


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _octets(text: Any) -> bytes:
    if not isinstance(text, str):
        raise TypeError("not a text")
    return base64.b64decode(text, validate=True)
