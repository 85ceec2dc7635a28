"""Importing movements: 168-position files, Excel and CSV; seen first, then all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.importacion_valores import (
    Columnas,
    Decision,
    Duplicado,
    Importacion,
    Problema,
    ResultadoImportacion,
    VistaPrevia,
)
from icsoe_desktop.store.engine import Store


class ImportacionMovimientosService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None: ...

    def columns(self, sesion: Sesion, path: Path) -> Columnas | None:
        """The columns of a sheet, to be matched by hand; None for a 168-position file."""
        raise NotImplementedError

    def preview(
        self,
        sesion: Sesion,
        paths: Sequence[Path],
        progress: Progress,
        columnas: Mapping[str, str] | None = None,
    ) -> VistaPrevia:
        """Reads everything and changes nothing. Discard it after use, applied or not.

        columnas: field → header, where the user matched them by hand; remembered once applied.
        Raises InvalidInputError (campo «archivo») for a file that is none of ours, Cancelled.
        """
        raise NotImplementedError

    def problems(self, preview: VistaPrevia, start: int, count: int) -> list[Problema]:
        raise NotImplementedError

    def duplicates(self, preview: VistaPrevia, start: int, count: int) -> list[Duplicado]:
        raise NotImplementedError

    def export_problems(self, preview: VistaPrevia, path: Path, progress: Progress) -> None:
        """Writes them all as CSV that Excel opens."""
        raise NotImplementedError

    def discard(self, preview: VistaPrevia) -> None:
        raise NotImplementedError

    def apply(
        self, sesion: Sesion, preview: VistaPrevia, decision: Decision, progress: Progress
    ) -> ResultadoImportacion:
        """All in one transaction. Raises InvalidInputError (campo «archivo») and Cancelled."""
        raise NotImplementedError

    def all(self, sesion: Sesion) -> tuple[Importacion, ...]:
        """The newest first."""
        raise NotImplementedError

    def undo(self, sesion: Sesion, importacion_id: uuid.UUID, progress: Progress) -> int:
        """Takes its movements out again; how many there were.

        Raises UserFacingError, saying which, when some are in a lote or were answered.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Lets go of previews that were not discarded."""
