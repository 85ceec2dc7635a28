"""Fills columns that a migration just added with the values that newer peers already sent.

An older program keeps unknown values in the base of a record. Once upgraded, its rows must take
those values; otherwise it would send the defaults in their place.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, text, update

from icsoe_desktop.domain.sincronizacion.deletions import MOVIMIENTOS
from icsoe_desktop.domain.sincronizacion.records import RecordCollection, RecordKind, unpack
from icsoe_desktop.store.connection import RawConnection, raw_in
from icsoe_desktop.store.movimientos.movement_rows import MovementContent
from icsoe_desktop.store.sincronizacion import outbox, packets, states
from icsoe_desktop.store.sincronizacion.shared_rows import (
    SHARED,
    columns_of,
    from_plain,
    table_of,
)
from icsoe_desktop.store.tables.movimientos import MovimientoRow
from icsoe_desktop.store.tables.sincronizacion import VersionRow

Columns = Mapping[str, Set[str]]  # table → its columns

_AT_ONCE: Final = 200
# Nothing checked these values on arrival. An invalid one leaves the column at its default.
_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError, OverflowError)


def take_up(connection: Connection, before: Columns, after: Columns) -> None:
    """Give new columns the values that newer peers sent, within the transaction of a migration.

    before, after: the columns of every table.
    """
    raw = raw_in(connection)
    new = {table: names - before[table] for table, names in after.items() if table in before}
    outbox.applying(raw, True)
    for kind, shared in SHARED.items():
        names = new.get(shared.row.__tablename__, set())
        if kind is RecordKind.CERTIFICADO:
            if names:
                _read_again(connection, kind.collection)
            continue
        _take_up_rows(connection, kind, [c for c in columns_of(kind) if c.name in names])
    _take_up_movements(connection, raw, new.get(MovimientoRow.__tablename__, set()))
    outbox.applying(raw, False)
    # The triggers list the columns that are sent: install them again.
    outbox.install(raw)


def _read_again(connection: Connection, collection: RecordCollection) -> None:
    """Make the next round download the collection again, because no base of its records is kept."""
    for statement in (
        "UPDATE sincronizacion_versiones SET version = 0 WHERE coleccion = :coleccion",
        "DELETE FROM sincronizacion_cursores WHERE coleccion = :coleccion",
    ):
        connection.execute(text(statement), {"coleccion": collection.value})


def _take_up_rows(connection: Connection, kind: RecordKind, columns: list[Any]) -> None:
    if not columns:
        return
    table = table_of(SHARED[kind].row)
    for record_id, content in _bases(connection, kind.collection):
        values = _told(columns, content)
        if values:
            # Matches no row if the record is of another kind in the same collection.
            connection.execute(update(table).where(table.c.id == record_id).values(values))


def _told(columns: list[Any], content: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for column in columns:
        if column.name in content:
            try:
                values[column.name] = from_plain(column, content[column.name])
            except _UNREADABLE:
                continue
    return values


def _take_up_movements(connection: Connection, raw: RawConnection, new: Set[str]) -> None:
    for collection, columns, first, read in (
        (RecordCollection.LOTES, MovementContent._fields, packets.WORKER, _movement),
        (RecordCollection.ESTADOS, states.COLUMNS, 0, _state),
    ):
        added = [(name, first + at) for at, name in enumerate(columns) if name in new]
        if not added:
            continue
        for _, content in _bases(connection, collection):
            lists = content.get(MOVIMIENTOS)
            if not isinstance(lists, dict):
                continue  # in the record of a lote this is the number of its movements
            for key, told in lists.items():
                try:
                    row_id, values = uuid.UUID(key).bytes, read(told)
                except _UNREADABLE:
                    continue
                for name, at in added:
                    if len(told) > at:
                        raw.execute(
                            f"UPDATE movimientos SET {name} = ? WHERE id = ?",  # noqa: S608
                            (values[at], row_id),
                        )


def _movement(told: list[Any]) -> Sequence[Any]:
    packets.check(told)
    return packets.fit(told)


def _state(told: list[Any]) -> Sequence[Any]:
    return states.state_in(states.fit(told))


def _bases(
    connection: Connection, collection: RecordCollection
) -> Iterator[tuple[uuid.UUID, Mapping[str, Any]]]:
    table = table_of(VersionRow)
    some = (
        select(table.c.registro, table.c.base)
        .where(table.c.coleccion == collection.value, table.c.base.is_not(None))
        .where(table.c.registro > bindparam("after"))
        .order_by(table.c.registro)
        .limit(_AT_ONCE)
    )
    after = uuid.UUID(int=0)
    while rows := connection.execute(some, {"after": after}).all():
        for row in rows:
            yield row.registro, unpack(row.base)
        after = rows[-1].registro
