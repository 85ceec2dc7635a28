"""What other members delete: it is kept a while, and beyond a measure it waits for a person."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.deletions import MOVIMIENTOS
from icsoe_desktop.domain.sincronizacion.records import Autor, RecordKind, pack, unpack
from icsoe_desktop.domain.sincronizacion.stamps import NAME_LENGTH
from icsoe_desktop.seguridad.sealed_record import Envelope, EnvelopeUnreadableError
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto
from icsoe_desktop.services.sincronizacion.enviar.bases import held_record
from icsoe_desktop.services.sincronizacion.identidad.aliases import resolve
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer, server_now
from icsoe_desktop.services.sincronizacion.recibir.arrival import Arrival
from icsoe_desktop.services.sincronizacion.recibir.lost_values import kept_side, moment_of
from icsoe_desktop.services.sincronizacion.valores.contents import (
    RecordContents,
    told_deleted,
)
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import outbox, packets
from icsoe_desktop.store.sincronizacion.shared_rows import SHARED
from icsoe_desktop.store.tables.sincronizacion import (
    ConflictoRow,
    PaqueteRow,
    RetenidoRow,
    VersionRow,
)

MANY_DELETED: Final = (
    "Un mismo equipo borró muchos datos en un día. Aquí siguen: esta baja espera a que usted "
    "decida si se aplica o si los datos se conservan."
)
ACCEPTED: Final = "La baja se aplicará en la próxima sincronización."
# Records and movements that one member may delete in a day of the server: the greater of the two.
FEW: Final = 20
SHARE: Final = 0.05
KEPT: Final = timedelta(days=30)
_DAY_MS: Final = 86_400_000
_KIND_OF: Final = {shared.row: kind for kind, shared in SHARED.items()}
_KEPT_ROW: Final = ConflictoRow.clase == ClaseConflicto.BORRADO.value

Day = tuple[str, int]  # a member, by the name of their writes, and a day of the server


@dataclass(frozen=True, slots=True)
class Deleted:
    """movement: of a packet; None for a record."""

    kind: RecordKind
    record_id: uuid.UUID
    content: Any = field(repr=False)
    movement: uuid.UUID | None = None


class MemberDeletions:
    """What each member deleted in a day stands in the store, where it is kept."""

    def __init__(self) -> None:
        self._beyond: set[Day] | None = None  # whose deletions wait

    def holds(self, contents: RecordContents, arrival: Arrival, deleted: Sequence[Deleted]) -> bool:
        """Whether the record deletes more than its author may without a person."""
        if not deleted:
            return False
        db, version = arrival.db, arrival.remote.version
        held = db.get(RetenidoRow, (arrival.collection, arrival.record_id))
        if held is not None and held.motivo in (MANY_DELETED, ACCEPTED):
            return held.motivo == MANY_DELETED
        if self._beyond is None:
            self._beyond = set(_waiting_days(db, contents))
        day = _day(contents, arrival.envelope, version)
        begins = moment_of(version - version % _DAY_MS)
        kept = select(func.count()).where(
            _KEPT_ROW,
            ConflictoRow.campo == day[0],
            ConflictoRow.cuando >= begins,
            ConflictoRow.cuando < begins + timedelta(days=1),
        )
        if day not in self._beyond and (db.scalar(kept) or 0) + len(deleted) <= _measure(db):
            return False
        self._beyond.add(day)
        return True

    def keep(self, contents: RecordContents, arrival: Arrival, deleted: Sequence[Deleted]) -> None:
        """Keep what is not here any more; an edit may have beaten its deletion."""
        db, version = arrival.db, arrival.remote.version
        for one in deleted:
            if one.movement is not None:
                stays = bool(packets.elsewhere(raw_of(db), {one.movement.hex}))
            else:
                stays = contents.rows.local(db, one.kind, one.record_id) is not None
            if not stays:
                day = _day(contents, arrival.envelope, version)
                db.add(kept_row(contents.store, one, day[0], version, arrival.envelope.autor))
        db.flush()


def kept_row(
    store: Store, one: Deleted, member: str, version: int, autor: Autor | None
) -> ConflictoRow:
    """Sealed as well as in the encrypted store: a certificate has its private key."""
    row_id = uuid.uuid4()
    sealed = store.key.seal(pack(one.content), ConflictoRow.__tablename__, row_id, "perdido")
    return ConflictoRow(
        id=row_id,
        coleccion=one.kind.collection.value,
        registro=one.record_id,
        clase=ClaseConflicto.BORRADO.value,
        campo=member,
        vigente=kept_side(one.kind.value, autor),
        perdido=json.dumps(base64.b64encode(sealed).decode()),
        otro=one.movement,
        cuando=moment_of(version),
    )


def content_of(store: Store, row: ConflictoRow) -> Any:
    """What a kept row keeps."""
    sealed = base64.b64decode(json.loads(row.perdido))
    return unpack(store.key.unseal(sealed, ConflictoRow.__tablename__, row.id, "perdido"))


def deleted_by(contents: RecordContents, arrival: Arrival) -> list[Deleted]:
    """The records and movements that are here and that the received record deletes."""
    db, envelope, record_id = arrival.db, arrival.envelope, arrival.record_id
    kind = envelope.kind
    if kind is RecordKind.MOVIMIENTOS:
        told = (envelope.content or {}).get(MOVIMIENTOS) or {}
        base = contents.bases.base(db, kind, record_id) or {}
        here = base.get(MOVIMIENTOS)
        gone = here.keys() - told.keys() if isinstance(here, dict) else set()
        raw = raw_of(db)
        there = {key: base[MOVIMIENTOS][key] for key in packets.elsewhere(raw, gone)}
        there |= told_deleted(raw, envelope.content or {})
        return [Deleted(kind, record_id, one, uuid.UUID(key)) for key, one in there.items()]
    if kind not in SHARED or envelope.content is not None:
        return []
    here = contents.rows.local(db, kind, record_id)
    if here is None:
        return []
    if envelope.replacement is not None:
        # The other record takes its place, and what it said is gone.
        other = db.get(SHARED[kind].row, resolve(db, envelope.replacement))
        return [] if other is None else [Deleted(kind, record_id, here)]
    found = [Deleted(kind, record_id, here)] if KINDS[kind].deletable else []
    for ids in (KINDS[kind].owned or (lambda _: ()))(record_id):
        owned = _KIND_OF[ids.column_descriptions[0]["entity"]]
        found += [
            Deleted(owned, one, contents.rows.local(db, owned, one)) for one in db.scalars(ids)
        ]
    return found


def _day(contents: RecordContents, envelope: Envelope, version: int) -> Day:
    """Whose deletion it is. Names of nobody in the office are together: anybody can invent them."""
    own = envelope.history.own
    member = own[0][: NAME_LENGTH // 2] if own is not None else ""
    return member if member in contents.fence.members else "", version // _DAY_MS


def _waiting_days(db: Session, contents: RecordContents) -> list[Day]:
    """Of the deletions that wait already."""
    found = []
    for row in db.scalars(select(RetenidoRow).where(RetenidoRow.motivo == MANY_DELETED)):
        remote = held_record(row)
        try:
            envelope = contents.open(remote, row.coleccion)
        except EnvelopeUnreadableError:
            continue
        found.append(_day(contents, envelope, remote.version))
    return found


def _measure(db: Session) -> float:
    known = select(func.count()).select_from(VersionRow).where(~VersionRow.borrado)
    movements = select(func.count()).select_from(PaqueteRow)
    return max(FEW, SHARE * ((db.scalar(known) or 0) + (db.scalar(movements) or 0)))


def accept(db: Session) -> None:
    """The next round deletes what waits."""
    waits = update(RetenidoRow).where(RetenidoRow.motivo == MANY_DELETED)
    db.execute(waits.values(motivo=ACCEPTED))


def refuse(db: Session, contents: RecordContents) -> None:
    """Tell the office again what waits to be deleted, as an edit over the deletion."""
    for row in db.scalars(select(RetenidoRow).where(RetenidoRow.motivo == MANY_DELETED)):
        collection, record_id = row.coleccion, row.registro
        remote = held_record(row)
        envelope = contents.open(remote, collection)
        history = contents.bases.history(db, collection, record_id).joined(envelope.history)
        envelope = replace(envelope, history=history)
        contents.bases.note(db, envelope.kind, record_id, remote.version, envelope)
        outbox.enqueue(raw_of(db), envelope.kind, [record_id])
        db.delete(row)


def kept_rows(db: Session) -> list[ConflictoRow]:
    """Newest first."""
    return list(
        db.scalars(select(ConflictoRow).where(_KEPT_ROW).order_by(ConflictoRow.cuando.desc()))
    )


def recover(db: Session, contents: RecordContents, row: ConflictoRow) -> None:
    """Put back what was deleted. The next round tells it the office, as an edit.

    Raises MissingReferenceError, RecordClashError, ValueError.
    """
    kind, record_id = kind_of(row), row.registro
    raw, content = raw_of(db), content_of(contents.store, row)
    outbox.applying(raw, True)
    if row.otro is not None:
        packets.write(raw, record_id, {**packets.read(raw, record_id), row.otro.hex: content})
    elif contents.rows.local(db, kind, record_id) is None:
        contents.rows.apply(db, kind, record_id, content)
    outbox.applying(raw, False)
    outbox.enqueue(raw, kind, [record_id])
    db.delete(row)
    db.flush()


def kind_of(row: ConflictoRow) -> RecordKind:
    return RecordKind(json.loads(row.vigente)["valores"])


def sweep(store: Store, server: SyncServer) -> None:
    """Forget what was deleted long ago by the server's clock: that of a desktop may be wrong."""
    with store.read() as db:
        if db.scalar(select(ConflictoRow.id).where(_KEPT_ROW).limit(1)) is None:
            return
    old = server_now(server) - KEPT
    with store.write() as db:
        db.execute(delete(ConflictoRow).where(_KEPT_ROW, ConflictoRow.cuando < old))
