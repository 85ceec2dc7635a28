"""The columns of a movement in the module's grids."""

from __future__ import annotations

from datetime import date
from typing import Final

from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    EstadoAviso,
    Jornada,
    Situacion,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.gui.idse.modulo import icons
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.formats import day, money, plain_money
from icsoe_desktop.gui.kit.paged import PagedColumn
from icsoe_desktop.services.movimientos.valores import ColumnaMovimiento, MovimientoFila

_PLAZO_TIPS: Final = {
    EstadoLegal.EN_PLAZO: "Presentado, o todavía por presentar, dentro del plazo legal.",
    EstadoLegal.SIN_CUBRIR: "",
    EstadoLegal.EN_RIESGO: "Según cómo se cuente el primer día, el plazo pudo haber terminado.",
    EstadoLegal.EXTEMPORANEO: "El plazo legal terminó antes de que se presentara.",
}
IN_FILE: Final = (
    "Está en el archivo {archivo}. Cuando lo suba al portal, márquelo como enviado en Lotes."
)
_IMSS_SAYS: Final = "Así lo marcó el IMSS."


def plazo_tip(fila: MovimientoFila) -> str:
    """The tool tip of the plazo: its last day, and where the state comes from."""
    parts = [f"Último día del plazo: {day(fila.limite)}.", _PLAZO_TIPS[fila.plazo]]
    if fila.extemporaneo is not None:
        parts.append(_IMSS_SAYS)
    if fila.expuesto:
        parts[1] = ""
    parts.append(fila.costo)
    return " ".join(part for part in parts if part)


def situacion_tip(fila: MovimientoFila) -> str:
    """The file of a movement that is in one and was not marked as sent."""
    if fila.situacion is not Situacion.EN_ARCHIVO:
        return ""
    return IN_FILE.format(archivo=fila.archivo)


def rechazo(fila: MovimientoFila) -> str:
    """Code and text of a rejection, as the IMSS gave them."""
    return " ".join(part for part in (fila.codigo_rechazo, fila.causa_rechazo) if part)


def _day(
    columna: ColumnaMovimiento, attribute: str, width: int = 105
) -> PagedColumn[MovimientoFila]:
    def text(fila: MovimientoFila) -> str:
        when: date | None = getattr(fila, attribute)
        return day(when)

    return PagedColumn[MovimientoFila](columna, text, order=columna, tabular=True, width=width)


def _of_catalogue(
    columna: ColumnaMovimiento, attribute: str, width: int
) -> PagedColumn[MovimientoFila]:
    """A column of a catalogue code; empty if the movement has none."""

    def text(fila: MovimientoFila) -> str:
        value: TipoTrabajador | TipoSalario | Jornada | CausaBaja | None = getattr(fila, attribute)
        return value.nombre if value else ""

    return PagedColumn[MovimientoFila](columna, text, order=columna, width=width)


