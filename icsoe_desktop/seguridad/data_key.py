"""The data key of one database. It opens the file and seals the credential fields."""

from __future__ import annotations

import secrets
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
SEAL_VERSION = 1


class SealBrokenError(Exception):
    """A sealed field does not open: wrong key, wrong table, row or field, or changed bytes."""


class DataKey:
    """256 random bits. Each purpose uses its own key, derived with HKDF-SHA256."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        self._raw = raw
        self._fields = AESGCM(self._derive(b"icsoe/campos/1"))

    @classmethod
    def generate(cls) -> DataKey:
        return cls(secrets.token_bytes(KEY_BYTES))

    def raw(self) -> bytes:
        """The key itself, for wrapping only."""
        return self._raw

    def file_key_hex(self) -> str:
        """The raw SQLCipher key, 64 hexadecimal digits."""
        return self._derive(b"icsoe/sqlcipher/1").hex()

    def index_key(self) -> bytes:
        """The key for hashes of values that are searched but never read (32 bytes)."""
        return self._derive(b"icsoe/indice/1")

    def backup_key(self) -> bytes:
        """The key that authenticates whole backups (32 bytes)."""
        return self._derive(b"icsoe/respaldo/1")

    def anchor_key(self) -> bytes:
        """The key that authenticates the anchor of the bitácora (32 bytes)."""
        return self._derive(b"icsoe/ancla/1")

    def seal(self, plain: bytes | bytearray, table: str, row: uuid.UUID, field: str) -> bytes:
        """version (1 byte) + nonce (12) + AES-256-GCM of `plain`.

        Table, row and field are the associated data.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._fields.encrypt(nonce, bytes(plain), _place(table, row, field))
        return bytes([SEAL_VERSION]) + nonce + sealed

    def unseal(self, sealed: bytes, table: str, row: uuid.UUID, field: str) -> bytes:
        """The plain bytes of `seal`. Raises SealBrokenError."""
        if not sealed or sealed[0] != SEAL_VERSION:
            raise SealBrokenError("unknown seal version")
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._fields.decrypt(nonce, body, _place(table, row, field))
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("the seal does not open") from error

    def _derive(self, purpose: bytes) -> bytes:
        return HKDF(hashes.SHA256(), KEY_BYTES, None, purpose).derive(self._raw)

    def __repr__(self) -> str:
        return "DataKey(…)"


def _place(table: str, row: uuid.UUID, field: str) -> bytes:
    return f"{SEAL_VERSION}|{table}|{row.hex}|{field}".encode()
