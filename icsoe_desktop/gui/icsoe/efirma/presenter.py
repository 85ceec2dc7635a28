"""Ingreso con e.firma: «Validar» checks the files, «Ingresar» starts the session."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal

from icsoe_desktop.domain.certificados.verificacion import BLOQ_MAYUS
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue, Outcome
from icsoe_desktop.services.acceso.icsoe import (
    AccesoIcsoeService,
    EfirmaElegida,
    EfirmaRegistrada,
    VerificacionIngreso,
)

VALIDATING = "Validando…"
ENTERING = "Ingresando…"


@dataclass(frozen=True)
class EfirmaState:
    """verificacion: the valid result that «Ingresar» uses; None before «Validar» and after any
    edit.

    problems: field → sentence.
    """

    busy: str = ""
    registradas: tuple[EfirmaRegistrada, ...] = ()
    verificacion: VerificacionIngreso | None = None
    problems: tuple[tuple[str, str], ...] = ()
    message: str = ""

    @property
    def may_enter(self) -> bool:
        return self.verificacion is not None and not self.busy


class EfirmaPresenter(StatePresenter[EfirmaState]):
    refused = Signal()  # «Validar» found problems
    entered = Signal(object)  # IngresoContratista

    def __init__(self, acceso: AccesoIcsoeService, jobs: JobQueue) -> None:
        super().__init__(jobs, EfirmaState())
        self._acceso = acceso
        self._asked_rfc = ""
        self._edits = 0

    def type_rfc(self, rfc: str) -> None:
        """Look up the registered e.firmas with this RFC."""
        self._asked_rfc = rfc
        self.run(
            lambda _progress: self._acceso.registered(rfc),
            lambda outcome: self._on_registered(outcome, rfc),
        )

    def edit(self) -> None:
        """Discard the result of «Validar», because an input changed."""
        self._edits += 1
        state = self.state
        if state.verificacion is not None or state.problems or state.message:
            self._show(verificacion=None, problems=(), message="")

    def validate(self, elegida: EfirmaElegida, caps_lock: bool) -> None:
        if self.state.busy:
            return
        edits = self._edits
        self._show(busy=VALIDATING, verificacion=None, problems=(), message="")
        self.run(
            lambda _progress: self._acceso.verify(elegida),
            lambda outcome: self._on_validated(outcome, caps_lock, edits),
        )

    def enter(self) -> None:
        verificacion = self.state.verificacion
        if verificacion is None or self.state.busy:
            return
        self._show(busy=ENTERING)
        self.ask(
            lambda _progress: self._acceso.enter(verificacion),
            self.entered.emit,
            busy="",
            verificacion=None,
            message="",
        )

    def _on_registered(self, outcome: Outcome[tuple[EfirmaRegistrada, ...]], rfc: str) -> None:
        def show(registradas: tuple[EfirmaRegistrada, ...]) -> None:
            if registradas != self.state.registradas:
                self._show(registradas=registradas)

        if rfc == self._asked_rfc:
            self.settle(outcome, show, self.failed.emit)

    def _on_validated(
        self, outcome: Outcome[VerificacionIngreso], caps_lock: bool, edits: int
    ) -> None:
        def show(found: VerificacionIngreso) -> None:
            if found.exitosa:
                self._show(verificacion=found, message=found.mensaje)
            else:
                self._show(problems=problems_of(found, caps_lock))
                self.refused.emit()

        def refuse(error: Exception) -> None:
            self._fail(error)
            if isinstance(error, UserFacingError):
                self.refused.emit()

        self._show(busy="")
        if edits == self._edits:
            self.settle(outcome, show, refuse)

    def _fail(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            self._show(message=error.message)
        else:
            self.failed.emit(error)


def problems_of(found: VerificacionIngreso, caps_lock: bool) -> tuple[tuple[str, str], ...]:
    """One entry per field, with all its sentences joined."""
    by_field: dict[str, str] = {}
    for campo in ("rfc", "certificado", "llave", "contrasena"):
        sentences = list(found.por_campo(campo))
        if sentences and campo == "contrasena" and caps_lock:
            sentences.append(f"{BLOQ_MAYUS}.")
        if sentences:
            by_field[campo] = "\n".join(sentences)
    return tuple(by_field.items())
