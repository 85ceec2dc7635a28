"""The window Respaldo y restauración: schedule, backups, commands."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_respaldo import Ui_RespaldoForm
from icsoe_desktop.gui.kit.dialogs import confirm, inform
from icsoe_desktop.gui.kit.fields import indent_number, show_message, show_text_with
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_folder, choose_new_file
from icsoe_desktop.gui.kit.notices import EmptyState, FixedNotice
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.gui.kit.stacks import ReadingWidth
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.gui.oficina.respaldo.presenter import RespaldoPresenter, RespaldoState
from icsoe_desktop.gui.oficina.respaldo.restaurar import KIND, RestaurarWindow, RestoreWork
from icsoe_desktop.services.respaldo.escritura import RespaldoHecho
from icsoe_desktop.services.respaldo.restauracion import RespaldoEncontrado, newest_good
from icsoe_desktop.services.respaldo.service import Programa

TITLE = "Respaldo y restauración"
EVERY = (("Nunca", 0), ("Cada 4 horas", 4), ("Cada día", 24), ("Cada semana", 168))
FIXED = "Los respaldos automáticos los fijó"
OWN_FOLDER = "«respaldos», en la carpeta de datos"
WORKING = "Respaldando sus datos…"
FAILED = "Respaldo automático del {}. {}"
RESTORE = (
    "Los datos del respaldo tomarán el lugar de los actuales, que se conservan en una carpeta "
    "«anterior-…». El programa se reiniciará para terminar."
)
READY = "El respaldo está listo. El programa se reiniciará ahora para terminar."
NOTHING = (
    "Aún no hay respaldos en este equipo",
    "Escriba una contraseña y elija «Respaldar ahora».",
)
COLUMNS = (
    Column[RespaldoEncontrado](
        "Fecha",
        lambda r: f"{r.creado.astimezone(HORA_DE_MEXICO):%d/%m/%Y %H:%M}",
        sort=lambda r: r.creado,
        width=160,
    ),
    Column[RespaldoEncontrado](
        "Tamaño", lambda r: f"{r.octetos / 1e6:,.1f} MB", sort=lambda r: r.octetos, right=True
    ),
    Column[RespaldoEncontrado]("Archivo", lambda r: r.ruta.name, width=240),
    Column[RespaldoEncontrado]("Carpeta", lambda r: str(r.ruta.parent)),
)


class RespaldoWindow(EditingDialog):
    donde = "los respaldos automáticos"

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = Ui_RespaldoForm()
        self.form.setupUi(self)
        indent_number(self.form.conservar_spin)
        self._context = context
        self._sesion = context.require_sesion()
        self._service = context.application.respaldo
        self.presenter = RespaldoPresenter(self._service, self._sesion, context.jobs)
        self.presenter.setParent(self)
        self._carpeta: Path | None = None
        self._shown: tuple[RespaldoEncontrado, ...] = ()
        form = self.form
        for text, hours in EVERY:
            form.cada_combo.addItem(text, hours)
        self.table = RowsTable(form.respaldos_table, COLUMNS, context.preferences)
        self.empty = EmptyState(form.respaldos_table, "respaldo", *NOTHING, wanted=False)
        show_text_with(form.mostrar_check, form.contrasena_edit, form.confirmar_edit)
        ReadingWidth(form.programa_group, form.programa_group_layout)
        self._fixed = FixedNotice(form.respaldoForm_layout1, self, 2)
        self._connect()
        self._show_folder(None)
        self._draw(self.presenter.state)
        form.contrasena_edit.setFocus()
        self.presenter.load()

    @property
    def unsaved(self) -> bool:
        state, form = self.presenter.state, self.form
        typed = (form.cada_combo.currentData(), form.conservar_spin.value(), self._carpeta)
        kept = state.programa
        return (
            state.loaded
            and not kept.fijo
            and typed != (kept.cada_horas, kept.conservar, kept.carpeta)
        )

    def back_up(self, ruta: Path) -> None:
        presenter = self.presenter
        run_with_progress(
            self._context,
            self,
            TITLE,
            WORKING,
            presenter.backing_up(ruta, self.form.contrasena_edit.text()),
            self._on_made,
            presenter.on_not_made,
            presenter.on_stopped,
        )

    def _on_made(self, made: RespaldoHecho) -> None:
        # «Guardar programación» would keep its password, too.
        self.form.contrasena_edit.clear()
        self.form.confirmar_edit.clear()
        self.presenter.on_made(made)

    def _connect(self) -> None:
        form, presenter = self.form, self.presenter
        form.respaldar_button.clicked.connect(self._choose)
        form.guardar_button.clicked.connect(self._save)
        form.carpeta_button.clicked.connect(self._choose_folder)
        form.restaurar_button.clicked.connect(lambda: self._restore(self.table.selected()))
        form.otro_button.clicked.connect(lambda: self._restore(None))
        form.cerrar_button.clicked.connect(self.reject)
        form.respaldos_table.selectionModel().selectionChanged.connect(self._draw_restore)
        presenter.changed.connect(self._draw)
        presenter.programa_known.connect(self._fill_in)
        presenter.refused.connect(form.contrasena_edit.setFocus)
        presenter.failed.connect(lambda error: self._context.errors.show(self, error))

    def _draw(self, state: RespaldoState) -> None:
        form = self.form
        fallo = ""
        if state.fallo is not None:
            day = f"{state.fallo.cuando.astimezone(HORA_DE_MEXICO):%d/%m/%Y a las %H:%M}"
            fallo = FAILED.format(day, state.fallo.motivo)
        show_message(form.fallo_label, fallo, "band")
        show_message(form.contrasena_error, state.problema)
        show_message(form.mensaje_label, state.mensaje, "success")
        if state.encontrados != self._shown:
            self._shown = state.encontrados
            self.table.set_rows(state.encontrados)
        self.empty.want(state.loaded)
        form.respaldar_button.setEnabled(state.loaded and not state.busy)
        fixed = state.programa.fijo
        form.guardar_button.setEnabled(state.loaded and not state.busy and not fixed)
        form.carpeta_button.setEnabled(not fixed)
        show_message(form.automatico_label, state.automatic_text, "hint")
        self._draw_restore()

    def _fill_in(self, programa: Programa) -> None:
        form = self.form
        if form.cada_combo.findData(programa.cada_horas) < 0:  # of central.ini
            form.cada_combo.addItem(f"Cada {programa.cada_horas} horas", programa.cada_horas)
        form.cada_combo.setCurrentIndex(form.cada_combo.findData(programa.cada_horas))
        form.conservar_spin.setValue(programa.conservar)
        self._show_folder(programa.carpeta)
        if programa.fijo:
            editors = (form.cada_combo, form.conservar_spin, form.carpeta_edit)
            politica = self._context.application.politica
            self._fixed.say_fixed(FIXED, politica, "respaldo", *editors)

    def _show_folder(self, carpeta: Path | None) -> None:
        self._carpeta = carpeta
        self.form.carpeta_edit.setText(OWN_FOLDER if carpeta is None else str(carpeta))
        self.form.carpeta_edit.setCursorPosition(0)

    def _choose_folder(self) -> None:
        choose_folder(
            self,
            "Carpeta de los respaldos",
            "respaldo",
            self._context.preferences,
            self._show_folder,
        )

    def _choose(self) -> None:
        form = self.form
        if not self.presenter.typed(form.contrasena_edit.text(), form.confirmar_edit.text()):
            return
        new = NewFile("Guardar respaldo", "respaldo", KIND, "respaldo.icsoe-respaldo")
        now = self._context.application.store.clock()
        choose_new_file(self, new.dated(now), self._context.preferences, self.back_up)

    def _save(self) -> None:
        form = self.form
        self.presenter.save(
            form.cada_combo.currentData(),
            form.conservar_spin.value(),
            self._carpeta,
            form.contrasena_edit.text(),
            form.confirmar_edit.text(),
        )
        self._context.shell.backups_changed.emit()

    def _draw_restore(self) -> None:
        self.form.restaurar_button.setEnabled(self.table.selected() is not None)

    def _restore(self, chosen: RespaldoEncontrado | None) -> None:
        confirm(self, RESTORE, "Continuar", lambda: self._open_restore(chosen), destructive=True)

    def _open_restore(self, chosen: RespaldoEncontrado | None) -> None:
        service, sesion = self._service, self._sesion
        work = RestoreWork(
            lambda progress: newest_good(service.found(sesion), progress),
            lambda ruta, typed, progress: service.preview(sesion, ruta, typed, progress),
            lambda vista, typed, progress: service.restore(sesion, vista, typed, progress),
        )
        context = self._context
        window = RestaurarWindow(
            RESTORE,
            work,
            context.jobs,
            context.preferences,
            context.errors,
            self,
            None if chosen is None else chosen.ruta,
        )
        window.restored.connect(lambda: inform(self, READY, then=context.shell.restart_wanted.emit))
        window.open()


create = RespaldoWindow
