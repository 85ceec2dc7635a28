"""Reads an emission: its lists of rows, and what their sums say against its summary."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.confronta.persona import (
    ClaseFuente,
    Descuadre,
    Encabezado,
    Renglon,
    day_of_iso,
    nss_of,
    registro_of,
    scaled,
)
from icsoe_desktop.domain.texto import clean, fold
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.emision.libro import DAMAGED
from icsoe_desktop.gateways.isolation.answers import CELL_END, ROW_END, Answer
from icsoe_desktop.gateways.isolation.client import BROKEN, ChildLostError, IsolatedReader
from icsoe_desktop.jobs import Progress

TASK: Final = "emision.read"
# calamine reads a book in one call, which reports nothing.
SILENCE_S: Final = 60.0
# An .xls has no more rows in a sheet; an .xlsx is a book that somebody saved again.
MAX_ROWS: Final = 1_048_576
# Of single rows whose total is not the sum of its parts: more of them say nothing new.
MAX_TOLD: Final = 20

_PERIOD: Final = re.compile(r"(?<![0-9])([0-9]{1,2})\s*[/-]\s*(20[0-9]{2})(?![0-9])")
_NAMED_PERIOD: Final = re.compile(r"([a-z]{4,10}) (?:de )?(20[0-9]{2})\b")
_DAY: Final = re.compile(r"([0-9]{1,2})[ /.-]{1,2}([a-z]{3,10}|[0-9]{1,2})[ /.-]{1,2}([0-9]{4})")
_MONTHS: Final = (
    "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Emision:
    """One list of an emission with the figures of the summary that belong to it."""

    encabezado: Encabezado
    renglones: list[Renglon]


def read_emission(path: Path, progress: Progress, *, named: bool = False) -> list[Emision]:
    """The lists of the book: EMA, EBA or both.

    named: a column beside the NSS must have a name that only an emission has; else it may be a
    payroll's sheet.
    Raises InvalidInputError (campo «archivo») if it is no emission or is damaged, and Cancelled.
    """
    found: list[Emision] = []
    with closing(_answers(path, named, progress)) as answers:
        match next(answers, None):
            case (["resumen", list(cells)], _):
                summary = _Summary(cells)
            case _:
                raise InvalidInputError(BROKEN, "archivo")
        reading: _List | None = None
        for value, blob in answers:
            match value:
                case ["lista", "EMA" | "EBA" as kind, str(name), bool(has_sums)]:
                    if reading is not None:
                        found.append(reading.done(summary))
                    reading = _List(ClaseFuente[kind], name, has_sums)
                case list() if reading is not None:
                    reading.take(value, blob)
                case _:
                    raise InvalidInputError(BROKEN, "archivo")
        if reading is not None:
            found.append(reading.done(summary))
    return found


def _answers(path: Path, named: bool, progress: Progress) -> Generator[Answer]:
    try:
        with IsolatedReader(silence_s=SILENCE_S) as reader:
            asked = {"path": str(path.absolute()), "named": named}
            yield from reader.ask(TASK, asked, progress=progress)
    except ChildLostError as error:
        # It asks for any amount of memory where a book is damaged.
        raise InvalidInputError(DAMAGED, "archivo") from error
    except UserFacingError as error:
        raise InvalidInputError(error.message, "archivo") from error


class _Summary:
    """Labels and texts of the summary. left: columns A to C, with the IMSS's figures."""

    def __init__(self, rows: list[list[str]]) -> None:
        self.left: dict[str, str] = {}
        self.right: dict[str, str] = {}
        self.razon_social = ""
        for row in rows:
            for at, (label, text) in enumerate(zip(row, [*row[1:], ""], strict=True)):
                if label and text:
                    (self.left if at < 3 else self.right).setdefault(fold(label).strip(": "), text)
            if row and row[0] and not any(row[1:]) and not self.left:
                self.razon_social = clean(row[0])
        self.registro_patronal = registro_of(self.left.get("registro patronal", ""))

    def month(self, name: str) -> tuple[int, int] | None:
        """(year, month) of the period, or of the name of a sheet."""
        match = _PERIOD.search(self.left.get("periodo mensual", "") or self.left.get("periodo", ""))
        if match is not None:
            month, year = int(match[1]), int(match[2])
        else:
            named = _NAMED_PERIOD.search(fold(name))
            if named is None or named[1][:3] not in _MONTHS:
                return None
            month, year = _MONTHS.index(named[1][:3]) + 1, int(named[2])
        return (year, month) if 1 <= month <= 12 else None


