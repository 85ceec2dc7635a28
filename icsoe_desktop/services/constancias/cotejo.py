"""Matches the rows of a constancia with movements; preview and result of applying one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from icsoe_desktop.domain.identificadores.enie import enie_as_n
from icsoe_desktop.domain.identificadores.nombre_imss import normal_name, transliterate
from icsoe_desktop.domain.movimientos.constancia import (
    Constancia,
    ProblemaConstancia,
    RenglonConstancia,
)
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso
from icsoe_desktop.services.movimientos.filas import ESTADO_DE
from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.constancias.answers import candidates
from icsoe_desktop.store.movimientos.movement_rows import correction_of
from icsoe_desktop.store.types import day_number


class Cotejo(StrEnum):
    """Result of matching one row. Only COINCIDE changes a movement."""

    COINCIDE = "Coincide"
    YA_ANOTADO = "Ya estaba anotado"
    OTRA_RESPUESTA = "Ya tiene otra respuesta"
    NO_ESTA = "No está en el programa"
    VARIOS = "Hay varios iguales"
    ILEGIBLE = "No se pudo leer"


@dataclass(frozen=True, slots=True)
class RenglonCotejado:
    """A row and its match. nota: Spanish sentence about it, or empty.

    movimiento_id: of COINCIDE, and of YA_ANOTADO if only one movement has that answer.
    """

    renglon: RenglonConstancia
    cotejo: Cotejo
    movimiento_id: uuid.UUID | None = None
    nota: str = field(default="", repr=False)

    @property
    def corregible(self) -> uuid.UUID | None:
        """The movement that this row rejected, once that is written down."""
        applied = self.cotejo is Cotejo.YA_ANOTADO and self.renglon.rechazado
        return self.movimiento_id if applied else None


@dataclass(frozen=True)
class VistaConstancia:
    """Preview of a constancia. Nothing is changed yet.

    lotes: file names of the lotes that it answers.
    """

    archivo: str
    constancia: Constancia
    cotejados: tuple[RenglonCotejado, ...] = field(repr=False)
    problemas: tuple[ProblemaConstancia, ...] = field(repr=False)
    lotes: tuple[str, ...]
    ya_aplicada: bool
    contenido: bytes = field(repr=False)

    def count(self, *cotejos: Cotejo) -> int:
        return sum(one.cotejo in cotejos for one in self.cotejados)

    @property
    def por_anotar(self) -> int:
        return self.count(Cotejo.COINCIDE)

    @property
    def graves(self) -> int:
        return sum(problema.grave for problema in self.problemas)


@dataclass(frozen=True, slots=True)
class ResultadoConstancia:
    """Result of applying a constancia. omitidos: rows without effect."""

    constancia_id: uuid.UUID
    aprobados: int
    rechazados: int
    omitidos: int


@dataclass(frozen=True)
class ConstanciaAplicada:
    """A constancia that was applied. deshecha: time of its undo, or None."""

    id: uuid.UUID
    cuando: datetime
    quien: str
    archivo: str
    aprobados: int
    rechazados: int
    deshecha: datetime | None


_EVERY: Final = 100

ONLY_DETAILS: Final = "Ya tenía esta respuesta; se anotan el lote, el folio y las fechas."
CORRECTED: Final = "Ya se corrigió con otro aviso."
TWICE: Final = "La constancia lo trae dos veces."


@dataclass(frozen=True)
class _Candidato:
    id: uuid.UUID
    estado: EstadoAviso
    sbc: int | None
    lote_id: bytes | None
    con_constancia: bool
    nombre: str
    de_esta: bool = False

    @property
    def likelihood(self) -> tuple[bool, bool, int]:
        """Sort key: likelihood that this movement was the one presented."""
        return (
            self.lote_id is not None,
            self.estado is not EstadoAviso.CANCELADO,
            list(EstadoAviso).index(self.estado),
        )


@dataclass(frozen=True)
class Cotejadas:
    renglones: tuple[RenglonCotejado, ...]
    problemas: tuple[ProblemaConstancia, ...]
    lotes: frozenset[uuid.UUID]


def match_rows(
    raw: RawConnection,
    constancia: Constancia,
    report: Callable[[int, int], None],
    aplicada: uuid.UUID | None = None,
) -> Cotejadas:
    """Match by registro patronal, NSS, type and date. Columns that are not printed are ignored.

    aplicada: of this constancia, if it was applied: it answered what it answered then.
    """
    found, problems = [], []
    lotes: set[uuid.UUID] = set()
    taken: set[uuid.UUID] = set()
    for at, renglon in enumerate(constancia.renglones):
        if at % _EVERY == 0:
            report(at, len(constancia.renglones))
        cotejado, candidato = _match(raw, constancia.registro_patronal[:10], renglon, aplicada)
        rejected = cotejado.corregible
        if rejected is not None and correction_of(raw, rejected) is not None:
            cotejado = replace(cotejado, movimiento_id=None, nota=CORRECTED)
        if candidato is not None and candidato.id in taken:
            cotejado, candidato = RenglonCotejado(renglon, Cotejo.VARIOS, None, TWICE), None
        found.append(cotejado)
        if candidato is None:
            continue
        taken.add(candidato.id)
        problems += _differences(renglon, candidato)
        if candidato.lote_id is not None and cotejado.cotejo is Cotejo.COINCIDE:
            lotes.add(uuid.UUID(bytes=candidato.lote_id))
    return Cotejadas(tuple(found), tuple(problems), frozenset(lotes))


def answer_of(renglon: RenglonConstancia) -> EstadoAviso:
    return EstadoAviso.RECHAZADO if renglon.rechazado else EstadoAviso.APROBADO


def _match(
    raw: RawConnection, base: str, renglon: RenglonConstancia, aplicada: uuid.UUID | None
) -> tuple[RenglonCotejado, _Candidato | None]:
    if not renglon.nss or (renglon.tipo is None and renglon.fecha is None):
        return RenglonCotejado(renglon, Cotejo.ILEGIBLE), None
    tipo = None if renglon.tipo is None else renglon.tipo.value
    fecha = None if renglon.fecha is None else day_number(renglon.fecha)
    candidatos = [
        _Candidato(
            id=uuid.UUID(bytes=one.id),
            estado=ESTADO_DE[one.estado],
            sbc=one.sbc,
            lote_id=one.lote_id,
            con_constancia=one.constancia_id is not None,
            nombre=one.nombre,
            de_esta=aplicada is not None and one.constancia_id == aplicada.bytes,
        )
        for one in candidates(raw, renglon.nss, base, tipo, fecha)
    ]
    return _choose(renglon, candidatos)


def _choose(
    renglon: RenglonConstancia, candidatos: Sequence[_Candidato]
) -> tuple[RenglonCotejado, _Candidato | None]:
    answer = answer_of(renglon)
    mine = [one for one in candidatos if one.de_esta and one.estado is answer]
    if len(mine) == 1:
        return RenglonCotejado(renglon, Cotejo.YA_ANOTADO, mine[0].id), None
    waiting = sorted(
        (one for one in candidatos if not one.estado.is_answered),
        key=lambda one: one.likelihood,
        reverse=True,
    )
    if waiting:
        best = waiting[0]
        if len(waiting) > 1 and waiting[1].likelihood == best.likelihood:
            return RenglonCotejado(renglon, Cotejo.VARIOS), None
        return RenglonCotejado(renglon, Cotejo.COINCIDE, best.id), best
    same = [one for one in candidatos if one.estado is answer]
    by_hand = [one for one in same if not one.con_constancia]
    if len(by_hand) == 1:
        return RenglonCotejado(renglon, Cotejo.COINCIDE, by_hand[0].id, ONLY_DETAILS), by_hand[0]
    if same:
        if by_hand:
            return RenglonCotejado(renglon, Cotejo.VARIOS), None
        found = same[0].id if len(same) == 1 else None
        return RenglonCotejado(renglon, Cotejo.YA_ANOTADO, found), None
    if candidatos:
        nota = f"Aquí está {candidatos[0].estado.value.lower()}."
        return RenglonCotejado(renglon, Cotejo.OTRA_RESPUESTA, None, nota), None
    return RenglonCotejado(renglon, Cotejo.NO_ESTA), None


def _differences(renglon: RenglonConstancia, candidato: _Candidato) -> list[ProblemaConstancia]:
    """Differences of a matched row, for a person to check. They do not undo the match."""
    found = []
    if None not in (renglon.sbc, candidato.sbc) and renglon.sbc != candidato.sbc:
        found.append(_differs(renglon, "Salario base", _money(renglon.sbc), _money(candidato.sbc)))
    printed, here = _words(renglon.nombre), _words(candidato.nombre)
    # A shortened name is not another person.
    if printed and not (printed <= here or here <= printed):
        found.append(_differs(renglon, "Nombre", renglon.nombre, candidato.nombre.strip()))
    return found


def _differs(renglon: RenglonConstancia, campo: str, found: str, here: str) -> ProblemaConstancia:
    esperado = f"{here}, como está en el programa"
    return ProblemaConstancia(renglon.pagina, renglon.renglon, campo, found, esperado, grave=False)


def _words(name: str) -> set[str]:
    """Words of a name as files write them: O'FARRIL is OFARRIL. Ñ counts as N in each spelling."""
    written = transliterate(normal_name(enie_as_n(name)), "N").texto
    return set(re.findall("[A-Z]+", written))


def _money(centavos: int | None) -> str:
    return "" if centavos is None else f"$ {centavos // 100:,}.{centavos % 100:02d}"
