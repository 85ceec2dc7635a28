"""One round with the server: read and merge, then send, so that nothing is sent that is old.

It may be cut at any moment, by a person or by kill -9: each step is a transaction, and what was
sent without an answer is known again by its operation.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.llaves_oficina import newest
from icsoe_desktop.domain.sincronizacion import (
    ORDEN,
    Clase,
    Coleccion,
    pack,
    seal_record,
)
from icsoe_desktop.gateways.kinto.errores import ContrasenaRechazadaError
from icsoe_desktop.gateways.kinto.valores import MARGEN_MS, MAX_ESCRITURAS, MAX_LOTE_BYTES
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.sincronizacion_filas import MAX_CERTIFICADO
from icsoe_desktop.services.sincronizacion_llaves import fetch_keys, own_password
from icsoe_desktop.services.sincronizacion_oficina import Oficina
from icsoe_desktop.services.sincronizacion_registros import (
    WITHOUT_BASE,
    Cuenta,
    Registros,
    same,
)
from icsoe_desktop.services.sincronizacion_servidor import (
    Escritura,
    Remoto,
    Servidor,
    ServidorError,
)
from icsoe_desktop.services.sincronizacion_valores import ResumenSincronizacion, RolOficina
from icsoe_desktop.store import paquetes, salida
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import (
    CursorRow,
    EnvioRow,
    NuevoRow,
    RetenidoRow,
    SalidaRow,
    VersionRow,
)
from icsoe_desktop.store.trabajadores import raw_of

logger = logging.getLogger(__name__)

# Records written to the store in one transaction: others who write wait no longer than that.
_AT_ONCE: Final = 20
_ASSIGN_AT_ONCE: Final = 5_000
# A record that base64 and JSON make longer must still fit one request.
_MAX_RECORD_BYTES: Final = MAX_LOTE_BYTES - 8 * 1024

NOT_CONFIGURED: Final = "Este equipo no comparte datos con ninguna oficina."
PAUSED: Final = "La sincronización está en pausa."
STOPPED: Final = "La sincronización se detuvo. {}"
BUSY: Final = "Ya hay una sincronización en curso."
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


class Ciclo:
    def __init__(self, store: Store, bitacora: BitacoraService, oficina: Oficina) -> None:
        self._store = store
        self._bitacora = bitacora
        self._oficina = oficina
        self._running = threading.Lock()

    def run(self, progress: Progress) -> ResumenSincronizacion:
        """See SincronizacionService.sync."""
        if not self._running.acquire(blocking=False):
            return ResumenSincronizacion(motivo=BUSY)
        try:
            return self._run(progress)
        finally:
            self._running.release()

    def _run(self, progress: Progress) -> ResumenSincronizacion:
        with self._store.read() as db:
            row = self._oficina.find(db)
            if row is None:
                return ResumenSincronizacion(motivo=NOT_CONFIGURED)
            if row.pausada:
                return self._summary(Cuenta(), PAUSED)
            if row.detenida:
                return self._summary(Cuenta(), STOPPED.format(row.motivo))
            cuenta = Cuenta(callada=not row.descargada)
            oficina = row.oficina
        motivo = ""
        try:
            with self._store.read() as db:
                servidor = self._oficina.connect(db)
            progress.report(0, None, "Conectando con el servidor")
            servidor = self._enter(servidor)
            with self._store.read() as db:
                registros = Registros(self._store, self._bitacora, oficina, self._oficina.keys(db))
            self._check_generation(servidor, registros, cuenta, progress)
            self._pull(servidor, registros, cuenta, progress)
            self._downloaded()
            motivo = self._push(servidor, registros, cuenta, progress)
        except ServidorError as error:
            logger.info("synchronisation ended early: %s", type(error).__name__)
            self._oficina.note_attempt(error.message, detenida=error.detenida)
            return self._summary(cuenta, error.message)
        self._oficina.note_attempt("")
        return self._summary(cuenta, motivo)

    def _enter(self, servidor: Servidor) -> Servidor:
        """Takes the keys. Where joining was killed as it changed the password, tries that one."""
        try:
            fetch_keys(self._store, self._oficina, servidor)
            return servidor
        except ContrasenaRechazadaError:
            with self._store.read() as db:
                own = own_password(self._oficina.private(db))
                conexion = self._oficina.conexion(db)
            if conexion.contrasena == own:
                raise
            servidor.close()
            other = self._oficina.connect_with(replace(conexion, contrasena=own))
            fetch_keys(self._store, self._oficina, other)
            with self._store.write() as db:
                self._oficina.set_password(db, own)
            return other

    # -- reading

    def _pull(
        self, servidor: Servidor, registros: Registros, cuenta: Cuenta, progress: Progress
    ) -> None:
        later = self._held(registros)
        for coleccion in Coleccion:
            later += self._pull_one(servidor, registros, coleccion, cuenta, progress)
        # What is named may have come after what names it; twice, for chains of two.
        for _ in range(2):
            later = self._write(registros, later, cuenta, progress)
        self._write(registros, later, cuenta, progress, last=True)

    def _pull_one(
        self,
        servidor: Servidor,
        registros: Registros,
        coleccion: Coleccion,
        cuenta: Cuenta,
        progress: Progress,
    ) -> list[tuple[str, Remoto]]:
        with self._store.read() as db:
            row = db.get(CursorRow, coleccion.value)
            since = row.cursor if row else 0
        token: str | None = None
        read_until, first_ms, total = since, None, None
        later: list[tuple[str, Remoto]] = []
        seen = 0
        while True:
            page = servidor.page(coleccion.value, since, token)
            if first_ms is None:
                first_ms, total = page.ahora_ms, page.total
            rows = sorted(page.registros, key=lambda one: one.version)
            seen += len(rows)
            progress.report(seen, total, f"Recibiendo {_WORDS[coleccion]}")
            later += self._write(
                registros, [(coleccion.value, one) for one in rows], cuenta, progress
            )
            read_until = max([read_until, *(one.version for one in rows)])
            # The cursor never passes what somebody may still be committing.
            self._move_cursor(coleccion, min(read_until, first_ms - MARGEN_MS), since)
            token = page.siguiente
            if token is None:
                break
        with self._store.write() as db:
            done = db.get(CursorRow, coleccion.value)
            if done is not None:
                done.completa = True
        if total is not None and total != self._known(coleccion) + len(later):
            self._compare(servidor, registros, coleccion, cuenta, progress)
        return later

    def _write(
        self,
        registros: Registros,
        pending: Sequence[tuple[str, Remoto]],
        cuenta: Cuenta,
        progress: Progress,
        *,
        last: bool = False,
    ) -> list[tuple[str, Remoto]]:
        """Those that must come again later."""
        later = []
        for start in range(0, len(pending), _AT_ONCE):
            progress.report(start, len(pending), "Guardando lo recibido")
            with self._store.write() as db:
                for coleccion, remoto in pending[start : start + _AT_ONCE]:
                    if not registros.integrate(db, coleccion, remoto, cuenta, last=last):
                        later.append((coleccion, remoto))
        return later

    def _held(self, registros: Registros) -> list[tuple[str, Remoto]]:
        with self._store.read() as db:
            return registros.held(db)

    def _move_cursor(self, coleccion: Coleccion, cursor: int, since: int) -> None:
        with self._store.write() as db:
            row = db.get(CursorRow, coleccion.value)
            if row is None:
                row = CursorRow(coleccion=coleccion.value, cursor=0, completa=False)
                db.add(row)
            row.cursor = max(row.cursor, since, cursor)

    def _known(self, coleccion: Coleccion) -> int:
        with self._store.read() as db:
            query = select(func.count()).select_from(VersionRow)
            held = select(func.count()).select_from(RetenidoRow)
            return (db.scalar(query.where(VersionRow.coleccion == coleccion.value)) or 0) + (
                db.scalar(held.where(RetenidoRow.coleccion == coleccion.value)) or 0
            )

    def _downloaded(self) -> None:
        with self._store.read() as db:
            if self._oficina.row(db).descargada:
                return
        with self._store.write() as db:
            self._oficina.row(db).descargada = True

    # -- a server that was restored or purged

    def _check_generation(
        self, servidor: Servidor, registros: Registros, cuenta: Cuenta, progress: Progress
    ) -> None:
        generation = servidor.office().generacion
        with self._store.read() as db:
            row = self._oficina.row(db)
            if row.generacion == generation:
                return
        for coleccion in Coleccion:
            self._compare(servidor, registros, coleccion, cuenta, progress)
        with self._store.write() as db:
            self._oficina.row(db).generacion = generation
            for cursor in db.scalars(select(CursorRow)):
                cursor.cursor = 0

    def _compare(
        self,
        servidor: Servidor,
        registros: Registros,
        coleccion: Coleccion,
        cuenta: Cuenta,
        progress: Progress,
    ) -> None:
        """Looks at every record that there is: what the server lost goes up again."""
        there = {
            uuid.UUID(name): version
            for name, version in servidor.versions(coleccion.value, progress).items()
        }
        with self._store.read() as db:
            here = {
                row.registro: row.version
                for row in db.execute(
                    select(VersionRow.registro, VersionRow.version).where(
                        VersionRow.coleccion == coleccion.value
                    )
                )
            }
        for registro in here.keys() - there.keys():
            with self._store.write() as db:
                gone = Remoto(str(registro), 0, None)
                registros.integrate(db, coleccion.value, gone, cuenta)
        for registro, version in there.items():
            if here.get(registro, version) == version:
                continue
            remoto = servidor.get(coleccion.value, str(registro))
            if remoto is None:
                continue
            with self._store.write() as db:
                if version < here[registro]:
                    # The server went back in time: what is here is newer.
                    registros.rewind(db, coleccion.value, remoto)
                else:
                    registros.integrate(db, coleccion.value, remoto, cuenta)

    # -- sending

    def _push(
        self, servidor: Servidor, registros: Registros, cuenta: Cuenta, progress: Progress
    ) -> str:
        with self._store.read() as db:
            reads_only = self._oficina.row(db).rol == RolOficina.CONSULTA.value
            if reads_only:
                return ONLY_READS if self._waiting(db) else ""
        for clase in sorted(Clase, key=ORDEN.__getitem__):
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
        for _ in range(_ATTEMPTS):
            after: uuid.UUID | None = None
            while names := self._next(clase, after):
                done = cuenta.enviados
                progress.report(done, done + len(names), f"Enviando {_WORDS[clase.coleccion]}")
                for batch in _batches(self._prepare(registros, clase, names)):
                    self._send(servidor, registros, batch, cuenta)
                    progress.report(cuenta.enviados, done + len(names), "Enviando")
                after = names[-1]
            if after is None:
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
        found = []
        coleccion = clase.coleccion.value
        with self._store.write() as db:
            for registro in names:
                row = db.get(SalidaRow, (coleccion, registro))
                if row is None:
                    continue
                sobre = registros.sobre(db, clase, registro)
                version = registros.version(db, coleccion, registro)
                never_there = sobre.contenido is None and sobre.reemplazo is None
                if version is None:
                    unchanged = never_there
                elif sobre.contenido is None:
                    unchanged = version.borrado
                else:
                    unchanged = version.base is not None and same(
                        sobre.contenido, registros.base(db, clase, registro)
                    )
                if unchanged:
                    db.delete(row)
                    continue
                data = seal_record(
                    sobre.written_by(row.operacion),
                    newest(registros.llavero),
                    registros.oficina,
                    registro,
                )
                size = len(str(data["s"]))
                if size > _limit(clase):
                    row.motivo, row.apartado = TOO_LARGE, self._store.clock()
                    continue
                if db.get(EnvioRow, row.operacion) is None:
                    kept = clase not in WITHOUT_BASE and sobre.contenido is not None
                    db.add(
                        EnvioRow(
                            operacion=row.operacion,
                            coleccion=coleccion,
                            registro=registro,
                            contenido=pack(sobre.contenido) if kept else b"",
                        )
                    )
                found.append(
                    _Envio(
                        clase,
                        registro,
                        row.operacion,
                        Escritura(str(registro), data, version.version if version else None),
                    )
                )
        return found

    def _send(
        self, servidor: Servidor, registros: Registros, batch: Sequence[_Envio], cuenta: Cuenta
    ) -> None:
        coleccion = batch[0].clase.coleccion.value
        answers = servidor.write(coleccion, [one.escritura for one in batch])
        with self._store.write() as db:
            for envio, answer in zip(batch, answers, strict=True):
                if answer.version is not None:
                    self._acknowledge(db, registros, envio, answer.version)
                    cuenta.enviados += 1
                elif answer.otra is not None:
                    known = envio.escritura.version or 0
                    if 0 < answer.otra.version < known:
                        registros.rewind(db, coleccion, answer.otra)
                    else:
                        registros.integrate(db, coleccion, answer.otra, cuenta, last=True)
                elif answer.motivo:
                    self._set_aside(db, envio, answer.motivo)
                else:
                    gone = Remoto(str(envio.registro), 0, None)
                    registros.integrate(db, coleccion, gone, cuenta)

    def _acknowledge(self, db: Session, registros: Registros, envio: _Envio, version: int) -> None:
        sent = db.get(EnvioRow, envio.operacion)
        sobre = registros.sobre_sent(db, envio.clase, envio.registro, envio.operacion, sent)
        registros.note_version(db, envio.clase, envio.registro, version, sobre)
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

    # -- telling

    def _summary(self, cuenta: Cuenta, motivo: str) -> ResumenSincronizacion:
        with self._store.read() as db:
            aside = SalidaRow.apartado.is_not(None)
            count = select(func.count()).select_from(SalidaRow)
            held = db.scalar(select(func.count()).select_from(RetenidoRow)) or 0
            return ResumenSincronizacion(
                enviados=cuenta.enviados,
                recibidos=cuenta.recibidos,
                conflictos=cuenta.conflictos,
                apartados=(db.scalar(count.where(aside)) or 0) + held,
                pendientes=self._waiting(db),
                motivo=motivo,
            )

    def _waiting(self, db: Session) -> int:
        count = select(func.count()).select_from(SalidaRow).where(SalidaRow.apartado.is_(None))
        new = select(func.count()).select_from(NuevoRow)
        return (db.scalar(count) or 0) + (db.scalar(new) or 0)


_ATTEMPTS: Final = 4
_WORDS: Final = {
    Coleccion.CONTRATISTAS: "contratistas",
    Coleccion.CAPTURISTAS: "capturistas",
    Coleccion.CERTIFICADOS: "certificados",
    Coleccion.LOTES: "lotes y movimientos",
    Coleccion.ESTADOS: "estados de movimientos",
}


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
