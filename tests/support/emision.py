"""Writes emissions of the IMSS as IDSE delivers them: a summary, and a list of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from tests.support.biff import Cell, write_xls

MESES = (
    "Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio", "Julio", "Agosto", "Septiembre",
    "Octubre", "Noviembre", "Diciembre",
)  # fmt: skip
COMUNES = ("NSS", "Nombre", "Origen", "Tipo", "Fecha del Movimiento", "Días", "Salario Diario")
EMA = (
    "Cuota Fija", "Excedente Patronal", "Excedente Obrero", "Prestaciones en Dinero Patronal",
    "Prestaciones en Dinero Obrero", "Gastos Médicos y Pensionados Patronal",
    "Gastos Médicos y Pensionados Obrero", "Riesgos de Trabajo", "Invalidez y Vida Patronal",
    "Invalidez y Vida Obrero", "Guarderías y Prestaciones Sociales", "Total",
)  # fmt: skip
EBA = (
    "Retiro", "Cesantía en Edad Avanzada y Vejez Patronal",
    "Cesantía en Edad Avanzada y Vejez Obrero", "Subtotal RCV", "Aportación Patronal",
    "Tipo de Descuento", "Valor de Descuento", "Número de Crédito", "Amortización",
    "Subtotal Infonavit", "Total",
)  # fmt: skip


@dataclass(frozen=True)
class FilaEmision:
    """fecha: None for the row of the beginning of the month."""

    nss: str
    nombre: str
    dias: int
    salario: float
    tipo: str = "0"
    fecha: date | None = None
    origen: str = "1"

    def cells(self) -> list[Cell]:
        when = f"{self.fecha.day}/{_short(self.fecha)}/{self.fecha.year}" if self.fecha else "-"
        return [self.nss, self.nombre, self.origen, self.tipo, when, self.dias, self.salario]


@dataclass(frozen=True)
class EmisionHecha:
    """cambios: labels of the summary with another figure. con_eba: of an even month."""

    anio: int
    mes: int
    filas: Sequence[FilaEmision]
    registro_patronal: str = "Y12-34567-10-1"
    cambios: dict[str, Cell] = field(default_factory=dict)
    con_eba: bool = False

    def sheets(self) -> dict[str, list[list[Cell]]]:
        name = f"{MESES[self.mes - 1]} {self.anio}"
        every = [_amounts(one) for one in self.filas]
        total = sum(round(each[-1] * 100) for each in every) / 100
        dias = sum(one.dias for one in self.filas)
        cotizantes = len({one.nss for one in self.filas if one.tipo != "2"})
        figures: dict[str, Cell] = {
            "Periodo Mensual": f"{self.mes}/{self.anio}",
            "Registro Patronal": self.registro_patronal,
            "Número de Propuesta IMSS": "123456789",
            "Días": dias,
            "Total Cotizantes IMSS": cotizantes,
            "Prima de Riesgos de Trabajo": "0.57474",
            "Tipo de Documento": "1",
            "Total": total,
        } | self.cambios
        right: dict[str, Cell] = {}
        lists: dict[str, list[list[Cell]]] = {}
        head: list[list[Cell]] = [["INSTITUTO MEXICANO DEL SEGURO SOCIAL"], [], ["Emisión"], []]
        if self.con_eba:
            rcv = sum(round(one.salario * one.dias * 6) for one in self.filas) / 100
            right = {
                "Total Cotizantes RCV": cotizantes, "Suma Infonavit": 0, "Suma RCV": rcv,
                "Total": rcv,
            }  # fmt: skip
            lists[f"Movimientos EBA {name}"] = [
                *head, [*COMUNES, *EBA],
                *([*one.cells(), *_of_eba(one)] for one in self.filas),
            ]  # fmt: skip
        lists[f"Movimientos EMA {name}"] = [
            *head, [*COMUNES, *EMA],
            *([*one.cells(), *each] for one, each in zip(self.filas, every, strict=True)),
        ]  # fmt: skip
        pairs = [*right.items()]
        summary = [
            [label, value, None, *(pairs[at] if at < len(pairs) else ())]
            for at, (label, value) in enumerate(figures.items())
        ]
        top: list[list[Cell]] = [["EMISIÓN"], [], ["EMPRESA DE PRUEBA SA DE CV"]]
        return {f"Emisión {name}": [*top, *summary], **lists}

    def write(self, path: Path) -> Path:
        return write_xls(path, self.sheets())

    def with_figure(self, label: str, value: Cell) -> EmisionHecha:
        return replace(self, cambios={**self.cambios, label: value})


def _short(day: date) -> str:
    return MESES[day.month - 1][:3].upper()


def _amounts(one: FilaEmision) -> list[float]:
    parts = [round(one.salario * one.dias * at / 1000, 2) for at in range(1, len(EMA))]
    return [*parts, sum(round(each * 100) for each in parts) / 100]


def _of_eba(one: FilaEmision) -> list[Cell]:
    rcv = round(one.salario * one.dias * 6) / 100
    return [rcv, 0, 0, rcv, 0, "-", "5,706.91", "-", 0, 0, rcv]
