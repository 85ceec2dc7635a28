"""Brings the movements up to date on entering, in the background, with its progress in sight."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.dispatch import delayed, while_alive
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.gui.kit.progress import SHOW_AFTER_MS, described, draw_step, with_what
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Step, Stopped, settle
from icsoe_desktop.services.movimientos.terminos import WHAT, TerminosService

SPACING: Final = 8
BAR_WIDTH: Final = 120
STOP: Final = "Cancelar"
STOP_NAME: Final = "Cancelar la actualización de movimientos"
STOPPING: Final = "Cancelando…"


class PuestaAlDia(QWidget):
    """A part of the status bar, visible only while a run lasts longer than a moment.

    Its queue has nothing else: rows are read meanwhile.
    """

    updated = Signal()  # some movements have another term, or have one now
    stopped = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self, service: TerminosService, jobs: JobQueue, sesion: Sesion, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._jobs = jobs
        self._sesion = sesion
        self._job: Job | None = None
        self._again = False
        self.label = plain_label(parent=self)
        # A full status bar must not make the window wider.
        self.label.setMinimumWidth(1)
        self.bar = QProgressBar(self)
        self.bar.setObjectName("actualizacion_bar")
        self.bar.setAccessibleName(WHAT)
        self.bar.setFixedWidth(BAR_WIDTH)
        self.bar.setTextVisible(False)
        self.stop_button = QToolButton(self)
        self.stop_button.setObjectName("cancelar_actualizacion_button")
        self.stop_button.setText(STOP)
        self.stop_button.setAccessibleName(STOP_NAME)
        self.stop_button.clicked.connect(self.stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        for part in (self.label, self.bar, self.stop_button):
            layout.addWidget(part)
        self._soon = delayed(self, SHOW_AFTER_MS, self.show)
        self.hide()

    @property
    def running(self) -> bool:
        return self._job is not None

    def start(self) -> None:
        """Begin a run; during one, another follows it."""
        if self._job is not None:
            self._again = True
            return
        self._again = False
        self.stop_button.setEnabled(True)
        self._on_step(Step(0, None, WHAT))
        self._soon.start()
        self._job = self._jobs.add(
            lambda progress: self._service.update(self._sesion, progress),
            while_alive(self, self._on_done),
            while_alive(self, self._on_step),
        )

    def stop(self) -> None:
        """What is done stays done; the next run goes on."""
        if self._job is not None:
            self._again = False
            self.stop_button.setEnabled(False)
            self.label.setText(STOPPING)
            self._job.cancel()

    def _on_step(self, step: Step) -> None:
        if self.stop_button.isEnabled():
            self.label.setText(described(with_what(step, WHAT)))
        draw_step(self.bar, step)
        self.bar.setTextVisible(False)

    def _on_done(self, outcome: Outcome[int]) -> None:
        self._soon.stop()
        self.hide()
        self._job = None
        settle(outcome, self._tell, self.failed.emit, self.stopped.emit)
        if self._again and not isinstance(outcome, Stopped):
            self.start()

    def _tell(self, count: int) -> None:
        if count:
            self.updated.emit()
