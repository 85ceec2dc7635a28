"""Import of a sheet: a preview row by row, then the import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base.presented import JobDialog
from icsoe_desktop.gui.base.sheet_import.presenter import (
    SheetImportPhase,
    SheetImportPresenter,
    SheetImportState,
)
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.table_view import wrap_rows
from icsoe_desktop.gui.kit.tables import Column, RowsTable

if TYPE_CHECKING:
    from icsoe_desktop.gui.forms.ui_importar_capturistas import Ui_ImportarCapturistasForm
    from icsoe_desktop.gui.forms.ui_importar_registros import Ui_ImportarRegistrosForm

    Form = Ui_ImportarCapturistasForm | Ui_ImportarRegistrosForm

# Wrapped rows need their height measured one by one, which is slow.
MAX_WRAPPED_ROWS = 100
NOTHING_FOUND = ("Sin problemas", "No se encontró nada que corregir en los renglones.")

L = TypeVar("L")
H = TypeVar("H")


class SheetPreview(Protocol):
    """The preview of a sheet, with its errors and warnings."""

    @property
    def renglones(self) -> Sequence[Any]: ...
    @property
    def hallazgos(self) -> Sequence[Any]: ...


class SheetImportDialog(JobDialog["Form", SheetImportPresenter[Any, Any, Any]], Generic[L, H]):
    """Draws a SheetImportState. L: a row of the sheet, H: a finding in one of its cells."""

    def __init__(
        self,
        form: Form,
        presenter: SheetImportPresenter[Any, Any, Any],
        renglones: Sequence[Column[L]],
        hallazgos: Sequence[Column[H]],
        context: Context,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.present(form, presenter, context)
        self._shown: SheetPreview | None = None
        self.renglones = RowsTable(form.renglones_table, renglones, context.preferences)
        self.hallazgos = RowsTable(form.hallazgos_table, hallazgos, context.preferences)
        self.clean = EmptyState(form.hallazgos_table, "correcto", *NOTHING_FOUND, wanted=False)
        # Equal parts: a problem takes four lines.
        form.vista_splitter.setSizes([self.height(), self.height()])
        form.archivo_label.setText(presenter.state.archivo)
        self._connect()
        self._draw(presenter.state)

    def _import_text(self, pending: int) -> str:
        """The button's text. pending: 0 while the button is disabled."""
        raise NotImplementedError

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

    def _draw(self, state: SheetImportState[Any]) -> None:
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
        form.importar_button.setText(self._import_text(state.pending if state.can_import else 0))
        form.cancelar_button.setEnabled(not state.stopping)
        if arrived:
            first = form.importar_button if state.can_import else form.renglones_table
            first.setFocus()

    def _show_rows(self, vista: SheetPreview) -> None:
        self._shown = vista
        self.renglones.set_rows(vista.renglones)
        # First, so that no column gives up its width for texts that break into lines.
        if len(vista.hallazgos) <= MAX_WRAPPED_ROWS:
            wrap_rows(self.form.hallazgos_table)
        self.hallazgos.set_rows(vista.hallazgos)
