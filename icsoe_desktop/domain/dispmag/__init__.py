"""The 168-position record: from bytes to values with every problem named, and back to bytes.

Source: docs/fuentes.md §1.
"""

from __future__ import annotations

from icsoe_desktop.domain.dispmag.escritura import Cambio, Enie, plan_names, write
from icsoe_desktop.domain.dispmag.formato import LONGITUD, ProblemaDispmag
from icsoe_desktop.domain.dispmag.lectura import read
from icsoe_desktop.domain.dispmag.revision import (
    Leido,
    LineaRechazada,
    MovimientoLeido,
    Observacion,
)

__all__ = [
    "LONGITUD",
    "Cambio",
    "Enie",
    "Leido",
    "LineaRechazada",
    "MovimientoLeido",
    "Observacion",
    "ProblemaDispmag",
    "plan_names",
    "read",
    "write",
]
