"""The columns of a movement in the module's grids, and the icons of kinds and states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtGui import QIcon

from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    EstadoAviso,
    EstadoLote,
    Jornada,
    Situacion,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.formats import day, money, plain_money
from icsoe_desktop.gui.kit.paged import PagedColumn
from icsoe_desktop.services.movimientos.valores import ColumnaMovimiento, MovimientoFila

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


_PLAZO_TIPS: Final = {
    EstadoLegal.EN_PLAZO: "Presentado, o todavía por presentar, dentro del plazo legal.",
    EstadoLegal.SIN_CUBRIR: "",
    EstadoLegal.EN_RIESGO: "Según cómo se cuente el primer día, el plazo pudo haber terminado.",
    EstadoLegal.EXTEMPORANEO: "El plazo legal terminó antes de que se presentara.",
}
DOUBTFUL_TODAY: Final = "La fecha del equipo no puede ser la de hoy: corríjala."
IN_FILE: Final = (
    "Está en el archivo {archivo}. Cuando lo suba al portal, márquelo como enviado en Lotes."
)
_IMSS_SAYS: Final = "Así lo marcó el IMSS."


CORRECTED_TIP: Final = "Lo corrige otro aviso: el historial (Ctrl+H) dice cuál."


def plazo_icon(fila: MovimientoFila) -> str:
    if fila.corregido:
        return "editar"
    return "advertencia" if fila.reloj_dudoso else PLAZO_ICONS[fila.plazo]


def plazo_tip(fila: MovimientoFila) -> str:
    """The tool tip of the plazo: its last day, and where the state comes from."""
    if fila.corregido or not fila.plazo_texto:
        return CORRECTED_TIP if fila.corregido else ""
    if fila.reloj_dudoso:
        return f"Último día del plazo: {day(fila.limite)}. {DOUBTFUL_TODAY}"
    parts = [f"Último día del plazo: {day(fila.limite)}.", _PLAZO_TIPS[fila.plazo]]
    if fila.extemporaneo is not None:
        parts.append(_IMSS_SAYS)
    if fila.expuesto:
        parts[1] = ""
    parts.append(fila.costo)
    return " ".join(part for part in parts if part)


def situacion_tip(fila: MovimientoFila) -> str:
    """Why it was rejected, or the file of one that is in it and was not marked as sent."""
    if fila.situacion is Situacion.RECHAZADO:
        return rechazo(fila)
    if fila.situacion is not Situacion.EN_ARCHIVO:
        return ""
    return IN_FILE.format(archivo=fila.archivo)


def rechazo(fila: MovimientoFila) -> str:
    """Code and text of a rejection, as the IMSS gave them."""
    return " ".join(part for part in (fila.codigo_rechazo, fila.causa_rechazo) if part)


C = ColumnaMovimiento


def _column(
    columna: ColumnaMovimiento, text: Callable[[MovimientoFila], str], width: int, **more: Any
) -> PagedColumn[MovimientoFila]:
    return PagedColumn(columna, text, order=columna, width=width, **more)


def _day(
    columna: ColumnaMovimiento, attribute: str, width: int = 105
) -> PagedColumn[MovimientoFila]:
    return _column(columna, lambda f: day(getattr(f, attribute)), width, tabular=True)


def _of_catalogue(
    columna: ColumnaMovimiento, attribute: str, width: int
) -> PagedColumn[MovimientoFila]:
    """A column of a catalogue code; empty if the movement has none."""

    def text(fila: MovimientoFila) -> str:
        value: TipoTrabajador | TipoSalario | Jornada | CausaBaja | None = getattr(fila, attribute)
        return value.nombre if value else ""

    return _column(columna, text, width)


def _kind(fila: MovimientoFila) -> QIcon:
    return movimiento_icon(fila.tipo)


COLUMNS: Final[tuple[PagedColumn[MovimientoFila], ...]] = (
    _column(C.MOVIMIENTO, lambda f: MOVIMIENTO_CORTO[f.tipo], 128, icon=_kind),
    # Before the seed's own columns, with who it is: seen without scrolling in 1280 pixels.
    _column(
        C.PLAZO,
        lambda f: f.plazo_corto,
        150,
        state=plazo_icon,
        tip=plazo_tip,
    ),
    _column(
        C.ESTADO,
        lambda f: f.situacion.value,
        115,
        state=lambda f: SITUACION_ICONS[f.situacion],
        tip=situacion_tip,
    ),
    _column(C.CAUSA_RECHAZO, rechazo, 150),
    _column(C.NOMBRE, lambda f: f.nombres, 108),
    _column(C.APELLIDO_PATERNO, lambda f: f.primer_apellido, 104),
    _column(C.APELLIDO_MATERNO, lambda f: f.segundo_apellido, 104),
    _day(C.LIMITE, "limite"),
    _column(
        C.REGISTRO_PATRONAL,
        lambda f: formats.registro(f.registro_patronal),
        112,
        copy=lambda f: f.registro_patronal,
        tabular=True,
    ),
    _column(C.NSS, lambda f: formats.nss(f.nss), 114, copy=lambda f: f.nss, tabular=True),
    _column(
        C.SBC,
        lambda f: money(f.sbc),
        90,
        copy=lambda f: plain_money(f.sbc),
        tabular=True,
        right=True,
    ),
    _day(C.FECHA, "fecha", 120),
    _column(C.CURP, lambda f: f.curp, 170, tabular=True),
    _column(C.UMF, lambda f: f.umf, 60, tabular=True),
    _of_catalogue(C.TIPO_TRABAJADOR, "tipo_trabajador", 140),
    _of_catalogue(C.SALARIO, "tipo_salario", 115),
    _of_catalogue(C.JORNADA, "jornada", 130),
    _of_catalogue(C.CAUSA_BAJA, "causa_baja", 150),
    _column(C.LOTE, lambda f: f.lote_o_archivo, 200, tabular=True),
    _day(C.FECHA_EMISION, "emitido", 130),
    _day(C.AVISO_RECIBIDO, "recibido", 115),
    _day(C.AVISO_APROBACION, "aprobado", 135),
    _day(C.AVISO_RECHAZO, "rechazado", 115),
)

# Columns that a tab hides, because they are the same or empty for all of its movements.
_SAME: Final = frozenset({C.MOVIMIENTO, C.CAUSA_BAJA})
HIDDEN: Final[dict[TipoMovimiento | None, frozenset[ColumnaMovimiento]]] = {
    TipoMovimiento.ALTA: _SAME,
    TipoMovimiento.MODIFICACION: _SAME,
    TipoMovimiento.BAJA: frozenset(
        {C.MOVIMIENTO, C.SBC, C.CURP, C.UMF, C.TIPO_TRABAJADOR, C.SALARIO, C.JORNADA}
    ),
    None: frozenset(),
}


def is_pending(fila: MovimientoFila) -> bool:
    """Whether the movement may still be changed or put in a lote."""
    return fila.estado is EstadoAviso.PENDIENTE and fila.lote_id is None


def may_open(fila: MovimientoFila) -> bool:
    """Whether the movement opens in the form: to be changed, or corrected and presented again."""
    return is_pending(fila) or may_correct(fila)


def may_correct(fila: MovimientoFila) -> bool:
    return fila.estado is EstadoAviso.RECHAZADO and not fila.corregido


def edit_text(fila: MovimientoFila | None) -> str:
    """What opening this movement in the form does, as the text of a menu or button."""
    corrects = fila is not None and may_correct(fila)
    return "&Corregir y volver a presentar…" if corrects else "&Modificar movimiento…"
