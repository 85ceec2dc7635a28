"""Import of a sheet: read it, show a preview, apply it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import Signal

from icsoe_desktop.gui.base.presenter import StoppablePresenter
from icsoe_desktop.jobs import JobQueue, Progress, Step

V = TypeVar("V")
R = TypeVar("R")

START = Step(0, None, "")


class SheetImportPhase(Enum):
    READING = auto()
    SHOWING = auto()
    IMPORTING = auto()


@dataclass(frozen=True)
class Palabras:
    """The texts shown during an import, and when it is not possible."""

    reading: str
    importing: str
    stopping: str
    nothing_to_do: str
    only_bad: str
    with_problems: str


@dataclass(frozen=True)
class SheetImportState(Generic[V]):
    """vista: the preview. only_good: leave out the rows with problems."""

    palabras: ClassVar[Palabras]

    archivo: str
    fase: SheetImportPhase = SheetImportPhase.READING
    step: Step = START
    vista: V | None = None
    only_good: bool = False
    stopping: bool = False

    @property
    def pending(self) -> int:
        """The number of rows that would change something."""
        raise NotImplementedError

    @property
    def with_problems(self) -> bool:
        raise NotImplementedError

    @property
    def counts(self) -> str:
        raise NotImplementedError

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


S = TypeVar("S", bound=SheetImportState[Any])


class SheetImportPresenter(StoppablePresenter[S], Generic[S, V, R]):
    """S: the state, V: its preview, R: the result of the import."""

    imported = Signal(object)  # R

    def __init__(
        self,
        jobs: JobQueue,
        state: S,
        preview: Callable[[Progress], V],
        apply: Callable[[V, Progress, bool], R],
    ) -> None:
        """preview, apply (its last argument: only the good rows): run in the worker."""
        super().__init__(jobs, state)
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

    def _done(self, resultado: R) -> None:
        self.imported.emit(resultado)

    def _on_progress(self, step: Step) -> None:
        # Steps without a text keep the former one.
        what = f"{step.what}…" if step.what else self.state.step.what
        self._show(step=replace(step, what=what))

    def _on_read(self, vista: V) -> None:
        if self.state.stopping:
            self.stopped.emit()
        else:
            self._show(fase=SheetImportPhase.SHOWING, vista=vista)
