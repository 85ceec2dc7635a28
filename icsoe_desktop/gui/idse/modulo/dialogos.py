"""The module's dialogs: Exportar Excel, and the calendar of working days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.constancia import campo_de_causa
from icsoe_desktop.domain.movimientos.plazos import lft_holidays
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_corregir_varios import Ui_CorregirVariosForm
from icsoe_desktop.gui.forms.ui_dias_inhabiles import Ui_DiasInhabilesForm
from icsoe_desktop.gui.forms.ui_exportar_movimientos import Ui_ExportarMovimientosForm
from icsoe_desktop.gui.idse.modulo.presenter import MovimientosState
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import indent_number
from icsoe_desktop.gui.kit.file_choice import WORKBOOK, NewFile, choose_new_file
from icsoe_desktop.gui.kit.formats import WEEKDAYS, counted, day, movements, saved, short_name
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.informativa.sisub import SisubService
from icsoe_desktop.services.movimientos.correcciones import SHARED
from icsoe_desktop.services.movimientos.terminos import DiaCalendario, PlazosService
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    ColumnaMovimiento,
    FiltroMovimientos,
    MovimientoFila,
    OrdenMovimientos,
)

OF_INFONAVIT: Final = (
    "El INFONAVIT publica cada enero en el DOF sus propios días inhábiles; los de 2026 son sólo "
    "los del artículo 74 de la Ley Federal del Trabajo. Si el 17 es inhábil, SISUB se recorre al "
    "siguiente hábil."
)
LAW: Final = "Ley Federal del Trabajo, artículo 74"
NEEDS_DATE: Final = "Escriba la fecha."
NEEDS_REASON: Final = "Escriba el motivo; lo leerá quien revise un plazo."
SAVED: Final = "Se guardó el {fecha}. Los plazos ya lo toman en cuenta."
REMOVED: Final = "Se quitó el {fecha}. Los plazos ya no lo toman en cuenta."
REMOVE: Final = "El {fecha} dejará de estar en el calendario ({motivo}). ¿Desea quitarlo?"


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


DIAS: Final = (
    Column[DiaCalendarioFila](
        "Fecha", lambda d: day(d.fecha), sort=lambda d: d.fecha, tabular=True, width=110
    ),
    Column[DiaCalendarioFila]("Día", lambda d: WEEKDAYS[d.fecha.weekday()], width=100),
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

    def __init__(
        self,
        context: Context,
        parent: QWidget,
        days: PlazosService | SisubService | None = None,
        titulo: str = "",
    ) -> None:
        """days: whose days; those of the notices unless told. titulo: of another list."""
        super().__init__(Ui_DiasInhabilesForm(), context, parent, "fecha", "motivo")
        form = self.form
        if titulo:
            self.setWindowTitle(titulo)
            form.titulo_label.setText(titulo)
            form.explicacion_label.setText(OF_INFONAVIT)
        indent_number(form.anio_spin)
        self._plazos = days or context.application.plazos
        self._sesion = context.require_sesion()
        self._days: tuple[DiaCalendario, ...] = ()
        self.fecha = DateField(form.fecha_edit)
        form.clase_combo.addItem("Día inhábil", False)
        form.clase_combo.addItem("Día hábil", True)
        form.anio_spin.setValue(context.application.store.clock().astimezone(HORA_DE_MEXICO).year)
        self.table = RowsTable(form.dias_table, DIAS, context.preferences)
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


SHARED_TOLD: Final = (
    "Se guarda un aviso nuevo por cada uno ({rechazados}), con sus mismos datos y el dato que "
    "escriba aquí. Los rechazados dejan de deberse. Si uno no se puede, no se guarda ninguno."
)

SHARED_CAUSE: Final = "El Instituto dijo de {cuantos}: «{causa}».\n\n"
EACH_HAS_ITS_OWN: Final = (
    "Eso habla de «{campo}», y cada aviso tiene el suyo: corríjalos uno por uno, con F2.\n\n"
)


class CorregirVariosDialog(FormDialog[Ui_CorregirVariosForm, int]):
    """Asks for the one field that all of these rejected notices had wrong."""

    donde = "la corrección"

    corrected = Signal(int)  # how many

    def __init__(
        self, context: Context, parent: QWidget, rechazados: Sequence[MovimientoFila]
    ) -> None:
        super().__init__(Ui_CorregirVariosForm(), context, parent, "valor")
        self._ids = [one.id for one in rechazados]
        count = counted(len(self._ids), "rechazado", "rechazados")
        text = SHARED_TOLD.format(rechazados=count)
        for campo in SHARED:
            self.form.campo_combo.addItem(CAMPOS_MOVIMIENTO.label(campo), campo)
        causas = Counter(one.causa_rechazo for one in rechazados if one.causa_rechazo)
        for causa, veces in causas.most_common(1):
            cuantos = f"{veces:,} de {count}" if veces < len(self._ids) else "todos"
            named = campo_de_causa(causa)
            if named is not None and named not in SHARED:
                text = EACH_HAS_ITS_OWN.format(campo=CAMPOS_MOVIMIENTO.label(named)) + text
            text = SHARED_CAUSE.format(cuantos=cuantos, causa=causa) + text
            at = self.form.campo_combo.findData(named)
            self.form.campo_combo.setCurrentIndex(max(0, at))
            if at >= 0:
                self.form.valor_edit.setFocus()
        self.form.explicacion_label.setText(text)
        self.keep()

    def work(self) -> Callable[[Progress], int]:
        service, sesion = self.context.application.movimientos, self.context.require_sesion()
        campo, valor = self.form.campo_combo.currentData(), self.form.valor_edit.text()
        ids = self._ids

        def save(_progress: Progress) -> int:
            try:
                return service.correct_many(sesion, ids, campo, valor)
            except InvalidInputError as error:
                wrong = "valor" if error.campo == campo else error.campo
                raise InvalidInputError(error.message, wrong) from error

        return save

    def on_saved(self, result: int) -> None:
        self.corrected.emit(result)
        self.accept()


SHOWN: Final = "&Los que muestra la tabla ({count})"
SHOWN_UNCOUNTED: Final = "&Los que muestra la tabla"
WRITING: Final = "Guardando {name}…"
NOTHING_WRITTEN: Final = "Se canceló. No se guardó ningún archivo."
EXPORT: Final = NewFile("Exportar Excel", "exportar_movimientos", WORKBOOK, "movimientos_idse.xlsx")


def with_kind(columnas: Sequence[ColumnaMovimiento]) -> tuple[ColumnaMovimiento, ...]:
    """A tab hides the kind of its notices; the sheet has no tab."""
    kind = ColumnaMovimiento.MOVIMIENTO
    return (*columnas,) if kind in columnas else (kind, *columnas)


class ExportarDialog(QDialog):
    def __init__(self, count: int | None, parent: QWidget) -> None:
        """count: of the rows that the table shows; None while unknown."""
        super().__init__(parent)
        self.form = Ui_ExportarMovimientosForm()
        self.form.setupUi(self)
        form = self.form
        form.mostrados_radio.setText(
            SHOWN_UNCOUNTED if count is None else SHOWN.format(count=movements(count))
        )
        form.exportar_button.clicked.connect(self.accept)
        form.cancelar_button.clicked.connect(self.reject)
        # Nobody is asked for the name of a file that an empty list would not give.
        form.mostrados_radio.setEnabled(count != 0)
        chosen = form.mostrados_radio if count != 0 else form.todos_radio
        chosen.setChecked(True)
        chosen.setFocus()


class Exportacion(QObject):
    """Asks what to export and where, and writes the file.

    work: a queue for long reading.
    """

    told = Signal(str, str)  # sentence, role

    def __init__(self, context: Context, work: JobQueue, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._work = work
        self._window = window

    def start(
        self, shown: MovimientosState, visible: Sequence[ColumnaMovimiento]
    ) -> ExportarDialog:
        """visible: the columns of the grid."""
        dialog = ExportarDialog(shown.count, self._window)

        def choose() -> None:
            form = dialog.form
            filtro = TODOS if form.todos_radio.isChecked() else shown.filtro
            columnas = with_kind(visible) if form.columnas_check.isChecked() else None
            choose_new_file(
                self._window,
                EXPORT.dated(self._context.application.store.clock()),
                self._context.preferences,
                lambda path: self.write(filtro, shown.orden, columnas, path),
            )

        dialog.accepted.connect(choose)
        dialog.finished.connect(dialog.deleteLater)
        open_dialog(dialog)
        return dialog

    def write(
        self,
        filtro: FiltroMovimientos,
        orden: OrdenMovimientos,
        columnas: Sequence[ColumnaMovimiento] | None,
        path: Path,
    ) -> None:
        movimientos = self._context.application.movimientos
        sesion = self._context.require_sesion()

        def work(progress: Progress) -> int:
            return movimientos.export(sesion, path, filtro, orden, progress, columnas)

        run_with_progress(
            self._context,
            self._window,
            "Exportar Excel",
            WRITING.format(name=short_name(path)),
            work,
            lambda count: self.told.emit(saved(path, movements(count)), "success"),
            stopped=lambda: self.told.emit(NOTHING_WRITTEN, "hint"),
            queue=self._work,
        )
