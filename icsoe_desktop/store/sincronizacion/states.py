"""The states of a packet's movements, in a record of their own.

They are separate from the packet so that an IMSS answer for a lote sends few bytes. A movement
that is Pendiente and in no lote is not in the record.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Set
from typing import Any, Final

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.domain.sincronizacion.merge import merge_estado
from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.lotes.carriers import (
    FREE,
    UPDATE_STATE,
    MovementState,
    leave_cancelled,
    states_by_lotes,
)
from icsoe_desktop.store.tables.movimientos import ESTADOS
from icsoe_desktop.store.types import is_day

_PENDIENTE: Final = ESTADOS.index(EstadoAviso.PENDIENTE)
_RECIBIDO: Final = ESTADOS.index(EstadoAviso.RECIBIDO)
# Same order as in the record and in `carriers`.
COLUMNS: Final = (
    "estado",
    "extemporaneo",
    "emitido",
    "recibido",
    "aprobado",
    "rechazado",
    "codigo_rechazo",
    "causa_rechazo",
    "lote_id",
)
_STATE: Final = ", ".join(f"m.{name}" for name in COLUMNS)
_SELECT_STATE: Final = (
    f"SELECT m.id, {_STATE} FROM sincronizacion_movimientos p "  # noqa: S608
    "JOIN movimientos m ON m.fila = p.fila WHERE p.paquete = ? "
    f"AND (m.estado <> {_PENDIENTE} OR m.lote_id IS NOT NULL OR m.emitido IS NOT NULL)"
)
_SELECT_ALL: Final = (
    f"SELECT m.fila, m.id, {_STATE} FROM sincronizacion_movimientos p "  # noqa: S608
    "JOIN movimientos m ON m.fila = p.fila WHERE p.paquete = ?"
)

# The values that every program sends. A new column travels after them: older programs leave it
# out, and FREE has its default.
ALWAYS: Final = 9
SIZE: Final = len(FREE)

PacketStates = dict[str, list[Any]]  # id of a movement → the values of its state


class MissingLoteError(Exception):
    """A state names a lote that is not here yet."""


def read(raw: RawConnection, packet_id: uuid.UUID) -> PacketStates:
    """The states of a packet's movements, without those that are only Pendiente."""
    return {
        uuid.UUID(bytes=row[0]).hex: _state_out(row[1:])
        for row in raw.execute(_SELECT_STATE, (packet_id.bytes,))
    }


def fit(told: list[Any], here: list[Any] | None = None) -> list[Any]:
    """The values that this program knows; see `packets.fit`."""
    if len(told) < ALWAYS:
        raise ValueError("part of a state is missing")
    rest = _state_out(FREE) if here is None else here
    return told[:SIZE] + rest[len(told) : SIZE]


def free_of(raw: RawConnection, packet_id: uuid.UUID, movimientos: Collection[str]) -> PacketStates:
    """The state FREE for each of these movements that is in the packet."""
    rows = raw.execute(_SELECT_ALL, (packet_id.bytes,)).fetchall()
    return {row[1].hex(): _state_out(FREE) for row in rows if row[1].hex() in movimientos}


def write(
    raw: RawConnection,
    told: Mapping[uuid.UUID, Mapping[str, list[Any]]],
    *,
    without_lote: Set[uuid.UUID] = frozenset(),
) -> set[uuid.UUID]:
    """Raise the movements of these packets to these states; return the packets to send again.

    Those are where a movement has a higher state here, and where a lote was cancelled: its
    movements are then in another lote that contains them, or free.
    without_lote: packets of which a lote that is not here does not come, so its movements are in
    none. If it comes after all, its file puts them into it.
    Raises MissingLoteError, and ValueError for invalid states.
    """
    wanted = {one: states for one, states in told.items() if states or _has_states(raw, one)}
    if not wanted:
        return set()
    cancelled = {row[0] for row in raw.execute("SELECT id FROM lotes WHERE estado = 'Cancelado'")}
    otherwise = set()
    pairs = {}
    for packet_id, states in wanted.items():
        alone, absent = packet_id in without_lote, {**states}
        for fila, row_id, *present in raw.execute(_SELECT_ALL, (packet_id.bytes,)).fetchall():
            said = absent.pop(row_id.hex(), None)
            if said is None:
                pairs[fila] = packet_id, tuple(present), FREE
                continue
            values = state_in(fit(said, _state_out(tuple(present))))
            if alone and values[8] is not None and not _lote_exists(raw, values[8]):
                values = (*values[:8], None)
            if len(said) < SIZE and fit(said) != _state_out(values):
                # An older program left out a value that is stored here.
                otherwise.add(packet_id)
            pairs[fila] = packet_id, tuple(present), values
        for said in absent.values():
            state_in(fit(said))  # the next version is merged over these too
    freed = {
        fila for fila, (_, *both) in pairs.items() if any(_is_freed(one, cancelled) for one in both)
    }
    elsewhere = states_by_lotes(raw, freed)
    raised = []
    for fila, (packet_id, now, state) in pairs.items():
        instead = elsewhere.get(fila, FREE)
        values = _higher(*(instead if _is_freed(one, cancelled) else one for one in (now, state)))
        if values != state:
            otherwise.add(packet_id)
        if now != values:
            raised.append((*values, fila))
    if not all(_lote_exists(raw, lote) for lote in {one[8] for one in raised} - {None}):
        raise MissingLoteError
    raw.executemany(UPDATE_STATE, raised)
    return otherwise


def _is_freed(values: MovementState, cancelled: set[bytes]) -> bool:
    """Whether the state's lote was cancelled before the IMSS received it."""
    return values[8] in cancelled and values[0] < _RECIBIDO


def _higher(one: MovementState, other: MovementState) -> MovementState:
    if FREE in (one, other):
        return other if one == FREE else one
    merged = merge_estado(_state_out(one), _state_out(other))
    return state_in(merged)


def free_cancelled(raw: RawConnection, lote: uuid.UUID) -> list[uuid.UUID]:
    """Take the movements out of a cancelled lote; return the packets that they are in."""
    found = set()
    for fila in leave_cancelled(raw, lote):
        row = raw.execute(
            "SELECT paquete FROM sincronizacion_movimientos WHERE fila = ?", (fila,)
        ).fetchone()
        found |= {row[0]} if row is not None else set()
    return [uuid.UUID(bytes=one) for one in sorted(found)]


def with_any(raw: RawConnection, packet_ids: list[uuid.UUID]) -> Iterator[uuid.UUID]:
    """The packets whose movements have a state to send."""
    for packet_id in packet_ids:
        if _has_states(raw, packet_id):
            yield packet_id


def _has_states(raw: RawConnection, packet_id: uuid.UUID) -> bool:
    return raw.execute(_SELECT_STATE + " LIMIT 1", (packet_id.bytes,)).fetchone() is not None


def _state_out(values: MovementState) -> list[Any]:
    estado, *between, lote = values
    return [ESTADOS[estado], *between, uuid.UUID(bytes=lote).hex if lote else None]


def state_in(told: list[Any]) -> MovementState:
    estado, *between, lote = told
    if len(told) != len(FREE):
        raise ValueError("no state")
    late, *days, code, cause = between
    good = late in (None, 0, 1) and all(day is None or is_day(day) for day in days)
    if not (good and isinstance(code, str) and isinstance(cause, str)):
        raise ValueError("no state of this program")
    return ESTADOS.index(estado), *between, uuid.UUID(lote).bytes if lote else None


def _lote_exists(raw: RawConnection, lote: bytes) -> bool:
    return raw.execute("SELECT 1 FROM lotes WHERE id = ?", (lote,)).fetchone() is not None
