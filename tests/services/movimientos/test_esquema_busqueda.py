"""The search of the migrated store is the one that the row classes make, and guards itself."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.tables import Row


def search_of(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%trabajadores_buscados%'")
    )
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_the_migrated_search_equals_that_of_the_row_classes(store: Store, tmp_path: Path) -> None:
    made = open_engine(tmp_path / "hecho.db", DataKey.generate())
    with made.begin() as connection:
        Row.metadata.create_all(connection)
        expected = search_of(connection)
    made.dispose()
    with store.engine.connect() as connection:
        assert search_of(connection) == expected
    assert {
        "trabajadores_buscados",
        "trabajadores_buscados_alta",
        "trabajadores_buscados_baja",
        "trabajadores_buscados_cambio",
    } <= expected.keys()
