"""The movements of a view as an Excel workbook, read block after block while it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from icsoe_desktop.gateways.hojas import escritura as excel
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.movimientos.valores import Columna, Fila, Vista

HOJA: Final = "Movimientos"
ROWS_AT_ONCE: Final = 2_000

_Celda = Callable[[Fila], object]


class Blocks(Protocol):
    def rows(self, vista: Vista, start: int, count: int) -> list[Fila | None]: ...


def _pesos(centavos: int | None) -> float | None:
    """687.7 for 68770: Excel keeps a number like this."""
    return None if centavos is None else centavos / 100


_CELDAS: Final[dict[Columna, tuple[excel.Tipo, float, _Celda]]] = {
    Columna.MOVIMIENTO: (excel.Tipo.TEXTO, 22, lambda f: f.tipo.nombre),
    Columna.REGISTRO_PATRONAL: (excel.Tipo.TEXTO, 16, lambda f: f.registro_patronal),
    Columna.NOMBRE: (excel.Tipo.TEXTO, 24, lambda f: f.nombres),
    Columna.APELLIDO_PATERNO: (excel.Tipo.TEXTO, 20, lambda f: f.primer_apellido),
    Columna.APELLIDO_MATERNO: (excel.Tipo.TEXTO, 20, lambda f: f.segundo_apellido or None),
    Columna.NSS: (excel.Tipo.TEXTO, 13, lambda f: f.nss),
    Columna.SBC: (excel.Tipo.IMPORTE, 11, lambda f: _pesos(f.sbc)),
    Columna.FECHA: (excel.Tipo.FECHA, 12, lambda f: f.fecha),
    Columna.CURP: (excel.Tipo.TEXTO, 21, lambda f: f.curp or None),
    Columna.UMF: (excel.Tipo.TEXTO, 7, lambda f: f.umf or None),
    Columna.TIPO_TRABAJADOR: (
        excel.Tipo.TEXTO,
        24,
        lambda f: f.tipo_trabajador.nombre if f.tipo_trabajador else None,
    ),
    Columna.SALARIO: (
        excel.Tipo.TEXTO,
        15,
        lambda f: f.tipo_salario.nombre if f.tipo_salario else None,
    ),
    Columna.JORNADA: (excel.Tipo.TEXTO, 18, lambda f: f.jornada.nombre if f.jornada else None),
    Columna.CAUSA_BAJA: (
        excel.Tipo.TEXTO,
        22,
        lambda f: f.causa_baja.nombre if f.causa_baja else None,
    ),
    Columna.ESTADO: (excel.Tipo.TEXTO, 12, lambda f: f.estado.value),
    Columna.PLAZO: (excel.Tipo.TEXTO, 14, lambda f: f.plazo.value),
    Columna.LOTE: (excel.Tipo.TEXTO, 12, lambda f: f.lote or None),
    Columna.FECHA_EMISION: (excel.Tipo.FECHA, 12, lambda f: f.emitido),
    Columna.AVISO_RECIBIDO: (excel.Tipo.FECHA, 12, lambda f: f.recibido),
    Columna.AVISO_APROBACION: (excel.Tipo.FECHA, 12, lambda f: f.aprobado),
    Columna.AVISO_RECHAZO: (excel.Tipo.FECHA, 12, lambda f: f.rechazado),
    Columna.CAUSA_RECHAZO: (
        excel.Tipo.TEXTO,
        40,
        lambda f: f"{f.codigo_rechazo} {f.causa_rechazo}".strip() or None,
    ),
}


def write_excel(
    source: Blocks,
    vista: Vista,
    path: Path,
    columnas: Sequence[Columna],
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
        excel.Columna(columna.value, tipo, ancho)
        for columna, (tipo, ancho, _) in zip(columnas, cells, strict=True)
    ]
    return excel.write_workbook(path, HOJA, header, rows(), progress, total=vista.count)
