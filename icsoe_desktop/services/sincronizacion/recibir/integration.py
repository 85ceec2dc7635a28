"""Merges one record of the server into the store, inside the caller's transaction."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.merge import merge
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.seguridad.office_keys import OfficeKey
from icsoe_desktop.seguridad.sealed_record import Envelope, EnvelopeUnreadableError
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto
from icsoe_desktop.services.sincronizacion.identidad.aliases import resolve
from icsoe_desktop.services.sincronizacion.identidad.unions import RecordUnions
from icsoe_desktop.services.sincronizacion.oficina.keys import (
    Fence,
    OtherActError,
    mark_of_acts,
)
from icsoe_desktop.services.sincronizacion.recibir.arrival import (
    Arrival,
    Case,
    TwinWatch,
    classify,
    known_base,
    why_closed,
)
from icsoe_desktop.services.sincronizacion.recibir.deletions import (
    MANY_DELETED,
    MemberDeletions,
    deleted_by,
)
from icsoe_desktop.services.sincronizacion.recibir.lost_values import (
    TwoAuthors,
    kept_side,
    moment_of,
    with_losers,
)
from icsoe_desktop.services.sincronizacion.recibir.rollback import ServerRollback
from icsoe_desktop.services.sincronizacion.recibir.writer import RecordWriter, RoundCounts
from icsoe_desktop.services.sincronizacion.valores.authors import Authors
from icsoe_desktop.services.sincronizacion.valores.contents import (
    RecordContents,
    completed,
)
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.services.sincronizacion.valores.rows import (
    DAMAGED,
    MissingReferenceError,
    RecordClashError,
)
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store, is_broken_constraint, is_of_the_machine
from icsoe_desktop.store.sincronizacion import outbox, states
from icsoe_desktop.store.tables.sincronizacion import ConflictoRow, SalidaRow

logger = logging.getLogger(__name__)

LOTE_MISSING = "Falta el lote de un movimiento. Llegará con otra sincronización."
CLASH = "Otro registro de este equipo tiene el mismo dato único. Elija en Conflictos cuál queda."


class RecordIntegration:
    """Lives for one round or one resolved clash.

    oficina, office_keys, fence: see RecordContents.
    """

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        oficina: str,
        office_keys: Mapping[int, OfficeKey],
        fence: Fence | None = None,
        deletions: MemberDeletions | None = None,
        twin: TwinWatch | None = None,
    ) -> None:
        self._store = store
        self.contents = RecordContents(store, oficina, office_keys, fence)
        self.bases = self.contents.bases
        self.unions = RecordUnions(store, self.contents)
        self.rollback = ServerRollback(self.contents)
        self.authors = Authors(store)
        self.writer = RecordWriter(store, bitacora, self.contents, self.authors)
        self._deletions = deletions or MemberDeletions()
        self.twin = twin or TwinWatch()
        self._handlers: dict[Case, Callable[[Arrival], bool]] = {
            Case.READ: self._read,
            Case.GONE: self._gone,
            Case.CLOSED: self._closed,
            Case.OLDER: self._older,
            Case.APART: partial(self._merge, apart=True),
            Case.NEWER: self._merge,
        }

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction of a round. Raises OtherActError."""
        with self._store.write() as db:
            if mark_of_acts(db) != self.contents.fence.act:
                raise OtherActError
            yield db

    def integrate(
        self,
        db: Session,
        collection: str,
        remote: RemoteRecord,
        counts: RoundCounts,
        *,
        last: bool = False,
        compared: bool = False,
    ) -> bool:
        """Merge a record of the server. False if the caller must pass it again later.

        last: no other record arrives in this round. A record that cannot be stored is held.
        compared: the server has this version now, even if this desktop knows a later one.
        """
        record_id = uuid.UUID(remote.id)
        known = self.bases.version(db, collection, record_id)
        arrival = Arrival(db, collection, record_id, remote, known, counts, last)
        case, arrival = classify(self.contents, arrival, compared)
        if case is Case.APART or (case is Case.NEWER and arrival.was_put_back()):
            self.rollback.suspect(db, collection)
        if case in (Case.APART, Case.NEWER):
            self.twin.look(arrival)
        return self._fenced(arrival, self._handlers[case])

    def _fenced(
        self, arrival: Arrival, handle: Callable[[Arrival], bool], *, clashed: bool = False
    ) -> bool:
        """Handle a record in a savepoint of its own. Whatever it raises holds it, not the round.

        Raises only what is the fault of the machine: a full disk, a store in use.
        """
        try:
            with arrival.db.begin_nested():
                return handle(arrival)
        except RecordClashError as error:
            if clashed:
                return self._later(arrival, CLASH)
            other = error.other
        except MissingReferenceError as error:
            return self._later(arrival, str(error))
        except states.MissingLoteError:
            return self._later(arrival, LOTE_MISSING)
        except Exception as error:
            if is_of_the_machine(error):
                raise
            if is_broken_constraint(error):
                return self._later(arrival, CLASH)
            logger.info("a received record is held: %s", type(error).__name__)
            self._hold(arrival, DAMAGED)
            return True
        return self._fenced(arrival, partial(self._clash, other=other), clashed=True)

    def _hold(self, arrival: Arrival, motivo: str) -> None:
        opened = arrival.opened
        kind = opened.kind.value if isinstance(opened, Envelope) else ""
        self.bases.hold(arrival.db, arrival.collection, arrival.remote, kind, motivo)

    def _later(self, arrival: Arrival, motivo: str) -> bool:
        # Hold it now: the cursor has passed it, so no later page brings it.
        self._hold(arrival, motivo)
        return arrival.last

    # -- one handler a case

    def _read(self, arrival: Arrival) -> bool:
        version = arrival.remote.version
        self.bases.drop_held(arrival.db, arrival.collection, arrival.record_id, version)
        return True

    def _gone(self, arrival: Arrival) -> bool:
        """Put back what this desktop knows, and release what was held there if it is garbage.

        Anything else that is held stays: this desktop may have the only copy.
        """
        db, place = arrival.db, (arrival.collection, arrival.record_id)
        if arrival.known is not None and arrival.known.version:
            self.rollback.forgotten(db, *place, arrival.known)
        if not self.contents.keeps(db, *place, unread=True):
            self.bases.release(db, *place)
        return True

    def _closed(self, arrival: Arrival) -> bool:
        db, error, version = arrival.db, arrival.opened, arrival.remote.version
        assert isinstance(error, EnvelopeUnreadableError)  # noqa: S101 - see Arrival
        waiting = db.get(SalidaRow, (arrival.collection, arrival.record_id))
        if error.garbage and arrival.known is not None:
            self.rollback.put_back(
                db, arrival.collection, arrival.record_id, arrival.known, version
            )
        elif error.garbage and waiting is not None:
            self.rollback.take_place(db, waiting, version)
        elif not (error.garbage and self.contents.keeps(db, arrival.collection, arrival.record_id)):
            self._hold(arrival, why_closed(error))
        return True

    def _older(self, arrival: Arrival) -> bool:
        assert arrival.known is not None  # noqa: S101 - it is older than something
        self.rollback.put_back(
            arrival.db,
            arrival.collection,
            arrival.record_id,
            arrival.known,
            arrival.remote.version,
        )
        return True

    def _merge(self, arrival: Arrival, *, apart: bool = False) -> bool:
        """Merge a newer version, or one that is apart, which has no common base.

        So has one with a write of this desktop from before its disk was restored.
        Raises ValueError for a record that changed its kind, or took the id of another kind.
        """
        for one in (arrival.record_id, arrival.envelope.replacement):
            self._check_kind(arrival, one)
        deleted = deleted_by(self.contents, arrival)
        if self._deletions.holds(self.contents, arrival, deleted):
            self._hold(arrival, MANY_DELETED)
            return True
        db, record_id, remote = arrival.db, arrival.record_id, arrival.remote
        kind, told = arrival.envelope.kind, arrival.envelope.content
        envelope = replace(
            arrival.envelope, history=arrival.history.joined(arrival.envelope.history)
        )
        waiting = db.get(SalidaRow, (arrival.collection, record_id))
        sent = arrival.unanswered()
        if waiting is not None and not apart:
            apart = arrival.was_restored(sent)
        known = known_base(self.contents, arrival, sent)
        raw = raw_of(db)
        outbox.applying(raw, True)
        if envelope.replacement is not None:
            self._check_replacement(envelope)
            if self.unions.contradicts(db, record_id, envelope.replacement):
                outbox.applying(raw, False)
                self.bases.note(db, kind, record_id, remote.version, envelope)
                outbox.enqueue(raw, kind, [record_id, envelope.replacement])
                return True
            self.unions.became(db, kind, record_id, envelope.replacement, remote.version)
        wanted = told
        if (waiting is not None or apart) and envelope.replacement is None:
            base = None if apart else known
            was, here, there = self.contents.sides(db, kind, record_id, base, told, known)
            if was is None and not apart and KINDS[kind].merged:
                was = {}  # two people typed it: there never was a common version
            mixed = merge(kind, was, here, there)
            told = completed(kind, told) if told is not None else None
            authors = self._authors_of(arrival, here) if mixed.lost_values else None
            wanted = with_losers(mixed, record_id, remote.version, authors)
            arrival.counts.conflicts += len(mixed.lost_values)
        autor = arrival.envelope.autor
        again = self.writer.write(db, kind, record_id, wanted, arrival.counts, arrival.last, autor)
        self._deletions.keep(self.contents, arrival, deleted)
        outbox.applying(raw, False)
        self.bases.note(db, kind, record_id, remote.version, envelope)
        if wanted == told and not again:
            if waiting is not None:
                db.delete(waiting)
        elif again or waiting is None:
            outbox.enqueue(raw, kind, [record_id])
        db.flush()
        if self.bases.release(db, arrival.collection, record_id) == remote.version:
            # It waited here, perhaps for rounds, in which the server may have lost it.
            self.rollback.suspect(db, arrival.collection)
        arrival.counts.received += 1
        return True

    def _authors_of(self, arrival: Arrival, here: Content | None) -> TwoAuthors:
        """Of the version here, if somebody changed it here, and of the received one."""
        db, record_id = arrival.db, arrival.record_id
        local = None
        if db.get(SalidaRow, (arrival.collection, record_id)) is not None:
            self.authors.load(db)
            local = self.authors.of(db, arrival.envelope.kind, record_id, here)
        return TwoAuthors(local, arrival.envelope.autor)

    def _check_kind(self, arrival: Arrival, record_id: uuid.UUID | None) -> None:
        """Several kinds share a collection, and only a hostile member mixes their ids."""
        if record_id is not None:
            known = self.bases.version(arrival.db, arrival.collection, record_id)
            if known is not None and known.clase not in ("", arrival.envelope.kind.value):
                raise ValueError("a record of another kind")

    @staticmethod
    def _check_replacement(envelope: Envelope) -> None:
        """Raises ValueError for a replacement that no desktop makes."""
        if KINDS[envelope.kind].same is None or envelope.content is not None:
            raise ValueError("a record that cannot have joined another one")

    # -- duplicates

    def _clash(self, arrival: Arrival, *, other: uuid.UUID) -> bool:
        """Handle two records with the same natural key: join them, or keep a conflict.

        other: the local record with that key.
        """
        db, envelope, remote = arrival.db, arrival.envelope, arrival.remote
        kind, collection, record_id = envelope.kind, arrival.collection, arrival.record_id
        if resolve(db, record_id) == other:
            # The sender does not know yet that the two records are one.
            outbox.enqueue(raw_of(db), kind, [record_id])
            self.bases.note(db, kind, record_id, remote.version, envelope)
            return True
        only_here = self.unions.never_left(db, collection, other)
        same = kind is RecordKind.CERTIFICADO and self.unions.same_certificate(
            db, other, envelope.content
        )
        alone = only_here and kind is not RecordKind.CERTIFICADO
        if alone or same or KINDS[kind].joined:
            self.unions.join_records(
                db, kind, here=other, there=record_id, only_here=only_here, remote=remote
            )
            return self._after_union(arrival)
        self._hold(arrival, CLASH)
        if not arrival.last:
            return False
        known = db.scalars(
            select(ConflictoRow).where(
                ConflictoRow.otro == record_id, ConflictoRow.registro == other
            )
        ).first()
        if known is None:
            arrival.counts.conflicts += 1
            shown = envelope.content if KINDS[kind].merged else None
            db.add(
                ConflictoRow(
                    id=self._store.new_id(),
                    coleccion=collection,
                    registro=other,
                    clase=ClaseConflicto.CHOQUE.value,
                    campo=kind.value,
                    vigente=kept_side(None, None, envelope.autor),
                    perdido=json.dumps(shown, ensure_ascii=False),
                    otro=record_id,
                    cuando=moment_of(remote.version),
                )
            )
        db.flush()
        return True

    def _after_union(self, arrival: Arrival) -> bool:
        db, envelope, remote = arrival.db, arrival.envelope, arrival.remote
        stays = resolve(db, arrival.record_id)
        if stays == arrival.record_id:
            return self._merge(arrival)
        # Merge the received content into the record that stays. The received record becomes a
        # tombstone with a replacement.
        kind, raw = envelope.kind, raw_of(db)
        _, here, told = self.contents.sides(db, kind, stays, None, envelope.content)
        mixed = merge(kind, {}, here, told)
        wanted = with_losers(mixed, stays, remote.version)
        if wanted is not None:
            outbox.applying(raw, True)
            self.writer.write(db, kind, stays, wanted, arrival.counts, arrival.last)
            outbox.applying(raw, False)
        outbox.enqueue(raw, kind, [stays])
        self.bases.release(db, arrival.collection, arrival.record_id)
        arrival.counts.received += 1
        return True
