"""Exports movements to an Excel workbook, in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Final, Protocol

from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
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
    """687.7 for 68770: the cell is a number."""
    return None if centavos is None else centavos / 100


def _named(name: str) -> _Celda:
    """Cell with the name of a catalogue value."""
    value = attrgetter(name)
    return lambda fila: value(fila).nombre if value(fila) else None


def _text(name: str) -> _Celda:
    value = attrgetter(name)
    return lambda fila: value(fila) or None


_TIPOS: Final = {
    "sbc": excel.Tipo.IMPORTE,
    **dict.fromkeys(
        ("fecha", "limite", "emitido", "recibido", "aprobado", "rechazado"), excel.Tipo.FECHA
    ),
}
# Other columns are written unchanged.
_MAKERS: Final[dict[str, _Celda]] = {
    **{
        name: _named(name)
        for name in ("tipo", "tipo_trabajador", "tipo_salario", "jornada", "causa_baja")
    },
    "sbc": lambda f: _pesos(f.sbc),
    "estado": lambda f: f.situacion.value,
    "plazo": lambda f: f.plazo_texto,
    "lote": lambda f: f.lote_o_archivo or None,
    "causa_rechazo": lambda f: f"{f.codigo_rechazo} {f.causa_rechazo}".strip() or None,
}
_CELDAS: Final[dict[str, tuple[excel.Tipo, float, _Celda]]] = {
    each.title(Place.EXCEL): (
        _TIPOS.get(each.name, excel.Tipo.TEXTO),
        each.width,
        _MAKERS.get(each.name, _text(each.name)),
    )
    for each in CAMPOS_MOVIMIENTO.at(Place.EXCEL)
}


# As in the lists, and then what none shows.
_ALL: Final = dict.fromkeys((*(columna.value for columna in ColumnaMovimiento), *_CELDAS))


def write_excel(
    source: Blocks,
    vista: VistaMovimientos,
    path: Path,
    columnas: Sequence[ColumnaMovimiento] | None,
    progress: Progress,
) -> int:
    """Returns the number of rows. Movements deleted meanwhile are left out.

    columnas: None for all.
    """
    titles = [*_ALL] if columnas is None else [columna.value for columna in columnas]
    cells = [_CELDAS[title] for title in titles]
    makers = [cell for _, _, cell in cells]

    def rows() -> Iterator[list[object]]:
        for start in range(0, vista.count, ROWS_AT_ONCE):
            for fila in source.rows(vista, start, ROWS_AT_ONCE):
                if fila is not None:
                    yield [make(fila) for make in makers]

    header = [
        excel.ColumnaHoja(title, tipo, ancho)
        for title, (tipo, ancho, _) in zip(titles, cells, strict=True)
    ]
    return excel.write_workbook(path, HOJA, header, rows(), progress, total=vista.count)
