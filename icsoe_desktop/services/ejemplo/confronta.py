"""Writes a month to compare: an emission and the receipts of its payroll, with each difference."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from xml.sax.saxutils import quoteattr

from icsoe_desktop.domain.ejemplo.personas import Trabajador
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.gateways.hojas.escritura import ColumnaHoja, HojaExcel, Tipo, write_sheets
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.ejemplo.guion import EMPRESA, REGISTROS, RFC_EMPRESA

EMISION: Final = "emision_por_confrontar.xlsx"
RECIBOS: Final = "recibos_por_confrontar.zip"
_SBC: Final = 520_00
_HEAD: Final = (
    CAMPOS_MOVIMIENTO.label("nss"),
    "Nombre",
    "Origen",
    "Tipo",
    "Fecha del Movimiento",
    "Días",
    "Salario Diario",
)
_MONTHS: Final = [
    "ENE",
    "FEB",
    "MAR",
    "ABR",
    "MAY",
    "JUN",
    "JUL",
    "AGO",
    "SEP",
    "OCT",
    "NOV",
    "DIC",
]
# By the place of a worker; the others are the same on both sides.
FALTA, MENOR, SIN_RECIBO, SEPARADO, TARDE, MAYOR, OTRO_RP, OTRO_NOMBRE, FUERA = range(9)


class _Fila(NamedTuple):
    """tipo: empty for the beginning of the month."""

    tipo: str
    fecha: date | None
    dias: int
    sbc: int


def write_month(carpeta: Path, people: Sequence[Trabajador], hoy: date) -> None:
    """The month before `hoy`. people: ten or more."""
    last = hoy.replace(day=1) - timedelta(1)
    first = last.replace(day=1)
    rows = [
        [one.nss, _surnames_first(one), "1", fila.tipo or "0", _day(fila.fecha), fila.dias,
         fila.sbc / 100]
        for at, one in enumerate(people)
        for fila in _rows(at, first, last)
    ]  # fmt: skip
    summary = [
        ("Periodo Mensual", f"{first.month}/{first.year}"),
        ("Registro Patronal", REGISTROS[0]),
        ("Total Cotizantes IMSS", str(len(people) + 5)),
    ]
    write_sheets(
        carpeta / EMISION,
        [
            HojaExcel("Emisión", (ColumnaHoja(EMPRESA, ancho=30), ColumnaHoja("Dice")), summary),
            HojaExcel("Movimientos EMA", _columns(), rows),
        ],
        NoProgress(),
    )
    with zipfile.ZipFile(carpeta / RECIBOS, "w", zipfile.ZIP_DEFLATED) as file:
        for at, one in enumerate(people):
            for number, xml in enumerate(_receipts(at, one, first, last)):
                file.writestr(f"{at:03}_{number}.xml", xml)


def _columns() -> tuple[ColumnaHoja, ...]:
    numbers = {"Días": Tipo.ENTERO, "Salario Diario": Tipo.IMPORTE}
    return tuple(ColumnaHoja(name, numbers.get(name, Tipo.TEXTO)) for name in _HEAD)


def _rows(at: int, first: date, last: date) -> Iterator[_Fila]:
    """What the emission has of a worker."""
    days = (last - first).days + 1
    if at == FALTA:
        return
    if at == TARDE:
        yield _Fila("8", first + timedelta(9), days - 9, _SBC)
        return
    yield _Fila(
        "", None, days, {MENOR: _SBC - 40_00, MAYOR: _SBC + 30_00, FUERA: 90_00}.get(at, _SBC)
    )


def _receipts(at: int, one: Trabajador, first: date, last: date) -> Iterator[str]:
    """The receipts of a worker: two halves of the month, and what a separation pays."""
    if at == SIN_RECIBO:
        return
    half = first + timedelta(14)
    begins = first + timedelta(2) if at == TARDE else first - timedelta(400)
    yield _cfdi(at, one, max(first, begins), half, begins)
    if at == SEPARADO:
        yield _cfdi(at, one, half, half, begins, ends=True)
    else:
        yield _cfdi(at, one, half + timedelta(1), last, begins)


def _cfdi(
    at: int, one: Trabajador, desde: date, hasta: date, begins: date, *, ends: bool = False
) -> str:
    sbc = 90_00 if at == FUERA else _SBC
    nombre = f"{one.nombres} {one.primer_apellido} {one.segundo_apellido}".strip()
    if at == OTRO_NOMBRE:
        nombre = nombre[:-1]
    registro = REGISTROS[1] if at == OTRO_RP else REGISTROS[0]
    folio = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{one.nss} {desde} {ends}")).upper()
    perception = "025" if ends else "001"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4"'
        ' xmlns:nomina12="http://www.sat.gob.mx/nomina12"'
        f"{_attributes(Version='4.0', Fecha=f'{hasta}T12:00:00', TipoDeComprobante='N')}>"
        f"<cfdi:Emisor{_attributes(Rfc=RFC_EMPRESA, Nombre=EMPRESA)}/>"
        f"<cfdi:Receptor{_attributes(Rfc=one.curp[:10] + 'XX0', Nombre=nombre)}/>"
        "<cfdi:Complemento><nomina12:Nomina"
        + _attributes(
            Version="1.2", TipoNomina="E" if ends else "O", FechaPago=str(hasta),
            FechaInicialPago=str(desde), FechaFinalPago=str(hasta),
            NumDiasPagados=f"{(hasta - desde).days + 1}.000",
        )
        + f"><nomina12:Emisor{_attributes(RegistroPatronal=registro)}/><nomina12:Receptor"
        + _attributes(
            Curp=one.curp, NumSeguridadSocial=one.nss, FechaInicioRelLaboral=str(begins),
            TipoContrato="01", TipoJornada="01", TipoRegimen="02",
            SalarioBaseCotApor=f"{sbc / 100:.2f}", SalarioDiarioIntegrado=f"{sbc / 104:.2f}",
        )
        + "/><nomina12:Percepciones><nomina12:Percepcion"
        f"{_attributes(TipoPercepcion=perception)}/></nomina12:Percepciones></nomina12:Nomina>"
        '<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital"'
        f"{_attributes(UUID=folio)}/></cfdi:Complemento></cfdi:Comprobante>\n"
    )  # fmt: skip


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(text)}" for name, text in values.items())


def _surnames_first(one: Trabajador) -> str:
    return " ".join(filter(None, (one.primer_apellido, one.segundo_apellido, one.nombres)))


def _day(day: date | None) -> str:
    return "-" if day is None else f"{day.day}/{_MONTHS[day.month - 1]}/{day.year}"
