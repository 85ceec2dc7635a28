"""Recordatorios por correo: the switch and the recipients of the reminders about expiry."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.vigencias.recordatorios import Recordatorios
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_recordatorios import Ui_RecordatoriosForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog

NO_SERVER = (
    "Falta el servidor de correo: los recordatorios saldrán cuando lo configure en Herramientas."
)
OFFICE = (
    "Este equipo es de una oficina: actívelos en uno solo. Cada equipo en que se activen envía "
    "los suyos."
)


class RecordatoriosDialog(EditingDialog):
    donde = "los recordatorios"

    def __init__(
        self, kept: Recordatorios, notes: tuple[str, ...], context: Context, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.form = Ui_RecordatoriosForm()
        self.form.setupUi(self)
        self._kept = kept
        self._context = context
        form = self.form
        self._fields = CheckedFields(fields_of(form, "para"), self, self._check)
        with self._fields.filling():
            form.activos_check.setChecked(kept.activos)
            form.obligaciones_check.setChecked(kept.obligaciones)
            form.para_edit.setText(", ".join(kept.para))
        show_message(form.mensaje_label, " ".join(notes), "warning")
        form.activos_check.toggled.connect(lambda _on: self._fields.say())
        form.guardar_button.clicked.connect(self._save)
        form.cancelar_button.clicked.connect(self.reject)
        form.activos_check.setFocus()

    @property
    def unsaved(self) -> bool:
        try:
            return self._typed() != self._kept
        except InvalidInputError:
            return True

    def _typed(self) -> Recordatorios:
        form = self.form
        return Recordatorios.parse(
            form.activos_check.isChecked(),
            form.para_edit.text(),
            form.obligaciones_check.isChecked(),
        )

    def _check(self) -> dict[str, str]:
        try:
            self._typed()
        except InvalidInputError as error:
            return {"para": error.message}
        return {}

    def _save(self) -> None:
        if not self._fields.attempt():
            return
        service = self._context.application.recordatorios_vigencias
        sesion, typed = self._context.require_sesion(), self._typed()

        def saved(_none: None) -> None:
            self._kept = typed
            self.accept()

        self._context.ask(self, lambda _progress: service.save(sesion, typed), saved)


def notes_of(context: Context, has_server: bool) -> tuple[str, ...]:
    """What the person should know before turning them on."""
    notes = []
    if not has_server:
        notes.append(NO_SERVER)
    if context.application.is_sharing:
        notes.append(OFFICE)
    return tuple(notes)
