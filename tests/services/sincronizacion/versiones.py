"""Desktops of several versions for tests: a program before this one, and one after it.

All desktops of a test run one program. While it `knows_less`, it acts as the version before the
migration that added those columns: it neither reads nor writes them.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from sqlalchemy import ColumnDefault, Engine, Table, event

from icsoe_desktop.domain.sincronizacion.merge import RULES, FieldGroup
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.seguridad.sealed_record import open_record
from icsoe_desktop.store.migrate import alembic_config, columns_of_tables
from icsoe_desktop.store.sincronizacion import outbox, shared_rows
from icsoe_desktop.store.tables import load_all
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.icsoe import DomicilioRow
from tests.services.sincronizacion.equipos import OFICINA, Equipo
from tests.services.sincronizacion.recibir.test_pasos_hostil import key_of
from tests.services.sincronizacion.servidor_memoria import Memoria

load_all()

# The first version that shared anything: no peer is older.
FIRST_SHARED = "v1_0001"
# Tables that are shared since a later version: with the columns that they began with.
SHARED_SINCE: dict[str, str] = {}


def table_of(kind: type[Row]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)
    return table


def kind_of(table: str) -> type[Row]:
    (found,) = (k for k in _shared_rows() if k.__tablename__ == table)
    return found


def columns_at(engine: Engine, revision: str) -> dict[str, set[str]]:
    """The columns of the tables once an empty store is at the revision."""
    config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        found = columns_of_tables(connection)
        connection.commit()
    return found


def _shared_rows() -> list[type[Row]]:
    return [*(one.row for one in shared_rows.SHARED.values()), DomicilioRow]


@contextmanager
def knows_less(columns: Mapping[str, set[str]]) -> Iterator[None]:
    """Acts as the program before these columns of these tables."""
    by_table = {one.row.__tablename__: clase for clase, one in shared_rows.SHARED.items()}
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        for table, names in columns.items():
            kind = kind_of(table)
            if kind is DomicilioRow:
                own = shared_rows._LOCAL_DOMICILIO_COLUMNS | names
                patch.setattr(shared_rows, "_LOCAL_DOMICILIO_COLUMNS", own)
                clase, prefix = RecordKind.CONTRATISTA, shared_rows.DOMICILIO_PREFIX
            else:
                clase, prefix = by_table[table], ""
                shared = shared_rows.SHARED[clase]
                less = replace(shared, local=frozenset(shared.local | names))
                patch.setitem(shared_rows.SHARED, clase, less)
            unidades = [
                _without(one, {prefix + name for name in names}) for one in RULES[clase].groups
            ]
            groups = tuple(one for one in unidades if one.fields)
            patch.setitem(RULES, clase, replace(RULES[clase], groups=groups))
            stack.enter_context(_filled_by_the_store(kind, names))
        yield


def _without(unidad: FieldGroup, campos: set[str]) -> FieldGroup:
    return replace(unidad, fields=tuple(one for one in unidad.fields if one not in campos))


@contextmanager
def _filled_by_the_store(kind: type[Row], names: set[str]) -> Iterator[None]:
    """Rows made meanwhile have the defaults that the migration will give them."""

    def fill(_target: Any, _args: Any, kwargs: dict[str, Any]) -> None:
        for name in names:
            default = table_of(kind).columns[name].default
            kwargs.setdefault(name, None if default is None else default.arg)

    event.listen(kind, "init", fill)
    try:
        yield
    finally:
        event.remove(kind, "init", fill)


def give_default(patch: pytest.MonkeyPatch, table: str, name: str, value: object) -> None:
    """Declares a column as a migration must that adds it."""
    patch.setattr(table_of(kind_of(table)).columns[name], "default", ColumnDefault(value))


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
