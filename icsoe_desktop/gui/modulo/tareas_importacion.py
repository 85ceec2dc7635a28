"""Bringing files of movements in from the module's window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.modulo.archivos import choose_files
from icsoe_desktop.gui.modulo.avance import open_remembered
from icsoe_desktop.gui.modulo.importacion_presenter import ImportacionPresenter, summary
from icsoe_desktop.gui.modulo.importacion_window import ImportacionDialog
from icsoe_desktop.gui.shell import Context
from icsoe_desktop.jobs import JobQueue

PURPOSE: Final = "movimientos"
FILES: Final = (
    "Movimientos (*.txt *.dat *.disp *.xlsx *.xlsm *.xls *.csv)",
    "Archivo de 168 posiciones (*.txt *.dat *.disp)",
    "Excel o CSV (*.xlsx *.xlsm *.csv)",
    "Todos los archivos (*)",
)
IMPORT_STOPPED: Final = "La importación se canceló. Todo quedó como estaba."


class TareasImportacion(QObject):
    """pages: a queue for what takes milliseconds."""

    told = Signal(str, str)  # sentence, role
    movements_changed = Signal()

    def __init__(self, context: Context, pages: JobQueue, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._pages = pages
        self._window = window

    def choose(self) -> None:
        choose_files(
            self._window,
            "Elegir los archivos que se importan",
            FILES,
            PURPOSE,
            self._context.preferences,
            self.start,
        )

    def start(self, paths: Sequence[Path]) -> None:
        """Reads all the files together; nothing is kept before the user says so."""
        self._import_movements(list(paths))

    def _import_movements(self, paths: Sequence[Path]) -> None:
        presenter = ImportacionPresenter(
            self._context.application.importacion_movimientos,
            self._context.jobs,
            self._pages,
            self._context.require_sesion(),
            paths,
        )

        def imported(resultado: object) -> None:
            self.told.emit(summary(resultado), "success")  # type: ignore[arg-type]
            self.movements_changed.emit()

        presenter.imported.connect(imported)
        presenter.stopped.connect(lambda: self.told.emit(IMPORT_STOPPED, "hint"))
        dialog = ImportacionDialog(presenter, self._pages, self._context, self._window)
        presenter.setParent(dialog)
        open_remembered(dialog, self._context)
