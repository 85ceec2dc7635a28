"""The driver's connection: its types, and what it is that it cannot open."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from icsoe_desktop.errors import StoreDamagedError, UserFacingError
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.connection import (
    DISK_FULL,
    RawConnection,
    RawCursor,
    only_row,
    open_raw,
    open_store,
)


def members(protocol: type) -> set[str]:
    declared = {*vars(protocol), *protocol.__annotations__}
    return {name for name in declared if not name.startswith("_")}


def test_the_driver_has_what_its_types_promise(tmp_path: Path) -> None:
    connection = open_raw(tmp_path / "datos.db", DataKey.generate())
    try:
        cursor = connection.execute("SELECT 1, 'uno'")
        promised = {(RawConnection, connection), (RawCursor, cursor)}
        assert all(members(protocol) for protocol, _ in promised)
        lacking = {
            name
            for protocol, real in promised
            for name in members(protocol)
            if not hasattr(real, name)
        }
        assert lacking == set()
        assert only_row(cursor) == (1, "uno")
        with pytest.raises(LookupError):
            only_row(connection.execute("SELECT 1 WHERE 0"))
    finally:
        connection.close()


def test_a_store_that_cannot_be_opened_for_want_of_room_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the log cannot be made SQLite says the same of both: «disk I/O error»."""
    key, path = DataKey.generate(), tmp_path / "icsoe.db"
    open_store(path, key).close()
    (tmp_path / "icsoe.db-wal").mkdir()
    with pytest.raises(StoreDamagedError):
        open_store(path, key)
    monkeypatch.setattr(
        "icsoe_desktop.store.connection.shutil.disk_usage",
        lambda _: SimpleNamespace(free=0),
    )
    with pytest.raises(UserFacingError) as told:
        open_store(path, key)
    assert told.value.message == DISK_FULL
