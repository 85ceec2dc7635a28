"""Downloads new records page by page, and detects a server that was restored or purged."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import RecordCollection, parse_record_id
from icsoe_desktop.gateways.kinto.values import RecordPage, RemoteRecord, SafeCursor
from icsoe_desktop.services.sincronizacion.enviar.bases import Witness
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer
from icsoe_desktop.services.sincronizacion.recibir.blocks import Arrived, write_blocks
from icsoe_desktop.services.sincronizacion.recibir.integration import (
    LOTE_MISSING,
    RecordIntegration,
)
from icsoe_desktop.services.sincronizacion.recibir.talk import Talk
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sincronizacion import CursorRow, RetenidoRow, VersionRow

# Rounds between two counts. A count costs one request a collection.
_COUNT_EVERY: Final = 24
# Rounds that a state waits for its lote, which a desktop that has it puts back meanwhile.
_WAIT_FOR_LOTE: Final = 3
# Records that a comparison reads one by one because this desktop does not know them.
_MOST_UNKNOWN: Final = 500

COLLECTION_WORDS: Final = {
    RecordCollection.CONTRATISTAS: "contratistas",
    RecordCollection.CAPTURISTAS: "capturistas",
    RecordCollection.CERTIFICADOS: "certificados",
    RecordCollection.LOTES: "lotes y movimientos",
    RecordCollection.ESTADOS: "estados de movimientos",
}


class _Standing(NamedTuple):
    """How far a collection was read.

    suspect: it is to be compared.
    """

    cursor: int
    suspect: bool
    witness: Witness | None


class Reception:
    def __init__(self, store: Store, oficina: Oficina) -> None:
        self._store = store
        self._oficina = oficina
        self._rounds = 0
        # True after a round that found the server older, spoilt or restored.
        self.went_back = False
        # (record, version) of states whose lote is missing → rounds that waited for it
        self._without_lote: Counter[tuple[uuid.UUID, bytes]] = Counter()
        # collection → (record, version) pairs of the previous `has_news`
        self._asked: dict[str, set[tuple[str, int]]] = {}
        # collection → what the store says, until this round writes
        self._standing: dict[str, _Standing] | None = None
        self._cursors: defaultdict[str, SafeCursor] = defaultdict(SafeCursor)

    def receive(self, talk: Talk, *, whole: bool, compare: bool) -> None:
        """Merge every new record of the server into the store.

        whole: also check the generation of the server. Without it, a server that lost the newest
        version that this desktop knows triggers the check.
        compare: also compare the versions of all records with the server's.
        """
        self.went_back, self._standing = False, None
        talk.integration.writer.without_lote = frozenset(
            name for (name, _), rounds in self._without_lote.items() if rounds >= _WAIT_FOR_LOTE
        )
        if whole:
            self._check_generation(talk)
        counting_due = self._rounds % _COUNT_EVERY == 0
        for collection in RecordCollection:
            talk.integration.rollback.noticed = False
            went_back = self._read(talk, collection)
            self.went_back |= went_back or talk.integration.rollback.noticed
            if went_back:
                self._check_generation(talk)
            if (
                compare
                or self._stands(talk.integration, collection).suspect
                or (counting_due and talk.server.count(collection.value) != self._known(collection))
            ):
                self._compare(talk, collection)
        self._rounds += 1
        # A record may arrive before the record that it refers to. Two passes resolve chains of two.
        for last in (False, False, True):
            with self._store.read() as db:
                held = talk.integration.bases.held(db)
            if not held:
                break
            self._write(talk, held, last=last)
        if held or self._without_lote:
            self._count_without_lote()
        talk.integration.writer.seat(all_of_them=whole)

    def _count_without_lote(self) -> None:
        missing = select(RetenidoRow).where(RetenidoRow.motivo == LOTE_MISSING)
        with self._store.read() as db:
            now = [(row.registro, row.contenido) for row in db.scalars(missing)]
        self._without_lote = Counter({one: self._without_lote[one] + 1 for one in now})

    def _read(self, talk: Talk, collection: RecordCollection) -> bool:
        """Merge the new records of one collection. True if the server went back in time."""
        cursor, _, witness = self._stands(talk.integration, collection)
        since, went_back = cursor, False
        token: str | None = None
        first: RecordPage | None = None
        read_until, seen = since, 0
        while True:
            page = _of_desktops(talk.server.page(collection.value, since, token))
            first = first or page
            if witness is not None and not went_back and _lost(talk.server, witness, page):
                went_back = True
                # Before news take its place as the newest version that this desktop knows.
                with self._store.write() as db:
                    talk.integration.rollback.suspect(db, collection.value)
                self._standing = None
            seen += len(page.records)
            talk.progress.report(seen, first.total, f"Recibiendo {COLLECTION_WORDS[collection]}")
            if page.records:
                with self._store.read() as db:
                    news = talk.integration.bases.news(db, collection.value, page.records)
                rows = sorted(news, key=lambda one: one.version)
                pending = [(collection.value, one) for one in rows]
                self._write(talk, pending)
            read_until = max([read_until, *(one.version for one in page.records)])
            token = page.next_page
            # A concurrent transaction may still commit an older version: stay behind it.
            safe = self._cursors[collection.value].after(read_until, first, last=token is None)
            cursor = self._move_cursor(collection.value, cursor, max(since, safe))
            if token is None:
                return went_back

    def _stands(self, integration: RecordIntegration, collection: RecordCollection) -> _Standing:
        if self._standing is None:
            with self._store.read() as db:
                rows = {row.coleccion: row for row in db.scalars(select(CursorRow))}
                self._standing = {
                    one: _Standing(
                        rows[one].cursor if one in rows else 0,
                        one in rows and rows[one].completa,
                        integration.bases.newest(db, one),
                    )
                    for one in RecordCollection
                }
        return self._standing[collection]

    def has_news(self, server: SyncServer, collection: str) -> bool:
        """Whether the collection changed since the previous call; may be True on the first call."""
        with self._store.read() as db:
            since = read_until = _cursor(db, collection)
        found: set[tuple[str, int]] = set()
        token: str | None = None
        first: RecordPage | None = None
        while True:
            page = server.page(collection, since, token)
            first = first or page
            found.update((one.id, one.version) for one in page.records)
            read_until = max([read_until, *(one.version for one in page.records)])
            token = page.next_page
            if token is None:
                behind = self._cursors[collection].after(read_until, first)
                self._move_cursor(collection, since, max(since, behind))
                former, self._asked[collection] = self._asked.get(collection, set()), found
                return not found <= former

    def _write(self, talk: Talk, pending: Sequence[Arrived], *, last: bool = False) -> None:
        if pending:
            self._standing = None
        write_blocks(self._store, talk, pending, last=last)

    def _move_cursor(self, collection: str, before: int, cursor: int) -> int:
        """Store the cursor if it moved. Returns it."""
        if before == cursor:
            return cursor
        self._standing = None
        with self._store.write() as db:
            row = db.get(CursorRow, collection)
            if row is None:
                db.add(CursorRow(coleccion=collection, cursor=cursor, completa=False))
            else:
                row.cursor = cursor
        return cursor

    def _known(self, collection: RecordCollection) -> int:
        """Number of the server's records that this desktop has, stored or held."""
        name = collection.value
        written = select(func.count()).where(VersionRow.coleccion == name, VersionRow.version > 0)
        held = select(func.count()).where(
            RetenidoRow.coleccion == name,
            ~exists().where(
                VersionRow.coleccion == name,
                VersionRow.registro == RetenidoRow.registro,
                VersionRow.version > 0,
            ),
        )
        with self._store.read() as db:
            return (db.scalar(written) or 0) + (db.scalar(held) or 0)

    # -- a server that was restored or purged

    def _check_generation(self, talk: Talk) -> None:
        generation = talk.server.office().generation
        with self._store.read() as db:
            if self._oficina.row(db).generacion == generation:
                return
        for collection in RecordCollection:
            self._compare(talk, collection)
        with self._store.write() as db:
            self._oficina.row(db).generacion = generation
            for cursor in db.scalars(select(CursorRow)):
                cursor.cursor = 0
        self._standing = None

    def _compare(self, talk: Talk, collection: RecordCollection) -> None:
        """Compare the versions of all records with the server. Queue what the server lost."""
        there = {
            record_id: version
            for name, version in talk.server.versions(collection.value, talk.progress).items()
            if (record_id := parse_record_id(name)) is not None
        }
        with self._store.read() as db:
            here = {
                row.registro: row.version
                for row in db.execute(
                    select(VersionRow.registro, VersionRow.version).where(
                        VersionRow.coleccion == collection.value, VersionRow.version > 0
                    )
                )
            }
            # What is held was read, but perhaps as another version than the server has again.
            held = {
                uuid.UUID(remote.id): remote.version
                for name, remote in talk.integration.bases.held(db)
                if name == collection.value
            }
        for record_id in (here.keys() | held.keys()) - there.keys():
            with talk.integration.write() as db:
                gone = RemoteRecord(str(record_id), 0, None)
                talk.integration.integrate(db, collection.value, gone, talk.counts)
        unknown = there.keys() - here.keys() - held.keys()
        # So many are read again page by page, in the next round.
        passed = unknown if len(unknown) > _MOST_UNKNOWN else set()
        for record_id, version in there.items():
            if record_id in passed or here.get(record_id, held.get(record_id)) == version:
                continue
            remote = talk.server.get(collection.value, str(record_id))
            if remote is None:
                continue
            with talk.integration.write() as db:
                talk.integration.integrate(db, collection.value, remote, talk.counts, compared=True)
        with self._store.write() as db:
            cursor = db.get(CursorRow, collection.value)
            if cursor is not None and passed:
                cursor.cursor = 0
            if cursor is not None and cursor.completa:
                cursor.completa = False
        self._standing = None


def _of_desktops(page: RecordPage) -> RecordPage:
    """The page without records whose id no desktop can have made."""
    ours = tuple(one for one in page.records if parse_record_id(one.id) is not None)
    return page if len(ours) == len(page.records) else replace(page, records=ours)


def _cursor(db: Session, collection: str) -> int:
    row = db.get(CursorRow, collection)
    return row.cursor if row else 0


def _lost(server: SyncServer, witness: Witness, page: RecordPage) -> bool:
    """Whether the server lost this version, and with it perhaps others.

    page: of news, read just now.
    """
    if page.collection_version == witness.version:
        return False
    name = str(witness.record_id)
    if any(one.id == name and one.version >= witness.version for one in page.records):
        return False
    if page.collection_version < witness.version:
        return True
    # Others wrote since. If the server went back before, it lost the newest version first.
    return witness.is_lost(server)
