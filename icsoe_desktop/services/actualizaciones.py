"""Looks for a newer version of the program, if an administrator configured an address."""

from __future__ import annotations

from pathlib import Path

from icsoe_desktop import __version__
from icsoe_desktop.domain.actualizacion import Actualizacion, Version
from icsoe_desktop.domain.politica import FuenteActualizaciones
from icsoe_desktop.gateways.actualizaciones import ActualizacionesGateway
from icsoe_desktop.jobs import Progress


class ActualizacionesService:
    """Finds and downloads updates.

    fuente: None disables it (the default). folder: download folder of the installer.
    """

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
        """The newer version, or None if there is none or updates are disabled.

        An older version is never offered, even with a valid signature: it could bring back fixed
        faults.
        Raises UserFacingError.
        """
        if self._fuente is None:
            return None
        newest = self._gateway.newest(self._fuente)
        return newest if newest.version.is_newer_than(self._version) else None

    def download(self, actualizacion: Actualizacion, progress: Progress) -> Path:
        """The downloaded installer, verified against the announcement.

        Raises UserFacingError, Cancelled.
        """
        return self._gateway.download(actualizacion, self._folder, progress)
