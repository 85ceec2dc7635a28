"""Changes a record's id everywhere: its row, the rows that refer to it, its conflicts."""

from __future__ import annotations

import uuid

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.sincronizacion.shared_rows import SHARED


def move_to_id(
    raw: RawConnection, kind: RecordKind, old: uuid.UUID, new: uuid.UUID, *, taken: bool
) -> None:
    """Change the id of the record `old`, and every reference to it, to `new`, in
    the caller's transaction.

    taken: `new` already has a row. The references move to that row, and the row of
    `old` is deleted.
    A session must flush the affected rows before, and expire them after.
    """
    table = SHARED[kind].row.__tablename__
    ids = (new.bytes, old.bytes)
    # The ids of parents and children change in separate statements. Everything else of the
    # transaction is checked at once: what COMMIT refuses would end the whole round.
    raw.execute("PRAGMA defer_foreign_keys = ON")
    if not taken:
        raw.execute(f"UPDATE {table} SET id = ? WHERE id = ?", ids)  # noqa: S608
    for child, column in SHARED[kind].named_by:
        raw.execute(f"UPDATE {child} SET {column} = ? WHERE {column} = ?", ids)  # noqa: S608
    raw.execute("PRAGMA defer_foreign_keys = OFF")
    if taken:
        raw.execute(f"DELETE FROM {table} WHERE id = ?", (old.bytes,))  # noqa: S608
    raw.execute(
        "UPDATE OR REPLACE sincronizacion_conflictos SET registro = ? WHERE registro = ?", ids
    )


def has_conflicts(raw: RawConnection, kind: RecordKind, record_id: uuid.UUID) -> bool:
    """Whether the record has unresolved conflicts. A session must flush its own before."""
    found = raw.execute(
        "SELECT 1 FROM sincronizacion_conflictos WHERE coleccion = ? AND registro = ? LIMIT 1",
        (kind.collection.value, record_id.bytes),
    )
    return found.fetchone() is not None
