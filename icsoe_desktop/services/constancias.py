"""The constancia PDF: what it says is brought to the movements that it speaks of."""

from __future__ import annotations

from pathlib import Path

from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.constancias_valores import ResultadoConstancia, VistaConstancia
from icsoe_desktop.store.engine import Store


class ConstanciasService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None: ...

    def preview(self, sesion: Sesion, path: Path, progress: Progress) -> VistaConstancia:
        """What the file says and which movements are matched; changes nothing.

        Raises InvalidInputError (campo «archivo») and Cancelled.
        """
        raise NotImplementedError

    def apply(
        self, sesion: Sesion, vista: VistaConstancia, progress: Progress
    ) -> ResultadoConstancia:
        """Moves the matched movements to Aprobado or Rechazado, all or none.

        Raises UserFacingError when it was applied before, and Cancelled.
        """
        raise NotImplementedError
