"""What this desktop knows of the server's records: versions, merge bases, held records."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind, pack, unpack
from icsoe_desktop.domain.sincronizacion.stamps import NAME_LENGTH, History
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.seguridad.sealed_record import Envelope
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion.shared_rows import has_conflicts
from icsoe_desktop.store.tables.sincronizacion import (
    ConflictoRow,
    EnvioRow,
    OficinaRow,
    RetenidoRow,
    SalidaRow,
    VersionRow,
)

# Hexadecimal digits of a name that tell the desktop. The others tell the start.
_OWN_DIGITS: Final = NAME_LENGTH // 2
_HELD, _NOT_YET = "versiones leídas", "registros sin versión"


class SentRecord(NamedTuple):
    """What the server has of a record. packed: its content; empty for kinds without a base."""

    record_id: uuid.UUID
    version: int
    history: History
    deleted: bool
    packed: bytes


class Witness(NamedTuple):
    """A version that the server had. A server that went back lost its newest ones."""

    collection: str
    record_id: uuid.UUID
    version: int

    def is_lost(self, server: SyncServer) -> bool:
        """Whether the server has neither this version nor a later one of the record."""
        now = server.get(self.collection, str(self.record_id))
        return now is None or now.version < self.version


class RecordBases:
    def __init__(self, store: Store) -> None:
        self._store = store

    def base(self, db: Session, kind: RecordKind, record_id: uuid.UUID) -> Content | None:
        row = self.version(db, kind.collection.value, record_id)
        if row is None or row.base is None:
            return None
        found: Content | None = unpack(row.base)
        return found

    def version(self, db: Session, collection: str, record_id: uuid.UUID) -> VersionRow | None:
        if (collection, record_id) in db.info.get(_NOT_YET, ()):
            return None
        return db.get(VersionRow, (collection, record_id))

    def load(self, db: Session, collection: str, record_ids: Sequence[uuid.UUID]) -> None:
        """Read the known versions of these records in one query, for the life of the session."""
        rows = db.scalars(
            select(VersionRow).where(
                VersionRow.coleccion == collection, VersionRow.registro.in_(record_ids)
            )
        ).all()
        known = {row.registro for row in rows}
        # The session references rows weakly.
        db.info.setdefault(_HELD, []).extend(rows)
        unknown = {(collection, one) for one in record_ids if one not in known}
        db.info.setdefault(_NOT_YET, set()).update(unknown)

    def knows_any(self, db: Session, places: Sequence[tuple[str, uuid.UUID]]) -> bool:
        """Whether this desktop knows, sends or holds anything of these records."""
        if not db.info.get(_NOT_YET, set()).issuperset(places):
            return True
        for collection in {one for one, _ in places}:
            ids = [name for one, name in places if one == collection]
            for row in (SalidaRow, EnvioRow, RetenidoRow):
                some = select(row.registro).where(
                    row.coleccion == collection, row.registro.in_(ids)
                )
                if db.scalars(some.limit(1)).first() is not None:
                    return True
        return False

    def newest(self, db: Session, collection: str) -> Witness | None:
        """The newest version at the server that this desktop knows, read or written by it."""
        row = db.execute(
            select(VersionRow.registro, VersionRow.version)
            .where(VersionRow.coleccion == collection, VersionRow.version > 0)
            .order_by(VersionRow.version.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else Witness(collection, row.registro, row.version)

    def news(
        self, db: Session, collection: str, remotes: Sequence[RemoteRecord]
    ) -> list[RemoteRecord]:
        """The records that are not merged yet. A page repeats records of the last minute."""
        ids = [uuid.UUID(one.id) for one in remotes]
        noted = select(VersionRow.registro, VersionRow.version).where(
            VersionRow.coleccion == collection, VersionRow.registro.in_(ids)
        )
        held = select(RetenidoRow.registro).where(RetenidoRow.coleccion == collection)
        known = {row.registro: row.version for row in db.execute(noted)}
        for record_id in db.scalars(held):
            known.pop(record_id, None)
        pairs = zip(ids, remotes, strict=True)
        return [one for name, one in pairs if one.data is None or one.version > known.get(name, -1)]

    def note(
        self,
        db: Session,
        kind: RecordKind,
        record_id: uuid.UUID,
        version: int,
        envelope: Envelope,
        *,
        borrado: bool | None = None,
    ) -> None:
        """Store the version, content and history that the server has now.

        borrado: overrides the deletion mark, which otherwise follows from an empty content.
        """
        collection = kind.collection.value
        row = self.version(db, collection, record_id)
        if row is None:
            row = VersionRow(coleccion=collection, registro=record_id)
            db.add(row)
            db.info.get(_NOT_YET, set()).discard((collection, record_id))
        row.version = version
        row.base = None
        if envelope.content is not None and KINDS[kind].has_base:
            row.base = pack(envelope.content)
        row.clase, row.reponer = kind.value, False
        row.sellos = _write_history(envelope.history)
        row.borrado = envelope.content is None if borrado is None else borrado
        db.flush()

    def note_all(self, db: Session, kind: RecordKind, sent: Sequence[SentRecord]) -> None:
        """`note` for many records of which the session holds no VersionRow."""
        rows = [
            {
                "coleccion": kind.collection.value,
                "registro": one.record_id,
                "version": one.version,
                "base": one.packed or None,
                "borrado": one.deleted,
                "clase": kind.value,
                "sellos": _write_history(one.history),
                "reponer": False,
            }
            for one in sent
        ]
        db.connection().execute(insert(VersionRow).prefix_with("OR REPLACE"), rows)

    def history(self, db: Session, collection: str, record_id: uuid.UUID) -> History:
        """The history of the last version that this desktop knows."""
        row = self.version(db, collection, record_id)
        return History() if row is None else history_of(row)

    def has_conflicts(self, db: Session, kind: RecordKind, record_id: uuid.UUID) -> bool:
        """Whether the record has conflicts. The session must be flushed."""
        return has_conflicts(raw_of(db), kind, record_id)

    def hold(
        self, db: Session, collection: str, remote: RemoteRecord, kind: str, motivo: str
    ) -> None:
        record_id = uuid.UUID(remote.id)
        row = db.get(RetenidoRow, (collection, record_id))
        if row is None:
            row = RetenidoRow(coleccion=collection, registro=record_id)
            db.add(row)
        row.clase, row.motivo, row.cuando = kind, motivo, self._store.clock()
        try:
            row.contenido = pack({"version": remote.version, "datos": remote.data})
        except (ValueError, RecursionError):
            # Not JSON text, or nested too deeply: keep the version alone and wait for a newer one.
            row.contenido = pack({"version": remote.version, "datos": {}})
        db.flush()

    def release(self, db: Session, collection: str, record_id: uuid.UUID) -> int | None:
        """Hold the record no more. Returns the version that was held."""
        row = db.get(RetenidoRow, (collection, record_id))
        if row is None:
            return None
        version = held_record(row).version
        db.delete(row)
        db.execute(delete(ConflictoRow).where(ConflictoRow.otro == record_id))
        db.flush()
        return version

    def drop_held(self, db: Session, collection: str, record_id: uuid.UUID, version: int) -> None:
        """Release the held version if it is not newer than `version`."""
        row = db.get(RetenidoRow, (collection, record_id))
        if row is not None and unpack(row.contenido)["version"] <= version:
            self.release(db, collection, record_id)

    def held(self, db: Session) -> list[tuple[str, RemoteRecord]]:
        """(collection, record) of every received record that could not be stored yet."""
        return [(row.coleccion, held_record(row)) for row in db.scalars(select(RetenidoRow))]


def held_record(row: RetenidoRow) -> RemoteRecord:
    kept = unpack(row.contenido)
    return RemoteRecord(str(row.registro), kept["version"], kept["datos"])


def short_name(db: Session) -> str:
    """How the names of this desktop's starts begin."""
    return short_name_of(db.scalars(select(OficinaRow.miembro)).one())


def short_name_of(miembro: uuid.UUID) -> str:
    return miembro.hex[-_OWN_DIGITS:]


def history_of(row: VersionRow) -> History:
    return History(tuple((name, number) for name, number in json.loads(row.sellos or "[]")))


def _write_history(history: History) -> str:
    return json.dumps(history.writes, separators=(",", ":"))
