"""Sends the outbox batch by batch and applies the server's answers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Final

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.gateways.kinto.errors import CANNOT_SAVE
from icsoe_desktop.gateways.kinto.values import RemoteRecord, WriteAnswer
from icsoe_desktop.services.sincronizacion.answers import ONLY_READS, RolOficina
from icsoe_desktop.services.sincronizacion.enviar.bases import SentRecord, Witness
from icsoe_desktop.services.sincronizacion.enviar.preparation import Preparation, PreparedRecord
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.lost_values import forget_losers
from icsoe_desktop.services.sincronizacion.recibir.reception import COLLECTION_WORDS
from icsoe_desktop.services.sincronizacion.recibir.talk import Talk
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sincronizacion import (
    EnvioRow,
    NuevoRow,
    SalidaRow,
)

_ATTEMPTS: Final = 4


def waiting(db: Session) -> int:
    """Number of queued records plus movements that have no packet yet."""
    count = select(func.count()).select_from(SalidaRow).where(SalidaRow.apartado.is_(None))
    new = select(func.count()).select_from(NuevoRow)
    return (db.scalar(count) or 0) + (db.scalar(new) or 0)


def _kinds_waiting(db: Session) -> set[str]:
    """The kinds of the queued records. A movement without a packet waits as one of a packet."""
    kinds = set(db.scalars(select(SalidaRow.clase).where(SalidaRow.apartado.is_(None)).distinct()))
    if db.scalar(select(NuevoRow.fila).limit(1)) is not None:
        kinds.add(RecordKind.MOVIMIENTOS)
    return kinds


class Delivery:
    def __init__(self, store: Store, oficina: Oficina) -> None:
        self._store = store
        self._oficina = oficina
        self._preparation = Preparation(store)
        # True after an answer that shows a restored or purged server.
        self.went_back = False
        # Records that the server refused before it accepted anything else in this round.
        self._doubtful: list[tuple[RecordKind, PreparedRecord, str]] = []

    def deliver(self, talk: Talk) -> str:
        """Send what waits. Returns why nothing may be sent, or an empty text."""
        self.went_back, self._doubtful = False, []
        sent = talk.counts.sent
        with self._store.read() as db:
            reads_only = self._oficina.row(db).rol == RolOficina.CONSULTA.value
            if reads_only:
                return ONLY_READS if waiting(db) else ""
            kinds = _kinds_waiting(db)
        for kind in KINDS:
            if kind not in kinds:
                continue
            collection = kind.collection.value
            with self._store.read() as db:
                before = talk.integration.bases.newest(db, collection)
            first = self._push_kind(talk, kind)
            self._look(talk, before, first)
            # That may have queued records of other kinds.
            with self._store.read() as db:
                kinds = _kinds_waiting(db)
        if self._doubtful and talk.counts.sent == sent:
            # It wrote nothing at all: that is the server's fault, not the record's.
            return CANNOT_SAVE
        if self._doubtful:
            with self._store.write() as db:
                for kind, prepared, refusal in self._doubtful:
                    self._set_aside(db, kind, prepared, refusal)
        return ""

    def _push_kind(self, talk: Talk, kind: RecordKind) -> Witness | None:
        """Send the queued records of a kind. Merge and resend records that changed meanwhile.

        Returns the newest version of the first batch; None if nothing was written.
        """
        word, first = COLLECTION_WORDS[kind.collection], None
        for _ in range(_ATTEMPTS):
            sent = 0
            with ThreadPoolExecutor(1) as line:
                # Prepare the next batch while the server works on one. Never send two at once:
                # in one collection they get the same last_modified and undo each other.
                part: Sequence[PreparedRecord] = ()
                answers: Future[tuple[WriteAnswer, ...]] | None = None
                for following in chain(self._preparation.parts(talk.integration, kind), ((),)):
                    said = answers.result() if answers is not None else ()
                    if following:
                        total = talk.counts.sent + len(part) + len(following)
                        talk.progress.report(talk.counts.sent, total, f"Enviando {word}")
                        records = [one.write_request for one in following]
                        answers = line.submit(talk.server.write, kind.collection.value, records)
                    if part:
                        written = self._take_answers(talk, kind, part, said)
                        first = first or written
                    part = following
                    sent += len(following)
            if not sent or any(one[0] is kind for one in self._doubtful):
                break
        return first

    def _look(self, talk: Talk, before: Witness | None, first: Witness | None) -> None:
        """Notice a server that went back since this round read it.

        What is written then is newer than what it lost, and would hide it from later rounds.
        before: of the collection, before these writes. first: see `_push_kind`.
        """
        if first is None:
            return
        with self._store.read() as db:
            now = talk.integration.bases.newest(db, first.collection)
        for one in {before, first} - {now, None}:
            if one is not None and one.is_lost(talk.server):
                self.went_back = True
                with self._store.write() as db:
                    talk.integration.rollback.suspect(db, one.collection)
                return

    def _take_answers(
        self,
        talk: Talk,
        kind: RecordKind,
        part: Sequence[PreparedRecord],
        said: Sequence[WriteAnswer],
    ) -> Witness | None:
        collection = kind.collection.value
        pairs = list(zip(part, said, strict=True))
        taken = [(one, answer.version) for one, answer in pairs if answer.version is not None]
        others = [(one, answer) for one, answer in pairs if answer.version is None]
        with talk.integration.write() as db:
            self._acknowledge(db, talk.integration, kind, taken)
            talk.integration.bases.load(db, collection, [one.record_id for one, _ in others])
            for prepared, answer in others:
                if answer.other is not None:
                    known = prepared.write_request.version or 0
                    self.went_back |= 0 < answer.other.version < known
                    talk.integration.integrate(
                        db, collection, answer.other, talk.counts, last=True, compared=True
                    )
                elif answer.doubtful:
                    self._doubtful.append((kind, prepared, answer.refusal))
                elif answer.refusal:
                    self._set_aside(db, kind, prepared, answer.refusal)
                else:
                    self.went_back = True
                    gone = RemoteRecord(str(prepared.record_id), 0, None)
                    talk.integration.integrate(db, collection, gone, talk.counts)
        talk.counts.sent += len(taken)
        versions = ((version, one.record_id) for one, version in taken)
        version, record_id = max(versions, default=(0, None))
        return Witness(collection, record_id, version) if record_id is not None else None

    def _acknowledge(
        self,
        db: Session,
        integration: RecordIntegration,
        kind: RecordKind,
        taken: Sequence[tuple[PreparedRecord, int]],
    ) -> None:
        """Remove written records from the outbox. Records edited since stay queued."""
        if not taken:
            return
        integration.bases.note_all(
            db,
            kind,
            [
                SentRecord(one.record_id, version, one.history, one.deleted, one.content)
                for one, version in taken
            ],
        )
        forget_losers(db, [one.record_id for one, _ in taken if one.deleted])
        # What left before is in it, or was in its way and can arrive no more.
        db.execute(
            delete(EnvioRow).where(
                EnvioRow.coleccion == kind.collection.value,
                EnvioRow.registro.in_([one.record_id for one, _ in taken]),
            )
        )
        db.connection().execute(
            delete(SalidaRow).where(
                SalidaRow.coleccion == kind.collection.value,
                SalidaRow.registro == bindparam("enviado"),
                SalidaRow.operacion == bindparam("con"),
            ),
            [{"enviado": one.record_id, "con": one.operation} for one, _ in taken],
        )

    def _set_aside(
        self, db: Session, kind: RecordKind, prepared: PreparedRecord, motivo: str
    ) -> None:
        row = db.get(SalidaRow, (kind.collection.value, prepared.record_id))
        if row is not None:
            row.motivo, row.apartado = motivo, self._store.clock()
