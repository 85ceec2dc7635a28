"""Desktops of several versions for tests: what the server has, and a store before a migration."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from alembic import command
from sqlalchemy import Engine

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.seguridad.sealed_record import open_record
from icsoe_desktop.store.migrate import alembic_config, columns_of_tables
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.tables import load_all
from icsoe_desktop.store.tables.base import Row
from tests.services.sincronizacion.equipos import OFICINA, Equipo
from tests.services.sincronizacion.recibir.test_pasos_hostil import key_of
from tests.services.sincronizacion.servidor_memoria import Memoria

load_all()

# The first version that shared anything: no peer is older.
FIRST_SHARED = "v1_0001"


def columns_at(engine: Engine, revision: str) -> dict[str, set[str]]:
    """The columns of the tables once an empty store is at the revision."""
    config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        found = columns_of_tables(connection)
        connection.commit()
    return found


def said(memoria: Memoria, equipo: Equipo, clase: RecordKind, registro: uuid.UUID) -> Any:
    """What the server has of the record, opened."""
    _, datos = memoria.registros[clase.collection.value][str(registro)]
    coleccion = clase.collection.value
    sobre = open_record(datos or {}, {1: key_of(equipo)}, OFICINA, coleccion, registro)
    return json.loads(json.dumps(sobre.content))


def drop_columns(
    equipo: Equipo, columns: Mapping[str, set[str]], defaults: Mapping[str, object]
) -> list[str]:
    """Makes the store one that was never migrated to these columns; what a migration would do.

    defaults: of columns that are never empty, beside those that their classes declare.
    """
    added = []
    with equipo.store.engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        outbox.remove(raw)  # a trigger may name the column
        indexes = raw.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index'")
        for name, table, sql in indexes.fetchall():
            if sql and any(one in sql for one in columns.get(table, ())):
                raw.execute(f"DROP INDEX {name}")
                added.append(sql)
        for table, names in columns.items():
            for name in sorted(names):
                column = Row.metadata.tables[table].columns[name]
                kind = column.type.compile(dialect=connection.dialect)
                declared = None if column.default is None else column.default.arg  # type: ignore[attr-defined]
                default = defaults.get(name, declared)
                told = "" if column.nullable else f" NOT NULL DEFAULT '{default}'"
                raw.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
                added.insert(0, f"ALTER TABLE {table} ADD COLUMN {name} {kind}{told}")
    return added
