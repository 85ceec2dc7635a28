"""The window Respaldo y restauración: schedule, backups, commands."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_respaldo import Ui_RespaldoForm
from icsoe_desktop.gui.kit.dialogs import confirm, inform
from icsoe_desktop.gui.kit.fields import indent_number, show_message, show_text_with
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_folder, choose_new_file
from icsoe_desktop.gui.kit.formats import at_hour, moment, short_name
from icsoe_desktop.gui.kit.notices import EmptyState, FixedNotice
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.gui.kit.stacks import ReadingWidth
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.gui.oficina.respaldo.restaurar import KIND, RestaurarWindow, RestoreWork
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.respaldo.escritura import (
    PASSWORD_SHORT,
    SHORTEST_PASSWORD,
    RespaldoHecho,
)
from icsoe_desktop.services.respaldo.restauracion import RespaldoEncontrado, newest_good
from icsoe_desktop.services.respaldo.service import FalloRespaldo, Programa

DIFFERS = "Las dos contraseñas no son iguales."
BY_ITSELF = "El programa respalda por su cuenta mientras nadie elija otra cosa."
OPENED_BY = (
    "Los automáticos se abren con la contraseña de cualquier usuario o con el código de "
    "recuperación; si guarda una contraseña, también con ella."
)
OPENED_BY_CODE = (
    "Los automáticos se abren con el código de recuperación; si guarda una contraseña, también con "
    "ella."
)
SAVED = "Se guardó la programación."
MADE = "Se guardó y se comprobó el respaldo «{}»."
STOPPED = "Se canceló el respaldo. No se guardó nada y los anteriores están completos."
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
Read = tuple[Programa, tuple[RespaldoEncontrado, ...], FalloRespaldo | None]

COLUMNS = (
    Column[RespaldoEncontrado](
        "Fecha",
        lambda r: moment(r.creado),
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
        self._programa = Programa()
        self._loaded = self._busy = False
        self._carpeta: Path | None = None
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
        self._refuse("")
        self._say("")
        self._draw((self._programa, (), None))
        form.contrasena_edit.setFocus()
        self.load()

    @property
    def unsaved(self) -> bool:
        form, kept = self.form, self._programa
        typed = (form.cada_combo.currentData(), form.conservar_spin.value(), self._carpeta)
        return (
            self._loaded
            and not kept.fijo
            and typed != (kept.cada_horas, kept.conservar, kept.carpeta)
        )

    def load(self) -> None:
        service, sesion = self._service, self._sesion

        def read(_progress: Progress) -> Read:
            return service.programa(sesion), service.found(sesion), service.last_failure()

        self._context.ask(self, read, self._on_loaded)

    def back_up(self, ruta: Path) -> None:
        """Make a backup. Without a typed password it opens with that of the automatic ones."""
        service, sesion, contrasena = self._service, self._sesion, self.form.contrasena_edit.text()
        typed = None if not contrasena and self._programa.tiene_contrasena else contrasena
        self._set_busy(True)
        self._refuse("")
        run_with_progress(
            self._context,
            self,
            TITLE,
            WORKING,
            lambda progress: service.create(sesion, ruta, typed, progress),
            self._on_made,
            self._on_failed,
            lambda: self._set_busy(False, STOPPED),
        )

    def _on_made(self, made: RespaldoHecho) -> None:
        # «Guardar programación» would keep its password, too.
        self.form.contrasena_edit.clear()
        self.form.confirmar_edit.clear()
        self._set_busy(False, MADE.format(short_name(made.ruta)))
        self.load()

    def _connect(self) -> None:
        form = self.form
        form.respaldar_button.clicked.connect(self._choose)
        form.guardar_button.clicked.connect(self._save)
        form.carpeta_button.clicked.connect(self._choose_folder)
        form.restaurar_button.clicked.connect(lambda: self._restore(self.table.selected()))
        form.otro_button.clicked.connect(lambda: self._restore(None))
        form.cerrar_button.clicked.connect(self.reject)
        form.respaldos_table.selectionModel().selectionChanged.connect(self._draw_buttons)

    def _on_loaded(self, read: Read) -> None:
        first, self._loaded = not self._loaded, True
        self._draw(read)
        if first:
            self._fill_in(self._programa)

    def _draw(self, read: Read) -> None:
        form = self.form
        self._programa, encontrados, fallo = read
        failed = FAILED.format(at_hour(fallo.cuando), fallo.motivo) if fallo is not None else ""
        show_message(form.fallo_label, failed, "band")
        self.table.set_rows(encontrados)
        self.empty.want(self._loaded)
        form.carpeta_button.setEnabled(not self._programa.fijo)
        told = automatic_text(self._programa, sin_usuarios=self._sesion.encargado)
        show_message(form.automatico_label, told if self._loaded else "", "hint")
        self._draw_buttons()

    def _say(self, text: str) -> None:
        show_message(self.form.mensaje_label, text, "success")

    def _refuse(self, problem: str) -> None:
        """Say what is wrong with the password, which is to be typed again."""
        show_message(self.form.contrasena_error, problem)
        if problem:
            self.form.contrasena_edit.setFocus()

    def _set_busy(self, busy: bool, said: str = "") -> None:
        self._busy = busy
        self._say(said)
        self._draw_buttons()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        if isinstance(error, InvalidInputError):
            self._refuse(error.message)
        else:
            self._context.errors.show(self, error)

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
        if not self._passwords_fit(to_save=False):
            return
        new = NewFile("Guardar respaldo", "respaldo", KIND, "respaldo.icsoe-respaldo")
        now = self._context.application.store.clock()
        choose_new_file(self, new.dated(now), self._context.preferences, self.back_up)

    def _passwords_fit(self, *, to_save: bool) -> bool:
        """Whether the two passwords are equal and long enough; a problem is shown under them.

        to_save: an empty one keeps the one that is stored, which a backup needs.
        """
        form, may_be_empty = self.form, to_save or self._programa.tiene_contrasena
        contrasena, problem = form.contrasena_edit.text(), ""
        if contrasena != form.confirmar_edit.text():
            problem = DIFFERS
        elif len(contrasena) < SHORTEST_PASSWORD and (contrasena or not may_be_empty):
            problem = PASSWORD_SHORT
        self._refuse(problem)
        return not problem

    def _save(self) -> None:
        form, service, sesion = self.form, self._service, self._sesion
        if not self._busy and self._passwords_fit(to_save=True):
            typed = form.contrasena_edit.text() or None
            programa = Programa(
                form.cada_combo.currentData(), form.conservar_spin.value(), self._carpeta
            )
            self._set_busy(True)
            self._context.ask(
                self,
                lambda _progress: service.save_programa(sesion, programa, typed),
                self._on_saved,
                self._on_failed,
            )
        self._context.shell.backups_changed.emit()

    def _on_saved(self, _none: None) -> None:
        self._set_busy(False, SAVED)
        self.load()

    def _draw_buttons(self, *_: object) -> None:
        form, free = self.form, self._loaded and not self._busy
        form.respaldar_button.setEnabled(free)
        form.guardar_button.setEnabled(free and not self._programa.fijo)
        form.restaurar_button.setEnabled(self.table.selected() is not None)

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


def automatic_text(programa: Programa, *, sin_usuarios: bool) -> str:
    """How the automatic backups open, and who decided on them.

    sin_usuarios: the installation has no IDSE users, whose passwords would open them.
    """
    if not programa.cada_horas:
        return ""
    who = "" if programa.fijo or programa.elegido else BY_ITSELF
    opened = OPENED_BY_CODE if sin_usuarios else OPENED_BY
    return " ".join(filter(None, (who, "" if programa.tiene_contrasena else opened)))


create = RespaldoWindow
