"""The login window of ICSOE."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_icsoe_acceso import Ui_IcsoeAccesoForm
from icsoe_desktop.gui.idse.acceso.presenter import missing
from icsoe_desktop.gui.idse.acceso.window import PRUEBAS
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import show_message, show_text_with
from icsoe_desktop.gui.kit.tables import tabular_font

CHECKING = "Verificando…"
MISSING_USUARIO = "Escriba su usuario, que es su CURP."


class IcsoeAccesoWindow(QWidget):
    capturista_entered = Signal(object)  # Sesion without a contratista
    efirma_wanted = Signal()
    recovery_wanted = Signal()
    activation_wanted = Signal()
    back_wanted = Signal()  # back to the IDSE login window; also on closing this window

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.form = Ui_IcsoeAccesoForm()
        self.form.setupUi(self)
        self._context = context
        self._busy = False
        self._entered = False
        form = self.form
        form.prueba_label.setText(PRUEBAS)
        form.prueba_label.setVisible(context.application.pruebas)
        form.usuario_edit.setFont(tabular_font())
        self._fields = CheckedFields(fields_of(form, "usuario", "contrasena"), self)
        self._fields.edited.connect(self._on_edited)
        show_text_with(form.mostrar_check, form.contrasena_edit)
        CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        form.ingresar_button.clicked.connect(self._enter)
        form.usuario_edit.returnPressed.connect(self._enter)
        form.contrasena_edit.returnPressed.connect(self._enter)
        form.efirma_button.clicked.connect(self.efirma_wanted)
        form.olvido_button.clicked.connect(self.recovery_wanted)
        form.codigo_button.clicked.connect(self.activation_wanted)
        form.idse_button.clicked.connect(self.close)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self._say("")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.usuario_edit.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._entered:
            self.back_wanted.emit()
        super().closeEvent(event)

    def leave(self) -> None:
        """Close after a login, without going back."""
        self._entered = True
        self.close()

    def _enter(self) -> None:
        form, acceso = self.form, self._context.application.acceso_icsoe
        curp, contrasena = form.usuario_edit.text(), form.contrasena_edit.text()
        if self._busy:
            return
        problems = missing(curp, contrasena, MISSING_USUARIO)
        self._say("")
        self._fields.draw(problems)
        self._fields.focus_wrong()
        if not problems:
            self._set_busy(True)
            self._context.ask(
                self,
                lambda _progress: acceso.enter_capturista(curp, contrasena),
                self._on_entered,
                self._on_not_entered,
            )

    def _on_edited(self) -> None:
        """Remove the messages about the former text, because the user is typing."""
        if not self._busy:
            self._fields.draw(())
            self._say("")

    def _on_entered(self, sesion: Sesion) -> None:
        self._set_busy(False)
        self.capturista_entered.emit(sesion)

    def _on_not_entered(self, error: Exception) -> None:
        self._set_busy(False)
        if isinstance(error, UserFacingError):
            self._say(error.message)
            self.form.contrasena_edit.selectAll()
            self.form.contrasena_edit.setFocus()
        else:
            self._context.errors.show(self, error)

    def _set_busy(self, busy: bool) -> None:
        form, self._busy = self.form, busy
        for widget in (
            form.usuario_edit,
            form.contrasena_edit,
            form.mostrar_check,
            form.ingresar_button,
            form.olvido_button,
            form.codigo_button,
            form.efirma_button,
        ):
            widget.setEnabled(not busy)
        self._say(CHECKING if busy else "", "hint")

    def _say(self, text: str, role: str = "error") -> None:
        show_message(self.form.mensaje_label, text, role)


def create(context: Context, _parent: QWidget | None) -> QWidget:
    return IcsoeAccesoWindow(context)
