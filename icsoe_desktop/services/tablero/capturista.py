"""What each contratista asks, and until when: of a capturista, or of who has several RFC."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo, Urgencia, por_presentar
from icsoe_desktop.domain.vigencias.obligaciones import ICSOE, SISUB, Obligacion
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.acceso.icsoe import without_contratista
from icsoe_desktop.services.informativa.filas import fila_of, informativas_of, periodo_of
from icsoe_desktop.services.informativa.sisub import obligaciones_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow, RelacionRow

NOT_BEGUN: Final = "Aún sin preparar"


@dataclass(frozen=True, slots=True)
class Pendiente:
    """What one contratista asks. estado: of the return of the period that is due, in words.

    nota: why it was sent back, and by whom; empty if it was not. sisub: its own state and term.
    """

    id: uuid.UUID
    rfc: str = field(repr=False)
    nombre: str = field(repr=False)
    periodo: Periodo
    plazo: str
    urgencia: Urgencia
    estado: str
    nota: str = field(default="", repr=False)
    sisub: str = ""

    @property
    def hecha(self) -> bool:
        return self.estado == EstadoInformativa.PRESENTADA


class TableroCapturistaService:
    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, sesion: Sesion) -> tuple[Pendiente, ...]:
        """What is still asked first, the oldest period first. Raises NotAllowedError."""
        hoy = self._store.today()
        with self._store.read() as db:
            authorize(db, without_contratista(sesion), Permiso.ELEGIR_CONTRATISTA)
            working_for = db.scalars(
                select(ContratistaRow)
                .join(RelacionRow, RelacionRow.contratista_id == ContratistaRow.id)
                .where(
                    RelacionRow.persona_id == sesion.usuario_id,
                    RelacionRow.estatus == Estatus.ACTIVA,
                )
            )
            found = [pendiente_of(db, own, hoy) for own in working_for.all()]
        return in_order(found)


def in_order(found: Iterable[Pendiente]) -> tuple[Pendiente, ...]:
    """What is still asked first, the oldest period first."""
    return tuple(sorted(found, key=lambda one: (one.hecha, one.periodo, one.nombre)))


def pendiente_of(db: Session, own: ContratistaRow, hoy: date) -> Pendiente:
    owed = obligaciones_of(db, own, hoy)
    calendario, done, _ = owed[ICSOE]
    periodo, plazo = _asked(owed[ICSOE], hoy)
    filas = [
        fila_of(db, row, calendario, hoy)
        for row in informativas_of(db, own)
        if periodo_of(row) == periodo
    ]
    begun = next((fila for fila in filas if fila.estado.abierta), None)
    estado = NOT_BEGUN if begun is None else begun.estado.value
    back = None if begun is None else begun.devuelta
    other, plazo_sisub = _asked(owed[SISUB], hoy)
    return Pendiente(
        own.id,
        own.rfc,
        own.nombre,
        periodo,
        plazo,
        periodo.urgencia(hoy, calendario),
        EstadoInformativa.PRESENTADA.value if periodo in done else estado,
        "" if back is None else f"{back.quien}: {back.nota}",
        EstadoInformativa.PRESENTADA.value if other in owed[SISUB].presentados else plazo_sisub,
    )


def _asked(obligacion: Obligacion, hoy: date) -> tuple[Periodo, str]:
    """The period to attend to and its term. The oldest overdue one hides no open window."""
    calendario, done, overdue = obligacion
    now = por_presentar(hoy, calendario)
    if not overdue:
        return now, now.plazo(hoy, calendario)
    plazo = overdue[0].plazo(hoy, calendario)
    if now.abre <= hoy and now not in done:
        plazo += f"; {now.nombre} {now.plazo(hoy, calendario)}"
    return overdue[0], plazo
