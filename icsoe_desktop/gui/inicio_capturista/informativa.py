"""Informativa: a placeholder page that says what it will contain."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Rol
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_informativa_pendiente import Ui_InformativaPendienteForm
from icsoe_desktop.gui.icsoe.pagina import Page

HOME = {Rol.CAPTURISTA: "inicio_capturista", Rol.CONTRATISTA: "contratista"}


class InformativaPage(Page):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_InformativaPendienteForm()
        self.form.setupUi(self)
        home = HOME[context.require_sesion().rol]
        self.form.contratista_label.hide()
        self.form.regresar_button.clicked.connect(lambda: self.page_wanted.emit(home))

    def arrive(self) -> None:
        self.form.regresar_button.setFocus()


def create(context: Context, parent: QWidget) -> Page:
    return InformativaPage(context, parent)
