"""Días inhábiles: the calendar from which the legal terms are counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.movimientos.plazos import lft_holidays
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_dias_inhabiles import Ui_DiasInhabilesForm
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import indent_number
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.movimientos.terminos import DiaCalendario

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


class DiasInhabilesDialog(FormDialog[Ui_DiasInhabilesForm, None]):
    donde = "el día que captura"

    changed = Signal()  # legal terms are counted differently now

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(Ui_DiasInhabilesForm(), context, parent, "fecha", "motivo")
        form = self.form
        indent_number(form.anio_spin)
        self._plazos = context.application.plazos
        self._sesion = context.require_sesion()
        self._days: tuple[DiaCalendario, ...] = ()
        self.fecha = DateField(form.fecha_edit)
        form.clase_combo.addItem("Día inhábil", False)
        form.clase_combo.addItem("Día hábil", True)
        form.anio_spin.setValue(context.application.store.clock().astimezone(HORA_DE_MEXICO).year)
        self.table = RowsTable(form.dias_table, COLUMNS, context.preferences)
        self.keep()
        form.quitar_button.clicked.connect(self._ask_to_remove)
        form.anio_spin.valueChanged.connect(self._draw)
        form.dias_table.selectionModel().selectionChanged.connect(self._draw_chosen)
        form.fecha_edit.setFocus()
        self._draw()
        QTimer.singleShot(0, self, self._load)

    def _load(self) -> None:
        self.context.ask(self, lambda _progress: self._plazos.days(self._sesion), self._on_loaded)

    def _on_loaded(self, days: tuple[DiaCalendario, ...]) -> None:
        self._days = days
        self._draw()

    def check(self) -> dict[str, str]:
        problems = {}
        if wrong := self.fecha.problem_or(NEEDS_DATE):
            problems["fecha"] = wrong
        if not self.form.motivo_edit.text().strip():
            problems["motivo"] = NEEDS_REASON
        return problems

    def work(self) -> Callable[[Progress], None]:
        form, fecha = self.form, self.fecha.value
        if fecha is None:
            raise ValueError("checked before")
        dia = DiaCalendario(
            fecha, bool(form.clase_combo.currentData()), form.motivo_edit.text().strip()
        )
        return lambda _progress: self._plazos.save_day(self._sesion, dia)

    def on_saved(self, _none: None) -> None:
        form, fecha = self.form, self.fecha.value
        self.fields.fill({})
        self.keep()
        form.fecha_edit.setFocus()
        if fecha is not None:
            form.anio_spin.setValue(fecha.year)
        self._tell(SAVED.format(fecha=day(fecha)))

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
        self.context.ask(
            self,
            lambda _progress: self._plazos.remove_day(self._sesion, fecha),
            lambda _none: self._tell(REMOVED.format(fecha=day(fecha))),
        )

    def _tell(self, text: str) -> None:
        self.say(text)
        self.changed.emit()
        self._load()

    def _draw(self, *_: object) -> None:
        """Show the days of the chosen year. A day that the user set replaces the same day of the
        law.
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
