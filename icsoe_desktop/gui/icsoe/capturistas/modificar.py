"""Modificar usuario: possible until the capturista has set a password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.capturista import ACTUALIZADO, DatosCapturista
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_modificar_capturista import Ui_ModificarCapturistaForm
from icsoe_desktop.gui.icsoe.capturistas.alta_presenter import sentence
from icsoe_desktop.gui.icsoe.capturistas.datos import DatosWidget
from icsoe_desktop.gui.kit.checked_fields import CheckedFields
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.fields import grow_to_fit
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.capturistas.service import Capturista, CapturistaGuardado
from icsoe_desktop.services.contratista.service import Perfil

SAVING = "Guardando…"


class ModificarDialog(FormDialog[Ui_ModificarCapturistaForm, CapturistaGuardado]):
    donde = "los datos de este usuario"
    updated = Signal()

    def __init__(self, capturista: Capturista, context: Context, parent: QWidget) -> None:
        super().__init__(Ui_ModificarCapturistaForm(), context, parent)
        self._capturista = capturista
        form = self.form
        self.datos.put_between(form.curp_edit, form.cancelar_button)
        form.curp_edit.setFont(tabular_font())
        form.curp_edit.setText(capturista.curp)
        self.datos.set_curp(capturista.curp, capturista.cotejada)
        typed = asdict(DatosCapturista.of(capturista)) | {"confirmacion": capturista.correo}
        self.datos.fill(typed, known=True)
        self.keep()
        self.finished.connect(self.deleteLater)
        self._show_perfil(None)
        self.datos.form.nombres_edit.setFocus()
        QTimer.singleShot(0, self, self._load)

    def make_fields(self, _names: tuple[str, ...]) -> CheckedFields:
        self.datos = DatosWidget(self.context.application.capturistas.today, self.form.datos_panel)
        return self.datos.fields

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow_to_fit(self)

    def typed(self) -> tuple[dict[str, str], date | None]:
        return self.datos.typed(), self.datos.cotejada

    def work(self) -> Callable[[Progress], CapturistaGuardado]:
        service, sesion = self.context.application.capturistas, self.context.require_sesion()
        nuevo, cotejada, visto = self.datos.nuevo(), self.datos.cotejada, self._capturista
        return lambda _progress: service.update(sesion, visto.id, nuevo, cotejada, visto)

    def on_saved(self, guardado: CapturistaGuardado) -> None:
        self._capturista = guardado.capturista
        self.updated.emit()
        inform(self, sentence(guardado, ACTUALIZADO), then=self.accept)

    def on_overtaken(self, visto: Capturista) -> None:
        self._capturista = visto

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        self.say(SAVING if busy else "", "hint")

    def _load(self) -> None:
        service, sesion = self.context.application.contratistas, self.context.require_sesion()
        self.context.ask(self, lambda _progress: service.perfil(sesion), self._show_perfil)

    def _show_perfil(self, perfil: Perfil | None) -> None:
        form = self.form
        form.rfc_label.setText(perfil.rfc if perfil else "…")
        form.nombre_label.setText(perfil.nombre if perfil else "…")
        form.rol_label.setText(perfil.rol if perfil else "…")
