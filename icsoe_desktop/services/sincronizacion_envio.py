"""Sending what changed here: noted before it leaves, acknowledged when the server took it."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.llaves_oficina import newest
from icsoe_desktop.domain.sincronizacion import OPERACION_BYTES, Clase, pack, seal_record
from icsoe_desktop.gateways.kinto.valores import MAX_ESCRITURAS, MAX_LOTE_BYTES
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion_filas import MAX_CERTIFICADO
from icsoe_desktop.services.sincronizacion_notas import WITHOUT_BASE
from icsoe_desktop.services.sincronizacion_oficina import Oficina
from icsoe_desktop.services.sincronizacion_recepcion import PALABRAS
from icsoe_desktop.services.sincronizacion_registros import Cuenta, Registros, same
from icsoe_desktop.services.sincronizacion_servidor import (
    Escritura,
    Remoto,
    Respuesta,
    Servidor,
)
from icsoe_desktop.services.sincronizacion_valores import RolOficina
from icsoe_desktop.store import paquetes, salida
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import ConflictoRow, EnvioRow, NuevoRow, SalidaRow
from icsoe_desktop.store.trabajadores import raw_of

_ASSIGN_AT_ONCE: Final = 5_000
_ATTEMPTS: Final = 4
# A relation brings its person with it, and goes before her: nobody may meet her half gone.
_ORDER: Final = (
    Clase.CONTRATISTA,
    Clase.REGISTRO_PATRONAL,
    Clase.RELACION,
    Clase.PERSONA,
    Clase.CERTIFICADO,
    Clase.LOTE,
    Clase.PAQUETE,
    Clase.ESTADOS,
)
# A record that base64 and JSON make longer must still fit one request.
_MAX_RECORD_BYTES: Final = MAX_LOTE_BYTES - 8 * 1024

TOO_LARGE: Final = (
    "El registro es demasiado grande para el servidor y no se envió. Sus datos siguen en este "
    "equipo."
)
ONLY_READS: Final = (
    "La cuenta de este equipo sólo puede consultar: hay cambios hechos aquí que no se enviarán. "
    "Pida a un responsable de la oficina que cambie su rol."
)


@dataclass(frozen=True, slots=True)
class _Envio:
    """A record on its way."""

    clase: Clase
    registro: uuid.UUID
    operacion: bytes
    escritura: Escritura


def waiting(db: Session) -> int:
    """Records, and movements that are in none yet."""
    count = select(func.count()).select_from(SalidaRow).where(SalidaRow.apartado.is_(None))
    new = select(func.count()).select_from(NuevoRow)
    return (db.scalar(count) or 0) + (db.scalar(new) or 0)


class Entrega:
    def __init__(self, store: Store, oficina: Oficina) -> None:
        self._store = store
        self._oficina = oficina
        # An answer spoke of a server that was restored or purged.
        self.went_back = False

    def deliver(
        self, servidor: Servidor, registros: Registros, cuenta: Cuenta, progress: Progress
    ) -> str:
        """Sends what waits; why it may not, empty when it may. Raises ServidorError, Cancelled."""
        self.went_back = False
        with self._store.read() as db:
            reads_only = self._oficina.row(db).rol == RolOficina.CONSULTA.value
            if reads_only:
                return ONLY_READS if waiting(db) else ""
        for clase in _ORDER:
            if clase is Clase.PAQUETE:
                self._assign(progress)
            self._push_kind(servidor, registros, clase, cuenta, progress)
        return ""

    def _assign(self, progress: Progress) -> None:
        """Movements that were captured or imported get their records."""
        while True:
            progress.report(0, None, "Preparando movimientos")
            with self._store.write() as db:
                raw = raw_of(db)
                made = paquetes.assign(raw, self._store.new_id, _ASSIGN_AT_ONCE)
                salida.enqueue(raw, Clase.PAQUETE, made)
                salida.enqueue(raw, Clase.ESTADOS, paquetes.with_states(raw, made))
            if not made:
                return

    def _push_kind(
        self,
        servidor: Servidor,
        registros: Registros,
        clase: Clase,
        cuenta: Cuenta,
        progress: Progress,
    ) -> None:
        """Sends what waits, in parts; what somebody else changed meanwhile is merged and sent."""
        word = PALABRAS[clase.coleccion]
        for _ in range(_ATTEMPTS):
            sent = 0
            with ThreadPoolExecutor(1) as line:
                # While the server works on a part, the next one is made ready.
                part: Sequence[_Envio] = ()
                answers: Future[tuple[Respuesta, ...]] | None = None
                for following in chain(self._parts(registros, clase), ((),)):
                    said = answers.result() if answers is not None else ()
                    if following:
                        total = cuenta.enviados + len(part) + len(following)
                        progress.report(cuenta.enviados, total, f"Enviando {word}")
                        records = [one.escritura for one in following]
                        answers = line.submit(servidor.write, clase.coleccion.value, records)
                    if part:
                        self._take_answers(registros, part, said, cuenta)
                    part = following
                    sent += len(following)
            if not sent:
                return

    def _parts(self, registros: Registros, clase: Clase) -> Iterator[Sequence[_Envio]]:
        after: uuid.UUID | None = None
        while names := self._next(clase, after):
            yield from _batches(self._prepare(registros, clase, names))
            after = names[-1]

    def _next(self, clase: Clase, after: uuid.UUID | None) -> list[uuid.UUID]:
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
        self, registros: Registros, clase: Clase, names: Sequence[uuid.UUID]
    ) -> list[_Envio]:
        """What is to be written, noted before it leaves."""
        coleccion = clase.coleccion.value
        with self._store.write() as db:
            registros.notas.load(db, coleccion, names)
            rows = db.scalars(
                select(SalidaRow).where(
                    SalidaRow.coleccion == coleccion, SalidaRow.registro.in_(names)
                )
            )
            waiting = {row.registro: row for row in rows}
            made = [
                self._prepare_one(db, registros, clase, waiting[one])
                for one in names
                if one in waiting
            ]
            return [one for one in made if one is not None]

    def _prepare_one(
        self, db: Session, registros: Registros, clase: Clase, row: SalidaRow
    ) -> _Envio | None:
        """None when there is nothing new to say, or it cannot be said."""
        registro = row.registro
        sobre = registros.sobre(db, clase, registro)
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
            return None
        kept = clase not in WITHOUT_BASE and sobre.contenido is not None
        contenido = pack(sobre.contenido) if kept else b""
        self._note(db, row, contenido)
        data = seal_record(
            sobre.written_by(row.operacion), newest(registros.llavero), registros.oficina, registro
        )
        if len(str(data["s"])) > _limit(clase):
            row.motivo, row.apartado = TOO_LARGE, self._store.clock()
            return None
        return _Envio(
            clase,
            registro,
            row.operacion,
            Escritura(str(registro), data, version.version if version else None),
        )

    def _note(self, db: Session, row: SalidaRow, contenido: bytes) -> None:
        """What leaves under which operation, to know it again."""
        former = db.get(EnvioRow, row.operacion)
        if former is not None and former.contenido == contenido:
            return
        if former is not None:
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

    def _take_answers(
        self,
        registros: Registros,
        part: Sequence[_Envio],
        said: Sequence[Respuesta],
        cuenta: Cuenta,
    ) -> None:
        coleccion = part[0].clase.coleccion.value
        with self._store.write() as db:
            registros.notas.load(db, coleccion, [one.registro for one in part])
            for envio, answer in zip(part, said, strict=True):
                if answer.version is not None:
                    self._acknowledge(db, registros, envio, answer.version)
                    cuenta.enviados += 1
                elif answer.otra is not None:
                    known = envio.escritura.version or 0
                    if 0 < answer.otra.version < known:
                        self.went_back = True
                        registros.rewind(db, coleccion, answer.otra)
                    else:
                        registros.integrate(db, coleccion, answer.otra, cuenta, last=True)
                elif answer.motivo:
                    self._set_aside(db, envio, answer.motivo)
                else:
                    self.went_back = True
                    gone = Remoto(str(envio.registro), 0, None)
                    registros.integrate(db, coleccion, gone, cuenta)

    def _acknowledge(self, db: Session, registros: Registros, envio: _Envio, version: int) -> None:
        sent = db.get(EnvioRow, envio.operacion)
        sobre = registros.sobre_sent(db, envio.clase, envio.registro, envio.operacion, sent)
        packed = sent.contenido if sent is not None else b""
        registros.notas.note(db, envio.clase, envio.registro, version, sobre, packed=packed)
        if sobre.contenido is None:
            # Of somebody who was deleted, no value that lost may stay either.
            db.execute(delete(ConflictoRow).where(ConflictoRow.registro == envio.registro))
        if sent is not None:
            db.delete(sent)
        row = db.get(SalidaRow, (envio.clase.coleccion.value, envio.registro))
        if row is not None and row.operacion == envio.operacion:
            db.delete(row)
        db.flush()

    def _set_aside(self, db: Session, envio: _Envio, motivo: str) -> None:
        row = db.get(SalidaRow, (envio.clase.coleccion.value, envio.registro))
        if row is not None:
            row.motivo, row.apartado = motivo, self._store.clock()


def _limit(clase: Clase) -> int:
    return MAX_CERTIFICADO * 4 // 3 if clase is Clase.CERTIFICADO else _MAX_RECORD_BYTES


def _batches(envios: Sequence[_Envio]) -> list[list[_Envio]]:
    """Parts that fit one request."""
    parts: list[list[_Envio]] = []
    size = 0
    for one in envios:
        length = len(str(one.escritura.datos["s"])) + 600
        if not parts or len(parts[-1]) >= MAX_ESCRITURAS or size + length > MAX_LOTE_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += length
    return parts
