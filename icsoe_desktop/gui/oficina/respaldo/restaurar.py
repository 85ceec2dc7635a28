"""Restaurar un respaldo: after damaged data, on a new machine, or by choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
from icsoe_desktop.gui.forms.ui_restaurar import Ui_RestaurarForm
from icsoe_desktop.gui.kit import dialogs
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message, show_text_with
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file, choose_folder
from icsoe_desktop.gui.kit.formats import at_hour
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.respaldo.restauracion import backup_folders, find_backups, newest_good

if TYPE_CHECKING:
    from icsoe_desktop.paths import DataFolder
    from icsoe_desktop.services.respaldo.restauracion import (
        RespaldoEncontrado,
        RestauracionService,
        VistaPreviaRespaldo,
    )

LOOKING = "Buscando el respaldo más nuevo que esté bien…"
NONE_FOUND = (
    "No se encontró ningún respaldo. Elija un archivo de otro disco, o la carpeta donde los guarda."
)
NONE_THERE = "En la carpeta «{}» no hay ningún respaldo que esté bien. Elija otra."
PASSWORD_MISSING = "Escriba la contraseña del respaldo."
REVIEWING = "Revisando el respaldo…"
WORKING = "Restaurando sus datos…"
STOPPED = "Se canceló. Sus datos y el respaldo no se tocaron."


@dataclass(frozen=True)
class RestoreWork:
    """The functions that run in the worker. find: the newest valid backup that this program knows
    of.
    """

    find: Callable[[Progress], RespaldoEncontrado | None]
    preview: Callable[[Path, str, Progress], VistaPreviaRespaldo]
    restore: Callable[[VistaPreviaRespaldo, str, Progress], object]


@dataclass(frozen=True)
class RestaurarState(TaskState):
    """archivo: sentence that names the backup. vista: its contents, once the password opened it."""

    archivo: str = LOOKING
    ruta: Path | None = None
    vista: VistaPreviaRespaldo | None = None


class RestaurarPresenter(TaskPresenter[RestaurarState]):
    fields = ()
    refused = Signal()  # the password must be typed again
    restored = Signal()

    def __init__(self, work: RestoreWork, jobs: JobQueue) -> None:
        super().__init__(jobs, RestaurarState())
        self._work = work

    def look(self) -> None:
        self._look(self._work.find, NONE_FOUND)

    def look_in(self, folder: Path) -> None:
        self._look(
            lambda progress: newest_good(find_backups(folder), progress), NONE_THERE.format(folder)
        )

    def choose(self, ruta: Path) -> None:
        self._show(archivo=f"Respaldo: {ruta}", ruta=ruta, vista=None, message="")

    def forget_preview(self) -> None:
        """Discard the preview, because the user is typing another password."""
        if self.state.vista is not None or self.state.message:
            self._show(vista=None, message="")

    def go_on(self, contrasena: str) -> None:
        """Show the contents of the backup; once they are shown, restore it."""
        ruta, vista = self.state.ruta, self.state.vista
        if ruta is None or self.state.busy:
            return
        if not contrasena:
            self.say(PASSWORD_MISSING, "error")
            self.refused.emit()
        elif vista is None:
            self.perform(
                lambda progress: self._work.preview(ruta, contrasena, progress),
                lambda vista: self._show(vista=vista),
                waiting=REVIEWING,
                stopped=self._on_stopped,
            )
        else:
            self.perform(
                lambda progress: self._work.restore(vista, contrasena, progress),
                lambda _restored: self.restored.emit(),
                waiting=WORKING,
                stopped=self._on_stopped,
            )

    def _look(self, work: Callable[[Progress], RespaldoEncontrado | None], none: str) -> None:
        def show(found: RespaldoEncontrado | None) -> None:
            if found is not None:
                day = at_hour(found.creado)
                words = f"Respaldo del {day}: «{found.ruta.name}»."
                self._show(archivo=words, ruta=found.ruta, vista=None)
            elif self.state.ruta is None:
                self._show(archivo=none)
            else:
                self.say(none, "error")

        if not self.state.busy:
            self.perform(work, show, waiting=LOOKING, stopped=self._tell_none)

    def _tell_none(self) -> None:
        if self.state.ruta is None:
            self._show(archivo=NONE_FOUND)

    def _on_stopped(self) -> None:
        self.say(STOPPED, "hint")

    def _fail(self, error: Exception) -> None:
        self._tell_none()
        self._show(vista=None)
        super()._fail(error)
        if isinstance(error, UserFacingError):
            self.refused.emit()


KIND = "Respaldo de ICSOE Desktop (*.icsoe-respaldo)"
BACKUP = AskedFile("Elegir el respaldo", "respaldo", (KIND, ALL_FILES))
RESTORE_HERE = (
    "Traiga a este equipo los datos de un respaldo. Para ingresar después, use el usuario y la "
    "contraseña, o la e.firma, que tenía."
)
START_OVER = (
    "Se abrirá el programa sin datos, para registrar al primer usuario. Los archivos que hay ahora "
    "no se borran: quedan en una carpeta «sin-llave-…» dentro de la carpeta de datos."
)
OF_AN_OFFICE = (
    "Es de un equipo que comparte datos con una oficina: entrará en ella con la misma cuenta, y lo "
    "que los demás hicieron desde entonces llegará al sincronizar. Si lo restaura en otra "
    "computadora, deje de usar la de antes; si las dos siguen, dele nombre propio a una en "
    "Sincronización."
)
# The Spanish names of the counted tables, in display order.
COUNTED = {
    "movimientos": ("movimiento", "movimientos"),
    "usuarios": ("usuario", "usuarios"),
    "registros_patronales": ("registro patronal", "registros patronales"),
    "certificados": ("certificado", "certificados"),
    "contratistas": ("contratista", "contratistas"),
    "personas": ("capturista", "capturistas"),
}


class RestaurarWindow(QDialog):
    restored = Signal()

    def __init__(
        self,
        message: str,
        work: RestoreWork,
        jobs: JobQueue,
        preferences: Preferences,
        errors: ErrorReporter,
        parent: QWidget | None,
        ruta: Path | None = None,
    ) -> None:
        """ruta: a backup that is already chosen; None looks for the newest valid one."""
        super().__init__(parent)
        self.form = Ui_RestaurarForm()
        self.form.setupUi(self)
        self._preferences = preferences
        self._errors = errors
        self.presenter = RestaurarPresenter(work, jobs)
        self.presenter.setParent(self)
        form, presenter = self.form, self.presenter
        form.explicacion_label.setText(message)
        form.empezar_button.setVisible(False)
        show_text_with(form.mostrar_check, form.contrasena_edit)
        form.otro_button.clicked.connect(self._choose)
        form.carpeta_button.clicked.connect(self._choose_folder)
        form.cancelar_button.clicked.connect(presenter.cancel)
        form.restaurar_button.clicked.connect(lambda: presenter.go_on(form.contrasena_edit.text()))
        form.salir_button.clicked.connect(self.reject)
        form.contrasena_edit.textChanged.connect(presenter.forget_preview)
        presenter.changed.connect(self._draw)
        presenter.refused.connect(self._type_again)
        presenter.restored.connect(self._on_restored)
        presenter.failed.connect(lambda error: errors.show(self, error))
        self.finished.connect(lambda _result: presenter.cancel())
        self._draw(presenter.state)
        if ruta is None:
            presenter.look()
        else:
            presenter.choose(ruta)

    def say_that_leaving_ends(self) -> None:
        """Say that closing ends the program: on damaged data there is no window to go back to."""
        self.form.salir_button.setText("&Salir")

    def offer_to_start_over(self, then: Callable[[], object]) -> None:
        """Add «Empezar de nuevo», which asks, closes this window and calls `then`."""
        button = self.form.empezar_button

        def start_over() -> None:
            self.accept()
            then()

        button.setVisible(True)
        button.clicked.connect(
            lambda: dialogs.confirm(
                self,
                START_OVER,
                "&Empezar de nuevo",
                start_over,
                destructive=True,
                reject="&Cancelar",
            )
        )

    def _draw(self, state: RestaurarState) -> None:
        form = self.form
        form.archivo_label.setText(state.archivo)
        was_busy = not form.contrasena_edit.isEnabled()
        for widget in (form.otro_button, form.carpeta_button, form.contrasena_edit):
            widget.setEnabled(not state.busy)
        form.restaurar_button.setEnabled(state.ruta is not None and not state.busy)
        form.restaurar_button.setText("&Revisar" if state.vista is None else "&Restaurar")
        if was_busy and not state.busy:
            form.contrasena_edit.setFocus()  # it was lost while the field was off
        for part in (form.avance_bar, form.cancelar_button):
            part.setVisible(state.busy)
        draw_step(form.avance_bar, state.step)
        form.avance_bar.setAccessibleName(state.message or "Avance")
        form.avance_label.setText(state.message)
        form.avance_label.setVisible(state.busy)
        form.contenido_label.setText(in_words(state.vista) if state.vista else "")
        form.contenido_label.setVisible(state.vista is not None)
        show_message(form.mensaje_label, "" if state.busy else state.message, state.role)
        grow_to_fit(self)

    def _choose(self) -> None:
        choose_file(self, BACKUP, self._preferences, self.presenter.choose)

    def _choose_folder(self) -> None:
        choose_folder(
            self, "Buscar respaldos en", "respaldo", self._preferences, self.presenter.look_in
        )

    def _type_again(self) -> None:
        self.form.contrasena_edit.selectAll()
        self.form.contrasena_edit.setFocus()

    def _on_restored(self) -> None:
        self.accept()
        self.restored.emit()


def in_words(vista: VistaPreviaRespaldo) -> str:
    """The contents of a backup, in sentences for the user who has to decide."""
    counts = dict(vista.conteos)
    parts = [counted(counts[name], *words) for name, words in COUNTED.items() if counts.get(name)]
    day = at_hour(vista.creado)
    content = ", ".join(parts) or "ningún dato"
    office = f" {OF_AN_OFFICE}" if vista.en_oficina else ""
    return (
        f"El respaldo se hizo el {day} ({vista.octetos / 1e6:,.1f} MB), está completo y contiene: "
        f"{content}.{office}"
    )


def restore_window(
    message: str,
    service: RestauracionService,
    folder: DataFolder,
    jobs: JobQueue,
    preferences: Preferences,
    errors: ErrorReporter,
    parent: QWidget,
) -> RestaurarWindow:
    """A window that looks for backups in the default folder and in those the user chose."""
    folders = backup_folders(folder.backups)
    work = RestoreWork(
        lambda progress: newest_good(find_backups(*folders), progress),
        service.preview,
        lambda vista, typed, progress: service.restore(vista.ruta, typed, progress, vista),
    )
    return RestaurarWindow(message, work, jobs, preferences, errors, parent)
