"""What it costs not to present an Informativa, as an estimate.

Sources: LSS 304-A XXII and 304-B V (500 to 2,000 UMA), 304-C (none if it is presented or corrected
before the Instituto asks); docs/fuentes.md.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from icsoe_desktop.domain.movimientos.costos import SPONTANEOUS, estimate_fine
from icsoe_desktop.domain.valores_legales.valores import TablaValores

UMAS: Final = (500, 2_000)
ARTICLE: Final = "LSS 304-A XXII y 304-B V"


def estimate_missing(today: date, valores: TablaValores) -> str:
    """The sentence about a return that is not presented."""
    return f"{estimate_fine(UMAS, ARTICLE, today, valores)} {SPONTANEOUS}"
