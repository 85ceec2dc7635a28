"""Single movements written to the store, in the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, Movimiento, TipoMovimiento
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.movimientos.filas import NUMERO_DE, Lector
from icsoe_desktop.services.movimientos.valores import MovimientoFila, TrabajadorConocido
from icsoe_desktop.store.movimientos.trabajadores import forget_workers, row_of_worker
from icsoe_desktop.store.movimientos.vistas import rows_of
from icsoe_desktop.store.types import day_number

GONE = "El movimiento ya no existe. No se cambió nada. Actualice la lista."
NOT_PENDING = (
    "Sólo se cambian o eliminan los movimientos pendientes. Ya en un lote o con respuesta: {}. No "
    "se cambió nada. Si el lote aún no se presenta, cancélelo antes."
)
CHANGED = (
    "Alguien más cambió este movimiento mientras usted lo modificaba. No se guardó nada. Revise lo "
    "que hay ahora; si guarda otra vez, queda lo de usted."
)
_RECENT = 50

_CAPTURED = tuple(each.name for each in fields(Movimiento))

# What the IMSS refused, or was never sent, may be presented again.
NOT_PRESENTED = (NUMERO_DE[EstadoAviso.RECHAZADO], NUMERO_DE[EstadoAviso.CANCELADO])


class MovimientoAjenoError(UserFacingError):
    """Somebody else changed it meanwhile; nothing was saved. ahora: what is there."""

    def __init__(self, ahora: MovimientoFila) -> None:
        super().__init__(CHANGED)
        self.ahora = ahora


def refuse_other(actual: MovimientoFila, visto: MovimientoFila | None, wanted: Movimiento) -> None:
    """A movement is one thing, as when two desktops meet. Raises MovimientoAjenoError."""
    if visto is not None and _captured(actual) not in (_captured(visto), _captured(wanted)):
        raise MovimientoAjenoError(actual)


def _captured(one: MovimientoFila | Movimiento) -> tuple[Any, ...]:
    return tuple(getattr(one, campo) for campo in _CAPTURED)


def fila_of(raw: Any, movimiento_id: uuid.UUID) -> int:
    """Raises UserFacingError when it is gone."""
    row = raw.execute(
        "SELECT fila FROM movimientos WHERE id = ?", (movimiento_id.bytes,)
    ).fetchone()
    if row is None:
        raise UserFacingError(GONE)
    return int(row[0])


def require_pending(raw: Any, filas: Sequence[int]) -> None:
    """Raises UserFacingError when one is no longer Pendiente, or is in a file already."""
    pending = NUMERO_DE[EstadoAviso.PENDIENTE]
    others = 0
    for fila in filas:
        estado, lote = raw.execute(
            "SELECT estado, lote_id FROM movimientos WHERE fila = ?", (fila,)
        ).fetchone()
        others += estado != pending or lote is not None
    if others:
        which = "éste" if len(filas) == 1 else f"{others:,} de los elegidos"
        raise UserFacingError(NOT_PENDING.format(which))


def is_duplicate(raw: Any, movimiento: Movimiento, besides: uuid.UUID | None) -> bool:
    """Whether the same registro patronal, NSS, type and date is there, not refused or cancelled."""
    base = movimiento.registro_base
    row = raw.execute(
        "SELECT 1 FROM trabajadores t CROSS JOIN movimientos m ON m.trabajador = t.fila "
        "WHERE t.nss = ? AND m.fecha = ? AND m.tipo = ? AND substr(m.registro_patronal, 1, 10) = ? "
        "AND m.estado NOT IN (?, ?) AND m.id <> ? LIMIT 1",
        (
            movimiento.nss,
            day_number(movimiento.fecha),
            movimiento.tipo.value,
            base,
            *NOT_PRESENTED,
            besides.bytes if besides else b"",
        ),
    ).fetchone()
    return row is not None


def _worker(raw: Any, movimiento: Movimiento) -> int:
    return row_of_worker(
        raw,
        (
            movimiento.nss,
            movimiento.curp,
            movimiento.primer_apellido,
            movimiento.segundo_apellido,
            movimiento.nombres,
        ),
    )


def _values(movimiento: Movimiento) -> tuple[Any, ...]:
    return (
        movimiento.tipo.value,
        movimiento.registro_patronal,
        day_number(movimiento.fecha),
        movimiento.sbc,
        movimiento.tipo_trabajador or "",
        movimiento.tipo_salario or "",
        movimiento.jornada or "",
        movimiento.causa_baja or "",
        movimiento.umf,
        movimiento.guia,
        movimiento.clave_trabajador,
    )


def insert(raw: Any, movimiento_id: uuid.UUID, movimiento: Movimiento) -> int:
    """The number of its row; it is Pendiente."""
    cursor = raw.execute(
        "INSERT INTO movimientos (id, trabajador, tipo, registro_patronal, fecha, sbc, "
        "tipo_trabajador, tipo_salario, jornada, causa_baja, umf, guia, clave_trabajador, estado, "
        "codigo_rechazo, causa_rechazo) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')",
        (
            movimiento_id.bytes,
            _worker(raw, movimiento),
            *_values(movimiento),
            NUMERO_DE[EstadoAviso.PENDIENTE],
        ),
    )
    return int(cursor.lastrowid)


def change(raw: Any, fila: int, movimiento: Movimiento) -> None:
    before = raw.execute("SELECT trabajador FROM movimientos WHERE fila = ?", (fila,)).fetchone()[0]
    raw.execute(
        "UPDATE movimientos SET trabajador = ?, tipo = ?, registro_patronal = ?, fecha = ?, "
        "sbc = ?, tipo_trabajador = ?, tipo_salario = ?, jornada = ?, causa_baja = ?, umf = ?, "
        "guia = ?, clave_trabajador = ? WHERE fila = ?",
        (_worker(raw, movimiento), *_values(movimiento), fila),
    )
    forget_workers(raw, [before])


def delete(raw: Any, filas: Sequence[int]) -> None:
    workers = set()
    for fila in filas:
        row = raw.execute("SELECT trabajador FROM movimientos WHERE fila = ?", (fila,)).fetchone()
        workers.add(row[0])
    raw.executemany("DELETE FROM movimientos WHERE fila = ?", [(fila,) for fila in filas])
    forget_workers(raw, workers)


def known_worker(raw: Any, lector: Lector, nss: str, curp: str) -> TrabajadorConocido | None:
    """What the newest movements of the worker say, those that were refused left out."""
    if not nss and not curp:
        return None
    column, value = ("nss", nss) if nss else ("curp", curp)
    numbers = [
        row[0]
        for row in raw.execute(
            "SELECT m.fila FROM trabajadores t JOIN movimientos m ON m.trabajador = t.fila "  # noqa: S608
            f"WHERE t.{column} = ? AND m.estado NOT IN (?, ?) "
            "ORDER BY m.fecha DESC, m.fila DESC LIMIT ?",
            (value, *NOT_PRESENTED, _RECENT),
        )
    ]
    filas = lector.present(rows_of(raw, numbers))
    if not filas:
        return None
    newest = filas[0]
    paid = next((fila for fila in filas if fila.sbc is not None), None)
    hired = next((fila for fila in filas if fila.tipo_trabajador is not None), None)
    return TrabajadorConocido(
        nss=newest.nss,
        curp=next((fila.curp for fila in filas if fila.curp), ""),
        nombres=newest.nombres,
        primer_apellido=newest.primer_apellido,
        segundo_apellido=newest.segundo_apellido,
        registro_patronal=newest.registro_patronal,
        clave_trabajador=next((f.clave_trabajador for f in filas if f.clave_trabajador), ""),
        umf=next((fila.umf for fila in filas if fila.umf.strip("0")), ""),
        guia=next((fila.guia for fila in filas if fila.guia), ""),
        sbc=paid.sbc if paid else None,
        tipo_trabajador=hired.tipo_trabajador if hired else None,
        tipo_salario=paid.tipo_salario if paid else None,
        jornada=paid.jornada if paid else None,
        ultima_fecha=newest.fecha,
        tiene_baja=newest.tipo is TipoMovimiento.BAJA,
    )
