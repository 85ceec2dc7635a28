"""A month of receipts and emissions with planted differences, and with what is no difference.

Nothing here imports the comparison: the planted list is made beside the files. Kinds are the
numbers of the comparison, the one that costs most first. The emission's codes are those that
IDSE's notices have, as nobody published its own.
"""

from __future__ import annotations

import random
import uuid
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from unicodedata import normalize

from icsoe_desktop.domain.ejemplo.personas import Trabajador, iter_trabajadores
from tests.support.cfdi import Cfdi, NodoNomina
from tests.support.emision import EmisionHecha, FilaEmision

REGISTROS: Final = ("Y1234567101", "B5510768103")
MESES: Final = (3, 5, 7, 9, 11)
ANIO: Final = 2025
MINIMO, TOPE = 278.80, 2828.50
DIA: Final = timedelta(1)

Periodo = tuple[date, date]


@dataclass
class MesHecho:
    """plantadas: (kind, person). personas: NSS and CURP → person. casos: person → its case."""

    semilla: int
    mes: int
    recibos: dict[str, Cfdi] = field(default_factory=dict)
    filas: dict[str, list[FilaEmision]] = field(default_factory=dict)
    plantadas: set[tuple[int, int]] = field(default_factory=set)
    personas: dict[str, int] = field(default_factory=dict)
    casos: dict[int, str] = field(default_factory=dict)
    descuadrado: str = ""

    def emisiones(self) -> Iterator[tuple[str, EmisionHecha]]:
        for registro, filas in self.filas.items():
            one = EmisionHecha(
                ANIO,
                self.mes,
                filas,
                f"{registro[:3]}-{registro[3:8]}-{registro[8:10]}-{registro[10]}",
            )
            if registro == self.descuadrado:
                label = ("Días", "Total Cotizantes IMSS")[self.semilla % 2]
                one = one.with_figure(label, 7)
            yield f"emision_{registro}.xls", one

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Two folders: the emissions, the receipts."""
        imss, nomina = folder / "imss", folder / "nomina"
        imss.mkdir(parents=True)
        nomina.mkdir()
        for name, emision in self.emisiones():
            emision.write(imss / name)
        for name, cfdi in self.recibos.items():
            (nomina / name).write_text(cfdi.xml(), "utf-8")
        return imss, nomina


@dataclass
class _Gente:
    """A worker of one case. sbc: in pesos. paga: how often."""

    at: int
    who: Trabajador
    rp: str
    otro_rp: str
    sbc: float
    paga: str
    inicio: date

    @property
    def nomina(self) -> str:
        return f"{self.who.nombres} {self.who.primer_apellido} {self.who.segundo_apellido}".strip()

    @property
    def imss(self) -> str:
        name = f"{self.who.primer_apellido} {self.who.segundo_apellido} {self.who.nombres}"
        return _plain(name, "#")


def make_month(semilla: int, trabajadores: int = 2_000) -> MesHecho:
    return _Hacedor(semilla, trabajadores).done()


class _Hacedor:
    def __init__(self, semilla: int, trabajadores: int) -> None:
        self.azar = random.Random(semilla)  # noqa: S311 - not a secret
        self.mes = MesHecho(semilla, MESES[semilla % len(MESES)])
        self.count = trabajadores
        self.first = date(ANIO, self.mes.mes, 1)
        self.last = date(ANIO, self.mes.mes, monthrange(ANIO, self.mes.mes)[1])
        self.half = self.first.replace(day=15)
        self.patron = semilla % 4
        self.people = self._people()
        self.mes.filas = {registro: [] for registro in REGISTROS}
        self.at = 0

    def _people(self) -> Iterator[Trabajador]:
        seen: set[str] = set()
        for one in iter_trabajadores(self.mes.semilla + 7):
            if one.curp not in seen and one.nss.strip("0"):
                seen.add(one.curp)
                yield one

    def done(self) -> MesHecho:
        cases = [*_PLANTADAS, *_INOCENTES]
        each = max(1, self.count // 4 // len(cases))
        for case in cases:
            for _ in range(each):
                self._one(case)
        while self.at < self.count:
            self._one(_plain_month)
        self.mes.descuadrado = REGISTROS[self.mes.semilla % 2]
        for rows in self.mes.filas.values():
            self.azar.shuffle(rows)
            rows.sort(key=lambda row: row.nss)
        return self.mes

    def _one(self, case: Case) -> None:
        who = next(self.people)
        self.at += 1
        registro = self.azar.choice(REGISTROS)
        other = REGISTROS[1 - REGISTROS.index(registro)]
        sbc = self.azar.randrange(30_000, 200_000) / 100
        paga = self.azar.choice(("semanal", "catorcenal", "quincenal", "quincenal", "mensual"))
        inicio = date(self.azar.randrange(2005, 2024), self.azar.randrange(1, 13), 6)
        one = _Gente(self.at, who, registro, other, sbc, paga, inicio)
        self.mes.personas[who.nss] = self.mes.personas[who.curp] = self.at
        self.mes.casos[self.at] = case.__name__
        case(self, one)

    def plant(self, kind: int, one: _Gente) -> None:
        self.mes.plantadas.add((kind, one.at))

    def periods(self, one: _Gente, how: str = "") -> list[Periodo]:
        how = how or one.paga
        if how == "mensual":
            return [(self.first, self.last)]
        if how == "quincenal":
            return [(self.first, self.half), (self.half + DIA, self.last)]
        days = 7 if how == "semanal" else 14
        # Monday is day 1 of the calendar.
        start = date.fromordinal(self.first.toordinal() - (self.first.toordinal() - 1) % days)
        found = []
        while start <= self.last:
            found.append((start, start + (days - 1) * DIA))
            start += days * DIA
        return found

    def pay(
        self, one: _Gente, period: Periodo, sbc: float | None = None, **changes: object
    ) -> Cfdi:
        """A receipt; `nodo` and `cfdi` change the node and the CFDI."""
        desde = max(changes.pop("desde", period[0]), period[0])  # type: ignore[call-overload]
        hasta = min(changes.pop("hasta", period[1]), period[1])  # type: ignore[call-overload]
        base, integrado = self.attributes(one.sbc if sbc is None else sbc)
        node = NodoNomina(
            curp=one.who.curp, nss=one.who.nss,
            registro_patronal=self._written(changes.pop("rp", one.rp)),
            inicial=period[0], final=period[1], pago=period[1] + 3 * DIA,
            dias=f"{(hasta - desde).days + 1}.000", inicio=one.inicio, base=base,
            integrado=integrado,
        )  # fmt: skip
        number = uuid.UUID(int=self.azar.getrandbits(128), version=4)
        cfdi = Cfdi(
            (replace(node, **changes.pop("nodo", {})),),  # type: ignore[arg-type]
            str(number).upper(),
            rfc=one.who.curp[:10].replace("Ñ", "X") + "AB1",
            nombre=one.nomina,
            version=self.azar.choice(("3.3", "4.0")),
        )
        cfdi = replace(cfdi, **changes.pop("cfdi", {}))  # type: ignore[arg-type]
        self.mes.recibos[f"{cfdi.uuid}.xml"] = cfdi
        return cfdi

    def extraordinary(self, one: _Gente, day: date, *codes: str, **nodo: object) -> Cfdi:
        """An extraordinary receipt of one day, without salaries."""
        more = {"tipo": "E", "base": "", "integrado": "", "percepciones": codes, "dias": "1.000"}
        return self.pay(one, (day, day), nodo={**more, **nodo})

    def pay_all(self, one: _Gente, sbc: float | None = None, **changes: object) -> None:
        """Every receipt of the month, between `desde` and `hasta`."""
        desde, hasta = changes.get("desde"), changes.get("hasta")
        for period in self.periods(one):
            if (desde is None or period[1] >= desde) and (hasta is None or period[0] <= hasta):  # type: ignore[operator]
                self.pay(one, period, sbc, **dict(changes))

    def attributes(self, sbc: float) -> tuple[str, str]:
        plain = sbc / 1.0493
        found = (
            (min(sbc, TOPE), plain), (sbc, sbc), (plain, sbc), (min(sbc, TOPE), sbc * 1.08),
        )[self.patron]  # fmt: skip
        return f"{found[0]:.2f}", f"{found[1]:.2f}"

    def _written(self, registro: object) -> str:
        text = str(registro)
        with_hyphens = f"{text[:3]}-{text[3:8]}-{text[8:10]}-{text[10:]}"
        return self.azar.choice((text, text[:10], with_hyphens))

    def rows(
        self, one: _Gente, *, rp: str = "", sbc: float | None = None, desde: date | None = None,
        hasta: date | None = None, nombre: str | None = None, dias: int | None = None,
    ) -> None:  # fmt: skip
        """A stay with the IMSS: from an alta on `desde`, up to a baja on `hasta`."""
        name = one.imss if nombre is None else nombre
        own = self.mes.filas[rp or one.rp]
        salario = min(one.sbc if sbc is None else sbc, TOPE if sbc is None else 99_999)
        days = ((hasta or self.last) - (desde or self.first)).days + 1 if dias is None else dias
        head = ("8", desde) if desde else ("0", None)
        own.append(FilaEmision(one.who.nss, name, days, salario, *head))
        if hasta:
            own.append(FilaEmision(one.who.nss, name, 0, salario, "2", hasta))

    def day(self, first: int, last: int) -> date:
        return self.first.replace(day=self.azar.randrange(first, last + 1))


Case = Callable[[_Hacedor, _Gente], None]


def _plain_month(of: _Hacedor, one: _Gente) -> None:
    of.pay_all(one)
    of.rows(one)


# 1: paid, and the IMSS does not have them.
def falta(of: _Hacedor, one: _Gente) -> None:
    of.pay_all(one)
    of.plant(1, one)


def falta_quien_empezo(of: _Hacedor, one: _Gente) -> None:
    one.inicio = of.day(4, 20)
    of.pay_all(one, desde=one.inicio)
    of.plant(1, one)


# 2 and 6: the SBC.
def sbc_menor(of: _Hacedor, one: _Gente) -> None:
    of.pay_all(one)
    of.rows(one, sbc=one.sbc - of.azar.choice((0.02, 0.5, 15.2)))
    of.plant(2, one)


def sbc_menor_desde_la_quincena(of: _Hacedor, one: _Gente) -> None:
    first, second = of.periods(one, "quincenal")
    of.pay(one, first)
    of.pay(one, second, one.sbc + 40)
    of.rows(one)
    of.plant(2, one)


def sbc_mayor(of: _Hacedor, one: _Gente) -> None:
    of.pay_all(one)
    of.rows(one, sbc=one.sbc + of.azar.choice((0.02, 0.5, 15.2)))
    of.plant(6, one)


# 3: the IMSS has them, and nobody pays them.
def sin_recibo(of: _Hacedor, one: _Gente) -> None:
    of.rows(one)
    of.plant(3, one)


def sin_segundo_recibo(of: _Hacedor, one: _Gente) -> None:
    of.pay(one, of.periods(one, "quincenal")[0])
    of.rows(one)
    of.plant(3, one)


def solo_aguinaldo(of: _Hacedor, one: _Gente) -> None:
    of.extraordinary(one, of.day(5, 25), "002")
    of.rows(one)
    of.plant(3, one)


# 4: the separation.
def separado_sin_baja(of: _Hacedor, one: _Gente) -> None:
    end = of.day(4, 24)
    of.pay_all(one, hasta=end)
    of.extraordinary(one, end, *of.azar.choice((("022",), ("023", "002"), ("025",))))
    of.rows(one)
    of.plant(4, one)


def separado_otro_dia(of: _Hacedor, one: _Gente) -> None:
    end = of.day(10, 20)
    of.pay_all(one, hasta=end)
    of.extraordinary(one, end, "001", regimen="13")
    of.rows(one, hasta=end + of.azar.choice((-4, 5)) * DIA)
    of.plant(4, one)


def pagado_despues_de_la_baja(of: _Hacedor, one: _Gente) -> None:
    of.pay_all(one)
    of.rows(one, hasta=of.day(5, 20))
    of.plant(4, one)


# 5: the alta is later than the first day.
def alta_tardia(of: _Hacedor, one: _Gente) -> None:
    one.inicio = of.day(3, 14)
    of.pay_all(one, desde=one.inicio)
    of.rows(one, desde=one.inicio + of.azar.choice((1, 2, 9)) * DIA)
    of.plant(5, one)


# 7: another registro patronal.
def otro_registro(of: _Hacedor, one: _Gente) -> None:
    of.pay_all(one)
    of.rows(one, rp=one.otro_rp)
    of.plant(7, one)


# 8: other NSS or letters.
def otra_letra(of: _Hacedor, one: _Gente) -> None:
    name = one.imss
    at = max(name.rfind(letter) for letter in "AEIOU")
    of.pay_all(one)
    of.rows(one, nombre=f"{name[:at]}{'U' if name[at] != 'U' else 'O'}{name[at + 1 :]}")
    of.plant(8, one)


def otro_nss(of: _Hacedor, one: _Gente) -> None:
    """The receipts of another kind have the IMSS's NSS."""
    wrong = one.who.nss[:5] + f"{(int(one.who.nss[5:]) + 1) % 10**6:06}"
    while wrong in of.mes.personas:
        wrong = wrong[:5] + f"{(int(wrong[5:]) + 1) % 10**6:06}"
    of.mes.personas[wrong] = one.at
    of.pay_all(one, nodo={"nss": wrong})
    of.extraordinary(one, of.day(5, 25), "002")
    of.rows(one)
    of.plant(8, one)


