"""The movements of a lote that was cancelled: free again, and other desktops are told of each."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.workers import row_of_worker
from icsoe_desktop.store.sincronizacion import states
from icsoe_desktop.store.tables.lotes import LoteRow

LOTE, FIRST, SECOND = (uuid.UUID(int=at) for at in (1, 2, 3))
_PENDIENTE, _ENVIADO, _RECIBIDO = 0, 1, 3
FREE = (_PENDIENTE, None)
_INSERT = (
    "INSERT INTO movimientos (fila, id, trabajador, tipo, registro_patronal, fecha, "
    "tipo_trabajador, tipo_salario, jornada, causa_baja, umf, guia, clave_trabajador, estado, "
    "codigo_rechazo, causa_rechazo, lote_id) VALUES (:fila, :id, :worker, '02', 'A1234567895', "
    "20261006, '', '', '', '2', '', '', '', :estado, '', '', :lote)"
)


def put(db: Session, *movements: tuple[int, uuid.UUID | None]) -> None:
    """State and record of each movement of the lote, from row 1 on."""
    worker = row_of_worker(raw_of(db), ("12345678903", "", "RIVERA", "", "GAEL"))
    for fila, (estado, paquete) in enumerate(movements, 1):
        values: dict[str, Any] = {"fila": fila, "id": bytes([fila]) * 16, "worker": worker}
        db.execute(text(_INSERT), {**values, "estado": estado, "lote": LOTE.bytes})
        if paquete is not None:
            insert = text("INSERT INTO sincronizacion_movimientos VALUES (:fila, :paquete)")
            db.execute(insert, {"fila": fila, "paquete": paquete.bytes})


def now(db: Session) -> list[tuple[int, bytes | None]]:
    rows = db.execute(text("SELECT estado, lote_id FROM movimientos ORDER BY fila"))
    return [(estado, lote) for estado, lote in rows]


def test_every_record_with_a_freed_movement_is_told_and_what_was_received_stays(
    store: Store,
) -> None:
    with store.write() as db:
        db.execute(text("PRAGMA defer_foreign_keys = ON"))
        sent = [(_ENVIADO, one) for one in (FIRST, SECOND, SECOND)]
        put(db, *sent, (_RECIBIDO, FIRST), (_ENVIADO, None))  # the last one in no record yet
        assert states.free_cancelled(raw_of(db), LOTE) == [FIRST, SECOND]
        assert now(db) == [FREE, FREE, FREE, (_RECIBIDO, LOTE.bytes), FREE]
        db.rollback()


def test_what_the_imss_received_stays_in_a_lote_that_another_desktop_cancelled(
    store: Store,
) -> None:
    with store.write() as db:
        raw = raw_of(db)
        lote = LoteRow(
            id=LOTE, registro_patronal="A1234567895", tipo="02", nombre_archivo="a.txt",
            contenido=b"", sha256=b"", movimientos=2, estado="Cancelado", creado=store.clock(),
            numero="", folio="",
        )  # fmt: skip
        db.add(lote)
        db.flush()
        put(db, (_ENVIADO, FIRST), (_RECIBIDO, FIRST))
        # Its record says of both what stands here.
        assert states.write(raw, {FIRST: states.read(raw, FIRST)}) == {FIRST}
        assert now(db) == [FREE, (_RECIBIDO, LOTE.bytes)]
