"""Acuses: every presented Informativa, its kept file, and the deadlines as a calendar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from icsoe_desktop.domain.acceso.sesion import Rol
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_acuses_informativa import Ui_AcusesInformativaForm
from icsoe_desktop.gui.icsoe.informativa.acuse import AcuseSisubDialog
from icsoe_desktop.gui.icsoe.informativa.columns import ACUSES
from icsoe_desktop.gui.icsoe.informativa.hoja import open_sheet
from icsoe_desktop.gui.icsoe.informativa.presenter import due_line, sisub_line
from icsoe_desktop.gui.icsoe.paginas import Page
from icsoe_desktop.gui.icsoe.visor.window import VisorDialog
from icsoe_desktop.gui.idse.modulo.archivos import write_whole
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import on_key, show_message
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_new_file
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.services.contratista.acuses import ArchivoElegido
from icsoe_desktop.services.informativa.valores import EstadoSisub, InformativaFila, Tablero

PURPOSE: Final = "acuses_informativa"
CALENDAR: Final = NewFile("Guardar el calendario", PURPOSE, "Calendario (*.ics)", "informativa.ics")
NOTHING: Final = (
    "Todavía no hay Informativas presentadas",
    "Su acuse se guarda en «Informativa», con «Acuse…».",
)
CALENDAR_SAVED: Final = "Se guardó {nombre}, con {cuantos}. Ábralo con su calendario."
PACKING: Final = "Haciendo el paquete"
PACKAGE_SAVED: Final = "Se guardó {nombre}, con {cuantos}. Trae datos personales: cuídelo."
DELETE: Final = (
    "El acuse de SISUB de {periodo} se elimina de aquí y el periodo vuelve a estar por "
    "presentarse. ¿Desea eliminarlo?"
)
DELETED: Final = "Se eliminó el acuse de SISUB."
COPY_SAVED: Final = "Se guardó {nombre}."


class AcusesPage(Page):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_AcusesInformativaForm()
        self.form.setupUi(self)
        self._context = context
        self._service = context.application.informativas
        self._read = False
        self._sisub: EstadoSisub | None = None
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
        form.sisub_button.clicked.connect(self._ask_sisub)
        form.paquete_button.clicked.connect(self._ask_package)
        form.eliminar_button.clicked.connect(self._ask_delete)
        form.calendario_button.clicked.connect(self._choose_calendar)
        selection = form.acuses_table.selectionModel()
        selection.selectionChanged.connect(lambda *_: self._draw_buttons())
        on_key(self, QKeySequence.StandardKey.Refresh, self.load, inside=True)
        form.plazo_label.hide()
        form.sisub_label.hide()
        form.mensaje_label.hide()
        self._draw_buttons()

    def arrive(self) -> None:
        self._say("")
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

    def save_package(self, rfc: str, path: Path) -> None:
        """Write the ZIP of one contratante of the chosen return."""
        fila = self.table.selected()
        if fila is None:
            return
        service, sesion = self._context.application.paquetes, self._context.require_sesion()

        def tell(count: int) -> None:
            cuantos = counted(count, "archivo", "archivos")
            self._say(PACKAGE_SAVED.format(nombre=path.name, cuantos=cuantos))

        run_with_progress(
            self._context,
            self,
            "Paquete para el cliente",
            PACKING,
            lambda progress: service.save(sesion, fila.id, rfc, path, progress),
            tell,
        )

    def _ask_package(self) -> None:
        fila = self.table.selected()
        if fila is None:
            return
        service, sesion = self._context.application.paquetes, self._context.require_sesion()
        self._context.ask(
            self, lambda _progress: service.contratantes(sesion, fila.id), self._choose_client
        )

    def _choose_client(self, found: tuple[tuple[str, str], ...]) -> None:
        """Ask whose package it is, where the return has contracts of several."""
        if len(found) == 1:
            self._choose_package(*found[0])
            return
        menu = QMenu(self)
        for rfc, name in found:
            action = menu.addAction(f"{name} ({rfc})".replace("&", "&&"))
            action.triggered.connect(partial(self._choose_package, rfc, name))
        menu.aboutToHide.connect(menu.deleteLater)
        button = self.form.paquete_button
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])

    def _choose_package(self, rfc: str, _name: str, _checked: bool = False) -> None:
        title = "Guardar el paquete para el cliente"
        new = NewFile(title, PURPOSE, "ZIP (*.zip)", f"ICSOE {rfc}.zip")
        choose_new_file(self, new, self._context.preferences, partial(self.save_package, rfc))

    def _ask_sisub(self) -> None:
        if self._sisub is not None:
            dialog = AcuseSisubDialog(self._sisub, self._context, self.window())
            dialog.saved.connect(self._on_sisub)
            open_dialog(dialog)

    def _on_sisub(self, text: str) -> None:
        self._say(text)
        self.load()

    def _ask_delete(self) -> None:
        fila = self.table.selected()
        if fila is None:
            return
        service, sesion = self._context.application.sisub, self._context.require_sesion()

        def delete() -> None:
            self._context.ask(
                self,
                lambda _progress: service.delete(sesion, fila.id),
                lambda _none: self._on_sisub(DELETED),
            )

        text = DELETE.format(periodo=fila.periodo.nombre)
        confirm(self, text, "Eliminar", delete, destructive=True)

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
        kind = f"Acuse (*{Path(name).suffix or '.pdf'})"
        new = NewFile("Guardar una copia del acuse", PURPOSE, kind, name)
        choose_new_file(self, new, self._context.preferences, self.save_copy)

    def _choose_calendar(self) -> None:
        choose_new_file(self, CALENDAR, self._context.preferences, self.save_calendar)

    def _on_loaded(self, tablero: Tablero) -> None:
        self._read = True
        self._sisub = tablero.sisub
        kept = tuple(fila for fila in tablero.filas if not fila.estado.abierta)
        rows = kept + tablero.sisub.filas
        self.table.set_rows(rows)
        if rows and self.table.selected() is None:
            self.form.acuses_table.selectRow(0)
        text, role = due_line(tablero)
        show_message(self.form.plazo_label, text, role)
        show_message(self.form.sisub_label, *sisub_line(tablero.sisub))
        self.empty.want(True)
        self._draw_buttons()

    def _say(self, text: str, role: str = "success") -> None:
        show_message(self.form.mensaje_label, text, role)

    def _draw_buttons(self) -> None:
        form, fila = self.form, self.table.selected()
        here = fila is not None and fila.acuse is not None
        form.ver_button.setEnabled(here)
        form.copia_button.setEnabled(here)
        sisub = fila is not None and fila.tipo is TipoInformativa.SISUB
        form.hoja_button.setEnabled(fila is not None and not sisub)
        owner = self._context.require_sesion().rol is Rol.CONTRATISTA
        form.sisub_button.setEnabled(owner and self._sisub is not None)
        form.paquete_button.setEnabled(owner and here and fila is not None and fila.contratos > 0)
        form.eliminar_button.setVisible(owner and sisub)


def create(context: Context, parent: QWidget) -> Page:
    return AcusesPage(context, parent)
