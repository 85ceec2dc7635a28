"""The contents of the envelope: the data key, encrypted once a slot."""

from __future__ import annotations

import base64
import binascii
import secrets
import unicodedata
import uuid
from dataclasses import dataclass, replace
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from icsoe_desktop.seguridad import argon2
from icsoe_desktop.seguridad.data_key import KEY_BYTES, NONCE_BYTES, DataKey

FORMAT_VERSION = 1
SALT_BYTES = 16
# Of a strange file. Each password takes 0.3 s.
MOST_TRIED = 100

KEYRING, PASSWORD, RECOVERY = "llavero", "contrasena", "recuperacion"
# Crockford's alphabet: without I, L, O and U, which people misread on paper.
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 32
_CODE_GROUP = 4


class EnvelopeBrokenError(Exception):
    """The file is not an envelope, or a newer program wrote it."""


@dataclass(frozen=True)
class KeySlot:
    """One slot of the envelope. id: of the user, for a password slot.

    salt: of the slot's password; empty for other slots, and where it is the envelope's.
    """

    tipo: str
    id: str
    cifrado: bytes  # nonce + AES-256-GCM of the data key
    salt: bytes = b""


@dataclass(frozen=True)
class KeyEnvelope:
    database_id: str
    salt: bytes
    slots: tuple[KeySlot, ...]

    @classmethod
    def new(cls) -> KeyEnvelope:
        return cls(uuid.uuid4().hex, secrets.token_bytes(SALT_BYTES), ())

    @classmethod
    def from_json(cls, data: Any) -> KeyEnvelope:
        """Raises EnvelopeBrokenError."""
        try:
            return _parse(data)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise EnvelopeBrokenError from error

    def as_json(self) -> dict[str, Any]:
        return {
            "version": FORMAT_VERSION,
            "base": self.database_id,
            "sal": base64.b64encode(self.salt).decode(),
            "ranuras": [
                {
                    "tipo": one.tipo,
                    "id": one.id,
                    "cifrado": base64.b64encode(one.cifrado).decode(),
                    **({"sal": base64.b64encode(one.salt).decode()} if one.salt else {}),
                }
                for one in self.slots
            ],
        }

    def has(self, tipo: str) -> bool:
        return any(one.tipo == tipo for one in self.slots)

    def without(self, tipo: str) -> KeyEnvelope:
        return replace(self, slots=tuple(r for r in self.slots if r.tipo != tipo))

    def wrap(
        self, tipo: str, slot_id: str, wrapping: bytes, key: DataKey, salt: bytes = b""
    ) -> KeyEnvelope:
        """A copy with this slot; it replaces the slot of the same kind and id."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(wrapping).encrypt(nonce, key.raw(), self._place(tipo, slot_id))
        others = tuple(r for r in self.slots if (r.tipo, r.id) != (tipo, slot_id))
        return replace(self, slots=(*others, KeySlot(tipo, slot_id, nonce + sealed, salt)))

    def unwrap(self, tipo: str, wrapping: bytes) -> tuple[DataKey, str] | None:
        """(data key, id of the slot) of the first slot of the kind that `wrapping` opens."""
        for slot in self.slots:
            key = self._unwrap(slot, wrapping) if slot.tipo == tipo else None
            if key is not None:
                return key, slot.id
        return None

    def wrap_with_password(self, slot_id: str, password: str, key: DataKey) -> KeyEnvelope:
        """A copy with this password slot. Takes about 0.3 s.

        It has a salt of its own: who has the file tries each guess against one user only.
        """
        salt = secrets.token_bytes(SALT_BYTES)
        return self.wrap(PASSWORD, slot_id, _key_of_password(password, salt), key, salt)

    def unwrap_with_password(self, password: str) -> tuple[DataKey, str] | None:
        """(data key, id of the user) if it is the password of one. About 0.3 s for each user."""
        wrappings: dict[bytes, bytes] = {}
        for slot in self.slots:
            if slot.tipo != PASSWORD:
                continue
            salt = slot.salt or self.salt
            if salt not in wrappings:
                wrappings[salt] = _key_of_password(password, salt)
            key = self._unwrap(slot, wrappings[salt])
            if key is not None:
                return key, slot.id
        return None

    def key_of_code(self, code: str) -> bytes:
        """The wrapping key of a recovery code, in any usual spelling."""
        readable = code.upper().replace("O", "0").replace("I", "1").replace("L", "1")
        letters = "".join(c for c in readable if c in _CODE_ALPHABET).encode()
        # 160 random bits need no slow derivation.
        return HKDF(hashes.SHA256(), KEY_BYTES, self.salt, b"icsoe/recuperacion/1").derive(letters)

    def _unwrap(self, slot: KeySlot, wrapping: bytes) -> DataKey | None:
        nonce, sealed = slot.cifrado[:NONCE_BYTES], slot.cifrado[NONCE_BYTES:]
        try:
            # Lone surrogates in an id from JSON raise ValueError too.
            place = self._place(slot.tipo, slot.id)
            return DataKey(AESGCM(wrapping).decrypt(nonce, sealed, place))
        except (InvalidTag, ValueError):
            return None

    def _place(self, tipo: str, slot_id: str) -> bytes:
        return f"{FORMAT_VERSION}|{self.database_id}|{tipo}|{slot_id}".encode()


def new_code() -> str:
    """32 characters of Crockford's base 32 (160 bits) in groups of four."""
    letters = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    return "-".join(letters[at : at + _CODE_GROUP] for at in range(0, _CODE_LENGTH, _CODE_GROUP))


def open_envelope(envelope: dict[str, Any], secret: str) -> DataKey | None:
    """The data key, if `secret` is a user's password or the recovery code; otherwise None."""
    try:
        parsed = KeyEnvelope.from_json(envelope)
    except EnvelopeBrokenError:
        return None
    found = replace(parsed, slots=parsed.slots[:MOST_TRIED]).unwrap_with_password(secret)
    if found is None:
        found = parsed.unwrap(RECOVERY, parsed.key_of_code(secret))
    return None if found is None else found[0]


def _key_of_password(password: str, salt: bytes) -> bytes:
    text = unicodedata.normalize("NFC", password).encode()
    return argon2.derive(text, salt=salt, length=KEY_BYTES)


def _parse(data: Any) -> KeyEnvelope:
    if data["version"] != FORMAT_VERSION:
        raise ValueError("unknown envelope version")
    slots = []
    for one in data["ranuras"]:
        try:
            sealed = base64.b64decode(one["cifrado"], validate=True)
        except binascii.Error as error:
            raise ValueError("slot is not base64") from error
        if one["tipo"] == PASSWORD:
            uuid.UUID(one["id"])
        own = _salt_of(one["sal"]) if "sal" in one else b""
        slots.append(KeySlot(str(one["tipo"]), str(one["id"]), sealed, own))
    return KeyEnvelope(uuid.UUID(data["base"]).hex, _salt_of(data["sal"]), tuple(slots))


def _salt_of(text: Any) -> bytes:
    salt = base64.b64decode(text, validate=True)
    if len(salt) != SALT_BYTES:
        raise ValueError("salt of another length")
    return salt
