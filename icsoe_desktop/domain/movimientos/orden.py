"""Whether a notice fits the notices that are known of the same worker, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento

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
