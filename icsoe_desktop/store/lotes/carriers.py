"""Which lotes contain a movement, read from their files.

Several lotes can contain one movement if desktops generated them independently. A movement row
names one of them, and every desktop picks the same one. When that lote is cancelled, the movement
goes to another lote that contains it; it is free only if there is none.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso, EstadoLote
from icsoe_desktop.store.connection import RawConnection, only_row
from icsoe_desktop.store.tables.lotes import LoteRow
from icsoe_desktop.store.tables.movimientos import ESTADOS

LINE: Final = 168  # characters per movement in the file of a lote
_RECIBIDO: Final = ESTADOS.index(EstadoAviso.RECIBIDO)
_RECHAZADO: Final = ESTADOS.index(EstadoAviso.RECHAZADO)
# Same order as MovementKey.
_KEY: Final = "m.registro_patronal, t.nss, m.fecha, m.tipo"
_SELECT_KEY: Final = (
    f"SELECT {_KEY}, m.id FROM movimientos m "  # noqa: S608
    "JOIN trabajadores t ON t.fila = m.trabajador WHERE m.fila = ?"
)
_SELECT_LOTES: Final = (
    "SELECT id, contenido, estado, enviado, recibido, respondido FROM lotes "
    "WHERE estado <> 'Cancelado' AND registro_patronal IN (?, '')"
)
_SELECT_SEATED: Final = (
    "SELECT m.fila, m.lote_id FROM trabajadores t CROSS JOIN movimientos m "
    "ON m.trabajador = t.fila WHERE m.registro_patronal = ? AND t.nss = ? AND m.fecha = ? "
    "AND m.tipo = ? AND m.lote_id IS NOT NULL"
)
_SELECT_CARRIED: Final = (
    "SELECT m.fila, p.paquete, m.estado, m.lote_id FROM trabajadores t "
    "CROSS JOIN movimientos m ON m.trabajador = t.fila "
    "LEFT JOIN sincronizacion_movimientos p ON p.fila = m.fila "
    "WHERE m.registro_patronal = ? AND t.nss = ? AND m.fecha = ? AND m.tipo = ? "
    "ORDER BY m.lote_id IS NOT NULL, m.estado, m.id"
)
_SELECT_UNSEATED: Final = (
    "SELECT l.id FROM lotes l WHERE l.estado <> 'Cancelado' "
    "AND l.movimientos > (SELECT count(*) FROM movimientos m WHERE m.lote_id = l.id)"
)
_SELECT_BEHIND: Final = (
    "SELECT m.fila, p.paquete FROM movimientos m "
    "LEFT JOIN sincronizacion_movimientos p ON p.fila = m.fila "
    "WHERE m.lote_id = ? AND m.estado < ?"
)
_RAISE: Final = (
    "UPDATE movimientos SET estado = ?, emitido = coalesce(emitido, ?), "
    "recibido = coalesce(recibido, ?), aprobado = coalesce(aprobado, ?), "
    "rechazado = coalesce(rechazado, ?) WHERE fila = ?"
)
_SELECT_IN: Final = "SELECT fila FROM movimientos WHERE lote_id = ? AND estado < ?"
UPDATE_STATE: Final = (
    "UPDATE movimientos SET estado = ?, extemporaneo = ?, emitido = ?, recibido = ?, "
    "aprobado = ?, rechazado = ?, codigo_rechazo = ?, causa_rechazo = ?, lote_id = ? "
    "WHERE fila = ?"
)

MovementKey = tuple[str, str, int, str]
# estado, extemporaneo, emitido, recibido, aprobado, rechazado, codigo, causa, lote
MovementState = tuple[Any, ...]
FREE: Final[MovementState] = (ESTADOS.index(EstadoAviso.PENDIENTE), *[None] * 5, "", "", None)


def key_of_line(line: str) -> MovementKey | None:
    """The movement that a line of a lote's file is about; None for the line of totals."""
    day = line[118:126]
    # str.isdigit would accept «²», which int() rejects.
    if len(line) != LINE or not day.isdecimal():
        return None
    return line[:11], line[11:22], int(day[4:] + day[2:4] + day[:2]), line[131:133]


def state_in_lote(
    lote: bytes, estado: str, enviado: int | None, recibido: int | None, respondido: int | None
) -> MovementState:
    """The state that a movement has because of its lote alone."""
    aviso = EstadoLote(estado).estado_aviso
    aprobado = respondido if aviso is EstadoAviso.APROBADO else None
    rechazado = respondido if aviso is EstadoAviso.RECHAZADO else None
    return ESTADOS.index(aviso), None, enviado, recibido, aprobado, rechazado, "", "", lote


