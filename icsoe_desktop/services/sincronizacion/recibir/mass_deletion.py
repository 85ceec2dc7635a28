"""What one member deletes beyond a measure waits for a person at each desktop."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.deletions import MOVIMIENTOS
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.services.sincronizacion.enviar.bases import held_record
from icsoe_desktop.services.sincronizacion.identidad.aliases import resolve
from icsoe_desktop.services.sincronizacion.recibir.arrival import Arrival
from icsoe_desktop.services.sincronizacion.valores.contents import RecordContents
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.sincronizacion.shared_rows import SHARED
from icsoe_desktop.store.tables.sincronizacion import PaqueteRow, RetenidoRow, VersionRow

MANY_DELETED: Final = (
    "Un mismo equipo borró muchos datos en un día. Aquí siguen: esta baja espera a que usted "
    "decida si se aplica o si los datos se conservan."
)
ACCEPTED: Final = "La baja se aplicará en la próxima sincronización."
# Records and movements that one member may delete in a day of the server: the greater of the two.
FEW: Final = 20
SHARE: Final = 0.05
_DAY_MS: Final = 86_400_000


class MassDeletion:
    """Counts what each member deletes a day. Lives as long as the program runs."""

    def __init__(self) -> None:
        self._counted: Counter[tuple[str, int]] = Counter()
        # (record, version) of what was counted: a held record comes again in each round.
        self._seen: set[tuple[object, int]] = set()

    def holds(self, contents: RecordContents, arrival: Arrival) -> bool:
        """Whether the record deletes more than its author may without a person."""
        own = arrival.envelope.history.own
        gone = _gone(contents, arrival)
        if own is None or not gone:
            return False
        db, version = arrival.db, arrival.remote.version
        held = db.get(RetenidoRow, (arrival.collection, arrival.record_id))
        if held is not None and held.motivo in (MANY_DELETED, ACCEPTED):
            return held.motivo == MANY_DELETED
        member = (own[0][: len(own[0]) // 2], version // _DAY_MS)
        if (arrival.record_id, version) not in self._seen:
            self._seen.add((arrival.record_id, version))
            self._counted[member] += gone
        return self._counted[member] > _measure(db)


def _gone(contents: RecordContents, arrival: Arrival) -> int:
    """How many records or movements that are here the received record deletes."""
    db, envelope = arrival.db, arrival.envelope
    row = SHARED[envelope.kind].row if envelope.kind in SHARED else None
    if envelope.kind is RecordKind.MOVIMIENTOS:
        told = (envelope.content or {}).get(MOVIMIENTOS) or {}
        base = contents.bases.base(db, envelope.kind, arrival.record_id) or {}
        here = base.get(MOVIMIENTOS)
        return len(here.keys() - told.keys()) if isinstance(here, dict) else 0
    if row is None or envelope.content is not None or db.get(row, arrival.record_id) is None:
        return 0
    if envelope.replacement is None:
        return int(KINDS[envelope.kind].deletable)
    # The other record takes its place, and what it said is gone.
    return int(db.get(row, resolve(db, envelope.replacement)) is not None)


def _measure(db: Session) -> float:
    known = select(func.count()).select_from(VersionRow).where(~VersionRow.borrado)
    movements = select(func.count()).select_from(PaqueteRow)
    return max(FEW, SHARE * ((db.scalar(known) or 0) + (db.scalar(movements) or 0)))


def accept(db: Session) -> None:
    """The next round deletes what waits."""
    waits = update(RetenidoRow).where(RetenidoRow.motivo == MANY_DELETED)
    db.execute(waits.values(motivo=ACCEPTED))


def keep(db: Session, contents: RecordContents) -> None:
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
