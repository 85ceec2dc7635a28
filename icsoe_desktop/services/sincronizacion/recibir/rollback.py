"""A server that was restored or purged: what it lost and a desktop still has goes up again."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.merge import MOVIMIENTOS
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.seguridad.sealed_record import EnvelopeUnreadableError
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord
from icsoe_desktop.services.sincronizacion.valores.contents import RecordContents
from icsoe_desktop.store.movimientos.trabajadores import raw_of
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.tables import VersionRow


class ServerRollback:
    def __init__(self, sobres: RecordContents) -> None:
        self._sobres = sobres
        self._notas = sobres.notas

    def forgotten(
        self, db: Session, coleccion: str, registro: uuid.UUID, row: VersionRow | None
    ) -> None:
        """Somebody deleted it at the server: no desktop does so, and what is here goes up again."""
        if row is None:
            return
        borrado = row.borrado
        db.delete(row)
        db.flush()
        if borrado:
            return
        clase = self._clase_here(db, coleccion, registro)
        if clase is not None:
            outbox.enqueue(raw_of(db), clase, [registro])

    def _clase_here(self, db: Session, coleccion: str, registro: uuid.UUID) -> RecordKind | None:
        for clase in RecordKind:
            if clase.coleccion.value != coleccion:
                continue
            found = self._sobres.local(db, clase, registro)
            if found is not None and (MOVIMIENTOS not in found or found[MOVIMIENTOS]):
                return clase
        return None

    def rewind(self, db: Session, coleccion: str, remoto: RemoteRecord) -> None:
        """The server has an older version than this desktop saw: ours goes up again."""
        registro = uuid.UUID(remoto.id)
        if remoto.datos is None:
            return
        try:
            sobre = self._sobres.open(remoto, coleccion)
        except EnvelopeUnreadableError:
            return
        self._notas.note(db, sobre.clase, registro, remoto.version, sobre)
        outbox.enqueue(raw_of(db), sobre.clase, [registro])
