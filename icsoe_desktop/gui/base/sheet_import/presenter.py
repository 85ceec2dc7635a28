"""Import of a sheet: read it, show a preview, apply it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import Signal

from icsoe_desktop.gui.base.presenter import StoppablePresenter
from icsoe_desktop.gui.kit.formats import counted_if_any
from icsoe_desktop.jobs import JobQueue, Progress, Step
from icsoe_desktop.services.listas import (
    EstadoRenglon,
    RenglonLista,
    ResultadoLista,
    VistaPreviaLista,
)

Vista = VistaPreviaLista[Any, Any]
Renglon = RenglonLista[Any, Any]

START = Step(0, None, "")


_COUNTED = {
    EstadoRenglon.NUEVO: ("nuevo", "nuevos"),
    EstadoRenglon.CAMBIADO: ("que cambia", "que cambian"),
    EstadoRenglon.YA_REGISTRADO: ("que ya está", "que ya están"),
    EstadoRenglon.REPETIDO: ("repetido en la lista", "repetidos en la lista"),
    EstadoRenglon.CON_PROBLEMAS: ("con problemas", "con problemas"),
}


class SheetImportPhase(Enum):
    READING = auto()
    SHOWING = auto()
    IMPORTING = auto()


@dataclass(frozen=True)
class Palabras:
    """The texts of an import, and when it is not possible.

    nota: beside the buttons. button: its text for so many rows; 0 while it is disabled. done: what
    was done.
    """

    title: str
    only_good: str
    button: Callable[[int], str]
    done: Callable[[ResultadoLista], str]
    reading: str
    importing: str
    stopping: str
    nothing_to_do: str
    only_bad: str
    with_problems: str
    nota: str = ""


@dataclass(frozen=True)
class SheetImportState:
    """vista: the preview. only_good: leave out the rows with problems."""

    palabras: Palabras
    archivo: str
    fase: SheetImportPhase = SheetImportPhase.READING
    step: Step = START
    vista: Vista | None = None
    only_good: bool = False
    stopping: bool = False

    def count(self, *estados: EstadoRenglon) -> int:
        return sum(len(self.vista.with_estado(each)) for each in estados) if self.vista else 0

    @property
    def pending(self) -> int:
        """The number of rows that would change something."""
        return self.count(EstadoRenglon.NUEVO, EstadoRenglon.CAMBIADO)

    @property
    def with_problems(self) -> bool:
        return self.count(EstadoRenglon.CON_PROBLEMAS) > 0

    @property
    def counts(self) -> str:
        if self.vista is None:
            return ""
        parts = (counted_if_any(self.count(each), *words) for each, words in _COUNTED.items())
        total = counted_if_any(len(self.vista.renglones), "renglón", "renglones")
        kept = f" Columnas de «{self.vista.columnas}»." if self.vista.columnas else ""
        return f"{total}: {', '.join(part for part in parts if part)}.{kept}"

    @property
    def what(self) -> str:
        """The running step, as text."""
        if self.stopping:
            return self.palabras.stopping
        return self.step.what or self.palabras.reading

    @property
    def can_choose_only_good(self) -> bool:
        return self.fase is SheetImportPhase.SHOWING and self.with_problems and self.pending > 0

    @property
    def can_import(self) -> bool:
        good_enough = self.only_good or not self.with_problems
        return self.fase is SheetImportPhase.SHOWING and self.pending > 0 and good_enough

    @property
    def advice(self) -> str:
        """A sentence on what prevents the import."""
        if self.fase is not SheetImportPhase.SHOWING or self.can_import:
            return ""
        if self.pending:
            return self.palabras.with_problems
        return self.palabras.only_bad if self.with_problems else self.palabras.nothing_to_do


class SheetImportPresenter(StoppablePresenter[SheetImportState]):
    imported = Signal(str)  # what was done, in a sentence

    def __init__(
        self,
        jobs: JobQueue,
        palabras: Palabras,
        archivo: str,
        preview: Callable[[Progress], Vista],
        apply: Callable[[Any, Progress, bool], ResultadoLista],
    ) -> None:
        """preview, apply (its last argument: only the good rows): run in the worker."""
        super().__init__(jobs, SheetImportState(palabras, archivo))
        self._preview = preview
        self._apply = apply

    def start(self) -> None:
        self.begin(self._preview, self._on_read, self._on_progress)

    def choose_only_good(self, only_good: bool) -> None:
        self._show(only_good=only_good)

    def apply(self) -> None:
        vista, only_good, apply = self.state.vista, self.state.only_good, self._apply
        if vista is None or not self.state.can_import:
            return
        importing = self.state.palabras.importing
        self._show(fase=SheetImportPhase.IMPORTING, step=Step(0, self.state.pending, importing))
        self.begin(
            lambda progress: apply(vista, progress, only_good),
            self._done,
            self._on_progress,
        )

    def _done(self, resultado: ResultadoLista) -> None:
        self.imported.emit(self.state.palabras.done(resultado))

    def _on_progress(self, step: Step) -> None:
        # Steps without a text keep the former one.
        what = f"{step.what}…" if step.what else self.state.step.what
        self._show(step=step._replace(what=what))

    def _on_read(self, vista: Vista) -> None:
        if self.state.stopping:
            self.stopped.emit()
        else:
            self._show(fase=SheetImportPhase.SHOWING, vista=vista)


def left_out(resultado: ResultadoLista) -> str:
    """The end of a sentence about what was done."""
    left = counted_if_any(resultado.omitidos, "renglón se dejó fuera", "renglones se dejaron fuera")
    return f" {left}." if left else ""
