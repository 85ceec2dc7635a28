"""Movements: sorted lists, capture by hand and export."""

from __future__ import annotations

import uuid
import weakref
from collections.abc import Sequence, Set
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.domain.movimientos.movimiento import Movimiento, TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import legal_state
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import check_right, reading, writing
from icsoe_desktop.services.bitacora.objetos import name_of_movement
from icsoe_desktop.services.bitacora.reloj import problem_of
from icsoe_desktop.services.bitacora.service import SIN_CAMBIOS, Accion, BitacoraService
from icsoe_desktop.services.movimientos import correcciones, dudas, escritura
from icsoe_desktop.services.movimientos.excel import write_excel
from icsoe_desktop.services.movimientos.filas import Lector, list_request_of
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    CapturaMovimiento,
    ColumnaMovimiento,
    Duda,
    FiltroMovimientos,
    Habituales,
    MovimientoFila,
    OrdenMovimientos,
    RevisionMovimiento,
    TrabajadorConocido,
    VistaMovimientos,
)
from icsoe_desktop.services.valores_legales.limites import limites_of, valores_of
from icsoe_desktop.store.connection import RawConnection, raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.list_sql import registros_patronales_like
from icsoe_desktop.store.movimientos.movement_rows import delete_rows, history_of
from icsoe_desktop.store.movimientos.ordered_lists import ListRequest, OrderedLists, rows_of
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from icsoe_desktop.store.types import day_number

OBJETO = "movimiento"
HISTORY_MAX = 5_000
ROWS_AT_ONCE = 500


