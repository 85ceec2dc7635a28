"""Translates filter and order of the user into a request to the store."""

from __future__ import annotations

from sqlalchemy.orm import Session

from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
from icsoe_desktop.domain.movimientos.movimiento import Situacion
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.movimientos.filas import NUMERO_DE, Lector
from icsoe_desktop.services.movimientos.terminos import stored_terms_hold
from icsoe_desktop.services.movimientos.valores import (
    ColumnaMovimiento,
    FiltroMovimientos,
    OrdenMovimientos,
)
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.movimientos.list_sql import MovementSelection, registros_patronales_like
from icsoe_desktop.store.movimientos.ordered_lists import ListRequest
from icsoe_desktop.store.tables import ImportacionRow
from icsoe_desktop.store.types import day_number

NO_SUCH_IMPORT = "La importación ya no existe. Actualice la lista."

_ORDEN: dict[ColumnaMovimiento, str] = {
    ColumnaMovimiento.MOVIMIENTO: "tipo",
    ColumnaMovimiento.REGISTRO_PATRONAL: "registro_patronal",
    ColumnaMovimiento.NOMBRE: "nombres",
    ColumnaMovimiento.APELLIDO_PATERNO: "primer_apellido",
    ColumnaMovimiento.APELLIDO_MATERNO: "segundo_apellido",
    ColumnaMovimiento.NSS: "nss",
    ColumnaMovimiento.SBC: "sbc",
    ColumnaMovimiento.FECHA: "fecha",
    ColumnaMovimiento.CURP: "curp",
    ColumnaMovimiento.UMF: "umf",
    ColumnaMovimiento.TIPO_TRABAJADOR: "tipo_trabajador",
    ColumnaMovimiento.SALARIO: "tipo_salario",
    ColumnaMovimiento.JORNADA: "jornada",
    ColumnaMovimiento.CAUSA_BAJA: "causa_baja",
    ColumnaMovimiento.ESTADO: "estado",
    ColumnaMovimiento.PLAZO: "plazo",
    ColumnaMovimiento.LIMITE: "limite",
    ColumnaMovimiento.LOTE: "lote",
    ColumnaMovimiento.FECHA_EMISION: "emitido",
    ColumnaMovimiento.AVISO_RECIBIDO: "recibido",
    ColumnaMovimiento.AVISO_APROBACION: "aprobado",
    ColumnaMovimiento.AVISO_RECHAZO: "rechazado",
    ColumnaMovimiento.CAUSA_RECHAZO: "causa_rechazo",
}


_ESTADOS = tuple(EstadoLegal)


def list_request_of(
    db: Session, filtro: FiltroMovimientos, orden: OrdenMovimientos, lector: Lector
) -> ListRequest:
    """Raises UserFacingError if the import of the filter is gone."""
    return ListRequest(
        _selection(db, filtro),
        _ORDEN[orden.columna],
        orden.descendente,
        clean(filtro.texto),
        lector.legal_sql,
        lector.limite_sql,
        lector.cuts if stored_terms_hold(db, lector.calendario) else None,
    )


def _selection(db: Session, filtro: FiltroMovimientos) -> MovementSelection:
    registros_patronales = importacion = None
    if filtro.registro_patronal:
        base = RegistroPatronal.parse(filtro.registro_patronal).base
        registros_patronales = registros_patronales_like(raw_of(db), base)
    if filtro.importacion_id is not None:
        row = db.get(ImportacionRow, filtro.importacion_id)
        if row is None:
            raise UserFacingError(NO_SUCH_IMPORT)
        importacion = (row.numero, row.primera, row.ultima)
    return MovementSelection(
        registros_patronales=registros_patronales,
        from_day=None if filtro.desde is None else day_number(filtro.desde),
        to_day=None if filtro.hasta is None else day_number(filtro.hasta),
        estado=None if filtro.situacion is None else NUMERO_DE[filtro.situacion.estado],
        en_archivo=None if filtro.situacion is None else filtro.situacion is Situacion.EN_ARCHIVO,
        owed=filtro.por_resolver or filtro.deuda is not None,
        owed_part=None if filtro.deuda is None else filtro.deuda.value,
        limite=None if filtro.limite is None else day_number(filtro.limite),
        tipo=None if filtro.tipo is None else filtro.tipo.value,
        lote=None if filtro.lote_id is None else filtro.lote_id.bytes,
        importacion=importacion,
        plazo=None if filtro.plazo is None else _ESTADOS.index(filtro.plazo),
    )
