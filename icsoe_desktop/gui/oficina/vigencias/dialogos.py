"""The dialogs of Vigencias: its reminders, and certificates watched with consent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.vigencias.recordatorios import Recordatorios
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_certificados_vigilados import Ui_CertificadosVigiladosForm
from icsoe_desktop.gui.forms.ui_recordatorios import Ui_RecordatoriosForm
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.vigencias.vigilados import NO_CONSENT, CertificadoVigilado

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


WATCHED: Final = AskedFile(
    "Elegir el certificado", "certificados_vigilados", ("Certificado (*.cer)", ALL_FILES)
)
NOTHING: Final = (
    "Todavía no se vigila ninguno",
    "Marque el permiso y elija «Agregar certificado…».",
)
KEPT: Final = "El certificado se guardó: vence el {dia}."
REMOVED: Final = "El certificado se borró de este equipo."
REMOVE: Final = (
    "El certificado {que} de {titular} se borrará de este equipo y su vigencia ya no aparecerá "
    "por él.\n\n¿Desea quitarlo?"
)

COLUMNS: Final = (
    Column[CertificadoVigilado](
        "Vence", lambda c: formats.day(c.hasta), sort=lambda c: c.hasta, tabular=True, width=86
    ),
    Column[CertificadoVigilado]("Qué", lambda c: c.que, width=150),
    Column[CertificadoVigilado]("De quién", lambda c: c.titular, width=200),
    Column[CertificadoVigilado]("Número", lambda c: c.numero, tabular=True, width=160),
)


class VigiladosDialog(QDialog):
    changed = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_CertificadosVigiladosForm()
        self.form.setupUi(self)
        self._context = context
        self._service = context.application.vigilados
        form = self.form
        self.table = RowsTable(
            form.vigilados_table, COLUMNS, context.preferences, key=lambda c: c.id
        )
        self.empty = EmptyState(form.vigilados_table, "certificado", *NOTHING, wanted=False)
        for label in (form.permiso_error, form.mensaje_label):
            show_message(label, "")
        form.agregar_button.clicked.connect(self._choose)
        form.quitar_button.clicked.connect(self._ask_to_remove)
        form.cerrar_button.clicked.connect(self.reject)
        form.permiso_check.toggled.connect(lambda _on: show_message(form.permiso_error, ""))
        form.vigilados_table.selectionModel().selectionChanged.connect(self._draw_chosen)
        self._draw_chosen()
        form.permiso_check.setFocus()
        QTimer.singleShot(0, self, self.load)

    def load(self) -> None:
        service, sesion = self._service, self._context.require_sesion()

        def show(found: tuple[CertificadoVigilado, ...]) -> None:
            self.table.set_rows(found)
            self.empty.want(True)
            self._draw_chosen()

        self._context.ask(self, lambda _progress: service.all(sesion), show)

    def add(self, path: Path) -> None:
        service, sesion = self._service, self._context.require_sesion()
        permiso = self.form.permiso_check.isChecked()

        def kept(one: CertificadoVigilado) -> None:
            self._say(KEPT.format(dia=formats.day(one.hasta)), "success")

        self._context.ask(
            self, lambda _progress: service.add(sesion, path, permiso), kept, self._refused
        )

    def _choose(self) -> None:
        if not self.form.permiso_check.isChecked():
            show_message(self.form.permiso_error, NO_CONSENT, "error")
            self.form.permiso_check.setFocus()
            return
        choose_file(self, WATCHED, self._context.preferences, self.add)

    def _ask_to_remove(self) -> None:
        chosen = self.table.selected()
        if chosen is None:
            return
        service, sesion = self._service, self._context.require_sesion()

        def remove() -> None:
            self._context.ask(
                self,
                lambda _progress: service.remove(sesion, chosen.id),
                lambda _none: self._say(REMOVED, "hint"),
            )

        confirm(
            self,
            REMOVE.format(que=chosen.que, titular=chosen.titular),
            "&Quitar",
            then=remove,
            destructive=True,
        )

    def _say(self, text: str, role: str) -> None:
        show_message(self.form.mensaje_label, text, role)
        self.changed.emit()
        self.load()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, InvalidInputError):
            show_message(self.form.mensaje_label, error.message, "error")
        else:
            self._context.errors.show(self, error)

    def _draw_chosen(self) -> None:
        self.form.quitar_button.setEnabled(self.table.selected() is not None)
