"""Writes many records at once of which this desktop knows nothing, as a first download has them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import RecordKind, pack
from icsoe_desktop.services.sincronizacion.enviar.bases import SentRecord
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord
from icsoe_desktop.services.sincronizacion.recibir.arrival import Arrival, Case, classify
from icsoe_desktop.services.sincronizacion.recibir.deletions import deleted_by
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import is_of_the_machine
from icsoe_desktop.store.sincronizacion import outbox


def write_new(
    db: Session,
    integration: RecordIntegration,
    pending: Sequence[tuple[str, RemoteRecord]],
    counts: RoundCounts,
) -> bool:
    """Merge these records in one savepoint. The versions of the records must be loaded.

    False, and nothing is written, if this desktop knows anything of one of them, or one needs more
    than to be written, or raises: then each is for `RecordIntegration.integrate`.
    """
    places = [(collection, uuid.UUID(remote.id)) for collection, remote in pending]
    if integration.bases.knows_any(db, places):
        return False
    arrivals = [
        Arrival(db, collection, record_id, remote, None, counts, last=False)
        for (collection, record_id), (_, remote) in zip(places, pending, strict=True)
    ]
    before = replace(counts)
    try:
        opened = [classify(integration.contents, one, compared=False) for one in arrivals]
        if not all(case is Case.NEWER and _adds(integration, one) for case, one in opened):
            return False
        with db.begin_nested():
            _write(db, integration, [one for _, one in opened])
    except Exception as error:
        if is_of_the_machine(error):
            raise
        vars(counts).update(vars(before))
        return False
    return True


def _adds(integration: RecordIntegration, arrival: Arrival) -> bool:
    """Whether the record only adds: it deletes nothing and replaces nothing."""
    if arrival.envelope.content is None or arrival.envelope.replacement is not None:
        return False
    return not deleted_by(integration.contents, arrival)


def _write(db: Session, integration: RecordIntegration, arrivals: Sequence[Arrival]) -> None:
    raw = raw_of(db)
    noted: defaultdict[RecordKind, list[SentRecord]] = defaultdict(list)
    outbox.applying(raw, True)
    for one in arrivals:
        integration.twin.look(one)
        kind, content, autor = one.envelope.kind, one.envelope.content, one.envelope.autor
        if integration.writer.write(db, kind, one.record_id, content, one.counts, False, autor):
            outbox.enqueue(raw, kind, [one.record_id])
        base = pack(content) if KINDS[kind].has_base else b""
        history, version = one.envelope.history, one.remote.version
        noted[kind].append(SentRecord(one.record_id, version, history, False, base))
        one.counts.received += 1
    outbox.applying(raw, False)
    for kind, each in noted.items():
        integration.bases.note_all(db, kind, each)
