"""Since when only the e.firma serves for movements in IDSE.

Source: agreement ACDO.AS2.HCT.290626/176.P.DIR of the IMSS (DOF 16-Jul-2026), transition of 90
natural days; one detailed source and one that confirms it. An extension is not excluded:
docs/fuentes.md §7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from icsoe_desktop.domain.certificados.certificado import (
    EstadoVigencia,
    TipoCertificado,
    Vigencia,
    fecha_local,
    vigencia_of,
)
from icsoe_desktop.domain.certificados.verificacion import Verificacion, format_fecha
from icsoe_desktop.errors import InvalidInputError

ACUERDO: Final = "el acuerdo ACDO.AS2.HCT.290626/176.P.DIR (DOF 16/07/2026)"
PUBLICADO: Final = date(2026, 7, 16)
LAST_YEAR: Final = 2100
MAX_FUENTE: Final = 120
_NAMES: Final = {
    TipoCertificado.EFIRMA: "e.firma",
    TipoCertificado.CSD: "certificado de sello digital",
    TipoCertificado.IMSS: "certificado .pfx del IMSS",
}


@dataclass(frozen=True, slots=True)
class LimitePfx:
    """The last day on which a .pfx of the IMSS serves for movements, and who says so.

    fijo: set by the machine's policy. Raises InvalidInputError (campo «ultimo» or «fuente»).
    """

    ultimo: date = date(2026, 10, 13)
    fuente: str = ACUERDO
    fijo: bool = False

    def __post_init__(self) -> None:
        if not PUBLICADO < self.ultimo <= date(LAST_YEAR, 12, 31):
            raise InvalidInputError(
                f"El acuerdo se publicó el {format_fecha(PUBLICADO)}: escriba una fecha posterior.",
                "ultimo",
            )
        if not self.fuente:
            raise InvalidInputError(
                "Escriba de dónde sale la fecha, por ejemplo «el acuerdo del DOF 01/12/2026».",
                "fuente",
            )
        if len(self.fuente) > MAX_FUENTE:
            raise InvalidInputError(
                f"La fuente tiene como máximo {MAX_FUENTE} caracteres.", "fuente"
            )

    @property
    def nota(self) -> str:
        """The sentence about a .pfx after that day."""
        first = self.ultimo + timedelta(days=1)
        return (
            f"Según {self.fuente}, desde el {format_fecha(first)} el .pfx del IMSS ya no sirve "
            "para movimientos, sólo la e.firma; confirme en IDSE."
        )

    def estado(
        self, tipo: TipoCertificado, desde: datetime, hasta: datetime, now: datetime
    ) -> EstadoVigencia:
        """The validity of a certificate at `now`, also by this limit."""
        found = vigencia_of(desde, hasta, now)
        if (
            tipo is TipoCertificado.IMSS
            and found.vigencia is not Vigencia.VENCIDO
            and fecha_local(now) > self.ultimo
        ):
            return EstadoVigencia(Vigencia.NO_SIRVE, found.dias)
        return found

    def sirve(self, tipo: TipoCertificado, desde: datetime, hasta: datetime, now: datetime) -> str:
        """What a certificate is and what it serves for at `now`, to be compared with another."""
        until = format_fecha(fecha_local(hasta))
        name = _NAMES.get(tipo, "certificado")
        match self.estado(tipo, desde, hasta, now).vigencia:
            case Vigencia.NO_SIRVE:
                first = format_fecha(self.ultimo + timedelta(days=1))
                return f"{name}, hasta el {until}. Ya no sirve para movimientos, desde el {first}."
            case Vigencia.VENCIDO:
                return f"{name}, vencido el {until}. Ya no sirve."
        if tipo is TipoCertificado.EFIRMA:
            return f"{name}, hasta el {until}. Sirve para presentar movimientos en IDSE."
        if tipo is TipoCertificado.IMSS:
            last = min(self.ultimo, fecha_local(hasta))
            return (
                f"{name}, hasta el {until}. Sirve para movimientos hasta el {format_fecha(last)}."
            )
        return f"{name}, hasta el {until}. No sirve para presentar movimientos."

    def judged(self, found: Verificacion, now: datetime) -> Verificacion:
        """The result, with the state and the note of a .pfx that does not serve any more."""
        certificado = found.certificado
        if certificado is None:
            return found
        estado = self.estado(
            certificado.tipo, certificado.valido_desde, certificado.valido_hasta, now
        )
        nota = self.nota if estado.vigencia is Vigencia.NO_SIRVE else ""
        return replace(found, estado=estado, nota=nota)
