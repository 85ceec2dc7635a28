"""Activar cuenta: a mailed link or code, then a new password or a confirmation with the old one."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.contrasena import POLITICA_ICSOE, Politica
from icsoe_desktop.domain.icsoe.capturista import CONTRASENA_ACTUALIZADA
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_activacion import Ui_ActivacionForm
from icsoe_desktop.gui.idse.acceso.presenter import MISSING_CONTRASENA
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.fields import show_message, show_text_with
from icsoe_desktop.gui.kit.password_rules import PasswordRules, check_new_password
from icsoe_desktop.gui.kit.stacks import fit_to_page
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.gui.oficina.privacidad.window import show_aviso_icsoe
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.activacion import LigaAbierta

OPENING = "Revisando la liga…"
SAVING = "Guardando la contraseña…"
CONFIRMING = "Verificando…"
AVISO_NEEDED = "Lea y acepte el Aviso de privacidad."
WHO = "{nombre}, con esta contraseña capturará la información de {contratista}."
WHO_AGAIN = "{nombre}, esta contraseña reemplaza a la que olvidó."
WHO_CONFIRMS = (
    "{nombre}, el contratista {contratista} le dio de alta para capturar su información. Usted ya "
    "tiene contraseña: escríbala para confirmar que trabajará también para él."
)
CONFIRMED = "Listo: ya puede ingresar y elegir a ese contratista."


class PasoActivacion(Enum):
    CODIGO = "codigo"
    CONTRASENA = "contrasena"
    CONFIRMAR = "confirmar"


# Field of the service → field of the form, on the step of the password and on the confirmation.
_SAVING = {"contrasena": "nueva", "confirmacion": "confirmacion", "acepta_aviso": "aviso"}
_CONFIRMING = {"contrasena": "actual"}


class ActivacionWindow(EditingDialog):
    donde = "su contraseña"
    activated = Signal()  # the person can log in now; the window has closed
    recovery_wanted = Signal()

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = Ui_ActivacionForm()
        self.form.setupUi(self)
        self._context = context
        self._activacion = context.application.activacion
        self._paso = PasoActivacion.CODIGO
        self._liga: LigaAbierta | None = None
        self._busy = False
        form = self.form
        form.codigo_edit.setFont(tabular_font())
        self._fields = CheckedFields(
            fields_of(form, "codigo", "nueva", "confirmacion", "aviso", "actual"), self, self._check
        )
        self._rules = PasswordRules(form.nueva_edit, form.reglas_label, POLITICA_ICSOE)
        show_text_with(form.mostrar_check, form.nueva_edit, form.confirmacion_edit)
        show_text_with(form.mostrar2_check, form.actual_edit)
        CapsLockHint(form.nueva_edit, form.mayusculas_label)
        CapsLockHint(form.actual_edit, form.mayusculas2_label)
        self._connect()
        self._say("")
        self._show_step()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_to_page(self, self.form.pasos_stack)

    def open_link(self, texto: str) -> None:
        """Open a link or code as if the user had pasted it and pressed Siguiente."""
        if not self.unsaved:
            self._leave_step()
            self.form.codigo_edit.setText(texto)
            self._open()

    def _connect(self) -> None:
        form = self.form
        form.siguiente_button.clicked.connect(self._open)
        form.cancelar_button.clicked.connect(self.reject)
        for button in (form.olvido_button, form.olvido2_button):
            button.clicked.connect(self._recover)
        for button in (form.regresar_button, form.regresar2_button):
            button.clicked.connect(lambda: self.unless_unsaved(self._leave_step))
        form.guardar_button.clicked.connect(self._save)
        form.confirmar_button.clicked.connect(self._confirm)
        form.aviso_button.clicked.connect(lambda: show_aviso_icsoe(self._context, self))
        self._fields.edited.connect(self._on_edited)

    @property
    def unsaved(self) -> bool:
        return bool(self.form.nueva_edit.text() or self.form.actual_edit.text())

    @property
    def _politica(self) -> Politica:
        longer = POLITICA_ICSOE.at_least(self._activacion.largo_minimo)
        return longer.excluding(self._liga.datos if self._liga else ())

    def _check(self) -> dict[str, str]:
        """The problems of the password step. Only the service can check the other steps."""
        if self._paso is not PasoActivacion.CONTRASENA:
            return {}
        form = self.form
        nueva, confirmacion = form.nueva_edit.text(), form.confirmacion_edit.text()
        problems = check_new_password(nueva, confirmacion, self._politica)
        if not form.aviso_check.isChecked():
            problems["aviso"] = AVISO_NEEDED
        return problems

    def _open(self) -> None:
        texto, service = self.form.codigo_edit.text(), self._activacion
        self._run(
            OPENING,
            lambda _progress: service.open(texto),
            self._on_opened,
            self._on_not_opened,
        )

    def _save(self) -> None:
        form, liga, service = self.form, self._liga, self._activacion
        if liga is None or not self._fields.attempt():
            return
        nueva, confirmacion = form.nueva_edit.text(), form.confirmacion_edit.text()
        acepta = form.aviso_check.isChecked()
        self._run(
            SAVING,
            lambda _progress: service.create_password(
                liga.codigo, nueva, confirmacion, acepta_aviso=acepta
            ),
            lambda _none: self._on_created(),
            lambda error: self._on_refused(error, _SAVING),
        )

    def _confirm(self) -> None:
        actual, liga, service = self.form.actual_edit.text(), self._liga, self._activacion
        if self._busy or liga is None:
            return
        if not actual:
            self._fields.draw([("actual", MISSING_CONTRASENA)])
            return
        self._run(
            CONFIRMING,
            lambda _progress: service.confirm(liga.codigo, actual),
            lambda _none: self._end(CONFIRMED),
            lambda error: self._on_refused(error, _CONFIRMING),
        )

    def _run(
        self,
        message: str,
        work: Callable[[Progress], LigaAbierta | None],
        then: Callable[[LigaAbierta | None], object],
        failed: Callable[[Exception], None],
    ) -> None:
        """One work at a time, with the buttons disabled.

        work: must not refer to this window, which its errors would keep alive.
        """
        if self._busy:
            return

        def done(result: LigaAbierta | None) -> None:
            self._set_busy(False)
            then(result)

        def stopped(error: Exception) -> None:
            self._set_busy(False)
            failed(error)

        self._fields.draw(())
        self._set_busy(True, message)
        self._context.ask(self, work, done, stopped)

    def _on_opened(self, liga: LigaAbierta | None) -> None:
        if liga is not None:
            self._liga = liga
            confirms = liga.pide_contrasena_actual
            self._go(PasoActivacion.CONFIRMAR if confirms else PasoActivacion.CONTRASENA)

    def _on_not_opened(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            self._go(PasoActivacion.CODIGO, error.message)
        else:
            self._context.errors.show(self, error)

    def _on_refused(self, error: Exception, names: dict[str, str]) -> None:
        """names: the fields of the step by the service's names."""
        match error:
            case InvalidInputError(campo=str(campo)) if campo in names:
                self._fields.draw([(names[campo], error.message)])
            case InvalidInputError():
                # The link was used, replaced or expired while the user typed.
                self._liga = None
                self._go(PasoActivacion.CODIGO, error.message)
            case UserFacingError() if names is _CONFIRMING:
                self._say(error.message, "error")
            case _:
                self._context.errors.show(self, error)

    def _on_edited(self) -> None:
        """Remove the messages about the former text, because the user is typing."""
        if not self._busy:
            self._fields.draw(())
            self._say("")

    def _leave_step(self) -> None:
        if not self._busy:
            self._liga = None
            self._go(PasoActivacion.CODIGO)

    def _recover(self) -> None:
        self.discard()
        self.reject()
        self.recovery_wanted.emit()

    def discard(self) -> None:
        form = self.form
        self._fields.fill({"codigo": form.codigo_edit.text()})
        for check in (form.mostrar_check, form.mostrar2_check, form.aviso_check):
            check.setChecked(False)
        self._fields.forget()

    def _go(self, paso: PasoActivacion, problem: str = "") -> None:
        """Show a step. problem: of the code."""
        before, self._paso = self._paso, paso
        self._say("")
        if paso is not before:
            self._show_step()
        self._fields.draw([("codigo", problem)] if problem else ())

    def _show_step(self) -> None:
        form, liga = self.form, self._liga
        self.discard()
        if liga is not None:
            known = {"nombre": liga.nombre, "contratista": liga.contratista}
            form.quien_label.setText((WHO if liga.contratista else WHO_AGAIN).format(**known))
            form.quien2_label.setText(WHO_CONFIRMS.format(**known))
        page, primary, first = {
            PasoActivacion.CODIGO: (form.codigo_page, form.siguiente_button, form.codigo_edit),
            PasoActivacion.CONTRASENA: (form.contrasena_page, form.guardar_button, form.nueva_edit),
            PasoActivacion.CONFIRMAR: (
                form.confirmar_page,
                form.confirmar_button,
                form.actual_edit,
            ),
        }[self._paso]
        form.pasos_stack.setCurrentWidget(page)
        fit_to_page(self, form.pasos_stack)
        # Make the visible page's button the default for Enter.
        primary.setDefault(True)
        self._rules.set_politica(self._politica)
        first.setFocus()

    def _on_created(self) -> None:
        """The password is saved; mail 3 is in the outbox."""
        self._context.shell.mail_changed.emit()
        self._end(CONTRASENA_ACTUALIZADA)

    def _end(self, text: str) -> None:
        def close() -> None:
            self.accept()
            self.activated.emit()

        self.discard()
        inform(self, text, then=close)

    def _set_busy(self, busy: bool, message: str = "") -> None:
        form, self._busy = self.form, busy
        for button in (
            form.siguiente_button,
            form.olvido_button,
            form.olvido2_button,
            form.regresar_button,
            form.regresar2_button,
            form.guardar_button,
            form.confirmar_button,
        ):
            button.setEnabled(not busy)
        self._say(message, "hint")

    def _say(self, text: str, role: str = "error") -> None:
        """Show a sentence on the present step only."""
        form = self.form
        for paso, label in (
            (PasoActivacion.CODIGO, form.codigo_mensaje),
            (PasoActivacion.CONTRASENA, form.guardar_mensaje),
            (PasoActivacion.CONFIRMAR, form.confirmar_mensaje),
        ):
            show_message(label, text if paso is self._paso else "", role)


def create(context: Context, parent: QWidget | None) -> QWidget:
    window, shell = ActivacionWindow(context, parent), context.shell
    # Wait until this window has closed: the other one opens over the same parent.
    window.recovery_wanted.connect(
        lambda: QTimer.singleShot(0, lambda: shell.open("olvido_capturista", None, parent))
    )
    return window
