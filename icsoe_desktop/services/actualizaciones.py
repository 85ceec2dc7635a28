"""Looks for a newer version of the program, if an administrator configured an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from icsoe_desktop import __version__
from icsoe_desktop.domain.actualizacion import Actualizacion, Instalacion, Version
from icsoe_desktop.domain.politicas.valores import FuenteActualizaciones
from icsoe_desktop.gateways.actualizaciones import ActualizacionesGateway
from icsoe_desktop.gateways.instalacion import start_installer
from icsoe_desktop.jobs import Progress


class ActualizacionesService:
    """Finds, downloads and starts updates.

    fuente: None disables it (the default). folder: download folder of the installer. start: opens
    an installer with options.
    """

    def __init__(
        self,
        gateway: ActualizacionesGateway,
        fuente: FuenteActualizaciones | None,
        folder: Path,
        version: str = __version__,
        instalacion: Instalacion = Instalacion.PAQUETE,
        start: Callable[[Path, Sequence[str]], None] = start_installer,
    ) -> None:
        self._gateway = gateway
        self._fuente = fuente
        self._folder = folder
        self._version = Version.parse(version)
        self._instalacion = instalacion
        self._start = start

    @property
    def enabled(self) -> bool:
        return self._fuente is not None

    @property
    def can_install(self) -> bool:
        """Whether the program can start its own upgrade."""
        return self._instalacion is not Instalacion.PAQUETE

    def find_newer(self) -> Actualizacion | None:
        """The newer version, or None if there is none or updates are disabled.

        An older version is never offered, even with a valid signature: it could bring back fixed
        faults. Downloads of versions that are not newer are deleted.
        Raises UserFacingError.
        """
        self._gateway.forget(self._folder, lambda version: not version.is_newer_than(self._version))
        if self._fuente is None:
            return None
        newest = self._gateway.newest(self._fuente)
        return newest if newest.version.is_newer_than(self._version) else None

    def install(self, actualizacion: Actualizacion, progress: Progress) -> Path:
        """Download the installer, verify it against the announcement and start it.

        It asks this program to close. Earlier downloads are deleted.
        Raises UserFacingError, Cancelled.
        """
        self._gateway.forget(self._folder, lambda _version: True)
        installer = self._gateway.download(actualizacion, self._folder, progress)
        for_all = self._instalacion is Instalacion.EQUIPO
        self._start(installer, ["/ALLUSERS"] if for_all else [])
        return installer
