"""Recuperar contraseña: the form, drawn from RecuperarState."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from icsoe_desktop.domain.acceso.contrasena import POLITICA_USUARIO_IDSE
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_recuperar import Ui_RecuperarForm
from icsoe_desktop.gui.inicio.outgoing_mail import network_queue
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.fields import FieldErrors, show_message, show_text_with
from icsoe_desktop.gui.kit.password_rules import PasswordRules
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.gui.recuperar.presenter import (
    SAVING,
    ContrasenaRecuperada,
    PasoRecuperacion,
    RecuperarPresenter,
    RecuperarState,
)
from icsoe_desktop.services.acceso.usuarios import politica_of

DONE = "Contraseña actualizada. Ya puede ingresar con la contraseña nueva."


class RecuperarWindow(EditingDialog):
    donde = "la contraseña nueva"
    recovered = Signal(str)  # the mail whose password is new; the window has closed

    def __init__(
        self, presenter: RecuperarPresenter, context: Context, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.form = Ui_RecuperarForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        self._touched: set[str] = set()
        self._printed = False
        self._filling = False
        form = self.form
        self._edits: dict[str, QLineEdit] = {
            "codigo": form.codigo_edit,
            "nueva": form.nueva_edit,
            "confirmacion": form.confirmacion_edit,
        }
        self._errors = FieldErrors(
            {
                "correo": (form.correo_edit, form.correo_error),
                "codigo": (form.codigo_edit, form.codigo_error),
                "nueva": (form.nueva_edit, form.nueva_error),
                "confirmacion": (form.confirmacion_edit, form.confirmacion_error),
            }
        )
        self._rules = PasswordRules(form.nueva_edit, form.reglas_label, POLITICA_USUARIO_IDSE)
        show_text_with(form.mostrar_check, form.nueva_edit, form.confirmacion_edit)
        CapsLockHint(form.nueva_edit, form.mayusculas_label)
        self._connect()
        self._draw(presenter.state)
        self._on_step_changed()

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
        # Not textEdited: dictation and password managers write without keys.
        form.correo_edit.textChanged.connect(lambda _text: self._errors.show({}))
        for name, edit in self._edits.items():
            edit.textChanged.connect(self._recheck)
            edit.editingFinished.connect(lambda name=name: self._on_left(name))
        presenter.changed.connect(self._draw)
        presenter.correo_known.connect(self._fill_in)
        presenter.step_changed.connect(self._on_step_changed)
        presenter.recovered.connect(self._on_recovered)
        presenter.failed.connect(lambda error: self._context.errors.show(self, error))
        QTimer.singleShot(0, self, presenter.start)

    def _fill_in(self, correo: str) -> None:
        if not self.form.correo_edit.text():
            self.form.correo_edit.setText(correo)
            self.form.correo_edit.selectAll()

    def _typed(self) -> ContrasenaRecuperada:
        return ContrasenaRecuperada(**{name: edit.text() for name, edit in self._edits.items()})

    @property
    def unsaved(self) -> bool:
        return bool(self.form.nueva_edit.text())

    def _save(self) -> None:
        self._touched = set(self._edits)
        self._presenter.save(self._typed())

    def _on_left(self, name: str) -> None:
        if self._edits[name].text():
            self._touched.add(name)
            self._recheck()

    def _recheck(self) -> None:
        if self._filling:
            return
        show_message(self.form.guardar_mensaje, "")
        problems = self._presenter.check(self._typed()).items()
        self._errors.show({name: text for name, text in problems if name in self._touched})

    def discard(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._filling = True
        for edit in self._edits.values():
            edit.clear()
        self._filling = False
        self.form.mostrar_check.setChecked(False)
        self._touched.clear()
        self._errors.show({})

    def _on_step_changed(self) -> None:
        form, state = self.form, self._presenter.state
        first_step = state.paso is PasoRecuperacion.CORREO
        page = form.correo_page if first_step else form.codigo_page
        if page is not form.pasos_stack.currentWidget() or state.printed != self._printed:
            self._clear()
        self._printed = state.printed
        form.pasos_stack.setCurrentWidget(page)
        self._filling = True
        form.codigo_edit.clear()
        self._filling = False
        self._rules.set_politica(politica_of(state.correo))
        # Of the two pages' buttons, Enter means the one that is seen.
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
        if problems:
            self._errors.show(problems)
            self._errors.focus_first(problems)


def create(context: Context, parent: QWidget | None) -> QWidget:
    application = context.application
    network = network_queue(context)
    presenter = RecuperarPresenter(
        application.recuperacion, application.acceso, application.buzon, context.jobs, network
    )
    window = RecuperarWindow(presenter, context, parent)
    # What is on its way arrives; what has not begun is left to the program's own rounds.
    window.finished.connect(lambda _result: network.close(0))
    presenter.setParent(window)
    return window
