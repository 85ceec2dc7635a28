"""Exportar Excel: the rows of the grid, or all movements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_exportar_movimientos import Ui_ExportarMovimientosForm
from icsoe_desktop.gui.kit.dialogs import inform, open_dialog
from icsoe_desktop.gui.kit.file_choice import choose_new_file
from icsoe_desktop.gui.kit.formats import movements
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    ColumnaMovimiento,
    FiltroMovimientos,
    OrdenMovimientos,
)

SHOWN: Final = "&Los que muestra la tabla ({count})"
SHOWN_UNCOUNTED: Final = "&Los que muestra la tabla"
WRITING: Final = "Guardando {name}…"
DONE: Final = "Se exportaron {count} a {name}."
NOTHING_WRITTEN: Final = "Se canceló. No se guardó ningún archivo."
XLSX: Final = "Libro de Excel (*.xlsx)"
NAME: Final = "movimientos_idse.xlsx"


@dataclass(frozen=True)
class LoQueSeVe:
    """The filter, order and columns of the grid. count: None while unknown."""

    filtro: FiltroMovimientos
    orden: OrdenMovimientos
    columnas: tuple[ColumnaMovimiento, ...]
    count: int | None


class ExportarDialog(QDialog):
    def __init__(self, visto: LoQueSeVe, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ExportarMovimientosForm()
        self.form.setupUi(self)
        form = self.form
        form.mostrados_radio.setText(
            SHOWN_UNCOUNTED if visto.count is None else SHOWN.format(count=movements(visto.count))
        )
        form.exportar_button.clicked.connect(self.accept)
        form.cancelar_button.clicked.connect(self.reject)
        form.mostrados_radio.setFocus()

    def wanted(self, visto: LoQueSeVe) -> tuple[FiltroMovimientos, Sequence[ColumnaMovimiento]]:
        form = self.form
        filtro = TODOS if form.todos_radio.isChecked() else visto.filtro
        columnas = visto.columnas if form.columnas_check.isChecked() else tuple(ColumnaMovimiento)
        return filtro, columnas


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

    def start(self, visto: LoQueSeVe) -> ExportarDialog:
        dialog = ExportarDialog(visto, self._window)

        def choose() -> None:
            filtro, columnas = dialog.wanted(visto)
            choose_new_file(
                self._window,
                "Exportar Excel",
                NAME,
                XLSX,
                "exportar_movimientos",
                self._context.preferences,
                lambda path: self.write(filtro, visto.orden, columnas, path),
            )

        dialog.accepted.connect(choose)
        dialog.finished.connect(dialog.deleteLater)
        open_dialog(dialog)
        return dialog

    def write(
        self,
        filtro: FiltroMovimientos,
        orden: OrdenMovimientos,
        columnas: Sequence[ColumnaMovimiento],
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
            WRITING.format(name=path.name),
            work,
            lambda count: self._on_written(count, path),
            stopped=lambda: self.told.emit(NOTHING_WRITTEN, "hint"),
            queue=self._work,
        )

    def _on_written(self, count: int, path: Path) -> None:
        text = DONE.format(count=movements(count), name=path.name)
        self.told.emit(text, "success")
        box = inform(self._window, text)
        button = box.addButton("A&brir", QMessageBox.ButtonRole.ActionRole)
        url = QUrl.fromLocalFile(str(path))
        button.clicked.connect(lambda: QDesktopServices.openUrl(url))
