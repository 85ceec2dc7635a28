"""The IMSS's answer to a movement: find the candidate rows, write the answer, undo it.

Days are numbers of `day_number`, ids are 16 bytes, an estado is its index in ESTADOS.
"""

from __future__ import annotations

import uuid
from typing import Final, NamedTuple

from icsoe_desktop.store.connection import RawConnection, SqlValue, only_row

# CROSS JOIN fixes the order: start at the worker, because each worker has few movements.
_CANDIDATES: Final = (
    "SELECT m.id, m.estado, m.sbc, m.lote_id, m.constancia_id, "
    "t.nombres || ' ' || t.primer_apellido || ' ' || t.segundo_apellido "
    "FROM trabajadores t CROSS JOIN movimientos m ON m.trabajador = t.fila "
    "WHERE t.nss = ? AND substr(m.registro_patronal, 1, 10) = ?"
)


class Candidate(NamedTuple):
    """A movement of the worker at the registro patronal. sbc: centavos. nombre: the whole name."""

    id: bytes
    estado: int
    sbc: int | None
    lote_id: bytes | None
    constancia_id: bytes | None
    nombre: str


class ImssAnswer(NamedTuple):
    """What a constancia sets in a movement. extemporaneo: 0, 1, or None if not stated."""

    estado: int
    extemporaneo: int | None
    recibido: int | None
    aprobado: int | None
    rechazado: int | None
    codigo_rechazo: str
    causa_rechazo: str


_COLUMNS: Final = ", ".join(ImssAnswer._fields)
_SET: Final = ", ".join(f"{name} = ?" for name in ImssAnswer._fields)


def candidates(
    raw: RawConnection, nss: str, base: str, tipo: str | None, fecha: int | None
) -> list[Candidate]:
    """The worker's movements that match.

    base: the first ten characters of the registro patronal. tipo, fecha: None matches any.
    """
    sql, values = _CANDIDATES, list[SqlValue]([nss, base])
    for condition, value in ((" AND m.tipo = ?", tipo), (" AND m.fecha = ?", fecha)):
        if value is not None:
            sql += condition
            values.append(value)
    return [Candidate(*row) for row in raw.execute(sql, values)]


def read_answer(raw: RawConnection, movimiento_id: uuid.UUID) -> tuple[ImssAnswer, bytes | None]:
    """The movement's present answer, and the id of the constancia that wrote it."""
    *answer, constancia = only_row(
        raw.execute(
            f"SELECT {_COLUMNS}, constancia_id FROM movimientos WHERE id = ?",  # noqa: S608
            (movimiento_id.bytes,),
        )
    )
    return ImssAnswer(*answer), constancia


def write_answer(
    raw: RawConnection, movimiento_id: uuid.UUID, answer: ImssAnswer, constancia_id: uuid.UUID
) -> None:
    raw.execute(
        f"UPDATE movimientos SET {_SET}, constancia_id = ? WHERE id = ?",  # noqa: S608
        (*answer, constancia_id.bytes, movimiento_id.bytes),
    )


def restore_answer(
    raw: RawConnection,
    movimiento_id: uuid.UUID,
    before: ImssAnswer,
    constancia_before: bytes | None,
    constancia_id: uuid.UUID,
) -> bool:
    """Put back the answer that the movement had before a constancia was applied.

    Returns False and writes nothing if the movement is gone or another constancia has answered it
    since.
    """
    cursor = raw.execute(
        f"UPDATE movimientos SET {_SET}, constancia_id = ? "  # noqa: S608
        "WHERE id = ? AND constancia_id = ?",
        (*before, constancia_before, movimiento_id.bytes, constancia_id.bytes),
    )
    return cursor.rowcount == 1
