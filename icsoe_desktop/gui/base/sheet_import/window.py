"""Import of a sheet: a preview row by row, then the import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base.presented import JobDialog
from icsoe_desktop.gui.base.sheet_import.presenter import (
    Renglon,
    SheetImportPhase,
    SheetImportPresenter,
    SheetImportState,
    Vista,
)
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_importar_lista import Ui_ImportarListaForm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.table_view import wrap_rows
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.services.listas import EstadoRenglon, HallazgoCelda

# Wrapped rows need their height measured one by one, which is slow.
MAX_WRAPPED_ROWS = 100
NOTHING_FOUND = ("Sin problemas", "No se encontró nada que corregir en los renglones.")

_ICONS = {
    EstadoRenglon.NUEVO: "generar",
    EstadoRenglon.CAMBIADO: "importar",
    EstadoRenglon.YA_REGISTRADO: "correcto",
    EstadoRenglon.REPETIDO: "descartado",
    EstadoRenglon.CON_PROBLEMAS: "error",
}


class SheetImportDialog(JobDialog[Ui_ImportarListaForm, SheetImportPresenter]):
    """Draws a SheetImportState."""

    def __init__(
        self,
        presenter: SheetImportPresenter,
        renglones: Sequence[Column[Any]],
        label: Callable[[str], str],
        context: Context,
        parent: QWidget,
        *,
        expected: bool = False,
    ) -> None:
        """renglones: what a row says. label: of a field. expected: tell what is expected too."""
        super().__init__(parent)
        form = Ui_ImportarListaForm()
        self.present(form, presenter, context)
        palabras = presenter.state.palabras
        self.setWindowTitle(palabras.title)
        form.titulo_label.setText(palabras.title)
        form.solo_correctos_check.setText(palabras.only_good)
        form.nota_label.setText(palabras.nota)
        form.columnas_button.hide()
        self._shown: Vista | None = None
        self.renglones = RowsTable(
            form.renglones_table, _row_columns(renglones), context.preferences
        )
        self.hallazgos = RowsTable(
            form.hallazgos_table, _finding_columns(label, expected), context.preferences
        )
        # Errors first.
        form.hallazgos_table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        self.clean = EmptyState(form.hallazgos_table, "correcto", *NOTHING_FOUND, wanted=False)
        # Equal parts: a problem takes four lines.
        form.vista_splitter.setSizes([self.height(), self.height()])
        form.archivo_label.setText(presenter.state.archivo)
        self._connect()
        self._draw(presenter.state)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.importar_button.clicked.connect(presenter.apply)
        form.cancelar_button.clicked.connect(self.reject)
        form.solo_correctos_check.toggled.connect(presenter.choose_only_good)
        presenter.changed.connect(self._draw)
        presenter.imported.connect(self._on_imported)
        QTimer.singleShot(0, self, presenter.start)

    def _on_imported(self, _resultado: object) -> None:
        self.accept()

    def _draw(self, state: SheetImportState) -> None:
        form, vista = self.form, state.vista
        form.avance_panel.setVisible(state.fase is not SheetImportPhase.SHOWING)
        form.avance_bar.setMaximum(state.step.total or 0)
        form.avance_bar.setValue(state.step.done if state.step.total else -1)
        form.avance_label.setText(state.what)
        show_message(form.resumen_label, state.counts, "")
        show_message(form.aviso_label, state.advice, "warning")
        arrived = vista is not self._shown
        if vista is not None and arrived:
            self._show_rows(vista)
        form.renglones_panel.setEnabled(state.fase is not SheetImportPhase.READING)
        form.hallazgos_panel.setVisible(vista is not None)
        self.clean.want(vista is not None)
        form.solo_correctos_check.setVisible(state.with_problems and state.pending > 0)
        form.solo_correctos_check.setEnabled(state.can_choose_only_good)
        form.importar_button.setEnabled(state.can_import)
        form.importar_button.setText(
            state.palabras.button(state.pending if state.can_import else 0)
        )
        form.cancelar_button.setEnabled(not state.stopping)
        if arrived:
            first = form.importar_button if state.can_import else form.renglones_table
            first.setFocus()

    def _show_rows(self, vista: Vista) -> None:
        self._shown = vista
        self.renglones.set_rows(vista.renglones)
        # First, so that no column gives up its width for texts that break into lines.
        if len(vista.hallazgos) <= MAX_WRAPPED_ROWS:
            wrap_rows(self.form.hallazgos_table)
        self.hallazgos.set_rows(vista.hallazgos)


def _row_columns(columns: Sequence[Column[Any]]) -> tuple[Column[Any], ...]:
    return (
        Column[Renglon](
            "Línea", lambda r: str(r.linea), sort=lambda r: r.linea, right=True, width=64
        ),
        Column[Renglon](
            "Qué pasará", lambda r: r.estado, state=lambda r: _ICONS[r.estado], width=190
        ),
        *columns,
    )


def _finding_columns(
    label: Callable[[str], str], expected: bool
) -> tuple[Column[HallazgoCelda], ...]:
    wanted = Column[HallazgoCelda]("Esperado", lambda h: h.esperado, width=120)
    return (
        Column[HallazgoCelda](
            "Línea", lambda h: str(h.linea), sort=lambda h: h.linea, right=True, width=64
        ),
        Column[HallazgoCelda](
            "Tipo",
            lambda h: "Problema" if h.es_error else "Advertencia",
            sort=lambda h: (not h.es_error, h.linea),
            state=lambda h: "error" if h.es_error else "advertencia",
            width=130,
        ),
        Column[HallazgoCelda]("Columna", lambda h: label(h.campo), width=130),
        Column[HallazgoCelda]("Encontrado", lambda h: h.encontrado or "(vacío)", width=160),
        *((wanted,) if expected else ()),
        Column[HallazgoCelda]("Qué hacer", lambda h: h.mensaje),
    )
