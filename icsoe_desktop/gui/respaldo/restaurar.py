"""Restaurar un respaldo: at the start when the data are damaged; needs no open store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.gui.archivos import choose_file
from icsoe_desktop.gui.fields import show_message, show_text_with
from icsoe_desktop.gui.forms.ui_restaurar import Ui_RestaurarForm
from icsoe_desktop.gui.preferences import Preferences
from icsoe_desktop.gui.vida import while_alive
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Progress, Succeeded

if TYPE_CHECKING:
    from icsoe_desktop.services.restauracion import RespaldoEncontrado

FILTERS = ("Respaldo de ICSOE Desktop (*.icsoe-respaldo)", "Todos los archivos (*)")
LOOKING = "Buscando el respaldo más nuevo que esté bien…"
NONE_FOUND = "No se encontró ningún respaldo en este equipo. Elija uno de otro disco."
WORKING = "Restaurando sus datos…"
PASSWORD_MISSING = "Escriba la contraseña del respaldo."

Find = Callable[[Progress], "RespaldoEncontrado | None"]
Restore = Callable[[Path, str, Progress], object]


class RestaurarWindow(QDialog):
    restored = Signal()

    def __init__(
        self,
        message: str,
        find: Find,
        restore: Restore,
        jobs: JobQueue,
        preferences: Preferences,
        parent: QWidget | None,
    ) -> None:
        """find, restore: called in the worker."""
        super().__init__(parent)
        self.form = Ui_RestaurarForm()
        self.form.setupUi(self)
        self._restore = restore
        self._jobs = jobs
        self._preferences = preferences
        self._ruta: Path | None = None
        form = self.form
        form.explicacion_label.setText(message)
        form.archivo_label.setText(LOOKING)
        form.contenido_label.hide()
        show_text_with(form.mostrar_check, form.contrasena_edit)
        show_message(form.mensaje_label, "")
        form.otro_button.clicked.connect(self._choose)
        form.restaurar_button.clicked.connect(self._start)
        form.salir_button.clicked.connect(self.reject)
        form.restaurar_button.setEnabled(False)
        form.contrasena_edit.setFocus()
        jobs.add(find, while_alive(self, self._on_found))

    def take(self, ruta: Path) -> None:
        self._ruta = ruta
        self.form.restaurar_button.setEnabled(True)
        self.form.archivo_label.setText(f"Respaldo: {ruta}")

    def _on_found(self, outcome: Outcome[RespaldoEncontrado | None]) -> None:
        if self._ruta is not None:
            return
        match outcome:
            case Succeeded(found) if found is not None:
                self.take(found.ruta)
                day = f"{found.creado.astimezone():%d/%m/%Y a las %H:%M}"
                self.form.archivo_label.setText(f"Respaldo del {day}: «{found.ruta.name}».")
            case _:
                self.form.archivo_label.setText(NONE_FOUND)

    def _choose(self) -> None:
        title = "Elegir el respaldo"
        choose_file(self, title, FILTERS, "respaldo", self._preferences, self.take)

    def _start(self) -> None:
        ruta, typed = self._ruta, self.form.contrasena_edit.text()
        if ruta is None or not typed:
            show_message(self.form.mensaje_label, PASSWORD_MISSING)
            return
        self._set_busy(True)
        self._jobs.add(
            lambda progress: self._restore(ruta, typed, progress),
            while_alive(self, self._on_restored),
        )

    def _on_restored(self, outcome: Outcome[object]) -> None:
        self._set_busy(False)
        match outcome:
            case Succeeded(_):
                self.accept()
                self.restored.emit()
            case Failed(error):
                # The job gives our own sentences; anything else is shown as such by them.
                show_message(self.form.mensaje_label, getattr(error, "message", UNEXPECTED))
                self.form.contrasena_edit.selectAll()
                self.form.contrasena_edit.setFocus()

    def _set_busy(self, busy: bool) -> None:
        form = self.form
        for widget in (form.restaurar_button, form.otro_button, form.contrasena_edit):
            widget.setEnabled(not busy)
        show_message(form.mensaje_label, WORKING if busy else "", "hint")


UNEXPECTED = (
    "No se pudo restaurar por un error del programa. Sus datos y el respaldo no se tocaron. "
    "Vuelva a intentarlo."
)
