"""The movements of a lote that was cancelled: free again, and other desktops are told of each."""

from __future__ import annotations

import uuid

from sqlalchemy import text

from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.workers import row_of_worker
from icsoe_desktop.store.sincronizacion import states
from icsoe_desktop.store.tables.lotes import LoteRow

LOTE, FIRST, SECOND = (uuid.UUID(int=at) for at in (1, 2, 3))
_PENDIENTE, _ENVIADO, _RECIBIDO = 0, 1, 3
_INSERT = (
    "INSERT INTO movimientos (fila, id, trabajador, tipo, registro_patronal, fecha, "
    "tipo_trabajador, tipo_salario, jornada, causa_baja, umf, guia, clave_trabajador, estado, "
    "codigo_rechazo, causa_rechazo, lote_id) VALUES (:fila, :id, :worker, '02', 'A1234567895', "
    "20261006, '', '', '', '2', '', '', '', :estado, '', '', :lote)"
)


def test_every_record_with_a_freed_movement_is_told_and_what_was_received_stays(
    store: Store,
) -> None:
    with store.write() as db:
        db.execute(text("PRAGMA defer_foreign_keys = ON"))
        worker = row_of_worker(raw_of(db), ("12345678903", "", "RIVERA", "", "GAEL"))
        for fila, estado, paquete in (
            (1, _ENVIADO, FIRST),
            (2, _ENVIADO, SECOND),
            (3, _ENVIADO, SECOND),
            (4, _RECIBIDO, FIRST),
            (5, _ENVIADO, None),  # in no record yet
        ):
            db.execute(
                text(_INSERT),
                {
                    "fila": fila,
                    "id": bytes([fila]) * 16,
                    "worker": worker,
                    "estado": estado,
                    "lote": LOTE.bytes,
                },
            )
            if paquete is not None:
                db.execute(
                    text("INSERT INTO sincronizacion_movimientos VALUES (:fila, :paquete)"),
                    {"fila": fila, "paquete": paquete.bytes},
                )
        assert states.free_cancelled(raw_of(db), LOTE) == [FIRST, SECOND]
        rows = db.execute(text("SELECT fila, estado, lote_id FROM movimientos ORDER BY fila"))
        free = (_PENDIENTE, None)
        assert {fila: (estado, lote) for fila, estado, lote in rows} == {
            1: free,
            2: free,
            3: free,
            4: (_RECIBIDO, LOTE.bytes),
            5: free,
        }
        db.rollback()


def test_what_the_imss_received_stays_in_a_lote_that_another_desktop_cancelled(
    store: Store,
) -> None:
    with store.write() as db:
        raw = raw_of(db)
        db.add(
            LoteRow(
                id=LOTE,
                registro_patronal="A1234567895",
                tipo="02",
                nombre_archivo="a.txt",
                contenido=b"",
                sha256=b"",
                movimientos=2,
                estado="Cancelado",
                creado=store.clock(),
                numero="",
                folio="",
            )
        )
        db.flush()
        worker = row_of_worker(raw, ("12345678903", "", "RIVERA", "", "GAEL"))
        for fila, estado in ((1, _ENVIADO), (2, _RECIBIDO)):
            values = {"fila": fila, "id": bytes([fila]) * 16, "worker": worker, "estado": estado}
            db.execute(text(_INSERT), {**values, "lote": LOTE.bytes})
            db.execute(
                text("INSERT INTO sincronizacion_movimientos VALUES (:fila, :paquete)"),
                {"fila": fila, "paquete": FIRST.bytes},
            )
        # Its record says of both what stands here.
        assert states.write(raw, {FIRST: states.read(raw, FIRST)}) == {FIRST}
        rows = db.execute(text("SELECT fila, estado, lote_id FROM movimientos ORDER BY fila"))
        assert {fila: (estado, lote) for fila, estado, lote in rows} == {
            1: (_PENDIENTE, None),
            2: (_RECIBIDO, LOTE.bytes),
        }
