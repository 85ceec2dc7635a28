"""The cases of a made month: what is planted, and what is no difference."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.services.confronta.mes import (
    DIA,
    MINIMO,
    REGISTROS,
    Case,
    Gente,
    Hacedor,
    MesHecho,
    ascii_name,
)
from tests.support.emision import FilaEmision


def mes_completo(of: Hacedor, one: Gente) -> None:
    of.pay_all(one)
    of.rows(one)


# 1: paid, and the IMSS does not have them.
def falta(of: Hacedor, one: Gente) -> None:
    of.pay_all(one)
    of.plant(1, one)


def falta_quien_empezo(of: Hacedor, one: Gente) -> None:
    one.inicio = of.day(4, 20)
    of.pay_all(one, desde=one.inicio)
    of.plant(1, one)


# 2 and 6: the SBC.
def sbc_menor(of: Hacedor, one: Gente) -> None:
    of.pay_all(one)
    of.rows(one, sbc=one.sbc - of.azar.choice((0.02, 0.5, 15.2)))
    of.plant(2, one)


def sbc_menor_desde_la_quincena(of: Hacedor, one: Gente) -> None:
    first, second = of.periods(one, "quincenal")
    of.pay(one, first)
    of.pay(one, second, one.sbc + 40)
    of.rows(one)
    of.plant(2, one)


def sbc_mayor(of: Hacedor, one: Gente) -> None:
    of.pay_all(one)
    of.rows(one, sbc=one.sbc + of.azar.choice((0.02, 0.5, 15.2)))
    of.plant(6, one)


# 3: the IMSS has them, and nobody pays them.
def sin_recibo(of: Hacedor, one: Gente) -> None:
    of.rows(one)
    of.plant(3, one)


def sin_segundo_recibo(of: Hacedor, one: Gente) -> None:
    of.pay(one, of.periods(one, "quincenal")[0])
    of.rows(one)
    of.plant(3, one)


def solo_aguinaldo(of: Hacedor, one: Gente) -> None:
    of.extraordinary(one, of.day(5, 25), "002")
    of.rows(one)
    of.plant(3, one)


# 4: the separation.
def separado_sin_baja(of: Hacedor, one: Gente) -> None:
    end = of.day(4, 24)
    of.pay_all(one, hasta=end)
    of.extraordinary(one, end, *of.azar.choice((("022",), ("023", "002"), ("025",))))
    of.rows(one)
    of.plant(4, one)


def separado_otro_dia(of: Hacedor, one: Gente) -> None:
    end = of.day(10, 20)
    of.pay_all(one, hasta=end)
    of.extraordinary(one, end, "001", regimen="13")
    of.rows(one, hasta=end + of.azar.choice((-4, 2, 5)) * DIA)
    of.plant(4, one)


def pagado_despues_de_la_baja(of: Hacedor, one: Gente) -> None:
    of.pay_all(one)
    of.rows(one, hasta=of.day(5, 20))
    of.plant(4, one)


# 5: the alta is later than the first day.
def alta_tardia(of: Hacedor, one: Gente) -> None:
    one.inicio = of.day(3, 14)
    of.pay_all(one, desde=one.inicio)
    of.rows(one, desde=one.inicio + of.azar.choice((1, 2, 9)) * DIA)
    of.plant(5, one)


# 7: another registro patronal.
def otro_registro(of: Hacedor, one: Gente) -> None:
    of.pay_all(one)
    of.rows(one, rp=one.otro_rp)
    of.plant(7, one)


# 8: other NSS or letters.
def otra_letra(of: Hacedor, one: Gente) -> None:
    name = one.imss
    at = max(name.rfind(letter) for letter in "AEIOU")
    of.pay_all(one)
    of.rows(one, nombre=f"{name[:at]}{'U' if name[at] != 'U' else 'O'}{name[at + 1 :]}")
    of.plant(8, one)


def otro_nss(of: Hacedor, one: Gente) -> None:
    """The receipts of another kind have the IMSS's NSS."""
    wrong = one.who.nss[:5] + f"{(int(one.who.nss[5:]) + 1) % 10**6:06}"
    while wrong in of.mes.personas:
        wrong = wrong[:5] + f"{(int(wrong[5:]) + 1) % 10**6:06}"
    of.mes.personas[wrong] = one.at
    of.pay_all(one, nodo={"nss": wrong})
    of.extraordinary(one, of.day(5, 25), "002")
    of.rows(one)
    of.plant(8, one)


