"""Whether there is a newer version: asked only where an administrator said whom to ask."""

from __future__ import annotations

from pathlib import Path

from icsoe_desktop import __version__
from icsoe_desktop.domain.actualizacion import Actualizacion, Version
from icsoe_desktop.domain.politica import FuenteActualizaciones
from icsoe_desktop.gateways.actualizaciones import ActualizacionesGateway
from icsoe_desktop.jobs import Progress


class ActualizacionesService:
    """fuente: None switches it off, as it is by default. folder: where an installer is kept."""

    def __init__(
        self,
        gateway: ActualizacionesGateway,
        fuente: FuenteActualizaciones | None,
        folder: Path,
        version: str = __version__,
    ) -> None:
        self._gateway = gateway
        self._fuente = fuente
        self._folder = folder
        self._version = Version.parse(version)

    @property
    def enabled(self) -> bool:
        return self._fuente is not None

    def find_newer(self) -> Actualizacion | None:
        """None when this is the newest, or nobody may be asked. Raises UserFacingError.

        An older one, signed as it may be, is never offered: it could bring back mended faults.
        """
        if self._fuente is None:
            return None
        newest = self._gateway.newest(self._fuente)
        return newest if newest.version.is_newer_than(self._version) else None

    def download(self, actualizacion: Actualizacion, progress: Progress) -> Path:
        """The installer, checked against the announcement. Raises UserFacingError, Cancelled."""
        return self._gateway.download(actualizacion, self._folder, progress)
