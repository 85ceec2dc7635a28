"""The window Recuperar contraseña, drawn from RecuperarState."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_recuperar import Ui_RecuperarForm
from icsoe_desktop.gui.idse.recuperar.presenter import (
    SAVING,
    ContrasenaRecuperada,
    PasoRecuperacion,
    RecuperarPresenter,
    RecuperarState,
)
from icsoe_desktop.gui.inicio.outgoing_mail import network_queue
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.fields import show_message, show_text_with
from icsoe_desktop.gui.kit.password_rules import PasswordRules
from icsoe_desktop.gui.kit.stacks import fit_to_page
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.services.acceso.usuarios import politica_of

DONE = "Contraseña actualizada. Ya puede ingresar con la contraseña nueva."


class RecuperarWindow(Presented[Ui_RecuperarForm, RecuperarPresenter], EditingDialog):
    donde = "la contraseña nueva"
    recovered = Signal(str)  # mail of the user with the new password; the window has closed

    def __init__(
        self, presenter: RecuperarPresenter, context: Context, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.present(Ui_RecuperarForm(), presenter, context)
        self._printed = False
        form = self.form
        self._correo = CheckedFields(fields_of(form, "correo"), self)
        self._fields = CheckedFields(
            fields_of(form, "codigo", "nueva", "confirmacion"),
            self,
            self._check,
        )
        self._rules = PasswordRules(
            form.nueva_edit, form.reglas_label, politica_of(largo=presenter.largo_minimo)
        )
        show_text_with(form.mostrar_check, form.nueva_edit, form.confirmacion_edit)
        CapsLockHint(form.nueva_edit, form.mayusculas_label)
        self._connect()
        self._draw(presenter.state)
        self._on_step_changed()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_to_page(self, self.form.pasos_stack)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.enviar_button.clicked.connect(lambda: presenter.request(form.correo_edit.text()))
        form.tengo_button.clicked.connect(
            lambda: presenter.use_received_code(form.correo_edit.text())
        )
        for button in (form.impreso_button, form.impreso2_button):
            button.clicked.connect(lambda: presenter.use_printed_code(form.correo_edit.text()))
        form.otro_button.clicked.connect(presenter.request_another)
        form.regresar_button.clicked.connect(presenter.go_back)
        form.cancelar_button.clicked.connect(self.reject)
        form.guardar_button.clicked.connect(self._save)
        self._fields.edited.connect(presenter.mend)
        self._fields.edited.connect(lambda: show_message(form.guardar_mensaje, ""))
        presenter.changed.connect(self._draw)
        presenter.correo_known.connect(self._fill_in)
        presenter.step_changed.connect(self._on_step_changed)
        presenter.recovered.connect(self._on_recovered)
        QTimer.singleShot(0, self, presenter.start)

    def _fill_in(self, correo: str) -> None:
        if not self.form.correo_edit.text():
            self.form.correo_edit.setText(correo)
            self.form.correo_edit.selectAll()

    def _typed(self) -> ContrasenaRecuperada:
        return ContrasenaRecuperada(**self._fields.texts())

    def _check(self) -> dict[str, str]:
        return self._presenter.check(self._typed())

    @property
    def unsaved(self) -> bool:
        return bool(self.form.nueva_edit.text())

    def _save(self) -> None:
        if self._fields.attempt():
            self._presenter.save(self._typed())

    def discard(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._fields.fill({})
        self.form.mostrar_check.setChecked(False)

    def _on_step_changed(self) -> None:
        form, state = self.form, self._presenter.state
        first_step = state.paso is PasoRecuperacion.CORREO
        page = form.correo_page if first_step else form.codigo_page
        if page is not form.pasos_stack.currentWidget() or state.printed != self._printed:
            self._clear()
        self._printed = state.printed
        form.pasos_stack.setCurrentWidget(page)
        fit_to_page(self, form.pasos_stack)
        with self._fields.keeping():
            form.codigo_edit.clear()
        self._rules.set_politica(politica_of(state.correo, largo=self._presenter.largo_minimo))
        # Make the visible page's button the default for Enter.
        (form.enviar_button if first_step else form.guardar_button).setDefault(True)
        (form.correo_edit if first_step else form.codigo_edit).setFocus()

    def _on_recovered(self, correo: str) -> None:
        self._clear()
        inform(self, DONE, then=lambda: self._end(correo))

    def _end(self, correo: str) -> None:
        self.accept()
        self.recovered.emit(correo)

    def _draw(self, state: RecuperarState) -> None:
        form = self.form
        for button in (
            form.enviar_button,
            form.tengo_button,
            form.impreso_button,
            form.otro_button,
            form.impreso2_button,
            form.regresar_button,
        ):
            button.setEnabled(not state.busy)
        form.otro_button.setVisible(not state.printed)
        form.impreso2_button.setVisible(not state.printed)
        form.codigo_label.setText(
            "Có&digo de recuperación de los datos:" if state.printed else "Có&digo de 8 números:"
        )
        first_step = state.paso is PasoRecuperacion.CORREO
        working = state.message if first_step else ""
        show_message(
            form.correo_mensaje, state.error or working, "error" if state.error else "hint"
        )
        show_message(form.codigo_mensaje, "" if first_step else state.message, state.role)
        saving = SAVING if state.busy and not first_step else ""
        show_message(
            form.guardar_mensaje, state.error or saving, "error" if state.error else "hint"
        )
        problems = dict(state.problems)
        correo = problems.pop("correo", "")
        self._correo.draw([("correo", correo)] if correo else [])
        self._fields.draw(problems.items())


def create(context: Context, parent: QWidget | None) -> QWidget:
    application = context.application
    network = network_queue(context)
    presenter = RecuperarPresenter(
        application.recuperacion, application.acceso, application.buzon, context.jobs, network
    )
    window = RecuperarWindow(presenter, context, parent)
    # A mail being sent is completed; the others are left to the background rounds.
    window.finished.connect(lambda _result: network.close(0))
    return window
