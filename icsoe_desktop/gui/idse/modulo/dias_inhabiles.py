"""Días inhábiles: the calendar from which the legal terms are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.movimientos.calendario import lft_holidays
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_dias_inhabiles import Ui_DiasInhabilesForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import indent_number, show_message
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.services.movimientos.plazos import DiaCalendario

LAW: Final = "Ley Federal del Trabajo, artículo 74"
NEEDS_DATE: Final = "Escriba la fecha."
NEEDS_REASON: Final = "Escriba el motivo; lo leerá quien revise un plazo."
SAVED: Final = "Se guardó el {fecha}. Los plazos ya lo toman en cuenta."
REMOVED: Final = "Se quitó el {fecha}. Los plazos ya no lo toman en cuenta."
REMOVE: Final = "El {fecha} dejará de estar en el calendario ({motivo}). ¿Desea quitarlo?"
_WEEKDAYS: Final = (
    "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo",
)  # fmt: skip


@dataclass(frozen=True)
class DiaCalendarioFila:
    """de_ley: the day comes from the law and cannot be removed."""

    fecha: date
    habil: bool
    motivo: str
    de_ley: bool

    @property
    def clase(self) -> str:
        return "Día hábil" if self.habil else "Día inhábil"


COLUMNS: Final = (
    Column[DiaCalendarioFila](
        "Fecha", lambda d: day(d.fecha), sort=lambda d: d.fecha, tabular=True, width=110
    ),
    Column[DiaCalendarioFila]("Día", lambda d: _WEEKDAYS[d.fecha.weekday()], width=100),
    Column[DiaCalendarioFila](
        "Es",
        lambda d: d.clase,
        state=lambda d: "vigente" if d.habil else "deshabilitado",
        width=120,
    ),
    Column[DiaCalendarioFila]("Motivo", lambda d: d.motivo),
)


class DiasInhabilesDialog(EditingDialog):
    donde = "el día que captura"

    changed = Signal()  # legal terms are counted differently now

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_DiasInhabilesForm()
        self.form.setupUi(self)
        indent_number(self.form.anio_spin)
        self._context = context
        self._plazos = context.application.plazos
        self._sesion = context.require_sesion()
        self._days: tuple[DiaCalendario, ...] = ()
        form = self.form
        self.fecha = DateField(form.fecha_edit)
        self._fields = CheckedFields(fields_of(form, "fecha", "motivo"), self, self._check)
        form.clase_combo.addItem("Día inhábil", False)
        form.clase_combo.addItem("Día hábil", True)
        form.anio_spin.setValue(context.application.store.clock().astimezone(HORA_DE_MEXICO).year)
        self.table = RowsTable(form.dias_table, COLUMNS, context.preferences)
        show_message(form.mensaje_label, "")
        form.guardar_button.clicked.connect(self._save)
        form.quitar_button.clicked.connect(self._ask_to_remove)
        form.cerrar_button.clicked.connect(self.reject)
        form.anio_spin.valueChanged.connect(self._draw)
        form.dias_table.selectionModel().selectionChanged.connect(self._draw_chosen)
        form.fecha_edit.setFocus()
        self._draw()
        QTimer.singleShot(0, self, self._load)

    @property
    def unsaved(self) -> bool:
        return bool(self.form.motivo_edit.text() or self.form.fecha_edit.text())

    def _load(self) -> None:
        self._context.ask(self, lambda _progress: self._plazos.days(self._sesion), self._on_loaded)

    def _on_loaded(self, days: tuple[DiaCalendario, ...]) -> None:
        self._days = days
        self._draw()

    def _check(self) -> dict[str, str]:
        problems = {}
        if self.fecha.problem:
            problems["fecha"] = self.fecha.problem
        elif self.fecha.value is None:
            problems["fecha"] = NEEDS_DATE
        if not self.form.motivo_edit.text().strip():
            problems["motivo"] = NEEDS_REASON
        return problems

    def _save(self) -> None:
        form = self.form
        fecha = self.fecha.value if self._fields.attempt() else None
        if fecha is None:
            return
        dia = DiaCalendario(
            fecha, bool(form.clase_combo.currentData()), form.motivo_edit.text().strip()
        )
        form.guardar_button.setEnabled(False)
        self._context.ask(
            self,
            lambda _progress: self._plazos.save_day(self._sesion, dia),
            lambda _none: self._on_saved(dia),
            self._on_not_saved,
        )

    def _on_saved(self, dia: DiaCalendario) -> None:
        form = self.form
        form.guardar_button.setEnabled(True)
        with self._fields.filling():
            self.fecha.set_value(None)
            form.motivo_edit.clear()
        form.fecha_edit.setFocus()
        form.anio_spin.setValue(dia.fecha.year)
        show_message(form.mensaje_label, SAVED.format(fecha=day(dia.fecha)), "success")
        self.changed.emit()
        self._load()

    def _on_not_saved(self, error: Exception) -> None:
        self.form.guardar_button.setEnabled(True)
        match error:
            case InvalidInputError(campo=str(campo)):
                self._fields.refuse({campo: error.message})
            case _:
                self._context.errors.show(self, error)

    def _ask_to_remove(self) -> None:
        chosen = self.table.selected()
        if chosen is None or chosen.de_ley:
            return
        confirm(
            self,
            REMOVE.format(fecha=day(chosen.fecha), motivo=chosen.motivo),
            "&Quitar el día",
            then=lambda: self._remove(chosen.fecha),
            destructive=True,
        )

    def _remove(self, fecha: date) -> None:
        self._context.ask(
            self,
            lambda _progress: self._plazos.remove_day(self._sesion, fecha),
            lambda _none: self._on_removed(fecha),
        )

    def _on_removed(self, fecha: date) -> None:
        show_message(self.form.mensaje_label, REMOVED.format(fecha=day(fecha)), "success")
        self.changed.emit()
        self._load()

    def _draw(self, *_: object) -> None:
        """Show the days of the chosen year. A day that the user set replaces the same day
        of the law.
        """
        anio = self.form.anio_spin.value()
        dias = {one: DiaCalendarioFila(one, False, LAW, True) for one in lft_holidays(anio)}
        for one in self._days:
            if one.fecha.year == anio:
                dias[one.fecha] = DiaCalendarioFila(one.fecha, one.habil, one.motivo, False)
        self.table.set_rows(tuple(dias.values()))
        self._draw_chosen()

    def _draw_chosen(self) -> None:
        chosen = self.table.selected()
        self.form.quitar_button.setEnabled(chosen is not None and not chosen.de_ley)
