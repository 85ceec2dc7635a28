"""Something that ends on a day, and what to do before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

SOON_DAYS: Final = 60
ON_TIME: Final = "A tiempo"  # an obligation has no vigencia


class EstadoVencimiento(StrEnum):
    VENCIDO = "Vencido"
    POR_VENCER = "Por vencer"
    VIGENTE = "Vigente"


@dataclass(frozen=True, slots=True)
class Vencimiento:
    """One row of the table.

    clave: stable name of the subject, for calendars: the same in each export.
    vence: the day after which it is lost. ultimo: last day to do something about it.
    perdido: its state in words if it already serves no more, whatever its dates say; else empty.
    obligacion: it comes again by law, and nothing is lost by its being near.
    desde: first day on which it can be done, if it is asked for from then on.
    """

    clave: str
    que: str
    de_quien: str = field(repr=False)
    vence: date
    ultimo: date
    que_hacer: str
    registros: tuple[str, ...] = field(default=(), repr=False)
    perdido: str = ""
    obligacion: bool = False
    desde: date | None = None

    def needs_attention(self, hoy: date) -> bool:
        """Whether it is lost or ends within 60 days, obligations apart."""
        return not self.obligacion and self.estado(hoy) is not EstadoVencimiento.VIGENTE

    def dias(self, hoy: date) -> int:
        """Days until `ultimo`; negative after it."""
        return (self.ultimo - hoy).days

    def estado(self, hoy: date) -> EstadoVencimiento:
        if self.perdido or self.ultimo < hoy:
            return EstadoVencimiento.VENCIDO
        if self.dias(hoy) <= SOON_DAYS or (self.desde is not None and self.desde <= hoy):
            return EstadoVencimiento.POR_VENCER
        return EstadoVencimiento.VIGENTE

    def plazo(self, hoy: date) -> str:
        """The state in words: «Por vencer: 12 días»."""
        if self.perdido:
            return self.perdido
        estado, dias = self.estado(hoy), self.dias(hoy)
        if estado is not EstadoVencimiento.POR_VENCER:
            on_time = self.obligacion and estado is EstadoVencimiento.VIGENTE
            return ON_TIME if on_time else estado.value
        return f"{estado.value}: {'hoy' if not dias else '1 día' if dias == 1 else f'{dias} días'}"


def count_near(found: Iterable[Vencimiento], hoy: date) -> tuple[int, int]:
    """How many are lost, and how many end within 60 days, obligations apart: one count for all."""
    near = [one.estado(hoy) for one in found if one.needs_attention(hoy)]
    lost = near.count(EstadoVencimiento.VENCIDO)
    return lost, len(near) - lost
