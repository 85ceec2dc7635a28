"""¿Olvidaste tu contraseña?: request a new link by CURP and mail."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_olvido_capturista import Ui_OlvidoCapturistaForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.acceso.activacion import ActivacionService

REQUESTING = "Un momento…"


@dataclass(frozen=True)
class OlvidoState:
    """sent: the request was accepted, whether or not the person exists."""

    busy: bool = False
    sent: bool = False
    message: str = ""
    error: str = ""
    problems: tuple[tuple[str, str], ...] = field(default=(), repr=False)


class OlvidoPresenter(StatePresenter[OlvidoState]):
    requested = Signal()

    def __init__(self, activacion: ActivacionService, jobs: JobQueue) -> None:
        super().__init__(jobs, OlvidoState())
        self._activacion = activacion

    def request(self, curp: str, correo: str) -> None:
        if self.state.busy:
            return
        self._show(busy=True, message=REQUESTING, error="", problems=())
        self.ask(
            lambda _progress: self._activacion.request_new_password(curp, correo),
            self._on_requested,
            self._on_not_requested,
            busy=False,
            message="",
        )

    def edit(self) -> None:
        if self.state.problems or self.state.error:
            self._show(problems=(), error="")

    def _on_requested(self, said: str) -> None:
        self._show(sent=True, message=said)
        self.requested.emit()

    def _on_not_requested(self, error: Exception) -> None:
        match error:
            case InvalidInputError(campo=str(campo)):
                self._show(problems=((campo, error.message),))
            case UserFacingError():
                self._show(error=error.message)
            case _:
                self._fail(error)


class OlvidoWindow(Presented[Ui_OlvidoCapturistaForm, OlvidoPresenter], QDialog):
    code_wanted = Signal()

    def __init__(
        self, presenter: OlvidoPresenter, context: Context, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.present(Ui_OlvidoCapturistaForm(), presenter, context)
        form = self.form
        form.curp_edit.setFont(tabular_font())
        self._fields = CheckedFields(fields_of(form, "curp", "correo"), self)
        self._fields.edited.connect(presenter.edit)
        form.enviar_button.clicked.connect(
            lambda: presenter.request(form.curp_edit.text(), form.correo_edit.text())
        )
        form.regresar_button.clicked.connect(self.reject)
        form.codigo_button.clicked.connect(self._go_to_code)
        presenter.changed.connect(self._draw)
        presenter.requested.connect(context.shell.mail_changed)
        self._draw(presenter.state)
        form.curp_edit.setFocus()

    def _go_to_code(self) -> None:
        self.reject()
        self.code_wanted.emit()

    def _draw(self, state: OlvidoState) -> None:
        form = self.form
        form.enviar_button.setEnabled(not state.busy)
        self._fields.draw(state.problems)
        role = "success" if state.sent else "hint"
        show_message(
            form.mensaje_label, state.error or state.message, "error" if state.error else role
        )
        if state.sent:
            # The next step is the code from the mail.
            form.codigo_button.setFocus()


def create(context: Context, parent: QWidget | None) -> QWidget:
    presenter = OlvidoPresenter(context.application.activacion, context.jobs)
    window = OlvidoWindow(presenter, context, parent)
    shell = context.shell
    window.code_wanted.connect(
        lambda: QTimer.singleShot(0, lambda: shell.open("activacion", None, parent))
    )
    return window
