"""Respaldo y restauración."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.dialogs import confirm, inform
from icsoe_desktop.gui.fields import show_message, show_text_with
from icsoe_desktop.gui.forms.ui_respaldo import Ui_RespaldoForm
from icsoe_desktop.gui.guardar_como import choose_new_file, run_with_progress
from icsoe_desktop.gui.respaldo.restaurar import RestaurarWindow
from icsoe_desktop.gui.shell import Context
from icsoe_desktop.gui.tables import Column, RowsTable
from icsoe_desktop.gui.vida import while_alive
from icsoe_desktop.jobs import Failed, Outcome, Progress, Succeeded
from icsoe_desktop.services.respaldo import Programa, RespaldoHecho
from icsoe_desktop.services.restauracion import RespaldoEncontrado

TITLE = "Respaldo y restauración"
FILTER = "Respaldo de ICSOE Desktop (*.icsoe-respaldo)"
EVERY = (("Nunca", 0), ("4 horas", 4), ("Día", 24), ("Semana", 168))
DIFFERS = "Las dos contraseñas no son iguales."
RESTORE = (
    "Los datos del respaldo tomarán el lugar de los actuales, que se conservan en una carpeta "
    "«anterior-…». El programa se cerrará y terminará al volver a abrirlo."
)
READY = "El respaldo está listo. El programa se cerrará ahora; ábralo para terminar."
COLUMNS = (
    Column[RespaldoEncontrado](
        "Fecha",
        lambda r: f"{r.creado.astimezone():%d/%m/%Y %H:%M}",
        sort=lambda r: r.creado,
        width=160,
    ),
    Column[RespaldoEncontrado](
        "Tamaño", lambda r: f"{r.octetos / 1e6:,.1f} MB", sort=lambda r: r.octetos, right=True
    ),
    Column[RespaldoEncontrado]("Archivo", lambda r: r.ruta.name),
)
Loaded = tuple[Programa, tuple[RespaldoEncontrado, ...]]


class RespaldoWindow(QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = Ui_RespaldoForm()
        self.form.setupUi(self)
        self._context = context
        self._sesion = context.require_sesion()
        self._service = context.application.respaldo
        self._programa = Programa()
        form = self.form
        for text, hours in EVERY:
            form.cada_combo.addItem(text, hours)
        self.table = RowsTable(form.respaldos_table, COLUMNS, context.preferences)
        show_text_with(form.mostrar_check, form.contrasena_edit)
        show_text_with(form.mostrar_check, form.confirmar_edit)
        for label in (form.contrasena_error, form.mensaje_label):
            show_message(label, "")
        form.vacio_label.hide()
        form.respaldar_button.clicked.connect(self._choose)
        form.guardar_button.clicked.connect(self._save)
        form.restaurar_button.clicked.connect(lambda: self._restore(self.table.selected()))
        form.otro_button.clicked.connect(lambda: self._restore(None))
        form.cerrar_button.clicked.connect(self.reject)
        form.respaldos_table.selectionModel().selectionChanged.connect(self._draw_restore)
        form.contrasena_edit.setFocus()
        self._draw_restore()
        QTimer.singleShot(0, self, self._load)

    def _load(self) -> None:
        self._context.jobs.add(
            lambda _progress: (
                self._service.programa(self._sesion),
                self._service.found(self._sesion),
            ),
            while_alive(self, self._on_loaded),
        )

    def _on_loaded(self, outcome: Outcome[Loaded]) -> None:
        match outcome:
            case Succeeded((programa, found)):
                self._programa = programa
                form = self.form
                form.cada_combo.setCurrentIndex(
                    max(0, form.cada_combo.findData(programa.cada_horas))
                )
                form.conservar_spin.setValue(programa.conservar)
                self.table.set_rows(found)
                form.vacio_label.setVisible(not found)
                self._draw_restore()
            case Failed(error):
                self._context.errors.show(self, error)

    def _typed(self) -> str | None:
        """Raises InvalidInputError; None when nothing is typed and one is kept."""
        typed = self.form.contrasena_edit.text()
        if typed != self.form.confirmar_edit.text():
            raise InvalidInputError(DIFFERS, "contrasena")
        return typed if typed or not self._programa.tiene_contrasena else None

    def _choose(self) -> None:
        try:
            typed = self._typed()
        except InvalidInputError as error:
            self._refuse(error)
            return
        choose_new_file(
            self,
            "Guardar respaldo",
            "respaldo.icsoe-respaldo",
            FILTER,
            "respaldo",
            self._context.preferences,
            lambda ruta: self.back_up(ruta, typed),
        )

    def back_up(self, ruta: Path, contrasena: str | None) -> None:
        def work(progress: Progress) -> RespaldoHecho | InvalidInputError:
            try:
                return self._service.create(self._sesion, ruta, contrasena, progress)
            except InvalidInputError as error:
                return error

        run_with_progress(self._context, self, TITLE, "Respaldando sus datos…", work, self._on_made)

    def _on_made(self, made: RespaldoHecho | InvalidInputError) -> None:
        if isinstance(made, InvalidInputError):
            self._refuse(made)
            return
        said = f"Se guardó y se comprobó el respaldo «{made.ruta.name}»."
        show_message(self.form.mensaje_label, said, "success")
        show_message(self.form.contrasena_error, "")
        self._load()

    def _save(self) -> None:
        form = self.form
        try:
            typed = self._typed()
        except InvalidInputError as error:
            self._refuse(error)
            return
        programa = Programa(
            form.cada_combo.currentData(), form.conservar_spin.value(), self._programa.carpeta
        )
        self._context.jobs.add(
            lambda _progress: self._service.save_programa(self._sesion, programa, typed or None),
            while_alive(self, self._on_saved),
        )

    def _on_saved(self, outcome: Outcome[None]) -> None:
        match outcome:
            case Succeeded(_):
                show_message(self.form.contrasena_error, "")
                show_message(self.form.mensaje_label, "Se guardó la programación.", "success")
                self._load()
            case Failed(InvalidInputError() as error):
                self._refuse(error)
            case Failed(error):
                self._context.errors.show(self, error)

    def _refuse(self, error: InvalidInputError) -> None:
        show_message(self.form.contrasena_error, error.message)
        self.form.contrasena_edit.setFocus()

    def _draw_restore(self) -> None:
        self.form.restaurar_button.setEnabled(self.table.selected() is not None)

    def _restore(self, chosen: RespaldoEncontrado | None) -> None:
        def restore(ruta: Path, typed: str, progress: Progress) -> object:
            vista = self._service.preview(self._sesion, ruta, typed, progress)
            return self._service.restore(self._sesion, vista, typed, progress)

        def ask() -> None:
            window = RestaurarWindow(
                RESTORE,
                lambda _progress: chosen,
                restore,
                self._context.jobs,
                self._context.preferences,
                self,
            )
            window.restored.connect(lambda: inform(self, READY, then=QApplication.quit))
            window.open()

        confirm(self, RESTORE, "Continuar", ask, destructive=True)


def create(context: Context, parent: QWidget | None) -> QWidget:
    return RespaldoWindow(context, parent)
