"""Receipts and rows made by hand, of October 2025 (31 days; an even month)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from icsoe_desktop.domain.confronta.comparacion import Contexto, compare
from icsoe_desktop.domain.confronta.diferencias import AvisoConocido, Comparacion
from icsoe_desktop.domain.confronta.fuentes import RowFolder, of_receipts
from icsoe_desktop.domain.confronta.persona import (
    ClaseFuente,
    Encabezado,
    PeriodoConfronta,
    Recibo,
    Renglon,
)
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso

RP = "Y541234510"
OTRO_RP = "Z111234510"
RFC = "ABC010101AB1"
NSS = "12345678903"
CURP = "GOMJ800101HDFRRN09"


def d(day: int, month: int = 10, year: int = 2025) -> int:
    return date(year, month, day).toordinal()


OCTUBRE = PeriodoConfronta(d(1), d(31))
NOVIEMBRE = PeriodoConfronta(d(1, 11), d(30, 11))
_count = iter(range(1, 10**9))


def recibo(desde: int = d(1), hasta: int = d(15), **changes: Any) -> Recibo:
    number = next(_count)
    values: dict[str, Any] = {
        "archivo": f"{number}.xml", "uuid": f"{number:036d}", "rfc_emisor": RFC,
        "registro_patronal": RP, "nss": NSS, "curp": CURP, "rfc": "GOMJ800101AB1",
        "nombre": "JUAN GOMEZ MUÑOZ", "tipo": "O", "inicial": desde, "final": hasta,
        "pago": hasta, "dias": (hasta - desde + 1) * 1000, "regimen": "02", "contrato": "01",
        "base": 500_00, "integrado": 500_00, "inicio": d(1, 3, 2019), "separacion": False,
        "incapacidad": 0, "sustituye": (),
    }  # fmt: skip
    return Recibo(**(values | changes))


def quincenas(**changes: Any) -> list[Recibo]:
    return [recibo(d(1), d(15), **changes), recibo(d(16), d(31), **changes)]


def renglon(fecha: int = 0, tipo: str = "", **changes: Any) -> Renglon:
    values: dict[str, Any] = {
        "renglon": next(_count), "registro_patronal": RP, "nss": NSS, "curp": "", "rfc": "",
        "nombre": "GOMEZ MU#OZ JUAN", "tipo": tipo, "fecha": fecha, "dias": 31, "sbc": 500_00,
    }  # fmt: skip
    return Renglon(**(values | changes))


def aviso(tipo: str, fecha: int, estado: EstadoAviso, **changes: Any) -> AvisoConocido:
    values: dict[str, Any] = {
        "registro_patronal": RP, "nss": NSS, "curp": CURP,
        "tipo": tipo, "fecha": fecha, "sbc": None, "estado": estado, "recibido": 0, "causa": "",
    }  # fmt: skip
    return AvisoConocido(**(values | changes))


def confront(
    recibos: Iterable[Recibo],
    renglones: Iterable[Renglon],
    periodo: PeriodoConfronta = OCTUBRE,
    clase: ClaseFuente = ClaseFuente.EMA,
    avisos: Iterable[AvisoConocido] = (),
    **contexto: Any,
) -> Comparacion:
    """An emission of RP beside receipts."""
    folder = RowFolder(periodo)
    source = Encabezado(clase, RP, desde=periodo.desde, hasta=periodo.hasta)
    folder.add("emision.xls", source, renglones)
    known = list(avisos)
    contexto = {
        "avisos_de": lambda asked: {
            key: [one for one in known if (one.nss, one.registro_patronal) == key] for key in asked
        },
        "nss_de": lambda curps: {
            curp: {one.nss for one in known if one.curp == curp} for curp in curps
        },
        "curps_de": lambda asked: {
            nss: {one.curp for one in known if one.nss == nss and one.curp} for nss, _ in asked
        },
    } | contexto
    asked = Contexto(periodo, **contexto)
    payroll = of_receipts(recibos, periodo, asked.nss_de)
    return compare(folder.done(), payroll, asked)
