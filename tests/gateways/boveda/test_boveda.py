"""The vault: every way in opens the same key, and nothing else does."""

from __future__ import annotations

import base64
import json
import os
import stat
import time
import tracemalloc
import unicodedata
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from icsoe_desktop.errors import StoreLockedError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.boveda.os_keyring import FileKeyring
from tests.conftest import MemoryKeyring
from tests.gateways.boveda.sobres import ANA, BETO, CLAVE_ANA, CLAVE_BETO, envelope, same, slots
from tests.support.dobles import NoLlavero


def test_every_way_in_opens_the_same_key(path: Path, boveda: Boveda) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    boveda.set_password(key, BETO, CLAVE_BETO)
    code = boveda.new_recovery_code(key)

    assert same(boveda.open_with_keyring(), key)
    for user, password in ((ANA, CLAVE_ANA), (BETO, CLAVE_BETO)):
        opened, whose = boveda.open_with_password(password)
        assert same(opened, key)
        assert whose == user
    assert same(boveda.open_with_recovery_code(code), key)
    assert slots(path) == sorted(
        [
            ("contrasena", ANA.hex),
            ("contrasena", BETO.hex),
            ("llavero", "llavero"),
            ("recuperacion", "recuperacion"),
        ]
    )


def test_a_wrong_password_or_code_changes_nothing(path: Path, boveda: Boveda) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    code = boveda.new_recovery_code(key)
    before = path.read_bytes()
    for wrong in ("", CLAVE_ANA + " ", CLAVE_ANA.lower(), CLAVE_BETO, code):
        with pytest.raises(StoreLockedError, match="La contraseña no abre los datos"):
            boveda.open_with_password(wrong)
    first = "Z" if code[0] != "Z" else "Y"
    for wrong in ("", code[:-1], first + code[1:], CLAVE_ANA):
        with pytest.raises(StoreLockedError, match="El código de recuperación no abre"):
            boveda.open_with_recovery_code(wrong)
    assert path.read_bytes() == before


def test_a_lost_keyring_entry_is_mended_by_the_password_and_by_the_code(
    boveda: Boveda, keyring: MemoryKeyring
) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    code = boveda.new_recovery_code(key)
    for open_otherwise in (
        lambda: boveda.open_with_password(CLAVE_ANA)[0],
        lambda: boveda.open_with_recovery_code(code),
    ):
        for lost in (None, b"x", bytes(32)):
            names = list(keyring.entries)
            keyring.entries = {} if lost is None else dict.fromkeys(names, lost)
            with pytest.raises(StoreLockedError, match="ábralos con la contraseña de un usuario"):
                boveda.open_with_keyring()
            assert same(open_otherwise(), key)
            assert same(boveda.open_with_keyring(), key)


def test_a_machine_without_keyring_opens_with_the_password_only(path: Path) -> None:
    boveda = Boveda(path, NoLlavero())
    key = boveda.create()
    assert (boveda.has_ways_in(), boveda.has_passwords(), slots(path)) == (False, False, [])
    boveda.set_password(key, ANA, CLAVE_ANA)
    assert (boveda.has_ways_in(), boveda.has_passwords()) == (True, True)
    with pytest.raises(StoreLockedError):
        boveda.open_with_keyring()
    assert same(boveda.open_with_password(CLAVE_ANA)[0], key)
    assert slots(path) == [("contrasena", ANA.hex)]


def test_a_new_password_takes_the_place_of_the_former(path: Path, boveda: Boveda) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    boveda.set_password(key, ANA, CLAVE_BETO)
    with pytest.raises(StoreLockedError):
        boveda.open_with_password(CLAVE_ANA)
    assert boveda.open_with_password(CLAVE_BETO)[1] == ANA
    assert boveda.password_opens(ANA, CLAVE_BETO)
    assert not boveda.password_opens(ANA, CLAVE_ANA)
    assert not boveda.password_opens(BETO, CLAVE_BETO)


def test_the_passwords_of_others_are_dropped(path: Path, boveda: Boveda) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    boveda.set_password(key, BETO, CLAVE_BETO)
    boveda.new_recovery_code(key)
    boveda.keep_passwords_of({BETO, uuid.UUID(int=3)})
    with pytest.raises(StoreLockedError):
        boveda.open_with_password(CLAVE_ANA)
    assert boveda.open_with_password(CLAVE_BETO)[1] == BETO
    assert [tipo for tipo, _ in slots(path)] == ["contrasena", "llavero", "recuperacion"]
    assert boveda.has_recovery_code()


def test_a_password_is_the_same_however_its_accents_are_typed(boveda: Boveda) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, unicodedata.normalize("NFD", CLAVE_ANA))
    assert same(boveda.open_with_password(unicodedata.normalize("NFC", CLAVE_ANA))[0], key)


