"""What is to be sent, made ready: compared with what is there, noted before it leaves, sealed."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.gateways.kinto.values import MAX_ESCRITURAS, MAX_LOTE_BYTES
from icsoe_desktop.seguridad.office_keys import newest
from icsoe_desktop.seguridad.sealed_record import (
    OPERACION_BYTES,
    Envelope,
    PackedContent,
    seal_record,
)
from icsoe_desktop.services.sincronizacion.enviar.bases import WITHOUT_BASE
from icsoe_desktop.services.sincronizacion.oficina.server import RecordWrite
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.lost_values import forget_losers
from icsoe_desktop.services.sincronizacion.valores.contents import same
from icsoe_desktop.services.sincronizacion.valores.rows import MAX_CERTIFICADO
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.trabajadores import raw_of
from icsoe_desktop.store.sincronizacion import outbox, packets, states
from icsoe_desktop.store.tables import EnvioRow, NuevoRow, SalidaRow

_ASSIGN_AT_ONCE: Final = 5_000
# A record that base64 and JSON make longer must still fit one request.
_MAX_RECORD_BYTES: Final = MAX_LOTE_BYTES - 8 * 1024

TOO_LARGE: Final = (
    "El registro es demasiado grande para el servidor y no se envió. Sus datos siguen en este "
    "equipo."
)


@dataclass(frozen=True, slots=True)
class PreparedRecord:
    """A record on its way. sobre, contenido: what it says, and its content packed."""

    registro: uuid.UUID
    operacion: bytes
    escritura: RecordWrite
    sobre: Envelope
    contenido: bytes


class Preparation:
    def __init__(self, store: Store) -> None:
        self._store = store

    def parts(
        self, registros: RecordIntegration, clase: RecordKind
    ) -> Iterator[Sequence[PreparedRecord]]:
        """What waits of a kind, as much as fits one request at a time; read when it is asked for.

        What is too large for the server is set aside.
        """
        after: uuid.UUID | None = None
        while True:
            names = self._next(clase, after)
            if names:
                yield from _batches(self._prepare(registros, clase, names))
                after = names[-1]
            elif clase is not RecordKind.PAQUETE or not self._assign():
                return

    def _next(self, clase: RecordKind, after: uuid.UUID | None) -> list[uuid.UUID]:
        """Some of what waits, in the order of their ids."""
        waiting = (
            select(SalidaRow.registro)
            .where(
                SalidaRow.coleccion == clase.coleccion.value,
                SalidaRow.clase == clase.value,
                SalidaRow.apartado.is_(None),
            )
            .order_by(SalidaRow.registro)
            .limit(MAX_ESCRITURAS)
        )
        if after is not None:
            waiting = waiting.where(SalidaRow.registro > after)
        with self._store.read() as db:
            return list(db.scalars(waiting))

    def _prepare(
        self, registros: RecordIntegration, clase: RecordKind, names: Sequence[uuid.UUID]
    ) -> list[PreparedRecord]:
        """What is to be written, noted before it leaves."""
        coleccion = clase.coleccion.value
        # What is noted of one record is never asked for another: all of it is written at the end.
        with self._store.write() as db, db.no_autoflush:
            registros.notas.load(db, coleccion, names)
            rows = db.scalars(
                select(SalidaRow).where(
                    SalidaRow.coleccion == coleccion, SalidaRow.registro.in_(names)
                )
            )
            waiting = {row.registro: row for row in rows}
            operaciones = [row.operacion for row in waiting.values()]
            noted = db.scalars(select(EnvioRow).where(EnvioRow.operacion.in_(operaciones)))
            sent = {row.operacion: row.contenido for row in noted}
            made = [
                self._prepare_one(db, registros, clase, waiting[one], sent)
                for one in names
                if one in waiting
            ]
            return [one for one in made if one is not None]

    def _prepare_one(
        self,
        db: Session,
        registros: RecordIntegration,
        clase: RecordKind,
        row: SalidaRow,
        sent: Mapping[bytes, bytes],
    ) -> PreparedRecord | None:
        """None when there is nothing new to say, or it cannot be said."""
        registro = row.registro
        sobre = registros.sobres.sobre(db, clase, registro)
        version = registros.notas.version(db, row.coleccion, registro)
        if version is None:
            unchanged = sobre.contenido is None and sobre.reemplazo is None
        elif sobre.contenido is None:
            unchanged = version.borrado
        else:
            unchanged = version.base is not None and same(
                sobre.contenido, registros.notas.base(db, clase, registro)
            )
        if unchanged:
            db.delete(row)
            if sobre.contenido is None:
                forget_losers(db, [registro])
            return None
        empacado = None
        if sobre.contenido is not None and clase not in WITHOUT_BASE:
            empacado = PackedContent.of(sobre.contenido)
        contenido = empacado.alone() if empacado else b""
        self._note(db, row, contenido, sent.get(row.operacion))
        sobre = sobre.written_by(row.operacion)
        llave = newest(registros.sobres.llavero)
        data = seal_record(sobre, llave, registros.sobres.oficina, registro, empacado)
        if len(str(data["s"])) > _limit(clase):
            row.motivo, row.apartado = TOO_LARGE, self._store.clock()
            return None
        escritura = RecordWrite(str(registro), data, version.version if version else None)
        return PreparedRecord(registro, row.operacion, escritura, sobre, contenido)

    def _note(self, db: Session, row: SalidaRow, contenido: bytes, sent: bytes | None) -> None:
        """What leaves under which operation, to know it again. sent: what left under it before."""
        if sent == contenido:
            return
        if sent is not None:
            # It was sent and not answered, and then something was merged into it: the two must be
            # told apart.
            row.operacion = secrets.token_bytes(OPERACION_BYTES)
        db.add(
            EnvioRow(
                operacion=row.operacion,
                coleccion=row.coleccion,
                registro=row.registro,
                contenido=contenido,
            )
        )

    def _assign(self) -> bool:
        """Gives some movements that were captured or imported their records; False without any."""
        with self._store.read() as db:
            if db.scalar(select(NuevoRow.fila).limit(1)) is None:
                return False
        with self._store.write() as db:
            raw = raw_of(db)
            made = packets.assign(raw, self._store.new_id, _ASSIGN_AT_ONCE)
            outbox.enqueue(raw, RecordKind.PAQUETE, made)
            outbox.enqueue(raw, RecordKind.ESTADOS, states.with_any(raw, made))
        return bool(made)


def _limit(clase: RecordKind) -> int:
    return MAX_CERTIFICADO * 4 // 3 if clase is RecordKind.CERTIFICADO else _MAX_RECORD_BYTES


def _batches(envios: Sequence[PreparedRecord]) -> list[list[PreparedRecord]]:
    """Parts that fit one request."""
    parts: list[list[PreparedRecord]] = []
    size = 0
    for one in envios:
        length = len(str(one.escritura.datos["s"])) + 600
        if not parts or len(parts[-1]) >= MAX_ESCRITURAS or size + length > MAX_LOTE_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += length
    return parts
