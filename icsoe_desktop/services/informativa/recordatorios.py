"""Reminders by mail of the Informativa that is due: days 1, 10, 15 and the last of the window."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.correo import MensajeCorreo
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo, por_presentar
from icsoe_desktop.gateways.correo.plantillas import MailTemplates
from icsoe_desktop.services.bitacora.service import Accion
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.services.informativa.sisub import presented_periods
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.informativa import InformativaRow
from icsoe_desktop.store.tables.sistema import BitacoraRow

TEMPLATE = "informativa_por_presentar"
SETTING = "informativa_recordada_{id}"
NOT_BEGUN = "aún sin preparar"


def queue_informativas(store: Store, buzon: BuzonService, plantillas: MailTemplates) -> int:
    """Queue the reminders that are due and were not queued yet. Returns how many.

    A day on which the program was closed is made up for on the next one. Only contratistas who
    entered on this desktop: in an office each of the others would send the same mail.
    """
    today = store.today()
    with store.read() as db:
        calendario = calendario_of(db)
        periodo = por_presentar(today, calendario)
        days = [day for day in periodo.recordatorios(calendario) if day <= today]
        if not days:
            return 0
        pending = [
            row.id
            for row in db.scalars(select(ContratistaRow))
            if buzon.can_send(db, row.id) and _estado(db, row, periodo, days[-1]) is not None
        ]
    count = 0
    for contratista_id in pending:
        with store.write() as db:
            row = db.get(ContratistaRow, contratista_id)
            estado = None if row is None else _estado(db, row, periodo, days[-1])
            if row is None or estado is None:
                continue
            vence = periodo.vence(calendario)
            mensaje = _mensaje(plantillas, row, periodo, estado, vence)
            end = datetime.combine(vence + timedelta(days=1), time(), HORA_DE_MEXICO)
            buzon.enqueue(db, mensaje, vence=end, contratista_id=row.id, entregable=True)
            keep_values(db, store, SETTING.format(id=row.id.hex), {"dia": days[-1].isoformat()})
            count += 1
    return count


def _estado(db: Session, row: ContratistaRow, periodo: Periodo, day: date) -> str | None:
    """The state of the period's return, for the mail; None if no reminder is due."""
    if row.correo is None or row.completado is None:
        return None
    said = kept_values(db, SETTING.format(id=row.id.hex)).get("dia", "")
    if said >= day.isoformat():
        return None
    entered = exists().where(
        BitacoraRow.quien == row.id.hex, BitacoraRow.accion == Accion.INGRESO.value
    )
    if not db.scalar(select(entered)):
        return None
    if periodo in presented_periods(db, row):
        return None
    states = [
        EstadoInformativa(estado)
        for estado in db.scalars(
            select(InformativaRow.estado).where(
                InformativaRow.contratista_id == row.id,
                InformativaRow.ejercicio == periodo.ejercicio,
                InformativaRow.cuatrimestre == periodo.cuatrimestre,
            )
        )
    ]
    return next((str(estado).lower() for estado in states if estado.abierta), NOT_BEGUN)


def _mensaje(
    plantillas: MailTemplates, row: ContratistaRow, periodo: Periodo, estado: str, vence: date
) -> MensajeCorreo:
    values = {
        "contratista": row.nombre,
        "siguiente": periodo.nombre,
        "vence": f"{vence:%d/%m/%Y}",
        "cuando": estado,
    }
    return plantillas.mensaje(TEMPLATE, row.correo or "", values)
