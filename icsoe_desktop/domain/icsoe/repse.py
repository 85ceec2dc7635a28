"""The window in which a REPSE registration is renewed.

Source: disposiciones del REPSE (DOF 24-May-2021; reform DOF 21-Feb-2024, décimo sexto);
docs/fuentes.md §8.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

ANOS_DE_VIGENCIA: Final = 3
MESES_ABIERTA: Final = 3
DIAS_RESPUESTA: Final = 20  # working days in which the STPS answers
# Nobody was registered before the rules were published.
PRIMER_DIA: Final = date(2021, 5, 24)
_DAY: Final = timedelta(days=1)


class EstadoRepse(StrEnum):
    VIGENTE = "Vigente"
    ABIERTA = "Renovación abierta"
    ULTIMO_MES = "Último mes para renovar"
    CERRADA = "Renovación cerrada"


@dataclass(frozen=True, slots=True)
class VentanaRepse:
    """The renewal of a registration. registro: day of the registration or its last renewal."""

    registro: date

    @property
    def abre(self) -> date:
        """First day of the third month before the registration's month, three years later."""
        month = self.registro.month - MESES_ABIERTA
        year = self.registro.year + ANOS_DE_VIGENCIA
        return date(year, month, 1) if month > 0 else date(year - 1, month + 12, 1)

    @property
    def cierra(self) -> date:
        """Last day of the month before the registration's month, three years later."""
        return date(self.registro.year + ANOS_DE_VIGENCIA, self.registro.month, 1) - _DAY

    @property
    def vence(self) -> date:
        """The end of the three years."""
        year = self.registro.year + ANOS_DE_VIGENCIA
        try:
            return self.registro.replace(year=year)
        except ValueError:  # 29 February
            return date(year, 2, 28)

    def on(self, hoy: date) -> EstadoRepse:
        if hoy < self.abre:
            return EstadoRepse.VIGENTE
        if hoy > self.cierra:
            return EstadoRepse.CERRADA
        last = (hoy.year, hoy.month) == (self.cierra.year, self.cierra.month)
        return EstadoRepse.ULTIMO_MES if last else EstadoRepse.ABIERTA

    def sentence(self, hoy: date) -> str:
        """What to do and until when."""
        abre, cierra = f"{self.abre:%d/%m/%Y}", f"{self.cierra:%d/%m/%Y}"
        match self.on(hoy):
            case EstadoRepse.VIGENTE:
                return f"Vigente. Se renueva del {abre} al {cierra}."
            case EstadoRepse.ABIERTA:
                return (
                    f"Renovación abierta: renueve a más tardar el {cierra}. La STPS contesta en "
                    f"{DIAS_RESPUESTA} días hábiles."
                )
            case EstadoRepse.ULTIMO_MES:
                return (
                    f"Último mes para renovar: el {cierra} se cierra. La STPS contesta en "
                    f"{DIAS_RESPUESTA} días hábiles."
                )
            case EstadoRepse.CERRADA:
                return (
                    f"La renovación se cerró el {cierra}: el registro se cancela y hace falta uno "
                    "nuevo. Confírmelo con la STPS."
                )
