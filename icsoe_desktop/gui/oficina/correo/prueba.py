"""Enviar correo de prueba: sends one mail with the settings on the screen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.forms.ui_correo_prueba import Ui_CorreoPruebaForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.oficina.correo.presenter import DatosServidor
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Progress, Step
from icsoe_desktop.services.correo.ajustes import AjustesService

CONNECTING = "Conectando con el servidor de correo…"
CANCELLING = "Cancelando… Se espera la respuesta del servidor."
SENT = (
    "El servidor aceptó el correo de prueba para {para}. Si no llega en unos minutos, revise la "
    "carpeta de correo no deseado."
)
STOPPED = "El correo de prueba se canceló. No se envió nada."


@dataclass(frozen=True)
class PruebaState:
    busy: bool = False
    cancelling: bool = False
    step: Step | None = None
    message: str = ""
    role: str = "hint"
    problem: str = ""


class PruebaPresenter(StatePresenter[PruebaState]):
    ended = Signal()

    def __init__(
        self, ajustes: AjustesService, network: JobQueue, sesion: Sesion, datos: DatosServidor
    ) -> None:
        super().__init__(network, PruebaState())
        self._ajustes = ajustes
        self._sesion = sesion
        self._datos = datos
        self._para = ""
        self._job: Job | None = None

    def send(self, para: str) -> None:
        if self.state.busy:
            return
        self._para = para.strip()
        servidor, password, sesion = self._datos.parse(), self._datos.typed_password, self._sesion

        def work(progress: Progress) -> None:
            self._ajustes.send_test(sesion, servidor, password, para, progress)

        self._show(busy=True, step=None, problem="", message=CONNECTING, role="hint")
        self._job = self.run(work, self._on_sent, self._on_step)

    def cancel(self) -> None:
        if self._job is not None and self.state.busy:
            self._job.cancel()
            self._show(cancelling=True, message=CANCELLING)

    def _on_step(self, step: Step) -> None:
        if self.state.busy and not self.state.cancelling:
            self._show(step=step, message=step.what or CONNECTING)

    def _on_sent(self, outcome: Outcome[None]) -> None:
        self._job = None
        self.settle(
            outcome,
            lambda _none: self._show(message=SENT.format(para=self._para), role="success"),
            stopped=lambda: self._show(message=STOPPED, role="hint"),
            busy=False,
            cancelling=False,
            step=None,
            message="",
        )
        self.ended.emit()

    def _fail(self, error: Exception) -> None:
        match error:
            case InvalidInputError(campo="para"):
                self._show(problem=error.message)
            case UserFacingError():
                self._show(message=error.message, role="error")
            case _:
                self.failed.emit(error)


class PruebaDialog(QDialog):
    def __init__(
        self,
        presenter: PruebaPresenter,
        errors: ErrorReporter,
        para: str,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.form = Ui_CorreoPruebaForm()
        self.form.setupUi(self)
        self._presenter = presenter
        presenter.setParent(self)
        form = self.form
        self._fields = CheckedFields(fields_of(form, "para"), self)
        form.para_edit.setText(para)
        form.para_edit.selectAll()
        form.enviar_button.clicked.connect(lambda: presenter.send(form.para_edit.text()))
        form.cancelar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        presenter.ended.connect(self._on_ended)
        presenter.failed.connect(lambda error: errors.show(self, error))
        self._draw(presenter.state)

    def reject(self) -> None:
        """Stop the running test on the first Esc or Cancelar; close the dialog on the next."""
        state = self._presenter.state
        if state.busy and not state.cancelling:
            self._presenter.cancel()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._presenter.cancel()
        super().closeEvent(event)

    def _on_ended(self) -> None:
        form, state = self.form, self._presenter.state
        first = form.para_edit if state.problem or state.role == "error" else form.cancelar_button
        first.setFocus()

    def _draw(self, state: PruebaState) -> None:
        form = self.form
        form.para_edit.setEnabled(not state.busy)
        form.enviar_button.setEnabled(not state.busy)
        form.cancelar_button.setText(
            "&Cancelar" if state.busy and not state.cancelling else "&Cerrar"
        )
        form.avance_bar.setVisible(state.busy)
        draw_step(form.avance_bar, state.step)
        show_message(form.mensaje_label, state.message, state.role)
        self._fields.draw([("para", state.problem)] if state.problem else [])