# 9: limits.
def bajo_el_minimo(of: _Hacedor, one: _Gente) -> None:
    one.sbc = 205.37
    of.pay_all(one)
    of.rows(one)
    of.plant(9, one)


def sobre_el_tope(of: _Hacedor, one: _Gente) -> None:
    one.sbc = 3_100.55
    of.pay_all(one)
    of.rows(one, sbc=3_100.55)
    of.plant(9, one)


_PLANTADAS: Final[tuple[Case, ...]] = (
    falta, falta_quien_empezo, sbc_menor, sbc_menor_desde_la_quincena, sbc_mayor, sin_recibo,
    sin_segundo_recibo, solo_aguinaldo, separado_sin_baja, separado_otro_dia,
    pagado_despues_de_la_baja, alta_tardia, otro_registro, otra_letra, otro_nss, bajo_el_minimo,
    sobre_el_tope,
)  # fmt: skip


# No differences.
def varios_recibos(of: _Hacedor, one: _Gente) -> None:
    _plain_month(of, one)
    of.extraordinary(one, of.day(3, 25), "002")
    first, _ = of.periods(one, "quincenal")
    of.pay(one, (first[0] + 3 * DIA, first[0] + 5 * DIA))


def semanas_sobre_el_fin_de_mes(of: _Hacedor, one: _Gente) -> None:
    one.paga = "semanal"
    _plain_month(of, one)


