"""Changes the address or password of the connection; office and account stay the same."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_sincronizacion_cambiar import Ui_SincronizacionCambiarForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields
from icsoe_desktop.gui.kit.fields import fix, show_message
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.gui.oficina.sincronizacion.alta_presenter import CONEXION_FIELDS, missing
from icsoe_desktop.gui.oficina.sincronizacion.conexion import (
    REVIEWING,
    ConexionPanel,
    RevisionDialog,
)
from icsoe_desktop.gui.oficina.sincronizacion.pages import (
    FittedDialog,
    FocusKeeper,
    fill,
    walk_after,
)
from icsoe_desktop.gui.oficina.sincronizacion.tasks import Service, TaskPresenter, TaskState
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.sincronizacion.answers import (
    Comprobacion,
    Conexion,
    EstadoSincronizacion,
)

SAME_ACCOUNT = "La cuenta identifica a este equipo en la oficina y aquí no se cambia."


class CambiarPresenter(TaskPresenter[TaskState]):
    saved = Signal()

    def __init__(self, service: Service, network: JobQueue, sesion: Sesion) -> None:
        super().__init__(network, TaskState())
        self._service = service
        self._sesion = sesion

    def find_problems(self, conexion: Conexion) -> bool:
        problems = missing({name: getattr(conexion, name) for name in CONEXION_FIELDS})
        self._show(problems=tuple(problems.items()), message="")
        return bool(problems)

    def test(self, conexion: Conexion, progress: Progress) -> tuple[Comprobacion, ...]:
        """Check a server. Runs in a network queue."""
        return self._service().test(self._sesion, conexion, progress)

    def save(self, conexion: Conexion) -> None:
        if self.state.busy or self.find_problems(conexion):
            return
        self.perform(
            lambda progress: self._service().change_connection(self._sesion, conexion, progress),
            lambda _none: self.saved.emit(),
            waiting=REVIEWING,
        )


class CambiarDialog(FittedDialog, EditingDialog):
    donde = "la conexión"

    def __init__(
        self,
        presenter: CambiarPresenter,
        estado: EstadoSincronizacion,
        direccion: str,
        context: Context,
        parent: QWidget,
    ) -> None:
        """direccion: the address set by an administrator for this machine, or empty."""
        super().__init__(parent)
        self.form = Ui_SincronizacionCambiarForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._estado = estado
        self._context = context
        presenter.setParent(self)
        form = self.form
        self.conexion = ConexionPanel(self)
        fill(form.conexion_panel, self.conexion)
        walk_after(
            self.conexion.form.mostrar_check,
            form.probar_button,
            form.cancelar_button,
            form.guardar_button,
        )
        self.conexion.edits["direccion"].setText(estado.direccion)
        self.conexion.edits["cuenta"].setText(estado.cuenta)
        if direccion:
            self.conexion.fix_address(direccion, context.application.politica)
        self._direccion = self.conexion.edits["direccion"].text()
        fix(SAME_ACCOUNT, self.conexion.edits["cuenta"])
        self._fields = CheckedFields(self.conexion.fields, self)
        self._fields.edited.connect(presenter.mend)
        self._focus = FocusKeeper(self)
        form.probar_button.clicked.connect(self._test)
        form.guardar_button.clicked.connect(lambda: presenter.save(self._typed()))
        form.cancelar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        presenter.saved.connect(self.accept)
        presenter.failed.connect(lambda error: context.errors.show(self, error))
        self._draw(presenter.state)
        self.conexion.edits["contrasena" if direccion else "direccion"].setFocus()

    @property
    def unsaved(self) -> bool:
        edits = self.conexion.edits
        return edits["direccion"].text() != self._direccion or bool(edits["contrasena"].text())

    def leave(self) -> None:
        self._presenter.cancel()
        super().leave()

    def _typed(self) -> Conexion:
        return self.conexion.typed(self._estado.oficina)

    def _test(self) -> None:
        conexion, presenter = self._typed(), self._presenter
        if not presenter.find_problems(conexion):
            RevisionDialog(
                lambda progress: presenter.test(conexion, progress), self._context, self
            ).open()

    def _draw(self, state: TaskState) -> None:
        form = self.form
        with self._focus.through(state.busy):
            for widget in (form.conexion_panel, form.probar_button, form.guardar_button):
                widget.setEnabled(not state.busy)
        form.avance_bar.setVisible(state.busy)
        draw_step(form.avance_bar, state.step, counts=True)
        show_message(form.mensaje_label, state.message, state.role)
        self._fields.draw(state.problems)
