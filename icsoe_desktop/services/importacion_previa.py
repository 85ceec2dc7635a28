"""What an open preview can tell: its counts, its problems and its duplicates by blocks."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.movimiento import EstadoAviso, TipoMovimiento
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.importacion_lectura import UNREADABLE, Receptor
from icsoe_desktop.services.importacion_valores import (
    ClaseDuplicado,
    Duplicado,
    Gravedad,
    Problema,
    VistaPrevia,
)
from icsoe_desktop.services.movimientos_filas import ESTADO_DE, NUMERO_DE
from icsoe_desktop.store.previo import Previo
from icsoe_desktop.store.tables import ImportacionRow, LoteRow
from icsoe_desktop.store.types import day_of

__all__ = [
    "ENCABEZADOS",
    "UNREADABLE",
    "Abierta",
    "describe",
    "duplicates",
    "not_duplicated",
    "problems",
    "refuse_if_used",
]

ENCABEZADOS: Final = (
    "Archivo",
    "Línea",
    "Posición",
    "Campo",
    "Encontrado",
    "Esperado",
    "Gravedad",
)
_series = itertools.count(1)

_PROBLEMS: Final = (
    "SELECT archivo, linea, posicion, campo, encontrado, esperado, gravedad "
    "FROM previo.problemas WHERE n > ? ORDER BY n LIMIT ?"
)
_DUPLICATES: Final = """
SELECT p.archivo, p.linea, p.base || p.digito, p.nss, t.nombres, t.primer_apellido,
    t.segundo_apellido, p.tipo, p.fecha, f.linea
FROM (
    SELECT n, primero FROM previo.repetidos WHERE n NOT IN (SELECT n FROM temp.en_datos)
    UNION ALL SELECT n, NULL FROM temp.en_datos
    ORDER BY n LIMIT ? OFFSET ?
) d
JOIN previo.movimientos p ON p.n = d.n
JOIN previo.trabajadores t ON t.id = p.trabajador
LEFT JOIN previo.movimientos f ON f.n = d.primero
ORDER BY p.n
"""
_NOT_DUPLICATED: Final = (
    "SELECT count(*) FROM previo.movimientos "
    "WHERE n NOT IN (SELECT n FROM temp.en_datos) AND n NOT IN (SELECT n FROM previo.repetidos)"
)
_USED: Final = """
SELECT estado, lote_id, count(*) FROM movimientos
WHERE fila BETWEEN ? AND ? AND importacion = ? AND (estado <> ? OR lote_id IS NOT NULL)
GROUP BY estado, lote_id
"""


@dataclass(frozen=True)
class Abierta:
    """A preview that can still be read and applied; one thread at a time."""

    previo: Previo
    archivos: tuple[str, ...]
    columnas: dict[str, str]
    lock: threading.RLock = field(default_factory=threading.RLock)

    def close(self) -> None:
        with self.lock:
            self.previo.close()


def describe(abierta: Abierta, receptor: Receptor, repeated: int, there: int) -> VistaPrevia:
    both = abierta.previo.count(
        "SELECT count(*) FROM previo.repetidos WHERE n IN (SELECT n FROM temp.en_datos)"
    )
    return VistaPrevia(
        serie=next(_series),
        archivos=abierta.archivos,
        leidos=receptor.leidos,
        buenos=receptor.buenos,
        con_errores=receptor.con_errores,
        errores=receptor.errores,
        advertencias=receptor.advertencias,
        duplicados_en_archivo=repeated - both,
        duplicados_en_datos=there,
        por_tipo={tipo: n for tipo in TipoMovimiento if (n := receptor.por_tipo.get(tipo.value))},
        por_registro=dict(sorted(receptor.por_registro.items())),
    )


def problems(abierta: Abierta, start: int, count: int) -> list[Problema]:
    with abierta.lock:
        found = abierta.previo.raw.execute(_PROBLEMS, (start, count)).fetchall()
    return [
        Problema(
            abierta.archivos[archivo], linea, posicion, campo, encontrado, esperado, Gravedad(how)
        )
        for archivo, linea, posicion, campo, encontrado, esperado, how in found
    ]


def duplicates(abierta: Abierta, start: int, count: int) -> list[Duplicado]:
    with abierta.lock:
        found = abierta.previo.raw.execute(_DUPLICATES, (count, start)).fetchall()
    return [
        Duplicado(
            abierta.archivos[archivo],
            linea,
            ClaseDuplicado.EN_DATOS if first is None else ClaseDuplicado.EN_ARCHIVO,
            registro,
            nss,
            " ".join(part for part in (nombres, primer, segundo) if part),
            TipoMovimiento(tipo),
            day_of(fecha),
            first or 0,
        )
        for archivo, linea, registro, nss, nombres, primer, segundo, tipo, fecha, first in found
    ]


def not_duplicated(previo: Previo) -> int:
    return previo.count(_NOT_DUPLICATED)


def refuse_if_used(db: Session, raw: Any, row: ImportacionRow) -> None:
    """Raises UserFacingError when movements of the import are no longer only imported."""
    values = (row.primera, row.ultima, row.numero, NUMERO_DE[EstadoAviso.PENDIENTE])
    used = raw.execute(_USED, values).fetchall()
    if not used:
        return
    lotes = {lote for _, lote, _ in used if lote is not None}
    names = {
        lote_id.bytes: nombre
        for lote_id, nombre in db.execute(select(LoteRow.id, LoteRow.nombre_archivo))
        if lote_id.bytes in lotes
    }
    parts = [
        f"{count:,} en el lote «{names[lote]}» ({ESTADO_DE[estado].value.lower()})"
        if lote is not None
        else f"{count:,} con estado {ESTADO_DE[estado].value.lower()}"
        for estado, lote, count in used
    ]
    raise UserFacingError(
        "La importación no se puede deshacer, porque de sus movimientos hay "
        f"{'; '.join(parts)}. No se cambió nada. Cancele antes los lotes que no se han presentado."
    )
