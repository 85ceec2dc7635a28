"""Movements brought in from files, and how they look once they are in."""

from __future__ import annotations

from datetime import date

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    ColumnaMovimiento,
    MovimientoFila,
    OrdenMovimientos,
)

# Invented; the NSS and the registro patronal pass Luhn, the CURP its own digit.
ALTA = MovimientoLeido(
    1, "08", "Y6077636105", "12345678903", "RIVERA", "", "GAEL ANTONIO", date(2026, 2, 10),
    45050, "3", "0", "0", "", "035", "08000", "E1", "", (),
)  # fmt: skip
BAJA = ALTA._replace(
    tipo="02", fecha=date(2026, 3, 1), sbc=None, tipo_trabajador="", tipo_salario="", jornada="",
    causa_baja="2", umf="",
)  # fmt: skip


def everything(movimientos: MovimientosService) -> list[MovimientoFila]:
    orden = OrdenMovimientos(ColumnaMovimiento.FECHA, descendente=False)
    return movimientos.first_page(SESION_CONSULTA, TODOS, orden, 10_000)


def as_read(fila: MovimientoFila) -> tuple[object, ...]:
    # fmt: off
    return (
        fila.tipo.value, fila.registro_patronal, fila.nss, fila.primer_apellido,
        fila.segundo_apellido, fila.nombres, fila.fecha, fila.sbc, fila.tipo_trabajador or "",
        fila.tipo_salario or "", fila.jornada or "", fila.causa_baja or "", fila.umf, fila.guia,
        fila.clave_trabajador,
    )
    # fmt: on
