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
    both = abierta.previo.count_duplicates_of_both()
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
        found = abierta.previo.problems(start, count)
    return [
        ProblemaImportacion(
            abierta.archivos[one.archivo],
            one.linea,
            one.posicion,
            one.campo,
            one.encontrado,
            one.esperado,
            Gravedad(one.gravedad),
        )
        for one in found
    ]


def duplicates(abierta: Abierta, start: int, count: int) -> list[Duplicado]:
    with abierta.lock:
        found = abierta.previo.duplicates(start, count)
    return [
        Duplicado(
            abierta.archivos[one.archivo],
            one.linea,
            ClaseDuplicado.EN_DATOS if one.primera is None else ClaseDuplicado.EN_ARCHIVO,
            one.registro_patronal,
            one.nss,
            " ".join(
                part for part in (one.nombres, one.primer_apellido, one.segundo_apellido) if part
            ),
            TipoMovimiento(one.tipo),
            day_of(one.fecha),
            one.primera or 0,
        )
        for one in found
    ]
