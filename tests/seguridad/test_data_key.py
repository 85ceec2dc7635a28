"""What is sealed opens only in its place, with its key, unchanged."""

from __future__ import annotations

import hashlib
import hmac
import subprocess
import sys
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.seguridad.data_key import DataKey, SealBrokenError
from tests.conftest import ROOT

RAW = bytes(range(32))
ROW = uuid.UUID("019caf2b-a8c0-72ce-938d-157f994f2a10")
PLACE = ("certificados", ROW, "llave_sellada")


def hkdf_sha256(key: bytes, purpose: bytes) -> bytes:
    """RFC 5869 for one block, without salt."""
    extracted = hmac.digest(bytes(32), key, hashlib.sha256)
    return hmac.digest(extracted, purpose + b"\x01", hashlib.sha256)


@given(st.binary(max_size=200))
def test_a_sealed_field_opens_in_its_place(plain: bytes) -> None:
    key = DataKey(RAW)
    sealed = key.seal(plain, *PLACE)
    assert key.unseal(sealed, *PLACE) == plain
    assert DataKey(RAW).unseal(sealed, *PLACE) == plain
    assert key.seal(bytearray(plain), *PLACE) != sealed  # a fresh nonce each time


def test_the_seal_is_the_documented_one() -> None:
    sealed = DataKey(RAW).seal(b"llave", *PLACE)
    assert sealed[0] == 1
    assert len(sealed) == 1 + 12 + len(b"llave") + 16
    aead = AESGCM(hkdf_sha256(RAW, b"icsoe/campos/1"))
    place = b"1|certificados|019caf2ba8c072ce938d157f994f2a10|llave_sellada"
    assert aead.decrypt(sealed[1:13], sealed[13:], place) == b"llave"


def test_a_sealed_field_does_not_open_elsewhere() -> None:
    key = DataKey(RAW)
    sealed = key.seal(b"llave", *PLACE)
    for place in (
        ("usuarios", ROW, "llave_sellada"),
        ("certificados", uuid.UUID(int=ROW.int + 1), "llave_sellada"),
        ("certificados", ROW, "contrasena_sellada"),
        ("certificados|", ROW, "llave_sellada"),
    ):
        with pytest.raises(SealBrokenError):
            key.unseal(sealed, *place)


def test_another_key_does_not_open_it() -> None:
    sealed = DataKey(RAW).seal(b"llave", *PLACE)
    with pytest.raises(SealBrokenError):
        DataKey.generate().unseal(sealed, *PLACE)


def test_no_changed_cut_or_longer_seal_opens() -> None:
    key = DataKey(RAW)
    sealed = key.seal(b"llave", *PLACE)
    changed = [
        sealed[:at] + bytes([sealed[at] ^ (1 << bit)]) + sealed[at + 1 :]
        for at in range(len(sealed))
        for bit in (0, 7)
    ]
    cut = [sealed[:size] for size in range(len(sealed))]
    for broken in [*changed, *cut, sealed + b"\x00"]:
        with pytest.raises(SealBrokenError):
            key.unseal(broken, *PLACE)


@given(st.binary(max_size=100))
def test_no_bytes_open_by_chance(sealed: bytes) -> None:
    with pytest.raises(SealBrokenError):
        DataKey(RAW).unseal(sealed, *PLACE)


def test_each_purpose_has_a_key_of_its_own() -> None:
    key = DataKey(RAW)
    assert key.file_key_hex() == hkdf_sha256(RAW, b"icsoe/sqlcipher/1").hex()
    assert key.index_key() == hkdf_sha256(RAW, b"icsoe/indice/1")
    assert len({key.file_key_hex(), key.index_key().hex(), RAW.hex()}) == 3


def test_a_key_has_256_random_bits_and_does_not_show_them() -> None:
    for size in (0, 16, 31, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            DataKey(bytes(size))
    keys = {DataKey.generate().raw() for _ in range(50)}
    assert len(keys) == 50
    assert repr(DataKey(RAW)) == f"{DataKey(RAW)}" == "DataKey(…)"


SHOWN = """
import ctypes, resource
from icsoe_desktop.seguridad.process import forbid_dumps
forbid_dumps()
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE))
"""
MAIN = """
import ctypes, sys
sys.argv = ["icsoe-desktop", "--version"]
from icsoe_desktop.__main__ import main
try:
    main()
finally:
    print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl es de Linux")
@pytest.mark.parametrize(("code", "said"), [(SHOWN, "0 (0, 0)"), (MAIN, "0")])
def test_the_process_is_closed_to_dumps_and_debuggers(code: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == said
