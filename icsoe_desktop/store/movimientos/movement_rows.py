"""Find, add, change and delete single movements, in the caller's transaction.

fila: the number of a row. Days are numbers of `day_number`, an estado is its index in ESTADOS.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Final, NamedTuple

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.store.connection import RawConnection, only_row
from icsoe_desktop.store.movimientos.workers import Identidad, forget_workers, row_of_worker
from icsoe_desktop.store.tables.movimientos import ESTADOS

PENDIENTE: Final = ESTADOS.index(EstadoAviso.PENDIENTE)
# A movement that the IMSS rejected, or that was never sent, may be presented again.
NOT_PRESENTED: Final = (
    ESTADOS.index(EstadoAviso.RECHAZADO),
    ESTADOS.index(EstadoAviso.CANCELADO),
)


class MovementContent(NamedTuple):
    """The values of a movement without its worker. sbc: centavos. Absent texts are empty.

    corrige: see MovimientoRow.
    """

    tipo: str
    registro_patronal: str
    fecha: int
    sbc: int | None
    tipo_trabajador: str
    tipo_salario: str
    jornada: str
    causa_baja: str
    umf: str
    guia: str
    clave_trabajador: str
    rfc: str = ""
    corrige: str = ""


_CONTENT: Final = MovementContent._fields
# Parameters: id, row of the worker, MovementContent.
INSERT_PENDING: Final = (
    f"INSERT INTO movimientos (id, trabajador, {', '.join(_CONTENT)}, estado, codigo_rechazo, "  # noqa: S608
    f"causa_rechazo) VALUES (?, ?, {', '.join('?' for _ in _CONTENT)}, {PENDIENTE}, '', '')"
)
_UPDATE: Final = (
    f"UPDATE movimientos SET trabajador = ?, {', '.join(f'{name} = ?' for name in _CONTENT)} "  # noqa: S608
    "WHERE fila = ?"
)
# CROSS JOIN fixes the order: start at the worker, because each worker has few movements.
_SAME: Final = (
    "SELECT EXISTS (SELECT 1 FROM trabajadores t CROSS JOIN movimientos m "
    "ON m.trabajador = t.fila WHERE t.nss = ? AND m.fecha = ? AND m.tipo = ? "
    "AND substr(m.registro_patronal, 1, 10) = ? AND m.estado NOT IN (?, ?) AND m.id <> ?)"
)
_BOUNDS: Final = (
    "SELECT m.tipo, m.fecha FROM trabajadores t CROSS JOIN movimientos m "
    "ON m.trabajador = t.fila WHERE t.nss = ? AND m.tipo IN (?, ?) "
    "AND substr(m.registro_patronal, 1, 10) = ? AND m.estado NOT IN (?, ?) AND m.id <> ?"
)
_HISTORY: Final = (
    "SELECT m.fila FROM trabajadores t JOIN movimientos m ON m.trabajador = t.fila "
    "WHERE t.nss = ? ORDER BY m.fecha DESC, m.tipo DESC, m.fila DESC LIMIT ?"
)
_RECENT: Final = (
    "SELECT m.fila FROM trabajadores t JOIN movimientos m ON m.trabajador = t.fila "
    "WHERE t.{column} = ? AND m.estado NOT IN (?, ?) ORDER BY m.fecha DESC, m.fila DESC LIMIT ?"
)
_RECEIVED_BEFORE: Final = (
    "SELECT EXISTS (SELECT 1 FROM trabajadores t CROSS JOIN movimientos m "
    "ON m.trabajador = t.fila WHERE t.nss = ? AND substr(m.registro_patronal, 1, 10) = ? "
    "AND m.fecha < ? AND m.estado IN (?, ?))"
)
# Under one NSS another person may be known.
_RFC: Final = (
    "SELECT m.rfc FROM trabajadores t CROSS JOIN movimientos m ON m.trabajador = t.fila "
    "WHERE t.nss = ? AND m.rfc <> '' AND (t.curp IN (?, '') OR ? = '') "
    "ORDER BY m.fecha DESC, m.fila DESC LIMIT 1"
)
# Read backwards from the index of registros patronales.
_USUAL: Final = (
    "SELECT m.tipo_salario, m.jornada, m.tipo_trabajador FROM movimientos m "
    "WHERE m.registro_patronal = ? AND +m.tipo = ? ORDER BY m.fecha DESC LIMIT 1"
)
_PEOPLE: Final = (
    "SELECT t.curp, t.primer_apellido, t.segundo_apellido, t.nombres "
    "FROM trabajadores t CROSS JOIN movimientos m ON m.trabajador = t.fila "
    "WHERE t.nss = ? AND m.estado NOT IN (?, ?) AND m.id <> ? "
    "GROUP BY t.fila ORDER BY max(m.fecha) DESC, max(m.fila) DESC"
)
_CORRECTION: Final = (
    "SELECT fila FROM movimientos WHERE corrige = ? AND corrige <> '' AND id > ? "
    "AND estado <> ? LIMIT 1"
)
_WORKER_OF: Final = "SELECT trabajador FROM movimientos WHERE fila = ?"


def find_row(raw: RawConnection, movimiento_id: uuid.UUID) -> int | None:
    row = raw.execute(
        "SELECT fila FROM movimientos WHERE id = ?", (movimiento_id.bytes,)
    ).fetchone()
    return None if row is None else int(row[0])


def count_settled(raw: RawConnection, filas: Collection[int]) -> int:
    """Count those that are in a lote or not Pendiente."""
    sql = "SELECT estado <> ? OR lote_id IS NOT NULL FROM movimientos WHERE fila = ?"
    return sum(only_row(raw.execute(sql, (PENDIENTE, fila)))[0] for fila in filas)


def has_same(
    raw: RawConnection, *, nss: str, fecha: int, tipo: str, base: str, besides: uuid.UUID | None
) -> bool:
    """Whether the same movement exists, neither rejected nor cancelled.

    base: the first ten characters of the registro patronal. besides: a movement that does not
    count.
    """
    values = (nss, fecha, tipo, base, *NOT_PRESENTED, besides.bytes if besides else b"")
    return bool(only_row(raw.execute(_SAME, values))[0])


def was_received_before(raw: RawConnection, *, nss: str, base: str, fecha: int) -> bool:
    """Whether the IMSS has an earlier notice of the worker with this employer.

    base: as in `has_same`. fecha: of `day_number`; notices of that day do not count.
    """
    received = (ESTADOS.index(EstadoAviso.RECIBIDO), ESTADOS.index(EstadoAviso.APROBADO))
    return bool(only_row(raw.execute(_RECEIVED_BEFORE, (nss, base, fecha, *received)))[0])


def rfc_of(raw: RawConnection, nss: str, curp: str) -> str:
    """The RFC that the worker's newest notice with one has; empty if none has."""
    row = raw.execute(_RFC, (nss, curp, curp)).fetchone()
    return "" if row is None else str(row[0])


