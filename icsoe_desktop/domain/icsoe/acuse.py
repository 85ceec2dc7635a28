"""What the PDF of an acuse says, held against the return that it is kept for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.texto import counted

OTHER_RFC: Final = "En el PDF no está el RFC {rfc}; está {hay}."
OTHER_PERIOD: Final = "El PDF dice {hay} y la que guarda es de {periodo}."
OTHER_FOLIO: Final = "El PDF dice folio {hay} y usted escribió {folio}."
OTHER_COUNT: Final = "El PDF dice {hay} y usted escribió {contratos}."
MAX_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class AcuseLeido:
    """What could be found; the layout is not published. rfcs: every one that is printed."""

    folio: str = ""
    rfcs: tuple[str, ...] = field(default=(), repr=False)
    periodo: Periodo | None = None
    contratos: int | None = None

    def doubts(
        self, rfc: str, periodo: Periodo, folio: str, contratos: int | None = None
    ) -> tuple[str, ...]:
        """Sentences about what differs; what was not found is no doubt. contratos: as typed."""
        found = []
        if self.rfcs and rfc not in self.rfcs:
            found.append(OTHER_RFC.format(rfc=rfc, hay=", ".join(self.rfcs[:MAX_NAMED])))
        if self.periodo is not None and self.periodo != periodo:
            found.append(OTHER_PERIOD.format(hay=self.periodo.nombre, periodo=periodo.nombre))
        if self.folio and self.folio != folio.replace(" ", "").upper():
            found.append(OTHER_FOLIO.format(hay=self.folio, folio=folio))
        if None not in (self.contratos, contratos) and self.contratos != contratos:
            found.append(
                OTHER_COUNT.format(
                    hay=counted(self.contratos or 0, "contrato", "contratos"),
                    contratos=contratos,
                )
            )
        return tuple(found)