COLUMNS: Final[tuple[PagedColumn[MovimientoFila], ...]] = (
    PagedColumn(
        ColumnaMovimiento.MOVIMIENTO,
        lambda f: icons.MOVIMIENTO_CORTO[f.tipo],
        icon=lambda f: icons.movimiento_icon(f.tipo),
        order=ColumnaMovimiento.MOVIMIENTO,
        width=128,
    ),
    # Before the seed's own columns: looked for first, and seen without scrolling.
    PagedColumn(
        ColumnaMovimiento.PLAZO,
        lambda f: f.plazo_corto,
        state=lambda f: icons.PLAZO_ICONS[f.plazo],
        tip=plazo_tip,
        order=ColumnaMovimiento.PLAZO,
        width=165,
    ),
    PagedColumn(
        ColumnaMovimiento.ESTADO,
        lambda f: f.situacion.value,
        state=lambda f: icons.SITUACION_ICONS[f.situacion],
        tip=situacion_tip,
        order=ColumnaMovimiento.ESTADO,
        width=115,
    ),
    _day(ColumnaMovimiento.LIMITE, "limite"),
    PagedColumn(
        ColumnaMovimiento.REGISTRO_PATRONAL,
        lambda f: formats.registro(f.registro_patronal),
        copy=lambda f: f.registro_patronal,
        order=ColumnaMovimiento.REGISTRO_PATRONAL,
        tabular=True,
        width=112,
    ),
    PagedColumn(
        ColumnaMovimiento.NOMBRE, lambda f: f.nombres, order=ColumnaMovimiento.NOMBRE, width=108
    ),
    PagedColumn(
        ColumnaMovimiento.APELLIDO_PATERNO,
        lambda f: f.primer_apellido,
        order=ColumnaMovimiento.APELLIDO_PATERNO,
        width=104,
    ),
    PagedColumn(
        ColumnaMovimiento.APELLIDO_MATERNO,
        lambda f: f.segundo_apellido,
        order=ColumnaMovimiento.APELLIDO_MATERNO,
        width=104,
    ),
    PagedColumn(
        ColumnaMovimiento.NSS,
        lambda f: formats.nss(f.nss),
        copy=lambda f: f.nss,
        order=ColumnaMovimiento.NSS,
        tabular=True,
        width=114,
    ),
    PagedColumn(
        ColumnaMovimiento.SBC,
        lambda f: money(f.sbc),
        copy=lambda f: plain_money(f.sbc),
        order=ColumnaMovimiento.SBC,
        tabular=True,
        right=True,
        width=90,
    ),
    _day(ColumnaMovimiento.FECHA, "fecha", 120),
    PagedColumn(
        ColumnaMovimiento.CURP,
        lambda f: f.curp,
        order=ColumnaMovimiento.CURP,
        tabular=True,
        width=170,
    ),
    PagedColumn(
        ColumnaMovimiento.UMF, lambda f: f.umf, order=ColumnaMovimiento.UMF, tabular=True, width=60
    ),
    _of_catalogue(ColumnaMovimiento.TIPO_TRABAJADOR, "tipo_trabajador", 140),
    _of_catalogue(ColumnaMovimiento.SALARIO, "tipo_salario", 115),
    _of_catalogue(ColumnaMovimiento.JORNADA, "jornada", 130),
    _of_catalogue(ColumnaMovimiento.CAUSA_BAJA, "causa_baja", 150),
    PagedColumn(
        ColumnaMovimiento.LOTE,
        lambda f: f.lote_o_archivo,
        order=ColumnaMovimiento.LOTE,
        tabular=True,
        width=200,
    ),
    _day(ColumnaMovimiento.FECHA_EMISION, "emitido", 130),
    _day(ColumnaMovimiento.AVISO_RECIBIDO, "recibido", 115),
    _day(ColumnaMovimiento.AVISO_APROBACION, "aprobado", 135),
    _day(ColumnaMovimiento.AVISO_RECHAZO, "rechazado", 115),
    PagedColumn(
        ColumnaMovimiento.CAUSA_RECHAZO,
        rechazo,
        order=ColumnaMovimiento.CAUSA_RECHAZO,
        width=220,
    ),
)

# Columns that a tab hides, because they are the same or empty for all of its movements.
HIDDEN: Final[dict[TipoMovimiento | None, frozenset[ColumnaMovimiento]]] = {
    TipoMovimiento.ALTA: frozenset({ColumnaMovimiento.MOVIMIENTO, ColumnaMovimiento.CAUSA_BAJA}),
    TipoMovimiento.MODIFICACION: frozenset(
        {ColumnaMovimiento.MOVIMIENTO, ColumnaMovimiento.CAUSA_BAJA}
    ),
    TipoMovimiento.BAJA: frozenset(
        {
            ColumnaMovimiento.MOVIMIENTO,
            ColumnaMovimiento.SBC,
            ColumnaMovimiento.CURP,
            ColumnaMovimiento.UMF,
            ColumnaMovimiento.TIPO_TRABAJADOR,
            ColumnaMovimiento.SALARIO,
            ColumnaMovimiento.JORNADA,
        }
    ),
    None: frozenset(),
}


def is_pending(fila: MovimientoFila) -> bool:
    """Whether the movement may still be changed or put in a lote."""
    return fila.estado is EstadoAviso.PENDIENTE and fila.lote_id is None
