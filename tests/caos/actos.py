"""Where people edit, and how each edit is written down before and after."""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.certificados.service import CertificadosService
from tests.caos.diario import FALLA, HECHO, NO, VA, Diario


@dataclass
class Lugar:
    """Where a desktop works. registro: of its own, for its certificates."""

    equipo: int
    app: Application
    certificados: CertificadosService
    carpeta: Path
    sesion: Sesion
    contratista: Sesion
    registro: str


class Actos:
    """What every kind of edit needs: where it is, its journal, chance, and new tokens."""

    def __init__(self, lugar: Lugar, diario: Diario, azar: random.Random) -> None:
        self.lugar = lugar
        self.app = lugar.app
        self.diario = diario
        self.azar = azar

    @contextmanager
    def act(self, que: str, **told: Any) -> Any:
        """Says it before and after; what the service adds goes into the yielded dict."""
        n = self.diario.next()
        result: dict[str, Any] = {}
        self.diario.write(n, VA, q=que, **told)
        try:
            yield result
        except UserFacingError as error:
            self.diario.write(n, NO, q=que, motivo=error.message)
        except Exception as error:
            self.diario.write(n, FALLA, q=que, error=f"{type(error).__name__}: {error}")
            raise
        else:
            self.diario.write(n, HECHO, q=que, **result)

    def token(self) -> str:
        return f"{self.lugar.equipo}{self.diario.next():07}"

    def telefono(self) -> str:
        return f"55{self.token()}"

    def correo(self) -> str:
        return f"c{self.token()}@ejemplo.invalid"
