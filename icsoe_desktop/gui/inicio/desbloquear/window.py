"""Abrir los datos protegidos: shown at the start if the system's keyring has no key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from icsoe_desktop.errors import StoreDamagedError, StoreLockedError
from icsoe_desktop.gui.forms.ui_desbloquear import Ui_DesbloquearForm
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message, show_text_with
from icsoe_desktop.jobs import JobQueue, Outcome, settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from icsoe_desktop.services.acceso.desbloqueo import Unlock

WITH_PASSWORD = (
    "Escriba la contraseña de cualquier usuario habilitado de Conexión en línea con IDSE. La "
    "e.firma y las contraseñas de los capturistas no abren los datos."
)
WITH_CODE = "Escriba el código de recuperación que imprimió: ocho grupos de cuatro."
OPENING = "Abriendo sus datos…"


class DesbloquearWindow(QDialog):
    unlocked = Signal(object)  # the result of open_data
    damaged = Signal(object)  # StoreDamagedError: the password was right, and the window is closed
    failed = Signal(object)  # any other Exception

    def __init__(
        self,
        open_data: Callable[[Unlock], object],
        jobs: JobQueue,
        message: str,
        parent: QWidget | None,
        *,
        passwords: bool = True,
    ) -> None:
        """open_data: runs in the worker; raises StoreLockedError for a wrong password or code.

        passwords: whether there are passwords to open with; otherwise only the code is asked for.
        """
        super().__init__(parent)
        self.form = Ui_DesbloquearForm()
        self.form.setupUi(self)
        self._open_data = open_data
        self._jobs = jobs
        self._message = message
        self._with_code = not passwords
        form = self.form
        form.cambiar_button.setVisible(passwords)
        show_text_with(form.mostrar_check, form.contrasena_edit)
        CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        form.abrir_button.clicked.connect(self._open)
        form.salir_button.clicked.connect(self.reject)
        form.cambiar_button.clicked.connect(self._change_way)
        self._draw_way()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow_to_fit(self)

    def _change_way(self) -> None:
        self._with_code = not self._with_code
        self.form.contrasena_edit.clear()
        self._draw_way()

    def _draw_way(self) -> None:
        form, code = self.form, self._with_code
        form.explicacion_label.setText(f"{self._message}\n\n{WITH_CODE if code else WITH_PASSWORD}")
        form.contrasena_label.setText("&Código:" if code else "&Contraseña:")
        # The user must see a code while copying it from paper.
        form.mostrar_check.setText("&Mostrar el código" if code else "&Mostrar contraseña")
        form.mostrar_check.setChecked(code)
        form.ingresar_check.setVisible(not code)
        mode = QLineEdit.EchoMode.Normal if code else QLineEdit.EchoMode.Password
        form.contrasena_edit.setEchoMode(mode)
        form.cambiar_button.setText(
            "Usar la co&ntraseña" if code else "Usar el código de &recuperación"
        )
        show_message(form.mensaje_label, "")
        form.contrasena_edit.setFocus()

    def _open(self) -> None:
        typed = self.form.contrasena_edit.text()
        if not typed:
            show_message(self.form.mensaje_label, WITH_CODE if self._with_code else WITH_PASSWORD)
            return
        # The start has already imported this module; the first window does not need it.
        from icsoe_desktop.services.acceso.desbloqueo import Unlock

        enter = self.form.ingresar_check.isChecked()
        unlock = (
            Unlock(codigo=typed) if self._with_code else Unlock(contrasena=typed, ingresar=enter)
        )
        self._set_busy(True)
        self._jobs.add(lambda _progress: self._open_data(unlock), self._on_opened)

    def _on_opened(self, outcome: Outcome[object]) -> None:
        self._set_busy(False)
        settle(outcome, self._on_unlocked, self._on_not_unlocked)

    def _on_unlocked(self, opened: object) -> None:
        self.accept()
        self.unlocked.emit(opened)

    def _on_not_unlocked(self, error: Exception) -> None:
        match error:
            case StoreLockedError():
                show_message(self.form.mensaje_label, error.message)
                self.form.contrasena_edit.selectAll()
                self.form.contrasena_edit.setFocus()
            case StoreDamagedError():
                self.accept()
                self.damaged.emit(error)
            case _:
                self.failed.emit(error)

    def _set_busy(self, busy: bool) -> None:
        for widget in (
            self.form.abrir_button,
            self.form.cambiar_button,
            self.form.contrasena_edit,
            self.form.ingresar_check,
        ):
            widget.setEnabled(not busy)
        show_message(self.form.mensaje_label, OPENING if busy else "", "hint")
