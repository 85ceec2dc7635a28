"""What this desktop has, as the records of the server say it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.merge import CONFLICTOS, MOVIMIENTOS
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind, canonical
from icsoe_desktop.seguridad.office_keys import OfficeKey, newest
from icsoe_desktop.seguridad.sealed_record import Envelope, open_record
from icsoe_desktop.services.sincronizacion.enviar.bases import RecordBases
from icsoe_desktop.services.sincronizacion.identidad.aliases import resolve
from icsoe_desktop.services.sincronizacion.identidad.record_names import natural_key
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord
from icsoe_desktop.services.sincronizacion.recibir.lost_values import conflicts_of
from icsoe_desktop.services.sincronizacion.valores.rows import RecordRows
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import packets, states


class RecordContents:
    """oficina: the bucket. llavero: the keys as they are now; the round refreshes it."""

    def __init__(self, store: Store, oficina: str, office_keys: Mapping[int, OfficeKey]) -> None:
        self.rows = RecordRows(store)
        self.bases = RecordBases(store)
        self.oficina = oficina
        self.office_keys = office_keys

    def local(self, db: Session, clase: RecordKind, registro: uuid.UUID) -> Content | None:
        """The record as it is here, with what a newer program told of it."""
        raw = raw_of(db)
        found: dict[str, Any] | None
        if clase is RecordKind.PAQUETE:
            found = {MOVIMIENTOS: packets.read(raw, registro)}
            base = self.bases.base(db, clase, registro) or {}
            lost = self.bases.has_conflicts(db, clase, registro)
            told = conflicts_of(db, clase, registro) if lost else {}
            others = {key: one for key, one in base.items() if key != CONFLICTOS}
            return {**others, **found, **({CONFLICTOS: told} if told else {})}
        elif clase is RecordKind.ESTADOS:
            found = {MOVIMIENTOS: states.read(raw, registro)}
        else:
            found = self.rows.local(db, clase, registro)
        if found is None:
            return None
        return {**(self.bases.base(db, clase, registro) or {}), **found}

    def sobre(self, db: Session, clase: RecordKind, registro: uuid.UUID) -> Envelope:
        """What would be sent of a record now, without the operation that sends it."""
        contenido = self.local(db, clase, registro)
        now = resolve(db, registro) if contenido is None else registro
        return Envelope(
            clase,
            contenido,
            self._operations(db, clase, registro),
            replacement=now if now != registro else None,
            blind_index=self._index(clase, contenido),
        )

    def _operations(self, db: Session, clase: RecordKind, registro: uuid.UUID) -> tuple[bytes, ...]:
        row = self.bases.version(db, clase.collection.value, registro)
        ops = row.operaciones if row is not None else b""
        return tuple(ops[at : at + 16] for at in range(0, len(ops), 16))

    def open(self, remoto: RemoteRecord, coleccion: str) -> Envelope:
        """Raises EnvelopeUnreadableError."""
        return open_record(
            remoto.data or {}, self.office_keys, self.oficina, coleccion, uuid.UUID(remoto.id)
        )

    def _index(self, clase: RecordKind, contenido: Content | None) -> bytes | None:
        if contenido is None:
            return None
        key = natural_key(clase, contenido)
        if key is None:
            return None
        return newest(self.office_keys).index(self.oficina, clase.value, key)


def same(one: Content | None, other: Content | None) -> bool:
    return canonical(one) == canonical(other)
