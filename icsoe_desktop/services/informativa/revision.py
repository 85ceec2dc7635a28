"""Gathers what the review of a return compares."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.repse import VentanaRepse
from icsoe_desktop.domain.icsoe.revision import (
    ContratoRevisable,
    Hallazgo,
    InformativaRevisable,
    Movido,
    review,
)
from icsoe_desktop.domain.icsoe.trabajadores import unpack_rows
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.informativa.filas import (
    contratos_of,
    datos_of,
    informativas_of,
    periodo_of,
    rechazos_of,
    span_of,
)
from icsoe_desktop.services.informativa.trabajadores import active_workers, registros_of, zone_of
from icsoe_desktop.services.valores_legales.limites import limites_of
from icsoe_desktop.store.tables.icsoe import AcuseRow, ContratistaRow
from icsoe_desktop.store.tables.informativa import FolioRepseRow, InformativaRow


def findings_of(
    db: Session,
    contratista: ContratistaRow,
    row: InformativaRow,
    today: date,
    progress: Progress,
) -> tuple[Hallazgo, ...]:
    """Every block and warning of a return, blocks first. Raises Cancelled."""
    periodo = periodo_of(row)
    contratos = contratos_of(db, row)
    registros = registros_of(db, contratista)
    known: dict[tuple[date, date], dict[str, Movido]] = {}
    movidos: dict[uuid.UUID, dict[str, Movido]] = {}
    revisables = []
    for each in contratos:
        span = span_of(each.inicio, each.fin, periodo)
        if span not in known:
            found = active_workers(db, registros, *span, progress)
            known[span] = {nss: Movido(one.sbc, one.activo) for nss, one in found.items()}
        movidos[each.id] = known[span]
        datos = datos_of(db, each)
        nombre = f"{datos.numero} {datos.contratante.nombre}".strip()
        revisables.append(
            ContratoRevisable(
                each.id, nombre, datos, unpack_rows(each.trabajadores), rechazos_of(each)
            )
        )
    limites = limites_of(db)
    acuse = db.scalars(
        select(AcuseRow.fecha).where(AcuseRow.contratista_id == contratista.id)
    ).one_or_none()
    folios = db.scalars(
        select(FolioRepseRow.folio).where(FolioRepseRow.contratista_id == contratista.id)
    )
    others = sum(
        EstadoInformativa(other.estado).abierta
        for other in informativas_of(db, contratista)
        if other.id != row.id and periodo_of(other) == periodo
    )
    return review(
        InformativaRevisable(
            tipo=TipoInformativa(row.tipo),
            periodo=periodo,
            rfc=contratista.rfc,
            contratos=revisables,
            folios=frozenset(fold(each) for each in folios),
            repse=None if acuse is None else VentanaRepse(acuse).vence,
            repse_desde=acuse,
            limites=limites,
            registro=zone_of(limites, registros),
            movidos=movidos,
            otras=others,
            declarados=row.declarados,
        ),
        today,
    )
