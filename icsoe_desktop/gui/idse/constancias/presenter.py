"""Importar constancia: read the PDF, show its movements, apply its answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.movimientos.constancia import respuestas
from icsoe_desktop.gui.base.presenter import StoppablePresenter
from icsoe_desktop.gui.idse.importacion.problemas import EXPORTED, EXPORTING
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.formats import counted, movements
from icsoe_desktop.gui.kit.progress import with_what
from icsoe_desktop.jobs import JobQueue, Step
from icsoe_desktop.services.constancias.cotejo import Cotejo, ResultadoConstancia, VistaConstancia
from icsoe_desktop.services.constancias.service import ConstanciasService

READING: Final = Step(0, None, "Leyendo la constancia")
APPLYING: Final = Step(0, None, "Anotando movimientos")
ALREADY: Final = (
    "Esta constancia ya se había importado. Para importarla de nuevo, deshágala antes en "
    "Importaciones."
)
NOTHING: Final = (
    "Ningún movimiento de la constancia se puede anotar. Si no están en el programa, importe antes "
    "el archivo que se presentó."
)
CORRECT: Final = "Corrija aquí lo rechazado, o después, desde la lista."
ALL_CORRECTED: Final = "Lo rechazado ya se corrigió: preséntelo con «Generar archivo»."
DOES_NOT_ADD_UP: Final = (
    "La constancia tiene datos que faltan o no cuadran. Revise la lista de problemas antes de "
    "anotar."
)


@dataclass(frozen=True)
class ConstanciaState:
    """step: None while nothing runs. anotada: it was applied here, and its rejected rows stay."""

    archivo: str
    step: Step | None = READING
    vista: VistaConstancia | None = None
    stopping: bool = False
    message: str = ""
    anotada: bool = False

    @property
    def can_apply(self) -> bool:
        vista = self.vista
        return (
            vista is not None
            and self.step is None
            and not vista.ya_aplicada
            and vista.por_anotar > 0
        )

    @property
    def facts(self) -> str:
        """The general data of the constancia."""
        if self.vista is None:
            return ""
        one = self.vista.constancia
        parts = (
            one.razon_social,
            f"Registro patronal {formats.registro(one.registro_patronal)}",
            f"Lote {one.lote}" if one.lote else "",
            f"Folio {one.folio}" if one.folio else "",
            f"Recibida el {one.recibido:%d/%m/%Y %H:%M}" if one.recibido else "",
        )
        return " · ".join(part for part in parts if part)

    @property
    def counts(self) -> str:
        vista = self.vista
        if vista is None:
            return ""
        one = vista.constancia
        said = [respuestas(one.operados, one.rechazados)] if one.renglones else []
        for cotejo, uno, varios in (
            (Cotejo.NO_ESTA, "no está en el programa", "no están en el programa"),
            (Cotejo.OTRA_RESPUESTA, "ya tiene otra respuesta", "ya tienen otra respuesta"),
            (Cotejo.YA_ANOTADO, "ya estaba anotado", "ya estaban anotados"),
            (Cotejo.VARIOS, "corresponde a varios", "corresponden a varios"),
            (Cotejo.ILEGIBLE, "no se pudo leer", "no se pudieron leer"),
        ):
            count = vista.count(cotejo)
            if count:
                said.append(counted(count, uno, varios))
        text = ": ".join(filter(None, (movements(len(one.renglones)), ", ".join(said)))) + "."
        if vista.lotes:
            lotes = "Responde al lote" if len(vista.lotes) == 1 else "Responde a los lotes"
            text += f" {lotes} {', '.join(vista.lotes)}."
        return text

    @property
    def advice(self) -> str:
        vista = self.vista
        if vista is None or self.step is not None:
            return ""
        if vista.ya_aplicada:
            return ALREADY
        if not vista.por_anotar:
            return NOTHING
        return DOES_NOT_ADD_UP if vista.graves else ""


class ConstanciaPresenter(StoppablePresenter[ConstanciaState]):
    applied = Signal(object)  # ResultadoConstancia
    failed = Signal(object)  # Exception: the file could not be read
    refused = Signal(object)  # Exception: the preview stays

    def __init__(
        self, service: ConstanciasService, jobs: JobQueue, sesion: Sesion, path: Path
    ) -> None:
        super().__init__(jobs, ConstanciaState(path.name))
        self._service = service
        self._sesion = sesion
        self._path = path

    def start(self) -> None:
        self.begin(
            lambda progress: self._service.preview(self._sesion, self._path, progress),
            self._on_read,
            self._on_step,
        )

    def read_again(self) -> None:
        """Read what was corrected meanwhile."""
        if self.state.step is None:
            self._show(step=READING)
            self.start()

    def apply(self) -> None:
        vista = self.state.vista
        if vista is None or not self.state.can_apply:
            return
        self._show(step=APPLYING, message="")
        self.begin(
            lambda progress: self._service.apply(self._sesion, vista, progress),
            self._on_applied,
            self._on_step,
            self._on_not_applied,
        )

    def export_problems(self, path: Path) -> None:
        vista = self.state.vista
        if vista is None or self.state.step is not None:
            return
        self._show(step=EXPORTING, message="")
        self.begin(
            lambda progress: self._service.export_problems(vista, path, progress),
            lambda _none: self._show(message=EXPORTED),
            self._on_step,
            self.refused.emit,
            # Stopping the export of a list does not close the preview.
            stopped=lambda: None,
            step=None,
            stopping=False,
        )

    def _on_step(self, step: Step) -> None:
        before = self.state.step
        if before is not None:
            self._show(step=with_what(step, before.what))

    def _on_read(self, vista: VistaConstancia) -> None:
        if self.state.stopping:
            self.stopped.emit()
            return
        told = self.state.message
        if told.endswith(CORRECT) and not any(one.corregible for one in vista.cotejados):
            told = told.removesuffix(CORRECT) + ALL_CORRECTED
        self._show(vista=vista, step=None, message=told)

    def _on_applied(self, resultado: ResultadoConstancia) -> None:
        self.applied.emit(resultado)
        if resultado.rechazados:
            # Read again: the rows now know which movement they rejected.
            self._show(step=READING, message=f"{summary(resultado)} {CORRECT}", anotada=True)
            self.start()

    def _on_not_applied(self, error: Exception) -> None:
        self._show(step=None, stopping=False)
        self.refused.emit(error)


def summary(resultado: ResultadoConstancia) -> str:
    text = f"La constancia se anotó: {respuestas(resultado.aprobados, resultado.rechazados)}."
    if resultado.omitidos:
        omitted = counted(resultado.omitidos, "renglón no cambió", "renglones no cambiaron")
        text += f" {omitted} nada."
    return text
