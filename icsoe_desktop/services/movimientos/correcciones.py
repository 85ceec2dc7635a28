"""Which notice presents a rejected one again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import fields
from typing import Final

from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, TipoMovimiento
from icsoe_desktop.domain.valores_legales.valores import plain_pesos
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.movimientos.filas import Lector
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento, MovimientoFila
from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.movimientos import movement_rows
from icsoe_desktop.store.movimientos.ordered_lists import rows_of

NOT_REJECTED: Final = (
    "El aviso que iba a corregir ya no está rechazado. No se guardó nada. Actualice la lista."
)
ALREADY_CORRECTED: Final = (
    "Este aviso rechazado ya se corrigió con otro, del {}. No se guardó nada. Búsquelo en el "
    "historial del trabajador."
)
# What many rejected notices may have wrong in the same way.
SHARED: Final = ("guia", "umf")
VALUE_MISSING: Final = "Escriba el dato correcto, el mismo para todos. No se guardó nada."
UMF_ONLY_IN_ALTAS: Final = "La UMF sólo va en las altas. No se guardó nada. Elija sólo altas."
CORRECTS: Final = "Corrige el rechazado el {}"
CORRECTED_BY: Final = "Corregido por el aviso del {}"


def with_shared(rechazado: MovimientoFila, campo: str, valor: str) -> CapturaMovimiento:
    """The notice again with one field changed. campo: one of SHARED. Raises InvalidInputError."""
    if not valor.strip():
        raise InvalidInputError(VALUE_MISSING, campo)
    if campo == "umf" and rechazado.tipo is not TipoMovimiento.ALTA:
        raise InvalidInputError(UMF_ONLY_IN_ALTAS, campo)
    values = {each.name: getattr(rechazado, each.name) for each in fields(CapturaMovimiento)}
    values["sbc"] = plain_pesos(rechazado.sbc)
    return CapturaMovimiento(**{**values, campo: valor})


def refuse_corrected(raw: RawConnection, lector: Lector, rechazado: MovimientoFila) -> None:
    """Raises UserFacingError unless the notice is rejected and nothing corrects it yet."""
    if rechazado.estado is not EstadoAviso.RECHAZADO:
        raise UserFacingError(NOT_REJECTED)
    fila = movement_rows.correction_of(raw, rechazado.id)
    if fila is not None:
        (otro,) = lector.present(rows_of(raw, [fila]))
        raise UserFacingError(ALREADY_CORRECTED.format(format_fecha(otro.fecha)))


def corrections_of(
    raw: RawConnection, lector: Lector, filas: Sequence[MovimientoFila]
) -> dict[uuid.UUID, str]:
    """What each of them corrects, and which notice corrects it; only where there is one."""
    found: dict[uuid.UUID, str] = {}
    for fila in filas:
        said = []
        at = movement_rows.find_row(raw, fila.id)
        before = None if at is None else movement_rows.rejected_before(raw, at)
        rejected = None if before is None else movement_rows.find_row(raw, before)
        if rejected is not None:
            (one,) = lector.present(rows_of(raw, [rejected]))
            said.append(CORRECTS.format(format_fecha(one.rechazado or one.fecha)))
        if fila.estado is EstadoAviso.RECHAZADO:
            after = movement_rows.correction_of(raw, fila.id)
            if after is not None:
                (one,) = lector.present(rows_of(raw, [after]))
                said.append(CORRECTED_BY.format(format_fecha(one.fecha)))
        if said:
            found[fila.id] = ". ".join(said)
    return found
