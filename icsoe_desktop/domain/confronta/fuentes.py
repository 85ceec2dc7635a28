"""Folds the receipts and rows of the sources of one side into persons.

A receipt belongs to its days, not to the day of payment.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Final

from icsoe_desktop.domain.confronta.nombres import name_key
from icsoe_desktop.domain.confronta.persona import (
    ANYBODY,
    ClaseFuente,
    Encabezado,
    Pago,
    PeriodoConfronta,
    Persona,
    Recibo,
    Renglon,
    Tramo,
    month_of,
)
from icsoe_desktop.domain.confronta.recibos import SEPARACION, Clave, valid_receipts
from icsoe_desktop.domain.texto import fold

OTRO_PERIODO: Final = "de otro periodo"
ASK_EVERY: Final = 20_000

# curp → NSS of a source that knows both
NssDe = Callable[[Collection[str]], Mapping[str, set[str]]]


@dataclass(slots=True)
class PersonasLado:
    """The persons of one side, by registro patronal and NSS.

    sin_clave: those without NSS. registros: every registro patronal that a file or receipt names.
    ultimo: registro patronal → latest movement (IMSS) or last day of receipts (payroll).
    curps: CURP → NSS that the side's own sources give it. fuera: why → receipts left out,
    and CIRCULARES.
    """

    personas: dict[Clave, Persona] = field(default_factory=dict)
    sin_clave: list[Persona] = field(default_factory=list)
    registros: set[str] = field(default_factory=set)
    ultimo: dict[str, int] = field(default_factory=dict)
    curps: dict[str, set[str]] = field(default_factory=dict)
    fuera: Counter[str] = field(default_factory=Counter)


def latest_month(recibos: Iterable[Recibo]) -> PeriodoConfronta | None:
    """The month of most receipts of the last two months that they pay."""
    days = Counter(one.final for one in recibos if one.final and one.tipo != "E")
    months: Counter[PeriodoConfronta] = Counter()
    for day, count in days.items():
        months[month_of(day)] += count
    last = sorted(months)[-2:]
    return max(last, key=lambda one: (months[one], one)) if last else None


def _identity(one: Recibo | Renglon) -> str:
    """What tells persons without NSS apart; the RFC of anybody does not."""
    rfc = "" if one.rfc.startswith(ANYBODY) else one.rfc
    return one.curp or rfc or " ".join(name_key(one.nombre))


def of_receipts(
    recibos: Iterable[Recibo],
    periodo: PeriodoConfronta,
    nss_de: NssDe,
    ask: Callable[[], None] = lambda: None,
) -> PersonasLado:
    """The payroll's persons, by their receipts. nss_de: for who has no NSS in any receipt.

    ask: called now and then; may raise Cancelled.
    """
    side = PersonasLado()
    valid = valid_receipts(recibos, side.fuera)
    ask()
    registro_of = _only_registros(valid)
    for one in valid:
        if one.curp and one.nss:
            numbers = side.curps.get(one.curp)
            if numbers is None:
                side.curps[one.curp] = {one.nss}
            else:
                numbers.add(one.nss)
    unknown = {one.curp for one in valid if one.curp and not one.nss and one.curp not in side.curps}
    known = nss_de(unknown) if unknown else {}
    groups: dict[tuple[str, str, str], list[Recibo]] = defaultdict(list)
    of_others = 0
    for one in valid:
        registro = one.registro_patronal or registro_of(one)
        side.registros.add(registro)
        nss = one.nss or _only(side.curps.get(one.curp)) or _only(known.get(one.curp))
        apart = "" if nss else _identity(one)
        groups[registro, nss, apart].append(one)
        if one.tipo != "E" and one.final > side.ultimo.get(registro, 0):
            side.ultimo[registro] = one.final
        of_others += one.final < periodo.desde or one.inicial > periodo.hasta
    side.fuera[OTRO_PERIODO] = of_others
    side.registros.discard("")
    for at, ((registro, nss, _), own) in enumerate(groups.items()):
        if at % ASK_EVERY == 0:
            ask()
        persona = _of_receipts(registro, nss, own)
        if nss:
            side.personas[registro, nss] = persona
        else:
            side.sin_clave.append(persona)
    return side


def _only_registros(recibos: list[Recibo]) -> Callable[[Recibo], str]:
    """The registro patronal of a receipt that has none: its person's only one, or its emisor's."""
    of_person: dict[str, set[str]] = defaultdict(set)
    of_emisor: dict[str, set[str]] = defaultdict(set)
    lost = any(not one.registro_patronal for one in recibos)
    for one in recibos if lost else ():
        if one.registro_patronal:
            of_emisor[one.rfc_emisor].add(one.registro_patronal)
            if one.nss or one.curp:
                of_person[one.nss or one.curp].add(one.registro_patronal)

    def find(one: Recibo) -> str:
        return _only(of_person.get(one.nss or one.curp)) or _only(of_emisor.get(one.rfc_emisor))

    return find


def _only(values: set[str] | None) -> str:
    return next(iter(values)) if values and len(values) == 1 else ""


_DAYS: Final = attrgetter("inicial", "final", "pago")


def _of_receipts(registro: str, nss: str, own: list[Recibo]) -> Persona:
    if len(own) > 1:
        own.sort(key=_DAYS)
    last = own[-1]
    return Persona(
        registro_patronal=registro,
        nss=nss,
        curp=last.curp or next((one.curp for one in reversed(own) if one.curp), ""),
        rfc=last.rfc,
        nombre=last.nombre,
        lugar=last.uuid or last.archivo,
        rfc_emisor=last.rfc_emisor,
        inicio=last.inicio or next((one.inicio for one in reversed(own) if one.inicio), 0),
        pagos=tuple(
            Pago(
                one.inicial,
                one.final,
                one.dias,
                one.base,
                one.integrado,
                one.tipo != "E" and one.regimen != SEPARACION,
                one.separacion or one.regimen == SEPARACION,
                one.incapacidad > 0,
            )
            for one in own
        ),
    )


# In the order in which those of one day are taken.
ALTA, CAMBIO, BAJA, AUSENCIA, INCAPACIDAD = range(5)
_CODES: Final = {1: ALTA, 8: ALTA, 2: BAJA, 7: CAMBIO, 11: AUSENCIA, 12: INCAPACIDAD}
_WORDS: Final = (("baja", BAJA), ("alta", ALTA), ("reing", ALTA), ("mod", CAMBIO))


@lru_cache(1_000)
def movement_of(tipo: str) -> int | None:
    """What a code of a row means; None for one that is not known. Those of emissions are not
    public: 1, 2, 7 and 8 are the IMSS's own of the notices.
    """
    plain = fold(tipo)
    if plain.isdigit() and plain.isascii() and len(plain) < 4:
        return _CODES.get(int(plain))
    return next((kind for word, kind in _WORDS if plain.startswith(word)), None)


_DAY_KIND_LINE: Final = itemgetter(0, 1, 2)


class RowFolder:
    """Collects the rows of the files of one side; `done` gives the persons."""

    def __init__(self, periodo: PeriodoConfronta) -> None:
        self._periodo = periodo
        self._rows: dict[Clave, list[tuple[int, int, int, Renglon, int]]] = defaultdict(list)
        self._known: dict[Clave, Persona] = {}
        self._listed: set[Clave] = set()
        self._counted: dict[Clave, ClaseFuente] = {}
        self._emitted: set[str] = set()
        self._sin_clave: dict[tuple[str, str], Persona] = {}
        self._side = PersonasLado()

    def add(self, archivo: str, source: Encabezado, rows: Iterable[Renglon]) -> int:
        """Returns how many persons the file has.

        Emissions first: what else there is of their registros patronales only tells more of who
        is in them.
        """
        seen: set[Clave] = set()
        desde = source.desde or self._periodo.desde
        listed = source.clase is not ClaseFuente.MOVT
        emission = source.clase in (ClaseFuente.EMA, ClaseFuente.EBA)
        is_list = source.clase in (ClaseFuente.ASEG, ClaseFuente.HOJA)
        for row in rows:
            registro = row.registro_patronal or source.registro_patronal
            self._side.registros.add(registro)
            if row.curp and row.nss:
                self._side.curps.setdefault(row.curp, set()).add(row.nss)
            if not row.nss:
                apart = (registro, _identity(row))
                if apart not in self._sin_clave:
                    self._sin_clave[apart] = self._person(archivo, registro, row)
                continue
            key = (registro, row.nss)
            seen.add(key)
            if emission:
                self._emitted.add(registro)
            elif registro in self._emitted:
                self._tell_more(key, row)
                continue
            kind = movement_of(row.tipo) if row.tipo else None
            if row.fecha > self._side.ultimo.get(registro, 0) and not is_list:
                self._side.ultimo[registro] = row.fecha
            known = self._known.get(key)
            if known is None:
                self._known[key] = known = self._person(archivo, registro, row)
            known.nombre = known.nombre or row.nombre
            known.curp = known.curp or row.curp
            known.rfc = known.rfc or row.rfc
            # An EBA repeats the days of its EMA.
            if emission and self._counted.setdefault(key, source.clase) is source.clase:
                known.dias = max(known.dias, 0) + row.dias
            if listed or kind == ALTA:
                self._listed.add(key)
            if is_list:
                known.inicio = row.fecha or known.inicio
            day = row.fecha or desde
            since = self._kind(row, kind, is_list=is_list)
            self._rows[key].append((day, since, row.renglon, row, desde))
        return len(seen)

    def _tell_more(self, key: Clave, row: Renglon) -> None:
        known = self._known.get(key)
        if known is not None:
            known.nombre = known.nombre or row.nombre
            known.curp = known.curp or row.curp
            known.incapacidad |= movement_of(row.tipo) == INCAPACIDAD

    def _kind(self, row: Renglon, kind: int | None, *, is_list: bool) -> int:
        """The movement of a row; CAMBIO for the state at the beginning."""
        if is_list:
            return ALTA if row.fecha > self._periodo.desde else CAMBIO
        if not row.fecha or kind is not None:
            return CAMBIO if kind is None else kind
        # A code that nobody published: a row without days at the end is somebody who left.
        return BAJA if row.dias == 0 and row.fecha < self._periodo.hasta else CAMBIO

    def _person(self, archivo: str, registro: str, row: Renglon) -> Persona:
        return Persona(
            registro, row.nss, row.curp, row.rfc, row.nombre, archivo, renglon=row.renglon
        )

    def done(self) -> PersonasLado:
        side, periodo = self._side, self._periodo
        for key, persona in self._known.items():
            if key in self._listed:
                rows = self._rows.pop(key, [])  # freed here, one by one: see jobs.empty
                if len(rows) > 1:
                    rows.sort(key=_DAY_KIND_LINE)
                self._finish(persona, rows)
                side.personas[key] = persona
        side.sin_clave += self._sin_clave.values()
        side.registros.discard("")
        for registro in side.registros:
            side.ultimo.setdefault(registro, periodo.hasta)
        return side

    def _finish(self, persona: Persona, rows: list[tuple[int, int, int, Renglon, int]]) -> None:
        """Stays and salaries from the rows of a person, oldest first."""
        periodo = self._periodo
        tramos: list[Tramo] = []
        sbcs: list[tuple[int, int]] = []
        since, by_alta = 0, False
        for day, kind, _, row, desde in rows:
            if kind == INCAPACIDAD:
                persona.incapacidad = True
            if kind in (AUSENCIA, INCAPACIDAD):
                continue
            if kind == BAJA:
                begins = since or (desde if not tramos else 0)
                if begins:
                    tramos.append(Tramo(min(begins, day), day, by_alta, True))
                elif day > tramos[-1].hasta:
                    # The last row tells: SUA keeps a baja that was filed again with another day.
                    tramos[-1] = tramos[-1]._replace(hasta=day)
                since, by_alta = 0, False
                continue
            if not since:
                # Without a row of the beginning, a first movement that is no alta follows one.
                begins = kind == ALTA or bool(tramos)
                since, by_alta = (day, True) if begins else (min(day, desde), False)
            if row.sbc is not None:
                sbcs.append((day, row.sbc))
        if since:
            tramos.append(Tramo(since, max(periodo.hasta, since), by_alta, False))
        persona.tramos, persona.sbcs = tuple(tramos), tuple(sbcs)


def as_payroll(side: PersonasLado, periodo: PeriodoConfronta) -> PersonasLado:
    """A list without receipts in the place of the payroll: each stay is paid, day by day."""
    for persona in (*side.personas.values(), *side.sin_clave):
        sbc = persona.sbcs[-1][1] if persona.sbcs else None
        persona.pagos = tuple(
            Pago(max(one.desde, periodo.desde), one.hasta, 0, sbc, None)
            for one in persona.tramos or (Tramo(periodo.desde, periodo.hasta, False, False),)
            if one.hasta >= periodo.desde
        )
    for registro in side.registros:
        side.ultimo[registro] = periodo.hasta
    return side


def join(found: PersonasLado, other: PersonasLado) -> PersonasLado:
    """Both sources of one side, in the first; its own persons stay before those of a list."""
    for key, persona in other.personas.items():
        found.personas.setdefault(key, persona)
    found.sin_clave += other.sin_clave
    found.registros |= other.registros
    for curp, numbers in other.curps.items():
        known = found.curps.setdefault(curp, numbers)
        if known is not numbers:
            known.update(numbers)
    for registro, day in other.ultimo.items():
        found.ultimo[registro] = max(found.ultimo.get(registro, 0), day)
    return found
