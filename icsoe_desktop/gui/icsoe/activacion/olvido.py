"""¿Olvidaste tu contraseña?: request a new link by CURP and mail."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_olvido_capturista import Ui_OlvidoCapturistaForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.tables import tabular_font

REQUESTING = "Un momento…"


class OlvidoWindow(QDialog):
    code_wanted = Signal()

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = Ui_OlvidoCapturistaForm()
        self.form.setupUi(self)
        self._context = context
        self._sent = ""  # what was said of the last accepted request
        form = self.form
        form.curp_edit.setFont(tabular_font())
        self._fields = CheckedFields(fields_of(form, "curp", "correo"), self)
        self._fields.edited.connect(self._on_edited)
        form.enviar_button.clicked.connect(self._request)
        form.regresar_button.clicked.connect(self.reject)
        form.codigo_button.clicked.connect(self._go_to_code)
        self._say("")
        form.curp_edit.setFocus()

    def _request(self) -> None:
        form, activacion = self.form, self._context.application.activacion
        curp, correo = form.curp_edit.text(), form.correo_edit.text()
        self._sent = ""
        form.enviar_button.setEnabled(False)
        self._fields.draw(())
        self._say(REQUESTING, "hint")
        self._context.ask(
            self,
            lambda _progress: activacion.request_new_password(curp, correo),
            self._on_requested,
            self._on_not_requested,
        )

    def _on_edited(self) -> None:
        """Remove the messages about the former text, because the user is typing."""
        if self.form.enviar_button.isEnabled():
            self._fields.draw(())
            self._say(self._sent)

    def _on_requested(self, said: str) -> None:
        """The request was accepted, whether or not the person exists."""
        self._sent = said
        self.form.enviar_button.setEnabled(True)
        self._say(said)
        # The next step is the code from the mail.
        self.form.codigo_button.setFocus()
        self._context.shell.mail_changed.emit()

    def _on_not_requested(self, error: Exception) -> None:
        self.form.enviar_button.setEnabled(True)
        self._say("")
        match error:
            case InvalidInputError(campo=str(campo)):
                self._fields.draw([(campo, error.message)])
            case UserFacingError():
                self._say(error.message, "error")
            case _:
                self._context.errors.show(self, error)

    def _go_to_code(self) -> None:
        self.reject()
        self.code_wanted.emit()

    def _say(self, text: str, role: str = "success") -> None:
        show_message(self.form.mensaje_label, text, role)


def create(context: Context, parent: QWidget | None) -> QWidget:
    window, shell = OlvidoWindow(context, parent), context.shell
    window.code_wanted.connect(
        lambda: QTimer.singleShot(0, lambda: shell.open("activacion", None, parent))
    )
    return window
