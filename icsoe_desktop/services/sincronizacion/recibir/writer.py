"""Writes received records to the tables, with their effects on lotes and movements."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoLote
from icsoe_desktop.domain.sincronizacion.deletions import MOVIMIENTOS, deletions_of
from icsoe_desktop.domain.sincronizacion.merge import CONFLICTOS, LostValue
from icsoe_desktop.domain.sincronizacion.records import Autor, Content, RecordKind
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.sincronizacion.answers import RolOficina
from icsoe_desktop.services.sincronizacion.recibir.lost_values import (
    TwoAuthors,
    lost_in_record,
    put_conflicts,
)
from icsoe_desktop.services.sincronizacion.valores.authors import Authors
from icsoe_desktop.services.sincronizacion.valores.contents import (
    RecordContents,
    told_deleted,
)
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.services.sincronizacion.valores.rows import MissingReferenceError
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.lotes.carriers import raise_seated, seat, unseated
from icsoe_desktop.store.sincronizacion import outbox, packets, states
from icsoe_desktop.store.sincronizacion.shared_rows import with_defaults
from icsoe_desktop.store.tables.sincronizacion import OficinaRow

CANCELADO = EstadoLote.CANCELADO.value


@dataclass
class RoundCounts:
    """Running counts of a round."""

    quiet: bool  # the first download writes no bitácora line a record
    received: int = 0
    sent: int = 0
    conflicts: int = 0


class RecordWriter:
    """The caller must have set `applying`, so that the triggers of the outbox ignore the writes."""

    def __init__(
        self, store: Store, bitacora: BitacoraService, contents: RecordContents, authors: Authors
    ) -> None:
        self._store = store
        self._bitacora = bitacora
        self._rows = contents.rows
        self._bases = contents.bases
        self._authors = authors
        self._seats = False
        # States whose lote was awaited for several rounds and does not come.
        self.without_lote: frozenset[uuid.UUID] = frozenset()

    def write(
        self,
        db: Session,
        kind: RecordKind,
        record_id: uuid.UUID,
        wanted: Content | None,
        counts: RoundCounts,
        last: bool,
        autor: Autor | None = None,
    ) -> bool:
        """Write a merged record. True if the local record then differs from `wanted`.

        wanted: None deletes the record.
        last: no other record arrives in this round, so a deletion does not wait for users.
        autor: of the received version.
        Raises MissingReferenceError, RecordClashError, ValueError.
        """
        raw = raw_of(db)
        if kind is RecordKind.MOVIMIENTOS:
            return self._write_movements(db, record_id, wanted or {}, autor)
        if kind is RecordKind.ESTADOS:
            told = (wanted or {}).get(MOVIMIENTOS) or {}
            return bool(states.write(raw, {record_id: told}, without_lote=self.without_lote))
        try:
            changed = self._rows.apply(db, kind, record_id, wanted)
        except MissingReferenceError:
            # The row that refers to this one may be deleted later in this round. If it is not,
            # it counts as an edit, and an edit beats a deletion.
            if wanted is None and last:
                return True
            raise
        if changed and kind is RecordKind.LOTE and wanted:
            cancelled = wanted["estado"] == CANCELADO
            moved = (states.free_cancelled if cancelled else raise_seated)(raw, record_id)
            outbox.enqueue(raw, RecordKind.ESTADOS, moved)
            self._seats = True
        if changed and not counts.quiet:
            contratista = (wanted or {}).get("contratista_id")
            self._bitacora.record(
                db,
                None,
                Accion.REGISTRO_RECIBIDO,
                kind.value,
                record_id,
                contratista_id=record_id
                if kind is RecordKind.CONTRATISTA
                else uuid.UUID(contratista)
                if contratista
                else None,
            )
        if wanted is None:
            return False
        # Differs if the short number was taken, a referenced record has another id here, or an
        # older program left out a field that has another value than its default here.
        written = self._rows.local(db, kind, record_id) or {}
        told = with_defaults(kind, wanted)
        return any(
            written[name] != told.get(name)
            for name in written
            if name != CONFLICTOS and (KINDS[kind].merged or name not in wanted)
        )

    def write_new(
        self, db: Session, kind: RecordKind, told: Mapping[uuid.UUID, Content]
    ) -> Collection[uuid.UUID] | None:
        """`write` for many records of a kind of which this desktop knows nothing.

        Returns those that differ then. None, and nothing is written, if each is for `write`.
        """
        raw = raw_of(db)
        packs = {name: one.get(MOVIMIENTOS) or {} for name, one in told.items()}
        if kind is RecordKind.ESTADOS:
            return states.write(raw, packs, without_lote=self.without_lote)
        if kind is not RecordKind.MOVIMIENTOS:
            return None
        deleted = {key for one in told.values() for key in deletions_of(one)}
        for name, content in told.items():
            stated = self._bases.version(db, RecordKind.ESTADOS.collection.value, name)
            if stated is not None or content.get(CONFLICTOS) or deleted & packs[name].keys():
                return None
        self._seats = True
        return () if packets.write_new(raw, packs) else None

    def _write_movements(
        self, db: Session, record_id: uuid.UUID, wanted: Content, autor: Autor | None
    ) -> bool:
        raw, kind = raw_of(db), RecordKind.MOVIMIENTOS
        # What a restored disk has in a second packet, or in none yet, is of this one.
        deleted = told_deleted(raw, wanted).keys()
        outbox.enqueue(raw, kind, packets.of_movements(raw, deleted) - {record_id})
        packets.take(raw, record_id, deleted)
        told_before = self._told_before(db, wanted)
        done = packets.write(raw, record_id, wanted.get(MOVIMIENTOS) or {})
        captured_here = {
            key: typed
            for key, typed in done.captured_here.items()
            if all(typed != one.get(key, [])[: packets.SIZE] for one in told_before)
        }
        outbox.enqueue(raw, kind, packets.of_movements(raw, captured_here.keys()) - {record_id})
        if captured_here:
            self._authors.load(db)
        told = dict(wanted.get(CONFLICTOS) or {})
        for key, typed in captured_here.items():
            # The same movement was captured here with other values: keep them as a conflict.
            lost = LostValue(key, (key,), (wanted[MOVIMIENTOS][key],), (typed,), local_lost=True)
            now, here = self._store.clock(), self._authors.of(db, kind, record_id, None)
            authors = TwoAuthors(here, autor)
            told |= {lost.identify(record_id).hex: lost_in_record(lost, now, authors)}
        if told or self._bases.has_conflicts(db, kind, record_id):
            put_conflicts(db, kind, record_id, told)
        if done.kept_back:
            outbox.enqueue(raw, RecordKind.ESTADOS, [record_id])
        if done.added:
            self._seats = True
            known = self._bases.base(db, RecordKind.ESTADOS, record_id) or {}
            if states.write(raw, {record_id: known.get(MOVIMIENTOS) or {}}):
                # One of the movements was also captured here and has a higher state here.
                outbox.enqueue(raw, RecordKind.ESTADOS, [record_id])
        return done.kept_back or bool(captured_here) or done.lacking

    def _told_before(self, db: Session, wanted: Content) -> list[packets.PacketMovements]:
        """To a desktop that only reads: what others told of these movements in other packets.

        It decides nothing between two packets of others. Whoever writes keeps what loses.
        """
        if db.scalars(select(OficinaRow.rol)).one() != RolOficina.CONSULTA.value:
            return []
        known = packets.of_movements(raw_of(db), (wanted.get(MOVIMIENTOS) or {}).keys())
        bases = (self._bases.base(db, RecordKind.MOVIMIENTOS, one) or {} for one in known)
        # A hostile member may give a lote the id of a packet: its base has no such mapping.
        return [lists for one in bases if isinstance(lists := one.get(MOVIMIENTOS), dict)]

    def seat(self, *, all_of_them: bool) -> None:
        """Put every movement that a lote's file carries into that lote.

        The movement's own state record may be missing or name no lote.
        all_of_them: also check if this round received no lote and no movement.
        """
        if not (self._seats or all_of_them):
            return
        with self._store.read() as db:
            lotes = unseated(raw_of(db))
        for one in lotes:
            with self._store.write() as db:
                raw = raw_of(db)
                outbox.applying(raw, True)
                outbox.enqueue(raw, RecordKind.ESTADOS, seat(raw, one))
                outbox.applying(raw, False)