def pagado_el_mes_siguiente(of: _Hacedor, one: _Gente) -> None:
    of.pay_all(one, nodo={"pago": of.last + 6 * DIA})
    of.rows(one)


def mes_de_incapacidad(of: _Hacedor, one: _Gente) -> None:
    of.rows(one, dias=0)


def incapacidad_desde_antes(of: _Hacedor, one: _Gente) -> None:
    end = of.first - DIA
    of.pay(one, (end.replace(day=16), end), nodo={"incapacidad": 12, "dias": "3.000"})
    of.rows(one)


def reingreso(of: _Hacedor, one: _Gente) -> None:
    one.paga = "quincenal"
    out, again = of.day(5, 12), of.day(18, 24)
    of.pay_all(one, hasta=out)
    of.rows(one, hasta=out)
    one.inicio = again
    of.pay_all(one, desde=again)
    of.rows(one, desde=again)


def en_los_dos_registros(of: _Hacedor, one: _Gente) -> None:
    for registro in REGISTROS:
        of.pay_all(one, rp=registro)
        of.rows(one, rp=registro)


def cambio_de_registro(of: _Hacedor, one: _Gente) -> None:
    one.paga = "quincenal"
    of.pay_all(one, hasta=of.half)
    of.pay_all(one, desde=of.half + DIA, rp=one.otro_rp)
    of.rows(one, hasta=of.half)
    of.rows(one, rp=one.otro_rp, desde=of.half + DIA)


