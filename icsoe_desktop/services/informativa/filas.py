"""Rows of the Informativa and its registers. A session sees only its own contratista's."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.icsoe.contrato import (
    CAMPOS_CONTRATANTE,
    CAMPOS_CONTRATO,
    CAMPOS_FOLIO_REPSE,
    Contratante,
    DatosContrato,
    FolioRepse,
    Motivo,
    motivo_of,
)
from icsoe_desktop.domain.icsoe.domicilio import Domicilio
from icsoe_desktop.domain.icsoe.informativa import FROZEN, EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.movimientos.plazos import Calendario
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.acceso.autorizacion import contratista_of
from icsoe_desktop.services.contratista.domicilios import against_catalogue
from icsoe_desktop.services.informativa.valores import AcuseGuardado, InformativaFila, PasoHistorial
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row, only
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.informativa import (
    AcuseInformativaRow,
    ContratanteRow,
    ContratoRow,
    FolioRepseRow,
    InformativaRow,
)

INFORMATIVA_GONE = (
    "Esta Informativa ya no está: otra persona la eliminó. No se guardó nada. Actualice la lista."
)
CONTRATO_GONE = (
    "Este contrato ya no está: otra persona lo eliminó. No se guardó nada. Actualice la lista."
)
NO_TERM = "complementaria, sin plazo"
E = TypeVar("E", ContratanteRow, FolioRepseRow)
NO_FORMER = "No hay una Informativa de {periodo} que copiar. No se creó nada."


def mine(db: Session, sesion: Sesion) -> ContratistaRow:
    """The contratista in whose name the session captures. Raises NotAllowedError."""
    return contratista_of(db, sesion, Permiso.CAPTURAR_INFORMATIVA)


def informativa_of(
    db: Session, contratista: ContratistaRow, informativa_id: uuid.UUID
) -> InformativaRow:
    """Raises UserFacingError if it is gone or another contratista's."""
    row = db.get(InformativaRow, informativa_id)
    if row is None or row.contratista_id != contratista.id:
        raise UserFacingError(INFORMATIVA_GONE)
    return row


def open_informativa(
    db: Session, contratista: ContratistaRow, informativa_id: uuid.UUID
) -> InformativaRow:
    """Raises InvalidInputError if it was presented."""
    row = informativa_of(db, contratista, informativa_id)
    if not EstadoInformativa(row.estado).abierta:
        raise InvalidInputError(FROZEN)
    return row


def contrato_of(db: Session, contratista: ContratistaRow, contrato_id: uuid.UUID) -> ContratoRow:
    """Raises UserFacingError if it is gone or another contratista's."""
    row = db.get(ContratoRow, contrato_id)
    if row is None or row.contratista_id != contratista.id:
        raise UserFacingError(CONTRATO_GONE)
    return row


def periodo_of(row: InformativaRow) -> Periodo:
    return Periodo(row.ejercicio, row.cuatrimestre)


def ids_of(row: InformativaRow) -> list[uuid.UUID]:
    return [uuid.UUID(each) for each in row.contratos.split(",") if each]


def join_ids(ids: list[uuid.UUID]) -> str:
    return ",".join(each.hex for each in ids)


def contratos_of(db: Session, row: InformativaRow) -> list[ContratoRow]:
    """The contracts of a return, in its order. One that is gone is left out."""
    ids = ids_of(row)
    found = {
        each.id: each
        for each in db.scalars(
            select(ContratoRow).where(
                ContratoRow.id.in_(ids), ContratoRow.contratista_id == row.contratista_id
            )
        )
    }
    return [found[each] for each in ids if each in found]


def begun_in(db: Session, contratista: ContratistaRow, periodo: Periodo) -> list[uuid.UUID]:
    """Contracts that began or were amended in the period, the earliest first."""
    rows = db.scalars(
        select(ContratoRow)
        .where(ContratoRow.contratista_id == contratista.id)
        .order_by(ContratoRow.inicio, ContratoRow.id)
    )
    return [row.id for row in rows if motivo_of(datos_of(db, row), periodo) is not Motivo.OTRO]


def in_force_before(db: Session, others: list[InformativaRow], periodo: Periodo) -> list[uuid.UUID]:
    """Contracts of the newest return before the period that are in force in it."""
    former = next((row for row in others if periodo_of(row) < periodo and row.contratos), None)
    if former is None:
        raise InvalidInputError(NO_FORMER.format(periodo="un cuatrimestre anterior"))
    return [
        row.id for row in contratos_of(db, former) if row.fin is None or row.fin >= periodo.primero
    ]