def otra_curp(of: Hacedor, one: Gente) -> None:
    """Of another day of birth than SUA has."""
    curp, who = one.who.curp, one.who
    name = ascii_name(f"{who.primer_apellido}${who.segundo_apellido}${who.nombres}", "/")
    of.mes.aseg.append(
        f"{one.rp}{one.who.nss}{curp[:10] + 'AB1':13}{curp}{name:50}"
        f"10{one.inicio:%d%m%Y}{round(one.sbc * 100):07}{'':27}{'0' * 8}0{'0' * 8}\r\n"
    )
    day = int(curp[8:10])
    of.pay_all(one, nodo={"curp": f"{curp[:8]}{day % 28 + 1:02}{curp[10:]}"})
    of.rows(one)
    of.plant(8, one)


# 9: limits.
def bajo_el_minimo(of: Hacedor, one: Gente) -> None:
    one.sbc = 205.37
    of.pay_all(one)
    of.rows(one)
    of.plant(9, one)


def sobre_el_tope(of: Hacedor, one: Gente) -> None:
    one.sbc = 3_100.55
    of.pay_all(one)
    of.rows(one, sbc=3_100.55)
    of.plant(9, one)


PLANTADAS: Final[tuple[Case, ...]] = (
    falta, falta_quien_empezo, sbc_menor, sbc_menor_desde_la_quincena, sbc_mayor, sin_recibo,
    sin_segundo_recibo, solo_aguinaldo, separado_sin_baja, separado_otro_dia,
    pagado_despues_de_la_baja, alta_tardia, otro_registro, otra_letra, otro_nss, otra_curp,
    bajo_el_minimo, sobre_el_tope,
)  # fmt: skip


# No differences.
def varios_recibos(of: Hacedor, one: Gente) -> None:
    mes_completo(of, one)
    of.extraordinary(one, of.day(3, 25), "002")
    first, _ = of.periods(one, "quincenal")
    of.pay(one, (first[0] + 3 * DIA, first[0] + 5 * DIA))


def semanas_sobre_el_fin_de_mes(of: Hacedor, one: Gente) -> None:
    one.paga = "semanal"
    mes_completo(of, one)


def pagado_el_mes_siguiente(of: Hacedor, one: Gente) -> None:
    of.pay_all(one, nodo={"pago": of.last + 6 * DIA})
    of.rows(one)


def mes_de_incapacidad(of: Hacedor, one: Gente) -> None:
    of.rows(one, dias=0)


def incapacidad_desde_antes(of: Hacedor, one: Gente) -> None:
    end = of.first - DIA
    of.pay(one, (end.replace(day=16), end), nodo={"incapacidad": 12, "dias": "3.000"})
    of.rows(one)


def reingreso(of: Hacedor, one: Gente) -> None:
    one.paga = "quincenal"
    out, again = of.day(5, 12), of.day(18, 24)
    of.pay_all(one, hasta=out)
    of.rows(one, hasta=out)
    one.inicio = again
    of.pay_all(one, desde=again)
    of.rows(one, desde=again)


def en_los_dos_registros(of: Hacedor, one: Gente) -> None:
    for registro in REGISTROS:
        of.pay_all(one, rp=registro)
        of.rows(one, rp=registro)


