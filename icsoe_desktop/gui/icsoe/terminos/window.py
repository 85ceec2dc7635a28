"""Términos y Condiciones: read and accept them, or leave."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.acceso.avisos import aviso_icsoe
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.terminos import (
    TERMINOS,
    TERMINOS_PREGUNTA,
    TERMINOS_VERSION,
)
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_terminos import Ui_TerminosForm
from icsoe_desktop.gui.kit.dialogs import TextoDialog, open_dialog
from icsoe_desktop.gui.kit.fields import show_message

TITLE = "Términos y Condiciones"
SAVING = "Guardando…"


class TerminosDialog(QDialog):
    """Emits `accepted_terms` once the acceptance is saved; rejected if the contratista leaves."""

    accepted_terms = Signal(object)  # PasoContratista: the next one

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_TerminosForm()
        self.form.setupUi(self)
        self._context = context
        form = self.form
        form.pregunta_label.setText(TERMINOS_PREGUNTA)
        show_message(form.mensaje_label, "")
        form.ver_button.clicked.connect(self.show_text)
        form.cancelar_button.clicked.connect(self.reject)
        form.ingresar_button.clicked.connect(self._accept_terms)
        form.ingresar_button.setFocus()
        self.finished.connect(self.deleteLater)

    def show_text(self) -> None:
        aviso = aviso_icsoe(self._context.application.avisos.datos())
        text = f"{TERMINOS}\n\nVersión {TERMINOS_VERSION}\n\n{aviso}"
        open_dialog(TextoDialog(TITLE, text, self))

    def _accept_terms(self) -> None:
        sesion = self._context.require_sesion()
        service = self._context.application.contratistas
        self.form.ingresar_button.setEnabled(False)
        show_message(self.form.mensaje_label, SAVING, "hint")
        self._context.ask(
            self,
            lambda _progress: service.accept_terminos(sesion, TERMINOS_VERSION),
            self._on_accepted,
            self._on_not_accepted,
        )

    def _on_accepted(self, paso: PasoContratista) -> None:
        self.accept()
        self.accepted_terms.emit(paso)

    def _on_not_accepted(self, error: Exception) -> None:
        self.form.ingresar_button.setEnabled(True)
        show_message(self.form.mensaje_label, "")
        self._context.errors.show(self, error)
