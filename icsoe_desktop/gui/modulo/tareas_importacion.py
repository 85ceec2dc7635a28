"""Bringing files in from the module's window: movements, and constancias one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.modulo.archivos import choose_files
from icsoe_desktop.gui.modulo.avance import open_remembered
from icsoe_desktop.gui.modulo.constancia_window import ConstanciaDialog, ConstanciaPresenter
from icsoe_desktop.gui.modulo.constancia_window import summary as constancia_summary
from icsoe_desktop.gui.modulo.importacion_presenter import ImportacionPresenter, summary
from icsoe_desktop.gui.modulo.importacion_window import ImportacionDialog
from icsoe_desktop.gui.shell import Context
from icsoe_desktop.gui.vida import while_alive
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Succeeded
from icsoe_desktop.services.importacion_clases import ClaseArchivo

PURPOSE: Final = "movimientos"
FILES: Final = (
    "Movimientos y constancias (*.txt *.dat *.disp *.xlsx *.xlsm *.xls *.csv *.pdf)",
    "Archivo de 168 posiciones (*.txt *.dat *.disp)",
    "Excel o CSV (*.xlsx *.xlsm *.csv)",
    "Constancia (*.pdf)",
    "Todos los archivos (*)",
)
IMPORT_STOPPED: Final = "La importación se canceló. Todo quedó como estaba."


class TareasImportacion(QObject):
    """pages: a queue for what takes milliseconds."""

    told = Signal(str, str)  # sentence, role
    movements_changed = Signal()
    lotes_changed = Signal()

    def __init__(self, context: Context, pages: JobQueue, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._pages = pages
        self._window = window
        self._constancias: list[Path] = []

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
        """Movement files together, constancias one after the other; told apart by content."""
        service = self._context.application.importacion_movimientos
        chosen = list(paths)

        def work(_progress: object) -> list[bool]:
            return [service.clase(path) is ClaseArchivo.CONSTANCIA for path in chosen]

        def done(outcome: Outcome[list[bool]]) -> None:
            match outcome:
                case Succeeded(are_constancias):
                    self._start(list(zip(chosen, are_constancias, strict=True)))
                case Failed(error):
                    self._context.errors.show(self._window, error)

        self._pages.add(work, while_alive(self, done))

    def _start(self, chosen: Sequence[tuple[Path, bool]]) -> None:
        self._constancias = [path for path, is_constancia in chosen if is_constancia]
        others = [path for path, is_constancia in chosen if not is_constancia]
        if others:
            self._import_movements(others)
        else:
            self._next_constancia()

    def choose_constancia(self) -> None:
        choose_files(
            self._window,
            "Elegir las constancias",
            ("Constancia (*.pdf)",),
            "constancias",
            self._context.preferences,
            self.start,
        )

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
        dialog.finished.connect(lambda _result: self._next_constancia())
        open_remembered(dialog, self._context)

    def _next_constancia(self) -> None:
        if not self._constancias:
            return
        presenter = ConstanciaPresenter(
            self._context.application.constancias,
            self._context.jobs,
            self._context.require_sesion(),
            self._constancias.pop(0),
        )

        def applied(resultado: object) -> None:
            self.told.emit(constancia_summary(resultado), "success")  # type: ignore[arg-type]
            self.movements_changed.emit()
            self.lotes_changed.emit()

        presenter.applied.connect(applied)
        dialog = ConstanciaDialog(presenter, self._context, self._window)
        presenter.setParent(dialog)
        dialog.finished.connect(lambda _result: self._next_constancia())
        open_remembered(dialog, self._context)
