"""The types of the driver's connection, held against the driver."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.connection import RawConnection, RawCursor, only_row, open_raw


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
