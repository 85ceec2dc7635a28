"""Importar movimientos: read files, show a preview, import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.presenter import StoppablePresenter
from icsoe_desktop.gui.idse.importacion.estado import (
    IMPORTING,
    READING,
    FaseImportacion,
    ImportacionMovimientosState,
)
from icsoe_desktop.gui.idse.importacion.problemas import EXPORTED, EXPORTING
from icsoe_desktop.gui.kit.progress import with_what
from icsoe_desktop.jobs import JobQueue, Progress, Step
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import (
    Columnas,
    Decision,
    Duplicado,
    ProblemaImportacion,
    VistaPreviaMovimientos,
)


class ImportacionMovimientosPresenter(StoppablePresenter[ImportacionMovimientosState]):
    """pages: a queue that reads the rows of the lists."""

    columns_wanted = Signal(str, object)  # file name, Columnas
    imported = Signal(object)  # ResultadoImportacionMovimientos
    failed = Signal(object)  # Exception: nothing was read
    refused = Signal(object)  # Exception: the preview stays

    def __init__(
        self,
        service: ImportacionMovimientosService,
        jobs: JobQueue,
        pages: JobQueue,
        sesion: Sesion,
        paths: Sequence[Path],
    ) -> None:
        super().__init__(jobs, ImportacionMovimientosState(tuple(path.name for path in paths)))
        self._service = service
        self._pages = pages
        self._sesion = sesion
        self._paths = tuple(paths)

    def start(self) -> None:
        """Read the headers first, because the user may have to assign them."""
        self.begin(self._first_unmatched, self._on_columns, self._on_progress)

    def match(self, columnas: Mapping[str, str]) -> None:
        """Continue with the headers that the user assigned, field → header."""
        self._read(columnas)

    def decide(self, decision: Decision) -> None:
        self._show(decision=decision, message="")

    def import_now(self) -> None:
        vista, decision = self.state.vista, self.state.decision
        if vista is None or not self.state.can_import:
            return
        self._show(fase=FaseImportacion.IMPORTING, step=Step(0, None, IMPORTING), message="")
        self.begin(
            lambda progress: self._service.apply(self._sesion, vista, decision, progress),
            self.imported.emit,
            self._on_progress,
            self._on_not_imported,
        )

    def export_problems(self, path: Path) -> None:
        vista = self.state.vista
        if vista is None or self.state.working:
            return
        self._show(fase=FaseImportacion.EXPORTING, step=EXPORTING, message="")
        self.begin(
            lambda progress: self._service.export_problems(vista, path, progress),
            lambda _none: self._show(message=EXPORTED),
            self._on_progress,
            self.refused.emit,
            # Stopping the export of a list does not close the preview.
            stopped=lambda: None,
            fase=FaseImportacion.SHOWING,
            stopping=False,
        )

    def problems(self, start: int, count: int) -> list[ProblemaImportacion]:
        """Runs in a worker."""
        vista = self.state.vista
        return self._service.problems(vista, start, count) if vista is not None else []

    def duplicates(self, start: int, count: int) -> list[Duplicado]:
        """Runs in a worker."""
        vista = self.state.vista
        return self._service.duplicates(vista, start, count) if vista is not None else []

    def discard(self) -> None:
        """Release the preview, once the lists need no more of its rows."""
        vista, service = self.state.vista, self._service
        if vista is not None:
            self._pages.add(lambda _progress: service.discard(vista), lambda _outcome: None)

    def _first_unmatched(self, progress: Progress) -> tuple[str, Columnas] | None:
        """The first sheet whose required columns cannot be recognised by name."""
        for at, path in enumerate(self._paths):
            progress.report(at, len(self._paths))
            columnas = self._service.columns(self._sesion, path, progress)
            if columnas is not None and not columnas.obligatorios <= columnas.propuestas.keys():
                return path.name, columnas
        return None

    def _read(self, columnas: Mapping[str, str] | None) -> None:
        self._show(fase=FaseImportacion.READING, step=Step(0, None, READING))
        self.begin(
            lambda progress: self._service.preview(self._sesion, self._paths, progress, columnas),
            self._on_read,
            self._on_progress,
        )

    def _on_columns(self, unmatched: tuple[str, Columnas] | None) -> None:
        if self.state.stopping:
            self.stopped.emit()
        elif unmatched is None:
            self._read(None)
        else:
            self._show(fase=FaseImportacion.MATCHING)
            self.columns_wanted.emit(*unmatched)

    def _on_progress(self, step: Step) -> None:
        self._show(step=with_what(step, self.state.step.what))

    def _on_read(self, vista: VistaPreviaMovimientos) -> None:
        self._show(fase=FaseImportacion.SHOWING, vista=vista)
        if self.state.stopping:
            self.stopped.emit()

    def _on_not_imported(self, error: Exception) -> None:
        self._show(fase=FaseImportacion.SHOWING)
        self.refused.emit(error)
