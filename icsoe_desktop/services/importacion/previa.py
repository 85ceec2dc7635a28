"""What an open preview can tell: its counts, its problems and its duplicates by blocks."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import Final

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.services.importacion.lectura import UNREADABLE, Receptor
from icsoe_desktop.services.importacion.valores import (
    ClaseDuplicado,
    Duplicado,
    Gravedad,
    ProblemaImportacion,
    VistaPreviaMovimientos,
)
from icsoe_desktop.store.importacion.preview import Previo
from icsoe_desktop.store.types import day_of

__all__ = [
    "ENCABEZADOS",
    "UNREADABLE",
    "Abierta",
    "describe",
    "duplicates",
    "not_duplicated",
    "problems",
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


def describe(
    abierta: Abierta, receptor: Receptor, repeated: int, there: int
) -> VistaPreviaMovimientos:
    both = abierta.previo.count(
        "SELECT count(*) FROM previo.repetidos WHERE n IN (SELECT n FROM temp.en_datos)"
    )
    return VistaPreviaMovimientos(
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


def problems(abierta: Abierta, start: int, count: int) -> list[ProblemaImportacion]:
    with abierta.lock:
        found = abierta.previo.raw.execute(_PROBLEMS, (start, count)).fetchall()
    return [
        ProblemaImportacion(
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
