"""Progress of long work: a bar inside a window, or a dialog over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QLabel, QProgressBar, QWidget

from icsoe_desktop.gui.base.dispatch import while_alive
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_avance import Ui_AvanceForm
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.jobs import JobQueue, Outcome, Progress, Step, settle

T = TypeVar("T")

STOPPING = "Cancelando; todo queda como estaba…"
CANCELLING = "Cancelando…"
# Shorter work shows no dialog.
SHOW_AFTER_MS = 300


class ProgressDialog(QDialog):
    """Shows the progress of a job. Cancelar and Esc stop the job; the dialog closes when it has
    ended.
    """

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
        self.form.que_label.setText(CANCELLING)
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
    failed: Callable[[Exception], object] | None = None,
    stopped: Callable[[], object] | None = None,
    queue: JobQueue | None = None,
) -> ProgressDialog:
    """Run long work and show a progress dialog if it takes long; the user can cancel it.

    The dialog closes before the handler is called. failed: without it the error is shown over
    `parent`. queue: replaces the window's default queue.
    """
    dialog = ProgressDialog(title, what, parent)
    show = QTimer(dialog)
    show.setSingleShot(True)
    show.timeout.connect(dialog.open)
    show.start(SHOW_AFTER_MS)

    def on_done(outcome: Outcome[T]) -> None:
        show.stop()
        dialog.end()
        dialog.deleteLater()
        tell = failed or (lambda error: context.errors.show(parent, error))
        settle(outcome, then, tell, stopped)

    job = (queue or context.jobs).add(
        work, while_alive(dialog, on_done), while_alive(dialog, dialog.show_step)
    )
    dialog.set_cancel(job.cancel)
    return dialog


def draw_step(bar: QProgressBar, step: Step | None, *, counts: bool = False) -> None:
    """Show a step in a progress bar; without a known total the bar is indeterminate.

    counts: show «1,200 de 5,000» beside the bar, which is too low for letters.
    """
    total = step.total if step is not None else None
    bar.setRange(0, total or 0)
    bar.setTextVisible(False)
    text = f"{step.done:,} de {total:,}" if step is not None and total else ""
    if step is not None and total:
        bar.setValue(step.done)
        # Screen readers say it in place of a percentage.
        bar.setFormat(text if counts else "%p%")
    if counts:
        label = _count_beside(bar)
        label.setText(text)
        label.setVisible(bool(text) and not bar.isHidden())


def _count_beside(bar: QProgressBar) -> QLabel:
    """The label of a bar's count: at its right, or above it in a column."""
    parent, name = bar.parentWidget() or bar, f"{bar.objectName()}_cuenta"
    found = parent.findChild(QLabel, name)
    if found is not None:
        return found
    label = plain_label(parent=parent)
    label.setObjectName(name)
    label.setProperty("role", "hint")
    for box in (parent.layout(), *parent.findChildren(QBoxLayout)):
        if isinstance(box, QBoxLayout) and (at := box.indexOf(bar)) >= 0:
            box.insertWidget(at + isinstance(box, QHBoxLayout), label)
            break
    return label


def described(step: Step) -> str:
    """The text of a step: «Leyendo: 1,200 de 5,000»."""
    parts = []
    if step.what:
        parts.append(step.what)
    if step.total:
        parts.append(f"{step.done:,} de {step.total:,}")
    elif step.done:
        parts.append(f"{step.done:,}")
    return ": ".join(parts)


def with_what(step: Step, what: str) -> Step:
    """The step with its text, or with `what` if it has only numbers."""
    return step if step.what else step._replace(what=what)
