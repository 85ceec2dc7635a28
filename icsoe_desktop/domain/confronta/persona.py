"""What the readers of all sources yield: receipts and rows, and the normal form of their keys.

Days are `date.toordinal()`, 0 if unknown; money is in centavos.
Shapes: docs/fuentes.md; the CFDI's are those of the complement de nómina 1.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from icsoe_desktop.domain.identificadores.curp import CURP_SIGNS
from icsoe_desktop.domain.identificadores.numeros import check_digit_nss
from icsoe_desktop.domain.identificadores.valor import compact, digits_only

_MONTHS_BACK: Final = 24


class ClaseFuente(StrEnum):
    """Kinds of sources; the value is what people see."""

    EMA = "Emisión mensual (EMA)"
    EBA = "Emisión bimestral (EBA)"
    CFDI = "Recibos de nómina (CFDI)"
    HOJA = "Excel o CSV"
    ASEG = "Trabajadores de SUA (ASEG)"
    MOVT = "Movimientos de SUA (MOVT)"


class Lado(StrEnum):
    IMSS = "IMSS"
    NOMINA = "Nómina"


class Recibo(NamedTuple):
    """One `Nomina` node of a CFDI.

    archivo: path as shown, with «zip/member» for a member. uuid: 36 capitals, or empty.
    registro_patronal: ten characters, or empty. nss: eleven digits, or empty. curp: 18, or empty.
    rfc: of the Receptor of the Comprobante. nombre: as written. tipo: «O» or «E».
    inicial, final, pago, inicio: FechaInicialPago, FechaFinalPago, FechaPago,
    FechaInicioRelLaboral. dias: NumDiasPagados, in thousandths. regimen, contrato: two
    characters, or empty.
    base, integrado: SalarioBaseCotApor, SalarioDiarioIntegrado; None where missing or nought.
    separacion: SeparacionIndemnizacion or a TipoPercepcion 022, 023 or 025 is there.
    incapacidad: DiasIncapacidad, the sum. sustituye: UUIDs with TipoRelacion 04.
    jornada: TipoJornada, two characters, or empty.
    """

    archivo: str
    uuid: str
    rfc_emisor: str
    registro_patronal: str
    nss: str
    curp: str
    rfc: str
    nombre: str
    tipo: str
    inicial: int
    final: int
    pago: int
    dias: int
    regimen: str
    contrato: str
    base: int | None
    integrado: int | None
    inicio: int
    separacion: bool
    incapacidad: int
    sustituye: tuple[str, ...]
    jornada: str = ""


class Renglon(NamedTuple):
    """One row of an emission, a sheet, or a line of ASEG or MOVT.

    renglon: its number in the sheet or file. tipo: as written, e.g. «02» or «Baja»; empty in a
    sheet, in ASEG, and in an emission's row of the beginning of the month.
    fecha: of the movement; in a sheet and in ASEG, of the alta. 0 for «-». dias: whole.
    sbc: None where missing or nought.
    """

    renglon: int
    registro_patronal: str
    nss: str
    curp: str
    rfc: str
    nombre: str
    tipo: str
    fecha: int
    dias: int
    sbc: int | None


class Descuadre(NamedTuple):
    """A figure of a summary that is not the sum of its rows.

    que: what it counts, for people. renglon: for a total of one row; 0 for the whole file.
    dinero: the figures are centavos; otherwise counts.
    """

    que: str
    dice: int
    suma: int
    renglon: int = 0
    dinero: bool = False


@dataclass(frozen=True, slots=True)
class Encabezado:
    """What a file of rows says about itself. desde, hasta: its period; 0 if it has none.

    sin_fecha: rows with a date that is not understood, which count as of the beginning.
    """

    clase: ClaseFuente
    registro_patronal: str = ""
    razon_social: str = field(default="", repr=False)
    desde: int = 0
    hasta: int = 0
    cotizantes: int | None = None
    descuadres: tuple[Descuadre, ...] = ()
    sin_fecha: int = 0


class ArchivoFuera(NamedTuple):
    """A file, or a part of one, that was left out. motivo: a Spanish sentence."""

    archivo: str
    motivo: str


_REGISTRO: Final = re.compile("[A-Z0-9][0-9]{9,10}")
ANYBODY: Final = ("XEXX010101", "XAXX010101")
_RFC: Final = re.compile("[A-ZÑ&]{3,4}[0-9]{6}[A-Z0-9]{3}")
_IMPORTE: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,9}))?")


@lru_cache(10_000)
def registro_of(text: str) -> str:
    """The ten characters of a registro patronal; empty for anything else, and for noughts."""
    plain = compact(text)
    if _REGISTRO.fullmatch(plain) is None or not plain.strip("0"):
        return ""
    return plain[:10]


def nss_of(text: str) -> str:
    """The eleven digits of an NSS; empty for anything else, and for noughts.

    Nine or ten digits lost their noughts if the check digit proves it.
    """
    plain = text if len(text) == 11 and digits_only(text) else compact(text)
    if not digits_only(plain) or not plain.strip("0"):
        return ""
    if len(plain) in (9, 10):
        plain = plain.zfill(11)
        return plain if check_digit_nss(plain[:10]) == plain[10] else ""
    return plain if len(plain) == 11 else ""


def curp_of(text: str) -> str:
    """The 18 characters of a CURP; empty for a text of another form. Its digit is not checked.

    Empty also for those that receipts have for anybody without one (XEXX010101HNEXXXA4).
    """
    plain = compact(text)
    return plain if CURP_SIGNS.fullmatch(plain) and not plain.startswith(ANYBODY) else ""


def rfc_of(text: str) -> str:
    """The 12 or 13 characters of an RFC; empty for a text of another form."""
    plain = compact(text)
    return plain if _RFC.fullmatch(plain) else ""


@lru_cache(10_000)
def day_of_iso(text: str) -> int:
    """The day of an AAAA-MM-DD of 1900 to 2199, also with a time after it; otherwise 0."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return 0
    return found.toordinal() if 1900 <= found.year < 2200 else 0


