"""The single rules of the comparison: who is paid, who is covered, what explains a difference.

Days are ordinals; amounts centavos. What the files cannot prove is no difference: a rule returns
None rather than a doubt. Sources: LSS 15-I, 28, 34, 37 and RACERF 45, 57; docs/fuentes.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from icsoe_desktop.domain.confronta.atributo_sbc import Atributo, capped, equals
from icsoe_desktop.domain.confronta.diferencias import (
    AvisoConocido,
    ClaseDiferencia,
    Diferencia,
    EstadoDiferencia,
    dia,
)
from icsoe_desktop.domain.confronta.nombres import name_key
from icsoe_desktop.domain.confronta.persona import Pago, PeriodoConfronta, Persona, Tramo
from icsoe_desktop.domain.identificadores.enie import enie_as_n
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento, TipoSalario
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.domain.movimientos.limites_sbc import Limites, TablaLimites
from icsoe_desktop.domain.movimientos.plazos import Calendario, plazo_of
from icsoe_desktop.domain.texto import fold

# Payroll programs round the days of a period: 15.2, 30.4.
_DAYS_ROUNDED: Final = 1
_HALF_MONTH: Final = 16
# Names in the IMSS's files are cut at fifty characters; nobody publishes where an emission does.
_MAY_BE_CUT: Final = 40


class LimitesDelPeriodo:
    """Floors and caps by day and registro patronal, looked up once each."""

    def __init__(self, tabla: TablaLimites) -> None:
        @lru_cache(10_000)
        def find(day: int, registro: str) -> Limites:
            return tabla.on(date.fromordinal(day), registro)

        self.on = find

    def is_out(self, sbc: int, day: int, registro: str) -> bool:
        limits = self.on(day, registro)
        return (limits.piso is not None and sbc < limits.piso) or (
            limits.tope is not None and sbc > limits.tope + 1
        )


def _paid_in(pago: Pago, persona: Persona, periodo: PeriodoConfronta) -> tuple[int, int, int]:
    """First and last day of a payment in the period, and the days that it surely pays in them.

    0 days if none is sure; a list without days pays every day. The beginning of the relation cuts
    only the payment in which it lies: an earlier stay began before.
    """
    begins = persona.inicio if pago.inicial <= persona.inicio <= pago.final else pago.inicial
    first = max(begins, periodo.desde)
    last = min(pago.final, periodo.hasta)
    inside = last - first + 1
    if inside <= 0 or not pago.dias:
        return first, last, max(inside, 0)
    outside = (pago.final - begins + 1) - inside
    return first, last, max(min(pago.enteros - outside, inside), 0)


def is_paid(persona: Persona, periodo: PeriodoConfronta) -> bool:
    """Whether an ordinary payment proves a day of work in the period."""
    return any(one.ordinario and _paid_in(one, persona, periodo)[2] > 0 for one in persona.pagos)


def first_paid(persona: Persona, periodo: PeriodoConfronta) -> int:
    days = (_paid_in(one, persona, periodo) for one in persona.pagos if one.ordinario)
    return min((first for first, _, paid in days if paid > 0), default=0)


def is_active(persona: Persona, periodo: PeriodoConfronta) -> bool:
    """Whether the IMSS has the person at the end of the period."""
    return bool(persona.tramos) and not persona.ultima_baja


def may_be_away(persona: Persona) -> bool:
    """Whether the IMSS itself tells of an incapacity: it takes its days out of the emission."""
    return persona.incapacidad or persona.dias == 0


def last_with_salary(
    persona: Persona, periodo: PeriodoConfronta, atributo: Atributo | None = None
) -> Pago | None:
    """The last payment of the period that has an SBC. atributo: in this attribute.

    One that goes on after the period may have a later salary: only if there is no other.
    """
    found = None
    for one in persona.pagos:
        if one.final < periodo.desde or one.inicial > periodo.hasta:
            continue
        there = one.base or one.integrado if atributo is None else _value(one, atributo)
        if there and (found is None or _tells_more(one, found, periodo)):
            found = one
    return found


def _tells_more(one: Pago, found: Pago, periodo: PeriodoConfronta) -> bool:
    """Whether the later payment `one` tells the salary better than `found`."""
    inside = one.final <= periodo.hasta or found.final > periodo.hasta
    return inside and (one.ordinario or not found.ordinario)


def _value(pago: Pago, atributo: Atributo) -> int | None:
    return pago.base if atributo is Atributo.BASE else pago.integrado


def sbcs_beside(pago: Pago, imss: Persona, periodo: PeriodoConfronta) -> list[int]:
    """Every SBC that the IMSS has in the days of a payment."""
    return imss.sbcs_in(max(pago.inicial, periodo.desde), min(pago.final, periodo.hasta))


def sbc_of(
    pago: Pago,
    atributo: Atributo,
    periodo: PeriodoConfronta,
    limites: LimitesDelPeriodo,
    registro: str,
) -> int | None:
    """The SBC of a payment after the cap of its day."""
    value = _value(pago, atributo)
    if value is None:
        return None
    return capped(value, limites.on(min(pago.final, periodo.hasta), registro).tope)


def salary(
    imss: Persona,
    nomina: Persona,
    pago: Pago,
    atributo: Atributo,
    periodo: PeriodoConfronta,
    limites: LimitesDelPeriodo,
) -> tuple[int, int, int, bool] | None:
    """Both SBCs, the day from which the payroll has its own, and whether the only payment is the
    first of a bimestre, whose variable part may still be told in time. None if they agree.

    pago: that of `last_with_salary`.
    """
    registro = imss.registro_patronal
    ours = sbc_of(pago, atributo, periodo, limites, registro)
    day = min(pago.final, periodo.hasta)
    theirs = imss.sbc_on(day)
    if ours is None or theirs is None or equals(ours, theirs):
        return None
    if limites.is_out(theirs, day, registro):
        return None
    for one in sbcs_beside(pago, imss, periodo):
        if equals(ours, one):
            return None
    since = pago.inicial
    for each in reversed(nomina.pagos):
        value = _value(each, atributo)
        if value is not None and value != ours:
            value = sbc_of(each, atributo, periodo, limites, registro)
        if value is None:
            continue
        if each.final <= pago.final and not equals(value, ours):
            break
        since = min(since, each.inicial)
    only_first = (
        pago.final < periodo.desde + _HALF_MONTH
        and pago.dias > 0
        and date.fromordinal(periodo.desde).month % 2 == 1
        and sum(each.ordinario and each.final >= periodo.desde for each in nomina.pagos) == 1
    )
    return theirs, ours, max(since, nomina.inicio), only_first


def in_time(periodo: PeriodoConfronta, calendario: Calendario) -> str:
    first = date.fromordinal(periodo.desde)
    plazo = plazo_of(
        TipoMovimiento.MODIFICACION, first, calendario, tipo_salario=TipoSalario.VARIABLE
    )
    return (
        f"En plazo hasta el {plazo.limite:%d/%m/%Y}: es la primera nómina del bimestre, con la "
        "parte variable del anterior (LSS 34-II)."
    )


def _last_days(pago: Pago) -> tuple[int, int]:
    """Between which days the last one lies that a payment pays."""
    length = pago.final - pago.inicial + 1
    if not pago.dias:
        return pago.inicial, pago.final
    if pago.enteros >= length - _DAYS_ROUNDED:
        return max(pago.final - _DAYS_ROUNDED, pago.inicial), pago.final
    last = pago.inicial + pago.enteros - 1
    return last, last


def separation(imss: Persona, nomina: Persona, periodo: PeriodoConfronta) -> tuple[int, int] | None:
    """The last day in the payroll and that of the baja, 0 without one; None if they agree."""
    bajas = [one.hasta for one in imss.tramos if one.baja]
    paid = [one for one in nomina.pagos if one.separacion and one.inicial <= periodo.hasta]
    if not paid:
        own = nomina.ultima_baja  # of a list
        if not own or not periodo.desde <= own <= periodo.hasta or own in bajas:
            return None
        return (own, bajas[-1]) if bajas else (own, 0) if is_active(imss, periodo) else None
    last = paid[-1]
    work = [one for one in nomina.pagos if one.ordinario and not one.separacion]
    if any(one.inicial > last.final for one in work):
        return None  # hired again
    low, high = _last_days(work[-1]) if work else (last.inicial, last.final)
    own = last.final if last.inicial == last.final or not work else high
    if last.ordinario:
        low, high = _last_days(last)
        own = high
    if not bajas:
        begins = imss.tramos[-1].desde if imss.tramos and imss.tramos[-1].alta else 0
        return (own, 0) if is_active(imss, periodo) and begins <= own else None
    if any(one == last.final or low <= one <= high for one in bajas):
        return None
    return own, bajas[-1]


def unpaid_since(
    imss: Persona, nomina: Persona, periodo: PeriodoConfronta, horizon: int
) -> int | None:
    """The last paid day of somebody whom the IMSS has and nobody pays; 0 if there is none.

    horizon: until when the payroll of the registro patronal goes. None if they are paid, or if
    an incapacity explains it.
    """
    if not is_active(imss, periodo) or may_be_away(imss) or nomina.incapacidad:
        return None
    work = [one for one in nomina.pagos if one.ordinario and one.inicial <= periodo.hasta]
    if not work:
        return 0
    last = max(work, key=lambda one: one.final)
    if last.incapacidad:
        return None
    if not is_paid(nomina, periodo):
        return last.final
    if last.final >= periodo.hasta:
        return None
    longest = max(one.final - one.inicial + 1 for one in work)
    covered = sum(one.hasta - max(one.desde, periodo.desde) + 1 for one in imss.tramos if one.hasta)
    due = last.final + longest
    if date.fromordinal(last.final).day == 15:
        due = min(due, periodo.hasta)  # the second half of February is shorter
    if 0 <= imss.dias < covered or due > min(horizon, periodo.hasta):
        return None
    return last.final


def paid_uncovered(
    imss: Persona, nomina: Persona, periodo: PeriodoConfronta, elsewhere: list[Tramo]
) -> tuple[ClaseDiferencia, int, int, int] | None:
    """Days that are paid and not covered: the kind, first or last day, the IMSS's, how many.

    elsewhere: stays of the person in other registros patronales of the same files.
    """
    stays = imss.tramos
    if not stays or (len(stays) == 1 and stays[0].desde <= periodo.desde and not stays[0].baja):
        return None
    stays = (*stays, *elsewhere)
    began = nomina.inicio
    if periodo.desde <= began <= periodo.hasta and is_paid(nomina, periodo):
        alta = _alta_after(imss, began)
        if alta and _uncovered(began, began, stays):
            return ClaseDiferencia.ALTA_TARDIA, began, alta, _uncovered(began, alta - 1, stays)
    late = None
    for pago in nomina.pagos:
        if not pago.ordinario or pago.separacion or not pago.dias:
            continue
        first, last, paid = _paid_in(pago, nomina, periodo)
        if paid <= 0:
            continue
        lacking = _uncovered(first, last, stays)
        covered = last - first + 1 - lacking
        if not lacking or paid - covered <= (_DAYS_ROUNDED if covered else 0):
            continue
        alta = _alta_after(imss, first)
        if alta and _uncovered(first, first, stays) and alta > first:
            return ClaseDiferencia.ALTA_TARDIA, first, alta, min(paid - covered, alta - first)
        baja = max((one.hasta for one in imss.tramos if one.baja and one.hasta < last), default=0)
        if baja:
            late = (ClaseDiferencia.SEPARACION, min(last, first + paid - 1), baja, paid - covered)
    return late


def _alta_after(imss: Persona, day: int) -> int:
    return min((one.desde for one in imss.tramos if one.alta and one.desde > day), default=0)


def _uncovered(desde: int, hasta: int, stays: Iterable[Tramo]) -> int:
    """How many of these days no stay covers."""
    if any(one.desde <= desde and hasta <= one.hasta for one in stays):
        return 0
    return sum(
        not any(one.desde <= day <= one.hasta for one in stays) for day in range(desde, hasta + 1)
    )


def same_name(one: str, other: str) -> bool:
    if not one or not other or sorted(one.split()) == sorted(other.split()):
        return True
    if name_key(one) == name_key(other):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < _MAY_BE_CUT:
        return False
    words = fold(enie_as_n(long)).split(), fold(enie_as_n(short)).split()
    return " ".join(words[0]).startswith(" ".join(words[1]))


_MENDS: Final = {
    ClaseDiferencia.FALTA_EN_IMSS: (TipoMovimiento.ALTA,),
    ClaseDiferencia.OTRO_REGISTRO: (TipoMovimiento.ALTA,),
    ClaseDiferencia.ALTA_TARDIA: (TipoMovimiento.ALTA,),
    ClaseDiferencia.SBC_MENOR: (TipoMovimiento.MODIFICACION, TipoMovimiento.ALTA),
    ClaseDiferencia.SBC_MAYOR: (TipoMovimiento.MODIFICACION, TipoMovimiento.ALTA),
    ClaseDiferencia.SIN_RECIBO: (TipoMovimiento.BAJA,),
    ClaseDiferencia.SEPARACION: (TipoMovimiento.BAJA,),
}
_RECEIVED: Final = (EstadoAviso.RECIBIDO, EstadoAviso.APROBADO)


def may_be_told(one: Diferencia) -> bool:
    """Whether a notice may explain it."""
    return one.clase in _MENDS


@lru_cache
def _what(tipo: str) -> str:
    return TipoMovimiento(tipo).nombre.lower()


def explain(
    one: Diferencia, notices: Collection[AvisoConocido], latest: int, periodo: PeriodoConfronta
) -> None:
    """Say of a difference what our notices say, those of its registro patronal. latest: last
    movement of the IMSS's file.

    Only a notice that the IMSS received after it settles the difference.
    """
    own = max(_mending(one, notices, periodo), key=lambda each: each.fecha, default=None)
    if own is None or any(_undoes(each, own) for each in notices):
        return
    what = _what(own.tipo)
    if own.estado in _RECEIVED:
        received = own.recibido or own.fecha
        if received > latest:
            one.estado = EstadoDiferencia.EXPLICADA
            one.explicacion = f"Se avisó el {dia(received)}, aún no está en la emisión."
        else:
            one.explicacion = (
                f"Se avisó el {dia(received)} ({what}) y la emisión no lo tiene: revise la "
                "constancia."
            )
    elif own.estado == EstadoAviso.RECHAZADO:
        one.explicacion = f"Rechazado ({what} del {dia(own.fecha)}): {own.causa or 'sin causa'}"
    elif own.estado == EstadoAviso.ENVIADO:
        one.explicacion = f"Enviado, sin respuesta: {what} del {dia(own.fecha)}."
    else:
        one.explicacion = f"Pendiente de enviar: {what} del {dia(own.fecha)}."


_OPPOSITE: Final = {
    TipoMovimiento.ALTA: TipoMovimiento.BAJA,
    TipoMovimiento.BAJA: TipoMovimiento.ALTA,
}
_VOID: Final = (EstadoAviso.RECHAZADO, EstadoAviso.CANCELADO)


def _undoes(each: AvisoConocido, own: AvisoConocido) -> bool:
    """Whether a later notice ends what `own` tells: a baja after the alta, or the reverse."""
    return (
        each.fecha > own.fecha
        and each.tipo == _OPPOSITE.get(TipoMovimiento(own.tipo))
        and each.estado not in _VOID
    )


def _mending(
    one: Diferencia, notices: Iterable[AvisoConocido], periodo: PeriodoConfronta
) -> Iterator[AvisoConocido]:
    kinds = _MENDS.get(one.clase, ())
    both = one.sbc_imss is not None and one.sbc_nomina is not None
    for each in notices:
        if (
            each.tipo in kinds
            and each.estado != EstadoAviso.CANCELADO
            and ((each.sbc is not None and equals(each.sbc, one.sbc_nomina or 0)) or not both)
            and (each.tipo != TipoMovimiento.ALTA or each.fecha <= periodo.hasta)
            and (each.tipo != TipoMovimiento.BAJA or each.fecha >= one.dia)
        ):
            yield each
