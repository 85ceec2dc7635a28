"""What the form of a movement proposes, and which fields no proposal may replace."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.movimiento import (
    TipoMovimiento,
)
from icsoe_desktop.gui.kit.formats import day, money
from icsoe_desktop.services.movimientos.valores import (
    CapturaMovimiento,
    Habituales,
    TrabajadorConocido,
)

KNOWN: Final = "Datos tomados de su último movimiento, del {fecha}. {sbc}"
LAST_SBC: Final = "Su SBC era {sbc}."
ALREADY_OUT: Final = "Su último movimiento, del {fecha}, ya es una baja; de él son estos datos."
STILL_IN: Final = "Su último movimiento, del {fecha}, no es una baja; de él son estos datos."
# Fields that the history fills in if the user left them empty. Not the SBC: it usually changes.
FILLED: Final = (
    "nss", "curp", "nombres", "primer_apellido", "segundo_apellido", "registro_patronal",
    "clave_trabajador", "guia", "rfc",
)  # fmt: skip
FILLED_SALARY: Final = ("tipo_trabajador", "tipo_salario", "jornada", "umf")
ALL_FILLED: Final = (*FILLED, *FILLED_SALARY)
EMPTY: Final = CapturaMovimiento(tipo=TipoMovimiento.ALTA)
USUAL: Final = ("tipo_salario", "jornada", "tipo_trabajador", "guia", "umf")
# Proposed only where the registro patronal has one.
OF_REGISTRO: Final = ("guia", "umf")
USUAL_OF_REGISTRO: Final = (
    "Propuestos por lo habitual en este registro patronal: {campos}. Cámbielos si no son."
)
USUAL_RULE: Final = "Propuestos por ser lo más común: {campos}. Cámbielos si no son."


@dataclass(frozen=True)
class Proposals:
    """usual: for the registro patronal. touched: fields whose value stays, whatever is proposed.

    filled: fields that hold what the history of a worker put there, and that nobody changed since.
    known, odd: sentences about the worker, empty until one is found.
    """

    usual: Habituales = field(default_factory=Habituales)
    touched: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    known: str = ""
    odd: str = ""

    def after_edit(self, before: CapturaMovimiento, now: CapturaMovimiento) -> Proposals:
        """The user changed the form. A change of kind touches nothing."""
        if now.tipo is not before.tipo:
            return self
        changed = {campo for campo in ALL_FILLED if getattr(now, campo) != getattr(before, campo)}
        return replace(
            self, touched=self.touched | (changed & set(USUAL)), filled=self.filled - changed
        )

    def forget_worker(self, captura: CapturaMovimiento) -> tuple[Proposals, CapturaMovimiento]:
        """Empty what a worker filled in: the form is about somebody else now."""
        empty = {campo: getattr(EMPTY, campo) for campo in self.filled}
        proposals = replace(
            self, touched=self.touched - self.filled, filled=frozenset(), known="", odd=""
        )
        return proposals, proposals.fill(replace(captura, **empty)) if empty else captura

    def with_usual(
        self, captura: CapturaMovimiento, usual: Habituales
    ) -> tuple[Proposals, CapturaMovimiento]:
        """What is usual for another registro patronal: the former one's guía does not stay."""
        left: dict[str, Any] = {
            campo: ""
            for campo in OF_REGISTRO
            if campo not in self.touched and getattr(captura, campo) == getattr(self.usual, campo)
        }
        proposals = replace(self, usual=usual)
        return proposals, proposals.fill(replace(captura, **left))

    def fill(self, captura: CapturaMovimiento) -> CapturaMovimiento:
        """The form with the usual answers in the fields that are open to them."""
        return replace(
            captura, **{campo: getattr(self.usual, campo) for campo in self._open(captura.tipo)}
        )

    def text(self, tipo: TipoMovimiento) -> str:
        """Names the fields that hold a usual answer; empty without any."""
        names = [CAMPOS_MOVIMIENTO.label(campo) for campo in self._open(tipo)]
        text = USUAL_OF_REGISTRO if self.usual.propios else USUAL_RULE
        campos = ", ".join(one if one.isupper() else one.lower() for one in names)
        return text.format(campos=campos) if names else ""

    def of_worker(
        self, captura: CapturaMovimiento, conocido: TrabajadorConocido | None
    ) -> tuple[Proposals, CapturaMovimiento]:
        """What a known worker fills in, in place of the one before. Nothing typed is replaced.

        The worker's own salary fields come before the usual ones.
        conocido: None if nobody is known by that NSS or CURP.
        """
        proposals, captura = self.forget_worker(captura)
        if conocido is None:
            return proposals, captura
        baja = captura.tipo is TipoMovimiento.BAJA
        found: dict[str, Any] = {}
        for campo in FILLED if baja else ALL_FILLED:
            free = not getattr(captura, campo)
            free = free or (campo in USUAL and campo not in proposals.touched)
            # Where the subdelegación changed, the registro patronal knows it.
            free = free and not (campo == "guia" and proposals.usual.guia)
            if free and getattr(conocido, campo):
                found[campo] = getattr(conocido, campo)
        sbc = LAST_SBC.format(sbc=money(conocido.sbc)) if conocido.sbc is not None else ""
        fecha, odd = day(conocido.ultima_fecha), _odd(captura.tipo, conocido)
        proposals = replace(
            proposals,
            touched=proposals.touched | ((found.keys() & set(USUAL)) - {"guia"}),
            filled=frozenset(found),
            known=sbc if odd else KNOWN.format(fecha=fecha, sbc=sbc).strip(),
            odd=odd.format(fecha=fecha),
        )
        return proposals, replace(captura, **found)

    def _open(self, tipo: TipoMovimiento) -> list[str]:
        # A modificación has no type of worker, as a rule.
        fields = {
            TipoMovimiento.ALTA: USUAL,
            TipoMovimiento.MODIFICACION: ("tipo_salario", "jornada", "guia"),
            TipoMovimiento.BAJA: ("guia",),
        }[tipo]
        return [
            campo
            for campo in fields
            if campo not in self.touched
            and (campo not in OF_REGISTRO or getattr(self.usual, campo))
        ]


def _odd(tipo: TipoMovimiento, conocido: TrabajadorConocido) -> str:
    if conocido.tiene_baja and tipo is not TipoMovimiento.ALTA:
        return ALREADY_OUT
    return STILL_IN if not conocido.tiene_baja and tipo is TipoMovimiento.ALTA else ""
