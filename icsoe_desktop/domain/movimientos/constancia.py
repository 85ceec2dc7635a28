"""A constancia de presentación as a value, and the check of its figures against its rows.

Source: docs/fuentes.md §2.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.domain.texto import counted_if_any, fold

LARGO_FOLIO: Final = 19
LARGO_LOTE: Final = 9


class ClaseTotales(StrEnum):
    """A row of the totals, in printed order."""

    BAJA = "Baja"
    MODIFICACION = "Modificación"
    REINGRESO = "Reingreso"
    TOTAL = "Total"


CLASE_DE: Final = {
    TipoMovimiento.BAJA: ClaseTotales.BAJA,
    TipoMovimiento.MODIFICACION: ClaseTotales.MODIFICACION,
    TipoMovimiento.ALTA: ClaseTotales.REINGRESO,
}


class ProblemaConstancia(NamedTuple):
    """A problem of a constancia.

    pagina, renglon: from 1. 0 means the whole document.
    grave: the row cannot be matched, or the totals do not agree.
    """

    pagina: int
    renglon: int
    campo: str
    encontrado: str
    esperado: str
    grave: bool


@dataclass(frozen=True, slots=True)
class Cifras:
    """One row of the printed totals. A figure that is not printed is None."""

    recibidos: int | None
    operados: int | None
    rechazados: int | None


@dataclass(frozen=True, slots=True)
class RenglonConstancia:
    """One printed row. A field that could not be read is None or empty.

    nss: eleven digits, or empty. sbc: centavos. extemporaneo: None if the column is missing.
    """

    pagina: int
    renglon: int
    tipo: TipoMovimiento | None
    nss: str = field(repr=False)
    nombre: str = field(repr=False)
    sbc: int | None = None
    extemporaneo: bool | None = None
    umf: str = ""
    tipo_salario: str = ""
    fecha: date | None = None
    tipo_trabajador: str = ""
    causa_baja: str = ""
    rechazado: bool = False
    codigo_rechazo: str = ""
    causa_rechazo: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Constancia:
    """A constancia as printed. recibido: naive, in the time of Mexico City."""

    folio: str
    lote: str
    registro_patronal: str = field(repr=False)
    rfc: str = field(default="", repr=False)
    razon_social: str = field(default="", repr=False)
    recibido: datetime | None = None
    serial: str = ""
    huella: str = ""
    totales: Mapping[ClaseTotales, Cifras] = field(default_factory=dict)
    renglones: tuple[RenglonConstancia, ...] = field(default=(), repr=False)

    @property
    def rechazados(self) -> int:
        return sum(renglon.rechazado for renglon in self.renglones)

    @property
    def operados(self) -> int:
        return len(self.renglones) - self.rechazados


def respuestas(aprobados: int, rechazados: int) -> str:
    """«58 aprobados, 1 rechazado», without what there is none of."""
    said = (
        counted_if_any(aprobados, "aprobado", "aprobados"),
        counted_if_any(rechazados, "rechazado", "rechazados"),
    )
    return ", ".join(text for text in said if text)


NOMBRE: Final = "primer_apellido"  # first field of a worker's name
# What a cause of rejection speaks of, in this order: «tipo de salario» before «salario». The texts
# are the IMSS's own and in no published list, so one that matches nothing names no field.
_CAUSAS: Final = tuple(
    (campo, re.compile(pattern))
    for campo, pattern in (
        ("curp", r"\bcurp\b|clave unica de registro de poblacion"),
        ("causa_baja", r"causa de (la )?baja"),
        ("tipo_salario", r"tipo de salario"),
        ("tipo_trabajador", r"tipo de trabajador"),
        ("jornada", r"\bjornada\b|\bsemana\b"),
        ("umf", r"\bumf\b|unidad (de )?medic"),
        ("guia", r"\bguia\b|subdelegacion"),
        ("registro_patronal", r"\bregistro patronal\b|\bpatron\b"),
        ("sbc", r"\bsbc\b|\bsalario\b"),
        ("fecha", r"\bfecha\b"),
        ("nss", r"\bnss\b|numero de (seguridad|afiliacion)"),
        (NOMBRE, r"\bnombre\b|\bapellido"),
    )
)


def campo_de_causa(causa: str) -> str | None:
    """The field of a movement that a cause of rejection speaks of; None if it names none."""
    text = fold(causa)
    return next((campo for campo, pattern in _CAUSAS if pattern.search(text)), None)


def nombra_al_trabajador(causa: str) -> bool:
    """Whether a cause of rejection speaks of a worker's name, perhaps beside another field."""
    return dict(_CAUSAS)[NOMBRE].search(fold(causa)) is not None


def cross_foot(constancia: Constancia) -> list[ProblemaConstancia]:
    """Every printed figure that disagrees with another figure or with the rows."""
    totales = constancia.totales
    if not totales:
        return [_descuadre("Totales", "(no se encontraron)", "los totales impresos")]
    found = []
    for clase, cifras in totales.items():
        recibidos, operados, rechazados = cifras.recibidos, cifras.operados, cifras.rechazados
        if None not in (recibidos, operados, rechazados):
            both = (operados or 0) + (rechazados or 0)
            if recibidos != both:
                esperado = f"{both:,}: operados más rechazados"
                found.append(_descuadre(f"{clase}: recibidos", f"{recibidos:,}", esperado))
    found += _against_total(totales)
    found += _against_rows(totales, constancia.renglones)
    return found


def _against_total(totales: Mapping[ClaseTotales, Cifras]) -> list[ProblemaConstancia]:
    total = totales.get(ClaseTotales.TOTAL)
    parts = [totales.get(clase) for clase in CLASE_DE.values()]
    if total is None or None in parts:
        return []
    found = []
    for name in ("recibidos", "operados", "rechazados"):
        figures = [getattr(part, name) for part in parts]
        printed = getattr(total, name)
        if printed is not None and None not in figures and sum(figures) != printed:
            esperado = f"{sum(figures):,}: la suma por tipo"
            found.append(_descuadre(f"{ClaseTotales.TOTAL}: {name}", f"{printed:,}", esperado))
    return found


def _against_rows(
    totales: Mapping[ClaseTotales, Cifras], renglones: Sequence[RenglonConstancia]
) -> list[ProblemaConstancia]:
    operados: Counter[ClaseTotales] = Counter()
    rechazados: Counter[ClaseTotales] = Counter()
    for renglon in renglones:
        counts = rechazados if renglon.rechazado else operados
        counts[ClaseTotales.TOTAL] += 1
        if renglon.tipo is not None:
            counts[CLASE_DE[renglon.tipo]] += 1
    found = []
    for clase, cifras in totales.items():
        if cifras.operados is not None and cifras.operados != operados[clase]:
            esperado = f"{operados[clase]:,}: los renglones que se leyeron"
            found.append(_descuadre(f"{clase}: operados", f"{cifras.operados:,}", esperado))
        # Some constancias list only accepted movements.
        listed = rechazados[ClaseTotales.TOTAL] > 0
        if listed and cifras.rechazados is not None and cifras.rechazados != rechazados[clase]:
            esperado = f"{rechazados[clase]:,}: los renglones que se leyeron"
            found.append(_descuadre(f"{clase}: rechazados", f"{cifras.rechazados:,}", esperado))
    return found


def _descuadre(campo: str, encontrado: str, esperado: str) -> ProblemaConstancia:
    return ProblemaConstancia(0, 0, campo, encontrado, esperado, grave=True)
