"""Fecha del acuerdo sobre el .pfx: until when it serves for movements in IDSE."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_limite_pfx import Ui_LimitePfxForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog

NEEDS_DATE = "Escriba la fecha."
NEEDS_SOURCE = "Escriba de dónde sale la fecha."
FIXED = "La fecha la fijó"


class LimitePfxDialog(EditingDialog):
    donde = "la fecha del acuerdo"

    changed = Signal()

    def __init__(self, limite: LimitePfx, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_LimitePfxForm()
        self.form.setupUi(self)
        self._limite = limite
        self._context = context
        form = self.form
        self.ultimo = DateField(form.ultimo_edit)
        self._fields = CheckedFields(fields_of(form, "ultimo", "fuente"), self, self._check)
        with self._fields.filling():
            self.ultimo.set_value(limite.ultimo)
            form.fuente_edit.setText(limite.fuente)
        writable = not limite.fijo and context.require_sesion().can(Permiso.CONFIGURAR)
        self._fields.set_read_only(not writable)
        for button in (form.guardar_button, form.restablecer_button):
            button.setEnabled(writable)
        show_message(form.mensaje_label, "")
        if limite.fijo:
            fixed = FixedNotice(form.layout_layout5, self, 1)
            politica = context.application.politica
            fixed.say_fixed(FIXED, politica, "certificados", form.ultimo_edit, form.fuente_edit)
        form.guardar_button.clicked.connect(self._save)
        form.restablecer_button.clicked.connect(lambda: self._keep(None))
        form.cancelar_button.clicked.connect(self.reject)
        form.ultimo_edit.setFocus()

    @property
    def unsaved(self) -> bool:
        form, limite = self.form, self._limite
        fuente = form.fuente_edit.text().strip()
        return bool(self.ultimo.problem) or (self.ultimo.value, fuente) != (
            limite.ultimo,
            limite.fuente,
        )

    def _check(self) -> dict[str, str]:
        problems = {}
        if self.ultimo.problem:
            problems["ultimo"] = self.ultimo.problem
        elif self.ultimo.value is None:
            problems["ultimo"] = NEEDS_DATE
        if not self.form.fuente_edit.text().strip():
            problems["fuente"] = NEEDS_SOURCE
        return problems

    def _save(self) -> None:
        if self._fields.attempt():
            self._keep(self.ultimo.value)

    def _keep(self, ultimo: date | None) -> None:
        """ultimo: None goes back to the shipped date."""
        service, sesion = self._context.application.certificados, self._context.require_sesion()
        fuente = self.form.fuente_edit.text()
        self._context.ask(
            self,
            lambda _progress: service.save_limite_pfx(sesion, ultimo, fuente),
            self._on_saved,
            self._on_not_saved,
        )

    def _on_saved(self, limite: LimitePfx) -> None:
        self._limite = limite
        with self._fields.filling():
            self.ultimo.set_value(limite.ultimo)
            self.form.fuente_edit.setText(limite.fuente)
        self.changed.emit()
        self.accept()

    def _on_not_saved(self, error: Exception) -> None:
        match error:
            case InvalidInputError(campo=str(campo)):
                self._fields.refuse({campo: error.message})
            case _:
                self._context.errors.show(self, error)
