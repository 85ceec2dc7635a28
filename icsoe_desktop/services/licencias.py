"""The licence texts of the program's parts. They need no session."""

from __future__ import annotations

from icsoe_desktop.domain.licencia import Licencia
from icsoe_desktop.gateways.licencias import LicenciasGateway

NO_TEXT = (
    "El texto de esta licencia no está en este equipo. Viene con el paquete del programa, en la "
    "carpeta «licencias»."
)


class LicenciasService:
    def __init__(self, gateway: LicenciasGateway) -> None:
        self._gateway = gateway

    def all(self) -> tuple[Licencia, ...]:
        """Every part of the program, ours first."""
        return self._gateway.all()

    def text(self, licencia: Licencia) -> str:
        """The texts of the licence of one part."""
        return self._gateway.text(licencia) or NO_TEXT
