"""Invites a desktop: asks for its account, then shows the invitation file and its code once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.tasks import TaskState
from icsoe_desktop.gui.forms.ui_sincronizacion_invitacion import Ui_SincronizacionInvitacionForm
from icsoe_desktop.gui.forms.ui_sincronizacion_invitar import Ui_SincronizacionInvitarForm
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import show_message, show_text_with
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_new_file
from icsoe_desktop.gui.kit.plain_text import copy_secret
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.gui.oficina.sincronizacion.alta import KIND
from icsoe_desktop.gui.oficina.sincronizacion.equipos_presenter import InvitarPresenter
from icsoe_desktop.gui.oficina.sincronizacion.pages import FittedDialog
from icsoe_desktop.gui.oficina.sincronizacion.palabras import ROL_TEXTS, ROLES, day_of
from icsoe_desktop.services.sincronizacion.answers import Invitacion, RolOficina

SAVED: Final = "Se guardó «{nombre}». Entréguelo, y diga el código por otro medio."
COPIED: Final = "El código está en el portapapeles."
NOT_SAVED: Final = (
    "El archivo no se guardó en ese lugar. La invitación sigue aquí: elija otra carpeta."
)
LAST_DAY: Final = (
    "Sirve una vez, hasta el {}. En Equipos queda como «Invitado»: ahí cualquier responsable la "
    "puede retirar, y retirar a un equipo la retira también."
)
UNSAVED: Final = (
    "Todavía no guarda el archivo de la invitación, y no se puede volver a mostrar. ¿Desea "
    "cerrarla?"
)


class InvitarDialog(FittedDialog, EditingDialog):
    donde = "la invitación"

    def __init__(self, presenter: InvitarPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionInvitarForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        form = self.form
        for rol in (RolOficina.MIEMBRO, RolOficina.CONSULTA, RolOficina.RESPONSABLE):
            form.rol_combo.addItem(ROLES[rol], rol.value)
        show_text_with(form.mostrar_check, form.contrasena_edit)
        CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        self._fields = CheckedFields(fields_of(form, "cuenta", "contrasena"), self)
        self._fields.edited.connect(presenter.mend)
        form.rol_combo.currentIndexChanged.connect(self._draw_rol)
        form.invitar_button.clicked.connect(self._invite)
        form.cancelar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        presenter.failed.connect(self._on_failed)
        presenter.invited.connect(self.accept)
        presenter.clear()
        self._draw_rol()
        form.cuenta_edit.setFocus()

    @property
    def unsaved(self) -> bool:
        return any(self._fields.texts().values())

    def leave(self) -> None:
        self._presenter.cancel()
        super().leave()

    def _on_failed(self, error: Exception) -> None:
        self._context.errors.show(self, error)

    def _chosen_rol(self) -> RolOficina:
        return RolOficina(self.form.rol_combo.currentData())

    def _invite(self) -> None:
        form = self.form
        self._presenter.invite(
            form.cuenta_edit.text(), form.contrasena_edit.text(), self._chosen_rol()
        )

    def _draw_rol(self) -> None:
        self.form.rol_hint.setText(ROL_TEXTS[self._chosen_rol()])

    def _draw(self, state: TaskState) -> None:
        form = self.form
        form.invitar_button.setEnabled(not state.busy)
        form.avance_bar.setVisible(state.busy)
        draw_step(form.avance_bar, state.step, counts=True)
        show_message(form.mensaje_label, state.message, state.role)
        self._fields.draw(state.problems)


class InvitacionDialog(FittedDialog):
    """Shows the file and the code. Neither can be shown again once the dialog is closed."""

    def __init__(self, invitacion: Invitacion, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionInvitacionForm()
        self.form.setupUi(self)
        self._invitacion = invitacion
        self._context = context
        self._saved = False
        form = self.form
        form.codigo_edit.setText(invitacion.codigo)
        form.vence_label.setText(LAST_DAY.format(f"{day_of(invitacion.vence):%d/%m/%Y}"))
        form.copiar_button.clicked.connect(self._copy)
        form.guardar_button.clicked.connect(self._choose)
        form.cerrar_button.clicked.connect(self.reject)
        show_message(form.mensaje_label, "")
        form.codigo_edit.setFocus()

    def save(self, path: Path) -> None:
        content = self._invitacion.archivo

        def write(_progress: object) -> None:
            path.write_bytes(content)

        def tell(_none: None) -> None:
            self._saved = True
            text = SAVED.format(nombre=path.name)
            show_message(self.form.mensaje_label, text, "success")
            self.form.cerrar_button.setFocus()

        def tell_failed(error: Exception) -> None:
            if isinstance(error, OSError):
                show_message(self.form.mensaje_label, NOT_SAVED)
            else:
                self._context.errors.show(self, error)

        self._context.ask(self, write, tell, tell_failed)

    def reject(self) -> None:
        if self._saved:
            super().reject()
        else:
            confirm(self, UNSAVED, "&Cerrar sin guardar", then=super().reject, destructive=True)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._saved:
            super().closeEvent(event)
        else:
            event.ignore()
            self.reject()

    def _copy(self) -> None:
        copy_secret(self._invitacion.codigo)
        show_message(self.form.mensaje_label, COPIED, "hint")

    def _choose(self) -> None:
        name = self._invitacion.nombre_archivo
        new = NewFile("Guardar la invitación", "invitacion", KIND, name)
        choose_new_file(self, new, self._context.preferences, self.save)
