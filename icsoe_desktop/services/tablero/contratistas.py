"""One board over all RFC of one contratista: each is added with its own e.firma.

Only the board is shared: to read or change the data of an RFC one still enters with its e.firma.
"""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.acceso.autorizacion import contratista_of
from icsoe_desktop.services.acceso.icsoe import NEVER_ENTERED, AccesoIcsoeService
from icsoe_desktop.services.acceso.valores import VerificacionIngreso
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.tablero.capturista import Pendiente, in_order, pendiente_of
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import only
from icsoe_desktop.store.tables.icsoe import ContratistaRow

# Of this desktop: id → ids of those on its board.
SETTING: Final = "mis_contratistas"
OBJETO: Final = "contratista"
OWN: Final = "Ese es el RFC con el que ingresó. No se agregó nada. Elija la e.firma de otro."
ALREADY: Final = "Ese RFC ya está en la lista. No se agregó otra vez."


class MisContratistasService:
    def __init__(self, store: Store, bitacora: BitacoraService, acceso: AccesoIcsoeService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)
        self._acceso = acceso

    def read(self, sesion: Sesion) -> tuple[Pendiente, ...]:
        """What each asks, the own one among them. Raises NotAllowedError."""
        hoy = self._store.today()
        with self._store.read() as db:
            own = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
            ids = [own.id, *_others(db, own.id)]
            rows = db.scalars(select(ContratistaRow).where(ContratistaRow.id.in_(ids))).all()
            return in_order(pendiente_of(db, row, hoy) for row in rows)

    def add(self, sesion: Sesion, verificacion: VerificacionIngreso) -> str:
        """Put another RFC, proved by its e.firma, on the board of both. Returns its name.

        Raises InvalidInputError, NotAllowedError, and UserFacingError for one that never entered.
        """
        with self._store.read() as db:
            contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
        rfc = self._acceso.owner_of(verificacion)
        with self._store.write() as db:
            own = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
            other = only(db, ContratistaRow, rfc=rfc)
            if other is None:
                raise UserFacingError(NEVER_ENTERED)
            if other.id == own.id or other.id in _others(db, own.id):
                raise InvalidInputError(OWN if other.id == own.id else ALREADY)
            for one, more in ((own.id, other.id), (other.id, own.id)):
                self._keep(db, one, [*_others(db, one), more])
            for each in (own, other):
                self._note(db, sesion, Accion.OTRO_RFC, each.id, "uno más")
            return other.nombre

    def remove(self, sesion: Sesion, contratista_id: uuid.UUID) -> None:
        """Take another RFC off the board of both."""
        with self._store.write() as db:
            own = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
            for one, gone in ((own.id, contratista_id), (contratista_id, own.id)):
                self._keep(db, one, [each for each in _others(db, one) if each != gone])
            self._note(db, sesion, Accion.OTRO_RFC, own.id, "uno menos")

    def _keep(self, db: Session, one: uuid.UUID, others: list[uuid.UUID]) -> None:
        kept = kept_values(db, SETTING) | {one.hex: [each.hex for each in others]}
        keep_values(db, self._store, SETTING, kept)


def _others(db: Session, one: uuid.UUID) -> list[uuid.UUID]:
    return [uuid.UUID(each) for each in kept_values(db, SETTING).get(one.hex, ())]
