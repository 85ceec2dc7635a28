"""The window Usuarios para conexión en línea con IDSE."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_usuarios import Ui_UsuariosForm
from icsoe_desktop.gui.idse.usuarios.dialogs import (
    AutorizarDialog,
    CodigoRecuperacionDialog,
    NuevoCodigoDialog,
)
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedField, CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import show_text_with
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.password_rules import PasswordRules
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.oficina.privacidad.window import show_aviso_idse
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.usuarios import (
    AltaUsuario,
    Usuario,
    UsuarioNuevo,
    check_nuevo,
    politica_of,
)

T = TypeVar("T")

# Fields whose values a password must not contain.
OWN_DATA = (*NOMBRE_CAMPOS, "correo")
TEXTS = (*OWN_DATA, "contrasena", "confirmacion")

SAVED = "El usuario se guardó exitosamente."
DISABLED = "El usuario se deshabilitó. Ya no puede ingresar."
ENABLED = "El usuario se habilitó. Ya puede ingresar con su contraseña."
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

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(Ui_UsuariosForm(), context, parent, *TEXTS)
        self._usuarios, self._acceso = context.application.usuarios, context.application.acceso
        self._sesion = context.sesion
        self.authorized = self.needs_authorization = self._loaded = False
        self._autorizar: AutorizarDialog | None = None
        self._nuevo_codigo: NuevoCodigoDialog | None = None
        form = self.form
        self.table = RowsTable(form.usuarios_table, COLUMNS, context.preferences)
        self.empty = EmptyPage(form.vacia_page, form.vacia_label, "usuarios")
        self._rules = PasswordRules(
            form.contrasena_edit,
            form.reglas_label,
            politica_of("", largo=self._usuarios.largo_minimo),
            columns=2,
        )
        CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        show_text_with(form.mostrar_check, form.contrasena_edit, form.confirmacion_edit)
        self.keep()
        self._connect()
        self._show(())

    def make_fields(self, names: tuple[str, ...]) -> CheckedFields:
        acepta = CheckedField(self.form.acepta_check, self.form.acepta_aviso_error)
        fields = {**fields_of(self.form, *names), "acepta_aviso": acepta}
        return CheckedFields(fields, self, self.check)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.nombres_edit.setFocus()

    def _connect(self) -> None:
        form = self.form
        form.deshabilitar_button.clicked.connect(self._disable)
        form.habilitar_button.clicked.connect(self._enable)
        form.aviso_button.clicked.connect(lambda: show_aviso_idse(self.context, self))
        form.codigo_button.clicked.connect(self.ask_for_new_code)
        self.fields.edited.connect(lambda _name: self.say(""))
        self.fields.left.connect(lambda _name: self._exclude_own_data())
        self.table.view.selectionModel().selectionChanged.connect(self._draw_buttons)
        QTimer.singleShot(0, self, self._start)

    def check(self) -> dict[str, str]:
        return check_nuevo(self._nuevo(), self._usuarios.largo_minimo)

    def work(self) -> Callable[[Progress], AltaUsuario]:
        usuarios, sesion, nuevo = self._usuarios, self._sesion, self._nuevo()
        self.say("")
        return lambda _progress: usuarios.register(sesion, nuevo)

    def on_saved(self, alta: AltaUsuario) -> None:
        self.discard()
        # The first user's registration starts a session: they just set its password.
        first, self._sesion = self._sesion is None, alta.sesion
        self.say(SAVED)
        self._load(alta.sesion)
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

    def ask_for_new_code(self) -> None:
        """«Nuevo código de recuperación»."""
        dialog = NuevoCodigoDialog(self)
        self._nuevo_codigo = dialog
        dialog.answered.connect(lambda _usuario, contrasena: self._make_code(contrasena))
        dialog.finished.connect(self._forget_dialog)
        open_dialog(dialog)

    def _nuevo(self) -> UsuarioNuevo:
        return UsuarioNuevo(**self.fields.texts(), acepta_aviso=self.form.acepta_check.isChecked())

    def _exclude_own_data(self) -> None:
        texts = self.fields.texts()
        own = [texts[name] for name in OWN_DATA]
        self._rules.set_politica(politica_of(*own, largo=self._usuarios.largo_minimo))

    def _start(self) -> None:
        if self._sesion is None:
            acceso = self._acceso
            self.perform(lambda _progress: acceso.any_usuario(), self._on_any_known)
        else:
            self._load(self._sesion)

    def _load(self, sesion: Sesion) -> None:
        """In the background: nothing waits for it."""
        usuarios = self._usuarios
        self.context.ask(self, lambda _progress: usuarios.all(sesion), self._on_loaded)

    def _load_again(self, sesion: Sesion) -> None:
        usuarios = self._usuarios
        self.perform(lambda _progress: usuarios.all(sesion), self._on_loaded)

    def _on_any_known(self, any_usuario: bool) -> None:
        if self._sesion is not None:
            return  # the answer came after the first user's registration
        self.needs_authorization, self._loaded = any_usuario, not any_usuario
        self._show(())
        if any_usuario:
            self._ask_for_authorization()

    def _on_loaded(self, usuarios: tuple[Usuario, ...]) -> None:
        self.authorized = self._loaded = True
        self._show(usuarios)

    def _disable(self) -> None:
        usuario, sesion = self.table.selected(), self._sesion
        if usuario is None:
            return
        me = sesion is not None and usuario.id == sesion.usuario_id
        confirm(
            self,
            (DISABLE_ME if me else DISABLE).format(correo=usuario.correo),
            "&Deshabilitar",
            then=lambda: self._change(usuario, self._usuarios.disable),
            destructive=True,
        )

    def _enable(self) -> None:
        usuario = self.table.selected()
        if usuario is not None:
            self._change(usuario, self._usuarios.enable)

    def _change(self, usuario: Usuario, change: Callable[[Sesion, UUID], Usuario]) -> None:
        sesion = self._sesion
        if sesion is None or self.working:
            return

        def tell(changed: Usuario) -> None:
            self.say(ENABLED if changed.habilitado else DISABLED)
            self._load_again(sesion)

        self.say("")
        self.perform(lambda _progress: change(sesion, usuario.id), tell)

    def _ask_for_authorization(self) -> None:
        """Log an enabled user in, who allows a person without a session to register a user."""
        dialog = self._autorizar = AutorizarDialog(self)
        dialog.answered.connect(self._authorize)
        dialog.rejected.connect(self.reject)
        open_dialog(dialog)

    def _authorize(self, correo: str, contrasena: str) -> None:
        acceso = self._acceso
        self.perform(
            lambda _progress: acceso.enter(correo, contrasena),
            self._on_authorized,
            self._on_not_authorized,
        )

    def _on_authorized(self, sesion: Sesion) -> None:
        self._sesion, self.needs_authorization = sesion, False
        if self._autorizar is not None:
            self._autorizar.accept()
            self._autorizar = None
        self.form.nombres_edit.setFocus()
        self._load_again(sesion)

    def _on_not_authorized(self, error: Exception) -> None:
        if isinstance(error, InvalidInputError) and self._autorizar is not None:
            self._autorizar.refuse(error.message)
        else:
            self.context.errors.show(self, error)

    def _make_code(self, contrasena: str) -> None:
        """Make a new recovery code if the password belongs to the session's user."""
        usuarios, sesion = self._usuarios, self._sesion
        if sesion is None or self.working:
            return

        def made(code: str) -> None:
            if self._nuevo_codigo is not None:
                self._nuevo_codigo.accept()
            self._show_code(code, sesion)

        self.say("")
        self.perform(
            lambda _progress: usuarios.new_recovery_code(sesion, contrasena),
            made,
            self._on_code_refused,
        )

    def _on_code_refused(self, error: Exception) -> None:
        if not isinstance(error, UserFacingError):
            self.context.errors.show(self, error)
        elif self._nuevo_codigo is not None:
            self._nuevo_codigo.refuse(error.message)
        else:
            self.say(error.message, "error")

    def _forget_dialog(self) -> None:
        if self._nuevo_codigo is not None:
            self._nuevo_codigo.deleteLater()
            self._nuevo_codigo = None

    def _show_code(self, code: str, sesion: Sesion, *, begin: bool = False) -> None:
        dialog = CodigoRecuperacionDialog(code, sesion, self.context, self)
        if begin:
            dialog.accepted.connect(lambda: self._begin(sesion))
        open_dialog(dialog)

    def _begin(self, sesion: Sesion) -> None:
        self.accept()
        self.begun.emit(sesion)

    def set_working(self, working: bool) -> None:
        super().set_working(working)
        for dialog in (self._autorizar, self._nuevo_codigo):
            if dialog is not None:
                dialog.set_busy(working)
        self._draw_buttons()

    def _show(self, usuarios: tuple[Usuario, ...]) -> None:
        form = self.form
        self.table.set_rows(usuarios)
        form.lista_stack.setCurrentWidget(form.tabla_page if usuarios else form.vacia_page)
        nothing = NO_USERS if self._loaded else READING
        self.empty.say(NOT_AUTHORIZED if self.needs_authorization else nothing)
        self._draw_buttons()
        self.say(form.mensaje_label.text())  # which makes the window as high as its list needs

    def _draw_buttons(self, *_: object) -> None:
        chosen, form = self.table.selected(), self.form
        free = not self.working and not self.busy
        form.codigo_button.setEnabled(self.authorized and not self.working)
        form.guardar_button.setEnabled(free and not self.needs_authorization)
        form.deshabilitar_button.setEnabled(chosen is not None and chosen.habilitado and free)
        form.habilitar_button.setEnabled(chosen is not None and not chosen.habilitado and free)


create = UsuariosWindow