def alta_un_dia_antes(of: _Hacedor, one: _Gente) -> None:
    one.inicio = of.day(4, 24)
    of.pay_all(one, desde=one.inicio)
    of.rows(one, desde=one.inicio - DIA)


def inicio_anterior(of: _Hacedor, one: _Gente) -> None:
    alta = of.day(4, 24)
    of.pay_all(one, desde=alta)
    of.rows(one, desde=alta)


def primera_del_bimestre(of: _Hacedor, one: _Gente) -> None:
    """Then ill: the IMSS takes the days of the second half out."""
    of.pay(one, of.periods(one, "quincenal")[0], one.sbc + 33.3)
    of.rows(one, dias=15)


def en_el_tope(of: _Hacedor, one: _Gente) -> None:
    one.sbc = 6_435.14
    _plain_month(of, one)


def semana_reducida(of: _Hacedor, one: _Gente) -> None:
    one.sbc = MINIMO
    of.pay_all(one, nodo={"jornada": of.azar.choice(("04", "05"))})
    of.rows(one)


def enie(of: _Hacedor, one: _Gente) -> None:
    one.who = one.who._replace(primer_apellido="MUÑOZ", segundo_apellido="NÚÑEZ PEÑA")
    of.pay_all(one)
    of.rows(one, nombre=_plain(one.imss.replace("#", "Ñ"), of.azar.choice("/#¥N")))


