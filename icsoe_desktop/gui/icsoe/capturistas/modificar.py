"""Modificar usuario: possible until the capturista has set a password."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import ACTUALIZADO, CapturistaNuevo, DatosCapturista
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_modificar_capturista import Ui_ModificarCapturistaForm
from icsoe_desktop.gui.icsoe.capturistas.alta_presenter import sentence
from icsoe_desktop.gui.icsoe.capturistas.datos import DatosWidget
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.cambios_ajenos import CambioAjenoError
from icsoe_desktop.services.capturistas.service import (
    Capturista,
    CapturistaGuardado,
    CapturistasService,
)
from icsoe_desktop.services.contratista.service import ContratistasService, Perfil

SAVING = "Guardando…"


@dataclass(frozen=True)
class ModificarState:
    """capturista: the saved values, as last shown."""

    capturista: Capturista
    busy: bool = False
    perfil: Perfil | None = None
    problems: tuple[tuple[str, str], ...] = field(default=(), repr=False)


class ModificarPresenter(StatePresenter[ModificarState]):
    updated = Signal(str)  # sentence
    overtaken = Signal(object)  # dict: field → value that another user saved meanwhile

    def __init__(
        self,
        capturistas: CapturistasService,
        contratistas: ContratistasService,
        jobs: JobQueue,
        sesion: Sesion,
        capturista: Capturista,
    ) -> None:
        super().__init__(jobs, ModificarState(capturista))
        self._capturistas = capturistas
        self._contratistas = contratistas
        self._sesion = sesion

    def start(self) -> None:
        self.ask(
            lambda _progress: self._contratistas.perfil(self._sesion),
            lambda perfil: self._show(perfil=perfil),
        )

    def save(self, nuevo: CapturistaNuevo, cotejada: date | None) -> None:
        if self.state.busy:
            return
        self._show(busy=True, problems=())
        visto = self.state.capturista
        self.ask(
            lambda _progress: self._capturistas.update(
                self._sesion, visto.id, nuevo, cotejada, visto
            ),
            self._on_saved,
            self._on_not_saved,
            busy=False,
        )

    def _on_saved(self, guardado: CapturistaGuardado) -> None:
        self._show(capturista=guardado.capturista)
        self.updated.emit(sentence(guardado, ACTUALIZADO))

    def _on_not_saved(self, error: Exception) -> None:
        match error:
            case CambioAjenoError(visto=Capturista() as visto):
                self._show(capturista=visto)
                self.overtaken.emit(error.sentences)
            case InvalidInputError(campo=str(campo)):
                self._show(problems=((campo, error.message),))
            case _:
                self._fail(error)


class ModificarDialog(EditingDialog):
    donde = "los datos de este usuario"
    updated = Signal()

    def __init__(self, presenter: ModificarPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ModificarCapturistaForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        form = self.form
        self.datos = DatosWidget(context.application.capturistas.today, form.datos_panel)
        self.datos.put_between(form.curp_edit, form.regresar_button)
        form.curp_edit.setFont(tabular_font())
        capturista = presenter.state.capturista
        form.curp_edit.setText(capturista.curp)
        self.datos.set_curp(capturista.curp, capturista.cotejada)
        typed = asdict(DatosCapturista.of(capturista)) | {"confirmacion": capturista.correo}
        self.datos.fill(typed, known=True)
        self._before = self.datos.typed()
        form.actualizar_button.clicked.connect(self._save)
        form.regresar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        presenter.updated.connect(self._on_updated)
        presenter.overtaken.connect(self.datos.tell)
        presenter.failed.connect(lambda error: context.errors.show(self, error))
        self.finished.connect(self.deleteLater)
        self._draw(presenter.state)
        self.datos.form.nombres_edit.setFocus()
        QTimer.singleShot(0, self, presenter.start)

    @classmethod
    def of(cls, capturista: Capturista, context: Context, parent: QWidget) -> ModificarDialog:
        application = context.application
        presenter = ModificarPresenter(
            application.capturistas,
            application.contratistas,
            context.jobs,
            context.require_sesion(),
            capturista,
        )
        dialog = cls(presenter, context, parent)
        presenter.setParent(dialog)
        return dialog

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow_to_fit(self)

    @property
    def unsaved(self) -> bool:
        cotejada = self._presenter.state.capturista.cotejada
        return self.datos.typed() != self._before or self.datos.cotejada != cotejada

    def _save(self) -> None:
        if self.datos.attempt():
            self._presenter.save(self.datos.nuevo(), self.datos.cotejada)

    def _on_updated(self, text: str) -> None:
        self._before = self.datos.typed()
        self.updated.emit()
        inform(self, text, then=self.accept)

    def _draw(self, state: ModificarState) -> None:
        form, perfil = self.form, state.perfil
        form.rfc_label.setText(perfil.rfc if perfil else "…")
        form.nombre_label.setText(perfil.nombre if perfil else "…")
        form.rol_label.setText(perfil.rol if perfil else "…")
        form.actualizar_button.setEnabled(not state.busy)
        self.datos.set_read_only(state.busy)
        show_message(form.mensaje_label, SAVING if state.busy else "", "hint")
        self.datos.draw(state.problems)
