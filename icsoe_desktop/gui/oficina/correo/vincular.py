"""Vincular la cuenta: gets a provider's grant, in the browser or with a code."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth, CodigoDispositivo, FormaVincular
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.forms.ui_vincular_correo import Ui_VincularCorreoForm
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Progress
from icsoe_desktop.services.correo.credenciales import Vinculo
from icsoe_desktop.services.correo.vinculo import (
    WAITING_BROWSER,
    WAITING_CODE,
    VinculoCorreoService,
)

ASKING_CODE = "Pidiendo el código…"
CANCELLING = "Cancelando… Se espera la respuesta del servidor."
STOPPED = "Se canceló. No se guardó nada."
COPIED = "El código se copió."
NO_CODE_HINT = (
    "Google sólo permite hacerlo en el navegador de este equipo, y su permiso para enviar abarca "
    "todo el buzón: no da uno más estrecho."
)


@dataclass(frozen=True)
class VincularState:
    """codigo: to show while consent is waited for. vinculo: once the account is linked."""

    busy: bool = False
    cancelling: bool = False
    codigo: CodigoDispositivo | None = None
    vinculo: Vinculo | None = None
    message: str = ""
    role: str = "hint"


class VincularPresenter(StatePresenter[VincularState]):
    ended = Signal()
    _code_came = Signal(object)  # CodigoDispositivo, from the worker

    def __init__(
        self,
        vinculos: VinculoCorreoService,
        network: JobQueue,
        sesion: Sesion,
        servidor: ServidorCorreo,
        cliente: ClienteOAuth,
    ) -> None:
        super().__init__(network, VincularState())
        self._vinculos = vinculos
        self._sesion = sesion
        self._servidor = servidor
        self.cliente = cliente
        self._job: Job | None = None
        self._code_came.connect(self._on_code)

    @property
    def offers_code(self) -> bool:
        return self._vinculos.offers_code(self.cliente.proveedor)

    def link(self, forma: FormaVincular) -> None:
        if self.state.busy:
            return
        service, sesion = self._vinculos, self._sesion
        servidor, cliente, came = self._servidor, self.cliente, self._code_came.emit

        def by_browser(progress: Progress) -> Vinculo:
            return service.link_by_browser(sesion, servidor, cliente, open_browser, progress)

        def by_code(progress: Progress) -> Vinculo:
            codigo = service.begin_code(sesion, servidor, cliente)
            came(codigo)
            return service.link_by_code(sesion, servidor, cliente, codigo, progress)

        browser = forma is FormaVincular.NAVEGADOR
        self._show(
            busy=True, codigo=None, message=WAITING_BROWSER if browser else ASKING_CODE, role="hint"
        )
        self._job = self.run(by_browser if browser else by_code, self._on_linked)

    def cancel(self) -> None:
        if self._job is not None and self.state.busy:
            self._job.cancel()
            self._show(cancelling=True, message=CANCELLING)

    def note_copied(self) -> None:
        self._show(message=COPIED)

    def _on_code(self, codigo: CodigoDispositivo) -> None:
        if self.state.busy and not self.state.cancelling:
            self._show(codigo=codigo, message=WAITING_CODE)

    def _on_linked(self, outcome: Outcome[Vinculo]) -> None:
        self._job = None
        self.settle(
            outcome,
            lambda vinculo: self._show(vinculo=vinculo),
            stopped=lambda: self._show(message=STOPPED, role="hint"),
            busy=False,
            cancelling=False,
            codigo=None,
            message="",
        )
        self.ended.emit()

    def _fail(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            self._show(message=error.message, role="error")
        else:
            self.failed.emit(error)


def open_browser(address: str) -> bool:
    """From any thread: Qt hands it to the system."""
    return QDesktopServices.openUrl(QUrl(address))


class VincularDialog(QDialog):
    """Accepted once the account is linked."""

    def __init__(
        self, presenter: VincularPresenter, errors: ErrorReporter, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.form = Ui_VincularCorreoForm()
        self.form.setupUi(self)
        self.presenter = presenter
        presenter.setParent(self)
        form = self.form
        form.codigo_radio.setEnabled(presenter.offers_code)
        form.forma_label.setText("" if presenter.offers_code else NO_CODE_HINT)
        form.forma_label.setVisible(not presenter.offers_code)
        form.vincular_button.clicked.connect(self._link)
        form.cancelar_button.clicked.connect(self.reject)
        form.abrir_button.clicked.connect(lambda: open_browser(form.direccion_edit.text()))
        form.copiar_button.clicked.connect(self._copy)
        presenter.changed.connect(self._draw)
        presenter.ended.connect(self._on_ended)
        presenter.failed.connect(lambda error: errors.show(self, error))
        self._draw(presenter.state)

    def reject(self) -> None:
        """Stop the waiting on the first Esc or Cancelar; close the dialog on the next."""
        state = self.presenter.state
        if state.busy and not state.cancelling:
            self.presenter.cancel()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.presenter.cancel()
        super().closeEvent(event)

    def _link(self) -> None:
        by_code = self.form.codigo_radio.isChecked()
        self.presenter.link(FormaVincular.CODIGO if by_code else FormaVincular.NAVEGADOR)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.form.codigo_edit.text())
        self.presenter.note_copied()

    def _on_ended(self) -> None:
        if self.presenter.state.vinculo is not None:
            self.accept()
        else:
            self.form.vincular_button.setFocus()

    def _draw(self, state: VincularState) -> None:
        form, codigo = self.form, state.codigo
        form.navegador_radio.setEnabled(not state.busy)
        form.codigo_radio.setEnabled(not state.busy and self.presenter.offers_code)
        form.vincular_button.setEnabled(not state.busy)
        form.cancelar_button.setText(
            "&Cancelar" if state.busy and not state.cancelling else "&Cerrar"
        )
        form.avance_bar.setVisible(state.busy)
        form.avance_bar.setRange(0, 0)
        shown = form.codigo_frame.isHidden() and codigo is not None
        form.codigo_frame.setVisible(codigo is not None)
        if codigo is not None:
            form.direccion_edit.setText(codigo.direccion)
            form.codigo_edit.setText(codigo.codigo)
        if shown:
            form.codigo_edit.setFocus()
            form.codigo_edit.selectAll()
        show_message(form.mensaje_label, state.message, state.role)
        grow_to_fit(self)
