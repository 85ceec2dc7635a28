"""Importar registros patronales: read a sheet, show a preview, apply it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.sheet_import.presenter import (
    Palabras,
    SheetImportPresenter,
    SheetImportState,
)
from icsoe_desktop.gui.kit.formats import counted_if_any
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.certificados.importacion_registros import (
    ResultadoImportacionRegistros,
    VistaPreviaRegistros,
)
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService

PALABRAS = Palabras(
    reading="Leyendo el archivo…",
    importing="Importando…",
    stopping="Cancelando; no se guardará nada…",
    nothing_to_do="No hay nada que importar: el catálogo ya tiene estos datos.",
    only_bad="Ningún renglón se puede importar. Corrija el archivo y vuelva a elegirlo.",
    with_problems=(
        "Hay renglones con problemas. Corríjalos en el archivo y vuelva a elegirlo, o importe sólo "
        "los correctos."
    ),
)


@dataclass(frozen=True)
class ImportacionRegistrosState(SheetImportState[VistaPreviaRegistros]):
    palabras = PALABRAS

    @property
    def pending(self) -> int:
        """The number of rows that would change something."""
        if self.vista is None:
            return 0
        return len(self.vista.nuevos) + len(self.vista.cambiados)

    @property
    def with_problems(self) -> bool:
        return self.vista is not None and bool(self.vista.con_problemas)

    @property
    def counts(self) -> str:
        vista = self.vista
        if vista is None:
            return ""
        parts = (
            counted_if_any(len(vista.nuevos), "nuevo", "nuevos"),
            counted_if_any(len(vista.cambiados), "que cambia", "que cambian"),
            counted_if_any(len(vista.iguales), "sin cambios", "sin cambios"),
            counted_if_any(len(vista.con_problemas), "con problemas", "con problemas"),
        )
        total = counted_if_any(len(vista.renglones), "renglón", "renglones")
        return f"{total}: {', '.join(part for part in parts if part)}."


class ImportacionRegistrosPresenter(
    SheetImportPresenter[
        ImportacionRegistrosState, VistaPreviaRegistros, ResultadoImportacionRegistros
    ]
):
    def __init__(
        self, service: RegistrosPatronalesService, jobs: JobQueue, sesion: Sesion, path: Path
    ) -> None:
        super().__init__(jobs, sesion, path, ImportacionRegistrosState(path.name))
        self._service = service

    def _preview(self, progress: Progress) -> VistaPreviaRegistros:
        return self._service.preview_import(self._sesion, self._path, progress)

    def _apply(
        self, vista: VistaPreviaRegistros, progress: Progress, only_good: bool
    ) -> ResultadoImportacionRegistros:
        return self._service.apply_import(self._sesion, vista, progress, only_good=only_good)
