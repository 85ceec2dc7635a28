"""Recordatorios por correo: the switch and the recipients of the reminders about expiry."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.vigencias.recordatorios import Recordatorios
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_recordatorios import Ui_RecordatoriosForm
from icsoe_desktop.jobs import Progress

NO_SERVER = (
    "Falta el servidor de correo: los recordatorios saldrán cuando lo configure en Herramientas."
)
OFFICE = (
    "Este equipo es de una oficina: actívelos en uno solo. Cada equipo en que se activen envía "
    "los suyos."
)


class RecordatoriosDialog(FormDialog[Ui_RecordatoriosForm, None]):
    donde = "los recordatorios"

    def __init__(
        self, kept: Recordatorios, notes: tuple[str, ...], context: Context, parent: QWidget
    ) -> None:
        super().__init__(Ui_RecordatoriosForm(), context, parent, "para")
        form = self.form
        with self.fields.filling():
            form.activos_check.setChecked(kept.activos)
            form.obligaciones_check.setChecked(kept.obligaciones)
            form.para_edit.setText(", ".join(kept.para))
        self.keep()
        self.say(" ".join(notes), "warning")
        form.activos_check.toggled.connect(lambda _on: self.fields.say())
        form.activos_check.setFocus()

    def typed(self) -> tuple[bool, str, bool]:
        form = self.form
        return (
            form.activos_check.isChecked(),
            form.para_edit.text().strip(),
            form.obligaciones_check.isChecked(),
        )

    def check(self) -> dict[str, str]:
        try:
            Recordatorios.parse(*self.typed())
        except InvalidInputError as error:
            return {"para": error.message}
        return {}

    def work(self) -> Callable[[Progress], None]:
        service = self.context.application.recordatorios
        sesion, typed = self.context.require_sesion(), Recordatorios.parse(*self.typed())
        return lambda _progress: service.save(sesion, typed)


def notes_of(context: Context, has_server: bool) -> tuple[str, ...]:
    """What the person should know before turning them on."""
    notes = []
    if not has_server:
        notes.append(NO_SERVER)
    if context.application.is_sharing:
        notes.append(OFFICE)
    return tuple(notes)
