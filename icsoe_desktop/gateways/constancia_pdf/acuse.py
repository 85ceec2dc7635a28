"""Reads the acuse of ICSOE or SISUB, whose layout is not published, by labels and by values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from icsoe_desktop.domain.icsoe.acuse import AcuseLeido
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.gateways.constancia_pdf.columns import said
from icsoe_desktop.gateways.constancia_pdf.encabezado import Label, read_fields
from icsoe_desktop.gateways.constancia_pdf.palabras import PageWords, read_pages
from icsoe_desktop.jobs import Progress

MAX_PAGES: Final = 20
MAX_RFCS: Final = 50
_LABELS: Final = tuple(
    Label(campo, re.compile(label), re.compile(value, re.ASCII))
    for campo, label, value in (
        ("contratos", r"contratos( (reportados|registrados|informados))?\W*$", r"\d{1,5}"),
        ("folio", r"\bfolio( (del? )?(acuse|tramite|informativa))?\W*$", r"[A-Z]{0,4}-?\d{4,30}"),
        ("ejercicio", r"\b(ejercicio|ano)\W*$", r"20\d\d"),
        ("cuatrimestre", r"\b(cuatrimestre|periodo)\W*$", r"0?[1-3]"),
    )
)
_RFC: Final = re.compile(r"(?<![A-ZÑ&0-9])[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}(?![A-ZÑ0-9])")
_PERIOD: Final = re.compile(
    r"\b(enero|mayo|septiembre)\W+(?:a\W+)?(?:abril|agosto|diciembre)\W+(?:del?\W+)?"
    r"(?:ano\W+|ejercicio\W+)?(20\d\d)\b"
)
_FIRST_MONTHS: Final = ("enero", "mayo", "septiembre")


def read_acuse(contenido: bytes, progress: Progress) -> AcuseLeido:
    """Raises Cancelled, UserFacingError, and InvalidInputError for a PDF that cannot be read."""
    return acuse_in(read_pages(contenido, progress)[:MAX_PAGES])


def acuse_in(pages: Sequence[PageWords]) -> AcuseLeido:
    fields = read_fields(pages, _LABELS, {})
    text = " ".join(said(line) for page in pages for line in page.renglones)
    rfcs = dict.fromkeys(_RFC.findall(text.upper()))
    periods = {
        (year, _FIRST_MONTHS.index(month) + 1) for month, year in _PERIOD.findall(fold(text))
    }
    if not periods and {"ejercicio", "cuatrimestre"} <= fields.keys():
        periods = {(fields["ejercicio"], int(fields["cuatrimestre"]))}
    count = fields.get("contratos")
    return AcuseLeido(
        folio=fields.get("folio", "").replace(" ", "").upper(),
        rfcs=tuple(rfcs)[:MAX_RFCS],
        periodo=_periodo(*periods.pop()) if len(periods) == 1 else None,
        contratos=int(count) if count else None,
    )


def _periodo(ejercicio: str, cuatrimestre: int) -> Periodo | None:
    try:
        return Periodo(int(ejercicio), cuatrimestre)
    except ValueError:
        return None
