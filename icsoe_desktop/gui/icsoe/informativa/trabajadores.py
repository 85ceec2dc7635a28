"""Trabajadores of a contract: typed, pasted, imported, or filled from the movements."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QWidget

from icsoe_desktop.domain.acceso.sesion import Rol
from icsoe_desktop.domain.icsoe.trabajadores import CambiosLista, TrabajadorContrato, read_pasted
from icsoe_desktop.domain.texto import counted, counted_if_any
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_trabajadores import Ui_TrabajadoresForm
from icsoe_desktop.gui.icsoe.capturistas.persona import (
    DELETE_PERSON,
    PERSON_DELETED,
    PERSON_GOES,
    PersonaDialog,
)
from icsoe_desktop.gui.icsoe.informativa.dialogos import LlenarDialog, ask_changes
from icsoe_desktop.gui.icsoe.informativa.trabajadores_model import EMPTY, TrabajadoresModel
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.column_widths import set_widths
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.gui.kit.table_view import name_by_label, prepare
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.services.informativa.contratos import NO_REGISTROS
from icsoe_desktop.services.informativa.valores import ListaTrabajadores, Llenado

FILTERS: Final = ("Excel y CSV (*.xlsx *.csv)", ALL_FILES)
PREVIEW: Final = (
    "El archivo tiene {leidos}, {malos}. Se agregarán a la lista; quien ya está se actualiza. "
    "¿Desea agregarlos? Después se puede deshacer."
)
NOTHING_PASTED: Final = (
    "Lo copiado no tiene renglones con NSS, CURP y SBC. No se agregó nada. Cópielos de Excel, una "
    "columna para cada uno."
)
SAVED: Final = "Se guardaron {cuantos} del contrato."
CONFLICT: Final = "{cuantos} con dos CURP distintas: deje sólo el renglón bueno."
SAME: Final = "La lista está como dicen los movimientos. No se cambió nada."
FILLED_NONE: Final = (
    "Según los movimientos, nadie estaba activo en esas fechas en los registros elegidos. No se "
    "agregó nada."
)
OF_MOVEMENTS: Final = "de los movimientos"
SAVE_FIRST: Final = "Guarde primero los cambios de la lista."
COUNT_AFTER_MS: Final = 50


class TrabajadoresDialog(EditingDialog):
    donde = "la lista de trabajadores"
    saved = Signal(str)

    def __init__(
        self,
        lista: ListaTrabajadores,
        informativa_id: uuid.UUID | None,
        context: Context,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.form = Ui_TrabajadoresForm()
        self.form.setupUi(self)
        form = self.form
        self._context = context
        self._lista = lista
        self._informativa_id = informativa_id
        self._como: list[str] = []
        self._busy = False
        form.contrato_label.setText(f"Contrato {lista.nombre}")
        self.model = TrabajadoresModel(lista, context.application.contratos.today(), self)
        table = form.trabajadores_table
        prepare(table, stretched=True, close=True)
        table.setSortingEnabled(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        table.setEditTriggers(
            triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed
        )
        table.setModel(self.model)
        EmptyState(table, "trabajadores", *EMPTY)
        table.verticalHeader().show()
        name_by_label(table)
        set_widths(table, (135, 190, 100))
        self._count = QTimer(self, singleShot=True, interval=COUNT_AFTER_MS)
        self._count.timeout.connect(self._draw_count)
        self._connect()
        for label in (form.problema_label, form.mensaje_label):
            label.hide()
        self._draw()
        table.setFocus()

    def _connect(self) -> None:
        form = self.form
        form.llenar_button.clicked.connect(self._fill)
        form.pegar_button.clicked.connect(self.paste)
        form.importar_button.clicked.connect(
            lambda: self._choose("Importar trabajadores", "trabajadores", self.import_file)
        )
        form.rechazos_button.clicked.connect(self._choose_rejections)
        form.deshacer_button.clicked.connect(self._undo)
        form.agregar_button.clicked.connect(self._add_row)
        form.quitar_button.clicked.connect(self._remove)
        form.persona_button.clicked.connect(self._open_person)
        form.persona_button.setVisible(self._context.require_sesion().rol is Rol.CONTRATISTA)
        form.guardar_button.clicked.connect(self.save)
        form.cancelar_button.clicked.connect(self.reject)
        self.model.edited.connect(self._draw)
        selection = form.trabajadores_table.selectionModel()
        for signal in (selection.currentRowChanged, selection.selectionChanged):
            signal.connect(lambda *_: self._draw_problem())
        for keys, slot in (
            (QKeySequence.StandardKey.Paste, self.paste),
            (QKeySequence.StandardKey.Copy, self.copy),
            (QKeySequence.StandardKey.Undo, self._undo),
            (QKeySequence.StandardKey.Save, self.save),
        ):
            QShortcut(keys, self, slot)
        form.trabajadores_table.installEventFilter(self)
        self.finished.connect(self.deleteLater)

    @property
    def unsaved(self) -> bool:
        return self.model.rows != self._lista.filas

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Delete
        ):
            self._remove()
            return True
        return super().eventFilter(watched, event)

    def go_to(self, renglon: int | None) -> None:
        """Select a row, or the first one with problems."""
        wrong = self.model.wrong() if renglon is None else [renglon]
        if wrong and wrong[0] < self.model.rowCount():
            table = self.form.trabajadores_table
            table.setCurrentIndex(self.model.index(wrong[0], 0))
            table.scrollTo(self.model.index(wrong[0], 0))

    def paste(self) -> None:
        """Add the rows of the clipboard."""
        try:
            found = read_pasted(QGuiApplication.clipboard().text())
        except UserFacingError as error:
            self._context.errors.show(self, error)
            return
        if not found.filas:
            self._say(NOTHING_PASTED, "warning")
            return
        self._add(found.filas, "pegados")

    def copy(self) -> None:
        """Copy the selected rows with headers, as Excel pastes them."""
        table = self.form.trabajadores_table
        places = sorted({index.row() for index in table.selectionModel().selectedRows()})
        QGuiApplication.clipboard().setText(self.model.as_text(places))

    def save(self) -> None:
        if self._busy:
            return
        self._busy = True
        self._draw()
        context, rows, lista = self._context, self.model.rows, self._lista
        sesion, service = context.require_sesion(), context.application.contratos
        como = ", ".join(dict.fromkeys(self._como))
        context.ask(
            self,
            lambda _progress: service.save_workers(
                sesion, lista.contrato_id, rows, lista.filas, como
            ),
            self._on_saved,
            self._on_failed,
        )

    def _on_saved(self, lista: ListaTrabajadores) -> None:
        self._lista = lista
        cuantos = counted(len(lista.filas), "trabajador", "trabajadores")
        self.saved.emit(SAVED.format(cuantos=cuantos))
        # What was typed while the program saved stays open.
        if not self.unsaved:
            self.accept()
        self._busy = False
        self._draw()

    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self._draw()
        self._context.errors.show(self, error)

    def _add(
        self, rows: tuple[TrabajadorContrato, ...], como: str, gone: tuple[int, ...] = ()
    ) -> None:
        try:
            added, changed, doubtful = self.model.add(rows, gone)
        except UserFacingError as error:
            self._context.errors.show(self, error)
            return
        self._como.append(como)
        parts = (
            counted_if_any(added, "renglón agregado", "renglones agregados"),
            counted_if_any(changed, "actualizado", "actualizados"),
            counted_if_any(len(gone), "quitado", "quitados"),
        )
        text = (", ".join(filter(None, parts)) or "0 renglones agregados") + ". Falta guardar."
        if doubtful:
            cuantos = formats.counted(doubtful, "NSS viene", "NSS vienen")
            text = f"{text} {CONFLICT.format(cuantos=cuantos)}"
        self._say(text, "warning" if doubtful else "success")

    def _undo(self) -> None:
        """What a message said of the step no longer holds."""
        self.model.undo()
        self._say("")

    def _add_row(self) -> None:
        table = self.form.trabajadores_table
        self.model.replace_all([*self.model.rows, TrabajadorContrato("", "", "")])
        index = self.model.index(self.model.rowCount() - 1, 0)
        table.setCurrentIndex(index)
        table.setFocus()
        table.edit(index)

    def _remove(self) -> None:
        selection = self.form.trabajadores_table.selectionModel()
        places = {index.row() for index in selection.selectedRows()}
        if places:
            self.model.remove(places)
            gone = formats.counted(len(places), "renglón quitado", "renglones quitados")
            self._say(f"{gone}. Falta guardar.", "success")

    def _open_person(self) -> None:
        """ARCO rights of the worker of the current row."""
        index = self.form.trabajadores_table.currentIndex()
        if not index.isValid():
            return
        if self.unsaved:
            self._say(SAVE_FIRST, "warning")
            return
        row, context = self.model.rows[index.row()], self._context
        sesion, service = context.require_sesion(), context.application.privacidad
        dialog = PersonaDialog(
            f"NSS {formats.nss(row.nss)}",
            lambda: service.export_worker(sesion, row.nss),
            lambda: service.delete_worker(sesion, row.nss),
            context,
            self,
            DELETE_PERSON,
            PERSON_GOES,
        )
        dialog.deleted.connect(self._on_person_deleted)
        dialog.open()

    def _on_person_deleted(self) -> None:
        self.saved.emit(PERSON_DELETED)
        self.leave()

    def _fill(self) -> None:
        context = self._context
        sesion, service = context.require_sesion(), context.application.contratos

        def show(registros: tuple[str, ...]) -> None:
            if not registros:
                self._say(NO_REGISTROS, "warning")
                return
            dialog = LlenarDialog(registros, self)
            dialog.wanted.connect(self._fill_from)
            open_dialog(dialog)

        context.ask(self, lambda _progress: service.registros(sesion), show)

    def _fill_from(self, registros: tuple[str, ...]) -> None:
        context, lista, informativa_id = self._context, self._lista, self._informativa_id
        if informativa_id is None:
            return
        sesion, service = context.require_sesion(), context.application.contratos

        def take(llenado: Llenado) -> None:
            if self.model.rows:
                found = CambiosLista.between(self.model.rows, *llenado)
                add = partial(self._add, como=OF_MOVEMENTS, gone=found.fuera)
                if not ask_changes(self, found, add):
                    self._say(SAME)
            elif llenado.filas:
                self._add(llenado.filas, OF_MOVEMENTS)
            else:
                self._say(FILLED_NONE, "warning")

        run_with_progress(
            context,
            self,
            "Llenar con mis movimientos",
            "Leyendo movimientos",
            lambda progress: service.fill(
                sesion, lista.contrato_id, informativa_id, registros, progress
            ),
            take,
        )

    def _choose(self, title: str, purpose: str, then: Callable[[Path], None]) -> None:
        choose_file(self, AskedFile(title, purpose, FILTERS), self._context.preferences, then)

    def import_file(self, path: Path) -> None:
        context = self._context
        sesion, service = context.require_sesion(), context.application.contratos
        today = service.today()

        def ask(rows: tuple[TrabajadorContrato, ...]) -> None:
            wrong = sum(bool(row.problemas(today)) for row in rows)
            text = PREVIEW.format(
                leidos=counted(len(rows), "renglón", "renglones"),
                malos="todos correctos"
                if not wrong
                else counted(wrong, "con problemas, que se marca", "con problemas, que se marcan"),
            )
            confirm(self, text, "&Agregar", lambda: self._add(rows, f"de {path.suffix.lower()}"))

        run_with_progress(
            context,
            self,
            "Importar trabajadores",
            "Leyendo el archivo",
            lambda progress: service.read_workers(sesion, path, progress),
            ask,
        )

    def _choose_rejections(self) -> None:
        if self.unsaved:
            self._say(SAVE_FIRST, "warning")
            return
        self._choose("Renglones rechazados por el portal", "rechazos", self.read_rejections)

    def read_rejections(self, path: Path) -> None:
        context, lista = self._context, self._lista
        sesion, service = context.require_sesion(), context.application.contratos

        def show(found: tuple[tuple[int, int], ListaTrabajadores]) -> None:
            (marked, unknown), now = found
            self._lista = now
            self.model.set_rechazos(now.rechazos)
            text = formats.counted(marked, "renglón rechazado", "renglones rechazados")
            if unknown:
                gone = counted(unknown, "del archivo no está", "del archivo no están")
                text += f"; {gone} en este contrato"
            self._say(text + ".", "warning" if marked or unknown else "success")
            self.go_to(None)
            self._draw()
            self.saved.emit(text + ".")

        run_with_progress(
            context,
            self,
            "Renglones rechazados",
            "Leyendo el archivo",
            lambda progress: (
                service.read_rejections(sesion, lista.contrato_id, path, progress),
                service.workers(sesion, lista.contrato_id),
            ),
            show,
        )

    def _say(self, text: str, role: str = "success") -> None:
        show_message(self.form.mensaje_label, text, role)

    def _draw(self) -> None:
        form = self.form
        form.deshacer_button.setEnabled(self.model.can_undo and not self._busy)
        form.guardar_button.setEnabled(not self._busy)
        form.llenar_button.setEnabled(self._informativa_id is not None)
        self._draw_problem()
        self._count.start()

    def _draw_count(self) -> None:
        """Counting checks every row: it waits until the window is drawn."""
        total, wrong = self.model.rowCount(), len(self.model.wrong())
        text = counted(total, "trabajador", "trabajadores")
        if wrong:
            text += f", {wrong:,} con problemas"
        odd = self.model.odd()
        self.form.cuenta_label.setText(f"{text}, {odd:,} con advertencias" if odd else text)

    def _draw_problem(self) -> None:
        index = self.form.trabajadores_table.currentIndex()
        text, role = self.model.said_of(index.row()) if index.isValid() else ("", "error")
        show_message(self.form.problema_label, text, role)
