"""The window Usuarios para conexión en línea con IDSE."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_usuarios import Ui_UsuariosForm
from icsoe_desktop.gui.idse.usuarios.dialogs import (
    AutorizarDialog,
    CodigoRecuperacionDialog,
    NuevoCodigoDialog,
)
from icsoe_desktop.gui.idse.usuarios.presenter import UsuariosPresenter, UsuariosState
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedField, CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import show_text_with
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.password_rules import PasswordRules
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.oficina.privacidad.window import show_aviso_idse
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.usuarios import AltaUsuario, Usuario, UsuarioNuevo, politica_of

# Fields whose values a password must not contain.
OWN_DATA = (*NOMBRE_CAMPOS, "correo")
TEXTS = (*OWN_DATA, "contrasena", "confirmacion")

READING = "Leyendo los usuarios…"
NO_USERS = "Aún no hay usuarios. Capture los datos del primero y elija Guardar."
NOT_AUTHORIZED = "La lista se muestra cuando un usuario habilitado autoriza el alta."
DISABLE = (
    "El usuario {correo} ya no podrá ingresar hasta que se habilite de nuevo. "
    "¿Desea deshabilitarlo?"
)
DISABLE_ME = (
    "Está por deshabilitar su propio usuario: ya no podrá ingresar hasta que otra persona lo "
    "habilite. ¿Desea deshabilitarlo?"
)

COLUMNS = (
    Column[Usuario]("Usuario", lambda u: u.correo, width=300),
    Column[Usuario](
        "Estado",
        lambda u: u.estado,
        state=lambda u: "habilitado" if u.habilitado else "deshabilitado",
        width=140,
    ),
    Column[Usuario](
        "Nombre",
        lambda u: u.nombre,
        width=240,
    ),
)


class UsuariosWindow(FormDialog[Ui_UsuariosForm, AltaUsuario]):
    donde = "los datos del usuario nuevo"
    begun = Signal(object)  # Sesion of the first user, once the recovery code was shown

    def __init__(self, presenter: UsuariosPresenter, context: Context, parent: QWidget | None):
        super().__init__(Ui_UsuariosForm(), context, parent, *TEXTS)
        self._presenter = presenter
        presenter.setParent(self)
        self._autorizar: AutorizarDialog | None = None
        self._nuevo_codigo: NuevoCodigoDialog | None = None
        form = self.form
        self.table = RowsTable(form.usuarios_table, COLUMNS, context.preferences)
        self.empty = EmptyPage(form.vacia_page, form.vacia_label, "usuarios")
        self._rules = PasswordRules(
            form.contrasena_edit,
            form.reglas_label,
            politica_of("", largo=presenter.largo_minimo),
            columns=2,
        )
        CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        show_text_with(form.mostrar_check, form.contrasena_edit, form.confirmacion_edit)
        self.keep()
        self._connect()
        self._draw(presenter.state)

    def make_fields(self, names: tuple[str, ...]) -> CheckedFields:
        acepta = CheckedField(self.form.acepta_check, self.form.acepta_aviso_error)
        fields = {**fields_of(self.form, *names), "acepta_aviso": acepta}
        return CheckedFields(fields, self, self.check)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.nombres_edit.setFocus()

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.deshabilitar_button.clicked.connect(self._disable)
        form.habilitar_button.clicked.connect(self._enable)
        form.aviso_button.clicked.connect(lambda: show_aviso_idse(self.context, self))
        form.codigo_button.clicked.connect(self._ask_for_password)
        self.fields.edited.connect(lambda _name: self.say(""))
        self.fields.left.connect(lambda _name: self._exclude_own_data())
        self.table.view.selectionModel().selectionChanged.connect(self._draw_buttons)
        presenter.changed.connect(self._draw)
        presenter.authorization_given.connect(self._on_authorized)
        presenter.authorization_refused.connect(self._on_authorization_refused)
        presenter.code_made.connect(self._on_code_made)
        presenter.code_refused.connect(self._on_code_refused)
        presenter.failed.connect(lambda error: self.context.errors.show(self, error))
        QTimer.singleShot(0, self, presenter.start)

    def check(self) -> dict[str, str]:
        return self._presenter.check(self._nuevo())

    def work(self) -> Callable[[Progress], AltaUsuario]:
        return self._presenter.registering(self._nuevo())

    def on_saved(self, alta: AltaUsuario) -> None:
        self.discard()
        first = self._presenter.first
        self._presenter.note_registered(alta)
        self.form.nombres_edit.setFocus()
        if alta.codigo_recuperacion is not None:
            self._show_code(alta.codigo_recuperacion, alta.sesion, begin=first)
        elif first:
            self._begin(alta.sesion)

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        self._draw_buttons()

    def discard(self) -> None:
        self.fields.fill({})
        for check in (self.form.acepta_check, self.form.mostrar_check):
            check.setChecked(False)
        self.fields.forget()
        self.keep()

    def _nuevo(self) -> UsuarioNuevo:
        return UsuarioNuevo(**self.fields.texts(), acepta_aviso=self.form.acepta_check.isChecked())

    def _exclude_own_data(self) -> None:
        texts = self.fields.texts()
        own = [texts[name] for name in OWN_DATA]
        self._rules.set_politica(politica_of(*own, largo=self._presenter.largo_minimo))

    def _disable(self) -> None:
        usuario = self.table.selected()
        if usuario is None:
            return
        text = DISABLE_ME if self._presenter.is_me(usuario) else DISABLE
        confirm(
            self,
            text.format(correo=usuario.correo),
            "&Deshabilitar",
            then=lambda: self._presenter.disable(usuario),
            destructive=True,
        )

    def _enable(self) -> None:
        usuario = self.table.selected()
        if usuario is not None:
            self._presenter.enable(usuario)

    def _ask_for_authorization(self) -> None:
        self._autorizar = AutorizarDialog(self)
        self._autorizar.answered.connect(self._presenter.authorize)
        self._autorizar.rejected.connect(self.reject)
        open_dialog(self._autorizar)

    def _on_authorized(self) -> None:
        if self._autorizar is not None:
            self._autorizar.accept()
            self._autorizar = None
        self.form.nombres_edit.setFocus()

    def _on_authorization_refused(self, message: str) -> None:
        if self._autorizar is not None:
            self._autorizar.refuse(message)

    def ask_for_new_code(self) -> None:
        """«Nuevo código de recuperación»."""
        self._ask_for_password()

    def _ask_for_password(self) -> None:
        dialog = NuevoCodigoDialog(self)
        self._nuevo_codigo = dialog
        dialog.answered.connect(lambda _usuario, contrasena: self._presenter.new_code(contrasena))
        dialog.finished.connect(self._forget_dialog)
        open_dialog(dialog)

    def _forget_dialog(self) -> None:
        if self._nuevo_codigo is not None:
            self._nuevo_codigo.deleteLater()
            self._nuevo_codigo = None

    def _on_code_made(self, code: str) -> None:
        if self._nuevo_codigo is not None:
            self._nuevo_codigo.accept()
        self._show_code(code, self._presenter.require_sesion())

    def _show_code(self, code: str, sesion: Sesion, *, begin: bool = False) -> None:
        dialog = CodigoRecuperacionDialog(code, sesion, self.context, self)
        if begin:
            dialog.accepted.connect(lambda: self._begin(sesion))
        open_dialog(dialog)

    def _begin(self, sesion: Sesion) -> None:
        self.accept()
        self.begun.emit(sesion)

    def _on_code_refused(self, message: str) -> None:
        if self._nuevo_codigo is not None:
            self._nuevo_codigo.refuse(message)
        else:
            self.say(message, "error")

    def _draw(self, state: UsuariosState) -> None:
        form = self.form
        if state.needs_authorization and self._autorizar is None:
            self._ask_for_authorization()
        if self._autorizar is not None:
            self._autorizar.set_busy(state.busy)
        if self._nuevo_codigo is not None:
            self._nuevo_codigo.set_busy(state.busy)
        form.codigo_button.setEnabled(state.authorized and not state.busy)
        self.table.set_rows(state.usuarios)
        shown = form.tabla_page if state.usuarios else form.vacia_page
        form.lista_stack.setCurrentWidget(shown)
        self.empty.say(_instead_of_a_list(state))
        self.say(state.message)
        self._draw_buttons()

    def _draw_buttons(self) -> None:
        chosen, state = self.table.selected(), self._presenter.state
        busy = state.busy or self.busy
        self.form.guardar_button.setEnabled(not busy and not state.needs_authorization)
        self.form.deshabilitar_button.setEnabled(
            chosen is not None and chosen.habilitado and not busy
        )
        self.form.habilitar_button.setEnabled(
            chosen is not None and not chosen.habilitado and not busy
        )


def _instead_of_a_list(state: UsuariosState) -> str:
    if state.needs_authorization:
        return NOT_AUTHORIZED
    return NO_USERS if state.loaded else READING


def create(context: Context, parent: QWidget | None) -> QWidget:
    presenter = UsuariosPresenter(
        context.application.usuarios, context.application.acceso, context.jobs, context.sesion
    )
    return UsuariosWindow(presenter, context, parent)
