"""Prepares queued records: compare with the base, number, seal, form batches."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.domain.sincronizacion.stamps import NAME_LENGTH, History
from icsoe_desktop.gateways.kinto.values import MAX_BATCH_BYTES, MAX_WRITES, RecordWrite
from icsoe_desktop.seguridad.office_keys import newest
from icsoe_desktop.seguridad.sealed_record import PackedContent, seal_record
from icsoe_desktop.services.sincronizacion.enviar.bases import short_name
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.lost_values import forget_losers
from icsoe_desktop.services.sincronizacion.valores.authors import Authors
from icsoe_desktop.services.sincronizacion.valores.contents import same
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import outbox, packets, states
from icsoe_desktop.store.tables.sincronizacion import EnvioRow, NuevoRow, SalidaRow

# Movements. The first part is small, so that the server soon has something to do.
_ASSIGN_FIRST: Final = 1_000
_ASSIGN_AT_ONCE: Final = 5_000
# Leaves room for the JSON around the sealed text in a request.
_MAX_RECORD_BYTES: Final = MAX_BATCH_BYTES - 8 * 1024

TOO_LARGE: Final = (
    "El registro es demasiado grande para el servidor y no se envió. Sus datos siguen en este "
    "equipo."
)


@dataclass(frozen=True, slots=True)
class PreparedRecord:
    """A record ready to send. content: packed; empty for kinds without a base.

    It does not keep the unpacked content: of a batch that is thousands of lists.
    """

    record_id: uuid.UUID
    operation: bytes  # of the change; see SalidaRow
    write_request: RecordWrite
    history: History
    deleted: bool
    content: bytes


class Preparation:
    """Gives the numbers of the writes; see `stamps`. Lives as long as the program runs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # Drawn anew at each start: a disk that was restored knows nothing of the numbers since.
        self._start = secrets.token_hex(NAME_LENGTH // 4)
        self._numbers = count(1)
        self._authors = Authors(store)

    def parts(
        self, integration: RecordIntegration, kind: RecordKind
    ) -> Iterator[Sequence[PreparedRecord]]:
        """Batches of the queued records of a kind, each small enough for one request.

        Reads the outbox lazily. Sets aside records that are too large for the server.
        """
        after: uuid.UUID | None = None
        most = _ASSIGN_FIRST
        while True:
            names = self._next(kind, after)
            if names:
                yield from _batches(self._prepare(integration, kind, names))
                after = names[-1]
            elif kind is RecordKind.MOVIMIENTOS and self._assign(most):
                most = _ASSIGN_AT_ONCE
            else:
                return

    def _next(self, kind: RecordKind, after: uuid.UUID | None) -> list[uuid.UUID]:
        """The next queued ids of the kind after `after`, in id order."""
        waiting = (
            select(SalidaRow.registro)
            .where(
                SalidaRow.coleccion == kind.collection.value,
                SalidaRow.clase == kind.value,
                SalidaRow.apartado.is_(None),
            )
            .order_by(SalidaRow.registro)
            .limit(MAX_WRITES)
        )
        if after is not None:
            waiting = waiting.where(SalidaRow.registro > after)
        with self._store.read() as db:
            return list(db.scalars(waiting))

    def _prepare(
        self, integration: RecordIntegration, kind: RecordKind, names: Sequence[uuid.UUID]
    ) -> list[PreparedRecord]:
        """Prepare these records. Stores each write before the record leaves."""
        collection = kind.collection.value
        # Records are independent of each other: flush once at the end.
        with integration.write() as db, db.no_autoflush:
            integration.bases.load(db, collection, names)
            rows = db.scalars(
                select(SalidaRow).where(
                    SalidaRow.coleccion == collection, SalidaRow.registro.in_(names)
                )
            )
            waiting = {row.registro: row for row in rows}
            start = short_name(db) + self._start
            self._authors.load(db)
            noted = db.scalars(
                select(EnvioRow)
                .where(
                    EnvioRow.coleccion == collection,
                    EnvioRow.registro.in_(names),
                    EnvioRow.inicio == start,
                )
                .order_by(EnvioRow.numero)
            )
            sent = {row.registro: row for row in noted}
            leaving: list[dict[str, Any]] = []
            made = [
                self._prepare_one(db, integration, kind, waiting[one], start, sent, leaving)
                for one in names
                if one in waiting
            ]
            if leaving:
                db.connection().execute(insert(EnvioRow), leaving)
            return [one for one in made if one is not None]

    def _prepare_one(
        self,
        db: Session,
        integration: RecordIntegration,
        kind: RecordKind,
        row: SalidaRow,
        start: str,
        sent: Mapping[uuid.UUID, EnvioRow],
        leaving: list[dict[str, Any]],
    ) -> PreparedRecord | None:
        """None if the server already has the content, or if the record is too large.

        start: the name of the write. sent: record → its last write of this start that got no
        answer. leaving: takes the EnvioRow to store.
        """
        record_id = row.registro
        envelope = integration.contents.envelope(db, kind, record_id)
        version = integration.bases.version(db, row.coleccion, record_id)
        if version is None:
            unchanged = envelope.content is None and envelope.replacement is None
        elif envelope.content is None:
            unchanged = version.borrado
        else:
            unchanged = version.base is not None and same(
                envelope.content, integration.bases.base(db, kind, record_id)
            )
        # What the server lost goes back as it was, with the history that it had.
        has_base = KINDS[kind].has_base
        as_known = unchanged or (not has_base and envelope.content is not None)
        again = version is not None and version.reponer and as_known
        if unchanged and not again:
            db.delete(row)
            if envelope.content is None:
                forget_losers(db, [record_id])
            return None
        packed = None
        if envelope.content is not None and has_base:
            packed = PackedContent.of(envelope.content)
        content = packed.alone() if packed else b""
        known = version.version if version is not None else 0
        if not again:
            number = self._number(row, content, known, sent.get(record_id), leaving, start)
            history = envelope.history.written((start, number))
            autor = self._authors.of(db, kind, record_id, envelope.content)
            envelope = replace(envelope, history=history, autor=autor)
        llave = newest(integration.contents.office_keys)
        data = seal_record(envelope, llave, integration.contents.oficina, record_id, packed)
        if len(str(data["s"])) > _limit(kind):
            row.motivo, row.apartado = TOO_LARGE, self._store.clock()
            return None
        write_request = RecordWrite(str(record_id), data, known or None)
        deleted = envelope.content is None
        return PreparedRecord(
            record_id, row.operacion, write_request, envelope.history, deleted, content
        )

    def _number(
        self,
        row: SalidaRow,
        content: bytes,
        version: int,
        sent: EnvioRow | None,
        leaving: list[dict[str, Any]],
        start: str,
    ) -> int:
        """The number of the write; a new one unless it only repeats `sent`."""
        if sent is not None and (sent.contenido, sent.version) == (content, version):
            return sent.numero
        number = next(self._numbers)
        leaving.append(
            {
                "inicio": start,
                "numero": number,
                "version": version,
                "coleccion": row.coleccion,
                "registro": row.registro,
                "contenido": content,
            }
        )
        return number

    def _assign(self, most: int) -> bool:
        """Put up to `most` new movements into packets and queue these. False if there are none."""
        with self._store.read() as db:
            if db.scalar(select(NuevoRow.fila).limit(1)) is None:
                return False
        with self._store.write() as db:
            raw = raw_of(db)
            made = packets.assign(raw, self._store.new_id, most)
            outbox.enqueue(raw, RecordKind.MOVIMIENTOS, made)
            outbox.enqueue(raw, RecordKind.ESTADOS, states.with_any(raw, made))
        return bool(made)


def _limit(kind: RecordKind) -> int:
    most = KINDS[kind].max_bytes
    return (most * 9 // 8 + 64) * 4 // 3 if most else _MAX_RECORD_BYTES  # padded, sealed, base64


def _batches(prepared_records: Sequence[PreparedRecord]) -> list[list[PreparedRecord]]:
    """Batches that each fit one request."""
    parts: list[list[PreparedRecord]] = []
    size = 0
    for one in prepared_records:
        length = len(str(one.write_request.data["s"])) + 600
        if not parts or len(parts[-1]) >= MAX_WRITES or size + length > MAX_BATCH_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += length
    return parts
