"""Whether the clock of the computer can be right, told by the newest line of the bitácora."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.services.acceso.autorizacion import reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sistema import BitacoraRow

# A clock that is set by hand, or to another time zone, is not far away.
TOLERANCIA: Final = timedelta(days=1)
ADELANTO: Final = timedelta(days=60)
_LAST_LINES: Final = 50
AJUSTE: Final = "reloj"
OBJETO: Final = "reloj"
BEHIND: Final = (
    "Reloj dudoso: este equipo dice que hoy es {hoy}, y lo último que se hizo aquí es del "
    "{ultimo}. Mientras tanto no se sabe qué avisos van tarde. Corrija la fecha del equipo."
)
AHEAD: Final = (
    "Reloj dudoso: este equipo dice que hoy es {hoy}, y usted dijo que no lo es. Los plazos no se "
    "cuentan bien hasta que corrija la fecha del equipo."
)
IS_IT_TODAY: Final = (
    "Este equipo dice que hoy es {hoy}, y lo último que se hizo aquí es del {ultimo}: pasaron "
    "{dias:,} días. Si no es así, los plazos se cuentan mal y los avisos a tiempo parecen tarde. "
    "¿La fecha del equipo es correcta?"
)


@dataclass(frozen=True)
class EstadoReloj:
    """problema: why the clock is doubtful, or empty. pregunta: asked once, or empty."""

    problema: str = ""
    pregunta: str = ""


class RelojService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)

    def state(self, sesion: Sesion) -> EstadoReloj:
        """Only who may answer is asked."""
        now = self._store.clock()
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            asks = sesion.can(Permiso.ESCRIBIR_MOVIMIENTOS)
            before = _before_today(db, now) if asks else None
            pregunta = ""
            if before is not None and now - before[1] > ADELANTO:
                pregunta = IS_IT_TODAY.format(
                    hoy=_day(now), ultimo=_day(before[1]), dias=(now - before[1]).days
                )
            return EstadoReloj(problem_of(db, now), pregunta)

    def answer(self, sesion: Sesion, *, is_right: bool) -> None:
        """Keep the answer to the question, or that the clock is right after all."""
        now = self._store.clock()
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            before = _before_today(db, now)
            last = db.scalar(select(func.max(BitacoraRow.numero))) or 0
            kept: dict[str, Any] = {"preguntado": last}
            if is_right:
                # What was written under another date no longer counts.
                kept["desde"] = last
            elif before is not None:
                kept |= {"hasta": (before[1] + ADELANTO).isoformat()}
            keep_values(db, self._store, AJUSTE, kept)
            detalle = "la fecha del equipo es correcta" if is_right else "la fecha no es correcta"
            self._note(db, sesion, Accion.RELOJ, detalle=detalle)


def problem_of(db: Session, now: datetime) -> str:
    """Why the clock is doubtful: before the newest line, or said to be wrong. Or empty."""
    kept = kept_values(db, AJUSTE)
    newest = select(func.max(BitacoraRow.cuando)).where(BitacoraRow.numero > kept.get("desde", 0))
    if "hasta" in kept:
        hasta = datetime.fromisoformat(kept["hasta"])
        if now > hasta:
            return AHEAD.format(hoy=_day(now))
        newest = newest.where(BitacoraRow.cuando <= hasta)
    found = db.scalar(newest)
    if found is None or now + TOLERANCIA >= _aware(found):
        return ""
    return BEHIND.format(hoy=_day(now), ultimo=_day(_aware(found)))


def _before_today(db: Session, now: datetime) -> tuple[int, datetime] | None:
    """Number and time of the newest line of another day, of those that nobody was asked about."""
    asked = kept_values(db, AJUSTE).get("preguntado", 0)
    lines = (
        select(BitacoraRow.numero, BitacoraRow.cuando)
        .order_by(BitacoraRow.numero.desc())
        .limit(_LAST_LINES)
    )
    for numero, cuando in db.execute(lines):
        if numero <= asked:
            return None
        if _aware(cuando) < now - TOLERANCIA:
            return numero, _aware(cuando)
    return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(moment: datetime) -> str:
    return format_fecha(fecha_local(moment))
