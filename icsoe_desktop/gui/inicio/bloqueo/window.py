"""The window of the locked session, which asks for the credentials again."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from icsoe_desktop.domain.acceso.sesion import Rol
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_bloqueo import Ui_BloqueoForm
from icsoe_desktop.gui.icsoe.efirma.window import EfirmaFields
from icsoe_desktop.gui.inicio.bloqueo.presenter import BloqueoPresenter, BloqueoState
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import (
    press_on_enter,
    show_message,
    show_text_with,
)

WHO = "La sesión de {nombre} está bloqueada. {como}"
HOW = {
    Rol.CONTRATISTA: "Para continuar donde estaba, valide la misma e.firma.",
    Rol.CONSULTA: "Elija Desbloquear para continuar donde estaba.",
}
HOW_PASSWORD = "Para continuar donde estaba, escriba la contraseña."
GIVE_UP = (
    "Se cerrará la sesión. Lo que ya estaba guardado está a salvo; lo que tenía escrito sin "
    "guardar se pierde. ¿Desea cerrarla?"
)


class BloqueoWindow(QWidget):
    """The only visible window while locked. Closing it closes the session."""

    unlocked = Signal()
    session_given_up = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.form = Ui_BloqueoForm()
        self.form.setupUi(self)
        services = context.application
        presenter = self._presenter = BloqueoPresenter(
            services.acceso_icsoe, services.contratistas, context.jobs, context.require_sesion()
        )
        presenter.setParent(self)
        self._context = context
        self._ended = False
        form = self.form
        sesion = context.require_sesion()
        how = HOW.get(sesion.rol, HOW_PASSWORD)
        form.quien_label.setText(WHO.format(nombre=sesion.nombre, como=how))
        by_efirma = presenter.state.by_efirma
        form.efirma_panel.setVisible(by_efirma)
        form.contrasena_panel.setVisible(not by_efirma and sesion.rol is not Rol.CONSULTA)
        self.fields = EfirmaFields(context.preferences, form.efirma_panel)
        self.fields.fix_rfc("")
        layout = QVBoxLayout(form.efirma_panel)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.fields)
        self._contrasena = CheckedFields(fields_of(form, "contrasena"), self)
        show_text_with(form.mostrar_check, form.contrasena_edit)
        CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        self._order_tabs()
        if by_efirma:
            Drops(self, self.fields.take_files)
        self._connect()
        self._draw(presenter.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus_first()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._ended:
            super().closeEvent(event)
        else:
            event.ignore()
            self._ask_to_give_up()

    def leave(self) -> None:
        """Close the window without closing the session."""
        self._ended = True
        self.close()
        self.deleteLater()

    def _order_tabs(self) -> None:
        form = self.form
        QWidget.setTabOrder(self.fields.form.mostrar_check, form.desbloquear_button)
        QWidget.setTabOrder(form.desbloquear_button, form.cerrar_button)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.desbloquear_button.clicked.connect(self._try)
        form.cerrar_button.clicked.connect(self._ask_to_give_up)
        self._contrasena.edited.connect(presenter.edit)
        self.fields.edited.connect(presenter.edit)
        press_on_enter(self, form.desbloquear_button)
        presenter.changed.connect(self._draw)
        presenter.refused.connect(self._on_refused)
        presenter.unlocked.connect(self.unlocked)
        presenter.failed.connect(lambda error: self._context.errors.show(self, error))
        QTimer.singleShot(0, self, presenter.begin)

    def _focus_first(self) -> None:
        if self._presenter.state.by_efirma:
            self.fields.focus_first()
        elif self.form.contrasena_panel.isHidden():
            self.form.desbloquear_button.setFocus()
        else:
            self.form.contrasena_edit.setFocus()

    def _try(self) -> None:
        if self._presenter.state.by_efirma:
            self._presenter.unlock_with_efirma(self.fields.elegida(), self.fields.caps_lock)
        else:
            self._presenter.unlock_with_password(self.form.contrasena_edit.text())

    def _on_refused(self) -> None:
        if self._presenter.state.by_efirma:
            self.fields.focus_wrong()
        else:
            self.form.contrasena_edit.selectAll()
            self.form.contrasena_edit.setFocus()

    def _ask_to_give_up(self) -> None:
        confirm(self, GIVE_UP, "&Cerrar sesión", self.session_given_up.emit, destructive=True)

    def _draw(self, state: BloqueoState) -> None:
        form = self.form
        if state.rfc:
            self.fields.fix_rfc(state.rfc)
        if state.registradas != self.fields.registradas:
            self.fields.show_registered(state.registradas)
        if state.by_efirma:
            self.fields.draw(state.problems)
            self.fields.set_read_only(state.busy)
        else:
            self._contrasena.draw(state.problems)
        form.desbloquear_button.setEnabled(
            not state.busy and (not state.by_efirma or bool(state.rfc))
        )
        show_message(form.mensaje_label, state.message, state.role)
