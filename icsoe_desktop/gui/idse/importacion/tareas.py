"""Tasks of importing, from the windows that offer them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import while_alive
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.captura.window import is_table
from icsoe_desktop.gui.idse.constancias.presenter import ConstanciaPresenter
from icsoe_desktop.gui.idse.constancias.presenter import summary as described_constancia
from icsoe_desktop.gui.idse.constancias.window import ConstanciaDialog
from icsoe_desktop.gui.idse.importacion.presenter import ImportacionMovimientosPresenter, summary
from icsoe_desktop.gui.idse.importacion.problemas import save_template
from icsoe_desktop.gui.idse.importacion.window import ImportacionMovimientosDialog
from icsoe_desktop.gui.kit.dialogs import open_remembered
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_files
from icsoe_desktop.jobs import JobQueue, Outcome, Progress, settle
from icsoe_desktop.services.constancias.cotejo import ResultadoConstancia
from icsoe_desktop.services.importacion.lectura import ClaseArchivoImportado
from icsoe_desktop.services.importacion.valores import (
    FilasPropias,
    Fuente,
    ResultadoImportacionMovimientos,
    pasted,
)

FILES: Final = AskedFile(
    "Elegir los archivos que se importan",
    "movimientos",
    (
        "Movimientos y constancias (*.txt *.dat *.disp *.xlsx *.xlsm *.xls *.csv *.pdf *.zip)",
        "Archivo de 168 posiciones (*.txt *.dat *.disp)",
        "Excel o CSV (*.xlsx *.xlsm *.csv)",
        "Constancia del IMSS (*.pdf *.zip)",
        ALL_FILES,
    ),
)
CONSTANCIAS: Final = AskedFile(
    "Elegir la constancia que se importa",
    "movimientos/constancias",
    ("Constancia del IMSS (*.pdf *.zip)", ALL_FILES),
)
CLIPBOARD: Final = "Lo copiado de Excel"
NO_TABLE: Final = (
    "No hay renglones que pegar. En Excel copie los títulos de las columnas y los renglones, y "
    "vuelva a elegir Pegar renglones de Excel."
)
IMPORT_STOPPED: Final = "La importación se canceló. Todo quedó como estaba."


class TareasImportacion(QObject):
    """Opens the import windows.

    pages: a queue for work of milliseconds.
    """

    told = Signal(str, str)  # sentence, role
    movements_changed = Signal()
    lotes_changed = Signal()
    imported = Signal(object)  # ResultadoImportacionMovimientos
    correction_wanted = Signal(object, object)  # UUID of a rejected movement, the dialog
    corrected = Signal()  # a movement was, as was wanted or otherwise

    def __init__(self, context: Context, pages: JobQueue, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._pages = pages
        self._window = window
        self._waiting: list[Path] = []  # constancias still to open

    def choose(self) -> None:
        choose_files(self._window, FILES, self._context.preferences, self.start)

    def choose_constancia(self) -> None:
        choose_files(self._window, CONSTANCIAS, self._context.preferences, self.start)

    def start(self, paths: Sequence[Path]) -> None:
        """Import files: all movement files in one preview, then the constancias one by one.

        The type is read from each file. Nothing is saved before the user confirms.
        """

        def sort(_progress: Progress) -> tuple[list[Path], list[Path]]:
            constancias = [path for path in paths if self._is_constancia(path)]
            return [path for path in paths if path not in constancias], constancias

        def on_done(outcome: Outcome[tuple[list[Path], list[Path]]]) -> None:
            settle(outcome, self._on_sorted, self._on_failed)

        self._pages.add(sort, while_alive(self, on_done))

    def import_table(self, nombre: str, texto: str) -> None:
        """Import rows of the clipboard: see `pasted`."""
        self._import_movements([pasted(nombre, texto)])

    def paste(self, texto: str = "") -> None:
        """Import the rows that Excel copied; see `import_table`. texto: those of the clipboard."""
        texto = texto or QGuiApplication.clipboard().text()
        if is_table(texto):
            self.import_table(CLIPBOARD, texto)
        else:
            self.told.emit(NO_TABLE, "hint")

    def save_template(self) -> None:
        save_template(self._window, self._context, lambda text: self.told.emit(text, "success"))

    def _is_constancia(self, path: Path) -> bool:
        """Whether the file is a constancia. Runs in a worker. An unreadable file fails later, on
        import.
        """
        try:
            clase = self._context.application.importacion_movimientos.clase(path)
        except UserFacingError:
            return False
        return clase is ClaseArchivoImportado.CONSTANCIA

    def _on_sorted(self, sorted_paths: tuple[list[Path], list[Path]]) -> None:
        movimientos, self._waiting = sorted_paths
        if movimientos:
            self._import_movements(movimientos)
        else:
            self._next_constancia()

    def _on_failed(self, error: Exception) -> None:
        self._context.errors.show(self._window, error)

    def _next_constancia(self) -> None:
        if self._waiting:
            self._import_constancia(self._waiting.pop(0))

    def _import_constancia(self, path: Path) -> None:
        presenter = ConstanciaPresenter(
            self._context.application.constancias,
            self._context.jobs,
            self._context.require_sesion(),
            path,
        )

        def applied(resultado: ResultadoConstancia) -> None:
            self.told.emit(described_constancia(resultado), "success")
            self.movements_changed.emit()
            self.lotes_changed.emit()

        presenter.applied.connect(applied)

        def stopped() -> None:
            if not presenter.state.anotada:
                self.told.emit(IMPORT_STOPPED, "hint")

        presenter.stopped.connect(stopped)
        dialog = ConstanciaDialog(presenter, self._context, self._window)
        dialog.correction_wanted.connect(lambda one: self.correction_wanted.emit(one, dialog))
        self.corrected.connect(dialog.read_again)
        dialog.finished.connect(lambda _result: self._next_constancia())
        open_remembered(dialog, self._context.preferences)

    def import_rows(self, filas: FilasPropias) -> None:
        """The same preview for movements that no file holds."""
        self._import_movements(filas)

    def _import_movements(self, source: Sequence[Fuente] | FilasPropias) -> None:
        presenter = ImportacionMovimientosPresenter(
            self._context.application.importacion_movimientos,
            self._context.jobs,
            self._pages,
            self._context.require_sesion(),
            source,
        )

        def imported(resultado: ResultadoImportacionMovimientos) -> None:
            self.told.emit(summary(resultado), "success")
            self.movements_changed.emit()
            self.imported.emit(resultado)

        presenter.imported.connect(imported)
        presenter.stopped.connect(lambda: self.told.emit(IMPORT_STOPPED, "hint"))
        dialog = ImportacionMovimientosDialog(presenter, self._pages, self._context, self._window)
        dialog.finished.connect(lambda _result: self._next_constancia())
        open_remembered(dialog, self._context.preferences)