def test_each_password_has_a_salt_of_its_own_and_those_of_before_still_open(
    path: Path, boveda: Boveda
) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    boveda.set_password(key, BETO, CLAVE_ANA)
    told = envelope(path)
    salts = [one["sal"] for one in told["ranuras"] if one["tipo"] == "contrasena"]
    assert len({*salts, told["sal"]}) == 3
    # As a program of before wrote it: one salt for all.
    (ana,) = [one for one in told["ranuras"] if one["id"] == ANA.hex]
    told["sal"] = ana.pop("sal")
    path.write_text(json.dumps(told))
    assert same(boveda.open_with_password(CLAVE_ANA)[0], key)


def test_a_recovery_code_is_read_as_people_copy_it(boveda: Boveda) -> None:
    key = boveda.create()
    former = boveda.new_recovery_code(key)
    code = boveda.new_recovery_code(key)
    groups = code.split("-")
    assert [len(group) for group in groups] == [4] * 8
    assert set("".join(groups)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    misread = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    for typed in (code, misread, code.replace("-", ""), f"  {code}\n", code.replace("1", "I")):
        assert same(boveda.open_with_recovery_code(typed), key)
    with pytest.raises(StoreLockedError):
        boveda.open_with_recovery_code(former)


def test_a_slot_opens_only_as_what_it_is(path: Path, boveda: Boveda) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    content = envelope(path)
    for change in ({"id": BETO.hex}, {"tipo": "recuperacion", "id": "recuperacion"}):
        forged = [
            {**one, **change} if one["tipo"] == "contrasena" else one for one in content["ranuras"]
        ]
        path.write_text(json.dumps({**content, "ranuras": forged}))
        with pytest.raises(StoreLockedError):
            boveda.open_with_password(CLAVE_ANA)
    path.write_text(json.dumps({**content, "base": uuid.uuid4().hex}))
    with pytest.raises(StoreLockedError):
        boveda.open_with_password(CLAVE_ANA)


def test_the_envelope_holds_no_secret_and_is_the_users_alone(
    path: Path, boveda: Boveda, keyring: MemoryKeyring
) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    code = boveda.new_recovery_code(key)
    (wrapping,) = keyring.entries.values()
    assert wrapping != key.raw()
    content = path.read_bytes()
    decoded = b"".join(
        base64.b64decode(text)
        for text in [envelope(path)["sal"], *(one["cifrado"] for one in envelope(path)["ranuras"])]
    )
    for secret in (
        key.raw(),
        wrapping,
        CLAVE_ANA.encode(),
        code.encode(),
        code.replace("-", "").encode(),
        bytes.fromhex(key.file_key_hex()),
    ):
        for text in (secret, base64.b64encode(secret).rstrip(b"="), secret.hex().encode()):
            assert text not in content
            assert text not in decoded
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.usefixtures("production_cost")
def test_passwords_cost_what_the_decision_says(path: Path, boveda: Boveda) -> None:
    """Argon2id, 64 MiB, three passes, four lanes, 256 bits; AES-256-GCM bound to its place."""
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    content = envelope(path)
    (slot,) = [one for one in content["ranuras"] if one["tipo"] == "contrasena"]
    salt, sealed = (base64.b64decode(slot[name]) for name in ("sal", "cifrado"))
    wrapping = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024).derive(
        CLAVE_ANA.encode()
    )
    place = f"1|{content['base']}|contrasena|{ANA.hex}".encode()
    assert len(salt) == 16
    assert AESGCM(wrapping).decrypt(sealed[:12], sealed[12:], place) == key.raw()


LLAVE = bytes(range(32))


def test_a_key_is_kept_and_read(tmp_path: Path) -> None:
    keyring = FileKeyring(tmp_path)
    assert keyring.get("uno") is None
    assert keyring.set("uno", LLAVE)
    assert keyring.get("uno") == LLAVE


def test_a_file_of_a_terabyte_is_no_key_and_takes_no_memory(tmp_path: Path) -> None:
    keyring = FileKeyring(tmp_path)
    keyring.set("uno", LLAVE)
    (path,) = tmp_path.iterdir()
    with path.open("r+b") as file:
        file.truncate(2**40)
    tracemalloc.start()
    start = time.process_time()
    assert keyring.get("uno") is None
    assert time.process_time() - start < 1
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    keyring = FileKeyring(tmp_path)
    keyring.set("uno", LLAVE)
    (path,) = tmp_path.iterdir()
    path.unlink()
    os.mkfifo(path)
    assert keyring.get("uno") is None
