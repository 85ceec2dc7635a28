"""An envelope without slots beside a store: the program asks, and never deletes a WAL.

It used to set the store aside, delete its journal and begin anew in silence: a user and a registro
patronal whose transactions were still in the WAL were lost for good.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from icsoe_desktop.arranque.apertura import KEYLESS, STORE_DAMAGED, open_data
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.arranque.vistazo import look
from icsoe_desktop.errors import StoreDamagedError, StoreKeylessError
from icsoe_desktop.gateways.boveda.boveda import UNUSED
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.respaldo.restauracion import backup_folders, find_backups
from icsoe_desktop.store.connection import PAGE_BYTES, WRONG_KEY
from icsoe_desktop.store.engine import open_engine
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import usuario_nuevo
from tests.services.respaldo.con_respaldo import Oficina
from tests.support.dobles import NoLlavero


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


@pytest.mark.parametrize("part", range(4))
def test_a_store_that_was_emptied_or_cut_at_any_page_is_damage_and_no_new_one(
    oficina: Oficina, reloj: Reloj, part: int
) -> None:
    """A bad disk or an antivirus leaves it so. It was taken for a first start."""
    oficina.folder.backups.mkdir()
    oficina.back_up(oficina.folder.backups / "mio.icsoe-respaldo")
    whole = oficina.folder.store.read_bytes()
    before = files(oficina.folder.root)
    for size in [1, 16, PAGE_BYTES - 1, *range(0, len(whole), PAGE_BYTES)][part::4]:
        oficina.folder.store.write_bytes(whole[:size])
        seen = look(oficina.folder, oficina.keyring)
        with pytest.raises(StoreDamagedError) as caught:
            open_data(oficina.folder, None, oficina.keyring, reloj, seen=seen)
        assert caught.value.message in (STORE_DAMAGED, WRONG_KEY), size
        assert files(oficina.folder.root) == before | {"icsoe.db": whole[:size]}
        assert len(find_backups(*backup_folders(oficina.folder.backups))) == 1
    oficina.folder.store.write_bytes(whole)
    assert oficina.names() != []


def test_a_store_without_tables_is_damage_where_somebody_registered(
    oficina: Oficina, reloj: Reloj
) -> None:
    opened = open_data(oficina.folder, None, oficina.keyring, reloj)
    key = opened.boveda.open_with_keyring()
    opened.store.close()
    for path in oficina.folder.root.glob("icsoe.db*"):
        path.unlink()
    empty = open_engine(oficina.folder.store, key)
    with empty.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE una (fila INTEGER)")
        connection.exec_driver_sql("DROP TABLE una")
    empty.dispose()
    with pytest.raises(StoreDamagedError) as caught:
        open_data(oficina.folder, None, oficina.keyring, reloj)
    assert caught.value.message == STORE_DAMAGED


def test_a_folder_where_nobody_registered_is_opened_anew(tmp_path: Path, reloj: Reloj) -> None:
    folder = DataFolder(tmp_path)
    keyring = MemoryKeyring()
    open_data(folder, None, keyring, reloj).store.close()
    folder.store.write_bytes(b"")
    open_data(folder, None, keyring, reloj).store.close()


def test_without_keyring_too_a_folder_where_nobody_registered_is_opened_anew(
    tmp_path: Path, reloj: Reloj
) -> None:
    folder = DataFolder(tmp_path)
    for _ in range(2):
        open_data(folder, None, NoLlavero(), reloj).store.close()
    # What was there is kept, though nothing is in it.
    [kept] = folder.root.glob("sin-llave-*")
    assert (kept / "icsoe.db").stat().st_size > 0


def test_without_keyring_an_envelope_that_lost_its_ways_in_is_asked_about(
    tmp_path: Path, reloj: Reloj
) -> None:
    folder = DataFolder(tmp_path)
    first = open_application(folder, keyring=NoLlavero(), clock=reloj)
    empty = folder.envelope.read_bytes()
    assert (folder.root / UNUSED).exists()
    first.usuarios.register(None, usuario_nuevo())
    first.close()
    assert not (folder.root / UNUSED).exists()
    # An old copy of the envelope comes back, from before anybody registered.
    folder.envelope.write_bytes(empty)
    with pytest.raises(StoreKeylessError):
        open_data(folder, None, NoLlavero(), reloj)
    (folder.root / UNUSED).write_text("de otra llave")
    with pytest.raises(StoreKeylessError):
        open_data(folder, None, NoLlavero(), reloj)
    assert list(folder.root.glob("sin-llave-*")) == []


def test_a_lock_that_cannot_be_written_is_told_from_one_that_is_held(tmp_path: Path) -> None:
    first, second = Instancia(DataFolder(tmp_path)), Instancia(DataFolder(tmp_path))
    assert first.claim()
    assert not second.claim()
    assert not second.unwritable
    first.release()
    nowhere = Instancia(DataFolder(tmp_path / "no está"))
    assert not nowhere.claim()
    assert nowhere.unwritable
