"""Acuses: every presented Informativa, its kept file, and the deadlines as a calendar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_acuses_informativa import Ui_AcusesInformativaForm
from icsoe_desktop.gui.icsoe.informativa.columns import ACUSES
from icsoe_desktop.gui.icsoe.informativa.hoja import open_sheet
from icsoe_desktop.gui.icsoe.informativa.presenter import due_line
from icsoe_desktop.gui.icsoe.paginas import Page
from icsoe_desktop.gui.icsoe.visor.window import VisorDialog
from icsoe_desktop.gui.idse.modulo.archivos import write_whole
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import choose_new_file
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.services.contratista.acuses import ArchivoElegido
from icsoe_desktop.services.informativa.valores import InformativaFila, Tablero

PURPOSE: Final = "acuses_informativa"
NOTHING: Final = (
    "Todavía no hay Informativas presentadas",
    "Su acuse se guarda en «Informativa», con «Acuse…».",
)
CALENDAR_SAVED: Final = "Se guardó {nombre}, con {cuantos}. Ábralo con su calendario."
COPY_SAVED: Final = "Se guardó {nombre}."


class AcusesPage(Page):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_AcusesInformativaForm()
        self.form.setupUi(self)
        self._context = context
        self._service = context.application.informativas
        self._read = False
        form = self.form
        self.table: RowsTable[InformativaFila] = RowsTable(
            form.acuses_table, ACUSES, context.preferences, key=lambda fila: fila.id
        )
        self.empty = EmptyState(form.acuses_table, "recibido", *NOTHING, wanted=False)
        form.acuses_table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        form.acuses_table.setSelectionMode(form.acuses_table.SelectionMode.SingleSelection)
        form.ver_button.clicked.connect(self.show_file)
        form.acuses_table.activated.connect(lambda _index: self.show_file())
        form.copia_button.clicked.connect(self._choose_copy)
        form.hoja_button.clicked.connect(self._sheet)
        form.calendario_button.clicked.connect(self._choose_calendar)
        selection = form.acuses_table.selectionModel()
        selection.selectionChanged.connect(lambda *_: self._draw_buttons())
        refresh = QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self)
        refresh.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        refresh.activated.connect(self.load)
        form.plazo_label.hide()
        form.mensaje_label.hide()
        self._draw_buttons()

    def arrive(self) -> None:
        self.load()
        self.form.acuses_table.setFocus()

    def refresh(self) -> None:
        if self._read:
            self.load()

    def load(self) -> None:
        service, sesion = self._service, self._context.require_sesion()
        self._context.ask(self, lambda _progress: service.tablero(sesion), self._on_loaded)

    def show_file(self) -> None:
        """Open the kept file of the chosen acuse."""
        self._with_file(lambda kept: open_dialog(VisorDialog(kept, self._context, self.window())))

    def save_copy(self, path: Path) -> None:
        def write(kept: ArchivoElegido) -> None:
            self._write(path, kept.contenido)

        self._with_file(write)

    def save_calendar(self, path: Path) -> None:
        service, sesion = self._service, self._context.require_sesion()

        def tell(count: int) -> None:
            cuantos = counted(count, "plazo", "plazos")
            self._say(CALENDAR_SAVED.format(nombre=path.name, cuantos=cuantos))

        self._context.ask(self, lambda _progress: service.save_calendar(sesion, path), tell)

    def _write(self, path: Path, content: bytes) -> None:
        self._context.ask(
            self,
            lambda _progress: write_whole(path, content),
            lambda _none: self._say(COPY_SAVED.format(nombre=path.name)),
        )

    def _with_file(self, then: Callable[[ArchivoElegido], object]) -> None:
        fila = self.table.selected()
        if fila is None or fila.acuse is None:
            return
        service, sesion = self._service, self._context.require_sesion()
        self._context.ask(self, lambda _progress: service.acuse(sesion, fila.id), then)

    def _sheet(self) -> None:
        fila = self.table.selected()
        if fila is not None:
            open_sheet(fila.id, self._context, self.window())

    def _choose_copy(self) -> None:
        fila = self.table.selected()
        if fila is None or fila.acuse is None:
            return
        name = Path(fila.acuse.nombre).name
        choose_new_file(
            self,
            "Guardar una copia del acuse",
            name,
            f"Acuse (*{Path(name).suffix or '.pdf'})",
            PURPOSE,
            self._context.preferences,
            self.save_copy,
        )

    def _choose_calendar(self) -> None:
        choose_new_file(
            self,
            "Guardar el calendario",
            "informativa.ics",
            "Calendario (*.ics)",
            PURPOSE,
            self._context.preferences,
            self.save_calendar,
        )

    def _on_loaded(self, tablero: Tablero) -> None:
        self._read = True
        rows = tuple(fila for fila in tablero.filas if not fila.estado.abierta)
        self.table.set_rows(rows)
        if rows and self.table.selected() is None:
            self.form.acuses_table.selectRow(0)
        text, role = due_line(tablero)
        show_message(self.form.plazo_label, text, role)
        self.empty.want(True)
        self._draw_buttons()

    def _say(self, text: str, role: str = "success") -> None:
        show_message(self.form.mensaje_label, text, role)

    def _draw_buttons(self) -> None:
        form, fila = self.form, self.table.selected()
        here = fila is not None and fila.acuse is not None
        form.ver_button.setEnabled(here)
        form.copia_button.setEnabled(here)
        form.hoja_button.setEnabled(fila is not None)


def create(context: Context, parent: QWidget) -> Page:
    return AcusesPage(context, parent)
