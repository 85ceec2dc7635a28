"""The movements of a view as an Excel workbook, read block after block while it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from icsoe_desktop.gateways.hojas import escritura as excel
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.movimientos.valores import (
    ColumnaMovimiento,
    MovimientoFila,
    VistaMovimientos,
)

HOJA: Final = "Movimientos"
ROWS_AT_ONCE: Final = 2_000

_Celda = Callable[[MovimientoFila], object]


class Blocks(Protocol):
    def rows(
        self, vista: VistaMovimientos, start: int, count: int
    ) -> list[MovimientoFila | None]: ...


def _pesos(centavos: int | None) -> float | None:
    """687.7 for 68770: Excel keeps a number like this."""
    return None if centavos is None else centavos / 100


_CELDAS: Final[dict[ColumnaMovimiento, tuple[excel.Tipo, float, _Celda]]] = {
    ColumnaMovimiento.MOVIMIENTO: (excel.Tipo.TEXTO, 22, lambda f: f.tipo.nombre),
    ColumnaMovimiento.REGISTRO_PATRONAL: (excel.Tipo.TEXTO, 16, lambda f: f.registro_patronal),
    ColumnaMovimiento.NOMBRE: (excel.Tipo.TEXTO, 24, lambda f: f.nombres),
    ColumnaMovimiento.APELLIDO_PATERNO: (excel.Tipo.TEXTO, 20, lambda f: f.primer_apellido),
    ColumnaMovimiento.APELLIDO_MATERNO: (
        excel.Tipo.TEXTO,
        20,
        lambda f: f.segundo_apellido or None,
    ),
    ColumnaMovimiento.NSS: (excel.Tipo.TEXTO, 13, lambda f: f.nss),
    ColumnaMovimiento.SBC: (excel.Tipo.IMPORTE, 11, lambda f: _pesos(f.sbc)),
    ColumnaMovimiento.FECHA: (excel.Tipo.FECHA, 12, lambda f: f.fecha),
    ColumnaMovimiento.CURP: (excel.Tipo.TEXTO, 21, lambda f: f.curp or None),
    ColumnaMovimiento.UMF: (excel.Tipo.TEXTO, 7, lambda f: f.umf or None),
    ColumnaMovimiento.TIPO_TRABAJADOR: (
        excel.Tipo.TEXTO,
        24,
        lambda f: f.tipo_trabajador.nombre if f.tipo_trabajador else None,
    ),
    ColumnaMovimiento.SALARIO: (
        excel.Tipo.TEXTO,
        15,
        lambda f: f.tipo_salario.nombre if f.tipo_salario else None,
    ),
    ColumnaMovimiento.JORNADA: (
        excel.Tipo.TEXTO,
        18,
        lambda f: f.jornada.nombre if f.jornada else None,
    ),
    ColumnaMovimiento.CAUSA_BAJA: (
        excel.Tipo.TEXTO,
        22,
        lambda f: f.causa_baja.nombre if f.causa_baja else None,
    ),
    ColumnaMovimiento.ESTADO: (excel.Tipo.TEXTO, 12, lambda f: f.estado.value),
    ColumnaMovimiento.PLAZO: (excel.Tipo.TEXTO, 14, lambda f: f.plazo.value),
    ColumnaMovimiento.LOTE: (excel.Tipo.TEXTO, 12, lambda f: f.lote or None),
    ColumnaMovimiento.FECHA_EMISION: (excel.Tipo.FECHA, 12, lambda f: f.emitido),
    ColumnaMovimiento.AVISO_RECIBIDO: (excel.Tipo.FECHA, 12, lambda f: f.recibido),
    ColumnaMovimiento.AVISO_APROBACION: (excel.Tipo.FECHA, 12, lambda f: f.aprobado),
    ColumnaMovimiento.AVISO_RECHAZO: (excel.Tipo.FECHA, 12, lambda f: f.rechazado),
    ColumnaMovimiento.CAUSA_RECHAZO: (
        excel.Tipo.TEXTO,
        40,
        lambda f: f"{f.codigo_rechazo} {f.causa_rechazo}".strip() or None,
    ),
}


def write_excel(
    source: Blocks,
    vista: VistaMovimientos,
    path: Path,
    columnas: Sequence[ColumnaMovimiento],
    progress: Progress,
) -> int:
    """How many rows were written; movements that went meanwhile are left out."""
    cells = [_CELDAS[columna] for columna in columnas]
    makers = [cell for _, _, cell in cells]

    def rows() -> Iterator[list[object]]:
        for start in range(0, vista.count, ROWS_AT_ONCE):
            for fila in source.rows(vista, start, ROWS_AT_ONCE):
                if fila is not None:
                    yield [make(fila) for make in makers]

    header = [
        excel.ColumnaHoja(columna.value, tipo, ancho)
        for columna, (tipo, ancho, _) in zip(columnas, cells, strict=True)
    ]
    return excel.write_workbook(path, HOJA, header, rows(), progress, total=vista.count)
