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
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
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
class ValoresLegalesState(TaskState):
    loaded: bool = False
    filas: tuple[ValorLegalFila, ...] = ()
    faltan: tuple[str, ...] = ()
    reglas: Reglas = field(default_factory=Reglas)


class ValoresLegalesPresenter(TaskPresenter[ValoresLegalesState]):
    fields = ()

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
        self.perform(
            lambda _progress: self._service.remove(self._sesion, valor.concepto, valor.desde),
            lambda _none: self._tell(REMOVED.format(valor=describe(valor))),
        )

    def import_file(self, path: Path) -> None:
        self.perform(
            lambda progress: self._service.import_values(self._sesion, path, progress),
            self._on_imported,
        )

    def export_file(self, path: Path) -> None:
        self.perform(
            lambda _progress: self._service.export_values(self._sesion, path),
            lambda count: self.say(saved(path, counted(count, "valor", "valores"))),
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

    def _tell(self, message: str) -> None:
        self.say(message)
        self.refresh()


def describe(valor: ValorLegal) -> str:
    """Salario mínimo general, $315.04 desde el 01/01/2026."""
    return f"{valor.concepto.nombre}, {pesos(valor.centavos)} desde el {valor.desde:%d/%m/%Y}"
