"""Queues the records that a restored, purged or tampered server lost."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.services.sincronizacion.valores.contents import RecordContents
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.tables.sincronizacion import CursorRow, SalidaRow, VersionRow


class ServerRollback:
    """Puts back what the server lost, spoilt or replaced by an older version.

    noticed: whether there was a reason to `suspect` the server since the caller set it to False.
    """

    def __init__(self, contents: RecordContents) -> None:
        self._contents = contents
        self.noticed = False

    def suspect(self, db: Session, collection: str) -> None:
        """Have this collection compared with the server's, in this round or in a later one.

        It is stored, because the round may end before the comparison does, and what showed the
        damage may not show it again.
        """
        self.noticed = True
        row = db.get(CursorRow, collection)
        if row is None:
            db.add(CursorRow(coleccion=collection, cursor=0, completa=True))
        else:
            row.completa = True

    def forgotten(
        self, db: Session, collection: str, record_id: uuid.UUID, row: VersionRow
    ) -> None:
        """The server has the record no more. Desktops never delete at the server."""
        if row.borrado:
            # Nothing to put back, but its history stays: an older version may come back.
            row.version = 0
            db.flush()
            return
        self.put_back(db, collection, record_id, row, 0)

    def put_back(
        self, db: Session, collection: str, record_id: uuid.UUID, row: VersionRow, version: int
    ) -> None:
        """Queue the record as this desktop knows it.

        version: what the server has in its place; 0 for nothing.
        """
        self.suspect(db, collection)
        row.version, row.reponer = version, True
        db.flush()
        if db.get(SalidaRow, (collection, record_id)) is None:
            outbox.enqueue(raw_of(db), RecordKind(row.clase), [record_id])
        self._contents.bases.release(db, collection, record_id)

    def take_place(self, db: Session, waiting: SalidaRow, version: int) -> None:
        """Let what waits be written over garbage of this version.

        This desktop never saw the record. Its author may be gone, and each desktop has made it
        again from other records, as the states of a lote's movements.
        """
        collection, record_id = waiting.coleccion, waiting.registro
        db.add(
            VersionRow(
                coleccion=collection,
                registro=record_id,
                version=version,
                base=None,
                borrado=False,
                clase=waiting.clase,
            )
        )
        db.flush()
        self._contents.bases.release(db, collection, record_id)
