"""Generar archivo para IDSE: shows every change and warning before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.presented import JobDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_generar_lote import Ui_GenerarLoteForm
from icsoe_desktop.gui.idse.lotes.generar_presenter import GenerarPresenter, GenerarState
from icsoe_desktop.gui.idse.lotes.page import SEVERAL
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import TargetFolder
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.progress import described, draw_step
from icsoe_desktop.gui.kit.tables import Column, RowsTable, count_column
from icsoe_desktop.services.lotes.valores import (
    ArchivoLote,
    AvisoLote,
    NivelAviso,
    OpcionesLote,
    PlanLote,
)

PURPOSE: Final = "lotes"
_OPTIONS: Final = "generar"
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
# Avisos of these levels are shown together where there are more than FEW of one kind.
FOLDED: Final = (NivelAviso.TARDE, NivelAviso.NOTA)
FEW: Final = 2
OPEN, FOLD = "&Ver cada una", "&Juntar"
Kind = tuple[NivelAviso, str, str]


@dataclass(frozen=True)
class FilaAviso:
    """A row of what to review: one aviso, or those of one kind together.

    orden: its place. cuantas: how many it stands for; 0 for one aviso.
    """

    orden: int
    aviso: AvisoLote
    cuantas: int = 0

    @property
    def campo(self) -> str:
        return CAMPOS_MOVIMIENTO.label(self.aviso.campo)

    @property
    def quien(self) -> str:
        return f"{self.cuantas:,} trabajadores" if self.cuantas else self.aviso.nombre

    @property
    def mensaje(self) -> str:
        if not self.cuantas:
            return self.aviso.mensaje
        said = self.aviso.mensaje if self.aviso.clase == self.aviso.mensaje else ALIKE
        if self.aviso.nivel is NivelAviso.TARDE:
            said = ALL_LATE
        return f"{self.cuantas:,} veces. {said}"

    @property
    def corto(self) -> str:
        """The first sentence, for the table; below it stands the whole message of the row."""
        return self.mensaje if self.cuantas else self.mensaje.split(". ")[0].rstrip(".")


ALIKE: Final = "Compare cada uno con su documento."
ALL_LATE: Final = "Van tarde: su plazo ya terminó."
_STATES: Final = {
    NivelAviso.IMPIDE: "error", NivelAviso.PELIGRO: "advertencia", NivelAviso.TARDE: "vencido",
    NivelAviso.NOTA: "recibido",
}  # fmt: skip
AVISOS: Final = (
    Column[FilaAviso](
        "Qué es",
        lambda a: a.aviso.nivel.value,
        sort=lambda a: a.orden,
        state=lambda a: _STATES[a.aviso.nivel],
        width=130,
    ),
    Column[FilaAviso]("Trabajador", lambda a: a.quien, width=160),
    Column[FilaAviso]("Campo", lambda a: a.campo, width=115),
    Column[FilaAviso](
        "Como está", lambda a: "" if a.cuantas else a.aviso.antes, tabular=True, width=96
    ),
    Column[FilaAviso](
        "Como se escribe", lambda a: "" if a.cuantas else a.aviso.despues, tabular=True, width=96
    ),
    Column[FilaAviso]("Por qué", lambda a: a.corto, copy=lambda a: a.mensaje),
)


def _kind(aviso: AvisoLote) -> Kind:
    return aviso.nivel, aviso.campo, aviso.clase


def rows_of(avisos: Sequence[AvisoLote], opened: Set[Kind]) -> list[FilaAviso]:
    """The rows of the list: those of one kind together, but those that the user opened."""
    many = Counter(_kind(each) for each in avisos if each.nivel in FOLDED)
    rows: list[FilaAviso] = []
    told: set[Kind] = set()
    for each in avisos:
        kind = _kind(each)
        folds = many[kind] > FEW
        if folds and kind not in told:
            told.add(kind)
            rows.append(FilaAviso(len(rows), each, many[kind]))
            if kind in opened:
                alike = [one for one in avisos if _kind(one) == kind]
                rows += [FilaAviso(len(rows) + at, one) for at, one in enumerate(alike)]
        elif not folds:
            rows.append(FilaAviso(len(rows), each))
    return rows


class GenerarDialog(JobDialog[Ui_GenerarLoteForm, GenerarPresenter]):
    edit_wanted = Signal(object)  # UUID of a movement, to be mended

    def __init__(self, presenter: GenerarPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.present(Ui_GenerarLoteForm(), presenter, context)
        self._shown: PlanLote | None = None
        self._opened: set[Kind] = set()
        form = self.form
        for alcance in presenter.alcances:
            form.alcance_combo.addItem(alcance.nombre)
        form.alcance_combo.setCurrentIndex(presenter.state.alcance)
        for enie, text in ENIES.items():
            form.enie_combo.addItem(text, enie)
        self._fill(presenter.state.opciones)
        self.folder = TargetFolder(
            form.carpeta_edit,
            form.carpeta_error,
            form.carpeta_button,
            PURPOSE,
            context.preferences,
            form.generar_button,
        )
        self.archivos = RowsTable(form.archivos_table, ARCHIVOS, context.preferences)
        self.avisos: RowsTable[FilaAviso] = RowsTable(
            form.avisos_table,
            AVISOS,
            context.preferences,
            key=lambda a: (a.aviso.movimiento_id, a.aviso.campo, a.aviso.mensaje, a.cuantas > 0),
        )
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
        form.alcance_combo.currentIndexChanged.connect(presenter.choose_alcance)
        form.cancelar_button.clicked.connect(self.reject)
        form.corregir_button.clicked.connect(self._mend)
        form.abrir_button.clicked.connect(self._open_notes)
        form.avisos_table.activated.connect(lambda _index: self._on_activated())
        form.avisos_table.selectionModel().selectionChanged.connect(
            lambda *_: self._draw_aviso_buttons()
        )
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
        if not self.folder.is_there():
            return
        remember_options(self._context.preferences, self._presenter.state.opciones)
        self._presenter.generate(self.folder.path)

    def _draw_avisos(self) -> None:
        if self._shown is None:
            return
        rows = rows_of(self._shown.avisos, self._opened)
        self.avisos.set_rows(rows)
        if rows and self.avisos.selected() is None:
            self.avisos.select(rows[0])
        self._draw_aviso_buttons()

    def _draw_aviso_buttons(self) -> None:
        form, row = self.form, self.avisos.selected()
        show_message(form.porque_label, "" if row is None else row.mensaje, "hint")
        form.corregir_button.setEnabled(row is not None and not row.cuantas)
        form.abrir_button.setEnabled(row is not None and row.cuantas > 0)
        kind = None if row is None else _kind(row.aviso)
        form.abrir_button.setText(FOLD if kind in self._opened else OPEN)

    def _on_activated(self) -> None:
        row = self.avisos.selected()
        if row is not None:
            (self._open_notes if row.cuantas else self._mend)()

    def _mend(self) -> None:
        """Open the movement of the chosen row."""
        row = self.avisos.selected()
        if row is not None and not row.cuantas and not self._presenter.state.writing:
            self.edit_wanted.emit(row.aviso.movimiento_id)

    def _open_notes(self) -> None:
        """Show the notes of one kind one by one, or together again."""
        row = self.avisos.selected()
        if row is not None and row.cuantas:
            self._opened ^= {_kind(row.aviso)}
            self._draw_avisos()

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
            self._draw_avisos()
            for at, values in ((3, "antes"), (4, "despues")):
                shown = any(getattr(aviso, values) for aviso in plan.avisos)
                form.avisos_table.setColumnHidden(at, not shown)
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
