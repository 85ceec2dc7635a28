"""The calendar of working days, which the user edits and from which terms follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.movimientos.calendario import Calendario
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import DiaCalendarioRow

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
        self._bitacora = bitacora

    def calendario(self, sesion: Sesion) -> Calendario:
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONSULTAR_MOVIMIENTOS)
            return calendario_of(db)

    def days(self, sesion: Sesion) -> tuple[DiaCalendario, ...]:
        """The days added by the user, in order."""
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONSULTAR_MOVIMIENTOS)
            rows = db.scalars(select(DiaCalendarioRow).order_by(DiaCalendarioRow.fecha))
            return tuple(DiaCalendario(row.fecha, row.habil, row.motivo) for row in rows)

    def save_day(self, sesion: Sesion, dia: DiaCalendario) -> None:
        """Add a day or replace it.

        Raises InvalidInputError (campo «fecha» or «motivo»).
        """
        motivo = clean(dia.motivo)
        if not motivo or len(motivo) > MAX_MOTIVO:
            raise InvalidInputError(MOTIVO_LONG if motivo else MOTIVO_MISSING, "motivo")
        if Calendario().is_working(dia.fecha) == dia.habil:
            raise InvalidInputError(ALREADY_SO.format("hábil" if dia.habil else "inhábil"), "fecha")
        with self._store.write() as db:
            authorize(db, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
            db.merge(DiaCalendarioRow(fecha=dia.fecha, habil=dia.habil, motivo=motivo))
            detalle = f"{dia.fecha:%d/%m/%Y}: {'hábil' if dia.habil else 'inhábil'}"
            self._bitacora.record(db, sesion, Accion.CAMBIO_CALENDARIO, OBJETO, detalle=detalle)

    def remove_day(self, sesion: Sesion, fecha: date) -> None:
        with self._store.write() as db:
            authorize(db, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
            row = db.get(DiaCalendarioRow, fecha)
            if row is None:
                raise InvalidInputError(NOT_THERE, "fecha")
            db.delete(row)
            detalle = f"{fecha:%d/%m/%Y}: como dice la ley"
            self._bitacora.record(db, sesion, Accion.CAMBIO_CALENDARIO, OBJETO, detalle=detalle)


def calendario_of(db: Session) -> Calendario:
    days = db.execute(select(DiaCalendarioRow.fecha, DiaCalendarioRow.habil)).all()
    return Calendario(
        inhabiles=frozenset(fecha for fecha, habil in days if not habil),
        habiles=frozenset(fecha for fecha, habil in days if habil),
    )
