"""What the form says of a movement: why it was rejected, and what somebody else changed."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.constancia import (
    NOMBRE,
    campo_de_causa,
    nombra_al_trabajador,
)
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.services.movimientos.escritura import CHANGED
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento, MovimientoFila

NOW_IS: Final = CHANGED + "\nAhora dice {cambios}."
NOTHING: Final = "sin dato"
REJECTED: Final = "El Instituto rechazó este aviso{cuando}: «{causa}»."
REJECTED_WITHOUT_CAUSE: Final = (
    "El Instituto rechazó este aviso{cuando}. La constancia no dice por qué: revise cada dato."
)
LOOK_AT: Final = "Revise {datos}. Al guardar queda un aviso nuevo, y el rechazado ya no se debe."
THE_NAME: Final = "el nombre y los apellidos"
LOOK_AT_ALL: Final = "Al guardar queda un aviso nuevo, y el rechazado ya no se debe."
NAMES: Final = CAMPOS_MOVIMIENTO.names(Place.FORM)


def reason_of(rechazado: MovimientoFila) -> str:
    """The IMSS's words for a rejection, what to look at, and what saving does."""
    cuando = f" el {day(rechazado.rechazado)}" if rechazado.rechazado is not None else ""
    causa = rechazado.causa_rechazo
    if rechazado.codigo_rechazo:
        causa = f"{rechazado.codigo_rechazo} {causa}".strip()
    told = REJECTED if causa else REJECTED_WITHOUT_CAUSE
    datos = _to_look_at(rechazado.causa_rechazo)
    look = LOOK_AT.format(datos=datos) if datos else LOOK_AT_ALL
    return f"{told.format(cuando=cuando, causa=causa)} {look}"


def _to_look_at(causa: str) -> str:
    campo = campo_de_causa(causa)
    if campo is None or campo == NOMBRE:
        return THE_NAME if campo else ""
    field = f"«{CAMPOS_MOVIMIENTO.label(campo)}»"
    # Which of the two is wrong the cause does not say.
    return f"{field}, {THE_NAME}" if nombra_al_trabajador(causa) else field


def captura_of(fila: MovimientoFila) -> CapturaMovimiento:
    values: dict[str, Any] = {name: getattr(fila, name) for name in NAMES}
    return CapturaMovimiento(**{**values, "sbc": formats.money(fila.sbc)})


def overtaken(ahora: MovimientoFila, *antes: MovimientoFila) -> str:
    """A sentence on how the movement `ahora` differs from the versions that the user saw."""
    campos = [
        campo
        for campo in NAMES
        if any(getattr(one, campo) != getattr(ahora, campo) for one in antes)
    ]
    cambios = (
        f"{CAMPOS_MOVIMIENTO.label(campo)}: {_in_words(campo, getattr(ahora, campo))}"
        for campo in campos
    )
    return NOW_IS.format(cambios="; ".join(cambios))


def _in_words(campo: str, value: Any) -> str:
    match value:
        case None | "":
            return NOTHING
        case TipoMovimiento() | TipoTrabajador() | TipoSalario() | Jornada() | CausaBaja():
            return value.nombre
        case date():
            return formats.day(value)
        case int():
            return formats.money(value)
    written = {"nss": formats.nss, "registro_patronal": formats.registro}.get(campo, str)
    return written(value)
