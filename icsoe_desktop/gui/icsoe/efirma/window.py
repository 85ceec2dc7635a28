"""The window Ingreso con e.firma."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_efirma import Ui_EfirmaForm
from icsoe_desktop.gui.icsoe.efirma.campos import EfirmaFields
from icsoe_desktop.gui.icsoe.efirma.presenter import EfirmaPresenter, EfirmaState
from icsoe_desktop.gui.idse.acceso.window import PRUEBAS
from icsoe_desktop.gui.kit.fields import set_property, show_message
from icsoe_desktop.gui.kit.file_choice import accept_copy, dropped_files


class EfirmaWindow(Presented[Ui_EfirmaForm, EfirmaPresenter], QDialog):
    """Draws EfirmaState. «Ingresar» is enabled only while the validated input is unchanged."""

    entered = Signal(object)  # IngresoContratista

    def __init__(
        self, presenter: EfirmaPresenter, context: Context, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.present(Ui_EfirmaForm(), presenter, context)
        form = self.form
        form.prueba_label.setText(PRUEBAS)
        form.prueba_label.setVisible(context.application.pruebas)
        self.fields = EfirmaFields(context.preferences, form.campos_panel)
        layout = QVBoxLayout(form.campos_panel)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.fields)
        self._order_tabs()
        self.setAcceptDrops(True)
        self.fields.edited.connect(presenter.edit)
        self.fields.rfc_edited.connect(presenter.type_rfc)
        form.validar_button.clicked.connect(self._validate)
        form.ingresar_button.clicked.connect(presenter.enter)
        form.cancelar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        presenter.refused.connect(self._on_refused)
        presenter.entered.connect(self._on_entered)
        self._draw(presenter.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fields.focus_first()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.fields.take_files(dropped_files(event.mimeData()))
        accept_copy(event)

    def _order_tabs(self) -> None:
        form = self.form
        last: QWidget = self.fields.form.mostrar_check
        for button in (form.validar_button, form.ingresar_button, form.cancelar_button):
            QWidget.setTabOrder(last, button)
            last = button

    def _validate(self) -> None:
        self._presenter.validate(self.fields.elegida(), self.fields.caps_lock)

    def _on_refused(self) -> None:
        self.fields.focus_wrong()

    def _on_entered(self, ingreso: object) -> None:
        self.fields.clear_contrasena()
        self.accept()
        self.entered.emit(ingreso)

    def _draw(self, state: EfirmaState) -> None:
        form = self.form
        if state.registradas != self.fields.registradas:
            self.fields.show_registered(state.registradas)
        self.fields.draw(state.problems)
        self.fields.set_read_only(bool(state.busy))
        form.validar_button.setEnabled(not state.busy)
        was_enabled = form.ingresar_button.isEnabled()
        form.ingresar_button.setEnabled(state.may_enter)
        self._make_primary(form.ingresar_button if state.may_enter else form.validar_button)
        if state.may_enter and not was_enabled:
            form.ingresar_button.setFocus()
        role = "success" if state.verificacion is not None else "error"
        show_message(
            form.mensaje_label, state.busy or state.message, "hint" if state.busy else role
        )

    def _make_primary(self, primary: QPushButton) -> None:
        for button in (self.form.validar_button, self.form.ingresar_button):
            set_property(button, "primary", button is primary)
            button.setDefault(button is primary)


def create(context: Context, parent: QWidget | None) -> QWidget:
    presenter = EfirmaPresenter(context.application.acceso_icsoe, context.jobs)
    return EfirmaWindow(presenter, context, parent)
