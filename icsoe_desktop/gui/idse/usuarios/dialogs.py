"""The dialogs of Usuarios: texts to accept, authorisation, recovery code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.certificados.registro_patronal import RegistroPatronalCatalogado
from icsoe_desktop.gui.base.code_dialog import CodeDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_autorizar import Ui_AutorizarForm
from icsoe_desktop.gui.idse.acceso.presenter import MISSING_CONTRASENA
from icsoe_desktop.gui.kit.fields import show_message, show_text_with

NEW_CODE_TITLE = "Nuevo código de recuperación"
NEW_CODE = (
    "Se creará otro código y se mostrará una sola vez; el anterior dejará de abrir los datos. "
    "Escriba la contraseña de su usuario para continuar."
)


class AutorizarDialog(QDialog):
    """Asks for the mail and password of an enabled user."""

    answered = Signal(str, str)
    missing = "Escriba el correo y la contraseña de un usuario habilitado."

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_AutorizarForm()
        self.form.setupUi(self)
        form = self.form
        show_text_with(form.mostrar_check, form.contrasena_edit)
        show_message(form.mensaje_label, "")
        form.autorizar_button.clicked.connect(self._answer)
        form.cancelar_button.clicked.connect(self.reject)

    def refuse(self, message: str) -> None:
        show_message(self.form.mensaje_label, message)
        self.form.contrasena_edit.selectAll()
        self.form.contrasena_edit.setFocus()

    def set_busy(self, busy: bool) -> None:
        self.form.autorizar_button.setEnabled(not busy)

    def _answer(self) -> None:
        form = self.form
        asked = (form.usuario_edit, form.contrasena_edit)
        if any(not edit.isHidden() and not edit.text().strip() for edit in asked):
            self.refuse(self.missing)
            return
        show_message(form.mensaje_label, "")
        self.answered.emit(form.usuario_edit.text(), form.contrasena_edit.text())


class NuevoCodigoDialog(AutorizarDialog):
    """Asks for the password of the user who requests a new recovery code."""

    missing = MISSING_CONTRASENA

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        form = self.form
        self.setWindowTitle(NEW_CODE_TITLE)
        form.titulo_label.setText(NEW_CODE_TITLE)
        form.explicacion_label.setText(NEW_CODE)
        form.usuario_label.hide()
        form.usuario_edit.hide()
        form.autorizar_button.setText("Crear código n&uevo")
        form.contrasena_edit.setFocus()


OF_CONTRATISTA = (
    "Sus datos están cifrados y los abre el llavero de este equipo. Si el llavero falla o cambia "
    "de equipo, sólo los abre este código: la e.firma y las contraseñas de los capturistas no los "
    "abren. Imprímalo o guárdelo fuera de este equipo: no se volverá a mostrar."
)
EACH_START = (
    "Sus datos están cifrados y este equipo no tiene llavero: el programa pedirá este código cada "
    "vez que se abra, también a sus capturistas. La e.firma y sus contraseñas no abren los datos. "
    "Imprímalo o guárdelo: no se volverá a mostrar."
)


ON_PAPER = "ICSOE Desktop — Código de recuperación"
WHAT_FOR = (
    "Abre los datos cifrados de este equipo si se pierde la contraseña o la llave del equipo. "
    "Guárdelo en un lugar seguro, fuera del equipo, y no lo comparta."
)
MAX_COMPANIES = 5


class CodigoRecuperacionDialog(CodeDialog):
    """The recovery code of the data. Notes that the person kept it."""

    def __init__(
        self,
        code: str,
        sesion: Sesion,
        context: Context,
        parent: QWidget,
        *,
        cada_vez: bool = False,
    ) -> None:
        """sesion: of the person who is asked to keep the code. cada_vez: each start asks for it."""
        super().__init__(code, ON_PAPER, WHAT_FOR, context, parent)
        if sesion.rol is Rol.CONTRATISTA:
            self.form.explicacion_label.setText(EACH_START if cada_vez else OF_CONTRATISTA)
            self.company = sesion.nombre
        else:
            registros = context.application.registros_patronales
            context.ask(
                self,
                lambda _progress: registros.all(sesion),
                self._take_companies,
                lambda _error: None,  # the paper is good without them
            )
        usuarios = context.application.usuarios
        self.accepted.connect(
            lambda: context.jobs.add(
                lambda _progress: usuarios.confirm_code(sesion),
                # The next login asks again.
                lambda _outcome: None,
            )
        )

    def _take_companies(self, registros: Sequence[RegistroPatronalCatalogado]) -> None:
        names = dict.fromkeys(each.razon_social for each in registros if each.razon_social)
        self.company = ", ".join(islice(names, MAX_COMPANIES))
