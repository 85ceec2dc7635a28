"""Writing a file where somebody says, with progress and a way to stop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from icsoe_desktop.gui.base.guarded import while_alive
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_avance import Ui_AvanceForm
from icsoe_desktop.gui.kit.file_choice import LABELS
from icsoe_desktop.jobs import Failed, Outcome, Progress, Step, Stopped, Succeeded

T = TypeVar("T")

STOPPING = "Cancelando…"
SAVE_LABELS = {**LABELS, QFileDialog.DialogLabel.Accept: "&Guardar"}


def choose_new_file(
    parent: QWidget,
    title: str,
    name: str,
    name_filter: str,
    purpose: str,
    preferences: Preferences,
    then: Callable[[Path], object],
) -> QFileDialog:
    """Asks where to write a file, and gives its path to `then`; the dialog asks before replacing.

    name: the file name to begin with; its suffix is added when left out.
    purpose: names the folder to remember.
    """
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(name_filter)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    dialog.setDirectory(preferences.last_folder(purpose))
    dialog.selectFile(name)
    for label, text in SAVE_LABELS.items():
        dialog.setLabelText(label, text)

    def chosen(path: str) -> None:
        preferences.remember_folder(purpose, path)
        then(Path(path))

    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


class AvanceDialog(QDialog):
    """Says how far a job is; Cancelar and Esc stop it. It closes when the job has ended."""

    def __init__(self, title: str, what: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_AvanceForm()
        self.form.setupUi(self)
        self.setWindowTitle(title)
        self._cancel: Callable[[], None] = lambda: None
        self._ended = False
        form = self.form
        form.que_label.setText(what)
        form.avance_bar.setAccessibleName(what)
        form.avance_bar.setRange(0, 0)
        form.cancelar_button.clicked.connect(self.reject)

    def set_cancel(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel

    def show_step(self, step: Step) -> None:
        form = self.form
        form.avance_bar.setRange(0, step.total or 0)
        form.avance_bar.setValue(step.done)
        if step.total:
            form.cuanto_label.setText(f"{step.done:,} de {step.total:,}")

    def end(self) -> None:
        self._ended = True
        self.done(QDialog.DialogCode.Accepted)

    def reject(self) -> None:
        self._cancel()
        self.form.que_label.setText(STOPPING)
        self.form.cancelar_button.setEnabled(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._ended:
            super().closeEvent(event)
        else:
            event.ignore()
            self.reject()


def run_with_progress(
    context: Context,
    parent: QWidget,
    title: str,
    what: str,
    work: Callable[[Progress], T],
    then: Callable[[T], object],
    otherwise: Callable[[], object] | None = None,
) -> AvanceDialog:
    """Does long work behind a dialog that shows how far it is.

    then: gets what came of it. otherwise: called when it was stopped or failed; a failure is shown.
    """
    dialog = AvanceDialog(title, what, parent)

    def on_done(outcome: Outcome[T]) -> None:
        dialog.end()
        dialog.deleteLater()
        match outcome:
            case Succeeded(value):
                then(value)
                return
            case Failed(error):
                context.errors.show(parent, error)
            case Stopped():
                pass
        if otherwise is not None:
            otherwise()

    job = context.jobs.add(
        work, while_alive(dialog, on_done), while_alive(dialog, dialog.show_step)
    )
    dialog.set_cancel(job.cancel)
    dialog.open()
    return dialog