class _List:
    """The rows of a list as they arrive, and their sums."""

    def __init__(self, clase: ClaseFuente, name: str, has_sums: bool) -> None:
        self._clase, self._name, self._has_sums = clase, name, has_sums
        self._rows: list[Renglon] = []
        self._wrong: list[Descuadre] = []
        self._sin_fecha = 0
        self._total = 0
        self._count = 0
        self._nss = lru_cache(1_000)(nss_of)

    def take(self, lines: list[object], blob: bytes) -> None:
        try:
            texts = blob.decode().split(ROW_END)
            for line, text in zip(lines, texts, strict=True):
                self._row(int(line), text.split(CELL_END))  # type: ignore[call-overload]
        except (TypeError, ValueError):
            raise InvalidInputError(BROKEN, "archivo") from None

    def _row(self, line: int, cells: list[str]) -> None:
        self._count += 1
        if self._count > MAX_ROWS:
            raise InvalidInputError(BROKEN, "archivo")
        nss, nombre, _origen, tipo, fecha, dias, salario, total, parts = cells
        number = self._nss(nss)
        # Totals and notes stand below the rows, and headers are repeated among them.
        if (not number and not (nombre and amount_of(salario))) or fold(nombre).startswith("total"):
            return
        day = day_of(fecha)
        self._sin_fecha += not day and bool(fecha.strip(" -"))
        amount = amount_of(total)
        if amount is not None:
            self._total += amount
            off = self._has_sums and parts and abs(amount - int(parts)) > 1
            if off and len(self._wrong) < MAX_TOLD:
                self._wrong.append(
                    Descuadre("Total del renglón", amount, int(parts), line, dinero=True)
                )
        self._rows.append(
            Renglon(
                renglon=line,
                registro_patronal="",
                nss=number,
                curp="",
                rfc="",
                nombre=nombre,
                tipo=tipo if day else "",
                fecha=day,
                dias=_whole(dias),
                sbc=amount_of(salario) or None,
            )
        )

    def done(self, summary: _Summary) -> Emision:
        desde, hasta = self._period(summary)
        figures = summary.left if self._clase is ClaseFuente.EMA else summary.right
        told = "total cotizantes " + ("imss" if self._clase is ClaseFuente.EMA else "rcv")
        cotizantes = _count(figures.get(told, ""))
        return Emision(
            Encabezado(
                self._clase,
                summary.registro_patronal,
                summary.razon_social,
                desde,
                hasta,
                cotizantes,
                (*self._of_summary(figures, cotizantes), *self._wrong),
                self._sin_fecha,
            ),
            self._rows,
        )

    def _period(self, summary: _Summary) -> tuple[int, int]:
        found = summary.month(self._name)
        if found is None:
            return 0, 0
        year, month = found
        first = last = month
        if self._clase is ClaseFuente.EBA:
            # Of a bimestre, whose second month is even.
            last = month + month % 2
            first = last - 1
        end = date(year, last, monthrange(year, last)[1])
        return date(year, first, 1).toordinal(), end.toordinal()

    def _of_summary(self, figures: dict[str, str], cotizantes: int | None) -> Iterator[Descuadre]:
        every, stayed = self._persons()
        # Whether somebody who left counts is not public: both are right.
        if cotizantes is not None and not stayed <= cotizantes <= every:
            yield Descuadre("Cotizantes", cotizantes, every)
        dias = _count(figures.get("dias", ""))
        suma = sum(row.dias for row in self._rows)
        if dias is not None and abs(dias - suma) > 1:
            yield Descuadre("Días", dias, suma)
        if self._clase is ClaseFuente.EMA:
            total = amount_of(figures.get("total", ""))
            # Each row's total is rounded.
            if total is not None and self._has_sums and abs(total - self._total) > len(self._rows):
                yield Descuadre("Total de las cuotas", total, self._total, dinero=True)
        else:
            parts = [amount_of(figures.get(f"suma {part}", "")) for part in ("infonavit", "rcv")]
            total = amount_of(figures.get("total", ""))
            if total is not None and None not in parts:
                suma = sum(part or 0 for part in parts)
                if abs(total - suma) > 1:
                    yield Descuadre("Total RCV e Infonavit", total, suma, dinero=True)

    def _persons(self) -> tuple[int, int]:
        """(distinct NSS; those whose latest row is no baja)."""
        last: dict[str, tuple[int, int, str]] = {}
        for row in self._rows:
            if row.nss:
                last[row.nss] = max(
                    last.get(row.nss, (0, 0, "")), (row.fecha, row.renglon, row.tipo)
                )
        return len(last), sum(not is_baja(tipo) for _, _, tipo in last.values())


@lru_cache(200)
def is_baja(tipo: str) -> bool:
    """Of a code or word of a row; the codes are not public, 2 is that of the IMSS's visor."""
    plain = fold(tipo)
    return plain.lstrip("0") == "2" or plain.startswith("baja")


@lru_cache(10_000)
def day_of(text: str) -> int:
    """The day of «4/OCT/2025», dd/mm/aaaa or aaaa-mm-dd; 0 for «-» and anything else."""
    if found := day_of_iso(text):
        return found
    match = _DAY.fullmatch(fold(text))
    if match is None:
        return 0
    month = match[2]
    if not month.isdigit():
        if month[:3] not in _MONTHS:
            return 0
        month = str(_MONTHS.index(month[:3]) + 1)
    return day_of_iso(f"{match[3]}-{int(month):02}-{int(match[1]):02}")


@lru_cache(20_000)
def amount_of(text: str) -> int | None:
    """Centavos of «5,706.91», «$ 512.3» or 512.3; None for «-» and anything else."""
    return scaled(text.replace(",", "").replace("$", ""), 2)


def _count(text: str) -> int | None:
    return scaled(text.replace(",", ""), 0)


def _whole(text: str) -> int:
    return scaled(text, 0) or 0
