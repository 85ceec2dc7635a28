"""How far a notice, and a lote of them, has come: states that only go up.

What two offices know of the same notice merges to the higher of the two, whatever the order it
arrives in. What the IMSS says stands above what was decided here: a notice cancelled here that a
constancia shows as approved is approved. A rejected notice is corrected as a new one.
Source: dominio/idse.md §4, dominio/sincronizacion.md.
"""

from __future__ import annotations

from enum import StrEnum


class EstadoAviso(StrEnum):
    """In this order."""

    PENDIENTE = "Pendiente"
    ENVIADO = "Enviado"
    CANCELADO = "Cancelado"
    RECIBIDO = "Recibido"
    RECHAZADO = "Rechazado"
    APROBADO = "Aprobado"

    @property
    def is_answered(self) -> bool:
        """The IMSS said yes or no."""
        return self in (EstadoAviso.RECHAZADO, EstadoAviso.APROBADO)

    def can_become(self, other: EstadoAviso) -> bool:
        return _height(self) < _height(other)

    def merge(self, other: EstadoAviso) -> EstadoAviso:
        return max(self, other, key=_height)


class EstadoLote(StrEnum):
    """In this order, like the notices in it."""

    GENERADO = "Generado"
    ENVIADO = "Enviado"
    CANCELADO = "Cancelado"
    RECIBIDO = "Recibido"
    RECHAZADO = "Rechazado"
    APROBADO = "Aprobado"

    @property
    def can_be_cancelled(self) -> bool:
        return self.can_become(EstadoLote.CANCELADO)

    @property
    def estado_aviso(self) -> EstadoAviso:
        """The state of its notices, unless the IMSS answered for each."""
        return list(EstadoAviso)[_height(self)]

    def can_become(self, other: EstadoLote) -> bool:
        return _height(self) < _height(other)

    def merge(self, other: EstadoLote) -> EstadoLote:
        return max(self, other, key=_height)


def _height(estado: EstadoAviso | EstadoLote) -> int:
    return list(type(estado)).index(estado)