def cambio_de_registro(of: Hacedor, one: Gente) -> None:
    one.paga = "quincenal"
    of.pay_all(one, hasta=of.half)
    of.pay_all(one, desde=of.half + DIA, rp=one.otro_rp)
    of.rows(one, hasta=of.half)
    of.rows(one, rp=one.otro_rp, desde=of.half + DIA)


def alta_un_dia_antes(of: Hacedor, one: Gente) -> None:
    one.inicio = of.day(4, 24)
    of.pay_all(one, desde=one.inicio)
    of.rows(one, desde=one.inicio - DIA)


def inicio_anterior(of: Hacedor, one: Gente) -> None:
    alta = of.day(4, 24)
    of.pay_all(one, desde=alta)
    of.rows(one, desde=alta)


def primera_del_bimestre(of: Hacedor, one: Gente) -> None:
    """Then ill: the IMSS takes the days of the second half out."""
    of.pay(one, of.periods(one, "quincenal")[0], one.sbc + 33.3)
    of.rows(one, dias=15)


def en_el_tope(of: Hacedor, one: Gente) -> None:
    one.sbc = 6_435.14
    mes_completo(of, one)


def semana_reducida(of: Hacedor, one: Gente) -> None:
    one.sbc = MINIMO
    of.pay_all(one, nodo={"jornada": of.azar.choice(("04", "05"))})
    of.rows(one)


def enie(of: Hacedor, one: Gente) -> None:
    one.who = one.who._replace(primer_apellido="MUÑOZ", segundo_apellido="NÚÑEZ PEÑA")
    of.pay_all(one)
    of.rows(one, nombre=ascii_name(one.imss.replace("#", "Ñ"), of.azar.choice("/#¥N")))


def ultimo_centavo(of: Hacedor, one: Gente) -> None:
    of.pay_all(one)
    of.rows(one, sbc=one.sbc + of.azar.choice((-0.01, 0.01)))


def sin_nombre(of: Hacedor, one: Gente) -> None:
    of.pay_all(one)
    of.rows(one, nombre="")


def asimilado(of: Hacedor, one: Gente) -> None:
    how = of.azar.choice(({"regimen": "09", "contrato": "99"}, {"contrato": "09"}))
    of.pay_all(one, nodo={**how, "registro_patronal": "", "nss": "", "inicio": None, "base": ""})


def repetido_y_sustituido(of: Hacedor, one: Gente) -> None:
    for period in of.periods(one):
        wrong = of.pay(one, period, one.sbc + 100)
        right = of.pay(one, period, cfdi={"sustituye": (wrong.uuid,)})
        of.mes.recibos[f"copia de {right.uuid}.xml"] = right
    of.rows(one)


def dos_nodos(of: Hacedor, one: Gente) -> None:
    for period in of.periods(one):
        cfdi = of.pay(one, period)
        (node,) = cfdi.nominas
        second = replace(node, tipo="E", base="", integrado="", percepciones=("038",))
        of.mes.recibos[f"{cfdi.uuid}.xml"] = replace(cfdi, nominas=(node, second))
    of.rows(one)


def un_recibo_sin_nss(of: Hacedor, one: Gente) -> None:
    first, second = of.periods(one, "quincenal")
    of.pay(one, first)
    of.pay(one, second, nodo={"nss": of.azar.choice(("", "00000000000"))})
    of.rows(one)


def separado_con_su_baja(of: Hacedor, one: Gente) -> None:
    end = of.day(4, 24)
    of.pay_all(one, hasta=end)
    of.extraordinary(one, end, "022", "025")
    of.rows(one, hasta=end)


def ptu_de_quien_se_fue(of: Hacedor, one: Gente) -> None:
    of.extraordinary(one, of.day(5, 25), "003")


def aumento_en_los_dos(of: Hacedor, one: Gente) -> None:
    first, second = of.periods(one, "quincenal")
    of.pay(one, first)
    of.pay(one, second, one.sbc + 50)
    own = of.mes.filas[one.rp]
    since = second[0]
    own.append(FilaEmision(one.who.nss, one.imss, 15, one.sbc))
    days = (of.last - since).days + 1
    own.append(FilaEmision(one.who.nss, one.imss, days, one.sbc + 50, "7", since))


