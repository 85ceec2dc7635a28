"""A worker's history: every movement, newest first, and which one corrects which."""

from __future__ import annotations

import uuid
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_historial import Ui_HistorialForm
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.idse.modulo.columns import is_pending, may_open, rechazo
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.tables import Column, RowsTable, tabular_font
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.movimientos.valores import MovimientoFila

DETAIL: Final = "NSS {nss}{curp}. {cuenta}."
HISTORIAL: Final = (
    Column[MovimientoFila](
        "Fecha",
        lambda f: formats.day(f.fecha),
        sort=lambda f: f.fecha,
        newest_first=True,
        tabular=True,
        width=100,
    ),
    Column[MovimientoFila](
        "Movimiento",
        lambda f: columns.MOVIMIENTO_CORTO[f.tipo],
        icon=lambda f: columns.movimiento_icon(f.tipo),
        width=140,
    ),
    # As in the module: seen without scrolling.
    Column[MovimientoFila](
        "Estado",
        lambda f: f.situacion.value,
        state=lambda f: columns.SITUACION_ICONS[f.situacion],
        tip=columns.situacion_tip,
        width=115,
    ),
    Column[MovimientoFila](
        "Plazo",
        lambda f: f.plazo_texto,
        state=columns.plazo_icon,
        tip=columns.plazo_tip,
        width=225,
    ),
    Column[MovimientoFila]("Causa de rechazo", rechazo, width=150),
    Column[MovimientoFila](
        CAMPOS_MOVIMIENTO.label("registro_patronal"),
        lambda f: formats.registro(f.registro_patronal),
        copy=lambda f: f.registro_patronal,
        tabular=True,
        width=140,
    ),
    Column[MovimientoFila](
        CAMPOS_MOVIMIENTO.label("sbc"),
        lambda f: formats.money(f.sbc),
        sort=lambda f: f.sbc or 0,
        copy=lambda f: formats.plain_money(f.sbc),
        tabular=True,
        right=True,
        width=105,
    ),
    Column[MovimientoFila](
        CAMPOS_MOVIMIENTO.label("causa_baja"),
        lambda f: f.causa_baja.nombre if f.causa_baja else "",
        width=160,
    ),
    Column[MovimientoFila]("Lote", lambda f: f.lote, tabular=True, width=95),
)


class HistorialDialog(QDialog):
    edit_wanted = Signal(object)  # MovimientoFila

    def __init__(
        self, fila: MovimientoFila, context: Context, may_write: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.form = Ui_HistorialForm()
        self.form.setupUi(self)
        self._fila = fila
        self._context = context
        self._corrections: dict[uuid.UUID, str] = {}
        form = self.form
        correction = Column[MovimientoFila](
            "Corrección", lambda f: self._corrections.get(f.id, ""), width=245
        )
        shown = (*HISTORIAL, correction)
        self.table = RowsTable(form.movimientos_table, shown, context.preferences)
        form.trabajador_label.setText(full_name(fila))
        form.detalle_label.setFont(tabular_font())
        form.detalle_label.setText("")
        form.editar_button.setVisible(may_write)
        form.editar_button.clicked.connect(self._edit)
        form.copiar_button.clicked.connect(self._copy_all)
        form.cerrar_button.clicked.connect(self.accept)
        form.movimientos_table.selectionModel().selectionChanged.connect(self._draw)
        self._draw()
        form.movimientos_table.setFocus()
        QTimer.singleShot(0, self, self.load)

    def load(self) -> None:
        movimientos = self._context.application.movimientos
        sesion, nss = self._context.require_sesion(), self._fila.nss

        def read(_progress: Progress) -> tuple[MovimientoFila, ...]:
            filas = movimientos.history(sesion, nss)
            self._corrections = movimientos.corrections(sesion, filas)
            return filas

        self._context.ask(self, read, self._show)

    def _show(self, filas: tuple[MovimientoFila, ...]) -> None:
        self.table.set_rows(filas)
        newest = filas[0] if filas else self._fila
        self.form.trabajador_label.setText(full_name(newest))
        curp = next((one.curp for one in filas if one.curp), "")
        self.form.detalle_label.setText(
            DETAIL.format(
                nss=formats.nss(newest.nss),
                curp=f" · CURP {curp}" if curp else "",
                cuenta=formats.movements(len(filas)),
            )
        )
        for one in filas:
            if one.id == self._fila.id and self.table.selected() is None:
                self.table.select(one)
        self._draw()

    def _copy_all(self) -> None:
        self.form.movimientos_table.selectAll()
        self.table.copy()

    def _edit(self) -> None:
        chosen = self.table.selected()
        if chosen is not None and may_open(chosen):
            self.edit_wanted.emit(chosen)

    def _draw(self) -> None:
        chosen = self.table.selected()
        self.form.editar_button.setEnabled(chosen is not None and may_open(chosen))
        self.form.editar_button.setText(
            "Co&rregir…" if chosen is not None and not is_pending(chosen) else "Mo&dificar…"
        )
