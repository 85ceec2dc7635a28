"""Merges one record of the server into the store, inside the caller's transaction."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.merge import merge
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind, unpack
from icsoe_desktop.domain.sincronizacion.stamps import (
    Ancestry,
    ancestry,
    desktop_name,
    forgot_own,
    unremembered,
)
from icsoe_desktop.seguridad.office_keys import OfficeKey
from icsoe_desktop.seguridad.sealed_record import Envelope, EnvelopeUnreadableError
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto
from icsoe_desktop.services.sincronizacion.enviar.bases import held_record, history_of
from icsoe_desktop.services.sincronizacion.identidad.aliases import resolve
from icsoe_desktop.services.sincronizacion.identidad.unions import RecordUnions
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord
from icsoe_desktop.services.sincronizacion.recibir.lost_values import moment_of, with_losers
from icsoe_desktop.services.sincronizacion.recibir.rollback import (
    ServerRollback,
    was_put_back,
)
from icsoe_desktop.services.sincronizacion.recibir.writer import RecordWriter, RoundCounts
from icsoe_desktop.services.sincronizacion.valores.contents import RecordContents, completed
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.services.sincronizacion.valores.rows import (
    DAMAGED,
    MissingReferenceError,
    RecordClashError,
)
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import outbox, states
from icsoe_desktop.store.tables import (
    ConflictoRow,
    EnvioRow,
    OficinaRow,
    RetenidoRow,
    SalidaRow,
)

# Errors that hostile or foreign contents of a record may cause.
UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)

LOTE_MISSING = "Falta el lote de un movimiento. Llegará con otra sincronización."
NO_KEY = (
    "El registro está cifrado con una llave de la oficina que este equipo todavía no tiene. "
    "Llegará con otra sincronización."
)
CLASH = "Otro registro de este equipo tiene el mismo dato único. Elija en Conflictos cuál queda."


class RecordIntegration:
    """Lives for one round or one resolved clash. oficina, office_keys: see RecordContents.

    miembro, vida: the name of this desktop in stamps; see `desktop_name`.
    """

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        oficina: str,
        office_keys: Mapping[int, OfficeKey],
        miembro: uuid.UUID,
        vida: str = "",
    ) -> None:
        self._store = store
        self._miembro = miembro
        self._was_restored = False
        self.contents = RecordContents(store, oficina, office_keys, desktop_name(miembro, vida))
        self.bases = self.contents.bases
        self.unions = RecordUnions(store, self.contents)
        self.rollback = ServerRollback(self.contents)
        self.writer = RecordWriter(store, bitacora, self.contents)

    # -- received records

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
        row = self.bases.version(db, collection, record_id)
        if (
            row is not None
            and remote.data is not None
            and ((remote.version < row.version and not compared) or remote.version == row.version)
        ):
            self.bases.drop_held(db, collection, record_id, remote.version)
            return True
        if remote.data is None:
            if row is not None and row.version:
                self.rollback.forgotten(db, collection, record_id, row)
            self._drop_garbage(db, collection, record_id)
            return True
        try:
            envelope = self.contents.open(remote, collection)
        except EnvelopeUnreadableError as error:
            if row is not None and error.garbage:
                self.rollback.put_back(db, collection, record_id, row, remote.version)
            elif error.garbage and (waiting := db.get(SalidaRow, (collection, record_id))):
                self.rollback.take_place(db, waiting, remote.version)
            else:
                motivo = NO_KEY if error.missing_key else DAMAGED
                self.bases.hold(db, collection, remote, "", motivo)
            return True
        relation = Ancestry.NEWER
        if row is not None:
            relation = ancestry(history_of(row), envelope.history)
            if forgot_own(history_of(row), envelope.history, self.contents.desktop):
                relation = Ancestry.APART if relation is Ancestry.NEWER else relation
        if row is not None and relation is Ancestry.OLDER:
            self.rollback.put_back(db, collection, record_id, row, remote.version)
            return True
        if relation is Ancestry.APART:
            self.rollback.suspect(db, collection)
        if row is not None and was_put_back(row, envelope):
            self.rollback.suspect(db, collection)
        try:
            done = self._bring_in(db, envelope, record_id, remote, counts, last, relation)
        except UNREADABLE:
            self.bases.hold(db, collection, remote, envelope.kind.value, DAMAGED)
            return True
        if self._was_restored:
            self._begin_life(db)
        return done

    def _drop_garbage(self, db: Session, collection: str, record_id: uuid.UUID) -> None:
        """Release what was held in this place, which the server has no more, if it is garbage.

        Anything else that is held stays: this desktop may have the only copy.
        """
        held = db.get(RetenidoRow, (collection, record_id))
        if held is None:
            return
        try:
            self.contents.open(held_record(held), collection)
        except EnvelopeUnreadableError as error:
            if error.garbage:
                self.bases.release(db, collection, record_id)

    def _begin_life(self, db: Session) -> None:
        """Write with another name in stamps from now on."""
        office = db.scalars(select(OficinaRow)).one()
        office.vida = secrets.token_hex(2)
        self.contents.desktop = desktop_name(self._miembro, office.vida)
        self._was_restored = False

    def _bring_in(
        self,
        db: Session,
        envelope: Envelope,
        record_id: uuid.UUID,
        remote: RemoteRecord,
        counts: RoundCounts,
        last: bool,
        relation: Ancestry,
    ) -> bool:
        """See `integrate`. Raises one of UNREADABLE without writing anything."""
        try:
            with db.begin_nested():
                self._merge_in(db, envelope, record_id, remote, counts, last, relation)
        except MissingReferenceError as error:
            return self._later(db, remote, envelope, last, str(error))
        except states.MissingLoteError:
            return self._later(db, remote, envelope, last, LOTE_MISSING)
        except RecordClashError as error:
            try:
                with db.begin_nested():
                    return self._clash(db, envelope, record_id, remote, error.other, counts, last)
            except MissingReferenceError as missing:
                return self._later(db, remote, envelope, last, str(missing))
            except (RecordClashError, IntegrityError):
                return self._later(db, remote, envelope, last, CLASH)
        except IntegrityError:
            return self._later(db, remote, envelope, last, CLASH)
        self.bases.release(db, envelope.kind.collection.value, record_id)
        return True

    def _merge_in(
        self,
        db: Session,
        envelope: Envelope,
        record_id: uuid.UUID,
        remote: RemoteRecord,
        counts: RoundCounts,
        last: bool,
        relation: Ancestry = Ancestry.NEWER,
    ) -> None:
        kind, collection = envelope.kind, envelope.kind.collection.value
        history = self.bases.history(db, collection, record_id)
        base, arrived = self._known_base(db, kind, record_id, envelope)
        mine = self.contents.desktop
        # This desktop wrote something there that it does not remember: it was restored from an
        # older copy, and what waits here may be older than what the server has.
        doubtful = not arrived and unremembered(history.stamps, envelope.stamps, mine)
        if doubtful and envelope.stamps.get(mine, 0) > history.stamps.get(mine, 0):
            self._was_restored = True
        apart = relation is Ancestry.APART
        known = base
        if apart:
            base = None
            envelope = envelope.with_history(history.joined(envelope.history))
        waiting = db.get(SalidaRow, (collection, record_id))
        raw = raw_of(db)
        outbox.applying(raw, True)
        if envelope.replacement is not None and self.unions.contradicts(
            db, record_id, envelope.replacement
        ):
            outbox.applying(raw, False)
            self.bases.note(db, kind, record_id, remote.version, envelope)
            outbox.enqueue(raw, kind, [record_id, envelope.replacement])
            return
        if envelope.replacement is not None:
            self.unions.became(db, kind, record_id, envelope.replacement, remote.version)
        wanted = told = envelope.content
        if (waiting is not None or apart) and envelope.replacement is None:
            was, here, told = self.contents.sides(
                db, kind, record_id, base, envelope.content, known
            )
            mixed = merge(kind, was, here, told, doubtful=doubtful)
            told = completed(kind, envelope.content) if envelope.content is not None else None
            wanted = with_losers(mixed, record_id, remote.version)
            counts.conflicts += len(mixed.lost_values)
        again = self.writer.write(db, kind, record_id, wanted, counts, last)
        outbox.applying(raw, False)
        self.bases.note(db, kind, record_id, remote.version, envelope)
        if wanted == told and not again:
            if waiting is not None:
                db.delete(waiting)
        elif again or waiting is None:
            outbox.enqueue(raw, kind, [record_id])
        db.flush()
        counts.received += 1

    def _known_base(
        self, db: Session, kind: RecordKind, record_id: uuid.UUID, envelope: Envelope
    ) -> tuple[Content | None, bool]:
        """(the last content that both sides knew, whether the server had an unanswered sending).

        That content is the last received one, or one that this desktop sent without an answer and
        that `envelope` proves to have arrived.
        """
        arrived = False
        found = self.bases.base(db, kind, record_id)
        sent = {
            row.operacion: row
            for row in db.scalars(
                select(EnvioRow).where(
                    EnvioRow.coleccion == kind.collection.value, EnvioRow.registro == record_id
                )
            )
        }
        for operation in envelope.operations:
            row = sent.get(operation)
            arrived = arrived or row is not None
            if row is not None:
                found = unpack(row.contenido) if row.contenido else found
                db.delete(row)
                waiting = db.get(SalidaRow, (kind.collection.value, record_id))
                if waiting is not None and waiting.operacion == operation:
                    db.delete(waiting)
                db.flush()
        waiting = db.get(SalidaRow, (kind.collection.value, record_id))
        if waiting is not None and waiting.operacion in envelope.operations:
            # Sent by this desktop before it was restored from an older copy.
            found, arrived = self.contents.local(db, kind, record_id), True
            db.delete(waiting)
            db.flush()
        return found, arrived

    # -- duplicates

    def _clash(
        self,
        db: Session,
        envelope: Envelope,
        record_id: uuid.UUID,
        remote: RemoteRecord,
        other: uuid.UUID,
        counts: RoundCounts,
        last: bool,
    ) -> bool:
        """Handle two records with the same natural key: join them, or keep a conflict.

        other: the local record with that key.
        """
        kind, collection = envelope.kind, envelope.kind.collection.value
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
            self._after_union(db, envelope, record_id, remote, counts, last)
            return True
        self.bases.hold(db, collection, remote, kind.value, CLASH)
        if not last:
            return False
        known = db.scalars(
            select(ConflictoRow).where(
                ConflictoRow.otro == record_id, ConflictoRow.registro == other
            )
        ).first()
        if known is None:
            counts.conflicts += 1
            db.add(
                ConflictoRow(
                    id=self._store.new_id(),
                    coleccion=collection,
                    registro=other,
                    clase=ClaseConflicto.CHOQUE.value,
                    campo=kind.value,
                    vigente=json.dumps(None),
                    perdido=json.dumps(envelope.content, ensure_ascii=False)
                    if KINDS[kind].merged
                    else json.dumps(None),
                    otro=record_id,
                    cuando=moment_of(remote.version),
                )
            )
        db.flush()
        return True

    def _after_union(
        self,
        db: Session,
        envelope: Envelope,
        record_id: uuid.UUID,
        remote: RemoteRecord,
        counts: RoundCounts,
        last: bool,
    ) -> None:
        stays = resolve(db, record_id)
        if stays == record_id:
            self._merge_in(db, envelope, record_id, remote, counts, last)
            return
        # Merge the received content into the record that stays. The received record becomes a
        # tombstone with a replacement.
        kind, raw = envelope.kind, raw_of(db)
        _, here, told = self.contents.sides(db, kind, stays, None, envelope.content)
        mixed = merge(kind, None, here, told)
        wanted = with_losers(mixed, stays, remote.version)
        if wanted is not None:
            outbox.applying(raw, True)
            self.writer.write(db, kind, stays, wanted, counts, last)
            outbox.applying(raw, False)
        outbox.enqueue(raw, kind, [stays])
        counts.received += 1

    def _later(
        self, db: Session, remote: RemoteRecord, envelope: Envelope, last: bool, motivo: str
    ) -> bool:
        # Hold it now: the cursor has passed it, so no later page brings it.
        self.bases.hold(db, envelope.kind.collection.value, remote, envelope.kind.value, motivo)
        return last