def states_by_lotes(raw: RawConnection, filas: Collection[int]) -> dict[int, MovementState]:
    """The states that lotes give to these movements, by fila.

    Omits movements that no lote contains, or only cancelled ones. A lote that already holds another
    movement of the same worker, day and kind does not count.
    """
    wanted: dict[MovementKey, list[tuple[bytes, int]]] = {}
    for fila in filas:
        registro_patronal, nss, fecha, tipo, row_id = only_row(raw.execute(_SELECT_KEY, (fila,)))
        wanted.setdefault((registro_patronal, nss, fecha, tipo), []).append((row_id, fila))
    carried: dict[MovementKey, list[MovementState]] = {}
    for registro_patronal in {key[0] for key in wanted}:
        for lote, content, *told in raw.execute(_SELECT_LOTES, (registro_patronal,)):
            keys = {key_of_line(line) for line in content.decode("latin-1").splitlines()}
            for found in wanted.keys() & keys:
                if found is not None and found[0] == registro_patronal:
                    carried.setdefault(found, []).append(state_in_lote(lote, *told))
    states: dict[int, MovementState] = {}
    for key, choices in carried.items():
        seated = {lote for fila, lote in raw.execute(_SELECT_SEATED, key) if fila not in filas}
        free = [one for one in choices if one[-1] not in seated]
        # Highest state first; the lote's id breaks ties, so that every desktop chooses
        # the same one.
        free.sort(key=lambda one: (one[0], one[-1]), reverse=True)
        states |= {fila: state for (_, fila), state in zip(sorted(wanted[key]), free, strict=False)}
    return states


def seat(raw: RawConnection, lote: uuid.UUID) -> list[uuid.UUID]:
    """Assign to a lote the movements that its file contains; return the packets that changed.

    Skips movements that another lote brought at least as far. Needed when the desktop that made or
    advanced the lote did not have all these movements.
    """
    if not _is_shared(raw):
        return []
    content, *told = only_row(
        raw.execute(
            "SELECT contenido, estado, enviado, recibido, respondido FROM lotes WHERE id = ?",
            (lote.bytes,),
        )
    )
    state = state_in_lote(lote.bytes, *told)
    found = set()
    for key in filter(None, map(key_of_line, content.decode("latin-1").splitlines())):
        rows = raw.execute(_SELECT_CARRIED, key).fetchall()
        if any(row[3] == lote.bytes for row in rows):
            continue
        for fila, packet_id, estado, other in rows:
            free = other is None and estado == FREE[0]
            if free or estado < min(state[0], _RECHAZADO):
                raw.execute(UPDATE_STATE, (*state, fila))
                found |= {packet_id} if packet_id is not None else set()
                break
    return [uuid.UUID(bytes=one) for one in sorted(found)]


def raise_seated(raw: RawConnection, lote: uuid.UUID) -> list[uuid.UUID]:
    """Raise the movements of a lote to its state; return the packets that changed.

    Skips movements that the IMSS answered individually.
    """
    row = only_row(
        raw.execute(
            "SELECT estado, enviado, recibido, respondido FROM lotes WHERE id = ?", (lote.bytes,)
        )
    )
    estado, _, *days, _, _, _ = state_in_lote(lote.bytes, *row)
    rows = raw.execute(_SELECT_BEHIND, (lote.bytes, min(estado, _RECHAZADO))).fetchall()
    raw.executemany(_RAISE, [(estado, *days, fila) for fila, _ in rows])
    packet_ids = {packet_id for _, packet_id in rows if packet_id}
    return [uuid.UUID(bytes=one) for one in sorted(packet_ids)]


def unseated(raw: RawConnection) -> list[uuid.UUID]:
    """The lotes whose file contains more movements than are assigned to them."""
    return [uuid.UUID(bytes=row[0]) for row in raw.execute(_SELECT_UNSEATED)]


def leave_cancelled(raw: RawConnection, lote: uuid.UUID) -> list[int]:
    """Take the movements out of a cancelled lote; return their filas.

    Each one goes to another lote that contains it, or back to Pendiente. Movements that the IMSS
    received stay.
    """
    filas = [fila for (fila,) in raw.execute(_SELECT_IN, (lote.bytes, _RECIBIDO)).fetchall()]
    states = states_by_lotes(raw, set(filas)) if filas and _is_shared(raw) else {}
    raw.executemany(UPDATE_STATE, [(*states.get(fila, FREE), fila) for fila in filas])
    return filas


def _is_shared(raw: RawConnection) -> bool:
    """Whether this desktop belongs to an office. Without one, no movement is in two lotes."""
    return bool(only_row(raw.execute("SELECT EXISTS (SELECT 1 FROM sincronizacion_oficina)"))[0])


# nombre_archivo, movimientos, estado, enviado, creado
WaitingLote = tuple[str, int, str, date | None, datetime]

# ix_lotes_sin_respuesta has this condition: SQLite compares the expressions.
_WAITING = text("estado IN ('Generado', 'Enviado', 'Recibido')")


def waiting_lotes(db: Session) -> Sequence[WaitingLote]:
    return db.execute(
        select(
            LoteRow.nombre_archivo,
            LoteRow.movimientos,
            LoteRow.estado,
            LoteRow.enviado,
            LoteRow.creado,
        ).where(_WAITING)
    ).all()
