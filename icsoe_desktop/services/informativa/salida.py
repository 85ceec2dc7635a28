"""The sheet and the files of a return: made from its contracts, and kept as presented."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.contratista import CAMPOS_CONTRATISTA
from icsoe_desktop.domain.icsoe.domicilio import RespuestaDomicilio
from icsoe_desktop.domain.icsoe.hoja import (
    BloqueHoja,
    ContratoHoja,
    RenglonHoja,
    address,
    sheet,
)
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.icsoe.trabajadores import ArchivoCsv, csv_files, unpack_rows
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.services.informativa.filas import contratos_of, datos_of, periodo_of
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.informativa import InformativaRow


def as_presented(bloques: Iterable[BloqueHoja], archivos: Iterable[ArchivoCsv]) -> str:
    """The sheet and the files as JSON, to keep them unchanged."""
    content: dict[str, Any] = {
        "bloques": [[each.titulo, list(each.renglones), each.contrato] for each in bloques],
        "archivos": [[each.nombre, each.contenido.decode("ascii")] for each in archivos],
    }
    return json.dumps(content, ensure_ascii=False)


def presented(text: str) -> tuple[tuple[BloqueHoja, ...], tuple[ArchivoCsv, ...]]:
    """The contents of `as_presented`.

    Raises ValueError or TypeError for another text, which a desktop of the office may send.
    """
    content = json.loads(text)
    bloques = tuple(
        BloqueHoja(title, tuple(RenglonHoja(*line) for line in lines), contrato)
        for title, lines, contrato in content["bloques"]
    )
    archivos = tuple(ArchivoCsv(name, data.encode("ascii")) for name, data in content["archivos"])
    return bloques, archivos


def output_of(
    db: Session, contratista: ContratistaRow, row: InformativaRow
) -> tuple[tuple[BloqueHoja, ...], tuple[ArchivoCsv, ...]]:
    """The sheet and the CSV files of a return, from its contracts."""
    periodo = periodo_of(row)
    hojas: list[ContratoHoja] = []
    files: list[ArchivoCsv] = []
    for at, each in enumerate(contratos_of(db, row)):
        datos = datos_of(db, each)
        name = _file_name(periodo, at, datos.numero or datos.contratante.rfc)
        made = csv_files(unpack_rows(each.trabajadores), name)
        hojas.append(ContratoHoja(datos, tuple(file.nombre for file in made), each.cuantos))
        files.extend(made)
    bloques = sheet(
        periodo=periodo,
        tipo=TipoInformativa(row.tipo),
        contratista=_contratista_lines(db, contratista),
        contratos=hojas,
    )
    return bloques, tuple(files)


def _contratista_lines(db: Session, row: ContratistaRow) -> list[tuple[str, str]]:
    lines = [
        (CAMPOS_CONTRATISTA.label("rfc"), row.rfc),
        (CAMPOS_CONTRATISTA.label("nombre"), row.nombre),
    ]
    for field in CAMPOS_CONTRATISTA.at(Place.FORM):
        lines.append((field.label, getattr(row, field.name) or ""))
    if row.es_persona_moral:
        lines += address(
            CAMPOS_CONTRATISTA.label("domicilio_social"),
            RespuestaDomicilio.of(row.domicilio_social),
        )
    return lines + address(
        CAMPOS_CONTRATISTA.label("domicilio_convencional"),
        RespuestaDomicilio.of(row.domicilio_convencional),
    )


def _file_name(periodo: Periodo, at: int, name: str) -> str:
    """Letters and digits only: the name goes into a folder and into the portal."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", fold(name).upper()).strip("-")[:40]
    return f"ICSOE_{periodo.ejercicio}-{periodo.cuatrimestre}_{at + 1:02}_{plain}"
