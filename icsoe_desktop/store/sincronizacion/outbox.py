"""The outbox of records to send: triggers fill it in the transaction of each change.

The triggers exist only while this desktop belongs to an office. No service and no statement can
bypass them, and a desktop without an office pays nothing.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from typing import Final

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.movimientos.movement_rows import MovementContent
from icsoe_desktop.store.sincronizacion import states
from icsoe_desktop.store.sincronizacion.shared_rows import SHARED

_PREFIX: Final = "sincronizacion_"
_OPERATION_BYTES: Final = 16
# Changes that came from the server must not be sent back.
_HERE: Final = "NOT EXISTS (SELECT 1 FROM sincronizacion_oficina WHERE aplicando)"

_UPSERT: Final = (
    "INSERT INTO sincronizacion_salida (coleccion, registro, clase, operacion, motivo) "
    "{source} ON CONFLICT (coleccion, registro) DO UPDATE SET operacion = excluded.operacion, "
    "motivo = '', apartado = NULL"
)
_NEW_OPERATION: Final = f"randomblob({_OPERATION_BYTES})"

# table, kind of its record
_TABLES: Final = tuple((shared.row.__tablename__, kind) for kind, shared in SHARED.items())
_MOVEMENT: Final = ", ".join(("trabajador", *MovementContent._fields))
_STATE: Final = ", ".join(states.COLUMNS)


def install(raw: RawConnection) -> None:
    """Create the triggers, in the caller's transaction."""
    remove(raw)
    for statement in _triggers():
        raw.execute(statement)


def remove(raw: RawConnection) -> None:
    """Drop the triggers, in the caller's transaction."""
    names = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB ?", (_PREFIX + "*",)
    ).fetchall()
    for (name,) in names:
        raw.execute(f'DROP TRIGGER "{name}"')


def enqueue_everything(raw: RawConnection) -> None:
    """Queue everything, except the records that are known to be on the server."""
    for table, kind in _TABLES:
        _enqueue_missing(raw, table, kind)
    raw.execute(
        "INSERT OR IGNORE INTO sincronizacion_nuevos (fila) SELECT fila FROM movimientos "
        "WHERE fila NOT IN (SELECT fila FROM sincronizacion_movimientos)"
    )


def enqueue(raw: RawConnection, kind: RecordKind, record_ids: Iterable[uuid.UUID]) -> None:
    """Queue these records, whose change no trigger sees."""
    raw.executemany(
        _UPSERT.format(source="VALUES (?, ?, ?, ?, '')"),
        [
            (kind.collection.value, one.bytes, kind.value, secrets.token_bytes(_OPERATION_BYTES))
            for one in record_ids
        ],
    )


def applying(raw: RawConnection, on: bool) -> None:
    """Mark, within a transaction, that the following changes came from the server."""
    raw.execute("UPDATE sincronizacion_oficina SET aplicando = ?", (on,))


def forget_everything(raw: RawConnection) -> None:
    """Empty every table of the synchronisation. The shared data stay."""
    remove(raw)
    for (name,) in raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?", (_PREFIX + "*",)
    ).fetchall():
        raw.execute(f'DELETE FROM "{name}"')  # noqa: S608 - names of our own tables


def _enqueue_missing(raw: RawConnection, table: str, kind: RecordKind) -> None:
    source = (
        f"SELECT '{kind.collection}', t.id, '{kind}', {_NEW_OPERATION}, '' FROM {table} t "  # noqa: S608
        "WHERE NOT EXISTS (SELECT 1 FROM sincronizacion_versiones v "
        f"WHERE v.coleccion = '{kind.collection}' AND v.registro = t.id)"
    )
    raw.execute(_UPSERT.format(source=source))


def _triggers() -> list[str]:
    found = []
    for table, kind in _TABLES:
        for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
            what = event
            if event == "UPDATE" and SHARED[kind].watched:
                what = f"UPDATE OF {SHARED[kind].watched}"
            values = f"SELECT '{kind.collection}', {row}.id, '{kind}', {_NEW_OPERATION}, ''"
            found.append(
                f"CREATE TRIGGER {_PREFIX}{table}_{event.lower()} AFTER {what} ON {table} "
                f"WHEN {_HERE} BEGIN {_UPSERT.format(source=values + ' WHERE true')}; END"
            )
    found.append(
        f"CREATE TRIGGER {_PREFIX}movimientos_insert AFTER INSERT ON movimientos WHEN {_HERE} "  # noqa: S608
        "BEGIN INSERT OR IGNORE INTO sincronizacion_nuevos (fila) VALUES (new.fila); END"
    )
    for name, columns, kind in (
        ("contenido", _MOVEMENT, RecordKind.MOVIMIENTOS),
        ("estado", _STATE, RecordKind.ESTADOS),
    ):
        found.append(
            f"CREATE TRIGGER {_PREFIX}movimientos_{name} AFTER UPDATE OF {columns} "
            f"ON movimientos WHEN {_HERE} BEGIN {_of_packet(kind, 'new')}; END"
        )
    found.append(
        f"CREATE TRIGGER {_PREFIX}trabajadores_update AFTER UPDATE OF curp ON trabajadores "  # noqa: S608
        f"WHEN {_HERE} BEGIN "
        + _UPSERT.format(
            source=(
                f"SELECT DISTINCT '{RecordKind.MOVIMIENTOS.collection}', p.paquete, "  # noqa: S608
                f"'{RecordKind.MOVIMIENTOS}', "
                f"{_NEW_OPERATION}, '' FROM movimientos m JOIN sincronizacion_movimientos p "
                "ON p.fila = m.fila WHERE m.trabajador = new.fila"
            )
        )
        + "; END"
    )
    # No WHEN: the deleted movement must leave its packet whoever deleted it, the server included.
    found.append(
        f"CREATE TRIGGER {_PREFIX}movimientos_delete AFTER DELETE ON movimientos BEGIN "  # noqa: S608
        f"{_of_packet(RecordKind.MOVIMIENTOS, 'old', f'AND {_HERE}')}; "
        f"{_of_packet(RecordKind.ESTADOS, 'old', f'AND {_HERE}')}; "
        "DELETE FROM sincronizacion_movimientos WHERE fila = old.fila; "
        "DELETE FROM sincronizacion_nuevos WHERE fila = old.fila; END"
    )
    return found


def _of_packet(kind: RecordKind, row: str, besides: str = "") -> str:
    return _UPSERT.format(
        source=(
            f"SELECT '{kind.collection}', paquete, '{kind}', {_NEW_OPERATION}, '' "  # noqa: S608
            f"FROM sincronizacion_movimientos WHERE fila = {row}.fila {besides}"
        )
    )
