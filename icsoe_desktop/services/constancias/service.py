"""Imports a constancia PDF: its answers go to the movements and lotes that it names."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.movimientos.constancia import Constancia, respuestas
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.constancia_pdf.lectura import read_constancia
from icsoe_desktop.gateways.constancia_pdf.palabras import MAX_BYTES, TOO_LARGE
from icsoe_desktop.gateways.documentos import Documento, read_document
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import check_right, reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.constancias.cambios import Cambios
from icsoe_desktop.services.constancias.cotejo import (
    ConstanciaAplicada,
    Cotejo,
    ResultadoConstancia,
    VistaConstancia,
    match_rows,
)
from icsoe_desktop.services.importacion.informe import write_problems
from icsoe_desktop.services.importacion.lectura import UNREADABLE
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row, still_there
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.lotes import ConstanciaRow, LoteRow

OBJETO: Final = "constancia"
ENCABEZADOS: Final = (
    "Archivo", "Página", "Renglón", "Campo", "Encontrado", "Esperado", "Gravedad",
)  # fmt: skip

ALREADY: Final = (
    "Esta constancia ya se había importado. No se cambió nada. Para importarla de nuevo, deshágala "
    "antes en Importaciones."
)
NOTHING: Final = (
    "Ningún renglón de la constancia corresponde a un movimiento sin respuesta. No se cambió nada. "
    "Importe primero el archivo que se presentó."
)
STALE: Final = (
    "Los movimientos cambiaron desde que se leyó la constancia. No se cambió nada. Vuelva a "
    "elegirla."
)
NO_SUCH: Final = "La constancia ya no existe. No se cambió nada. Actualice la lista."
UNDONE_ALREADY: Final = "Esa constancia ya se había deshecho. No se cambió nada."


class ConstanciasService:
    """Every method needs ESCRIBIR_MOVIMIENTOS."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)

    def preview(self, sesion: Sesion, path: Path, progress: Progress) -> VistaConstancia:
        """The contents of the file and the movements that match it. Changes nothing.

        Raises InvalidInputError (campo «archivo») and Cancelled.
        """
        check_right(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
        nombre, contenido = _read(path)
        constancia, problemas = read_constancia(contenido, progress)
        with self._store.read() as db:
            aplicada = _applied(db, constancia, contenido)
            cotejadas = match_rows(
                raw_of(db),
                constancia,
                lambda done, total: progress.report(done, total, "Buscando movimientos"),
                aplicada,
            )
            lotes = db.scalars(
                select(LoteRow.nombre_archivo)
                .where(LoteRow.id.in_(cotejadas.lotes))
                .order_by(LoteRow.creado)
            ).all()
            progress.report(1, 1)
            return VistaConstancia(
                archivo=nombre,
                constancia=constancia,
                cotejados=cotejadas.renglones,
                problemas=(*problemas, *cotejadas.problemas),
                lotes=tuple(lotes),
                ya_aplicada=aplicada is not None,
                contenido=contenido,
            )

    def apply(
        self, sesion: Sesion, vista: VistaConstancia, progress: Progress
    ) -> ResultadoConstancia:
        """Set the matching movements to Aprobado or Rechazado, with their lotes: all or none.

        Raises UserFacingError if the constancia was applied before or the movements changed, and
        Cancelled.
        """
        constancia = vista.constancia
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            if _applied(db, constancia, vista.contenido) is not None:
                raise UserFacingError(ALREADY)
            if not vista.por_anotar:
                raise UserFacingError(NOTHING)
            again = match_rows(
                raw_of(db),
                constancia,
                lambda done, total: progress.report(done, total, "Buscando movimientos"),
            )
            if again.renglones != vista.cotejados:
                raise UserFacingError(STALE)
            row = self._row(sesion, vista)
            db.add(row)
            db.flush()
            cambios = Cambios(db, self._store, row)
            matched = [
                (one.renglon, one.movimiento_id)
                for one in again.renglones
                if one.cotejo is Cotejo.COINCIDE and one.movimiento_id is not None
            ]
            for at, (renglon, movimiento_id) in enumerate(matched):
                progress.report(at, len(matched), "Anotando movimientos")
                cambios.answer(renglon, movimiento_id)
            cambios.follow(again.lotes)
            row.aprobados, row.rechazados = cambios.aprobados, cambios.rechazados
            row.antes = cambios.as_json()
            detalle = respuestas(row.aprobados, row.rechazados)
            self._note(db, sesion, Accion.CONSTANCIA_APLICADA, row.id, detalle)
            db.flush()
            # Last chance to cancel: the transaction commits after it.
            progress.report(1, 1)
            omitted = len(again.renglones) - len(matched)
            return ResultadoConstancia(row.id, row.aprobados, row.rechazados, omitted)

    def all(self, sesion: Sesion) -> tuple[ConstanciaAplicada, ...]:
        """Newest first."""
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            query = (
                select(ConstanciaRow, UsuarioRow.correo)
                .outerjoin(UsuarioRow, UsuarioRow.id == ConstanciaRow.usuario_id)
                .options(defer(ConstanciaRow.contenido), defer(ConstanciaRow.antes))
                .order_by(ConstanciaRow.creado.desc(), ConstanciaRow.id.desc())
            )
            return tuple(
                of_row(
                    ConstanciaAplicada,
                    row,
                    cuando=row.creado,
                    quien=quien or "",
                    archivo=row.nombre,
                )
                for row, quien in db.execute(query)
            )

    def undo(self, sesion: Sesion, constancia_id: uuid.UUID, progress: Progress) -> int:
        """Restore the former values of its movements and lotes. Returns the number of movements.

        Raises UserFacingError if one of them changed since, and Cancelled.
        """
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            row = still_there(db, ConstanciaRow, constancia_id, NO_SUCH)
            if row.deshecha is not None:
                raise UserFacingError(UNDONE_ALREADY)
            count = Cambios(db, self._store, row).take_back(
                lambda done, total: progress.report(done, total, "Deshaciendo la constancia")
            )
            row.deshecha = self._store.clock()
            row.antes = ""
            detalle = counted(count, "movimiento", "movimientos")
            self._note(db, sesion, Accion.CONSTANCIA_DESHECHA, row.id, detalle)
            db.flush()
            progress.report(1, 1)
            return count

    def export_problems(self, vista: VistaConstancia, path: Path, progress: Progress) -> None:
        """Write all problems as CSV for Excel. Raises UserFacingError and Cancelled."""

        def rows() -> Iterator[tuple[object, ...]]:
            for at, one in enumerate(vista.problemas):
                progress.report(at, len(vista.problemas), "Guardando la lista de problemas")
                yield vista.archivo, *one[:-1], "Error" if one.grave else "Advertencia"

        write_problems(path, ENCABEZADOS, rows())

    def _row(self, sesion: Sesion, vista: VistaConstancia) -> ConstanciaRow:
        one = vista.constancia
        return ConstanciaRow(
            id=self._store.new_id(),
            folio=one.folio,
            lote=one.lote,
            registro_patronal=one.registro_patronal,
            recibida=one.recibido.date() if one.recibido else None,
            nombre=vista.archivo,
            contenido=vista.contenido,
            sha256=hashlib.sha256(vista.contenido).digest(),
            creado=self._store.clock(),
            usuario_id=sesion.usuario_id,
            aprobados=0,
            rechazados=0,
            antes="",
            deshecha=None,
        )


def _read(path: Path) -> Documento:
    try:
        return read_document(path, MAX_BYTES, TOO_LARGE)
    except OSError as error:
        raise InvalidInputError(UNREADABLE, "archivo") from error


def _applied(db: Session, constancia: Constancia, contenido: bytes) -> uuid.UUID | None:
    """The id of this constancia if it was applied."""
    same = [ConstanciaRow.sha256 == hashlib.sha256(contenido).digest()]
    if constancia.folio:
        same.append(ConstanciaRow.folio == constancia.folio)
    query = select(ConstanciaRow.id).where(ConstanciaRow.deshecha.is_(None), or_(*same)).limit(1)
    return db.scalar(query)
