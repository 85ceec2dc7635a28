"""Joins two records for the same thing. Every desktop picks the same one to stay."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.merge import merge
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.seguridad.sealed_record import Envelope
from icsoe_desktop.services.sincronizacion.identidad.aliases import remember, rename, resolve
from icsoe_desktop.services.sincronizacion.recibir.lost_values import with_losers
from icsoe_desktop.services.sincronizacion.valores.contents import RecordContents
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.sincronizacion.shared_rows import with_defaults
from icsoe_desktop.store.tables.registros import CertificadoRow
from icsoe_desktop.store.tables.sincronizacion import AliasRow, EnvioRow, SalidaRow


class RecordUnions:
    def __init__(self, store: Store, contents: RecordContents) -> None:
        self._store = store
        self._contents = contents
        self._rows = contents.rows
        self._bases = contents.bases

    def contradicts(self, db: Session, record_id: uuid.UUID, replacement: uuid.UUID) -> bool:
        """Whether this desktop joined the two records the other way round and wins.

        The older id stays if two desktops disagree.
        """
        return record_id < replacement and resolve(db, replacement) == record_id

    def became(
        self,
        db: Session,
        kind: RecordKind,
        record_id: uuid.UUID,
        replacement: uuid.UUID,
        version: int,
    ) -> None:
        """Apply a replacement that another desktop decided: `record_id` became `replacement`.

        version: the server's version of the tombstone.
        """
        target = resolve(db, replacement)
        if target == record_id:
            contrary = db.get(AliasRow, replacement)
            if contrary is None:
                return
            # This desktop decided the opposite and loses: its id is newer.
            db.delete(contrary)
            db.flush()
            target = replacement
        remember(db, record_id, target)
        mine = self._rows.local(db, kind, record_id)
        if mine is None:
            return
        theirs = self._rows.local(db, kind, target)
        edited = db.get(SalidaRow, (kind.collection.value, record_id)) is not None
        noted = self._bases.base(db, kind, record_id)
        base = {} if noted is None else with_defaults(kind, noted)
        rename(db, self._store, kind, record_id, target)
        if theirs is not None and edited:
            # Move pending local edits from the discarded record to the surviving one.
            mixed = merge(kind, base, mine, theirs)
            wanted = with_losers(mixed, target, version)
            if wanted is not None:
                self._rows.apply(db, kind, target, wanted)
        outbox.enqueue(raw_of(db), kind, [target])

    def join_records(
        self,
        db: Session,
        kind: RecordKind,
        *,
        here: uuid.UUID,
        there: uuid.UUID,
        only_here: bool,
        remote: RemoteRecord,
    ) -> uuid.UUID:
        """Join two records. Returns the id that stays.

        here: id of the local record. there: id of the record at the server.
        only_here: the local record was never sent, so the server's id stays. So does that of a
        certificate: who uploads one again deletes the former, and that deletion may come later.
        Otherwise the older id stays.
        """
        raw = raw_of(db)
        comes_later = only_here or kind is RecordKind.CERTIFICADO
        stays, goes = (there, here) if comes_later or there < here else (here, there)
        outbox.applying(raw, True)
        if self._rows.local(db, kind, goes) is not None:
            rename(db, self._store, kind, goes, stays)
        outbox.applying(raw, False)
        remember(db, goes, stays)
        collection = kind.collection.value
        if only_here:
            db.execute(
                delete(SalidaRow).where(
                    SalidaRow.coleccion == collection, SalidaRow.registro == goes
                )
            )
            outbox.enqueue(raw, kind, [stays])
        else:
            if goes == there:
                told = self._contents.open(remote, collection)
                empty = Envelope(kind, None, history=told.history)
                self._bases.note(db, kind, there, remote.version, empty, borrado=False)
            outbox.enqueue(raw, kind, [stays, goes])
        return stays

    def never_left(self, db: Session, collection: str, record_id: uuid.UUID) -> bool:
        """Whether no other desktop can know the record: it is queued and was never sent."""
        waiting = db.get(SalidaRow, (collection, record_id))
        sent = select(EnvioRow.numero).where(
            EnvioRow.coleccion == collection, EnvioRow.registro == record_id
        )
        return (
            waiting is not None
            and self._bases.version(db, collection, record_id) is None
            and db.scalars(sent).first() is None
        )

    def same_certificate(self, db: Session, other: uuid.UUID, content: Content | None) -> bool:
        row = db.get(CertificadoRow, other)
        return row is not None and content is not None and row.numero == content.get("numero")
