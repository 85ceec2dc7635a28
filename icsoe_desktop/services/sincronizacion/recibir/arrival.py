"""What a received record is to this desktop, by its version and its history.

Source: docs/decisions/0028-sellos.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import Content, unpack
from icsoe_desktop.domain.sincronizacion.stamps import Ancestry, History, Write, ancestry
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.seguridad.sealed_record import Envelope, EnvelopeUnreadableError
from icsoe_desktop.services.sincronizacion.enviar.bases import (
    held_record,
    history_of,
    short_name,
)
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.services.sincronizacion.valores.contents import (
    RecordContents,
    SealedTooLateError,
)
from icsoe_desktop.services.sincronizacion.valores.rows import DAMAGED
from icsoe_desktop.store.tables.sincronizacion import EnvioRow, RetenidoRow, VersionRow

NO_KEY = (
    "El registro está cifrado con una llave de la oficina que este equipo todavía no tiene. "
    "Llegará con otra sincronización."
)
OLD_KEY = (
    "El registro llegó cifrado con una llave anterior, después de que se retiró un equipo de la "
    "oficina: pudo escribirlo el equipo retirado. No se guardó. Si es de otro equipo, llegará de "
    "nuevo cuando ese equipo sincronice."
)
SPOILT = (
    "Lo que el servidor tiene en lugar de este registro está dañado: ningún equipo de la oficina "
    "lo escribió así. Aquí no se cambió nada. El equipo que lo tenga lo repone al sincronizar."
)


class Case(Enum):
    READ = "read"  # this desktop has this version, or read a later one
    GONE = "gone"  # the server has the record no more
    CLOSED = "closed"  # no key or program of this desktop opens it
    OLDER = "older"  # the version that it knows contains this one
    APART = "apart"  # each of the two versions has a write that the other one lacks
    NEWER = "newer"


_OF_VERSIONS = {
    Ancestry.OLDER: Case.OLDER,
    Ancestry.APART: Case.APART,
    Ancestry.NEWER: Case.NEWER,
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record of the server, as it came. known: what this desktop knows of it.

    last: no other record arrives in this round.
    opened: why it does not open, if it is CLOSED; None if it is READ or GONE.
    """

    db: Session
    collection: str
    record_id: uuid.UUID
    remote: RemoteRecord
    known: VersionRow | None
    counts: RoundCounts
    last: bool
    opened: Envelope | EnvelopeUnreadableError | None = None

    @property
    def envelope(self) -> Envelope:
        assert isinstance(self.opened, Envelope)  # noqa: S101 - OLDER, APART and NEWER are open
        return self.opened

    @property
    def history(self) -> History:
        """The history of the version that this desktop knows."""
        return History() if self.known is None else history_of(self.known)

    def unanswered(self) -> list[EnvioRow]:
        """What this desktop sent of the record without an answer."""
        sent = select(EnvioRow).where(
            EnvioRow.coleccion == self.collection, EnvioRow.registro == self.record_id
        )
        return list(self.db.scalars(sent))

    def was_put_back(self) -> bool:
        """Whether another desktop wrote the known version again, because the server had lost it.

        It cannot put back what it never read, which this desktop may have.
        """
        own = self.history.own
        at_server = self.known is not None and self.known.version > 0
        return at_server and own is not None and own == self.envelope.history.own

    def was_restored(self, sent: Sequence[EnvioRow], *writes: Write) -> bool:
        """Whether the received version has a write of this desktop that it does not remember.

        Then its disk was restored, and what waits here may be older than what the server has.
        writes: look at these alone.
        """
        remembered = (*self.history.writes, *((row.inicio, row.numero) for row in sent))
        own = short_name(self.db)
        return any(
            write[0].startswith(own) and not any(History((one,)).has(write) for one in remembered)
            for write in writes or self.envelope.history.writes
        )


def classify(contents: RecordContents, arrival: Arrival, compared: bool) -> tuple[Case, Arrival]:
    """The case of a record, and the record opened.

    compared: the server has this version now, even if this desktop knows a later one.
    """
    remote, known = arrival.remote, arrival.known
    if remote.data is None:
        return Case.GONE, arrival
    if known is not None and (
        remote.version == known.version or (remote.version < known.version and not compared)
    ):
        return Case.READ, arrival
    try:
        opened = contents.open(remote, arrival.collection)
    except EnvelopeUnreadableError as error:
        return Case.CLOSED, replace(arrival, opened=error)
    relation = ancestry(arrival.history, opened.history)
    return _OF_VERSIONS[relation], replace(arrival, opened=opened)


def why_closed(error: EnvelopeUnreadableError) -> str:
    if error.missing_key:
        return NO_KEY
    if isinstance(error, SealedTooLateError):
        return OLD_KEY
    return SPOILT if error.garbage else DAMAGED


def waits_for_key(db: Session, known: int) -> set[tuple[str, uuid.UUID, int]]:
    """(collection, record, version) of what is held and says that a later key than this seals it.

    known: the number of the newest key.
    """
    found = set()
    for row in db.scalars(select(RetenidoRow).where(RetenidoRow.motivo.in_((NO_KEY, SPOILT)))):
        held = held_record(row)
        number = (held.data or {}).get("k")
        if type(number) is int and number > known:
            found.add((row.coleccion, row.registro, held.version))
    return found


def known_base(
    contents: RecordContents, arrival: Arrival, sent: Sequence[EnvioRow]
) -> Content | None:
    """The last content that both sides knew.

    The last received one, or the newest of `sent` that arrived: the received version has it.
    Forgets those that arrived.
    """
    history = arrival.envelope.history
    arrived = [row for row in sent if history.has((row.inicio, row.numero))]
    if not arrived:
        return contents.bases.base(arrival.db, arrival.envelope.kind, arrival.record_id)
    order = [name for name, _ in history.writes]
    newest = max(arrived, key=lambda row: (order.index(row.inicio), row.numero))
    for row in arrived:
        arrival.db.delete(row)
    return unpack(newest.contenido) if newest.contenido else None


class TwinWatch:
    """Notices another desktop that goes on under this one's name: one has a copy of the other's
    disk. Lives as long as the program runs.

    seen: a desktop wrote as this one since this program began. The first round reads what was
    there before: a disk that was restored finds its own lost writes there.
    """

    def __init__(self) -> None:
        self.seen = False
        self._since: int | None = None

    def begin(self, db: Session) -> bool:
        """After each good round. Whether it was the first one."""
        first = self._since is None
        if first:
            self._since = db.scalar(select(func.max(VersionRow.version))) or 0
        return first

    def look(self, arrival: Arrival) -> None:
        """A received record that is newer than what this desktop knows, or apart from it."""
        own = arrival.envelope.history.own
        if self._since is None or own is None or arrival.remote.version <= self._since:
            return
        if own[0].startswith(short_name(arrival.db)):
            self.seen |= arrival.was_restored(arrival.unanswered(), own)
