"""Lotes: the 168-position files for the IMSS portal, and the documents that come back."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, EstadoLote, TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.domain.texto import counted, fold
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import NoProgress, Progress
from icsoe_desktop.services.acceso.autorizacion import check_right, reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.lotes.documentos import (
    Nombres,
    document_names,
    find_document,
    keep_document,
    read_attachment,
    write_excel,
)
from icsoe_desktop.services.lotes.plan import LATE, plan_files
from icsoe_desktop.services.lotes.valores import (
    ArchivoLote,
    Cedula,
    ClaseDocumento,
    Lote,
    OpcionesLote,
    PlanLote,
)
from icsoe_desktop.services.movimientos.dudas import odd_order, others_of
from icsoe_desktop.services.movimientos.filas import NUMERO_DE, movimiento_of
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.valores_legales.limites import limites_of
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row, only, still_there
from icsoe_desktop.store.lotes.carriers import leave_cancelled, seat
from icsoe_desktop.store.movimientos.movement_counts import rejected_by_lote
from icsoe_desktop.store.tables.lotes import LoteRow
from icsoe_desktop.store.tables.movimientos import MovimientoRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow

OBJETO = "lote"

NOT_PENDING = (
    "Sólo los movimientos pendientes que no están en otro lote pueden ir en un archivo: {} no lo "
    "están. No se generó nada. Quítelos de la selección."
)
CHANGED = (
    "Alguno de los movimientos cambió desde la vista previa. No se generó nada. Vuelva a revisarla."
)
IMPEDED = "Hay avisos que impiden generar el archivo. No se generó nada. Corrija lo que se indica."
NOT_THAT_WAY = "Un lote {ahora} no puede pasar a {despues}. No se cambió nada."
TOO_LATE_TO_CANCEL = (
    "El IMSS ya recibió este lote y no se puede cancelar aquí. No se cambió nada. Presente el "
    "movimiento que lo corrija."
)
GONE = "El lote ya no existe. No se cambió nada. Actualice la lista."
NO_DOCUMENT = "Este lote no tiene ese documento. Adjúntelo primero."


class LotesService:
    """Every method needs ESCRIBIR_MOVIMIENTOS: seed 004 shows no lotes in consultation mode."""

    def __init__(
        self, store: Store, bitacora: BitacoraService, movimientos: MovimientosService
    ) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)
        self._movimientos = movimientos

    def all(self, sesion: Sesion) -> tuple[Lote, ...]:
        """Newest first."""
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            rows = db.scalars(
                select(LoteRow)
                .options(defer(LoteRow.contenido, raiseload=True))
                .order_by(LoteRow.creado.desc(), LoteRow.id.desc())
            )
            documents, refused = document_names(db), rejected_by_lote(raw_of(db))
            return tuple(_value_of(row, documents, refused) for row in rows)

    def find(self, sesion: Sesion, texto: str, limit: int) -> tuple[Lote, ...]:
        """Of `all`, those whose file, number or folio has every word of a text."""
        words = fold(texto).split()

        def has_all(lote: Lote) -> bool:
            said = fold(f"{lote.nombre_archivo} {lote.numero} {lote.folio}")
            return all(word in said for word in words)

        return tuple(islice(filter(has_all, self.all(sesion)), limit))

    def get(self, sesion: Sesion, lote_id: uuid.UUID) -> Lote:
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            return _now(db, _row_of(db, lote_id))

    def export(self, sesion: Sesion, path: Path, progress: Progress) -> int:
        """Write the list of lotes to an Excel workbook, newest first. Returns their number.

        Raises UserFacingError and Cancelled. An existing file at `path` then stays unchanged.
        """
        written = write_excel(self.all(sesion), path, progress)
        with self._store.write() as db:
            detalle = counted(written, "lote", "lotes")
            self._note(db, sesion, Accion.EXPORTACION_LOTES, detalle=detalle)
        return written

    def plan(
        self,
        sesion: Sesion,
        ids: Sequence[uuid.UUID],
        opciones: OpcionesLote,
        progress: Progress,
    ) -> PlanLote:
        """Plan the files, with every transliteration, truncation and warning.

        Raises UserFacingError if a movement is gone or not Pendiente, and Cancelled.
        """
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            limites = limites_of(db)
        filas = self._movimientos.many(sesion, ids, progress)
        taken = sum(
            fila.estado is not EstadoAviso.PENDIENTE or fila.lote_id is not None for fila in filas
        )
        if taken:
            raise UserFacingError(NOT_PENDING.format(f"{taken:,} de los elegidos"))
        pairs = [(fila.id, movimiento_of(fila)) for fila in filas]
        progress.report(len(ids), len(ids), "Comparando con los trabajadores conocidos")
        with self._store.read() as db:
            otros = others_of(raw_of(db), pairs)
            known = select(RegistroPatronalRow.registro_patronal, RegistroPatronalRow.guia)
            guias = {registro: guia for registro, guia in db.execute(known)}  # noqa: C416
            orden = {
                each_id: sentence
                for each_id, each in pairs
                if (sentence := odd_order(raw_of(db), each, each_id))
            }
        tarde = {
            fila.id: LATE.format(format_fecha(fila.limite))
            for fila in filas
            if fila.plazo is EstadoLegal.EXTEMPORANEO
        }
        peligros = [
            {each_id: (campo, sentence) for each_id, sentence in found.items()}
            for campo, found in (("nss", otros), ("fecha", orden))
        ]
        return plan_files(pairs, opciones, limites, self._store.clock(), peligros, guias, tarde)

    def generate(self, sesion: Sesion, plan: PlanLote) -> tuple[Lote, ...]:
        """Store the planned files and mark their movements. `content` gives the bytes.

        Raises UserFacingError if the plan has no file, or a movement changed since.
        """
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            if not plan.archivos:
                raise UserFacingError(IMPEDED)
            # The write transaction excludes other writers, so this plan is what is stored.
            for archivo in plan.archivos:
                again = self.plan(sesion, archivo.ids, plan.opciones, NoProgress())
                if [one.contenido for one in again.archivos] != [archivo.contenido]:
                    raise UserFacingError(CHANGED)
            rows = [self._keep(db, sesion, archivo) for archivo in plan.archivos]
            return tuple(_value_of(row, {}, {}) for row in rows)

    def content(self, sesion: Sesion, lote_id: uuid.UUID) -> bytes:
        """The file exactly as generated."""
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            return _row_of(db, lote_id).contenido

    def mark_sent(self, sesion: Sesion, lote_id: uuid.UUID, fecha: date) -> Lote:
        """Record that the user uploaded the file to the portal on that day."""
        return self.mark_all_sent(sesion, [lote_id], fecha)[0]

    def mark_all_sent(
        self, sesion: Sesion, lote_ids: Sequence[uuid.UUID], fecha: date
    ) -> tuple[Lote, ...]:
        """`mark_sent` for several: all or none."""
        return self._move(
            sesion, lote_ids, EstadoLote.ENVIADO, {"enviado": fecha}, {"emitido": fecha}
        )

    def mark_received(
        self, sesion: Sesion, lote_id: uuid.UUID, fecha: date, numero: str = "", folio: str = ""
    ) -> Lote:
        """Record the reception. numero, folio: as assigned by the IMSS."""
        lote_fields = {"recibido": fecha, "numero": numero.strip(), "folio": folio.strip()}
        of_each = {"recibido": fecha}
        return self._move(sesion, [lote_id], EstadoLote.RECIBIDO, lote_fields, of_each)[0]

    def mark_approved(self, sesion: Sesion, lote_id: uuid.UUID, fecha: date) -> Lote:
        return self._move(
            sesion, [lote_id], EstadoLote.APROBADO, {"respondido": fecha}, {"aprobado": fecha}
        )[0]

    def mark_rejected(
        self, sesion: Sesion, lote_id: uuid.UUID, fecha: date, codigo: str, causa: str
    ) -> Lote:
        """codigo, causa: as stated by the IMSS."""
        movimiento_fields = {"rechazado": fecha, "codigo_rechazo": codigo, "causa_rechazo": causa}
        return self._move(
            sesion, [lote_id], EstadoLote.RECHAZADO, {"respondido": fecha}, movimiento_fields
        )[0]

    def cancel(self, sesion: Sesion, lote_id: uuid.UUID) -> Lote:
        """Cancel a lote. Its movements return to Pendiente, or to another desktop's lote with them.

        Raises UserFacingError once the IMSS received it.
        """
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            row = _row_of(db, lote_id)
            if not EstadoLote(row.estado).can_be_cancelled:
                raise UserFacingError(TOO_LATE_TO_CANCEL)
            row.estado = EstadoLote.CANCELADO.value
            row.cancelado = self._store.clock().date()
            db.flush()
            leave_cancelled(raw_of(db), lote_id)
            db.expire_all()
            self._note(db, sesion, Accion.LOTE_CAMBIO_ESTADO, lote_id, row.estado)
            return _now(db, row)

    def attach(self, sesion: Sesion, lote_id: uuid.UUID, clase: ClaseDocumento, path: Path) -> Lote:
        """Store a copy of the file instead of an earlier one of its class.

        Raises InvalidInputError (campo «archivo»).
        """
        check_right(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
        document = read_attachment(path)
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            row = _row_of(db, lote_id)
            keep_document(db, self._store, lote_id, clase, *document)
            self._note(db, sesion, Accion.LOTE_DOCUMENTO, lote_id, clase.value)
            return _now(db, row)

    def document(
        self, sesion: Sesion, lote_id: uuid.UUID, clase: ClaseDocumento
    ) -> tuple[str, bytes]:
        """Name and content as attached. Raises UserFacingError if there is none."""
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            row = find_document(db, lote_id, clase)
            if row is None:
                raise UserFacingError(NO_DOCUMENT)
            return row.nombre, row.contenido

    def cedula(self, sesion: Sesion, lote_id: uuid.UUID) -> Cedula:
        """The data of the printed cédula. A cancelled lote has no movements."""
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            lote = _now(db, _row_of(db, lote_id))
            ids = db.scalars(
                select(MovimientoRow.id)
                .where(MovimientoRow.lote_id == lote_id)
                .order_by(MovimientoRow.fila)
            ).all()
            registro = only(db, RegistroPatronalRow, registro_patronal=lote.registro_patronal)
            names = (registro.razon_social, registro.rfc) if registro else ("", "")
        movimientos = tuple(
            movimiento_of(fila) for fila in self._movimientos.many(sesion, ids, NoProgress())
        )
        return Cedula(
            lote=lote,
            razon_social=names[0],
            rfc=names[1],
            movimientos=movimientos,
            por_tipo=dict(Counter(one.tipo for one in movimientos)),
            suma_sbc=sum(one.sbc or 0 for one in movimientos),
        )

    def _keep(self, db: Session, sesion: Sesion, archivo: ArchivoLote) -> LoteRow:
        row = LoteRow(
            id=self._store.new_id(),
            registro_patronal=archivo.registro_patronal or "",
            tipo=archivo.tipo.value if archivo.tipo else None,
            nombre_archivo=archivo.nombre_archivo,
            contenido=archivo.contenido,
            sha256=hashlib.sha256(archivo.contenido).digest(),
            movimientos=len(archivo.ids),
            estado=EstadoLote.GENERADO.value,
            creado=self._store.clock(),
            numero="",
            folio="",
        )
        db.add(row)
        db.flush()
        for movimiento_id in archivo.ids:
            db.execute(
                update(MovimientoRow)
                .where(MovimientoRow.id == movimiento_id)
                .values(lote_id=row.id)
            )
        count = counted(row.movimientos, "movimiento", "movimientos")
        self._note(db, sesion, Accion.LOTE_GENERADO, row.id, count)
        return row

    def _move(
        self,
        sesion: Sesion,
        lote_ids: Sequence[uuid.UUID],
        estado: EstadoLote,
        of_lote: dict[str, Any],
        of_each: dict[str, Any],
    ) -> tuple[Lote, ...]:
        """Change the state of lotes and of their movements, except those that the IMSS answered.

        All or none.
        """
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            for lote_id in lote_ids:
                row = _row_of(db, lote_id)
                present = EstadoLote(row.estado)
                if present is EstadoLote.CANCELADO or not present.can_become(estado):
                    raise UserFacingError(
                        NOT_THAT_WAY.format(ahora=present.value, despues=estado.value)
                    )
                row.estado = estado.value
                for name, value in of_lote.items():
                    setattr(row, name, value)
                aviso = estado.estado_aviso
                lower = [NUMERO_DE[one] for one in EstadoAviso if one.can_become(aviso)]
                db.execute(
                    update(MovimientoRow)
                    .where(MovimientoRow.lote_id == lote_id, MovimientoRow.estado.in_(lower))
                    .values(estado=NUMERO_DE[aviso], **of_each)
                )
                seat(raw_of(db), lote_id)
                self._note(db, sesion, Accion.LOTE_CAMBIO_ESTADO, lote_id, estado.value)
            return tuple(_now(db, _row_of(db, lote_id)) for lote_id in lote_ids)


def _row_of(db: Session, lote_id: uuid.UUID) -> LoteRow:
    """Raises UserFacingError if it is gone."""
    return still_there(db, LoteRow, lote_id, GONE)


def _now(db: Session, row: LoteRow) -> Lote:
    return _value_of(row, document_names(db), rejected_by_lote(raw_of(db)))


def _value_of(row: LoteRow, documents: Nombres, refused: Mapping[uuid.UUID, int]) -> Lote:
    """refused: of `rejected_by_lote`."""
    return of_row(
        Lote,
        row,
        tipo=TipoMovimiento(row.tipo) if row.tipo else None,
        sha256=row.sha256.hex(),
        estado=EstadoLote(row.estado),
        constancia=documents.get((row.id, ClaseDocumento.CONSTANCIA.value), ""),
        acuse=documents.get((row.id, ClaseDocumento.ACUSE.value), ""),
        rechazados=refused.get(row.id, 0),
    )
