"""Formats for dates, money, numbers and counts in windows; parser for typed dates."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.identificadores.valor import grouped
from icsoe_desktop.domain.movimientos.catalogos_imss import PRIMER_ANIO, ULTIMO_ANIO
from icsoe_desktop.domain.texto import counted as counted
from icsoe_desktop.domain.texto import counted_if_any as counted_if_any

BAD_DATE = "Escriba la fecha como dd/mm/aaaa, por ejemplo 02/03/2026."
NO_SUCH_DATE = "Esa fecha no existe. Revise el día y el mes."
MONTHS: Final = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip


WEEKDAYS: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def day(when: date | None) -> str:
    return f"{when:%d/%m/%Y}" if when is not None else ""


def month(when: date) -> str:
    return f"{MONTHS[when.month - 1]} de {when.year}"


def moment(when: datetime | None) -> str:
    """Date and time in the local time zone."""
    return f"{when.astimezone(HORA_DE_MEXICO):%d/%m/%Y %H:%M}" if when is not None else ""


def at_hour(when: datetime) -> str:
    """«02/03/2026 a las 09:30», for a sentence."""
    return f"{when.astimezone(HORA_DE_MEXICO):%d/%m/%Y a las %H:%M}"


def money(centavos: int | None) -> str:
    """$ 1,234.56; empty for None."""
    if centavos is None:
        return ""
    return f"$ {centavos // 100:,}.{centavos % 100:02d}"


def plain_money(centavos: int | None) -> str:
    """1234.56, for a spreadsheet."""
    return "" if centavos is None else f"{centavos // 100}.{centavos % 100:02d}"


def nss(text: str) -> str:
    return grouped(text, 4, 2, 4)


def registro(text: str) -> str:
    return grouped(text, 3, 5, 2)


SAVED: Final = "Se guardó {nombre}."
SAVED_WITH: Final = "Se guardó {nombre}, con {cuantos}."
MOST_OF_A_NAME: Final = 60


def saved(path: Path, cuantos: str = "") -> str:
    """What every window says of a file that it wrote. cuantos: «74 movimientos»."""
    return (SAVED_WITH if cuantos else SAVED).format(nombre=short_name(path), cuantos=cuantos)


def short_name(path: Path) -> str:
    """Its name; a window would grow to the width of a longer one, which has no place to break."""
    name = path.name
    return name if len(name) <= MOST_OF_A_NAME else f"{name[:38]}…{name[-21:]}"


def movements(count: int) -> str:
    return counted(count, "movimiento", "movimientos")


def read_date(text: str) -> date | None:
    """The typed date; None if empty. Accepts 2/3/26, 02-03-2026, 02032026.

    Raises ValueError with the sentence for the user: no date, a day that does not exist, or a year
    that no notice is of.
    """
    text = text.strip()
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})", text, re.ASCII)
    match = match or re.fullmatch(r"(\d{2})(\d{2})(\d{4})", text, re.ASCII)
    if match is None:
        raise ValueError(BAD_DATE)
    dia, mes, anio = (int(part) for part in match.groups())
    try:
        when = date(anio + 2000 if anio < 100 else anio, mes, dia)
    except ValueError:
        raise ValueError(NO_SUCH_DATE) from None
    if not PRIMER_ANIO <= when.year <= ULTIMO_ANIO:
        raise ValueError(BAD_DATE)
    return when
