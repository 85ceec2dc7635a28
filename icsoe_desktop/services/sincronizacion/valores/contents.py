"""Builds the envelopes of local records and opens received ones."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.deletions import (
    MOVIMIENTOS,
    deletion_mark,
    deletions_of,
    with_deletions,
)
from icsoe_desktop.domain.sincronizacion.merge import CONFLICTOS
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind, canonical
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.seguridad.office_keys import OfficeKey
from icsoe_desktop.seguridad.sealed_record import (
    Envelope,
    EnvelopeUnreadableError,
    open_record,
)
from icsoe_desktop.services.sincronizacion.enviar.bases import RecordBases, held_record
from icsoe_desktop.services.sincronizacion.identidad.aliases import resolve
from icsoe_desktop.services.sincronizacion.oficina.keys import Fence
from icsoe_desktop.services.sincronizacion.recibir.lost_values import conflicts_of
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.services.sincronizacion.valores.rows import RecordRows
from icsoe_desktop.store.connection import RawConnection, raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import packets, states
from icsoe_desktop.store.sincronizacion.shared_rows import check_told, with_defaults
from icsoe_desktop.store.tables.sincronizacion import RetenidoRow

_HEX_ID: Final = re.compile("[0-9a-f]{32}")


class SealedTooLateError(EnvelopeUnreadableError):
    """An earlier key sealed the record after a desktop that had it was removed."""


class RecordContents:
    """oficina: the bucket. office_keys: the current keys; each round makes a new object.

    fence: of the newest act.
    """

    def __init__(
        self,
        store: Store,
        oficina: str,
        office_keys: Mapping[int, OfficeKey],
        fence: Fence | None = None,
    ) -> None:
        self.store = store
        self.rows = RecordRows(store)
        self.bases = RecordBases(store)
        self.oficina = oficina
        self.office_keys = office_keys
        self.fence = fence or Fence()

    def local(self, db: Session, kind: RecordKind, record_id: uuid.UUID) -> Content | None:
        """The local content, with the values that only a newer program knows."""
        base = self.bases.base(db, kind, record_id) or {}
        found = self._known(db, kind, record_id, base)
        packet = KINDS[kind].packet
        if found is None or packet is None:
            return found
        rest = _rest(base, packet.SIZE)
        if not rest:
            return found
        lists = found[MOVIMIENTOS]
        if kind is RecordKind.ESTADOS:
            # The rest may be all that there is to tell of a movement that is only Pendiente.
            lists = states.free_of(raw_of(db), record_id, rest) | lists
        return {
            **found,
            MOVIMIENTOS: {key: values + rest.get(key, []) for key, values in lists.items()},
        }

    def sides(
        self,
        db: Session,
        kind: RecordKind,
        record_id: uuid.UUID,
        base: Content | None,
        told: Content | None,
        known: Content | None = None,
    ) -> tuple[Content | None, Content | None, Content | None]:
        """The base, the local content and the received content `told`, ready for `merge`.

        known: the last content that this desktop knew, if it is no base of `told`.

        Each has every field that this program knows, and no further values of a movement.
        A field absent from the base has its default. A field absent from `told` is as in the
        base, or as it is here. Raises ValueError if `told` lacks a required field.
        """
        here = self._known(db, kind, record_id, base or {}, known)
        if KINDS[kind].packet is not None:
            was = None if base is None else completed(kind, base)
            if told is None:
                return was, here, None
            kept = {**(here or {}).get(MOVIMIENTOS, {}), **(was or {}).get(MOVIMIENTOS, {})}
            return was, here, _fit(kind, told, kept)
        was = None if base is None else completed(kind, base)
        if told is None:
            return was, here, None
        check_told(kind, told)
        kept = {**(here or {}), **(was or {})}
        kept.pop(CONFLICTOS, None)
        return was, here, {**kept, **told}

    def _known(
        self,
        db: Session,
        kind: RecordKind,
        record_id: uuid.UUID,
        base: Content,
        known: Content | None = None,
    ) -> dict[str, Any] | None:
        """The local content. Of a movement, only the values that this program knows."""
        raw = raw_of(db)
        if kind is RecordKind.MOVIMIENTOS:
            lost = self.bases.has_conflicts(db, kind, record_id)
            told = conflicts_of(db, kind, record_id) if lost else {}
            others = {key: one for key, one in base.items() if key != CONFLICTOS}
            packet = {**others, MOVIMIENTOS: packets.read(raw, record_id)}
            found = dict(with_deletions(packet, _deleted(raw, known or base, packet)))
            return {**found, CONFLICTOS: told} if told else found
        if kind is RecordKind.ESTADOS:
            return {**base, MOVIMIENTOS: states.read(raw, record_id)}
        row = self.rows.local(db, kind, record_id)
        return None if row is None else {**base, **row}

    def envelope(self, db: Session, kind: RecordKind, record_id: uuid.UUID) -> Envelope:
        """The envelope of the local content, with the history of the version that it is over."""
        content = self.local(db, kind, record_id)
        now = resolve(db, record_id) if content is None else record_id
        history = self.bases.history(db, kind.collection.value, record_id)
        return Envelope(kind, content, now if now != record_id else None, history)

    def open(self, remote: RemoteRecord, collection: str) -> Envelope:
        """Raises EnvelopeUnreadableError."""
        data, fence, name = remote.data or {}, self.fence, uuid.UUID(remote.id)
        try:
            opened = open_record(
                data, self.office_keys, self.oficina, collection, name, fence.formats
            )
        except EnvelopeUnreadableError as error:
            if error.missing_key and (collection, name, remote.version) in fence.unknown:
                raise EnvelopeUnreadableError("no key of the office", garbage=True) from None
            raise
        for number, versions in fence.limits.items():
            if data["k"] < number and remote.version > versions.get(collection, 0):
                raise SealedTooLateError("an earlier key", garbage=True)
        return opened

    def keeps(
        self, db: Session, collection: str, record_id: uuid.UUID, *, unread: bool = False
    ) -> bool:
        """Whether something good is held in the place of the record: it may be the only copy.

        unread: also what no key of this desktop opens yet.
        """
        held = db.get(RetenidoRow, (collection, record_id))
        if held is None:
            return False
        try:
            self.open(held_record(held), collection)
        except EnvelopeUnreadableError as error:
            return unread and not error.garbage
        return True


def _deleted(raw: RawConnection, known: Content, packet: Content) -> dict[str, str]:
    """The marks of the movements that this desktop deleted from a packet, or others did before.

    known: the last content of the packet that this desktop knew.
    """
    before = known.get(MOVIMIENTOS)
    if not isinstance(before, dict):
        return {}  # of a lote: somebody of the office gave two kinds of records one id
    gone = before.keys() - packet[MOVIMIENTOS].keys()
    moved = packets.elsewhere(raw, gone)
    return deletions_of(known) | {key: deletion_mark(before[key]) for key in gone - moved}


def told_deleted(raw: RawConnection, packet: Content) -> packets.PacketMovements:
    """The movements here, in whatever packet, that the packet tells as deleted as they are."""
    told = packet.get(MOVIMIENTOS) or {}
    marks = {
        key: mark
        for key, mark in deletions_of(packet).items()
        if key not in told and _HEX_ID.fullmatch(key)
    }
    here = packets.values_of(raw, marks.keys()) if marks else {}
    return {key: values for key, values in here.items() if deletion_mark(values) == marks[key]}


def _rest(base: Content, size: int) -> dict[str, list[Any]]:
    """Of each movement, the values after the first `size`: a newer program wrote them."""
    lists = base.get(MOVIMIENTOS)
    if not isinstance(lists, dict):
        return {}
    return {
        key: values[size:]
        for key, values in lists.items()
        if isinstance(values, list) and len(values) > size
    }


def _fit(kind: RecordKind, content: Content, rest: Mapping[str, list[Any]]) -> Content:
    """The content, with as many values of each movement as this program knows."""
    packet = KINDS[kind].packet
    assert packet is not None  # noqa: S101 - only lists of movements
    lists = content.get(MOVIMIENTOS) or {}
    fitted = {key: packet.fit(values, rest.get(key)) for key, values in lists.items()}
    return {**content, MOVIMIENTOS: fitted}


def completed(kind: RecordKind, content: Content) -> Content:
    """The content as this program would have sent it: each absent field has its default."""
    if KINDS[kind].packet is not None:
        return _fit(kind, content, {})
    return with_defaults(kind, content)


def same(one: Content | None, other: Content | None) -> bool:
    return canonical(one) == canonical(other)
