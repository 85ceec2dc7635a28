"""The keys of an office: they seal records and are wrapped for members.

An office has one current key. Keys are numbered; removing a member adds the next key. Each
member has an X25519 pair, and every key is wrapped for the public half. An HMAC with the former
key proves that a member made a key, and not the server.
Source: RFC 7748, RFC 5869, docs/decisions/0014-sincronizacion.md.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
PUBLIC_BYTES: Final = 32


class OfficeSealBrokenError(Exception):
    """A sealed value does not open: wrong key, wrong associated data, or changed bytes."""


class OfficeKey:
    """32 secret bytes with a number. Each purpose uses its own derived key."""

    def __init__(self, raw: bytes, number: int) -> None:
        if len(raw) != KEY_BYTES or number < 1:
            raise ValueError("a key of the office has 32 bytes and a number")
        self._raw = raw
        self.number = number
        self._seal = AESGCM(_derive(raw, b"icsoe/oficina/registros/1"))
        self._proof = _derive(raw, b"icsoe/oficina/prueba/1")

    @classmethod
    def generate(cls, number: int = 1) -> OfficeKey:
        return cls(secrets.token_bytes(KEY_BYTES), number)

    def raw(self) -> bytes:
        """The key itself, for wrapping only."""
        return self._raw

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """nonce (12 bytes) + AES-256-GCM of `plain`. place: the associated data."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._seal.encrypt(nonce, plain, place)

    def unseal(self, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes of `seal`. Raises OfficeSealBrokenError."""
        return _open(self._seal, sealed, place)

    def prove(self, what: bytes) -> bytes:
        """HMAC of `what`: proves that a holder of this key made the claim."""
        return hmac.digest(self._proof, what, hashlib.sha256)

    def proves(self, what: bytes, proof: bytes) -> bool:
        return hmac.compare_digest(self.prove(what), proof)

    def __repr__(self) -> str:
        return f"OfficeKey(…, {self.number})"


OfficeKeys = Mapping[int, OfficeKey]  # number → key


def newest(office_keys: OfficeKeys) -> OfficeKey:
    """The key that seals new records."""
    return office_keys[max(office_keys)]


def new_private() -> bytes:
    """A new X25519 private key of a member (32 bytes)."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def member_claim(oficina: str, miembro: uuid.UUID, cuenta: str, public: bytes) -> bytes:
    """The claim of a new member. Its proof stops the server from adding members."""
    return f"miembro|{oficina}|{miembro.hex}|{cuenta}|".encode() + public


def paper_private(code: str, oficina: str) -> bytes:
    """The private half that follows from the code on the recovery paper, in any usual spelling."""
    readable = code.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    letters = "".join(c for c in readable if c.isascii() and c.isalnum())
    # 160 random bits need no slow derivation.
    return _derive(letters.encode(), b"icsoe/oficina/papel/1|" + oficina.encode())


def seal_for(public: bytes, plain: bytes, place: bytes) -> bytes:
    """ephemeral public key (32 bytes) + nonce (12) + sealed bytes, for the holder of `public`."""
    ephemeral = X25519PrivateKey.generate()
    head = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    nonce = secrets.token_bytes(NONCE_BYTES)
    box = AESGCM(_derive(shared, place + head + public))
    return head + nonce + box.encrypt(nonce, plain, place)


def open_sealed(private: bytes, sealed: bytes, place: bytes) -> bytes:
    """The plain bytes of `seal_for`. Raises OfficeSealBrokenError."""
    head, rest = sealed[:PUBLIC_BYTES], sealed[PUBLIC_BYTES:]
    try:
        pair = X25519PrivateKey.from_private_bytes(private)
        shared = pair.exchange(X25519PublicKey.from_public_bytes(head))
        return _open(AESGCM(_derive(shared, place + head + public_of(private))), rest, place)
    except ValueError as error:
        raise OfficeSealBrokenError("not sealed for anybody") from error


def wrap(key: OfficeKey, public: bytes, oficina: str, miembro: uuid.UUID) -> bytes:
    """The key, sealed for the holder of `public`."""
    return seal_for(public, key.raw(), _wrap_place(oficina, miembro, key.number))


def unwrap(
    wrapped: bytes, number: int, private: bytes, oficina: str, miembro: uuid.UUID
) -> OfficeKey:
    """Raises OfficeSealBrokenError."""
    plain = open_sealed(private, wrapped, _wrap_place(oficina, miembro, number))
    try:
        return OfficeKey(plain, number)
    except ValueError as error:
        raise OfficeSealBrokenError("not a wrapped key") from error


def pair_proof(private: bytes, public: bytes, oficina: str, what: bytes) -> bytes:
    """An HMAC of `what` that only the holders of `private` and of the other half can compute.

    Raises ValueError for a public key that is none.
    """
    pair = X25519PrivateKey.from_private_bytes(private)
    shared = pair.exchange(X25519PublicKey.from_public_bytes(public))
    key = _derive(shared, b"icsoe/oficina/pareja/1|" + oficina.encode())
    return hmac.digest(key, what, hashlib.sha256)


def proofs_agree(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)


def _wrap_place(oficina: str, miembro: uuid.UUID, number: int) -> bytes:
    return f"icsoe/oficina/envoltura/1|{oficina}|{miembro.hex}|{number}|".encode()


def _derive(raw: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, None, purpose).derive(raw)


def _open(box: AESGCM, sealed: bytes, place: bytes) -> bytes:
    try:
        return box.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise OfficeSealBrokenError("the seal does not open") from error
