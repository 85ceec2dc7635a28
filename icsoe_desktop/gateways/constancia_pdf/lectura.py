"""Reads the constancia de presentación, a PDF of the IMSS portal.

Its layout is not published. Tables are found by their headings and fields by their labels, so
order, page size and wrapped names may vary.
Source: docs/fuentes.md §2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from icsoe_desktop.domain.movimientos.constancia import (
    LARGO_FOLIO,
    LARGO_LOTE,
    Constancia,
    ProblemaConstancia,
    cross_foot,
)
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.constancia_pdf.columns import said
from icsoe_desktop.gateways.constancia_pdf.encabezado import read_fields, read_moment, read_totals
from icsoe_desktop.gateways.constancia_pdf.palabras import PageWords, read_pages
from icsoe_desktop.gateways.constancia_pdf.renglones import read_rows
from icsoe_desktop.jobs import Progress

NOT_A_CONSTANCIA: Final = (
    "El PDF no es una constancia de presentación de movimientos afiliatorios. No se importó nada y "
    "el archivo no se cambió. Si es un acuse, adjúntelo a su lote en la pestaña Lotes."
)
NO_ROWS: Final = (
    "El PDF parece una constancia, pero no se encontró en él la lista de movimientos. No se "
    "importó nada y el archivo no se cambió. Adjúntelo a su lote en la pestaña Lotes y marque ahí "
    "la respuesta."
)
_ABOUT: Final = re.compile(r"constancia|movimientos afiliatorios|seguro social|idse")


def read_constancia(
    contenido: bytes, progress: Progress
) -> tuple[Constancia, tuple[ProblemaConstancia, ...]]:
    """(constancia, list of missing or contradictory values).

    Raises Cancelled, UserFacingError for a file that would take too much memory or time, and
    InvalidInputError (campo «archivo») for a PDF that cannot be read or is no constancia.
    """
    return constancia_in(read_pages(contenido, progress))


def constancia_in(
    pages: Sequence[PageWords],
) -> tuple[Constancia, tuple[ProblemaConstancia, ...]]:
    """`read_constancia` for pages that were already read."""
    fields = read_fields(pages)
    if not _is_constancia(pages, fields):
        raise InvalidInputError(NOT_A_CONSTANCIA, "archivo")
    renglones, problems = read_rows(pages)
    if not renglones:
        raise InvalidInputError(NO_ROWS, "archivo")
    recibido = read_moment(fields.get("recibido") or fields.get("transmitido") or "")
    constancia = Constancia(
        folio=_figures(fields.get("folio", "")),
        lote=_figures(fields.get("lote", "")),
        registro_patronal=re.sub(r"[\s-]", "", fields.get("registro_patronal", "")).upper(),
        rfc=re.sub(r"[\s-]", "", fields.get("rfc", "")).upper(),
        razon_social=fields.get("razon_social", ""),
        recibido=recibido,
        serial=_figures(fields.get("serial", "")),
        huella=re.sub(r"\s", "", fields.get("huella", "")).lower(),
        totales=read_totals(pages),
        renglones=tuple(renglones),
    )
    return constancia, (*_about_fields(constancia), *cross_foot(constancia), *problems)


def _is_constancia(pages: Sequence[PageWords], fields: dict[str, str]) -> bool:
    text = fold(" ".join(said(line) for page in pages[:3] for line in page.renglones))
    named = _ABOUT.search(text) is not None
    return named and "registro_patronal" in fields and bool({"folio", "lote"} & fields.keys())


def _about_fields(constancia: Constancia) -> list[ProblemaConstancia]:
    found = []
    for campo, value, wanted in (
        ("Folio", constancia.folio, LARGO_FOLIO),
        ("Lote", constancia.lote, LARGO_LOTE),
    ):
        if len(value) != wanted:
            found.append(
                ProblemaConstancia(0, 0, campo, value, f"{wanted} números", grave=not value)
            )
    if constancia.recibido is None:
        wanted_date = "fecha y hora de recepción"
        found.append(ProblemaConstancia(0, 0, "Recepción", "", wanted_date, grave=True))
    return found


def _figures(text: str) -> str:
    return re.sub(r"\D", "", text)
