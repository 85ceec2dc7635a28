"""An envelope without slots beside a store: the program asks, and never deletes a WAL.

It used to set the store aside, delete its journal and begin anew in silence: a user and a registro
patronal whose transactions were still in the WAL were lost for good.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from icsoe_desktop.arranque.apertura import KEYLESS, open_data
from icsoe_desktop.errors import StoreKeylessError
from icsoe_desktop.paths import DataFolder
from tests.conftest import MemoryKeyring, Reloj
from tests.services.respaldo.con_respaldo import Oficina


@pytest.fixture
def oficina(tmp_path: Path, reloj: Reloj) -> Oficina:
    return Oficina(tmp_path / "datos", reloj)


def without_slots(folder: DataFolder) -> bytes:
    """Takes the slots out of the envelope; what it was."""
    whole = folder.envelope.read_bytes()
    folder.envelope.write_text(json.dumps(json.loads(whole) | {"ranuras": []}))
    return whole


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_it_asks_and_touches_nothing(oficina: Oficina, reloj: Reloj) -> None:
    names = oficina.names()
    wal = oficina.folder.root / "icsoe.db-wal"
    wal.write_bytes(b"transactions that only the journal holds")
    whole = without_slots(oficina.folder)
    before = files(oficina.folder.root)
    with pytest.raises(StoreKeylessError) as caught:
        open_data(oficina.folder, None, oficina.keyring, reloj)
    assert caught.value.message == KEYLESS
    assert files(oficina.folder.root) == before
    wal.unlink()
    oficina.folder.envelope.write_bytes(whole)
    assert oficina.names() == names != []


def test_who_starts_over_keeps_every_file(oficina: Oficina, reloj: Reloj) -> None:
    (oficina.folder.root / "icsoe.db-wal").write_bytes(b"journal")
    without_slots(oficina.folder)
    before = files(oficina.folder.root)
    opened = open_data(oficina.folder, None, MemoryKeyring(), reloj, start_over=True)
    opened.store.close()
    [kept] = oficina.folder.root.glob("sin-llave-*")
    told = {
        name: before[name] for name in ("icsoe.db", "icsoe.db-wal", "icsoe.db.ancla", "llaves.json")
    }
    assert files(kept) == told


def test_starting_over_never_touches_data_that_some_way_opens(
    oficina: Oficina, reloj: Reloj
) -> None:
    names = oficina.names()
    open_data(oficina.folder, None, oficina.keyring, reloj, start_over=True).store.close()
    assert oficina.names() == names != []
    assert list(oficina.folder.root.glob("sin-llave-*")) == []


def test_a_first_start_that_wrote_no_store_begins_by_itself(
    tmp_path: Path, oficina: Oficina, reloj: Reloj
) -> None:
    folder = DataFolder(tmp_path / "nueva")
    folder.root.mkdir()
    folder.envelope.write_bytes(oficina.folder.envelope.read_bytes())
    without_slots(folder)
    open_data(folder, None, MemoryKeyring(), reloj).store.close()
    assert folder.store.exists()
