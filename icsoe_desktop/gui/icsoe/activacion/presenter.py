"""Activar cuenta: open the link, then create a password or confirm with the existing one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.contrasena import POLITICA_ICSOE, Politica
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.idse.acceso.credentials import MISSING_CONTRASENA
from icsoe_desktop.gui.kit.password_rules import check_new_password
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.acceso.activacion import ActivacionService, LigaAbierta

OPENING = "Revisando la liga…"
SAVING = "Guardando la contraseña…"
CONFIRMING = "Verificando…"
AVISO_NEEDED = "Lea y acepte el Aviso de privacidad."


class PasoActivacion(Enum):
    CODIGO = "codigo"
    CONTRASENA = "contrasena"
    CONFIRMAR = "confirmar"


@dataclass(frozen=True)
class ContrasenaActivada:
    """The values of the second step, as typed."""

    nueva: str = field(default="", repr=False)
    confirmacion: str = field(default="", repr=False)
    acepta_aviso: bool = False


@dataclass(frozen=True)
class ActivacionState:
    """liga: the purpose of the link, once it was found valid.

    problems: field → sentence, for «codigo», «nueva», «confirmacion», «aviso», «actual».
    """

    paso: PasoActivacion = PasoActivacion.CODIGO
    busy: bool = False
    liga: LigaAbierta | None = field(default=None, repr=False)
    message: str = ""
    error: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    largo_minimo: int = 0

    @property
    def politica(self) -> Politica:
        return POLITICA_ICSOE.at_least(self.largo_minimo).excluding(
            self.liga.datos if self.liga else ()
        )


class ActivacionPresenter(StatePresenter[ActivacionState]):
    step_changed = Signal()
    created = Signal()  # the password is saved; mail 3 is in the outbox
    confirmed = Signal()

    def __init__(self, activacion: ActivacionService, jobs: JobQueue) -> None:
        super().__init__(jobs, ActivacionState(largo_minimo=activacion.largo_minimo))
        self._activacion = activacion

    def open(self, texto: str) -> None:
        """Open a link or code, pasted or received from the system."""
        if self.state.busy:
            return
        self._show(busy=True, message=OPENING, error="", problems=())
        self.ask(
            lambda _progress: self._activacion.open(texto),
            self._on_opened,
            self._on_not_opened,
            busy=False,
            message="",
        )

    def go_back(self) -> None:
        if not self.state.busy:
            self._go(PasoActivacion.CODIGO, liga=None)

    def edit(self) -> None:
        """Remove the messages about the former text, because the user is typing."""
        if self.state.problems or self.state.error:
            self._show(problems=(), error="")

    def check(self, typed: ContrasenaActivada) -> dict[str, str]:
        """The problems of the second step: field → sentence."""
        problems = check_new_password(typed.nueva, typed.confirmacion, self.state.politica)
        if not typed.acepta_aviso:
            problems["aviso"] = AVISO_NEEDED
        return problems

    def save(self, typed: ContrasenaActivada) -> None:
        liga = self.state.liga
        if self.state.busy or liga is None:
            return
        problems = self.check(typed)
        if problems:
            self._show(problems=tuple(problems.items()), error="")
            return
        self._show(busy=True, message=SAVING, error="", problems=())
        self.ask(
            lambda _progress: self._activacion.create_password(
                liga.codigo, typed.nueva, typed.confirmacion, acepta_aviso=typed.acepta_aviso
            ),
            lambda _none: self.created.emit(),
            self._on_not_saved,
            busy=False,
            message="",
        )

    def confirm(self, actual: str) -> None:
        liga = self.state.liga
        if self.state.busy or liga is None:
            return
        if not actual:
            self._show(problems=(("actual", MISSING_CONTRASENA),), error="")
            return
        self._show(busy=True, message=CONFIRMING, error="", problems=())
        self.ask(
            lambda _progress: self._activacion.confirm(liga.codigo, actual),
            lambda _none: self.confirmed.emit(),
            self._on_not_confirmed,
            busy=False,
            message="",
        )

    def _on_opened(self, liga: LigaAbierta) -> None:
        paso = (
            PasoActivacion.CONFIRMAR if liga.pide_contrasena_actual else PasoActivacion.CONTRASENA
        )
        self._go(paso, liga=liga)

    def _on_not_opened(self, error: Exception) -> None:
        match error:
            case UserFacingError():
                self._go(PasoActivacion.CODIGO, problems=(("codigo", error.message),))
            case _:
                self._fail(error)

    def _on_not_saved(self, error: Exception) -> None:
        match error:
            case InvalidInputError(campo="contrasena"):
                self._show_problem("nueva", error.message)
            case InvalidInputError(campo="confirmacion"):
                self._show_problem("confirmacion", error.message)
            case InvalidInputError(campo="acepta_aviso"):
                self._show_problem("aviso", error.message)
            case InvalidInputError():
                # The link was used, replaced or expired while the user typed.
                self._go(PasoActivacion.CODIGO, liga=None, problems=(("codigo", error.message),))
            case _:
                self._fail(error)

    def _on_not_confirmed(self, error: Exception) -> None:
        match error:
            case InvalidInputError(campo="contrasena"):
                self._show_problem("actual", error.message)
            case InvalidInputError():
                self._go(PasoActivacion.CODIGO, liga=None, problems=(("codigo", error.message),))
            case UserFacingError():
                self._show(error=error.message)
            case _:
                self._fail(error)

    def _show_problem(self, campo: str, text: str) -> None:
        self._show(problems=((campo, text),))

    def _go(self, paso: PasoActivacion, **changes: object) -> None:
        before = self.state.paso
        self._show(**{"paso": paso, "error": "", "problems": (), **changes})
        if paso is not before:
            self.step_changed.emit()