def ultimo_centavo(of: _Hacedor, one: _Gente) -> None:
    of.pay_all(one)
    of.rows(one, sbc=one.sbc + of.azar.choice((-0.01, 0.01)))


def sin_nombre(of: _Hacedor, one: _Gente) -> None:
    of.pay_all(one)
    of.rows(one, nombre="")


def asimilado(of: _Hacedor, one: _Gente) -> None:
    how = of.azar.choice(({"regimen": "09", "contrato": "99"}, {"contrato": "09"}))
    of.pay_all(one, nodo={**how, "registro_patronal": "", "nss": "", "inicio": None, "base": ""})


def repetido_y_sustituido(of: _Hacedor, one: _Gente) -> None:
    for period in of.periods(one):
        wrong = of.pay(one, period, one.sbc + 100)
        right = of.pay(one, period, cfdi={"sustituye": (wrong.uuid,)})
        of.mes.recibos[f"copia de {right.uuid}.xml"] = right
    of.rows(one)


def dos_nodos(of: _Hacedor, one: _Gente) -> None:
    for period in of.periods(one):
        cfdi = of.pay(one, period)
        (node,) = cfdi.nominas
        second = replace(node, tipo="E", base="", integrado="", percepciones=("038",))
        of.mes.recibos[f"{cfdi.uuid}.xml"] = replace(cfdi, nominas=(node, second))
    of.rows(one)


def un_recibo_sin_nss(of: _Hacedor, one: _Gente) -> None:
    first, second = of.periods(one, "quincenal")
    of.pay(one, first)
    of.pay(one, second, nodo={"nss": of.azar.choice(("", "00000000000"))})
    of.rows(one)


def separado_con_su_baja(of: _Hacedor, one: _Gente) -> None:
    end = of.day(4, 24)
    of.pay_all(one, hasta=end)
    of.extraordinary(one, end, "022", "025")
    of.rows(one, hasta=end)


def ptu_de_quien_se_fue(of: _Hacedor, one: _Gente) -> None:
    of.extraordinary(one, of.day(5, 25), "003")


def aumento_en_los_dos(of: _Hacedor, one: _Gente) -> None:
    first, second = of.periods(one, "quincenal")
    of.pay(one, first)
    of.pay(one, second, one.sbc + 50)
    own = of.mes.filas[one.rp]
    since = second[0]
    own.append(FilaEmision(one.who.nss, one.imss, 15, one.sbc))
    days = (of.last - since).days + 1
    own.append(FilaEmision(one.who.nss, one.imss, days, one.sbc + 50, "7", since))


_INOCENTES: Final[tuple[Case, ...]] = (
    varios_recibos, semanas_sobre_el_fin_de_mes, pagado_el_mes_siguiente, mes_de_incapacidad,
    incapacidad_desde_antes, reingreso, en_los_dos_registros, cambio_de_registro,
    alta_un_dia_antes, inicio_anterior, primera_del_bimestre, en_el_tope, semana_reducida, enie,
    ultimo_centavo, sin_nombre, asimilado, repetido_y_sustituido, dos_nodos, un_recibo_sin_nss,
    separado_con_su_baja, ptu_de_quien_se_fue, aumento_en_los_dos,
)  # fmt: skip


def _plain(name: str, enie: str) -> str:
    """Capitals without accents, as the IMSS writes them."""
    marked = name.upper().replace("Ñ", "\0")
    plain = normalize("NFD", marked).encode("ascii", "ignore").decode()
    return plain.replace("\0", enie).strip()


def by_case(mes: MesHecho) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for case in mes.casos.values():
        found[case] += 1
    return dict(found)
