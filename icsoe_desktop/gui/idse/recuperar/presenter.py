"""Recuperar contraseña: two steps, by mail or with the printed code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from PySide6.QtCore import Signal

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.identificadores.contacto import Correo
from icsoe_desktop.errors import InvalidInputError, StoreLockedError, UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.kit.password_rules import check_new_password
from icsoe_desktop.jobs import JobQueue, Outcome
from icsoe_desktop.services.acceso.idse import AccesoService
from icsoe_desktop.services.acceso.recuperacion import CodigoSolicitado, RecuperacionService
from icsoe_desktop.services.acceso.usuarios import politica_of
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.services.correo.envio import ResumenEnvio

MAIL_CODE_DIGITS = 8
PRINTED_CODE_LENGTH = 32

REQUESTING = "Un momento…"
SENDING = "Enviando un código a {correo}…"
SENT = (
    "Se envió un código a {correo}. Sirve una sola vez y hasta las {hora}. Si no llega en unos "
    "minutos, revise la carpeta de correo no deseado."
)
WAITS = (
    "El código para {correo} todavía no sale. {motivo} Espera en «Correos por enviar» y sirve "
    "hasta las {hora}. Si no puede esperar, use el código de recuperación de los datos, que "
    "funciona sin correo."
)
ON_ITS_WAY = "El código para {correo} va en camino. Sirve una sola vez y hasta las {hora}."
SERVER_MISSING = "Falta configurar el servidor de correo de este equipo."
HAVE_CODE = "Escriba el último código que llegó a {correo}."
HAVE_PRINTED = (
    "Escriba el código de recuperación de los datos que imprimió o guardó cuando se registró el "
    "primer usuario. Se cambiará la contraseña de {correo}."
)
SAVING = "Guardando la contraseña…"

CODE_MISSING = "Escriba el código que llegó a su correo: son 8 números."
CODE_LENGTH = "El código tiene 8 números."
PRINTED_MISSING = "Escriba el código de recuperación: son 8 grupos de 4 letras y números."
PRINTED_LENGTH = "El código de recuperación tiene 8 grupos de 4: 32 letras y números."


class PasoRecuperacion(Enum):
    CORREO = "correo"
    CODIGO = "codigo"


@dataclass(frozen=True)
class ContrasenaRecuperada:
    """The values of the second step, as typed."""

    codigo: str = field(default="", repr=False)
    nueva: str = field(default="", repr=False)
    confirmacion: str = field(default="", repr=False)


@dataclass(frozen=True)
class RecuperarState:
    """printed: use the printed recovery code instead of a mailed one."""

    paso: PasoRecuperacion = PasoRecuperacion.CORREO
    printed: bool = False
    correo: str = ""
    busy: bool = False
    message: str = ""
    role: str = "hint"
    error: str = ""
    problems: tuple[tuple[str, str], ...] = ()


def check_nueva(
    typed: ContrasenaRecuperada, correo: str, printed: bool, largo: int = 0
) -> dict[str, str]:
    """The problems of the second step: field → sentence. Empty if it may be sent."""
    problems: dict[str, str] = {}
    significant = re.sub(r"[\W_]", "", typed.codigo)
    if printed and not significant:
        problems["codigo"] = PRINTED_MISSING
    elif printed and len(significant) != PRINTED_CODE_LENGTH:
        problems["codigo"] = PRINTED_LENGTH
    elif not printed and not significant:
        problems["codigo"] = CODE_MISSING
    elif not printed and re.fullmatch(f"[0-9]{{{MAIL_CODE_DIGITS}}}", significant) is None:
        problems["codigo"] = CODE_LENGTH
    politica = politica_of(correo, largo=largo)
    return problems | check_new_password(typed.nueva, typed.confirmacion, politica)


class RecuperarPresenter(StatePresenter[RecuperarState]):
    """network: a separate queue, so that a slow mail server delays no other window."""

    correo_known = Signal(str)  # the mail to fill in
    step_changed = Signal()
    recovered = Signal(str)  # mail of the user with the new password

    def __init__(
        self,
        recuperacion: RecuperacionService,
        acceso: AccesoService,
        buzon: BuzonService,
        jobs: JobQueue,
        network: JobQueue,
    ) -> None:
        super().__init__(jobs, RecuperarState())
        self._recuperacion = recuperacion
        self._acceso = acceso
        self._buzon = buzon
        self._network = network
        self._solicitado: CodigoSolicitado | None = None

    @property
    def largo_minimo(self) -> int:
        return self._recuperacion.largo_minimo

    def start(self) -> None:
        self.ask(
            lambda _progress: self._acceso.default_usuario(),
            self.correo_known.emit,
            self.failed.emit,
        )

    def request(self, correo: str) -> None:
        """Put a code in the outbox and try to send it at once."""
        if self.state.busy or not self._take_correo(correo):
            return
        self._show(busy=True, message=REQUESTING, role="hint")
        address = self.state.correo
        self.ask(
            lambda _progress: self._recuperacion.request(address),
            self._on_requested,
            self._on_not_requested,
            busy=False,
            message="",
        )

    def request_another(self) -> None:
        self.request(self.state.correo)

    def use_received_code(self, correo: str) -> None:
        self._use_code(correo, HAVE_CODE, printed=False)

    def use_printed_code(self, correo: str) -> None:
        self._use_code(correo, HAVE_PRINTED, printed=True)

    def go_back(self) -> None:
        if not self.state.busy:
            self._solicitado = None
            self._go(PasoRecuperacion.CORREO, printed=False, message="")

    def check(self, typed: ContrasenaRecuperada) -> dict[str, str]:
        return check_nueva(typed, self.state.correo, self.state.printed, self.largo_minimo)

    def save(self, typed: ContrasenaRecuperada) -> None:
        if self.state.busy:
            return
        problems = self.check(typed)
        self._show(problems=tuple(problems.items()), error="")
        if problems:
            return
        correo = self.state.correo
        change = (
            self._recuperacion.reset_with_recovery_code
            if self.state.printed
            else self._recuperacion.reset
        )
        self._show(busy=True)
        self.ask(
            lambda _progress: change(correo, typed.codigo, typed.nueva),
            lambda _none: self.recovered.emit(self.state.correo),
            self._on_not_saved,
            busy=False,
        )

    def _use_code(self, correo: str, message: str, printed: bool) -> None:
        if self.state.busy or not self._take_correo(correo):
            return
        self._solicitado = None
        self._go(
            PasoRecuperacion.CODIGO,
            printed=printed,
            message=message.format(correo=self.state.correo),
            role="hint",
        )

    def _take_correo(self, correo: str) -> bool:
        """Store a well-formed mail address; otherwise show the problem under the field."""
        try:
            address = Correo.parse(correo).valor
        except InvalidInputError as error:
            self._show(problems=(("correo", error.message),), message="", error="")
            return False
        self._show(correo=address, problems=(), message="", error="")
        return True

    def _on_requested(self, solicitado: CodigoSolicitado) -> None:
        self._solicitado = solicitado
        self._go(PasoRecuperacion.CODIGO, printed=False)
        if solicitado.hay_servidor:
            self._tell(SENDING, "hint")
            self.run(self._buzon.send_due, self._on_sent, queue=self._network)
        else:
            self._tell(WAITS, "warning", SERVER_MISSING)

    def _on_not_requested(self, error: Exception) -> None:
        match error:
            case InvalidInputError(campo="correo"):
                self._refuse_correo(error)
            case _:
                self._fail(error)

    def _on_sent(self, outcome: Outcome[ResumenEnvio]) -> None:
        def tell(resumen: ResumenEnvio) -> None:
            if resumen.enviados:
                # Mails that expire are sent first, so this one was among those sent.
                self._tell(SENT, "success")
            elif resumen.motivo:
                self._tell(WAITS, "warning", resumen.motivo)
            else:
                on_its_way()

        def on_its_way() -> None:
            # The background round has just taken the mail.
            self._tell(ON_ITS_WAY, "hint")

        if self._solicitado is not None and not self.state.printed:
            self.settle(outcome, tell, self._on_not_sent, on_its_way)

    def _on_not_sent(self, error: Exception) -> None:
        match error:
            case UserFacingError():
                self._tell(WAITS, "warning", error.message)
            case _:
                self.failed.emit(error)

    def _on_not_saved(self, error: Exception) -> None:
        match error:
            case InvalidInputError(campo="correo"):
                self._refuse_correo(error)
            case InvalidInputError(campo="contrasena"):
                self._show(problems=(("nueva", error.message),))
            case InvalidInputError() | StoreLockedError():
                self._show(problems=(("codigo", error.message),))
            case _:
                self._fail(error)

    def _tell(self, text: str, role: str, motivo: str = "") -> None:
        solicitado = self._solicitado
        if solicitado is not None:
            hora = _hour(solicitado.vence)
            message = text.format(correo=solicitado.correo, hora=hora, motivo=motivo)
            self._show(message=message, role=role)

    def _refuse_correo(self, error: InvalidInputError) -> None:
        self._go(PasoRecuperacion.CORREO, printed=False, message="")
        self._show(problems=(("correo", error.message),))

    def _fail(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            self._show(error=error.message)
        else:
            self.failed.emit(error)

    def _go(self, paso: PasoRecuperacion, **changes: object) -> None:
        self._show(paso=paso, problems=(), error="", **changes)
        self.step_changed.emit()


def _hour(when: datetime) -> str:
    return f"{when.astimezone(HORA_DE_MEXICO):%H:%M}"