def historial_of(row: InformativaRow) -> tuple[PasoHistorial, ...]:
    return tuple(
        PasoHistorial(
            EstadoInformativa(each["estado"]),
            datetime.fromisoformat(each["cuando"]),
            each["quien"],
            str(each.get("nota", "")),
        )
        for each in json.loads(row.historial)
    )


def set_state(
    store: Store, row: InformativaRow, estado: EstadoInformativa, quien: str, nota: str = ""
) -> None:
    """Set the state, with who and when. nota: why it is sent back."""
    now = store.clock()
    steps: list[dict[str, Any]] = json.loads(row.historial or "[]")
    step = {"estado": estado.value, "cuando": now.isoformat(), "quien": quien}
    steps.append({**step, "nota": nota} if nota else step)
    row.historial = json.dumps(steps, ensure_ascii=False)
    row.estado = estado.value
    row.actualizado = now


def reopen_with(db: Session, store: Store, contrato: ContratoRow, sesion: Sesion) -> None:
    """Return what was reviewed to «En captura», because one of its contracts changed."""
    rows = db.scalars(
        select(InformativaRow).where(
            InformativaRow.contratista_id == contrato.contratista_id,
            InformativaRow.estado.in_([EstadoInformativa.REVISADA, EstadoInformativa.LISTA]),
        )
    )
    for row in rows:
        if contrato.id in ids_of(row):
            set_state(store, row, EstadoInformativa.EN_CAPTURA, sesion.nombre)


def datos_of(db: Session, row: ContratoRow) -> DatosContrato:
    contratante = db.get_one(ContratanteRow, row.contratante_id)
    folio = db.get_one(FolioRepseRow, row.folio_id)
    return DatosContrato(
        numero=row.numero,
        objeto=row.objeto,
        inicio=row.inicio,
        fin=row.fin,
        modificaciones=days_of(row.modificaciones),
        contratante=contratante_of(contratante),
        folio=FolioRepse(folio=folio.folio, texto=folio.texto),
    )


def contratante_of(row: ContratanteRow) -> Contratante:
    return of_row(Contratante, row)


def days_of(text: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(each) for each in text.split(",") if each)


def join_days(days: tuple[date, ...]) -> str:
    return ",".join(day.isoformat() for day in days)


def rechazos_of(row: ContratoRow) -> dict[str, str]:
    found = json.loads(row.rechazos) if row.rechazos else {}
    return {str(nss): str(motivo) for nss, motivo in found.items()}


def dump_rechazos(found: dict[str, str]) -> str:
    """The text of the column `rechazos`."""
    return json.dumps(found, ensure_ascii=False) if found else ""


def span_of(inicio: date, fin: date | None, periodo: Periodo) -> tuple[date, date]:
    """The days of a contract inside a period; its own first day if they do not meet."""
    desde = max(inicio, periodo.primero)
    hasta = periodo.ultimo if fin is None else min(fin, periodo.ultimo)
    return (desde, hasta) if desde <= hasta else (hasta, hasta)


def informativas_of(
    db: Session, contratista: ContratistaRow, *, sisub: bool = False
) -> list[InformativaRow]:
    """Every return to IMSS, or to INFONAVIT (sisub), the newest period first."""
    return list(
        db.scalars(
            select(InformativaRow)
            .where(InformativaRow.contratista_id == contratista.id, _kind(sisub))
            .order_by(
                InformativaRow.ejercicio.desc(),
                InformativaRow.cuatrimestre.desc(),
                InformativaRow.creado.desc(),
                InformativaRow.id.desc(),
            )
        )
    )


def _kind(sisub: bool) -> ColumnElement[bool]:
    return (InformativaRow.tipo == TipoInformativa.SISUB) == sisub


def acuse_of(db: Session, informativa_id: uuid.UUID) -> AcuseInformativaRow | None:
    return only(db, AcuseInformativaRow, informativa_id=informativa_id)


def fila_of(
    db: Session, row: InformativaRow, calendario: Calendario, today: date
) -> InformativaFila:
    periodo, estado = periodo_of(row), EstadoInformativa(row.estado)
    tipo = TipoInformativa(row.tipo)
    kept = acuse_of(db, row.id)
    acuse = None
    if kept is not None:
        late = fecha_local(kept.presentada) > periodo.vence(calendario)
        tarde = tipo.tiene_plazo and late
        acuse = AcuseGuardado(kept.folio, kept.presentada, kept.contratos, kept.nombre, tarde)
    runs = estado.abierta and tipo.tiene_plazo
    plazo = NO_TERM if estado.abierta else ""
    if runs:
        plazo = periodo.plazo(today, calendario)
    return InformativaFila(
        id=row.id,
        periodo=periodo,
        tipo=tipo,
        estado=estado,
        contratos=len(ids_of(row)),
        declarados=row.declarados,
        historial=historial_of(row),
        acuse=acuse,
        plazo=plazo,
        urgencia=periodo.urgencia(today, calendario) if runs else None,
    )


