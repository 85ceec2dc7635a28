"""Restaurar un respaldo: after damaged data, on a new machine, or by choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.forms.ui_restaurar import Ui_RestaurarForm
from icsoe_desktop.gui.kit import dialogs
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message, show_text_with
from icsoe_desktop.gui.kit.file_choice import choose_file, choose_folder
from icsoe_desktop.gui.oficina.respaldo.restaurar_presenter import (
    RestaurarPresenter,
    RestaurarState,
    RestoreWork,
)
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.respaldo.restauracion import backup_folders, find_backups, newest_good

if TYPE_CHECKING:
    from pathlib import Path

    from icsoe_desktop.paths import DataFolder
    from icsoe_desktop.services.respaldo.restauracion import (
        RestauracionService,
        VistaPreviaRespaldo,
    )

FILTERS = ("Respaldo de ICSOE Desktop (*.icsoe-respaldo)", "Todos los archivos (*)")
RESTORE_HERE = (
    "Traiga a este equipo los datos de un respaldo. Para ingresar después, use el usuario y la "
    "contraseña, o la e.firma, que tenía."
)
START_OVER = (
    "Se abrirá el programa sin datos, para registrar al primer usuario. Los archivos que hay ahora "
    "no se borran: quedan en una carpeta «sin-llave-…» dentro de la carpeta de datos."
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
        form.contrasena_edit.setFocus()
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
        for widget in (form.otro_button, form.carpeta_button, form.contrasena_edit):
            widget.setEnabled(not state.busy)
        form.restaurar_button.setEnabled(state.ruta is not None and not state.busy)
        form.restaurar_button.setText("&Revisar" if state.vista is None else "&Restaurar")
        for part in (form.avance_bar, form.cancelar_button):
            part.setVisible(state.busy)
        step = state.paso
        form.avance_bar.setRange(0, (step.total if step else 0) or 0)
        form.avance_bar.setValue(step.done if step else 0)
        what = step.what if step and step.what else state.que
        form.avance_bar.setAccessibleName(what or "Avance")
        form.avance_label.setText(what)
        form.avance_label.setVisible(state.busy)
        form.contenido_label.setText(in_words(state.vista) if state.vista else "")
        form.contenido_label.setVisible(state.vista is not None)
        show_message(form.mensaje_label, state.mensaje, state.role)
        grow_to_fit(self)

    def _choose(self) -> None:
        title = "Elegir el respaldo"
        choose_file(self, title, FILTERS, "respaldo", self._preferences, self.presenter.choose)

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
    parts = [
        f"{counts[name]:,} {one if counts[name] == 1 else many}"
        for name, (one, many) in COUNTED.items()
        if counts.get(name)
    ]
    day = f"{vista.creado.astimezone(HORA_DE_MEXICO):%d/%m/%Y a las %H:%M}"
    content = ", ".join(parts) or "ningún dato"
    return (
        f"El respaldo se hizo el {day} ({vista.octetos / 1e6:,.1f} MB), está completo y contiene: "
        f"{content}."
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
        lambda other, progress: newest_good(find_backups(other), progress),
        service.preview,
        lambda vista, typed, progress: service.restore(vista.ruta, typed, progress, vista),
    )
    return RestaurarWindow(message, work, jobs, preferences, errors, parent)
