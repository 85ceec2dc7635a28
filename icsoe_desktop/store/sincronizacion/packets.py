"""Packets: records of up to a hundred movements. A movement never changes its packet."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Set
from typing import Any, Final, NamedTuple

from icsoe_desktop.domain.identificadores.numeros import Nss, RegistroPatronal, Rfc
from icsoe_desktop.domain.movimientos.catalogos_imss import (
    CausaBaja,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.store.connection import RawConnection, only_row
from icsoe_desktop.store.lotes.carriers import UPDATE_STATE, states_by_lotes
from icsoe_desktop.store.movimientos.movement_rows import (
    INSERT_PENDING,
    PENDIENTE,
    MovementContent,
    change_row,
)
from icsoe_desktop.store.movimientos.workers import forget_workers, row_of_worker
from icsoe_desktop.store.types import MAX_INTEGER, check_identifier, is_day, signs_of_control

PER_PACKET: Final = 100

WORKER: Final = 5  # the first values of a movement are its worker's
_CONTENT: Final = ", ".join(f"m.{name}" for name in MovementContent._fields)
_VALUES: Final = f"t.nss, t.curp, t.primer_apellido, t.segundo_apellido, t.nombres, {_CONTENT}"
_SELECT_ONE: Final = (
    f"SELECT {_VALUES} FROM movimientos m "  # noqa: S608
    "JOIN trabajadores t ON t.fila = m.trabajador WHERE m.fila = ?"
)
_SELECT: Final = (
    f"SELECT m.id, {_VALUES} FROM sincronizacion_movimientos p "  # noqa: S608
    "JOIN movimientos m ON m.fila = p.fila "
    "JOIN trabajadores t ON t.fila = m.trabajador WHERE p.paquete = ?"
)
_TAKE: Final = "INSERT OR REPLACE INTO sincronizacion_movimientos (paquete, fila) VALUES (?, ?)"
_SELECT_PACKET: Final = "SELECT paquete FROM sincronizacion_movimientos WHERE fila = ?"
# A restored disk may have put a movement into a second packet: the first one keeps it everywhere.
_PUT_IN: Final = (
    "INSERT INTO sincronizacion_movimientos (paquete, fila) VALUES (?, ?) "
    "ON CONFLICT (fila) DO UPDATE SET paquete = min(paquete, excluded.paquete)"
)
_PUT_IN_NEW: Final = "INSERT INTO sincronizacion_movimientos (fila, paquete) VALUES (?, ?)"
# The same movement, captured on two desktops before they met.
_SAME: Final = (
    "SELECT m.fila FROM trabajadores t CROSS JOIN movimientos m ON m.trabajador = t.fila "
    "CROSS JOIN sincronizacion_nuevos n ON n.fila = m.fila "
    "WHERE t.nss = ? AND m.fecha = ? AND m.tipo = ? AND substr(m.registro_patronal, 1, 10) = ? "
    "LIMIT 1"
)

# The values that every program sends. A new field of MovementContent travels after them: older
# programs leave it out, and LATER has its default.
ALWAYS: Final = 18
LATER: Final[tuple[Any, ...]] = ()
SIZE: Final = ALWAYS + len(LATER)

PacketMovements = dict[str, list[Any]]  # id → the values of a movement


def fit(values: list[Any], here: list[Any] | None = None) -> list[Any]:
    """The values that this program knows. A value absent from the list is as in `here`.

    here: the values of the movement in the store; None for a new movement, with defaults.
    Raises ValueError if a required value is absent, TypeError if `values` is no list.
    """
    if len(values) < ALWAYS:
        raise ValueError("part of a movement is missing")
    rest = here if here is not None else [*values[:ALWAYS], *LATER]
    return values[:SIZE] + rest[len(values) : SIZE]


def assign(raw: RawConnection, new_id: Callable[[], uuid.UUID], most: int) -> list[uuid.UUID]:
    """Put up to `most` movements that are in no packet into new packets; return the new packets.

    Movements of one lote share packets, because their states change together.
    """
    rows = raw.execute(
        "SELECT n.fila, m.lote_id FROM sincronizacion_nuevos n "
        "JOIN movimientos m ON m.fila = n.fila ORDER BY n.fila LIMIT ?",
        (most,),
    ).fetchall()
    by_lote: dict[bytes | None, list[int]] = {}
    for fila, lote in rows:
        by_lote.setdefault(lote, []).append(fila)
    made: list[uuid.UUID] = []
    placed: list[tuple[int, bytes]] = []
    for filas in by_lote.values():
        for start in range(0, len(filas), PER_PACKET):
            packet_id = new_id()
            made.append(packet_id)
            name = packet_id.bytes
            placed += [(fila, name) for fila in filas[start : start + PER_PACKET]]
    raw.executemany(_PUT_IN_NEW, placed)
    if rows:
        # Every new movement up to the last one that was read.
        raw.execute("DELETE FROM sincronizacion_nuevos WHERE fila <= ?", (rows[-1][0],))
    return made


def read(raw: RawConnection, packet_id: uuid.UUID) -> PacketMovements:
    """The movements of a packet."""
    return {key.hex(): values for key, *values in raw.execute(_SELECT, (packet_id.bytes,))}


def elsewhere(raw: RawConnection, keys: Set[str]) -> set[str]:
    """Those of these movements that exist here, in whatever packet."""
    ids = {uuid.UUID(key).bytes: key for key in keys}
    return {ids[row_id] for row_id in _known(raw, list(ids))}


_REGISTRO_PATRONAL_LENGTH: Final = 11  # characters: a movement has its check digit
_TIPOS: Final = frozenset(TipoMovimiento)
_CORRIGE: Final = re.compile("([0-9a-f]{32})?")
_CODES: Final = tuple(map(frozenset, (TipoTrabajador, TipoSalario, Jornada, CausaBaja)))


class PacketWritten(NamedTuple):
    """The result of writing a packet.

    added: rows were added. kept_back: some movements were not deleted, because they are in
    a lote or
    answered. captured_here: the local values of movements that were also captured here and differ.
    lacking: an older program wrote the packet, and it lacks values that are here.
    """

    added: bool
    kept_back: bool
    captured_here: PacketMovements
    lacking: bool


def write(
    raw: RawConnection, packet_id: uuid.UUID, wanted: Mapping[str, list[Any]]
) -> PacketWritten:
    """Make the packet contain exactly these movements. Raises ValueError for invalid values."""
    present = {
        row[0]: (row[1], row[2])
        for row in raw.execute(
            "SELECT m.id, m.fila, m.lote_id IS NOT NULL OR m.estado <> ? "
            "FROM sincronizacion_movimientos p JOIN movimientos m ON m.fila = p.fila "
            "WHERE p.paquete = ?",
            (PENDIENTE, packet_id.bytes),
        )
    }
    now = read(raw, packet_id) if present else {}
    absent: dict[bytes, list[Any]] = {}
    free = set()
    lacking = False
    for key, told in wanted.items():
        here = now.get(key)
        values = fit(told, here)
        lacking |= len(told) < SIZE and values != fit(told)
        if here == values:
            continue
        check(values)
        row_id = uuid.UUID(key).bytes
        if row_id in present:
            free.add(_change(raw, present[row_id][0], values))
        else:
            absent[row_id] = values
    others = _add(raw, packet_id, absent)
    gone = {both for one, both in present.items() if one.hex() not in wanted}
    unused = {fila for fila, used in gone if not used}
    # A lote may contain the movement although the record of its state has not arrived yet.
    carried = states_by_lotes(raw, unused)
    raw.executemany(UPDATE_STATE, [(*state, fila) for fila, state in carried.items()])
    kept = len(gone) > len(unused) or bool(carried)
    for fila in unused - carried.keys():
        free.add(_delete(raw, fila))
    forget_workers(raw, free)
    return PacketWritten(bool(absent), kept, others, lacking)


def write_new(raw: RawConnection, wanted: Mapping[uuid.UUID, Mapping[str, list[Any]]]) -> bool:
    """`write` for many packets that are not here. False, and nothing is written, if a movement
    of theirs may be here or is in two of them. Raises ValueError for invalid values.
    """
    rows = {
        uuid.UUID(key).bytes: (packet_id.bytes, fit(values))
        for packet_id, movements in wanted.items()
        for key, values in movements.items()
    }
    twice = len(rows) < sum(map(len, wanted.values()))
    if twice or _any_captured(raw) or _known(raw, list(rows)):
        return False
    for _, values in rows.values():
        check(values)
    _insert(raw, rows)
    return True


def values_of(raw: RawConnection, keys: Set[str]) -> PacketMovements:
    """Those of these movements that exist here, in whatever packet."""
    known = _known(raw, [uuid.UUID(key).bytes for key in keys])
    return {
        row_id.hex(): list(only_row(raw.execute(_SELECT_ONE, (fila,))))
        for row_id, fila in known.items()
    }


def of_movements(raw: RawConnection, keys: Set[str]) -> set[uuid.UUID]:
    """The packets that these movements are in."""
    known = _known(raw, [uuid.UUID(key).bytes for key in keys])
    rows = (raw.execute(_SELECT_PACKET, (fila,)).fetchone() for fila in known.values())
    return {uuid.UUID(bytes=row[0]) for row in rows if row is not None}


def take(raw: RawConnection, packet_id: uuid.UUID, keys: Set[str]) -> None:
    """Put these movements into the packet, whatever packet they are in."""
    for fila in _known(raw, [uuid.UUID(key).bytes for key in keys]).values():
        raw.execute(_TAKE, (packet_id.bytes, fila))
        raw.execute("DELETE FROM sincronizacion_nuevos WHERE fila = ?", (fila,))


def _delete(raw: RawConnection, fila: int) -> int:
    """Delete a movement. Returns the row number of its worker, who may have no other."""
    query = "SELECT trabajador FROM movimientos WHERE fila = ?"
    worker: int = only_row(raw.execute(query, (fila,)))[0]
    raw.execute("DELETE FROM movimientos WHERE fila = ?", (fila,))
    return worker


def rewrite(raw: RawConnection, movimiento: uuid.UUID, values: list[Any]) -> bool:
    """Replace the values of a movement; False if it is gone, in a lote or answered."""
    row = raw.execute(
        "SELECT fila FROM movimientos WHERE id = ? AND lote_id IS NULL AND estado = ?",
        (movimiento.bytes, PENDIENTE),
    ).fetchone()
    if row is None:
        return False
    values = fit(values, list(only_row(raw.execute(_SELECT_ONE, (row[0],)))))
    check(values)
    forget_workers(raw, [_change(raw, row[0], values)])
    return True


def _any_captured(raw: RawConnection) -> bool:
    """Whether a movement here is in no packet yet."""
    return bool(only_row(raw.execute("SELECT EXISTS (SELECT 1 FROM sincronizacion_nuevos)"))[0])


def _insert(raw: RawConnection, rows: Mapping[bytes, tuple[bytes, list[Any]]]) -> None:
    """Add these movements, each with its packet. None of them is here."""
    (last,) = only_row(raw.execute("SELECT max(fila) FROM movimientos"))
    made = (
        (row_id, row_of_worker(raw, tuple(values[:WORKER])), *values[WORKER:])
        for row_id, (_, values) in rows.items()
    )
    raw.executemany(INSERT_PENDING, list(made))
    # Looking each one up by its id takes as long as inserting it.
    filas = raw.execute("SELECT fila FROM movimientos WHERE fila > ? ORDER BY fila", (last or 0,))
    names = (name for name, _ in rows.values())
    raw.executemany(_PUT_IN_NEW, [(*fila, name) for fila, name in zip(filas, names, strict=True)])


def _add(
    raw: RawConnection, packet_id: uuid.UUID, rows: Mapping[bytes, list[Any]]
) -> PacketMovements:
    """Add these movements to a packet; return the local values of those captured here that differ.

    A movement may exist here in no packet, under the same id or, captured
    independently, under another.
    """
    known, any_new = _known(raw, list(rows)), _any_captured(raw)
    others: PacketMovements = {}
    made: dict[bytes, tuple[bytes, list[Any]]] = {}
    known_here = []
    # Movements known by id first, so that none of them is taken for the match of another.
    for row_id in sorted(rows, key=lambda one: one not in known):
        values, fila = rows[row_id], known.get(row_id)
        if fila is None and any_new:
            nss, tipo, registro_patronal, fecha = values[0], values[5], values[6], values[7]
            same = raw.execute(_SAME, (nss, fecha, tipo, registro_patronal[:10])).fetchone()
            fila = None if same is None else same[0]
        if fila is None:
            made[row_id] = packet_id.bytes, values
            continue
        known_here.append(fila)
        typed = list(only_row(raw.execute(_SELECT_ONE, (fila,))))
        if typed != values:
            others[row_id.hex()] = typed
        raw.execute("UPDATE movimientos SET id = ? WHERE fila = ?", (row_id, fila))
        forget_workers(raw, [_change(raw, fila, values)])
        raw.execute("DELETE FROM sincronizacion_nuevos WHERE fila = ?", (fila,))
    _insert(raw, made)
    raw.executemany(_PUT_IN, [(packet_id.bytes, fila) for fila in known_here])
    return others


def _known(raw: RawConnection, ids: list[bytes]) -> dict[bytes, int]:
    """The filas of the movements that exist here, by id."""
    found: dict[bytes, int] = {}
    for start in range(0, len(ids), PER_PACKET):
        part = ids[start : start + PER_PACKET]
        marks = ", ".join("?" * len(part))
        query = f"SELECT id, fila FROM movimientos WHERE id IN ({marks})"  # noqa: S608
        found.update(raw.execute(query, part).fetchall())
    return found


def _change(raw: RawConnection, fila: int, values: list[Any]) -> int:
    """Change a movement; return the row of the worker that it referred to before."""
    worker = values[:WORKER]
    return change_row(raw, fila, tuple(worker), MovementContent(*values[WORKER:]))


def check(values: list[Any]) -> None:
    """Raises ValueError or TypeError for values that are not a valid movement."""
    kinds = (str,) * 7 + (int, int | None) + (str,) * 9
    values = fit(values)
    if len(values) != len(kinds) or not all(map(isinstance, values, kinds)):
        raise ValueError("no movement")
    tipo, registro_patronal, fecha, sbc, *codes = values[WORKER : WORKER + 8]
    if signs_of_control("".join(one for one in values if isinstance(one, str))):
        raise ValueError("a text that no window takes")
    if not _CORRIGE.fullmatch(values[-1]):
        raise ValueError("no id of a movement")
    check_identifier(Nss, values[0])
    check_identifier(RegistroPatronal, registro_patronal)
    if values[-2]:
        check_identifier(Rfc, values[-2])
    if len(registro_patronal) != _REGISTRO_PATRONAL_LENGTH:
        raise ValueError("a registro patronal without its check digit")
    if tipo not in _TIPOS or not is_day(fecha) or not 0 <= (sbc or 0) <= MAX_INTEGER:
        raise ValueError("no movement of this program")
    if any(code and code not in known for code, known in zip(codes, _CODES, strict=True)):
        raise ValueError("a code that is in no list")