def contratantes_of(db: Session, contratista: ContratistaRow) -> tuple[Contratante, ...]:
    """By name."""
    rows = db.scalars(
        select(ContratanteRow)
        .where(ContratanteRow.contratista_id == contratista.id)
        .order_by(ContratanteRow.nombre, ContratanteRow.id)
    )
    return tuple(map(contratante_of, rows))


def folios_of(db: Session, contratista: ContratistaRow) -> tuple[FolioRepse, ...]:
    rows = db.scalars(
        select(FolioRepseRow)
        .where(FolioRepseRow.contratista_id == contratista.id)
        .order_by(FolioRepseRow.folio, FolioRepseRow.id)
    )
    return tuple(FolioRepse(folio=row.folio, texto=row.texto) for row in rows)


def keep_entries(
    db: Session, store: Store, contratista: ContratistaRow, datos: Iterable[DatosContrato]
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """The contratante, by its RFC and with its values, and the folio of each contract: their ids.

    New ones are added, and written: contracts that name them come after. One folio may have
    several services.
    """
    rows = [
        (
            _keep_contratante(db, store, contratista, each.contratante),
            _entry(db, store, FolioRepseRow, contratista, **_folio_key(each.folio)),
        )
        for each in datos
    ]
    db.flush()
    return [(contratante.id, folio.id) for contratante, folio in rows]


def _folio_key(folio: FolioRepse) -> dict[str, str]:
    return {"folio": clean(folio.folio), "texto": clean(folio.texto)}


def put_contrato(
    db: Session,
    store: Store,
    contratista: ContratistaRow,
    datos: DatosContrato,
    entries: tuple[uuid.UUID, uuid.UUID],
    row: ContratoRow | None,
) -> ContratoRow:
    """The row with these values; a new one without workers for None."""
    now = store.clock()
    if row is None:
        own = {"contratista_id": contratista.id, "creado": now}
        row = ContratoRow(id=store.new_id(), trabajadores="", cuantos=0, rechazos="", **own)
    row.contratante_id, row.folio_id = entries
    row.numero, row.objeto = datos.numero, datos.objeto
    if datos.inicio is not None:
        row.inicio = datos.inicio
    row.fin = datos.fin
    row.modificaciones = join_days(datos.modificaciones)
    row.actualizado = now
    db.add(row)
    return row


def _keep_contratante(
    db: Session, store: Store, contratista: ContratistaRow, contratante: Contratante
) -> ContratanteRow:
    row = _entry(db, store, ContratanteRow, contratista, rfc=contratante.rfc)
    for name in Contratante.__dataclass_fields__:
        setattr(row, name, getattr(contratante, name))
    if contratante.domicilio:
        row.domicilio = against_catalogue(db, Domicilio.of(contratante.domicilio)).valor
    row.actualizado = store.clock()
    return row


def _entry(db: Session, store: Store, kind: type[E], contratista: ContratistaRow, **key: str) -> E:
    """The first entry of a register with these values; adds it. The register is read once."""
    register: dict[tuple[str, ...], E] | None = db.info.get((kind, contratista.id))
    if register is None:
        query = select(kind).filter_by(contratista_id=contratista.id).order_by(kind.id.desc())
        register = {tuple(getattr(row, name) for name in key): row for row in db.scalars(query)}
        db.info[kind, contratista.id] = register
    row = register.get(tuple(key.values()))
    if row is None:
        now = store.clock()
        own = {"contratista_id": contratista.id, "creado": now, "actualizado": now}
        row = register[tuple(key.values())] = kind(id=store.new_id(), **own, **key)
        db.add(row)
    return row


def changed_labels(before: DatosContrato, after: DatosContrato) -> str:
    """Labels of what changed; no values, which may be personal."""
    own = [
        CAMPOS_CONTRATO.label(name)
        for name in ("numero", "objeto", "inicio", "fin", "modificaciones")
        if getattr(before, name) != getattr(after, name)
    ]
    other = [
        CAMPOS_CONTRATANTE.label(name)
        for name in Contratante.__dataclass_fields__
        if getattr(before.contratante, name) != getattr(after.contratante, name)
    ]
    if before.folio != after.folio:
        other.append(CAMPOS_FOLIO_REPSE.label("folio"))
    return ", ".join([*own, *other])
