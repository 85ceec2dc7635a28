"""The calendar of working days, which the user edits, and the stored terms that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.movimientos.plazos import Calendario
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import check_right, reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.movimientos.filas import (
    HECHOS_CON,
    HUELLA,
    Lector,
    huella_of,
    stored_terms_hold,
)
from icsoe_desktop.store.ajustes import keep_values
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos import movement_counts, stored_terms
from icsoe_desktop.store.tables.movimientos import DiaCalendarioRow

OBJETO = "calendario"
MAX_MOTIVO = 80

ALREADY_SO = (
    "Ese día ya es {}, por la ley o por ser fin de semana. No hace falta agregarlo al calendario."
)
MOTIVO_MISSING = "Escriba por qué: por ejemplo, «Aviso del IMSS, DOF 12/01/2026»."
MOTIVO_LONG = f"El motivo tiene como máximo {MAX_MOTIVO} caracteres."
NOT_THERE = "Ese día no está en el calendario. No se cambió nada. Actualice la lista."


@dataclass(frozen=True, slots=True)
class DiaCalendario:
    """A day added by the user. habil: a working day although the law's list says otherwise."""

    fecha: date
    habil: bool
    motivo: str


class PlazosService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)

    def days(self, sesion: Sesion) -> tuple[DiaCalendario, ...]:
        """The days added by the user, in order."""
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            rows = db.scalars(select(DiaCalendarioRow).order_by(DiaCalendarioRow.fecha))
            return tuple(DiaCalendario(row.fecha, row.habil, row.motivo) for row in rows)

    def save_day(self, sesion: Sesion, dia: DiaCalendario) -> None:
        """Add a day or replace it.

        Raises InvalidInputError (campo «fecha» or «motivo»).
        """
        dia = check_day(dia)
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            db.merge(DiaCalendarioRow(fecha=dia.fecha, habil=dia.habil, motivo=dia.motivo))
            detalle = f"{dia.fecha:%d/%m/%Y}: {'hábil' if dia.habil else 'inhábil'}"
            self._note(db, sesion, Accion.CAMBIO_CALENDARIO, detalle=detalle)

    def remove_day(self, sesion: Sesion, fecha: date) -> None:
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            row = db.get(DiaCalendarioRow, fecha)
            if row is None:
                raise InvalidInputError(NOT_THERE, "fecha")
            db.delete(row)
            detalle = f"{fecha:%d/%m/%Y}: como dice la ley"
            self._note(db, sesion, Accion.CAMBIO_CALENDARIO, detalle=detalle)


def check_day(dia: DiaCalendario) -> DiaCalendario:
    """The day with its reason cleaned. Raises InvalidInputError (campo «fecha» or «motivo»)."""
    motivo = clean(dia.motivo)
    if not motivo or len(motivo) > MAX_MOTIVO:
        raise InvalidInputError(MOTIVO_LONG if motivo else MOTIVO_MISSING, "motivo")
    if Calendario().is_working(dia.fecha) == dia.habil:
        raise InvalidInputError(ALREADY_SO.format("hábil" if dia.habil else "inhábil"), "fecha")
    return replace(dia, motivo=motivo)


def calendario_of(db: Session) -> Calendario:
    days = db.execute(select(DiaCalendarioRow.fecha, DiaCalendarioRow.habil)).all()
    return Calendario(
        inhabiles=frozenset(fecha for fecha, habil in days if not habil),
        habiles=frozenset(fecha for fecha, habil in days if habil),
    )


WHAT = "Actualizando movimientos con IDSE"


class TerminosService:
    """Thread-safe. Call `update` in a job."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def update(self, sesion: Sesion, progress: Progress) -> int:
        """Compute every term that is missing or of another calendar; return how many movements.

        Keeps also which rejected movements were presented again. Every step is kept: after
        Cancelled, or after the program ends, the next call goes on. Lists and figures are right
        meanwhile, only slower. Raises Cancelled.
        """
        check_right(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS)
        done = self._update_terms(progress)
        self._keep_rejected(progress)
        return done

    def _update_terms(self, progress: Progress) -> int:
        with self._store.read() as db:
            raw = raw_of(db)
            calendario = calendario_of(db)
            if stored_terms_hold(db, calendario) and stored_terms.all_known(raw):
                return 0
            lector = self._lector(calendario)
            changed = stored_terms.differing(raw, lector.term)
            missing = stored_terms.count_unknown(raw)
        total = missing + len(changed)
        for start in range(0, len(changed), stored_terms.KEYS_AT_ONCE):
            progress.report(start, total, WHAT)
            with self._store.write() as db:
                some = changed[start : start + stored_terms.KEYS_AT_ONCE]
                stored_terms.change(raw_of(db), lector.term, some)
        done = len(changed)
        while True:
            progress.report(min(done, total), total, WHAT)
            with self._store.write() as db:
                filled = stored_terms.fill_some(raw_of(db), lector.term)
            if not filled:
                break
            done += filled
        with self._store.write() as db:
            # Somebody may have changed the calendar meanwhile: the next call sees the difference.
            keep_values(db, self._store, HECHOS_CON, {HUELLA: huella_of(calendario)})
        return done

    def _keep_rejected(self, progress: Progress) -> None:
        with self._store.read() as db:
            kept = int(movement_counts.many_unknown_rejected(raw_of(db)))
        while kept:
            progress.report(0, None, WHAT)
            with self._store.write() as db:
                kept = movement_counts.keep_rejected(raw_of(db))

    def _lector(self, calendario: Calendario) -> Lector:
        return Lector(calendario, self._store.today())
