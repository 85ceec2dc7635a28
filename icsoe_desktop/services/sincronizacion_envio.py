"""Sending what changed here: noted before it leaves, acknowledged when the server took it."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Final

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.llaves_oficina import newest
from icsoe_desktop.domain.sincronizacion import (
    OPERACION_BYTES,
    Clase,
    Empacado,
    Sobre,
    seal_record,
)
from icsoe_desktop.gateways.kinto.valores import MAX_ESCRITURAS, MAX_LOTE_BYTES
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion_escritor import Cuenta
from icsoe_desktop.services.sincronizacion_filas import MAX_CERTIFICADO
from icsoe_desktop.services.sincronizacion_notas import WITHOUT_BASE
from icsoe_desktop.services.sincronizacion_oficina import Oficina
from icsoe_desktop.services.sincronizacion_recepcion import PALABRAS
from icsoe_desktop.services.sincronizacion_registros import Registros
from icsoe_desktop.services.sincronizacion_servidor import (
    Escritura,
    Remoto,
    Respuesta,
    Servidor,
)
from icsoe_desktop.services.sincronizacion_sobres import same
from icsoe_desktop.services.sincronizacion_valores import RolOficina
from icsoe_desktop.store import estados, paquetes, salida
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
    """A record on its way. sobre, contenido: what it says, and its content packed."""

    registro: uuid.UUID
    operacion: bytes
    escritura: Escritura
    sobre: Sobre
    contenido: bytes


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
            self._push_kind(servidor, registros, clase, cuenta, progress)
        return ""

    def _assign(self) -> bool:
        """Gives some movements that were captured or imported their records; False without any."""
        with self._store.read() as db:
            if db.scalar(select(NuevoRow.fila).limit(1)) is None:
                return False
        with self._store.write() as db:
            raw = raw_of(db)
            made = paquetes.assign(raw, self._store.new_id, _ASSIGN_AT_ONCE)
            salida.enqueue(raw, Clase.PAQUETE, made)
            salida.enqueue(raw, Clase.ESTADOS, estados.with_any(raw, made))
        return bool(made)

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
                # While the server works on a part, the next one is made ready. Never two at the
                # server: in one collection they take the same last_modified and undo each other.
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
                        self._take_answers(registros, clase, part, said, cuenta)
                    part = following
                    sent += len(following)
            if not sent:
                return

    def _parts(self, registros: Registros, clase: Clase) -> Iterator[Sequence[_Envio]]:
        after: uuid.UUID | None = None
        while True:
            names = self._next(clase, after)
            if names:
                yield from _batches(self._prepare(registros, clase, names))
                after = names[-1]
            elif clase is not Clase.PAQUETE or not self._assign():
                return

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
        registros: Registros,
        clase: Clase,
        row: SalidaRow,
        sent: Mapping[bytes, bytes],
    ) -> _Envio | None:
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
                _forget_losers(db, [registro])
            return None
        empacado = None
        if sobre.contenido is not None and clase not in WITHOUT_BASE:
            empacado = Empacado.of(sobre.contenido)
        contenido = empacado.alone() if empacado else b""
        self._note(db, row, contenido, sent.get(row.operacion))
        sobre = sobre.written_by(row.operacion)
        llave = newest(registros.sobres.llavero)
        data = seal_record(sobre, llave, registros.sobres.oficina, registro, empacado)
        if len(str(data["s"])) > _limit(clase):
            row.motivo, row.apartado = TOO_LARGE, self._store.clock()
            return None
        escritura = Escritura(str(registro), data, version.version if version else None)
        return _Envio(registro, row.operacion, escritura, sobre, contenido)

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

    def _take_answers(
        self,
        registros: Registros,
        clase: Clase,
        part: Sequence[_Envio],
        said: Sequence[Respuesta],
        cuenta: Cuenta,
    ) -> None:
        coleccion = clase.coleccion.value
        pairs = list(zip(part, said, strict=True))
        taken = [(one, answer.version) for one, answer in pairs if answer.version is not None]
        others = [(one, answer) for one, answer in pairs if answer.version is None]
        with self._store.write() as db:
            self._acknowledge(db, registros, clase, taken)
            registros.notas.load(db, coleccion, [one.registro for one, _ in others])
            for envio, answer in others:
                if answer.otra is not None:
                    known = envio.escritura.version or 0
                    if 0 < answer.otra.version < known:
                        self.went_back = True
                        registros.rewind(db, coleccion, answer.otra)
                    else:
                        registros.integrate(db, coleccion, answer.otra, cuenta, last=True)
                elif answer.motivo:
                    self._set_aside(db, clase, envio, answer.motivo)
                else:
                    self.went_back = True
                    gone = Remoto(str(envio.registro), 0, None)
                    registros.integrate(db, coleccion, gone, cuenta)
        cuenta.enviados += len(taken)

    def _acknowledge(
        self,
        db: Session,
        registros: Registros,
        clase: Clase,
        taken: Sequence[tuple[_Envio, int]],
    ) -> None:
        """The server has these as they were sent; what was changed here since goes on waiting."""
        if not taken:
            return
        registros.notas.note_sent(
            db, clase, [(one.registro, version, one.sobre, one.contenido) for one, version in taken]
        )
        _forget_losers(db, [one.registro for one, _ in taken if one.sobre.contenido is None])
        operaciones = [one.operacion for one, _ in taken]
        db.execute(delete(EnvioRow).where(EnvioRow.operacion.in_(operaciones)))
        db.connection().execute(
            delete(SalidaRow).where(
                SalidaRow.coleccion == clase.coleccion.value,
                SalidaRow.registro == bindparam("enviado"),
                SalidaRow.operacion == bindparam("con"),
            ),
            [{"enviado": one.registro, "con": one.operacion} for one, _ in taken],
        )

    def _set_aside(self, db: Session, clase: Clase, envio: _Envio, motivo: str) -> None:
        row = db.get(SalidaRow, (clase.coleccion.value, envio.registro))
        if row is not None:
            row.motivo, row.apartado = motivo, self._store.clock()


def _forget_losers(db: Session, registros: Sequence[uuid.UUID]) -> None:
    """Of somebody who was deleted, no value that lost may stay either."""
    db.execute(delete(ConflictoRow).where(ConflictoRow.registro.in_(registros)))


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
