"""Finds the differences between the persons of the IMSS and those of the payroll."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from icsoe_desktop.domain.confronta import reglas
from icsoe_desktop.domain.confronta.atributo_sbc import Atributo, Muestra, vote
from icsoe_desktop.domain.confronta.diferencias import (
    AvisoConocido,
    ClaseDiferencia,
    Comparacion,
    Diferencia,
    EstadoDiferencia,
    SinPareja,
)
from icsoe_desktop.domain.confronta.fuentes import NssDe, PersonasLado
from icsoe_desktop.domain.confronta.nombres import alike, by_name
from icsoe_desktop.domain.confronta.persona import PeriodoConfronta, Persona
from icsoe_desktop.domain.confronta.recibos import Clave
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.movimientos.plazos import Calendario
from icsoe_desktop.jobs import empty, in_order

Pares = list[tuple[Persona, Persona]]
Resto = dict[Clave, Persona]

_ASK_EVERY: Final = 2_000


@dataclass(frozen=True)
class Contexto:
    """What a comparison needs besides both sides.

    elegidos: RFC emisor → attribute that a person chose. nss_de: NSS by CURP, as our notices have
    them. curps_de: (NSS, CURP) of the payroll → by NSS, CURPs of notices, if none has this one.
    avisos_de: (NSS, registro patronal) → altas and bajas, and the latest modificaciones. ask:
    called now and then with what is done and of how many; may raise Cancelled.
    """

    periodo: PeriodoConfronta
    limites: TablaLimites = field(default_factory=TablaLimites)
    calendario: Calendario = field(default_factory=Calendario)
    elegidos: Mapping[str, Atributo] = field(default_factory=dict)
    nss_de: NssDe = lambda _: {}
    curps_de: Callable[[Collection[Clave]], dict[str, set[str]]] = lambda _: {}
    avisos_de: Callable[[Collection[Clave]], dict[Clave, list[AvisoConocido]]] = lambda _: {}
    ask: Callable[[int, int], None] = lambda done, total: None


def compare(imss: PersonasLado, nomina: PersonasLado, contexto: Contexto) -> Comparacion:
    """Every difference, the kind that costs most first. Both sides are used up."""
    return _Comparador(imss, nomina, contexto).run()


class _Comparador:
    def __init__(self, imss: PersonasLado, nomina: PersonasLado, contexto: Contexto) -> None:
        self._imss, self._nomina, self._contexto = imss, nomina, contexto
        self._periodo = contexto.periodo
        self._limites = reglas.LimitesDelPeriodo(contexto.limites)
        self._found = Comparacion(contexto.periodo)
        self._of_nss: dict[str, list[Persona]] = {}

    def run(self) -> Comparacion:
        self._place_without_registro()
        self._place_without_nss()
        pairs, of_payroll, of_imss = self._match()
        self._contexto.ask(0, 1)
        other_nss = self._match_by_curp(pairs, of_payroll, of_imss)
        pairs += other_nss
        self._choose_attributes(pairs, of_payroll)
        self._contexto.ask(0, 1)
        self._other_registro(of_payroll, of_imss)
        self._missing(of_payroll, of_imss)
        self._data(pairs, other_nss)
        for at, (one, other) in enumerate(pairs):
            if at % _ASK_EVERY == 0:
                self._contexto.ask(at, len(pairs))
            self._pair(one, other)
        self._out_of_limits()
        self._found.ambas = len(pairs)
        self._found.alguna += len(pairs)
        self._explain()
        self._found.diferencias = list(in_order(self._found.diferencias, key=Diferencia.cost))
        return self._found

    def _place_without_registro(self) -> None:
        """Persons of a list that names no registro patronal get that of the other side."""
        for side, other in ((self._nomina, self._imss), (self._imss, self._nomina)):
            lost = [persona for persona in side.personas.values() if not persona.registro_patronal]
            if not lost:
                continue
            of_nss: dict[str, set[str]] = defaultdict(set)
            for registro, nss in other.personas:
                of_nss[nss].add(registro)
            only = next(iter(other.registros)) if len(other.registros) == 1 else ""
            for persona in lost:
                found = of_nss.get(persona.nss, set())
                registro = next(iter(found)) if len(found) == 1 else only
                del side.personas[persona.clave]
                persona.registro_patronal = registro
                side.personas.setdefault(persona.clave, persona)
            if only:
                side.registros.add(only)
                side.ultimo.setdefault(only, side.ultimo.get("", self._periodo.hasta))

    def _place_without_nss(self) -> None:
        """Who has no NSS is found through a source that knows the CURP's."""
        for side, other in ((self._nomina, self._imss), (self._imss, self._nomina)):
            wanted = {persona.curp for persona in side.sin_clave if persona.curp}
            known = self._contexto.nss_de(wanted) if wanted else {}
            left = []
            for persona in side.sin_clave:
                numbers = other.curps.get(persona.curp) or known.get(persona.curp) or set()
                key = (persona.registro_patronal, next(iter(numbers), ""))
                if len(numbers) != 1 or key in side.personas:
                    left.append(persona)
                    continue
                persona.nss = key[1]
                side.personas[key] = persona
            side.sin_clave = left
        self._found.sin_clave = [
            one for one in self._nomina.sin_clave if reglas.is_paid(one, self._periodo)
        ]

    def _match(self) -> tuple[Pares, Resto, Resto]:
        """Pairs (IMSS, payroll), and who is left of the payroll and of the IMSS."""
        pairs, of_payroll = [], {}
        of_imss = dict(self._imss.personas)
        for key, persona in self._nomina.personas.items():
            other = of_imss.pop(key, None)
            if other is None:
                of_payroll[key] = persona
            else:
                pairs.append((other, persona))
        numbers = [nss for _, nss in self._imss.personas]
        if len(set(numbers)) < len(numbers):
            repeated = Counter(numbers)
            for (_, nss), persona in self._imss.personas.items():
                if repeated[nss] > 1:
                    self._of_nss.setdefault(nss, []).append(persona)
        self._without_partner(of_payroll, of_imss)
        return pairs, of_payroll, of_imss

    def _without_partner(
        self, of_payroll: Mapping[Clave, Persona], of_imss: Mapping[Clave, Persona]
    ) -> None:
        for left, other, en_imss in (
            (of_payroll, self._imss, False),
            (of_imss, self._nomina, True),
        ):
            lone = Counter(registro for registro, _ in left if registro not in other.registros)
            self._found.sin_pareja += [
                SinPareja(registro, en_imss, count) for registro, count in sorted(lone.items())
            ]

    def _match_by_curp(self, pairs: Pares, of_payroll: Resto, of_imss: Resto) -> Pares:
        """The same person under another NSS, by a source that knows CURP and NSS."""
        wanted = {persona.curp for persona in of_payroll.values() if persona.curp}
        known = self._contexto.nss_de(wanted) if wanted else {}
        found: Pares = []
        undone: set[int] = set()
        for key, persona in list(of_payroll.items()):
            if not persona.curp:
                continue
            numbers = self._nomina.curps.get(persona.curp, set()) | self._imss.curps.get(
                persona.curp, set()
            )
            for nss in sorted(numbers.union(known.get(persona.curp, ()))):
                there = (persona.registro_patronal, nss)
                other = of_imss.pop(there, None)
                same = self._nomina.personas.get(there)
                # Somebody paid under two NSS, of which the IMSS has one, is one person.
                if other is None and same is not None and id(same) not in undone:
                    other = self._imss.personas.get(there)
                    if other is None or not reglas.same_name(same.nombre, persona.nombre):
                        continue
                    persona.pagos = tuple(
                        sorted((*same.pagos, *persona.pagos), key=lambda one: one[:2])
                    )
                    undone.add(id(same))
                if other is not None:
                    found.append((other, persona))
                    del of_payroll[key]
                    break
        pairs[:] = [one for one in pairs if id(one[1]) not in undone] if undone else pairs
        return found

    def _choose_attributes(
        self, pairs: Iterable[tuple[Persona, Persona]], of_payroll: Mapping[Clave, Persona]
    ) -> None:
        samples = [
            (one.rfc_emisor, sample)
            for other, one in pairs
            if one.rfc_emisor and (sample := self._sample(one, other)) is not None
        ]
        samples += [
            (one.rfc_emisor, sample)
            for one in of_payroll.values()
            if one.rfc_emisor and (sample := self._sample(one, None)) is not None
        ]
        self._found.votos = vote(samples, self._contexto.elegidos)

    def _sample(self, persona: Persona, other: Persona | None) -> Muestra | None:
        pago = reglas.last_with_salary(persona, self._periodo)
        if pago is None:
            return None
        known = [] if other is None else reglas.sbcs_beside(pago, other, self._periodo)
        tope = self._limites.on(
            min(pago.final, self._periodo.hasta), persona.registro_patronal
        ).tope
        return Muestra(pago.base, pago.integrado, tope, known)

    def _atributo(self, persona: Persona) -> Atributo:
        voto = self._found.votos.get(persona.rfc_emisor)
        return Atributo.BASE if voto is None else voto.atributo

    def _other_registro(self, of_payroll: Resto, of_imss: Resto) -> None:
        left = defaultdict(list)
        for (_, nss), persona in of_imss.items():
            left[nss].append(persona)
        for key, persona in list(of_payroll.items()):
            others = left.get(persona.nss, [])
            if len(others) != 1 or not reglas.is_paid(persona, self._periodo):
                continue
            other = others[0]
            if other.ultima_baja and reglas.first_paid(persona, self._periodo) > other.ultima_baja:
                continue  # moved away from a registro patronal that was compared
            del of_payroll[key], of_imss[other.clave]
            left[persona.nss].clear()
            self._found.alguna += 1
            self._add(
                ClaseDiferencia.OTRO_REGISTRO,
                other,
                persona,
                dia=persona.inicio or reglas.first_paid(persona, self._periodo),
                sbc_nomina=self._sbc(persona),
                detalle=f"{persona.registro_patronal} la nómina, {other.registro_patronal} el IMSS",
            )

    def _missing(
        self, of_payroll: Mapping[Clave, Persona], of_imss: Mapping[Clave, Persona]
    ) -> None:
        lacking = [
            one
            for (registro, _), one in of_payroll.items()
            if registro in self._imss.registros and reglas.is_paid(one, self._periodo)
        ]
        without = [
            one
            for (registro, _), one in of_imss.items()
            if registro in self._nomina.registros
            and reglas.is_active(one, self._periodo)
            and not reglas.may_be_away(one)
        ]
        self._found.alguna += len(lacking) + len(without)
        named_here = by_name([*lacking, *self._found.sin_clave])
        named_there = by_name([*without, *self._imss.sin_clave])
        for one in lacking:
            self._add(
                ClaseDiferencia.FALTA_EN_IMSS,
                None,
                one,
                dia=one.inicio or reglas.first_paid(one, self._periodo),
                sbc_nomina=self._sbc(one),
                parecidos=alike(one, named_there),
            )
        for one in without:
            self._add(
                ClaseDiferencia.SIN_RECIBO,
                one,
                None,
                sbc_imss=one.sbc_on(self._periodo.hasta),
                parecidos=alike(one, named_here),
            )

    def _data(self, pairs: Pares, other_nss: Pares) -> None:
        """Other NSS, CURP or letters of the name."""
        theirs: dict[str, set[str]] = defaultdict(set)
        for curp, numbers in self._imss.curps.items():
            for nss in numbers:
                theirs[nss].add(curp)
        with_curp = {(other.nss, one.curp) for other, one in pairs if one.curp}
        ours = self._contexto.curps_de(with_curp) if with_curp else {}
        by_nss = {id(one) for _, one in other_nss}
        for other, one in pairs:
            parts = []
            if id(one) in by_nss:
                parts.append(f"NSS: {other.nss} el IMSS, {one.nss} la nómina")
            known = theirs.get(other.nss) or ours.get(other.nss) or set()
            if one.curp and known and one.curp not in known:
                parts.append(f"CURP: {sorted(known)[0]} el IMSS o sus avisos, {one.curp} la nómina")
            if one.nombre != other.nombre and not reglas.same_name(one.nombre, other.nombre):
                parts.append(f"Nombre: «{other.nombre}» el IMSS, «{one.nombre}» la nómina")
            if parts:
                self._add(ClaseDiferencia.OTROS_DATOS, other, one, detalle=". ".join(parts) + ".")
        empty(theirs, with_curp, ours)

    def _pair(self, imss: Persona, nomina: Persona) -> None:
        periodo = self._periodo
        elsewhere = [
            tramo
            for one in self._of_nss.get(imss.nss, ())
            if one is not imss
            for tramo in one.tramos
        ]
        left = reglas.separation(imss, nomina, periodo)
        if left is not None:
            self._add(ClaseDiferencia.SEPARACION, imss, nomina, dia=left[0], otro_dia=left[1])
        else:
            horizon = self._nomina.ultimo.get(nomina.registro_patronal, 0)
            since = reglas.unpaid_since(imss, nomina, periodo, horizon)
            if since is not None:
                sbc = imss.sbc_on(periodo.hasta)
                self._add(ClaseDiferencia.SIN_RECIBO, imss, nomina, dia=since, sbc_imss=sbc)
            paid = reglas.paid_uncovered(imss, nomina, periodo, elsewhere)
            if paid is not None:
                clase, dia, otro_dia, dias = paid
                self._add(clase, imss, nomina, dia=dia, otro_dia=otro_dia, dias=dias)
        self._salary(imss, nomina)

    def _salary(self, imss: Persona, nomina: Persona) -> None:
        atributo = self._atributo(nomina)
        pago = reglas.last_with_salary(nomina, self._periodo, atributo)
        if pago is None or not imss.sbcs:
            self._found.sin_sbc += reglas.is_paid(nomina, self._periodo)
            return
        found = reglas.salary(imss, nomina, pago, atributo, self._periodo, self._limites)
        if found is None:
            return
        theirs, ours, dia, only_first = found
        clase = ClaseDiferencia.SBC_MENOR if theirs < ours else ClaseDiferencia.SBC_MAYOR
        one = self._add(clase, imss, nomina, dia=dia, sbc_imss=theirs, sbc_nomina=ours)
        if only_first:
            one.estado = EstadoDiferencia.EN_PLAZO
            one.explicacion = reglas.in_time(self._periodo, self._contexto.calendario)

    def _sbc(self, persona: Persona) -> int | None:
        pago = reglas.last_with_salary(persona, self._periodo)
        if pago is None:
            return None
        return reglas.sbc_of(
            pago, self._atributo(persona), self._periodo, self._limites, persona.registro_patronal
        )

    def _out_of_limits(self) -> None:
        told = {
            id(one.imss)
            for one in self._found.diferencias
            if one.clase in (ClaseDiferencia.SBC_MENOR, ClaseDiferencia.SBC_MAYOR)
        }
        for (registro, _), persona in self._imss.personas.items():
            if id(persona) in told or not persona.tramos:
                continue
            day = min(persona.tramos[-1].hasta, self._periodo.hasta)
            sbc = persona.sbc_on(day)
            if sbc is not None and self._limites.is_out(sbc, day, registro):
                detalle = " ".join(
                    self._limites.on(day, registro).out_of_limits(sbc, reducida=True)
                )
                self._add(
                    ClaseDiferencia.FUERA_DE_LIMITES,
                    persona,
                    self._nomina.personas.get(persona.clave),
                    sbc_imss=sbc,
                    dia=day,
                    detalle=detalle,
                )

    def _explain(self) -> None:
        may_be = [one for one in self._found.diferencias if one.nss and reglas.may_be_told(one)]
        wanted = {(one.nss, one.registro_patronal) for one in may_be}
        notices = self._contexto.avisos_de(wanted) if wanted else {}
        for one in may_be if notices else ():
            own = notices.get((one.nss, one.registro_patronal))
            if own:
                latest = self._imss.ultimo.get(one.registro_patronal, self._periodo.hasta)
                reglas.explain(one, own, latest, self._periodo)
        empty(notices, wanted)

    def _add(
        self, clase: ClaseDiferencia, imss: Persona | None, nomina: Persona | None, **values: Any
    ) -> Diferencia:
        who = nomina or imss
        assert who is not None  # noqa: S101
        named = who if who.nombre or imss is None else imss
        of = nomina if clase is ClaseDiferencia.OTRO_REGISTRO else imss
        registro = (of or who).registro_patronal
        nss = (imss or who).nss
        one = Diferencia(clase, registro, nss, who.curp, named.nombre, imss, nomina, **values)
        self._found.diferencias.append(one)
        return one
