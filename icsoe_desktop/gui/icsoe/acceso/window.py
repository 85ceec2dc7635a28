"""The login window of ICSOE."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_icsoe_acceso import Ui_IcsoeAccesoForm
from icsoe_desktop.gui.icsoe.acceso.presenter import IcsoeAccesoPresenter, IcsoeAccesoState
from icsoe_desktop.gui.idse.acceso.window import PRUEBAS
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import show_message, show_text_with
from icsoe_desktop.gui.kit.tables import tabular_font


class IcsoeAccesoWindow(QWidget):
    capturista_entered = Signal(object)  # Sesion
    efirma_wanted = Signal()
    recovery_wanted = Signal()
    activation_wanted = Signal()
    back_wanted = Signal()  # back to the IDSE login window; also on closing this window

    def __init__(self, presenter: IcsoeAccesoPresenter, context: Context) -> None:
        super().__init__()
        self.form = Ui_IcsoeAccesoForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._entered = False
        form = self.form
        form.prueba_label.setText(PRUEBAS)
        form.prueba_label.setVisible(context.application.pruebas)
        form.usuario_edit.setFont(tabular_font())
        self._fields = CheckedFields(fields_of(form, "usuario", "contrasena"), self)
        self._fields.edited.connect(presenter.edit)
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
        presenter.changed.connect(self._draw)
        presenter.capturista_entered.connect(self._on_entered)
        presenter.refused.connect(self._on_refused)
        presenter.failed.connect(lambda error: context.errors.show(self, error))
        self._draw(presenter.state)

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
        self._presenter.enter(self.form.usuario_edit.text(), self.form.contrasena_edit.text())
        self._fields.focus_wrong()

    def _on_entered(self, sesion: object) -> None:
        self.capturista_entered.emit(sesion)

    def _on_refused(self, _message: str) -> None:
        self.form.contrasena_edit.selectAll()
        self.form.contrasena_edit.setFocus()

    def _draw(self, state: IcsoeAccesoState) -> None:
        form = self.form
        for widget in (
            form.usuario_edit,
            form.contrasena_edit,
            form.mostrar_check,
            form.ingresar_button,
            form.olvido_button,
            form.codigo_button,
            form.efirma_button,
        ):
            widget.setEnabled(not state.busy)
        self._fields.draw(state.problems)
        show_message(form.mensaje_label, state.message, "hint" if state.busy else "error")


def create(context: Context, _parent: QWidget | None) -> QWidget:
    presenter = IcsoeAccesoPresenter(context.application.acceso_icsoe, context.jobs)
    window = IcsoeAccesoWindow(presenter, context)
    presenter.setParent(window)
    return window
