"""Fecha del acuerdo sobre el .pfx: until when it serves for movements in IDSE."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_limite_pfx import Ui_LimitePfxForm
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.jobs import Progress

NEEDS_DATE = "Escriba la fecha."
NEEDS_SOURCE = "Escriba de dónde sale la fecha."
FIXED = "La fecha la fijó"


class LimitePfxDialog(FormDialog[Ui_LimitePfxForm, LimitePfx]):
    donde = "la fecha del acuerdo"

    changed = Signal()

    def __init__(self, limite: LimitePfx, context: Context, parent: QWidget) -> None:
        super().__init__(Ui_LimitePfxForm(), context, parent, "ultimo", "fuente")
        form = self.form
        self.ultimo = DateField(form.ultimo_edit)
        self._show_limite(limite)
        writable = not limite.fijo and context.require_sesion().can(Permiso.CONFIGURAR)
        self.fields.set_read_only(not writable)
        for button in (form.guardar_button, form.restablecer_button):
            button.setEnabled(writable)
        if limite.fijo:
            fixed = FixedNotice(form.layout_layout5, self, 1)
            politica = context.application.politica
            fixed.say_fixed(FIXED, politica, "certificados", form.ultimo_edit, form.fuente_edit)
        form.restablecer_button.clicked.connect(lambda: self.run(self._save_as(None)))
        form.ultimo_edit.setFocus()

    def check(self) -> dict[str, str]:
        problems = {}
        if wrong := self.ultimo.problem_or(NEEDS_DATE):
            problems["ultimo"] = wrong
        if not self.form.fuente_edit.text().strip():
            problems["fuente"] = NEEDS_SOURCE
        return problems

    def work(self) -> Callable[[Progress], LimitePfx]:
        return self._save_as(self.ultimo.value)

    def on_saved(self, limite: LimitePfx) -> None:
        self._show_limite(limite)
        self.changed.emit()
        self.accept()

    def _save_as(self, ultimo: date | None) -> Callable[[Progress], LimitePfx]:
        """ultimo: None goes back to the shipped date."""
        service, sesion = self.context.application.certificados, self.context.require_sesion()
        fuente = self.form.fuente_edit.text()
        return lambda _progress: service.save_limite_pfx(sesion, ultimo, fuente)

    def _show_limite(self, limite: LimitePfx) -> None:
        self.fields.fill({"ultimo": day(limite.ultimo), "fuente": limite.fuente})
        self.keep()
