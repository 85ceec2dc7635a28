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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from unicodedata import normalize

from icsoe_desktop.domain.ejemplo.personas import Trabajador, iter_trabajadores
from tests.support.cfdi import Cfdi, NodoNomina
from tests.support.emision import EmisionHecha, FilaEmision

REGISTROS: Final = ("Y1234567101", "B5510768103")
# The first receipt of a bimestre is in an odd month; an EBA, in an even one.
NONES, PARES, DE_PARES = (3, 5, 7, 9, 11), (2, 4, 8, 10, 12), 20
ANIO: Final = 2025
MINIMO, TOPE = 278.80, 2828.50
DIA: Final = timedelta(1)

Periodo = tuple[date, date]


@dataclass
class MesHecho:
    """plantadas: (kind, person). personas: NSS and CURP → person. casos: person → its case.

    aseg: lines of SUA beside the emission, which alone has CURPs.
    """

    semilla: int
    mes: int
    recibos: dict[str, Cfdi] = field(default_factory=dict)
    filas: dict[str, list[FilaEmision]] = field(default_factory=dict)
    plantadas: set[tuple[int, int]] = field(default_factory=set)
    personas: dict[str, int] = field(default_factory=dict)
    casos: dict[int, str] = field(default_factory=dict)
    descuadrado: str = ""
    aseg: list[str] = field(default_factory=list)

    def emisiones(self) -> Iterator[tuple[str, EmisionHecha]]:
        for registro, filas in self.filas.items():
            one = EmisionHecha(
                ANIO,
                self.mes,
                filas,
                f"{registro[:3]}-{registro[3:8]}-{registro[8:10]}-{registro[10]}",
            )
            if registro == self.descuadrado:
                label = ("Días", "Total Cotizantes IMSS", "Total")[self.semilla % 3]
                one = one.with_figure(label, 7)
            yield f"emision_{registro}.xls", replace(one, con_eba=self.mes % 2 == 0)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Two folders: the emissions, the receipts."""
        imss, nomina = folder / "imss", folder / "nomina"
        imss.mkdir(parents=True)
        nomina.mkdir()
        for name, emision in self.emisiones():
            emision.write(imss / name)
        (imss / "aseg.txt").write_text("".join(self.aseg), "cp1252")
        for name, cfdi in self.recibos.items():
            (nomina / name).write_text(cfdi.xml(), "utf-8")
        return imss, nomina


@dataclass
class Gente:
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
        return ascii_name(name, "#")


class Hacedor:
    """Takes the cases in turn; each makes receipts and rows of one person."""

    def __init__(self, semilla: int, trabajadores: int) -> None:
        self.azar = random.Random(semilla)  # noqa: S311 - not a secret
        self.mes = MesHecho(semilla, (PARES if semilla >= DE_PARES else NONES)[semilla % 5])
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

    def done(self, cases: Sequence[Case], rest: Case) -> MesHecho:
        """Each case a few times; everybody else is of `rest`."""
        each = max(1, self.count // 4 // len(cases))
        for case in cases:
            for _ in range(each):
                self._one(case)
        while self.at < self.count:
            self._one(rest)
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
        one = Gente(self.at, who, registro, other, sbc, paga, inicio)
        self.mes.personas[who.nss] = self.mes.personas[who.curp] = self.at
        self.mes.casos[self.at] = case.__name__
        case(self, one)

    def plant(self, kind: int, one: Gente) -> None:
        self.mes.plantadas.add((kind, one.at))

    def periods(self, one: Gente, how: str = "") -> list[Periodo]:
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

    def pay(self, one: Gente, period: Periodo, sbc: float | None = None, **changes: object) -> Cfdi:
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

    def extraordinary(self, one: Gente, day: date, *codes: str, **nodo: object) -> Cfdi:
        """An extraordinary receipt of one day, without salaries."""
        more = {"tipo": "E", "base": "", "integrado": "", "percepciones": codes, "dias": "1.000"}
        return self.pay(one, (day, day), nodo={**more, **nodo})

    def pay_all(self, one: Gente, sbc: float | None = None, **changes: object) -> None:
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
        self, one: Gente, *, rp: str = "", sbc: float | None = None, desde: date | None = None,
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


Case = Callable[[Hacedor, Gente], None]


def ascii_name(name: str, enie: str) -> str:
    """Capitals without accents, as the IMSS writes them."""
    marked = name.upper().replace("Ñ", "\0")
    plain = normalize("NFD", marked).encode("ascii", "ignore").decode()
    return plain.replace("\0", enie).strip()


def by_case(mes: MesHecho) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for case in mes.casos.values():
        found[case] += 1
    return dict(found)
