"""The chain of the bitácora: every line holds a digest of itself and of the digest before it.

Lines are numbered from 1 without gaps. A line that is changed, deleted or put in between no
longer fits the lines after it. Docs: docs/decisions/0027-cadena-de-la-bitacora.md.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from icsoe_desktop.store.connection import RawConnection, SqlRow, only_row
from icsoe_desktop.store.types import MAX_INTEGER, Instant

FORMAT = "icsoe/bitacora/1"
REPORT_EVERY = 2_000

_INSERT = """
    INSERT INTO bitacora(
        numero, id, cuando, quien, accion, objeto, objeto_id, detalle, contratista_id, huella
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_LAST = "SELECT numero, huella FROM bitacora ORDER BY numero DESC LIMIT 1"
_ONE = "SELECT huella FROM bitacora WHERE numero = ?"
_COUNT = "SELECT count(*) FROM bitacora WHERE numero >= ?"
_ALL = """
    SELECT numero, huella, id, cuando, quien, accion, objeto, objeto_id, detalle, contratista_id
    FROM bitacora WHERE numero >= ? ORDER BY numero
"""
_INSTANT = Instant()


class Link(NamedTuple):
    """The end of a chain. numero: 0 for a chain without lines."""

    numero: int
    huella: bytes


class Gap(NamedTuple):
    """The first place where the chain does not hold.

    numero: the line expected there. hasta: the last missing line; None for a changed line.
    """

    numero: int
    hasta: int | None


class Line(NamedTuple):
    """A line to append. quien: id, rol or NOBODY."""

    id: uuid.UUID
    cuando: datetime
    quien: str
    accion: str
    objeto: str
    objeto_id: uuid.UUID | None
    detalle: str
    contratista_id: uuid.UUID | None


EMPTY = Link(0, b"")


def last_link(raw: RawConnection) -> Link:
    row = raw.execute(_LAST).fetchone()
    return EMPTY if row is None else Link(row[0], bytes(row[1]))


def digest_at(raw: RawConnection, numero: int) -> bytes | None:
    """The stored digest of a line; None if there is no such line."""
    row = raw.execute(_ONE, (numero,)).fetchone()
    return None if row is None else bytes(row[0])


def append(raw: RawConnection, line: Line) -> Link:
    """Add a line at the end. The caller holds the write transaction, which keeps others out."""
    before = last_link(raw)
    numero = before.numero + 1
    contents: SqlRow = (
        line.id.bytes,
        _INSTANT.process_bind_param(line.cuando, None),
        line.quien,
        line.accion,
        line.objeto,
        line.objeto_id.bytes if line.objeto_id else None,
        line.detalle,
        line.contratista_id.bytes if line.contratista_id else None,
    )
    huella = digest(before.huella, numero, contents)
    raw.execute(_INSERT, (numero, *contents, huella))
    return Link(numero, huella)


def digest(before: bytes, numero: int, contents: SqlRow) -> bytes:
    """SHA-256 of the digest before and of a line.

    contents: id, cuando, quien, accion, objeto, objeto_id, detalle, contratista_id, as stored.
    Raises TypeError for a value of a type that no line has.
    """
    values = [one.hex() if isinstance(one, bytes) else one for one in contents]
    text = json.dumps([FORMAT, numero, *values], separators=(",", ":"))
    return hashlib.sha256(before + text.encode("ascii")).digest()


def first_gap(
    raw: RawConnection, since: int, report: Callable[[int, int | None], None]
) -> tuple[int, Gap | None]:
    """(lines checked, first gap) of the lines from number `since` on.

    The line before `since` is taken as it is. What `report` raises ends the work.
    """
    before = b"" if since <= 1 else digest_at(raw, since - 1)
    # From the very start, lines with numbers that were never given count too.
    first = since if since > 1 else -MAX_INTEGER
    total = only_row(raw.execute(_COUNT, (first,)))[0]
    if before is None:
        return 0, Gap(since - 1, since - 1)
    expected, checked = max(since, 1), 0
    for numero, huella, *contents in raw.execute(_ALL, (first,)):
        if numero != expected:
            missing = isinstance(numero, int) and numero > expected
            return checked, Gap(expected, numero - 1) if missing else Gap(expected, None)
        if not _fits(before, numero, tuple(contents), huella):
            return checked, Gap(numero, None)
        before, expected, checked = huella, expected + 1, checked + 1
        if checked % REPORT_EVERY == 0:
            report(checked, total)
    return checked, None


def _fits(before: bytes, numero: int, contents: SqlRow, huella: object) -> bool:
    try:
        return digest(before, numero, contents) == huella
    except TypeError:
        return False
