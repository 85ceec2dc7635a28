"""Exportar a SUA: shows every letter that changes and who is left out, before it writes."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.sua.escritura import ENIE_SIGNS
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_exportar_sua import Ui_ExportarSuaForm
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.idse.sua.presenter import SuaPresenter, SuaState
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import TargetFolder
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.progress import described, draw_step
from icsoe_desktop.gui.kit.table_view import wrap_rows
from icsoe_desktop.gui.kit.tables import Column, RowsTable, count_column
from icsoe_desktop.services.sua.valores import ArchivoSua, OpcionesSua, PlanSua

PURPOSE: Final = "sua"
_ENIE: Final = "sua/enie"
# Wrapped rows need their height measured one by one, which is slow.
MAX_WRAPPED_ROWS: Final = 100
# Until the dues of a month are paid, SUA still wants its notices.
LAST_DAY_OF_DUES: Final = 17
ALL: Final = "Todos"
MISSING: Final = "Escriba el día."
NO_FILES: Final = ("Ningún archivo por hacer", "Aquí verá cada archivo antes de guardarlo.")
NOTHING_CHANGES: Final = (
    "Nada por revisar",
    "Nadie queda fuera y los nombres se escriben tal como están.",
)
ENIES: Final = {"/": "/ (la usual)", "#": "# (la de IDSE)", "Ñ": "Ñ", "N": "N"}


CLASES: Final = ("Queda fuera", "Sin ASEG", "Cambia")


@dataclass(frozen=True)
class AvisoSua:
    """A row of what changes or is left out. clase: index in CLASES."""

    clase: int
    nombre: str = field(repr=False)
    que: str
    mensaje: str
    antes: str = field(default="", repr=False)
    despues: str = field(default="", repr=False)


ARCHIVOS: Final[tuple[Column[ArchivoSua], ...]] = (
    Column[ArchivoSua]("Archivo", lambda a: a.nombre_archivo, width=320),
    Column[ArchivoSua](
        CAMPOS_MOVIMIENTO.label("registro_patronal"),
        lambda a: formats.registro(a.registro_patronal),
        copy=lambda a: a.registro_patronal,
        tabular=True,
        width=150,
    ),
    Column[ArchivoSua]("Qué es", lambda a: a.disposicion.clase.value, width=220),
    count_column("Movimientos", lambda a: len(a.filas), width=110),
)
AVISOS: Final = (
    Column[AvisoSua](
        "Qué es",
        lambda a: CLASES[a.clase],
        sort=lambda a: a.clase,
        state=lambda a: "advertencia" if a.clase else "error",
        width=135,
    ),
    Column[AvisoSua]("Trabajador", lambda a: a.nombre, width=190),
    Column[AvisoSua]("Dato", lambda a: a.que, width=150),
    Column[AvisoSua]("Como está", lambda a: a.antes, tabular=True, width=120),
    Column[AvisoSua]("Como se escribe", lambda a: a.despues, tabular=True, width=120),
    Column[AvisoSua]("Por qué", lambda a: a.mensaje),
)


class ExportarSuaWindow(Presented[Ui_ExportarSuaForm, SuaPresenter], QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        app = context.application
        presenter = SuaPresenter(app.sua, app.movimientos, context.jobs, context.require_sesion())
        self.present(Ui_ExportarSuaForm(), presenter, context)
        form = self.form
        self._shown: PlanSua | None = None
        self.desde, self.hasta = DateField(form.desde_edit), DateField(form.hasta_edit)
        desde, hasta = usual_period(fecha_local(app.store.clock()))
        self.desde.set_value(desde)
        self.hasta.set_value(hasta)
        form.registro_combo.addItem(ALL, "")
        for sign in ENIE_SIGNS:
            form.enie_combo.addItem(ENIES[sign], sign)
        wanted = form.enie_combo.findData(context.preferences.get(_ENIE))
        form.enie_combo.setCurrentIndex(max(0, wanted))
        self.folder = TargetFolder(
            form.carpeta_edit,
            form.carpeta_error,
            form.carpeta_button,
            PURPOSE,
            context.preferences,
            form.guardar_button,
        )
        self.archivos = RowsTable(form.archivos_table, ARCHIVOS, context.preferences)
        self.avisos = RowsTable(form.avisos_table, AVISOS, context.preferences)
        self.no_files = EmptyState(form.archivos_table, "generar", *NO_FILES, wanted=False)
        self.clean = EmptyState(form.avisos_table, "correcto", *NOTHING_CHANGES, wanted=False)
        form.plan_splitter.setStretchFactor(0, 2)
        form.plan_splitter.setStretchFactor(1, 3)
        form.avance_bar.setAccessibleName("Avance")
        self._connect()
        self._draw(presenter.state)
        self._choose()

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        for edit in (form.desde_edit, form.hasta_edit):
            # textChanged, not textEdited: dictation and screen readers set the text.
            edit.textChanged.connect(self._choose)
            edit.editingFinished.connect(self._draw_problems)
        form.registro_combo.currentIndexChanged.connect(self._choose)
        form.enie_combo.currentIndexChanged.connect(self._choose)
        form.aseg_check.toggled.connect(self._choose)
        form.guardar_button.clicked.connect(self._save)
        form.cerrar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        presenter.stopped.connect(self._close)
        QTimer.singleShot(0, self, presenter.start)

    def reject(self) -> None:
        self._presenter.cancel()

    def _close(self) -> None:
        super().reject()

    def _choose(self, *_: object) -> None:
        form, opciones = self.form, None
        desde = None if self.desde.problem else self.desde.value
        hasta = None if self.hasta.problem else self.hasta.value
        if desde is not None and hasta is not None:
            registro = form.registro_combo.currentData()
            opciones = OpcionesSua(
                desde,
                hasta,
                (registro,) if registro else (),
                form.enie_combo.currentData(),
                form.aseg_check.isChecked(),
            )
        self._presenter.choose(opciones)

    def _save(self) -> None:
        self._draw_problems()
        if not self._presenter.state.can_save:
            return
        if not self.folder.is_there():
            return
        self._context.preferences.set(_ENIE, self.form.enie_combo.currentData())
        self._presenter.save(self.folder.path)

    def _draw_problems(self) -> None:
        form, told = self.form, dict(self._presenter.state.problems)
        show_message(form.desde_error, self.desde.problem_or(MISSING), "error")
        hasta = self.hasta.problem_or(MISSING) or told.get("hasta", "")
        show_message(form.hasta_error, hasta, "error")

    def _draw(self, state: SuaState) -> None:
        form, plan = self.form, state.plan
        working = state.step is not None or state.writing
        if form.registro_combo.count() == 1:
            for registro in state.registros:
                form.registro_combo.addItem(formats.registro(registro), registro)
        form.avance_panel.setVisible(working)
        draw_step(form.avance_bar, state.step)
        form.avance_label.setText(
            "Guardando los archivos…" if state.step is None else described(state.step)
        )
        self._draw_problems()
        show_message(form.resumen_label, state.counts, "")
        form.opciones_panel.setEnabled(not state.writing)
        if plan is not self._shown:
            self._shown = plan
            self._draw_plan(plan)
        self.no_files.want(plan is not None)
        self.clean.want(plan is not None)
        text, role = (state.saved, "success") if state.saved else (state.warning, "warning")
        show_message(form.aviso_label, "" if working else text, role)
        form.guardar_button.setEnabled(state.can_save)
        form.cerrar_button.setEnabled(not state.writing)

    def _draw_plan(self, plan: PlanSua | None) -> None:
        rows = rows_of(plan) if plan is not None else ()
        self.archivos.set_rows(plan.archivos if plan is not None else ())
        self.avisos.set_rows(rows)
        for at, values in ((3, "antes"), (4, "despues")):
            self.form.avisos_table.setColumnHidden(at, not any(getattr(r, values) for r in rows))
        if len(rows) <= MAX_WRAPPED_ROWS:
            wrap_rows(self.form.avisos_table)


def rows_of(plan: PlanSua) -> tuple[AvisoSua, ...]:
    """Who is left out, then what changes."""
    left = (
        AvisoSua(
            clase=1 if one.en_movt else 0,
            nombre=one.nombre,
            que=f"{columns.MOVIMIENTO_CORTO[one.tipo]} {formats.day(one.fecha)}",
            mensaje=one.motivo,
        )
        for one in plan.fuera
    )
    changed = (
        AvisoSua(
            clase=2,
            nombre=one.nombre,
            que=one.cambio.campo,
            mensaje=one.cambio.motivo,
            antes=one.cambio.original,
            despues=one.cambio.escrito,
        )
        for one in plan.cambios
    )
    return (*left, *changed)


def usual_period(today: date) -> tuple[date, date]:
    """The month whose dues are paid next."""
    day = today - timedelta(days=LAST_DAY_OF_DUES)
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


create = ExportarSuaWindow
