"""Icon and short name of each kind and state of movements and lotes."""

from __future__ import annotations

from PySide6.QtGui import QIcon

from icsoe_desktop.domain.movimientos.movimiento import EstadoLote, Situacion, TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.gui.base import assets

MOVIMIENTO_ICONS = {
    TipoMovimiento.ALTA: "alta",
    TipoMovimiento.MODIFICACION: "modificacion",
    TipoMovimiento.BAJA: "baja",
}
_MOVIMIENTO_INKS = {
    TipoMovimiento.ALTA: "success",
    TipoMovimiento.MODIFICACION: "accent_text",
    TipoMovimiento.BAJA: "error",
}
SITUACION_ICONS = {
    Situacion.PENDIENTE: "pendiente",
    Situacion.EN_ARCHIVO: "generar",
    Situacion.ENVIADO: "enviado",
    Situacion.RECIBIDO: "recibido",
    Situacion.APROBADO: "correcto",
    Situacion.RECHAZADO: "error",
    Situacion.CANCELADO: "deshabilitado",
}
LOTE_ICONS = {
    EstadoLote.GENERADO: "generar",
    EstadoLote.ENVIADO: "enviado",
    EstadoLote.RECIBIDO: "recibido",
    EstadoLote.APROBADO: "correcto",
    EstadoLote.RECHAZADO: "error",
    EstadoLote.CANCELADO: "deshabilitado",
}
PLAZO_ICONS = {
    EstadoLegal.EN_PLAZO: "vigente",
    EstadoLegal.SIN_CUBRIR: "por_vencer",
    EstadoLegal.EN_RIESGO: "por_vencer",
    EstadoLegal.EXTEMPORANEO: "vencido",
}
# The same short names as on the module's tabs.
MOVIMIENTO_CORTO = {
    TipoMovimiento.ALTA: "Alta o reingreso",
    TipoMovimiento.MODIFICACION: "Mod. de salario",
    TipoMovimiento.BAJA: "Baja",
}


def movimiento_icon(tipo: TipoMovimiento) -> QIcon:
    """For the cells of tables, in the inks of the scheme in force."""
    return assets.tinted(*movimiento_mark(tipo))


def movimiento_mark(tipo: TipoMovimiento) -> tuple[str, str]:
    """Icon and ink."""
    return MOVIMIENTO_ICONS[tipo], _MOVIMIENTO_INKS[tipo]
