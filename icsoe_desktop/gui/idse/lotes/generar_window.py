"""Generar archivo para IDSE: shows every change and warning before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.movimientos.movimiento import CAMPOS_MOVIMIENTO
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.presented import JobDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_generar_lote import Ui_GenerarLoteForm
from icsoe_desktop.gui.idse.lotes.generar_presenter import GenerarPresenter, GenerarState
from icsoe_desktop.gui.idse.lotes.page import SEVERAL
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import choose_folder
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.plain_text import plain_tip
from icsoe_desktop.gui.kit.progress import described, draw_step
from icsoe_desktop.gui.kit.table_view import wrap_rows
from icsoe_desktop.gui.kit.tables import Column, RowsTable, count_column
from icsoe_desktop.services.lotes.valores import ArchivoLote, AvisoLote, OpcionesLote, PlanLote

PURPOSE: Final = "lotes"
# Wrapped rows need their height measured one by one, which is slow.
MAX_WRAPPED_ROWS: Final = 100
_OPTIONS: Final = "generar"
NO_FOLDER: Final = "Esa carpeta no existe. Elija otra con Cambiar."
NO_FILES: Final = ("Ningún archivo por hacer", "Aquí verá cada archivo antes de guardarlo.")
NOTHING_CHANGES: Final = (
    "Nada por revisar",
    "Los nombres y los datos se escriben tal como están.",
)
ENIES: Final = {"#": "# (como la lee el IMSS)", "N": "N"}
ARCHIVOS: Final[tuple[Column[ArchivoLote], ...]] = (
    Column[ArchivoLote]("Archivo", lambda a: a.nombre_archivo, width=385),
    Column[ArchivoLote](
        CAMPOS_MOVIMIENTO.label("registro_patronal"),
        lambda a: formats.registro(a.registro_patronal) if a.registro_patronal else SEVERAL,
        copy=lambda a: a.registro_patronal or SEVERAL,
        tabular=True,
        width=150,
    ),
    Column[ArchivoLote](
        "Movimiento",
        lambda a: columns.MOVIMIENTO_CORTO[a.tipo] if a.tipo is not None else SEVERAL,
        width=130,
    ),
    count_column("Movimientos", lambda a: len(a.ids), width=110),
    Column[ArchivoLote](
        "Tamaño",
        lambda a: f"{len(a.contenido):,} bytes",
        sort=lambda a: len(a.contenido),
        tabular=True,
        right=True,
    ),
)
AVISOS: Final = (
    Column[AvisoLote](
        "Qué es",
        lambda a: "Queda fuera" if a.impide else "Revisar",
        sort=lambda a: not a.impide,
        state=lambda a: "error" if a.impide else "advertencia",
        width=130,
    ),
    Column[AvisoLote]("Trabajador", lambda a: a.nombre, width=160),
    Column[AvisoLote]("Campo", lambda a: CAMPOS_MOVIMIENTO.label(a.campo), width=115),
    Column[AvisoLote]("Como está", lambda a: a.antes, tabular=True, width=110),
    Column[AvisoLote]("Como se escribe", lambda a: a.despues, tabular=True, width=110),
    Column[AvisoLote]("Por qué", lambda a: a.mensaje),
)


class GenerarDialog(JobDialog[Ui_GenerarLoteForm, GenerarPresenter]):
    def __init__(self, presenter: GenerarPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.present(Ui_GenerarLoteForm(), presenter, context)
        self._shown: PlanLote | None = None
        form = self.form
        for alcance in presenter.alcances:
            form.alcance_combo.addItem(alcance.nombre)
        form.alcance_combo.setCurrentIndex(presenter.state.alcance)
        for enie, text in ENIES.items():
            form.enie_combo.addItem(text, enie)
        self._fill(presenter.state.opciones)
        self._folder = Path(context.preferences.last_folder(PURPOSE))
        self._draw_folder()
        self.archivos = RowsTable(form.archivos_table, ARCHIVOS, context.preferences)
        self.avisos = RowsTable(form.avisos_table, AVISOS, context.preferences)
        self.no_files = EmptyState(form.archivos_table, "generar", *NO_FILES, wanted=False)
        self.clean = EmptyState(form.avisos_table, "correcto", *NOTHING_CHANGES, wanted=False)
        form.plan_splitter.setStretchFactor(0, 2)
        form.plan_splitter.setStretchFactor(1, 3)
        form.avance_bar.setAccessibleName("Avance")
        self._proposed = False
        self._connect()
        self._draw(presenter.state)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.generar_button.clicked.connect(self._generate)
        form.carpeta_button.clicked.connect(self._choose_folder)
        form.alcance_combo.currentIndexChanged.connect(presenter.choose_alcance)
        form.cancelar_button.clicked.connect(self.reject)
        form.enie_combo.currentIndexChanged.connect(self._choose)
        # textChanged, not textEdited: dictation and screen readers set the text without keystrokes.
        form.guia_edit.textChanged.connect(self._choose)
        form.separar_check.toggled.connect(self._choose)
        form.totales_check.toggled.connect(self._choose)
        presenter.changed.connect(self._draw)
        presenter.written.connect(lambda _text: self.accept())
        presenter.refused.connect(self._on_failed)
        QTimer.singleShot(0, self, presenter.plan)

    def _choose(self, *_: object) -> None:
        form = self.form
        self._presenter.choose(
            OpcionesLote(
                enie=form.enie_combo.currentData(),
                guia=form.guia_edit.text().strip(),
                separar=form.separar_check.isChecked(),
                con_totales=form.totales_check.isChecked(),
            )
        )

    def _generate(self) -> None:
        if not self._presenter.state.can_generate:
            return
        if not self._draw_folder():
            self.form.carpeta_button.setFocus()
            return
        remember_options(self._context.preferences, self._presenter.state.opciones)
        self._presenter.generate(self._folder)

    def _choose_folder(self) -> None:
        def choose(folder: Path) -> None:
            self._folder = folder
            self._draw_folder()
            self.form.generar_button.setFocus()

        title = "Carpeta para los archivos"
        choose_folder(self, title, PURPOSE, self._context.preferences, choose)

    def _draw_folder(self) -> bool:
        """Show the folder; return whether it is there."""
        form, there = self.form, self._folder.is_dir()
        form.carpeta_edit.setText(str(self._folder))
        form.carpeta_edit.setToolTip(plain_tip(str(self._folder)))
        show_message(form.carpeta_error, "" if there else NO_FOLDER, "error")
        return there

    def _fill(self, opciones: OpcionesLote) -> None:
        form = self.form
        form.enie_combo.setCurrentIndex(max(0, form.enie_combo.findData(opciones.enie)))
        form.separar_check.setChecked(opciones.separar)
        form.totales_check.setChecked(opciones.con_totales)

    def _draw(self, state: GenerarState) -> None:
        form, plan = self.form, state.plan
        working = state.step is not None or state.writing
        form.avance_panel.setVisible(working)
        draw_step(form.avance_bar, state.step)
        form.avance_label.setText(
            "Guardando los archivos…" if state.step is None else described(state.step)
        )
        show_message(form.resumen_label, state.counts, "")
        form.opciones_panel.setEnabled(not state.writing)
        form.alcance_panel.setEnabled(not state.writing)
        if plan is not None and plan is not self._shown:
            self._shown = plan
            self.archivos.set_rows(plan.archivos)
            self.avisos.set_rows(plan.avisos)
            for at, values in ((3, "antes"), (4, "despues")):
                shown = any(getattr(aviso, values) for aviso in plan.avisos)
                form.avisos_table.setColumnHidden(at, not shown)
            if len(plan.avisos) <= MAX_WRAPPED_ROWS:
                wrap_rows(form.avisos_table)
        self.no_files.want(plan is not None)
        self.clean.want(plan is not None)
        # Without files and without a reason for it there is nothing to review.
        form.avisos_panel.setVisible(plan is None or bool(plan.archivos or plan.avisos))
        show_message(form.aviso_label, "" if working else state.warning, "warning")
        form.generar_button.setEnabled(state.can_generate)
        if state.can_generate and not self._proposed:
            # A disabled button takes no focus: the dialog opens before there is a plan.
            self._proposed = True
            form.generar_button.setFocus()
        count = len(plan.archivos) if plan is not None else 0
        form.generar_button.setText(f"&Guardar {count} archivos" if count > 1 else "&Guardar")
        form.cancelar_button.setEnabled(not state.writing)


def remembered_options(preferences: Preferences) -> OpcionesLote:
    """The options of the last files. Not the guía: it belongs to one registro patronal."""
    return OpcionesLote(
        enie="N" if preferences.get(f"{_OPTIONS}/enie") == "N" else "#",
        separar=preferences.get(f"{_OPTIONS}/separar") != "no",
        con_totales=preferences.get(f"{_OPTIONS}/totales") != "no",
    )


def remember_options(preferences: Preferences, opciones: OpcionesLote) -> None:
    preferences.set(f"{_OPTIONS}/enie", opciones.enie)
    preferences.set(f"{_OPTIONS}/separar", "sí" if opciones.separar else "no")
    preferences.set(f"{_OPTIONS}/totales", "sí" if opciones.con_totales else "no")
