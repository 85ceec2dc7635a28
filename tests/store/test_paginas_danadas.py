"""A damaged page, wherever it lies, ends in its sentence."""

from __future__ import annotations

import errno
import random
from pathlib import Path

import pytest
from sqlalchemy import text

from icsoe_desktop.errors import StoreDamagedError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.engine import PAGE_DAMAGED, Store, open_engine, utc_now
from tests.conftest import MemoryKeyring
from tests.services.respaldo.con_respaldo import Oficina

PAGE = 4096


def read_everything(store: Store) -> None:
    with store.read() as db:
        names = db.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        for name in names.all():
            db.execute(text(f"SELECT * FROM {name}")).all()  # noqa: S608


def open_and_read(path: Path, key: DataKey) -> None:
    store = Store(open_engine(path, key), key, utc_now)
    try:
        read_everything(store)
        with store.read() as db:
            # Pages that no table reads: free ones, and those of indexes.
            found = db.execute(text("PRAGMA integrity_check")).scalars().first()
        if found != "ok":
            raise StoreDamagedError(PAGE_DAMAGED)
    finally:
        store.close()


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_page_is_said(seed: int, tmp_path: Path, reloj: object) -> None:
    oficina = Oficina(tmp_path / "datos", reloj)  # type: ignore[arg-type]
    path = oficina.folder.store
    key = Boveda(oficina.folder.envelope, oficina.keyring).open_with_keyring()
    data = bytearray(path.read_bytes())
    chance = random.Random(seed)  # noqa: S311 - which page to spoil, no secret
    page = chance.randrange(1, len(data) // PAGE)
    at = page * PAGE + chance.randrange(PAGE)
    data[at] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(StoreDamagedError) as caught:
        open_and_read(path, key)
    assert "dañad" in caught.value.message or "icsoe.db" in caught.value.message


def test_a_full_disk_at_the_first_registration_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UserFacingError) as caught:
        Boveda(tmp_path / "llaves.json", MemoryKeyring()).create()
    assert "No hay espacio suficiente en el disco" in caught.value.message
    assert list(tmp_path.iterdir()) == []
