"""What the readers of all sources yield: receipts and rows, and the normal form of their keys.

Days are `date.toordinal()`, 0 if unknown; money is in centavos; worked days are in thousandths.
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
    FechaInicioRelLaboral. dias: NumDiasPagados. regimen, contrato: two characters, or empty.
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
    fecha: of the movement; in a sheet and in ASEG, of the alta. 0 for «-».
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
    """What a file of rows says about itself. desde, hasta: its period; 0 if it has none."""

    clase: ClaseFuente
    registro_patronal: str = ""
    razon_social: str = field(default="", repr=False)
    desde: int = 0
    hasta: int = 0
    cotizantes: int | None = None
    descuadres: tuple[Descuadre, ...] = ()


class ArchivoFuera(NamedTuple):
    """A file, or a part of one, that was left out. motivo: a Spanish sentence."""

    archivo: str
    motivo: str


_REGISTRO: Final = re.compile("[A-Z0-9][0-9]{9,10}")
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
    """The 18 characters of a CURP; empty for a text of another form. Its digit is not checked."""
    plain = compact(text)
    return plain if CURP_SIGNS.fullmatch(plain) else ""


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
