"""The vault's envelope damaged, or its writer killed: a sentence, and nothing lost."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.errors import StoreDamagedError, StoreLockedError
from icsoe_desktop.gateways.atomic_write import replace_file
from icsoe_desktop.gateways.boveda.boveda import MAX_BYTES, Boveda
from icsoe_desktop.seguridad.data_key import DataKey
from tests.conftest import ROOT, MemoryKeyring
from tests.gateways.boveda.sobres import ANA, CLAVE_ANA, CLAVE_BETO, same
from tests.support.dobles import NoLlavero

DAMAGED = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"7",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"9" * 500_000,
    b"1e999",
    bytes(100_000),
    b'{"version": 2, "base": "x", "sal": "", "ranuras": []}',
    b'{"version": 1, "base": "%s", "sal": "", "ranuras": []}' % (b"0" * 32),
    b'{"version": 1, "base": "%s", "sal": "AAAA", "ranuras": []}' % (b"0" * 32),
    b'{"version": 1, "base": "\\ud800", "sal": "%s==", "ranuras": []}' % (b"A" * 22),
    b'{"version": 1, "base": "%s", "sal": "%s==", "ranuras": [1]}' % (b"0" * 32, b"A" * 22),
    b'{"version": 1, "base": "../fuera", "sal": "%s==", "ranuras": []}' % (b"A" * 22),
    b'{"version": 1, "base": "%s", "sal": "%s==", "ranuras": "x"}' % (b"0" * 32, b"A" * 22),
    b'{"version": 1, "base": "%s", "sal": "%s==", "ranuras": []}%s'
    % (b"0" * 32, b"A" * 22, b" " * 2 * MAX_BYTES),
]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_envelope_is_named_and_left_alone(
    path: Path, boveda: Boveda, content: bytes
) -> None:
    path.write_bytes(content)
    for open_it in (
        boveda.open_with_keyring,
        lambda: boveda.open_with_password(CLAVE_ANA),
        lambda: boveda.open_with_recovery_code("0000-0000"),
        lambda: boveda.set_password(DataKey.generate(), ANA, CLAVE_ANA),
    ):
        with pytest.raises(StoreDamagedError, match="está dañado o es de una versión más nueva"):
            open_it()
    assert path.read_bytes() == content


def test_a_missing_envelope_is_named(boveda: Boveda) -> None:
    assert not boveda.exists()
    with pytest.raises(StoreDamagedError):
        boveda.open_with_keyring()


@given(seed=st.integers(min_value=0))
def test_no_damage_to_an_envelope_goes_unsaid(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = random.Random(seed)  # noqa: S311
    path = tmp_path_factory.mktemp("boveda") / "llaves.json"
    boveda = Boveda(path, MemoryKeyring())
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    content = bytearray(path.read_bytes())
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(content))
        match chance.randrange(3):
            case 0:
                content[at] = chance.randrange(256)
            case 1:
                del content[at : at + chance.randrange(1, 30)]
            case 2:
                content[at:at] = chance.choice([b'"', b"null", b"{", b"\\ud800", b"[]", b"\x00"])
    path.write_bytes(content)
    for open_it in (boveda.open_with_keyring, lambda: boveda.open_with_password(CLAVE_ANA)[0]):
        try:
            assert same(open_it(), key)
        except (StoreLockedError, StoreDamagedError):
            continue


def test_a_slot_named_with_half_a_character_closes_only_that_way(
    path: Path, boveda: Boveda
) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    kept = path.read_text()
    assert kept.count('"id": "llavero"') == 1
    path.write_text(kept.replace('"id": "llavero"', '"id": "\\ud800llavero"'))
    with pytest.raises(StoreLockedError):
        boveda.open_with_keyring()
    assert same(boveda.open_with_password(CLAVE_ANA)[0], key)


def test_an_interrupted_write_leaves_the_former_envelope(
    path: Path, boveda: Boveda, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = boveda.create()
    boveda.set_password(key, ANA, CLAVE_ANA)
    before = path.read_bytes()

    def out_of_power(*_args: object) -> None:
        raise KeyboardInterrupt

    for step in ("os.fsync", "pathlib.Path.replace"):
        with monkeypatch.context() as patched:
            patched.setattr(step, out_of_power)
            with pytest.raises(KeyboardInterrupt):
                boveda.set_password(key, ANA, CLAVE_BETO)
        assert path.read_bytes() == before
        assert list(path.parent.iterdir()) == [path]
    assert same(boveda.open_with_password(CLAVE_ANA)[0], key)


def test_a_replaced_file_is_private_even_where_it_was_not(tmp_path: Path) -> None:
    path = tmp_path / "llaves.json"
    path.write_bytes(b"viejo")
    path.chmod(0o644)
    replace_file(path, b"nuevo")
    assert path.read_bytes() == b"nuevo"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


CHANGES_THE_PASSWORD_FOR_EVER = """
import sys, uuid
from pathlib import Path
from icsoe_desktop.gateways.boveda import boveda
from tests.support.cost import use_test_cost
from tests.support.dobles import NoLlavero
use_test_cost()
one = boveda.Boveda(Path(sys.argv[1]), NoLlavero())
key, ana = one.open_with_password("clave 0")
print("listo", flush=True)
turn = 0
while True:
    turn += 1
    one.set_password(key, ana, f"clave {turn % 2}")
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
def test_a_kill_at_any_moment_leaves_an_envelope_that_opens(path: Path) -> None:
    boveda = Boveda(path, NoLlavero())
    key = boveda.create()
    chance = random.Random(9)  # noqa: S311
    for _ in range(8):
        boveda.set_password(key, ANA, "clave 0")
        with subprocess.Popen(
            [sys.executable, "-c", CHANGES_THE_PASSWORD_FOR_EVER, str(path)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"listo\n"
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(chance.uniform(0.01, 0.08))
            writer.send_signal(signal.SIGKILL)
        opens = [boveda.password_opens(ANA, f"clave {turn}") for turn in (0, 1)]
        assert sorted(opens) == [False, True]
        assert same(boveda.open_with_password(f"clave {opens.index(True)}")[0], key)
    boveda.set_password(key, ANA, "clave 0")
    assert list(path.parent.iterdir()) == [path]
