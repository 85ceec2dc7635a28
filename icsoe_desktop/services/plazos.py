"""The calendar of working days, which the user edits, and the terms that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from icsoe_desktop.domain.calendario import Calendario
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.store.engine import Store


@dataclass(frozen=True, slots=True)
class DiaCalendario:
    """A day that the user added. habil: it counts as a working day in spite of the law's list."""

    fecha: date
    habil: bool
    motivo: str


class PlazosService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None: ...

    def calendario(self, sesion: Sesion) -> Calendario:
        raise NotImplementedError

    def days(self, sesion: Sesion) -> tuple[DiaCalendario, ...]:
        """The days added by the user, in order."""
        raise NotImplementedError

    def save_day(self, sesion: Sesion, dia: DiaCalendario) -> None:
        """Adds the day, or takes the place of what was said of it."""
        raise NotImplementedError

    def remove_day(self, sesion: Sesion, fecha: date) -> None:
        raise NotImplementedError
