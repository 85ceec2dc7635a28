"""Crear contraseña: from a link or code to a password with which the capturista can log in."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.contrasena import POLITICA_ICSOE
from icsoe_desktop.domain.icsoe.capturista import CONTRASENA_ACTUALIZADA
from icsoe_desktop.domain.icsoe.terminos import AVISO_ICSOE
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_activacion import Ui_ActivacionForm
from icsoe_desktop.gui.icsoe.activacion.presenter import (
    ActivacionPresenter,
    ActivacionState,
    ContrasenaActivada,
    PasoActivacion,
)
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import TextoDialog, inform, open_dialog
from icsoe_desktop.gui.kit.fields import show_message, show_text_with
from icsoe_desktop.gui.kit.password_rules import PasswordRules
from icsoe_desktop.gui.kit.stacks import fit_to_page
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog

WHO = "{nombre}, con esta contraseña capturará la información de {contratista}."
WHO_AGAIN = "{nombre}, esta contraseña reemplaza a la que olvidó."
WHO_CONFIRMS = (
    "{nombre}, el contratista {contratista} lo registró para capturar su información. Usted ya "
    "tiene contraseña: escríbala para confirmar que trabajará también para él."
)
CONFIRMED = "Listo: ya puede ingresar y elegir a ese contratista."


class ActivacionWindow(Presented[Ui_ActivacionForm, ActivacionPresenter], EditingDialog):
    donde = "su contraseña"
    activated = Signal()  # the person can log in now; the window has closed
    recovery_wanted = Signal()

    def __init__(
        self, presenter: ActivacionPresenter, context: Context, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.present(Ui_ActivacionForm(), presenter, context)
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
        self._draw(presenter.state)
        self._on_step_changed()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_to_page(self, self.form.pasos_stack)

    def open_link(self, texto: str) -> None:
        """Open a link as if the user had pasted it and pressed Siguiente."""
        if self.unsaved:
            return
        self._presenter.go_back()
        self.form.codigo_edit.setText(texto)
        self._presenter.open(texto)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.siguiente_button.clicked.connect(lambda: presenter.open(form.codigo_edit.text()))
        form.cancelar_button.clicked.connect(self.reject)
        for button in (form.olvido_button, form.olvido2_button):
            button.clicked.connect(self._recover)
        form.regresar_button.clicked.connect(self._go_back)
        form.regresar2_button.clicked.connect(self._go_back)
        form.guardar_button.clicked.connect(self._save)
        form.confirmar_button.clicked.connect(lambda: presenter.confirm(form.actual_edit.text()))
        form.aviso_button.clicked.connect(
            lambda: open_dialog(TextoDialog("Aviso de privacidad", AVISO_ICSOE, self))
        )
        self._fields.edited.connect(presenter.edit)
        presenter.changed.connect(self._draw)
        presenter.step_changed.connect(self._on_step_changed)
        presenter.created.connect(self._on_created)
        presenter.confirmed.connect(self._on_confirmed)

    def _typed(self) -> ContrasenaActivada:
        form = self.form
        return ContrasenaActivada(
            form.nueva_edit.text(), form.confirmacion_edit.text(), form.aviso_check.isChecked()
        )

    @property
    def unsaved(self) -> bool:
        return bool(self.form.nueva_edit.text() or self.form.actual_edit.text())

    def _check(self) -> dict[str, str]:
        """The problems of the password step. Only the service can check the other steps."""
        if self._presenter.state.paso is not PasoActivacion.CONTRASENA:
            return {}
        return self._presenter.check(self._typed())

    def _save(self) -> None:
        if self._fields.attempt():
            self._presenter.save(self._typed())

    def _go_back(self) -> None:
        self.unless_unsaved(self._presenter.go_back)

    def _recover(self) -> None:
        self._clear()
        self.reject()
        self.recovery_wanted.emit()

    def discard(self) -> None:
        self._clear()

    def _clear(self) -> None:
        form = self.form
        codigo = form.codigo_edit.text()
        self._fields.fill({"codigo": codigo})
        for check in (form.mostrar_check, form.mostrar2_check, form.aviso_check):
            check.setChecked(False)
        self._fields.forget()

    def _on_step_changed(self) -> None:
        form, state = self.form, self._presenter.state
        self._clear()
        self._fields.draw(state.problems)
        page, primary, first = {
            PasoActivacion.CODIGO: (form.codigo_page, form.siguiente_button, form.codigo_edit),
            PasoActivacion.CONTRASENA: (form.contrasena_page, form.guardar_button, form.nueva_edit),
            PasoActivacion.CONFIRMAR: (
                form.confirmar_page,
                form.confirmar_button,
                form.actual_edit,
            ),
        }[state.paso]
        form.pasos_stack.setCurrentWidget(page)
        fit_to_page(self, form.pasos_stack)
        # Make the visible page's button the default for Enter.
        primary.setDefault(True)
        self._rules.set_politica(state.politica)
        first.setFocus()

    def _on_created(self) -> None:
        self._context.shell.mail_changed.emit()
        self._clear()
        inform(self, CONTRASENA_ACTUALIZADA, then=self._end)

    def _on_confirmed(self) -> None:
        self._clear()
        inform(self, CONFIRMED, then=self._end)

    def _end(self) -> None:
        self.accept()
        self.activated.emit()

    def _draw(self, state: ActivacionState) -> None:
        form, liga = self.form, state.liga
        for button in (
            form.siguiente_button,
            form.olvido_button,
            form.olvido2_button,
            form.regresar_button,
            form.regresar2_button,
            form.guardar_button,
            form.confirmar_button,
        ):
            button.setEnabled(not state.busy)
        if liga is not None:
            who = WHO if liga.contratista else WHO_AGAIN
            form.quien_label.setText(who.format(nombre=liga.nombre, contratista=liga.contratista))
            form.quien2_label.setText(
                WHO_CONFIRMS.format(nombre=liga.nombre, contratista=liga.contratista)
            )
        said, role = (state.error, "error") if state.error else (state.message, "hint")
        for paso, label in (
            (PasoActivacion.CODIGO, form.codigo_mensaje),
            (PasoActivacion.CONTRASENA, form.guardar_mensaje),
            (PasoActivacion.CONFIRMAR, form.confirmar_mensaje),
        ):
            show_message(label, said if paso is state.paso else "", role)
        self._fields.draw(state.problems)


def create(context: Context, parent: QWidget | None) -> QWidget:
    presenter = ActivacionPresenter(context.application.activacion, context.jobs)
    window = ActivacionWindow(presenter, context, parent)
    shell = context.shell
    # Wait until this window has closed: the other one opens over the same parent.
    window.recovery_wanted.connect(
        lambda: QTimer.singleShot(0, lambda: shell.open("olvido_capturista", None, parent))
    )
    return window
