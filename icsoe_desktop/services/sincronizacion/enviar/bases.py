"""What this desktop remembers of the server: versions, bases, what cannot be written yet."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind, pack, unpack
from icsoe_desktop.seguridad.sealed_record import Envelope
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.trabajadores import raw_of
from icsoe_desktop.store.tables import ConflictoRow, RetenidoRow, VersionRow

# Nothing is merged of these, so nothing of them is kept twice.
WITHOUT_BASE = frozenset({RecordKind.CERTIFICADO})
_HELD, _NOT_YET = "versiones leídas", "registros sin versión"


class RecordBases:
    def __init__(self, store: Store) -> None:
        self._store = store

    def base(self, db: Session, clase: RecordKind, registro: uuid.UUID) -> Content | None:
        row = self.version(db, clase.coleccion.value, registro)
        if row is None or row.base is None:
            return None
        found: Content | None = unpack(row.base)
        return found

    def version(self, db: Session, coleccion: str, registro: uuid.UUID) -> VersionRow | None:
        if (coleccion, registro) in db.info.get(_NOT_YET, ()):
            return None
        return db.get(VersionRow, (coleccion, registro))

    def load(self, db: Session, coleccion: str, registros: Sequence[uuid.UUID]) -> None:
        """Reads what is known of these at once, for as long as the session."""
        rows = db.scalars(
            select(VersionRow).where(
                VersionRow.coleccion == coleccion, VersionRow.registro.in_(registros)
            )
        ).all()
        known = {row.registro for row in rows}
        # The session keeps rows only as long as somebody holds them.
        db.info.setdefault(_HELD, []).extend(rows)
        unknown = {(coleccion, one) for one in registros if one not in known}
        db.info.setdefault(_NOT_YET, set()).update(unknown)

    def news(
        self, db: Session, coleccion: str, remotos: Sequence[RemoteRecord]
    ) -> list[RemoteRecord]:
        """Those of these that were not merged yet; the last minute of a collection comes twice."""
        ids = [uuid.UUID(one.id) for one in remotos]
        noted = select(VersionRow.registro, VersionRow.version).where(
            VersionRow.coleccion == coleccion, VersionRow.registro.in_(ids)
        )
        held = select(RetenidoRow.registro).where(RetenidoRow.coleccion == coleccion)
        known = {row.registro: row.version for row in db.execute(noted)}
        for registro in db.scalars(held):
            known.pop(registro, None)
        pairs = zip(ids, remotos, strict=True)
        return [
            one for name, one in pairs if one.datos is None or one.version > known.get(name, -1)
        ]

    def note(
        self,
        db: Session,
        clase: RecordKind,
        registro: uuid.UUID,
        version: int,
        sobre: Envelope,
        *,
        borrado: bool | None = None,
    ) -> None:
        """What the server has of the record now."""
        coleccion = clase.coleccion.value
        row = self.version(db, coleccion, registro)
        if row is None:
            row = VersionRow(coleccion=coleccion, registro=registro)
            db.add(row)
            db.info.get(_NOT_YET, set()).discard((coleccion, registro))
        row.version = version
        row.base = None
        if sobre.contenido is not None and clase not in WITHOUT_BASE:
            row.base = pack(sobre.contenido)
        row.indice = sobre.indice
        row.operaciones = b"".join(sobre.operaciones)
        row.borrado = sobre.contenido is None if borrado is None else borrado
        db.flush()

    def note_sent(
        self, db: Session, clase: RecordKind, sent: Sequence[tuple[uuid.UUID, int, Envelope, bytes]]
    ) -> None:
        """The same of many that were written from here: record, version, what it says, its content
        packed. No VersionRow may be in the session.
        """
        rows = [
            {
                "coleccion": clase.coleccion.value,
                "registro": registro,
                "version": version,
                "base": packed or None,
                "indice": sobre.indice,
                "operaciones": b"".join(sobre.operaciones),
                "borrado": sobre.contenido is None,
            }
            for registro, version, sobre, packed in sent
        ]
        db.connection().execute(insert(VersionRow).prefix_with("OR REPLACE"), rows)

    def has_conflicts(self, db: Session, clase: RecordKind, registro: uuid.UUID) -> bool:
        """Sooner told than which: hardly any record has some. They must be flushed."""
        found = raw_of(db).execute(
            "SELECT 1 FROM sincronizacion_conflictos WHERE coleccion = ? AND registro = ? LIMIT 1",
            (clase.coleccion.value, registro.bytes),
        )
        return found.fetchone() is not None

    def hold(
        self, db: Session, coleccion: str, remoto: RemoteRecord, clase: str, motivo: str
    ) -> None:
        registro = uuid.UUID(remoto.id)
        row = db.get(RetenidoRow, (coleccion, registro))
        if row is None:
            row = RetenidoRow(coleccion=coleccion, registro=registro)
            db.add(row)
        row.clase, row.motivo, row.cuando = clase, motivo, self._store.clock()
        try:
            row.contenido = pack({"version": remoto.version, "datos": remoto.datos})
        except (ValueError, RecursionError):
            # No text, or nested too deeply: it waits for a version of it that can be kept.
            row.contenido = pack({"version": remoto.version, "datos": {}})
        db.flush()

    def release(self, db: Session, coleccion: str, registro: uuid.UUID) -> None:
        row = db.get(RetenidoRow, (coleccion, registro))
        if row is not None:
            db.delete(row)
            db.execute(delete(ConflictoRow).where(ConflictoRow.otro == registro))
            db.flush()

    def drop_held(self, db: Session, coleccion: str, registro: uuid.UUID, version: int) -> None:
        """What was held is older than what was written since."""
        row = db.get(RetenidoRow, (coleccion, registro))
        if row is not None and unpack(row.contenido)["version"] <= version:
            self.release(db, coleccion, registro)

    def held(self, db: Session) -> list[tuple[str, RemoteRecord]]:
        """What came before and could not be written then."""
        found = []
        for row in db.scalars(select(RetenidoRow)):
            kept = unpack(row.contenido)
            found.append(
                (row.coleccion, RemoteRecord(str(row.registro), kept["version"], kept["datos"]))
            )
        return found
