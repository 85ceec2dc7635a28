"""Aviso de privacidad: the data of the responsable, the notice itself, and its acceptance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.acceso.avisos import (
    ACUERDO_SERVICIO,
    CAMPOS_PRIVACIDAD,
    DatosPrivacidad,
    aviso_icsoe,
    aviso_idse,
)
from icsoe_desktop.domain.acceso.sesion import Rol
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_privacidad import Ui_PrivacidadForm
from icsoe_desktop.gui.kit.dialogs import TextoDialog, open_dialog
from icsoe_desktop.jobs import Progress

TITLE: Final = "Aviso de privacidad"
TITLE_IDSE: Final = "Aviso de privacidad y Acuerdo de servicio"
ACCEPT: Final = "&Acepto"
NAMES: Final = tuple(DatosPrivacidad.__dataclass_fields__)


def show_aviso_icsoe(context: Context, parent: QWidget) -> None:
    text = aviso_icsoe(context.application.avisos.datos())
    open_dialog(TextoDialog(TITLE, text, parent))


def show_aviso_idse(context: Context, parent: QWidget) -> None:
    open_dialog(TextoDialog(TITLE_IDSE, text_idse(context), parent))


def text_idse(context: Context) -> str:
    return f"{aviso_idse(context.application.avisos.datos())}\n\n{ACUERDO_SERVICIO}"


def ask_to_accept(context: Context, window: QWidget, then: Callable[[], object]) -> None:
    """Show a new version to who accepted an older one; `then` follows, or the session ends."""
    sesion, service = context.require_sesion(), context.application.avisos

    def show(pending: bool) -> None:
        if not pending:
            then()
            return
        of_idse = sesion.rol is Rol.USUARIO_IDSE
        text = text_idse(context) if of_idse else aviso_icsoe(service.datos())
        dialog = TextoDialog(TITLE_IDSE if of_idse else TITLE, text, window)
        dialog.form.cerrar_button.setText(ACCEPT)
        dialog.accepted.connect(accept)
        dialog.rejected.connect(context.shell.discard_session)
        open_dialog(dialog)

    def accept() -> None:
        context.ask(window, lambda _progress: service.accept(sesion), lambda _none: then())

    context.ask(window, lambda _progress: service.pending(sesion), show)


class PrivacidadWindow(FormDialog[Ui_PrivacidadForm, DatosPrivacidad]):
    donde = "el aviso de privacidad"

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(Ui_PrivacidadForm(), context, parent, *NAMES)
        form, kept = self.form, context.application.avisos.datos()
        self.fields.fill({name: getattr(kept, name) for name in NAMES})
        form.ver_button.clicked.connect(self._show)
        self.keep()
        form.responsable_edit.setFocus()

    def check(self) -> Mapping[str, str]:
        texts = self.fields.texts()
        return {
            field.name: field.missing
            for field in CAMPOS_PRIVACIDAD
            if field.missing and not texts[field.name].strip()
        }

    def work(self) -> Callable[[Progress], DatosPrivacidad]:
        sesion, service = self.context.require_sesion(), self.context.application.avisos
        datos = DatosPrivacidad(**self.fields.texts())
        return lambda _progress: service.save(sesion, datos)

    def _show(self) -> None:
        """The notice with what is typed now."""
        datos = DatosPrivacidad(**self.fields.texts())
        users = self.context.require_sesion().rol is Rol.USUARIO_IDSE
        text = aviso_idse(datos) if users else aviso_icsoe(datos)
        open_dialog(TextoDialog(TITLE, text, self))


def create(context: Context, parent: QWidget | None) -> QDialog:
    return PrivacidadWindow(context, parent)
