"""ARCO rights over what the Informativas keep, for `PrivacidadService`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.fields import Field, Place
from icsoe_desktop.domain.icsoe.contrato import (
    CAMPOS_CONTRATANTE,
    CAMPOS_CONTRATO,
    CAMPOS_FOLIO_REPSE,
)
from icsoe_desktop.domain.icsoe.domicilio import IGUAL, RespuestaDomicilio
from icsoe_desktop.domain.icsoe.hoja import DOMICILIO, address
from icsoe_desktop.domain.icsoe.informativa import CAMPOS_INFORMATIVA
from icsoe_desktop.domain.icsoe.trabajadores import (
    CAMPOS_TRABAJADOR,
    TrabajadorContrato,
    pack_rows,
    read_csv,
    unpack_rows,
)
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.informativa.filas import (
    dump_rechazos,
    periodo_of,
    rechazos_of,
    reopen_with,
)
from icsoe_desktop.services.informativa.salida import presented
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.informativa import (
    AcuseInformativaRow,
    ContratanteRow,
    ContratoRow,
    FolioRepseRow,
    InformativaRow,
)

NOBODY = "Ningún contrato de este contratista tiene a esa persona. No se cambió nada."
PRESENTED = "Informativas presentadas que lo incluyen"
KEPT = (
    "Lo presentado al IMSS se conserva cinco años (LSS 15, fracción II): no se borra de la copia "
    "de una Informativa presentada."
)


def copy_of_worker(db: Session, contratista: ContratistaRow, nss: str) -> dict[str, Any]:
    """What the contracts and presented returns of a contratista have of a worker.

    Raises UserFacingError if nobody is found.
    """
    contracts = [_section(db, contrato, row) for contrato, row in _found(db, contratista, nss)]
    returns = _presented(db, contratista, nss)
    if not contracts and not returns:
        raise UserFacingError(NOBODY)
    return {"Contratos": contracts, PRESENTED: [{"Informativa": text} for text in returns]}


def forget_worker(
    db: Session, store: Store, contratista: ContratistaRow, sesion: Sesion, nss: str
) -> int:
    """Take a worker out of every contract. Returns of how many.

    The copies of presented returns stay, as `KEPT` says. Raises UserFacingError if nobody is found.
    """
    found = _found(db, contratista, nss)
    if not found:
        raise UserFacingError(NOBODY)
    for contrato in {contrato.id: contrato for contrato, _ in found}.values():
        left = [row for row in unpack_rows(contrato.trabajadores) if row.nss != nss]
        contrato.trabajadores = pack_rows(left)
        contrato.cuantos = len(left)
        told = {key: why for key, why in rechazos_of(contrato).items() if key != nss}
        contrato.rechazos = dump_rechazos(told)
        contrato.actualizado = store.clock()
        reopen_with(db, store, contrato, sesion)
    return len(found)


def _found(
    db: Session, contratista: ContratistaRow, nss: str
) -> list[tuple[ContratoRow, TrabajadorContrato]]:
    rows = db.scalars(
        select(ContratoRow)
        .options(undefer(ContratoRow.trabajadores))
        .where(
            ContratoRow.contratista_id == contratista.id,
            ContratoRow.trabajadores.contains(nss, autoescape=True),
        )
        .order_by(ContratoRow.inicio, ContratoRow.id)
    )
    return [
        (contrato, row)
        for contrato in rows
        for row in unpack_rows(contrato.trabajadores)
        if row.nss == nss
    ]


def _presented(db: Session, contratista: ContratistaRow, nss: str) -> list[str]:
    rows = db.scalars(
        select(InformativaRow)
        .options(undefer(InformativaRow.presentado))
        .where(
            InformativaRow.contratista_id == contratista.id,
            InformativaRow.presentado.contains(nss, autoescape=True),
        )
        .order_by(InformativaRow.ejercicio, InformativaRow.cuatrimestre)
    )
    return [
        f"{row.tipo}, {periodo_of(row).nombre}"
        for row in rows
        if any(
            each.nss == nss
            for each in read_csv(file.contenido for file in presented(row.presentado)[1])
        )
    ]


def sections_of(db: Session, contratista: ContratistaRow) -> dict[str, list[dict[str, str]]]:
    """What the contratista keeps for its Informativas, for a copy of all its data.

    The contents of the files of acuses are not in it: each is saved from «Acuses».
    """
    contratos = db.execute(
        select(ContratoRow, ContratanteRow, FolioRepseRow)
        .join(ContratanteRow, ContratanteRow.id == ContratoRow.contratante_id)
        .join(FolioRepseRow, FolioRepseRow.id == ContratoRow.folio_id)
        .options(undefer(ContratoRow.trabajadores))
        .where(ContratoRow.contratista_id == contratista.id)
        .order_by(ContratoRow.inicio, ContratoRow.id)
    ).all()
    returns = db.execute(
        select(InformativaRow, AcuseInformativaRow)
        .outerjoin(AcuseInformativaRow, AcuseInformativaRow.informativa_id == InformativaRow.id)
        .where(InformativaRow.contratista_id == contratista.id)
        .order_by(InformativaRow.ejercicio, InformativaRow.cuatrimestre, InformativaRow.creado)
    ).all()
    return {
        "Contratantes": [
            _values(row, [each for each in CAMPOS_CONTRATANTE if each.name != "domicilio"])
            | dict(address(DOMICILIO, RespuestaDomicilio.of(row.domicilio or IGUAL)))
            for row in db.scalars(
                select(ContratanteRow)
                .where(ContratanteRow.contratista_id == contratista.id)
                .order_by(ContratanteRow.rfc, ContratanteRow.id)
            )
        ],
        "Contratos": [
            {
                CAMPOS_CONTRATANTE.title("nombre", Place.GRID): contratante.nombre,
                **_values(folio, CAMPOS_FOLIO_REPSE),
                CAMPOS_CONTRATO.label("numero"): contrato.numero,
                CAMPOS_CONTRATO.label("objeto"): contrato.objeto,
                CAMPOS_CONTRATO.label("inicio"): f"{contrato.inicio:%d/%m/%Y}",
                CAMPOS_CONTRATO.label("fin"): f"{contrato.fin:%d/%m/%Y}" if contrato.fin else "",
                CAMPOS_CONTRATO.label("modificaciones"): contrato.modificaciones,
                CAMPOS_CONTRATO.label("trabajadores"): str(contrato.cuantos),
            }
            for contrato, contratante, folio in contratos
        ],
        "Trabajadores de los contratos": [
            {
                CAMPOS_CONTRATO.label("numero"): contrato.numero or contratante.nombre,
                **_values(row, CAMPOS_TRABAJADOR.at(Place.ARCO)),
            }
            for contrato, contratante, _folio in contratos
            for row in unpack_rows(contrato.trabajadores)
        ],
        "Informativas": [
            {
                "Periodo": periodo_of(row).nombre,
                CAMPOS_INFORMATIVA.label("tipo"): row.tipo,
                CAMPOS_INFORMATIVA.label("historial"): row.estado,
                "Folio del acuse": acuse.folio if acuse else "",
                "Presentada": (
                    f"{acuse.presentada.astimezone(HORA_DE_MEXICO):%d/%m/%Y %H:%M}" if acuse else ""
                ),
                "Archivo del acuse": acuse.nombre if acuse else "",
            }
            for row, acuse in returns
        ],
    }


def _values(row: object, fields: Iterable[Field]) -> dict[str, str]:
    return {each.label: str(getattr(row, each.name)) for each in fields}


def _section(db: Session, contrato: ContratoRow, row: TrabajadorContrato) -> dict[str, str]:
    contratante = db.get_one(ContratanteRow, contrato.contratante_id)
    said = rechazos_of(contrato).get(row.nss)
    return {
        CAMPOS_CONTRATO.label("numero"): contrato.numero,
        CAMPOS_CONTRATANTE.title("nombre", Place.GRID): contratante.nombre,
        CAMPOS_CONTRATO.label("inicio"): f"{contrato.inicio:%d/%m/%Y}",
        **{field.label: getattr(row, field.name) for field in CAMPOS_TRABAJADOR.at(Place.ARCO)},
        **({CAMPOS_CONTRATO.label("rechazos"): said} if said else {}),
    }
