"""What a notice that is not in time may cost. Always an estimate.

Sources: LSS 304-A II and III, 304-B II and IV, 304-C (fines; likely), 77 (capital constitutivo of
a work accident before the notice is received, on the first day too; sure) and 88 (of an illness,
only when the notice is late; sure), 37 and RACERF 57 (dues of a late baja; sure);
docs/fuentes.md §5.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.valores import Concepto, TablaValores, pesos

UMAS_ALTA: Final = (20, 350)
UMAS_MODIFICACION: Final = (20, 125)
SPONTANEOUS: Final = (
    "No hay multa si se presenta antes de que el Instituto lo requiera (LSS 304-C)."
)
CAPITAL: Final = (
    "Un accidente de trabajo antes de que el Instituto reciba el aviso lleva capital constitutivo "
    "(LSS 77); una enfermedad también, porque el aviso es tardío (LSS 88). No se puede estimar."
)
CAPITAL_DE_LA_DIFERENCIA: Final = (
    "Se agregan las diferencias de cuotas con sus recargos y, si hay un accidente de trabajo antes "
    "del aviso, el capital constitutivo de la parte que faltaba (LSS 77)."
)


def uncovered(fecha: date) -> str:
    """The sentence about an alta in time whose worker already started on `fecha`."""
    return (
        f"Está en plazo, pero el trabajador no está cubierto desde el {fecha:%d/%m/%Y}: si sufre "
        "un accidente de trabajo antes de que el Instituto reciba el aviso, hay capital "
        "constitutivo aunque se presente dentro de los cinco días, también el primer día (LSS 77)."
    )


def estimate(tipo: TipoMovimiento, fecha: date, today: date, valores: TablaValores) -> str:
    """The sentence about a notice whose term ended and that the IMSS has not received.

    The UMA of `today` is used.
    """
    match tipo:
        case TipoMovimiento.ALTA:
            fine = estimate_fine(UMAS_ALTA, "LSS 304-A II y 304-B IV", today, valores)
            return f"{fine} {SPONTANEOUS} {CAPITAL}"
        case TipoMovimiento.MODIFICACION:
            fine = estimate_fine(UMAS_MODIFICACION, "LSS 304-A III y 304-B II", today, valores)
            return f"{fine} {SPONTANEOUS} {CAPITAL_DE_LA_DIFERENCIA}"
        case TipoMovimiento.BAJA:
            days = counted((today - fecha).days, "día", "días")
            return (
                f"Estimación: {days} de cuotas hasta hoy, que siguen corriendo hasta que el "
                "Instituto reciba la baja, salvo pensión o defunción (LSS 37). No hay multa."
            )


def estimate_fine(umas: tuple[int, int], article: str, today: date, valores: TablaValores) -> str:
    """An estimate in pesos, by the UMA of `today`. umas: least and most."""
    least, most = umas
    uma = valores.on(Concepto.UMA, today)
    if uma is None:
        return f"Estimación: multa de {least:,} a {most:,} UMA ({article}); falta la UMA de hoy."
    return (
        f"Estimación: multa de {pesos(least * uma.centavos)} a {pesos(most * uma.centavos)}, de "
        f"{least:,} a {most:,} UMA de {pesos(uma.centavos)} ({article})."
    )
