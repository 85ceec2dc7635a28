"""The records of this desktop against those of the server: one at a time, within a transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.merge import merge
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind, unpack
from icsoe_desktop.seguridad.office_keys import OfficeKey
from icsoe_desktop.seguridad.sealed_record import Envelope, EnvelopeUnreadableError
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto
from icsoe_desktop.services.sincronizacion.identidad.aliases import resolve
from icsoe_desktop.services.sincronizacion.identidad.unions import RecordUnions
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord
from icsoe_desktop.services.sincronizacion.recibir.lost_values import moment_of, with_losers
from icsoe_desktop.services.sincronizacion.recibir.rollback import ServerRollback
from icsoe_desktop.services.sincronizacion.recibir.writer import RecordWriter, RoundCounts
from icsoe_desktop.services.sincronizacion.valores.contents import RecordContents
from icsoe_desktop.services.sincronizacion.valores.rows import (
    DAMAGED,
    MERGED_KINDS,
    MissingReferenceError,
    RecordClashError,
)
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.trabajadores import raw_of
from icsoe_desktop.store.sincronizacion import outbox, states
from icsoe_desktop.store.tables import ConflictoRow, EnvioRow, SalidaRow

# Two desktops that register the same person mean the same person; the others wait for somebody.
_SE_UNEN_SOLAS = frozenset({RecordKind.PERSONA, RecordKind.RELACION})

# What another program, or somebody who means harm, may have written into a record.
UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)

LOTE_MISSING = "Falta el lote de un movimiento. Llegará con otra sincronización."
NO_KEY = (
    "El registro está cifrado con una llave de la oficina que este equipo todavía no tiene. "
    "Llegará con otra sincronización."
)
CLASH = "Otro registro de este equipo tiene el mismo dato único. Elija en Conflictos cuál queda."


class RecordIntegration:
    """oficina, llavero: see Sobres."""

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        oficina: str,
        llavero: Mapping[int, OfficeKey],
    ) -> None:
        self._store = store
        self.sobres = RecordContents(store, oficina, llavero)
        self.notas = self.sobres.notas
        self.uniones = RecordUnions(store, self.sobres)
        self.retroceso = ServerRollback(self.sobres)
        self.escritor = RecordWriter(store, bitacora, self.sobres)

    # -- what comes

    def integrate(
        self,
        db: Session,
        coleccion: str,
        remoto: RemoteRecord,
        cuenta: RoundCounts,
        *,
        last: bool = False,
    ) -> bool:
        """Merges a record of the server into this desktop; False when it must come again later.

        last: nothing else will come in this round, so that what cannot be written is held.
        """
        registro = uuid.UUID(remoto.id)
        row = self.notas.version(db, coleccion, registro)
        if row is not None and remoto.datos is not None and remoto.version <= row.version:
            self.notas.drop_held(db, coleccion, registro, remoto.version)
            return True
        if remoto.datos is None:
            self.retroceso.forgotten(db, coleccion, registro, row)
            return True
        try:
            sobre = self.sobres.open(remoto, coleccion)
        except EnvelopeUnreadableError as error:
            self.notas.hold(db, coleccion, remoto, "", NO_KEY if error.falta_llave else DAMAGED)
            return True
        try:
            return self._bring_in(db, sobre, registro, remoto, cuenta, last)
        except UNREADABLE:
            self.notas.hold(db, coleccion, remoto, sobre.clase.value, DAMAGED)
            return True

    def _bring_in(
        self,
        db: Session,
        sobre: Envelope,
        registro: uuid.UUID,
        remoto: RemoteRecord,
        cuenta: RoundCounts,
        last: bool,
    ) -> bool:
        """See integrate. Raises one of UNREADABLE; nothing is written then."""
        try:
            with db.begin_nested():
                self._merge_in(db, sobre, registro, remoto, cuenta, last)
        except MissingReferenceError as error:
            return self._later(db, remoto, sobre, last, str(error))
        except states.FaltaLoteError:
            return self._later(db, remoto, sobre, last, LOTE_MISSING)
        except RecordClashError as error:
            try:
                with db.begin_nested():
                    return self._clash(db, sobre, registro, remoto, error.otro, cuenta, last)
            except MissingReferenceError as missing:
                return self._later(db, remoto, sobre, last, str(missing))
            except (RecordClashError, IntegrityError):
                return self._later(db, remoto, sobre, last, CLASH)
        except IntegrityError:
            return self._later(db, remoto, sobre, last, CLASH)
        self.notas.release(db, sobre.clase.coleccion.value, registro)
        return True

    def _merge_in(
        self,
        db: Session,
        sobre: Envelope,
        registro: uuid.UUID,
        remoto: RemoteRecord,
        cuenta: RoundCounts,
        last: bool,
    ) -> None:
        clase, coleccion = sobre.clase, sobre.clase.coleccion.value
        base = self._known_base(db, clase, registro, sobre)
        waiting = db.get(SalidaRow, (coleccion, registro))
        raw = raw_of(db)
        outbox.applying(raw, True)
        if sobre.reemplazo is not None and self.uniones.contradicts(db, registro, sobre.reemplazo):
            outbox.applying(raw, False)
            self.notas.note(db, clase, registro, remoto.version, sobre)
            outbox.enqueue(raw, clase, [registro, sobre.reemplazo])
            return
        if sobre.reemplazo is not None:
            self.uniones.became(db, clase, registro, sobre.reemplazo, remoto.version)
        wanted = sobre.contenido
        if waiting is not None and sobre.reemplazo is None:
            mixed = merge(clase, base, self.sobres.local(db, clase, registro), sobre.contenido)
            wanted = with_losers(mixed, registro, remoto.version)
            cuenta.conflictos += len(mixed.perdidos)
        again = self.escritor.write(db, clase, registro, wanted, cuenta, last)
        outbox.applying(raw, False)
        self.notas.note(db, clase, registro, remoto.version, sobre)
        if wanted == sobre.contenido and not again:
            if waiting is not None:
                db.delete(waiting)
        elif again or waiting is None:
            outbox.enqueue(raw, clase, [registro])
        db.flush()
        cuenta.recibidos += 1

    def _known_base(
        self, db: Session, clase: RecordKind, registro: uuid.UUID, sobre: Envelope
    ) -> Content | None:
        """What both sides knew: what was last seen, or what was sent and turns out to be there."""
        found = self.notas.base(db, clase, registro)
        sent = {
            row.operacion: row
            for row in db.scalars(
                select(EnvioRow).where(
                    EnvioRow.coleccion == clase.coleccion.value, EnvioRow.registro == registro
                )
            )
        }
        for operacion in sobre.operaciones:
            row = sent.get(operacion)
            if row is not None:
                found = unpack(row.contenido) if row.contenido else found
                db.delete(row)
                waiting = db.get(SalidaRow, (clase.coleccion.value, registro))
                if waiting is not None and waiting.operacion == operacion:
                    db.delete(waiting)
                db.flush()
        return found

    # -- what was made twice

    def _clash(
        self,
        db: Session,
        sobre: Envelope,
        registro: uuid.UUID,
        remoto: RemoteRecord,
        otro: uuid.UUID,
        cuenta: RoundCounts,
        last: bool,
    ) -> bool:
        """Two records with the same natural key: one of them is never sent, or somebody chooses."""
        clase, coleccion = sobre.clase, sobre.clase.coleccion.value
        if resolve(db, registro) == otro:
            # The other desktop has not heard yet that they are one.
            outbox.enqueue(raw_of(db), clase, [registro])
            self.notas.note(db, clase, registro, remoto.version, sobre)
            return True
        only_here = self.uniones.never_left(db, coleccion, otro)
        same = clase is RecordKind.CERTIFICADO and self.uniones.same_certificate(
            db, otro, sobre.contenido
        )
        alone = only_here and clase is not RecordKind.CERTIFICADO
        if alone or same or clase in _SE_UNEN_SOLAS:
            self.uniones.unite(
                db, clase, here=otro, there=registro, only_here=only_here, remoto=remoto
            )
            self._after_union(db, sobre, registro, remoto, cuenta, last)
            return True
        self.notas.hold(db, coleccion, remoto, clase.value, CLASH)
        if not last:
            return False
        known = db.scalars(
            select(ConflictoRow).where(ConflictoRow.otro == registro, ConflictoRow.registro == otro)
        ).first()
        if known is None:
            cuenta.conflictos += 1
            db.add(
                ConflictoRow(
                    id=self._store.new_id(),
                    coleccion=coleccion,
                    registro=otro,
                    clase=ClaseConflicto.CHOQUE.value,
                    campo=clase.value,
                    vigente=json.dumps(None),
                    perdido=json.dumps(sobre.contenido, ensure_ascii=False)
                    if clase in MERGED_KINDS
                    else json.dumps(None),
                    otro=registro,
                    cuando=moment_of(remoto.version),
                )
            )
        db.flush()
        return True

    def _after_union(
        self,
        db: Session,
        sobre: Envelope,
        registro: uuid.UUID,
        remoto: RemoteRecord,
        cuenta: RoundCounts,
        last: bool,
    ) -> None:
        stays = resolve(db, registro)
        if stays == registro:
            self._merge_in(db, sobre, registro, remoto, cuenta, last)
            return
        # What the other one said becomes part of ours; its own record will only say so.
        clase, raw = sobre.clase, raw_of(db)
        local = self.sobres.local(db, clase, stays)
        mixed = merge(clase, None, local, sobre.contenido)
        wanted = with_losers(mixed, stays, remoto.version)
        if wanted is not None:
            outbox.applying(raw, True)
            self.escritor.write(db, clase, stays, wanted, cuenta, last)
            outbox.applying(raw, False)
        outbox.enqueue(raw, clase, [stays])
        cuenta.recibidos += 1

    def _later(
        self, db: Session, remoto: RemoteRecord, sobre: Envelope, last: bool, motivo: str
    ) -> bool:
        # At once, for the cursor has passed it: nothing else remembers it.
        self.notas.hold(db, sobre.clase.coleccion.value, remoto, sobre.clase.value, motivo)
        return last
