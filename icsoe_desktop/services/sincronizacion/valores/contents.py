"""What this desktop has, as the records of the server say it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

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
from icsoe_desktop.store.sincronizacion.shared_rows import check_told, with_defaults

_LISTS: Final = frozenset({RecordKind.PAQUETE, RecordKind.ESTADOS})


class RecordContents:
    """oficina: the bucket. office_keys: the keys as they are now; the round refreshes it."""

    def __init__(self, store: Store, oficina: str, office_keys: Mapping[int, OfficeKey]) -> None:
        self.rows = RecordRows(store)
        self.bases = RecordBases(store)
        self.oficina = oficina
        self.office_keys = office_keys

    def local(self, db: Session, clase: RecordKind, registro: uuid.UUID) -> Content | None:
        """The record as it is here, with what a newer program told of it."""
        base = self.bases.base(db, clase, registro) or {}
        found = self._known(db, clase, registro, base)
        if found is None or clase not in _LISTS:
            return found
        rest = _rest(base, packets.SIZE if clase is RecordKind.PAQUETE else states.SIZE)
        if not rest:
            return found
        lists = found[MOVIMIENTOS]
        if clase is RecordKind.ESTADOS:
            # The rest may be all that there is to tell of a movement that is only Pendiente.
            lists = states.free_of(raw_of(db), registro, rest) | lists
        return {
            **found,
            MOVIMIENTOS: {key: values + rest.get(key, []) for key, values in lists.items()},
        }

    def sides(
        self,
        db: Session,
        clase: RecordKind,
        registro: uuid.UUID,
        base: Content | None,
        told: Content | None,
    ) -> tuple[Content | None, Content | None, Content | None]:
        """The base, the local content and the received content `told`, ready for `merge`.

        Each has every field that this program knows, and no further values of a movement.
        A field absent from the base has its default. A field absent from `told` is as in the
        base, or as it is here. Raises ValueError if `told` lacks a required field.
        """
        here = self._known(db, clase, registro, base or {})
        if clase in _LISTS:
            was = None if base is None else _fit(clase, base, {})
            if told is None:
                return was, here, None
            kept = {**(here or {}).get(MOVIMIENTOS, {}), **(was or {}).get(MOVIMIENTOS, {})}
            return was, here, _fit(clase, told, kept)
        was = None if base is None else with_defaults(clase, base)
        if told is None:
            return was, here, None
        check_told(clase, told)
        kept = {**(here or {}), **(was or {})}
        kept.pop(CONFLICTOS, None)
        return was, here, {**kept, **told}

    def _known(
        self, db: Session, clase: RecordKind, registro: uuid.UUID, base: Content
    ) -> dict[str, Any] | None:
        """The local content. Of a movement, only the values that this program knows."""
        raw = raw_of(db)
        if clase is RecordKind.PAQUETE:
            lost = self.bases.has_conflicts(db, clase, registro)
            told = conflicts_of(db, clase, registro) if lost else {}
            others = {key: one for key, one in base.items() if key != CONFLICTOS}
            found = {**others, MOVIMIENTOS: packets.read(raw, registro)}
            return {**found, CONFLICTOS: told} if told else found
        if clase is RecordKind.ESTADOS:
            return {**base, MOVIMIENTOS: states.read(raw, registro)}
        row = self.rows.local(db, clase, registro)
        return None if row is None else {**base, **row}

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


def _fit(clase: RecordKind, contenido: Content, rest: Mapping[str, list[Any]]) -> Content:
    """The content, with as many values of each movement as this program knows."""
    fit = packets.fit if clase is RecordKind.PAQUETE else states.fit
    lists = contenido.get(MOVIMIENTOS) or {}
    fitted = {key: fit(values, rest.get(key)) for key, values in lists.items()}
    return {**contenido, MOVIMIENTOS: fitted}


def same(one: Content | None, other: Content | None) -> bool:
    return canonical(one) == canonical(other)
