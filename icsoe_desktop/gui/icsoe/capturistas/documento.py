"""Export of a person's data: JSON, or a PDF to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from icsoe_desktop.errors import UserFacingError

NOT_WRITTEN = (
    "No se pudo guardar el archivo «{name}». Los datos no cambiaron. Elija otra carpeta, o cierre "
    "el archivo si está abierto en otro programa."
)
MARGIN_MM = 18
RESOLUTION = 300
TITLE = "Datos personales"


def write_json(datos: Mapping[str, Any], path: Path) -> None:
    """Write the file. Raises UserFacingError."""
    try:
        path.write_text(json.dumps(datos, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UserFacingError(NOT_WRITTEN.format(name=path.name)) from error


def write_pdf(datos: Mapping[str, Any], path: Path) -> None:
    """Write the file. Raises UserFacingError."""
    try:
        with path.open("wb"):
            pass
    except OSError as error:
        raise UserFacingError(NOT_WRITTEN.format(name=path.name)) from error
    writer = QPdfWriter(str(path))
    writer.setTitle(TITLE)
    writer.setResolution(RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setHtml(as_html(datos))
    document.print_(writer)


def as_html(datos: Mapping[str, Any]) -> str:
    """The sections in order: a title, and pairs of label and value or several such lists."""
    parts = [f"<h1>{TITLE}</h1>"]
    for title, section in datos.items():
        parts.append(f"<h2>{escape(title)}</h2>")
        entries = [section] if isinstance(section, Mapping) else list(section)
        if not entries:
            parts.append("<p>Nada.</p>")
        parts += [_table(entry) for entry in entries]
    return "".join(parts)


def _table(entry: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><td width="34%" style="padding:2px 8px 2px 0"><b>{escape(label)}</b></td>'
        f'<td style="padding:2px 0">{escape("" if value is None else str(value))}</td></tr>'
        for label, value in entry.items()
    )
    return f'<table width="100%" cellspacing="0" style="margin-bottom:8px">{rows}</table>'
