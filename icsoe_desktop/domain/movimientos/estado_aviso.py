"""The state of a notice and of a lote, and the order of the notices of one worker.

States only advance.

Two desktops' states of one notice merge to the later one, in any order of arrival. The IMSS's
answer is later than a local decision: a notice that was cancelled here and that a constancia shows
as approved is approved. To correct a rejected notice, make a new one.
Source: docs/fuentes.md §4, docs/decisions/0014-sincronizacion.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento


class EstadoAviso(StrEnum):
    """The order of the members is the order of the states."""

    PENDIENTE = "Pendiente"
    ENVIADO = "Enviado"
    CANCELADO = "Cancelado"
    RECIBIDO = "Recibido"
    RECHAZADO = "Rechazado"
    APROBADO = "Aprobado"

    @property
    def is_answered(self) -> bool:
        """True once the IMSS accepted or rejected the notice."""
        return self in (EstadoAviso.RECHAZADO, EstadoAviso.APROBADO)

    def can_become(self, other: EstadoAviso) -> bool:
        return _height(self) < _height(other)

    def merge(self, other: EstadoAviso) -> EstadoAviso:
        return max(self, other, key=_height)


class Situacion(StrEnum):
    """What a notice shows: its state, or En archivo while it is Pendiente in a lote's file.

    The order of the members is the order of the grid. Never stored and never merged.
    """

    PENDIENTE = EstadoAviso.PENDIENTE.value
    EN_ARCHIVO = "En archivo"
    ENVIADO = EstadoAviso.ENVIADO.value
    CANCELADO = EstadoAviso.CANCELADO.value
    RECIBIDO = EstadoAviso.RECIBIDO.value
    RECHAZADO = EstadoAviso.RECHAZADO.value
    APROBADO = EstadoAviso.APROBADO.value

    @classmethod
    def of(cls, estado: EstadoAviso, *, in_lote: bool) -> Situacion:
        if in_lote and estado is EstadoAviso.PENDIENTE:
            return cls.EN_ARCHIVO
        return cls(estado.value)

    @property
    def estado(self) -> EstadoAviso:
        """The state that the store keeps."""
        return EstadoAviso.PENDIENTE if self is self.EN_ARCHIVO else EstadoAviso(self.value)


# Not settled with the IMSS. A rejected notice is owed until it is presented again.
POR_RESOLVER: Final = (
    EstadoAviso.PENDIENTE,
    EstadoAviso.ENVIADO,
    EstadoAviso.RECIBIDO,
    EstadoAviso.RECHAZADO,
)


class EstadoLote(StrEnum):
    """The order of the members is the order of the states, as in EstadoAviso."""

    GENERADO = "Generado"
    ENVIADO = "Enviado"
    CANCELADO = "Cancelado"
    RECIBIDO = "Recibido"
    RECHAZADO = "Rechazado"
    APROBADO = "Aprobado"

    @property
    def can_be_cancelled(self) -> bool:
        return self.can_become(EstadoLote.CANCELADO)

    @property
    def estado_aviso(self) -> EstadoAviso:
        """The state of the lote's notices, unless the IMSS answered each of them."""
        return list(EstadoAviso)[_height(self)]

    def can_become(self, other: EstadoLote) -> bool:
        return _height(self) < _height(other)

    def merge(self, other: EstadoLote) -> EstadoLote:
        return max(self, other, key=_height)


def _height(estado: EstadoAviso | EstadoLote) -> int:
    return list(type(estado)).index(estado)


BEFORE_ALTA = "Es anterior al alta de este trabajador, del {dia}. Revise la fecha."
AFTER_BAJA = (
    "Este trabajador tiene una baja del {dia} y ningún reingreso después. Revise la fecha o "
    "capture antes el reingreso."
)
STILL_IN = (
    "Este trabajador tiene un alta del {dia} y ninguna baja después. Revise la fecha o capture "
    "antes la baja."
)

Known = tuple[TipoMovimiento, date]


def out_of_order(tipo: TipoMovimiento, fecha: date, known: Iterable[Known]) -> str:
    """What is odd about a notice of this type and date; empty when nothing is.

    known: altas and bajas of the same worker and registro patronal that were neither rejected nor
    cancelled. Without any, nothing is said: their history may be elsewhere. A notice of the same
    day counts as earlier.
    """
    bounds = sorted(
        (each for each in known if each[0] is not TipoMovimiento.MODIFICACION),
        key=lambda each: (each[1], each[0] is TipoMovimiento.ALTA),
    )
    before = [each for each in bounds if each[1] <= fecha]
    if before:
        last, day = before[-1]
        if tipo is TipoMovimiento.ALTA:
            return _say(STILL_IN, day) if last is TipoMovimiento.ALTA else ""
        return _say(AFTER_BAJA, day) if last is TipoMovimiento.BAJA else ""
    if tipo is not TipoMovimiento.ALTA and bounds and bounds[0][0] is TipoMovimiento.ALTA:
        return _say(BEFORE_ALTA, bounds[0][1])
    return ""


def _say(sentence: str, day: date) -> str:
    return sentence.format(dia=f"{day:%d/%m/%Y}")
