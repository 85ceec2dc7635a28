"""Contents of an open preview: counts, and problems and duplicates in blocks."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import Final

from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.services.importacion.lectura import UNREADABLE, Receptor
from icsoe_desktop.services.importacion.valores import (
    ClaseDuplicado,
    Duplicado,
    Gravedad,
    ProblemaImportacion,
    VistaPreviaMovimientos,
)
from icsoe_desktop.store.importacion.preview import PreviewFile
from icsoe_desktop.store.types import day_of

__all__ = [
    "ENCABEZADOS",
    "UNREADABLE",
    "OpenPreview",
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
class OpenPreview:
    """A preview that can still be read and applied. One thread at a time."""

    preview_file: PreviewFile
    archivos: tuple[str, ...]
    columnas: dict[str, str]
    lock: threading.RLock = field(default_factory=threading.RLock)

    def close(self) -> None:
        with self.lock:
            self.preview_file.close()


def describe(
    opened: OpenPreview, receptor: Receptor, in_files: int, in_data: int
) -> VistaPreviaMovimientos:
    both = opened.preview_file.count_duplicates_of_both()
    return VistaPreviaMovimientos(
        serie=next(_series),
        archivos=opened.archivos,
        leidos=receptor.leidos,
        buenos=receptor.buenos,
        con_errores=receptor.con_errores,
        errores=receptor.errores,
        advertencias=receptor.advertencias,
        duplicados_en_archivo=in_files - both,
        duplicados_en_datos=in_data,
        por_tipo={tipo: n for tipo in TipoMovimiento if (n := receptor.por_tipo.get(tipo.value))},
        por_registro=dict(sorted(receptor.por_registro.items())),
    )


def problems(opened: OpenPreview, start: int, count: int) -> list[ProblemaImportacion]:
    with opened.lock:
        found = opened.preview_file.problems(start, count)
    return [
        ProblemaImportacion(
            opened.archivos[one.archivo],
            one.linea,
            one.posicion,
            one.campo,
            one.encontrado,
            one.esperado,
            Gravedad(one.gravedad),
        )
        for one in found
    ]


def duplicates(opened: OpenPreview, start: int, count: int) -> list[Duplicado]:
    with opened.lock:
        found = opened.preview_file.duplicates(start, count)
    return [
        Duplicado(
            opened.archivos[one.archivo],
            one.linea,
            ClaseDuplicado.EN_DATOS if one.primera is None else ClaseDuplicado.EN_ARCHIVO,
            one.registro_patronal,
            one.nss,
            full_name(one),
            TipoMovimiento(one.tipo),
            day_of(one.fecha),
            one.primera or 0,
        )
        for one in found
    ]
