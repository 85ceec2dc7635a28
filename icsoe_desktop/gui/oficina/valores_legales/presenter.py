"""Valores: the state and commands of the table of minimum wage and UMA."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.salarios.calculo import Reglas
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.valores import Concepto, ValorLegal, pesos
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.kit.formats import saved
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.valores_legales.service import ValoresLegalesService, ValorLegalFila

NEEDS_DATE = "Escriba desde qué día vale."
SAVED = "Se guardó: {valor}. El SBC ya se revisa con él."
REMOVED = "Se quitó: {valor}."
IMPORTED = "Se importó el archivo: {valores}. El SBC ya se revisa con ellos."
NOTHING_NEW = "El archivo no trae nada nuevo: todo lo que dice ya estaba."
RULES_SAVED = "El factor de integración se calcula {reglas}."


@dataclass(frozen=True)
class ValoresLegalesState:
    """message: about the last command, with its role."""

    loaded: bool = False
    busy: bool = False
    filas: tuple[ValorLegalFila, ...] = ()
    faltan: tuple[str, ...] = ()
    reglas: Reglas = field(default_factory=Reglas)
    message: str = ""
    role: str = "success"


class ValoresLegalesPresenter(StatePresenter[ValoresLegalesState]):
    def __init__(self, service: ValoresLegalesService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, ValoresLegalesState())
        self._service = service
        self._sesion = sesion

    def refresh(self) -> None:
        service, sesion = self._service, self._sesion

        def read(_progress: Progress) -> dict[str, object]:
            return {
                "filas": service.table(sesion),
                "faltan": service.missing(sesion),
                "reglas": service.rules(sesion)[0],
            }

        self.ask(read, lambda read: self._show(loaded=True, **read))

    def saving(
        self, concepto: Concepto, desde: date, importe: str, fuente: str
    ) -> Callable[[Progress], ValorLegal]:
        self._show(message="")
        return lambda _progress: self._service.save(
            self._sesion, concepto=concepto, desde=desde, importe=importe, fuente=fuente
        )

    def tell_saved(self, valor: ValorLegal) -> None:
        self._tell(SAVED.format(valor=describe(valor)))

    def remove(self, fila: ValorLegalFila) -> None:
        valor = fila.valor
        self._show(busy=True, message="")
        self.ask(
            lambda _progress: self._service.remove(self._sesion, valor.concepto, valor.desde),
            lambda _none: self._tell(REMOVED.format(valor=describe(valor))),
            busy=False,
        )

    def import_file(self, path: Path) -> None:
        self._show(busy=True, message="")
        self.ask(
            lambda progress: self._service.import_values(self._sesion, path, progress),
            self._on_imported,
            self._on_not_imported,
            busy=False,
        )

    def export_file(self, path: Path) -> None:
        self._show(busy=True, message="")
        self.ask(
            lambda _progress: self._service.export_values(self._sesion, path),
            lambda count: self._show(
                message=saved(path, counted(count, "valor", "valores")),
                role="success",
            ),
            busy=False,
        )

    def choose_rules(self, reglas: Reglas) -> None:
        if reglas == self.state.reglas:
            return

        def saved(_none: object) -> None:
            self._show(reglas=reglas)
            self._tell(RULES_SAVED.format(reglas=reglas.nombre))

        self.ask(lambda _progress: self._service.save_rules(self._sesion, reglas), saved)

    def _on_imported(self, count: int) -> None:
        if count:
            self._tell(IMPORTED.format(valores=counted(count, "valor", "valores")))
        else:
            self._tell(NOTHING_NEW)

    def _on_not_imported(self, error: Exception) -> None:
        if isinstance(error, InvalidInputError):
            self._show(message=error.message, role="error")
        else:
            self._fail(error)

    def _tell(self, message: str) -> None:
        self._show(message=message, role="success")
        self.refresh()


def describe(valor: ValorLegal) -> str:
    """Salario mínimo general, $315.04 desde el 01/01/2026."""
    return f"{valor.concepto.nombre}, {pesos(valor.centavos)} desde el {valor.desde:%d/%m/%Y}"
