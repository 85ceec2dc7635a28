"""Queues the records that a restored or purged server lost."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.merge import MOVIMIENTOS
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.seguridad.sealed_record import EnvelopeUnreadableError
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord
from icsoe_desktop.services.sincronizacion.valores.contents import RecordContents
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.tables import VersionRow


class ServerRollback:
    def __init__(self, contents: RecordContents) -> None:
        self._contents = contents
        self._bases = contents.bases

    def forgotten(
        self, db: Session, collection: str, record_id: uuid.UUID, row: VersionRow | None
    ) -> None:
        """Queue the local record: the server lost it. Desktops never delete at the server.

        row: the known version; None if this desktop does not know the record.
        """
        if row is None:
            return
        borrado = row.borrado
        db.delete(row)
        db.flush()
        if borrado:
            return
        kind = self._kind_here(db, collection, record_id)
        if kind is not None:
            outbox.enqueue(raw_of(db), kind, [record_id])

    def _kind_here(self, db: Session, collection: str, record_id: uuid.UUID) -> RecordKind | None:
        for kind in RecordKind:
            if kind.collection.value != collection:
                continue
            found = self._contents.local(db, kind, record_id)
            if found is not None and (MOVIMIENTOS not in found or found[MOVIMIENTOS]):
                return kind
        return None

    def rewind(self, db: Session, collection: str, remote: RemoteRecord) -> None:
        """Queue the local record: the server has an older version than this desktop knows."""
        record_id = uuid.UUID(remote.id)
        try:
            envelope = self._contents.open(remote, collection)
        except EnvelopeUnreadableError:
            return
        self._bases.note(db, envelope.kind, record_id, remote.version, envelope)
        outbox.enqueue(raw_of(db), envelope.kind, [record_id])