def anio_completo(of: Hacedor, one: Gente) -> None:
    """Receipts of the months before and after, with other salaries."""
    mes_completo(of, one)
    before, after = of.first - DIA, of.last + DIA
    of.pay(one, (before.replace(day=16), before), one.sbc - 30)
    of.pay(one, (after, after.replace(day=15)), one.sbc + 30)


def se_fue_el_mes_anterior(of: Hacedor, one: Gente) -> None:
    before = of.first - DIA
    of.pay(one, (before.replace(day=16), before), hasta=before.replace(day=20))
    of.extraordinary(one, before.replace(day=20), "022")


def finiquito_pagado_el_mes_siguiente(of: Hacedor, one: Gente) -> None:
    of.extraordinary(one, of.day(2, 20), "022", "025")


def empieza_el_mes_siguiente(of: Hacedor, one: Gente) -> None:
    one.inicio = of.last + DIA
    of.pay(one, (one.inicio, one.inicio.replace(day=15)))


def baja_a_fin_de_mes(of: Hacedor, one: Gente) -> None:
    of.pay_all(one, hasta=of.last)
    of.extraordinary(one, of.last, "022")
    of.rows(one, hasta=of.last)


def aumento_a_media_semana(of: Hacedor, one: Gente) -> None:
    since = of.day(5, 26)
    for period in of.periods(one):
        of.pay(one, period, one.sbc + (45 if period[1] >= since else 0))
    own = of.mes.filas[one.rp]
    own.append(FilaEmision(one.who.nss, one.imss, since.day - 1, one.sbc))
    days = (of.last - since).days + 1
    own.append(FilaEmision(one.who.nss, one.imss, days, one.sbc + 45, "7", since))


def faltas(of: Hacedor, one: Gente) -> None:
    for period in of.periods(one):
        of.pay(one, period, nodo={"dias": f"{max((period[1] - period[0]).days - 2, 1)}.000"})
    of.rows(one)


def alta_a_tiempo(of: Hacedor, one: Gente) -> None:
    one.inicio = of.day(3, 26)
    of.pay_all(one, desde=one.inicio)
    of.rows(one, desde=one.inicio)


def finiquito_en_el_recibo(of: Hacedor, one: Gente) -> None:
    one.paga = "quincenal"
    end = of.day(4, 14)
    of.pay_all(one, hasta=end, nodo={"percepciones": ("001", "022")})
    of.rows(one, hasta=end)


INOCENTES: Final[tuple[Case, ...]] = (
    varios_recibos, semanas_sobre_el_fin_de_mes, pagado_el_mes_siguiente, mes_de_incapacidad,
    incapacidad_desde_antes, reingreso, en_los_dos_registros, cambio_de_registro,
    alta_un_dia_antes, inicio_anterior, primera_del_bimestre, en_el_tope, semana_reducida, enie,
    ultimo_centavo, sin_nombre, asimilado, repetido_y_sustituido, dos_nodos, un_recibo_sin_nss,
    separado_con_su_baja, ptu_de_quien_se_fue, aumento_en_los_dos, anio_completo,
    se_fue_el_mes_anterior, finiquito_pagado_el_mes_siguiente, empieza_el_mes_siguiente,
    baja_a_fin_de_mes, aumento_a_media_semana, faltas, alta_a_tiempo, finiquito_en_el_recibo,
)  # fmt: skip


def make_month(semilla: int, trabajadores: int = 2_000) -> MesHecho:
    """semilla: from DE_PARES on, of an even month with its EBA."""
    maker = Hacedor(semilla, trabajadores)
    cases = [*PLANTADAS, *INOCENTES]
    if maker.mes.mes % 2 == 0:
        cases.remove(primera_del_bimestre)
    return maker.done(cases, mes_completo)
