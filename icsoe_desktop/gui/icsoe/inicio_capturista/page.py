"""Inicio del capturista: their data, their contratista, and links to the other pages."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.terminos import AVISO_ICSOE
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_inicio_capturista import Ui_InicioCapturistaForm
from icsoe_desktop.gui.icsoe.capturistas.persona import PersonaDialog
from icsoe_desktop.gui.icsoe.inicio_capturista.elegir import ElegirDialog
from icsoe_desktop.gui.icsoe.pagina import Page
from icsoe_desktop.gui.kit.dialogs import TextoDialog, open_dialog
from icsoe_desktop.gui.kit.fields import set_property
from icsoe_desktop.services.contratista.service import Perfil
from icsoe_desktop.version import build_of, long_version

WORKING_FOR = "Trabaja para {contratista}, RFC {rfc}."
CHOOSE_BUTTON = "Sele&ccionar contratista"
CHANGE_BUTTON = "Sele&ccionar otro contratista"


class InicioCapturistaPage(Page):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_InicioCapturistaForm()
        self.form.setupUi(self)
        self._context = context
        form = self.form
        form.version_label.setText(f"Versión {long_version(build_of())}")
        form.contratista_label.hide()
        form.informativa_button.hide()
        form.seleccionar_button.clicked.connect(self._choose)
        form.informativa_button.clicked.connect(lambda: self.page_wanted.emit("informativa"))
        form.aviso_button.clicked.connect(
            lambda: open_dialog(TextoDialog("Aviso de privacidad", AVISO_ICSOE, self.window()))
        )
        form.ayuda_button.clicked.connect(
            lambda: context.shell.open("ayuda", context.sesion, self.window())
        )
        form.datos_button.clicked.connect(lambda: PersonaDialog.own(context, self).open())

    def arrive(self) -> None:
        sesion, service = self._context.require_sesion(), self._context.application.contratistas
        self._context.ask(self, lambda _progress: service.perfil(sesion), self._draw)
        self.form.seleccionar_button.setFocus()

    def _draw(self, perfil: Perfil) -> None:
        form = self.form
        chosen = bool(perfil.rfc)
        form.contratista_label.setText(
            WORKING_FOR.format(contratista=perfil.contratista, rfc=perfil.rfc) if chosen else ""
        )
        form.contratista_label.setVisible(chosen)
        form.elegir_label.setVisible(not chosen)
        form.informativa_button.setVisible(chosen)
        form.seleccionar_button.setText(CHANGE_BUTTON if chosen else CHOOSE_BUTTON)
        set_property(form.seleccionar_button, "primary", not chosen)
        if chosen:
            form.informativa_button.setFocus()

    def _choose(self) -> None:
        dialog = ElegirDialog.of(self._context, self)
        dialog.chosen.connect(self._on_chosen)
        open_dialog(dialog)

    def _on_chosen(self, sesion: Sesion) -> None:
        self.sesion_changed.emit(sesion)


def create(context: Context, parent: QWidget) -> Page:
    return InicioCapturistaPage(context, parent)
