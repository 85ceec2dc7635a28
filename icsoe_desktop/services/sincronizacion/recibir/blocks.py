"""Writes what arrived in blocks: at once, if this desktop knows nothing of a block's records."""

from __future__ import annotations

import uuid
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import Content, RecordCollection, RecordKind, pack
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.services.sincronizacion.enviar.bases import SentRecord
from icsoe_desktop.services.sincronizacion.recibir.arrival import Arrival, Case, classify
from icsoe_desktop.services.sincronizacion.recibir.deletions import deleted_by
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.talk import Talk
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store, is_of_the_machine
from icsoe_desktop.store.sincronizacion import outbox

Arrived = tuple[str, RemoteRecord]  # collection, record

# Records a transaction. Other writers of the store wait for the whole transaction.
_AT_ONCE: Final = 20
# Most records and sealed characters in one transaction, if all records are new here.
_NEW_AT_ONCE: Final = 200
_NEW_LENGTH: Final = 128 * 1024


def write_blocks(store: Store, talk: Talk, pending: Sequence[Arrived], *, last: bool) -> None:
    """Merge what arrived, in several transactions. last: see `RecordIntegration.integrate`."""
    left = deque((block, True) for block in _blocks(pending))
    done = 0
    while left:
        block, together = left.popleft()
        talk.progress.report(done, len(pending), "Guardando lo recibido")
        if _write_block(store, talk.integration, block, talk.counts, together=together, last=last):
            done += len(block)
        else:
            parts = range(0, len(block), _AT_ONCE)
            smaller = [(block[at : at + _AT_ONCE], len(block) > _AT_ONCE) for at in parts]
            left.extendleft(reversed(smaller))


def _blocks(pending: Sequence[Arrived]) -> Iterator[Sequence[Arrived]]:
    """Split what arrived. A block whose records are all new here fits into one transaction."""
    start = length = 0
    for at, (_, remote) in enumerate(pending):
        length += len(str((remote.data or {}).get("s", "")))
        if length > _NEW_LENGTH or at + 1 - start == _NEW_AT_ONCE:
            yield pending[start : at + 1]
            start, length = at + 1, 0
    if start < len(pending):
        yield pending[start:]


def _write_block(
    store: Store,
    integration: RecordIntegration,
    block: Sequence[Arrived],
    counts: RoundCounts,
    *,
    together: bool,
    last: bool,
) -> bool:
    """Merge these records in one transaction. False, and nothing is written, if it is too long
    for records that are not all new, or they cannot be written together.
    """
    before = replace(counts)
    try:
        with integration.write() as db:
            for collection in {one for one, _ in block}:
                ids = [uuid.UUID(remote.id) for one, remote in block if one == collection]
                integration.bases.load(db, collection, ids)
                if collection == RecordCollection.LOTES:
                    integration.bases.load(db, RecordCollection.ESTADOS, ids)
            if together and _write_new(db, integration, block, counts):
                return True
            if len(block) > _AT_ONCE:
                return False
            for collection, remote in block:
                integration.integrate(db, collection, remote, counts, last=last)
            return True
    except Exception as error:
        if not together or is_of_the_machine(error):
            raise
        vars(counts).update(vars(before))
        return False


def _write_new(
    db: Session,
    integration: RecordIntegration,
    pending: Sequence[Arrived],
    counts: RoundCounts,
) -> bool:
    """Merge these records together. Their versions must be loaded.

    False, and nothing is written, if this desktop knows anything of one of them, or one needs more
    than to be written: then each is for `RecordIntegration.integrate`. So it is if this raises, and
    then the transaction must end: in a savepoint SQLite copies each page at each statement, which
    costs five times as much as the writing.
    """
    places = [(collection, uuid.UUID(remote.id)) for collection, remote in pending]
    if integration.bases.knows_any(db, places):
        return False
    arrivals = [
        Arrival(db, collection, record_id, remote, None, counts, last=False)
        for (collection, record_id), (_, remote) in zip(places, pending, strict=True)
    ]
    opened = [classify(integration.contents, one, compared=False) for one in arrivals]
    if not all(case is Case.NEWER and _adds(integration, one) for case, one in opened):
        return False
    _write(db, integration, [one for _, one in opened])
    return True


def _adds(integration: RecordIntegration, arrival: Arrival) -> bool:
    """Whether the record only adds: it deletes nothing and replaces nothing."""
    if arrival.envelope.content is None or arrival.envelope.replacement is not None:
        return False
    return not deleted_by(integration.contents, arrival)


def _write(db: Session, integration: RecordIntegration, arrivals: Sequence[Arrival]) -> None:
    raw, writer = raw_of(db), integration.writer
    by_kind: defaultdict[RecordKind, list[Arrival]] = defaultdict(list)
    for one in arrivals:
        integration.twin.look(one)
        by_kind[one.envelope.kind].append(one)
        one.counts.received += 1
    outbox.applying(raw, True)
    for kind, each in by_kind.items():
        again = writer.write_new(db, kind, {one.record_id: _content(one) for one in each})
        if again is None:
            again = [
                one.record_id
                for one in each
                if writer.write(
                    db, kind, one.record_id, _content(one), one.counts, False, one.envelope.autor
                )
            ]
        outbox.enqueue(raw, kind, again)
    outbox.applying(raw, False)
    for kind, each in by_kind.items():
        integration.bases.note_all(db, kind, [_noted(kind, one) for one in each])


def _content(arrival: Arrival) -> Content:
    return arrival.envelope.content or {}


def _noted(kind: RecordKind, one: Arrival) -> SentRecord:
    base = pack(_content(one)) if KINDS[kind].has_base else b""
    return SentRecord(one.record_id, one.remote.version, one.envelope.history, False, base)
