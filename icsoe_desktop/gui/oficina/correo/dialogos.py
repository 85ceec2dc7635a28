"""The dialogs that wait for a server: a test mail, and linking an account.

Prueba sends one mail with the settings on the screen. Vincular gets a provider's grant, in the
browser or with a code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth, CodigoDispositivo, FormaVincular
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
from icsoe_desktop.gui.forms.ui_correo_prueba import Ui_CorreoPruebaForm
from icsoe_desktop.gui.forms.ui_vincular_correo import Ui_VincularCorreoForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.oficina.correo.presenter import DatosServidor
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.credenciales import Vinculo
from icsoe_desktop.services.correo.vinculo import (
    WAITING_BROWSER,
    WAITING_CODE,
    VinculoCorreoService,
)

CONNECTING = "Conectando con el servidor de correo…"
ASKING_CODE = "Pidiendo el código…"
CANCELLING = "Cancelando… Se espera la respuesta del servidor."
SENT = (
    "El servidor aceptó el correo de prueba para {para}. Si no llega en unos minutos, revise la "
    "carpeta de correo no deseado."
)
TEST_STOPPED = "El correo de prueba se canceló. No se envió nada."
LINK_STOPPED = "Se canceló. No se guardó nada."
COPIED = "El código se copió."
NO_CODE_HINT = (
    "Google sólo permite hacerlo en el navegador de este equipo, y su permiso para enviar abarca "
    "todo el buzón: no da uno más estrecho."
)


P = TypeVar("P", bound=TaskPresenter[Any])


class EsperaDialog(QDialog, Generic[P]):
    def wait(self, form: Any, presenter: P, errors: ErrorReporter) -> None:
        """form: the generated form."""
        form.setupUi(self)
        self.presenter = presenter
        presenter.setParent(self)
        form.cancelar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        presenter.ended.connect(self._on_ended)
        presenter.failed.connect(lambda error: errors.show(self, error))

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

    def draw_waiting(self, form: Any, state: TaskState) -> None:
        waiting = state.busy and not state.cancelling
        form.cancelar_button.setText("&Cancelar" if waiting else "&Cerrar")
        form.avance_bar.setVisible(state.busy)
        show_message(form.mensaje_label, state.message, state.role)

    def _draw(self, state: Any) -> None:
        raise NotImplementedError

    def _on_ended(self) -> None:
        raise NotImplementedError


class PruebaPresenter(TaskPresenter[TaskState]):
    cancelling = CANCELLING
    fields = ("para",)

    def __init__(
        self, ajustes: AjustesService, network: JobQueue, sesion: Sesion, datos: DatosServidor
    ) -> None:
        super().__init__(network, TaskState())
        self._ajustes = ajustes
        self._sesion = sesion
        self._datos = datos

    def send(self, para: str) -> None:
        if self.state.busy:
            return
        servidor, password, sesion = self._datos.parse(), self._datos.typed_password, self._sesion
        sent = SENT.format(para=para.strip())
        self.perform(
            lambda progress: self._ajustes.send_test(sesion, servidor, password, para, progress),
            lambda _none: self.say(sent),
            waiting=CONNECTING,
            stopped=lambda: self.say(TEST_STOPPED, "hint"),
        )


class PruebaDialog(EsperaDialog[PruebaPresenter]):
    def __init__(
        self,
        presenter: PruebaPresenter,
        errors: ErrorReporter,
        para: str,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        form = self.form = Ui_CorreoPruebaForm()
        self.wait(form, presenter, errors)
        self._fields = CheckedFields(fields_of(form, "para"), self)
        form.para_edit.setText(para)
        form.para_edit.selectAll()
        form.enviar_button.clicked.connect(lambda: presenter.send(form.para_edit.text()))
        self._draw(presenter.state)

    def _on_ended(self) -> None:
        form, state = self.form, self.presenter.state
        first = form.para_edit if state.problems or state.role == "error" else form.cancelar_button
        first.setFocus()

    def _draw(self, state: TaskState) -> None:
        form = self.form
        form.para_edit.setEnabled(not state.busy)
        form.enviar_button.setEnabled(not state.busy)
        self.draw_waiting(form, state)
        draw_step(form.avance_bar, state.step)
        self._fields.draw(state.problems)


@dataclass(frozen=True)
class VincularState(TaskState):
    """codigo: to show while busy. vinculo: once the account is linked."""

    codigo: CodigoDispositivo | None = None
    vinculo: Vinculo | None = None


class VincularPresenter(TaskPresenter[VincularState]):
    cancelling = CANCELLING
    fields = ()
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
        self._show(codigo=None)
        self.perform(
            by_browser if browser else by_code,
            lambda vinculo: self._show(vinculo=vinculo),
            waiting=WAITING_BROWSER if browser else ASKING_CODE,
            stopped=lambda: self.say(LINK_STOPPED, "hint"),
        )

    def note_copied(self) -> None:
        self._show(message=COPIED)

    def _on_code(self, codigo: CodigoDispositivo) -> None:
        if self.state.busy and not self.state.cancelling:
            self._show(codigo=codigo, message=WAITING_CODE)


def open_browser(address: str) -> bool:
    """From any thread: Qt hands it to the system."""
    return QDesktopServices.openUrl(QUrl(address))


class VincularDialog(EsperaDialog[VincularPresenter]):
    """Accepted once the account is linked."""

    def __init__(
        self, presenter: VincularPresenter, errors: ErrorReporter, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        form = self.form = Ui_VincularCorreoForm()
        self.wait(form, presenter, errors)
        form.codigo_radio.setEnabled(presenter.offers_code)
        form.forma_label.setText("" if presenter.offers_code else NO_CODE_HINT)
        form.forma_label.setVisible(not presenter.offers_code)
        form.vincular_button.clicked.connect(self._link)
        form.abrir_button.clicked.connect(lambda: open_browser(form.direccion_edit.text()))
        form.copiar_button.clicked.connect(self._copy)
        self._draw(presenter.state)

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
        form, codigo = self.form, state.codigo if state.busy else None
        form.navegador_radio.setEnabled(not state.busy)
        form.codigo_radio.setEnabled(not state.busy and self.presenter.offers_code)
        form.vincular_button.setEnabled(not state.busy)
        form.avance_bar.setRange(0, 0)
        shown = form.codigo_frame.isHidden() and codigo is not None
        form.codigo_frame.setVisible(codigo is not None)
        if codigo is not None:
            form.direccion_edit.setText(codigo.direccion)
            form.codigo_edit.setText(codigo.codigo)
        if shown:
            form.codigo_edit.setFocus()
            form.codigo_edit.selectAll()
        self.draw_waiting(form, state)
        grow_to_fit(self)
