"""Reading what the other desktops wrote: pages after the cursor, and a server that went back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import exists, func, select

from icsoe_desktop.domain.sincronizacion.records import RecordCollection, parse_record_id
from icsoe_desktop.gateways.kinto.values import RemoteRecord, safe_cursor
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import RecordPage, SyncServer
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import CursorRow, RetenidoRow, VersionRow

# Records written to the store in one transaction: others who write wait no longer than that.
_AT_ONCE: Final = 20
# Counting what there is costs a request a collection.
_COUNT_EVERY: Final = 24

COLLECTION_WORDS: Final = {
    RecordCollection.CONTRATISTAS: "contratistas",
    RecordCollection.CAPTURISTAS: "capturistas",
    RecordCollection.CERTIFICADOS: "certificados",
    RecordCollection.LOTES: "lotes y movimientos",
    RecordCollection.ESTADOS: "estados de movimientos",
}


class Reception:
    def __init__(self, store: Store, oficina: Oficina) -> None:
        self._store = store
        self._oficina = oficina
        self._rounds = 0
        self._marcas: dict[str, int] = {}
        # Records and versions that the last question brought, by collection.
        self._asked: dict[str, set[tuple[str, int]]] = {}

    def receive(
        self,
        servidor: SyncServer,
        registros: RecordIntegration,
        cuenta: RoundCounts,
        progress: Progress,
        *,
        whole: bool,
    ) -> None:
        """Everything that is new at the server is merged into the store.

        whole: also asks whether the server went back; a collection's mark may tell it sooner.
        Raises SyncServerError, Cancelled; what was read by then stays.
        """
        if whole:
            self._check_generation(servidor, registros, cuenta, progress)
        counts = self._rounds % _COUNT_EVERY == 0
        for coleccion in RecordCollection:
            went_back = self._read(servidor, registros, coleccion, cuenta, progress)
            if went_back:
                self._check_generation(servidor, registros, cuenta, progress)
            if (counts or went_back) and servidor.count(coleccion.value) != self._known(coleccion):
                self._compare(servidor, registros, coleccion, cuenta, progress)
        self._rounds += 1
        # What is named may have come after what names it; twice, for chains of two.
        for last in (False, False, True):
            with self._store.read() as db:
                held = registros.notas.held(db)
            self._write(registros, held, cuenta, progress, last=last)
        registros.escritor.seat(all_of_them=whole)

    def _read(
        self,
        servidor: SyncServer,
        registros: RecordIntegration,
        coleccion: RecordCollection,
        cuenta: RoundCounts,
        progress: Progress,
    ) -> bool:
        """Whether the server has gone back in time."""
        since = self._cursor(coleccion.value)
        token: str | None = None
        first: RecordPage | None = None
        read_until, seen = since, 0
        while True:
            page = _of_desktops(servidor.page(coleccion.value, since, token))
            first = first or page
            seen += len(page.registros)
            progress.report(seen, first.total, f"Recibiendo {COLLECTION_WORDS[coleccion]}")
            with self._store.read() as db:
                news = registros.notas.news(db, coleccion.value, page.registros)
            rows = sorted(news, key=lambda one: one.version)
            self._write(registros, [(coleccion.value, one) for one in rows], cuenta, progress)
            read_until = max([read_until, *(one.version for one in page.registros)])
            # Never past what somebody may still be committing.
            self._move_cursor(coleccion.value, max(since, safe_cursor(read_until, first)))
            token = page.siguiente
            if token is None:
                former = self._marcas.get(coleccion.value, 0)
                self._marcas[coleccion.value] = first.marca
                return first.marca < former

    def has_news(self, servidor: SyncServer, coleccion: str) -> bool:
        """Whether anything was written into it since this was asked; the first time, perhaps."""
        since = read_until = self._cursor(coleccion)
        found: set[tuple[str, int]] = set()
        token: str | None = None
        first: RecordPage | None = None
        while True:
            page = servidor.page(coleccion, since, token)
            first = first or page
            found.update((one.id, one.version) for one in page.registros)
            read_until = max([read_until, *(one.version for one in page.registros)])
            token = page.siguiente
            if token is None:
                self._move_cursor(coleccion, max(since, safe_cursor(read_until, first)))
                former, self._asked[coleccion] = self._asked.get(coleccion, set()), found
                return not found <= former

    def _cursor(self, coleccion: str) -> int:
        with self._store.read() as db:
            row = db.get(CursorRow, coleccion)
            return row.cursor if row else 0

    def _write(
        self,
        registros: RecordIntegration,
        pending: Sequence[tuple[str, RemoteRecord]],
        cuenta: RoundCounts,
        progress: Progress,
        *,
        last: bool = False,
    ) -> None:
        for start in range(0, len(pending), _AT_ONCE):
            progress.report(start, len(pending), "Guardando lo recibido")
            part = pending[start : start + _AT_ONCE]
            with self._store.write() as db:
                for coleccion in {one for one, _ in part}:
                    ids = [uuid.UUID(remoto.id) for one, remoto in part if one == coleccion]
                    registros.notas.load(db, coleccion, ids)
                for coleccion, remoto in part:
                    registros.integrate(db, coleccion, remoto, cuenta, last=last)

    def _move_cursor(self, coleccion: str, cursor: int) -> None:
        if self._cursor(coleccion) == cursor:
            return
        with self._store.write() as db:
            row = db.get(CursorRow, coleccion)
            if row is None:
                db.add(CursorRow(coleccion=coleccion, cursor=cursor, completa=False))
            else:
                row.cursor = cursor

    def _known(self, coleccion: RecordCollection) -> int:
        """How many records of the server this desktop knows, written or held."""
        name = coleccion.value
        written = select(func.count()).where(VersionRow.coleccion == name)
        held = select(func.count()).where(
            RetenidoRow.coleccion == name,
            ~exists().where(
                VersionRow.coleccion == name, VersionRow.registro == RetenidoRow.registro
            ),
        )
        with self._store.read() as db:
            return (db.scalar(written) or 0) + (db.scalar(held) or 0)

    # -- a server that was restored or purged

    def _check_generation(
        self,
        servidor: SyncServer,
        registros: RecordIntegration,
        cuenta: RoundCounts,
        progress: Progress,
    ) -> None:
        generation = servidor.office().generacion
        with self._store.read() as db:
            row = self._oficina.row(db)
            if row.generacion == generation:
                return
        for coleccion in RecordCollection:
            self._compare(servidor, registros, coleccion, cuenta, progress)
        with self._store.write() as db:
            self._oficina.row(db).generacion = generation
            for cursor in db.scalars(select(CursorRow)):
                cursor.cursor = 0

    def _compare(
        self,
        servidor: SyncServer,
        registros: RecordIntegration,
        coleccion: RecordCollection,
        cuenta: RoundCounts,
        progress: Progress,
    ) -> None:
        """Looks at every record that there is: what the server lost goes up again."""
        there = {
            registro: version
            for name, version in servidor.versions(coleccion.value, progress).items()
            if (registro := parse_record_id(name)) is not None
        }
        with self._store.read() as db:
            here = {
                row.registro: row.version
                for row in db.execute(
                    select(VersionRow.registro, VersionRow.version).where(
                        VersionRow.coleccion == coleccion.value
                    )
                )
            }
        for registro in here.keys() - there.keys():
            with self._store.write() as db:
                gone = RemoteRecord(str(registro), 0, None)
                registros.integrate(db, coleccion.value, gone, cuenta)
        for registro, version in there.items():
            if here.get(registro, version) == version:
                continue
            remoto = servidor.get(coleccion.value, str(registro))
            if remoto is None:
                continue
            with self._store.write() as db:
                if version < here[registro]:
                    # The server went back in time: what is here is newer.
                    registros.retroceso.rewind(db, coleccion.value, remoto)
                else:
                    registros.integrate(db, coleccion.value, remoto, cuenta)


def _of_desktops(page: RecordPage) -> RecordPage:
    """Without records that no desktop can have written."""
    ours = tuple(one for one in page.registros if parse_record_id(one.id) is not None)
    return page if len(ours) == len(page.registros) else replace(page, registros=ours)