class MovimientosService:
    """Thread-safe. `rows` takes milliseconds. Call the other methods in a job."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)
        self._lists = OrderedLists(store.engine, SIN_CAMBIOS)
        self._lectores: dict[int, Lector] = {}

    def first_page(
        self,
        sesion: Sesion,
        filtro: FiltroMovimientos = TODOS,
        orden: OrdenMovimientos | None = None,
        limit: int = 100,
    ) -> list[MovimientoFila]:
        """The first rows, for display while `prepare` works."""
        request, lector = self._request(sesion, filtro, orden or OrdenMovimientos())
        return lector.present(self._lists.first(request, limit))

    def prepare(
        self, sesion: Sesion, filtro: FiltroMovimientos, orden: OrdenMovimientos, progress: Progress
    ) -> VistaMovimientos:
        """All movements that match the filter, for reading by position. Release it after use.

        Raises Cancelled.
        """
        request, lector = self._request(sesion, filtro, orden)

        def report_search() -> None:
            progress.report(0, None, "Movimientos con IDSE")

        report_search()
        serie, count = self._lists.open(request, report_search)
        self._lectores[serie] = lector
        vista = VistaMovimientos(serie, filtro, orden, count)
        # A window that was destroyed does not release its view, and connections are limited.
        weakref.finalize(vista, self._release, serie).atexit = False
        return vista

    def rows(self, vista: VistaMovimientos, start: int, count: int) -> list[MovimientoFila | None]:
        """A block by position. None stands for a movement deleted since `prepare`."""
        lector = self._lectores.get(vista.serie)
        crudas = self._lists.rows(vista.serie, start, count)
        return [] if lector is None else lector.filas(crudas)

    def is_stale(self, vista: VistaMovimientos) -> bool:
        """True if its rows may have changed since `prepare`, or the day, which tells their terms.

        Changes of other desktops show after the next synchronisation.
        """
        lector = self._lectores.get(vista.serie)
        if lector is None or lector.today != self._store.today():
            return True
        return self._lists.is_stale(vista.serie)

    def release(self, vista: VistaMovimientos) -> None:
        self._release(vista.serie)

    def registros_patronales(self, sesion: Sesion) -> tuple[str, ...]:
        """Registros patronales for the filter, from the catalogue and from movements."""
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            known = set(db.scalars(select(RegistroPatronalRow.registro_patronal)))
            return tuple(sorted(known.union(registros_patronales_like(raw_of(db), ""))))

    def get(self, sesion: Sesion, movimiento_id: uuid.UUID) -> MovimientoFila:
        """Raises UserFacingError if it is gone."""
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            raw = raw_of(db)
            return self._one(db, raw, escritura.fila_of(raw, movimiento_id))

    def many(
        self, sesion: Sesion, ids: Sequence[uuid.UUID], progress: Progress
    ) -> list[MovimientoFila]:
        """These movements, in this order. Raises UserFacingError if one is gone, and Cancelled."""
        check_right(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS)
        found: list[MovimientoFila] = []
        for start in range(0, len(ids), ROWS_AT_ONCE):
            progress.report(start, len(ids), "Leyendo movimientos")
            with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
                raw = raw_of(db)
                wanted = ids[start : start + ROWS_AT_ONCE]
                numbers = [escritura.fila_of(raw, movimiento_id) for movimiento_id in wanted]
                found += self._lector(db).present(rows_of(raw, numbers))
        return found

    def history(self, sesion: Sesion, nss: str) -> tuple[MovimientoFila, ...]:
        """The movements of a worker, newest first, at most 5,000."""
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            raw = raw_of(db)
            numbers = history_of(raw, compact(nss), HISTORY_MAX)
            return tuple(self._lector(db).present(rows_of(raw, numbers)))

    def corrections(self, sesion: Sesion, filas: Sequence[MovimientoFila]) -> dict[uuid.UUID, str]:
        """What each of them corrects, and which notice corrects it; only where there is one."""
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            return correcciones.corrections_of(raw_of(db), self._lector(db), filas)

    def known_worker(
        self, sesion: Sesion, *, nss: str = "", curp: str = ""
    ) -> TrabajadorConocido | None:
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            return escritura.known_worker(raw_of(db), self._lector(db), compact(nss), compact(curp))

    def usual(self, sesion: Sesion, registro_patronal: str) -> Habituales:
        """What to propose for a new notice: as the catalogue of registros patronales says.

        What it does not say is as in the registro's newest alta; the general rule if there is none,
        or the text is no registro patronal.
        """
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            try:
                completo = RegistroPatronal.parse(registro_patronal).completo
            except InvalidInputError:
                return Habituales()
            return escritura.usual_of(db, completo)

    def check(
        self, sesion: Sesion, captura: CapturaMovimiento, movimiento_id: uuid.UUID | None = None
    ) -> RevisionMovimiento:
        """Judge a form without saving. movimiento_id: the movement being edited."""
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            lector = self._lector(db)
            movimiento, problemas = escritura.judge(captura, lector.today)
            plazo = legal = None
            if captura.fecha is not None and "fecha" not in problemas:
                salario = captura.tipo_salario or ""
                plazo = lector.plazo(captura.tipo.value, day_number(captura.fecha), salario)
                legal = legal_state(
                    plazo,
                    lector.today,
                    inicio=captura.fecha if captura.tipo is TipoMovimiento.ALTA else None,
                )
            doubts: dict[Duda, str] = {}
            if movimiento is None:
                advertencias = escritura.advertencias_alone(captura)
            else:
                doubts = dudas.doubts(raw_of(db), movimiento, movimiento_id)
                advertencias = escritura.warnings_of_form(movimiento, limites_of(db))
                if odd := dudas.odd_order(raw_of(db), movimiento, movimiento_id):
                    advertencias["fecha"] = f"{advertencias.get('fecha', '')} {odd}".strip()
            return RevisionMovimiento(
                captura=captura,
                dia=lector.today,
                movimiento=movimiento,
                problemas=problemas,
                advertencias=advertencias,
                dudas=doubts,
                plazo=plazo,
                estado_legal=legal,
                costo=""
                if legal is None or captura.fecha is None
                else lector.cost(captura.tipo.value, day_number(captura.fecha), legal),
            )

    def capture(
        self,
        sesion: Sesion,
        captura: CapturaMovimiento | RevisionMovimiento,
        *,
        aceptadas: Set[Duda] = frozenset(),
        corrige: uuid.UUID | None = None,
    ) -> MovimientoFila:
        """Save a new movement.

        captura: as typed, or a result of `check`, which is not judged again.
        aceptadas: doubts that the user was asked about, and wants all the same.
        corrige: the rejected notice that this one presents again, which is then no longer owed.
        Raises InvalidInputError with the field, also for another doubt (campo: the Duda);
        UserFacingError if `corrige` is gone, not rejected or presented again already.
        """
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            return self._capture(db, sesion, self._judged(captura), aceptadas, corrige)

    def _capture(
        self,
        db: Session,
        sesion: Sesion,
        movimiento: Movimiento,
        aceptadas: Set[Duda],
        corrige: uuid.UUID | None,
    ) -> MovimientoFila:
        raw, detalle = raw_of(db), ""
        if corrige is not None:
            rejected = self._one(db, raw, escritura.fila_of(raw, corrige))
            correcciones.refuse_corrected(raw, self._lector(db), rejected)
            fecha = format_fecha(rejected.rechazado or rejected.fecha)
            detalle = f"corrige el rechazado el {fecha}"
        dudas.refuse_doubts(raw, movimiento, None, aceptadas)
        movimiento_id = self._store.new_id(after=corrige)
        fila = escritura.insert(raw, movimiento_id, movimiento, self._lector(db), corrige)
        self._note(db, sesion, Accion.CAPTURA_MOVIMIENTO, movimiento_id, detalle)
        return self._one(db, raw, fila)

    def correct_many(self, sesion: Sesion, ids: Sequence[uuid.UUID], campo: str, valor: str) -> int:
        """Present these rejected notices again with one field changed: all of them or none.

        campo: one of correcciones.SHARED. Returns their number. Raises as `capture` does.
        """
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            raw, wanted = raw_of(db), list(dict.fromkeys(ids))
            for each_id in wanted:
                rejected = self._one(db, raw, escritura.fila_of(raw, each_id))
                again = correcciones.with_shared(rejected, campo, valor)
                self._capture(db, sesion, self._judged(again), frozenset(), each_id)
            return len(wanted)

    def edit(
        self,
        sesion: Sesion,
        movimiento_id: uuid.UUID,
        captura: CapturaMovimiento | RevisionMovimiento,
        *,
        aceptadas: Set[Duda] = frozenset(),
        visto: MovimientoFila | None = None,
    ) -> MovimientoFila:
        """Save changes of a movement.

        captura, aceptadas: as in `capture`. visto: the row that the form was opened with.
        Raises InvalidInputError, MovimientoAjenoError if it changed since, and UserFacingError if
        it is gone or no longer Pendiente.
        """
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            raw = raw_of(db)
            fila = escritura.fila_of(raw, movimiento_id)
            escritura.require_pending(raw, [fila])
            movimiento = self._judged(captura)
            before = self._one(db, raw, fila)
            escritura.refuse_other(before, visto, movimiento)
            dudas.refuse_doubts(raw, movimiento, movimiento_id, aceptadas)
            escritura.change(raw, fila, movimiento, self._lector(db))
            after = self._one(db, raw, fila)
            self._note(
                db,
                sesion,
                Accion.CAMBIO_MOVIMIENTO,
                movimiento_id,
                escritura.changes(before, after),
            )
            return after

    def delete(
        self, sesion: Sesion, ids: Sequence[uuid.UUID], vistos: Sequence[MovimientoFila] = ()
    ) -> int:
        """Delete all or none. Only movements in state Pendiente can be deleted.

        vistos: the rows that the user was asked about.
        Returns their number. Raises UserFacingError, also if one of them changed since.
        """
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            raw = raw_of(db)
            filas = [escritura.fila_of(raw, movimiento_id) for movimiento_id in dict.fromkeys(ids)]
            escritura.require_pending(raw, filas)
            # Named here: nothing else will know whose they were.
            deleted = [self._one(db, raw, fila) for fila in filas]
            escritura.refuse_unseen(deleted, vistos)
            delete_rows(raw, filas)
            for one in deleted:
                detalle = name_of_movement(one.tipo, full_name(one), one.fecha)
                self._note(db, sesion, Accion.BAJA_MOVIMIENTO, one.id, detalle)
            return len(filas)

    def export(
        self,
        sesion: Sesion,
        path: Path,
        filtro: FiltroMovimientos,
        orden: OrdenMovimientos,
        progress: Progress,
        columnas: Sequence[ColumnaMovimiento] | None = None,
    ) -> int:
        """Write the movements of the filter to an Excel workbook. Returns their number.

        columnas: None for all, also those that no list shows.
        Raises UserFacingError, NothingToDoError if there is none, and Cancelled. An existing file
        at `path` then stays unchanged.
        """
        vista = self.prepare(sesion, filtro, orden, progress)
        try:
            written = write_excel(self, vista, path, columnas, progress)
        finally:
            self.release(vista)
        with self._store.write() as db:
            detalle = counted(written, "movimiento", "movimientos")
            self._note(db, sesion, Accion.EXPORTACION_MOVIMIENTOS, detalle=detalle)
        return written

    def close(self) -> None:
        """Close the views that were not released."""
        self._lectores.clear()
        self._lists.close()

    def _release(self, serie: int) -> None:
        self._lectores.pop(serie, None)
        self._lists.release(serie)

    def _judged(self, captura: CapturaMovimiento | RevisionMovimiento) -> Movimiento:
        today = self._store.today()
        match captura:
            # The judgement depends on the day: a CURP with a future birth date is refused.
            case RevisionMovimiento(dia=dia) if dia == today:
                movimiento, problemas = captura.movimiento, captura.problemas
            case RevisionMovimiento():
                movimiento, problemas = escritura.judge(captura.captura, today)
            case CapturaMovimiento():
                movimiento, problemas = escritura.judge(captura, today)
        if movimiento is None:
            campo, message = next(iter(problemas.items()))
            raise InvalidInputError(message, campo)
        return movimiento

    def _lector(self, db: Session) -> Lector:
        now = self._store.clock()
        dudoso = bool(problem_of(db, now))
        return Lector(calendario_of(db), fecha_local(now), valores_of(db), dudoso=dudoso)

    def _one(self, db: Session, raw: RawConnection, fila: int) -> MovimientoFila:
        return self._lector(db).present(rows_of(raw, [fila]))[0]

    def _request(
        self, sesion: Sesion, filtro: FiltroMovimientos, orden: OrdenMovimientos
    ) -> tuple[ListRequest, Lector]:
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            lector = self._lector(db)
            return list_request_of(db, filtro, orden, lector), lector
