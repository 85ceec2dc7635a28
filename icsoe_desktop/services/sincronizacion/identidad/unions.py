"""Two records that are one: which of them stays, here and at every other desktop."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.merge import merge
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind
from icsoe_desktop.seguridad.sealed_record import Envelope
from icsoe_desktop.services.sincronizacion.identidad.aliases import remember, rename, resolve
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord
from icsoe_desktop.services.sincronizacion.recibir.lost_values import with_losers
from icsoe_desktop.services.sincronizacion.valores.contents import RecordContents
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.trabajadores import raw_of
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.tables import AliasRow, CertificadoRow, EnvioRow, SalidaRow


class RecordUnions:
    def __init__(self, store: Store, sobres: RecordContents) -> None:
        self._store = store
        self._filas = sobres.filas
        self._notas = sobres.notas

    def contradicts(self, db: Session, registro: uuid.UUID, reemplazo: uuid.UUID) -> bool:
        """Whether this desktop says that it is the other way round, and is right.

        Of two desktops that chose each another record of the two, the older id is right.
        """
        return registro < reemplazo and resolve(db, reemplazo) == registro

    def became(
        self,
        db: Session,
        clase: RecordKind,
        registro: uuid.UUID,
        reemplazo: uuid.UUID,
        version: int,
    ) -> None:
        """The record is another one now, said by a desktop that saw both."""
        target = resolve(db, reemplazo)
        if target == registro:
            contrary = db.get(AliasRow, reemplazo)
            if contrary is None:
                return
            # This desktop said the opposite, and the older id is right.
            db.delete(contrary)
            db.flush()
            target = reemplazo
        remember(db, registro, target)
        mine = self._filas.local(db, clase, registro)
        if mine is None:
            return
        theirs = self._filas.local(db, clase, target)
        edited = db.get(SalidaRow, (clase.coleccion.value, registro)) is not None
        base = self._notas.base(db, clase, registro)
        rename(db, self._store, clase, registro, target)
        if theirs is not None and edited:
            # What was changed here of the one that goes is changed of the one that stays.
            mixed = merge(clase, base, mine, theirs)
            wanted = with_losers(mixed, target, version)
            if wanted is not None:
                self._filas.apply(db, clase, target, wanted)
        outbox.enqueue(raw_of(db), clase, [target])

    def unite(
        self,
        db: Session,
        clase: RecordKind,
        *,
        here: uuid.UUID,
        there: uuid.UUID,
        only_here: bool,
        remoto: RemoteRecord,
    ) -> uuid.UUID:
        """Makes one record of two; the id that stays. Of two that were sent, the older id."""
        raw = raw_of(db)
        stays, goes = (there, here) if only_here or there < here else (here, there)
        outbox.applying(raw, True)
        if self._filas.local(db, clase, goes) is not None:
            rename(db, self._store, clase, goes, stays)
        outbox.applying(raw, False)
        remember(db, goes, stays)
        coleccion = clase.coleccion.value
        if only_here:
            db.execute(
                delete(SalidaRow).where(
                    SalidaRow.coleccion == coleccion, SalidaRow.registro == goes
                )
            )
            outbox.enqueue(raw, clase, [stays])
        else:
            if goes == there:
                empty = Envelope(clase, None)
                self._notas.note(db, clase, there, remoto.version, empty, borrado=False)
            outbox.enqueue(raw, clase, [stays, goes])
        db.expire_all()
        return stays

    def never_left(self, db: Session, coleccion: str, registro: uuid.UUID) -> bool:
        """Whether nobody else can know of a record; a person that came with a relation is known."""
        waiting = db.get(SalidaRow, (coleccion, registro))
        sent = select(EnvioRow.operacion).where(
            EnvioRow.coleccion == coleccion, EnvioRow.registro == registro
        )
        return (
            waiting is not None
            and self._notas.version(db, coleccion, registro) is None
            and db.scalars(sent).first() is None
        )

    def same_certificate(self, db: Session, otro: uuid.UUID, contenido: Content | None) -> bool:
        row = db.get(CertificadoRow, otro)
        return row is not None and contenido is not None and row.numero == contenido.get("numero")