def bounds_of(
    raw: RawConnection, *, nss: str, base: str, besides: uuid.UUID | None
) -> list[tuple[str, int]]:
    """Type and day number of a worker's altas and bajas, neither rejected nor cancelled.

    base: the first ten characters of the registro patronal. besides: a movement that does not
    count.
    """
    kinds = (TipoMovimiento.ALTA.value, TipoMovimiento.BAJA.value)
    values = (nss, *kinds, base, *NOT_PRESENTED, besides.bytes if besides else b"")
    return [(tipo, fecha) for tipo, fecha in raw.execute(_BOUNDS, values)]


def people_of(
    raw: RawConnection, nss: str, besides: uuid.UUID | None
) -> list[tuple[str, str, str, str]]:
    """CURP and names (primer_apellido, segundo_apellido, nombres) that an NSS has, newest first.

    Only of movements that were neither rejected nor cancelled. besides: a movement that does not
    count.
    """
    rows: list[tuple[str, str, str, str]] = raw.execute(
        _PEOPLE, (nss, *NOT_PRESENTED, besides.bytes if besides else b"")
    ).fetchall()
    return rows


def history_of(raw: RawConnection, nss: str, limit: int) -> list[int]:
    """The filas of a worker's movements, newest first."""
    return [row[0] for row in raw.execute(_HISTORY, (nss, limit))]


def recent_of(raw: RawConnection, *, nss: str, curp: str, limit: int) -> list[int]:
    """The filas of a worker's movements, newest first.

    Only those that were neither rejected nor cancelled, if there are any. Finds the worker by
    `curp` if `nss` is empty.
    """
    column, value = ("nss", nss) if nss else ("curp", curp)
    sql = _RECENT.format(column=column)
    for without in (NOT_PRESENTED, (-1, -1)):
        found = [row[0] for row in raw.execute(sql, (value, *without, limit))]
        if found:
            return found
    return []


def rejected_before(raw: RawConnection, fila: int) -> uuid.UUID | None:
    """The id of the rejected notice that this movement presents again; None if it does not."""
    (corrige,) = only_row(raw.execute("SELECT corrige FROM movimientos WHERE fila = ?", (fila,)))
    return uuid.UUID(corrige) if corrige else None


def correction_of(raw: RawConnection, movimiento_id: uuid.UUID) -> int | None:
    """The fila of the movement that presents this rejected one again; None if there is none."""
    values = (movimiento_id.hex, movimiento_id.bytes, NOT_PRESENTED[1])
    row = raw.execute(_CORRECTION, values).fetchone()
    return None if row is None else int(row[0])


def last_codes(raw: RawConnection, registro_patronal: str) -> tuple[str, str, str] | None:
    """Type of salary, jornada and type of worker of the newest alta of a registro patronal."""
    row = raw.execute(_USUAL, (registro_patronal, TipoMovimiento.ALTA.value)).fetchone()
    return None if row is None else (row[0], row[1], row[2])


def insert_pending(
    raw: RawConnection, movimiento_id: uuid.UUID, worker: Identidad, content: MovementContent
) -> int:
    """Add a movement, Pendiente, and its worker; return its fila."""
    values = (movimiento_id.bytes, row_of_worker(raw, worker), *content)
    return int(only_row(raw.execute(f"{INSERT_PENDING} RETURNING fila", values))[0])


def change_row(raw: RawConnection, fila: int, worker: Identidad, content: MovementContent) -> int:
    """Change a movement; return the row of the worker that it referred to before.

    That worker may be left without movements: see `forget_workers`.
    """
    (before,) = only_row(raw.execute(_WORKER_OF, (fila,)))
    raw.execute(_UPDATE, (row_of_worker(raw, worker), *content, fila))
    return int(before)


def delete_rows(raw: RawConnection, filas: Collection[int]) -> None:
    """Delete these movements, and the workers that no other movement refers to."""
    workers = {int(only_row(raw.execute(_WORKER_OF, (fila,)))[0]) for fila in filas}
    raw.executemany("DELETE FROM movimientos WHERE fila = ?", [(fila,) for fila in filas])
    forget_workers(raw, workers)