@lru_cache(50_000)
def scaled(text: str, places: int) -> int | None:
    """A number with a point, times ten to the places, rounded half up; None for other text."""
    match = _IMPORTE.fullmatch(text.strip())
    if match is None:
        return None
    decimals = (match[2] or "").ljust(places + 1, "0")
    return int(match[1] + decimals[:places]) + (decimals[places] >= "5")


class PeriodoConfronta(NamedTuple):
    """First and last day that are compared."""

    desde: int
    hasta: int

    @property
    def nombre(self) -> str:
        return f"{date.fromordinal(self.desde):%d/%m/%Y} a {date.fromordinal(self.hasta):%d/%m/%Y}"


def month_of(day: int) -> PeriodoConfronta:
    """The month in which a day lies."""
    first = date.fromordinal(day).replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return PeriodoConfronta(first.toordinal(), after.toordinal() - 1)


def months_until(hoy: date) -> list[PeriodoConfronta]:
    """The month before this day, this one, and those of two years back."""
    found = [month_of(hoy.toordinal())]
    while len(found) < _MONTHS_BACK:
        found.append(month_of(found[-1].desde - 1))
    return [found[1], found[0], *found[2:]]


class Pago(NamedTuple):
    """What a receipt says of one stretch of days; a list without receipts gives one a person.

    dias: 0 if unknown. ordinario: it proves work in these days.
    """

    inicial: int
    final: int
    dias: int
    base: int | None
    integrado: int | None
    ordinario: bool = True
    separacion: bool = False
    incapacidad: bool = False

    @property
    def enteros(self) -> int:
        """Worked days, a part of a day counting whole."""
        return -(-self.dias // 1000)


class Tramo(NamedTuple):
    """Days with the IMSS, one stay. alta: whether it begins with a movement of the file.

    baja: whether it ends with one.
    """

    desde: int
    hasta: int
    alta: bool
    baja: bool


@dataclass(slots=True)
class Persona:
    """A person in the sources of one side and in a period.

    registro_patronal, nss, curp, rfc: as in Recibo. lugar: file or folio fiscal where it was read;
    renglon: its row, 0 for a receipt.
    sbcs: of the IMSS or of a list, (first day, centavos), oldest first; those of receipts are in
    `pagos`. dias: of an emission, whole; -1 if unknown.
    inicio: FechaInicioRelLaboral, or the day of the alta. pagos: of the payroll, also of other
    periods. tramos: of the IMSS. incapacidad: a source tells of one that may last.
    """

    registro_patronal: str
    nss: str
    curp: str = ""
    rfc: str = ""
    nombre: str = ""
    lugar: str = ""
    renglon: int = 0
    rfc_emisor: str = ""
    inicio: int = 0
    dias: int = -1
    sbcs: tuple[tuple[int, int], ...] = ()
    pagos: tuple[Pago, ...] = ()
    tramos: tuple[Tramo, ...] = ()
    incapacidad: bool = False

    @property
    def desde(self) -> int:
        """First day seen; 0 if none was."""
        days = [one.inicial for one in self.pagos] or [one.desde for one in self.tramos]
        return min(days, default=0)

    @property
    def hasta(self) -> int:
        days = [one.final for one in self.pagos] or [one.hasta for one in self.tramos]
        return max(days, default=0)

    @property
    def clave(self) -> tuple[str, str]:
        return self.registro_patronal, self.nss

    @property
    def ultima_baja(self) -> int:
        """Day of the baja that ends the last stay; 0 if it goes on."""
        return self.tramos[-1].hasta if self.tramos and self.tramos[-1].baja else 0

    def sbc_on(self, day: int) -> int | None:
        """The SBC in force on a day: that of the latest row until then, or the first one."""
        if len(self.sbcs) == 1:
            return self.sbcs[0][1]
        found = None
        for since, sbc in self.sbcs:
            if found is None or since <= day:
                found = sbc
        return found

    def sbcs_in(self, desde: int, hasta: int) -> list[int]:
        """Every SBC in force on some day of these."""
        first = self.sbc_on(desde)
        if len(self.sbcs) == 1 and first is not None:
            return [first]
        later = [sbc for since, sbc in self.sbcs if desde < since <= hasta]
        return later if first is None else [first, *later]
