"""A difference between what the IMSS has and what the payroll pays, and what is said of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from icsoe_desktop.domain.confronta.atributo_sbc import Voto
from icsoe_desktop.domain.confronta.persona import Descuadre, PeriodoConfronta, Persona
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import (
    CAPITAL,
    CAPITAL_DE_LA_DIFERENCIA,
    SPONTANEOUS,
    UMAS_ALTA,
    UMAS_MODIFICACION,
    estimate_fine,
)
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.valores import TablaValores, pesos


class ClaseDiferencia(IntEnum):
    """Kinds of differences, the one that costs most first. The number is stored."""

    FALTA_EN_IMSS = 1
    SBC_MENOR = 2
    SIN_RECIBO = 3
    SEPARACION = 4
    ALTA_TARDIA = 5
    SBC_MAYOR = 6
    OTRO_REGISTRO = 7
    OTROS_DATOS = 8
    FUERA_DE_LIMITES = 9
    DESCUADRE = 10

    @property
    def nombre(self) -> str:
        return _NOMBRES[self]


_NOMBRES: Final = {
    ClaseDiferencia.FALTA_EN_IMSS: "Falta en el IMSS",
    ClaseDiferencia.SBC_MENOR: "SBC menor en el IMSS",
    ClaseDiferencia.SIN_RECIBO: "Sin recibos",
    ClaseDiferencia.SEPARACION: "Separación",
    ClaseDiferencia.ALTA_TARDIA: "Alta tardía",
    ClaseDiferencia.SBC_MAYOR: "SBC mayor en el IMSS",
    ClaseDiferencia.OTRO_REGISTRO: "Otro registro patronal",
    ClaseDiferencia.OTROS_DATOS: "NSS, CURP o nombre",
    ClaseDiferencia.FUERA_DE_LIMITES: "SBC fuera de límites",
    ClaseDiferencia.DESCUADRE: "Archivo que no cuadra",
}
DE_SALARIO: Final = frozenset({ClaseDiferencia.SBC_MENOR, ClaseDiferencia.SBC_MAYOR})
_DE_FECHAS: Final = frozenset({ClaseDiferencia.SEPARACION, ClaseDiferencia.ALTA_TARDIA})


class EstadoDiferencia(StrEnum):
    """Only an open one is counted. EN_PLAZO: the variable part of a new bimestre."""

    ABIERTA = "Por resolver"
    EN_PLAZO = "En plazo"
    EXPLICADA = "Ya se avisó"
    ACEPTADA = "Aceptada"


class AvisoConocido(NamedTuple):
    """A notice that this desktop has. fecha, recibido: ordinals, 0 if unknown. sbc: centavos."""

    registro_patronal: str
    nss: str
    curp: str
    tipo: str
    fecha: int
    sbc: int | None
    estado: str
    recibido: int
    causa: str


class PropuestaAviso(NamedTuple):
    """The notice that mends a difference. fecha: ordinal, 0 if it must be asked."""

    tipo: TipoMovimiento
    fecha: int
    sbc: int | None


@dataclass(slots=True, eq=False)
class Diferencia:
    """imss, nomina: the persons of both sides, None where there is none.

    dia, otro_dia: ordinals, 0 if unknown: of the payroll, and of the IMSS. dias: how many it is
    about. sbc_imss, sbc_nomina: centavos, the payroll's after the cap. detalle: what else both
    sides have, in words. explicacion: what our notices say. parecidos: persons of the other side
    with the same name. motivo: why it was accepted, and by whom.
    """

    clase: ClaseDiferencia
    registro_patronal: str
    nss: str
    curp: str
    nombre: str
    imss: Persona | None = None
    nomina: Persona | None = None
    sbc_imss: int | None = None
    sbc_nomina: int | None = None
    dia: int = 0
    otro_dia: int = 0
    dias: int = 0
    detalle: str = ""
    estado: EstadoDiferencia = EstadoDiferencia.ABIERTA
    explicacion: str = ""
    parecidos: tuple[Persona, ...] = ()
    motivo: str = ""

    @property
    def clave(self) -> tuple[str, str, int]:
        """What an acceptance is kept by. Who has no NSS is kept by CURP."""
        return self.registro_patronal, self.nss or self.curp, int(self.clase)

    def cost(self) -> tuple[int, str, str, str]:
        """Sort key: what costs most first."""
        return self.clase, self.registro_patronal, self.nombre, self.nss

    def forget(self) -> None:
        """Free the persons of both sides."""
        self.imss = self.nomina = None
        self.parecidos = ()

    @property
    def is_open(self) -> bool:
        return self.estado is EstadoDiferencia.ABIERTA

    @property
    def huella(self) -> bytes:
        """Digest of the values of both sides: an acceptance ends when they change.

        Days that only tell how far back the files go are none of them.
        """
        days = (self.dia, self.otro_dia) if self.clase in _DE_FECHAS else ()
        values = (self.sbc_imss, self.sbc_nomina, days, self.detalle)
        return hashlib.sha256(repr(values).encode()).digest()

    @property
    def propuesta(self) -> PropuestaAviso | None:
        match self.clase:
            case ClaseDiferencia.FALTA_EN_IMSS | ClaseDiferencia.OTRO_REGISTRO:
                return PropuestaAviso(TipoMovimiento.ALTA, self.dia, self.sbc_nomina)
            case ClaseDiferencia.SBC_MENOR | ClaseDiferencia.SBC_MAYOR:
                return PropuestaAviso(TipoMovimiento.MODIFICACION, self.dia, self.sbc_nomina)
            case ClaseDiferencia.SIN_RECIBO:
                return PropuestaAviso(TipoMovimiento.BAJA, self.dia, None)
            case ClaseDiferencia.SEPARACION if not self.otro_dia:
                return PropuestaAviso(TipoMovimiento.BAJA, self.dia, None)
            case ClaseDiferencia.FUERA_DE_LIMITES:
                return PropuestaAviso(TipoMovimiento.MODIFICACION, 0, None)
        return None

    @property
    def texto(self) -> str:
        """One sentence with both sides' values."""
        match self.clase:
            case ClaseDiferencia.FALTA_EN_IMSS:
                return f"Según la nómina trabaja desde el {dia(self.dia)}; el IMSS no la tiene."
            case ClaseDiferencia.SBC_MENOR:
                return f"{self._both()} {pesos(self._gap())} menos al día."
            case ClaseDiferencia.SBC_MAYOR:
                return f"{self._both()} {pesos(self._gap())} de más al día."
            case ClaseDiferencia.SIN_RECIBO:
                if not self.dia:
                    return "El IMSS la tiene y no hay ningún recibo suyo en lo que se eligió."
                return f"El IMSS la tiene y no hay recibo desde el {dia(self.dia)}."
            case ClaseDiferencia.SEPARACION if not self.otro_dia:
                return f"La nómina la separó el {dia(self.dia)} y el IMSS no tiene la baja."
            case ClaseDiferencia.SEPARACION:
                return (
                    f"El último día es el {dia(self.dia)} en la nómina y el {dia(self.otro_dia)} "
                    "en el IMSS."
                )
            case ClaseDiferencia.ALTA_TARDIA:
                days = counted(self.dias, "día", "días")
                return (
                    f"Trabaja desde el {dia(self.dia)} y su alta es del {dia(self.otro_dia)}: "
                    f"{days} sin cubrir."
                )
            case ClaseDiferencia.OTRO_REGISTRO:
                return f"La nómina le paga en otro registro patronal que el IMSS: {self.detalle}."
        return self.detalle

    def _gap(self) -> int:
        return abs((self.sbc_nomina or 0) - (self.sbc_imss or 0))

    def _both(self) -> str:
        return (
            f"El IMSS tiene {pesos(self.sbc_imss or 0)} y la nómina {pesos(self.sbc_nomina or 0)}:"
        )

    def exposure(self, hoy: date, valores: TablaValores) -> str:
        """What the difference may cost, as far as the law tells. hoy: for the UMA of a fine."""
        match self.clase:
            case ClaseDiferencia.FALTA_EN_IMSS | ClaseDiferencia.ALTA_TARDIA:
                fine = estimate_fine(UMAS_ALTA, "LSS 304-A II y 304-B IV", hoy, valores)
                return f"{fine} {SPONTANEOUS} {CAPITAL}"
            case ClaseDiferencia.SBC_MENOR:
                fine = estimate_fine(UMAS_MODIFICACION, "LSS 304-A III y 304-B II", hoy, valores)
                return f"{fine} {SPONTANEOUS} {CAPITAL_DE_LA_DIFERENCIA}"
            case ClaseDiferencia.SIN_RECIBO:
                return (
                    "Las cuotas corren hasta que el Instituto reciba la baja (LSS 37). Puede ser "
                    "una incapacidad: ¿sigue trabajando aquí?"
                )
            case ClaseDiferencia.SEPARACION if not self.otro_dia:
                return (
                    "La baja se presenta dentro de 5 días hábiles; mientras el Instituto no la "
                    "reciba, las cuotas siguen corriendo (LSS 37; RACERF 57)."
                )
            case ClaseDiferencia.SBC_MAYOR:
                return "Se pagan cuotas de más hasta que se presente la modificación."
        return ""

    @property
    def pregunta(self) -> str:
        """The remark about persons of the same name; empty without any."""
        if not self.parecidos:
            return ""
        others = "; ".join(f"NSS {one.nss}" if one.nss else "sin NSS" for one in self.parecidos)
        return f"¿Es la misma persona? Del otro lado hay alguien con el mismo nombre: {others}."


class SinPareja(NamedTuple):
    """A registro patronal that one side has only, and its persons, who are not compared."""

    registro_patronal: str
    en_imss: bool
    personas: int


class DescuadreArchivo(NamedTuple):
    archivo: str
    registro_patronal: str
    descuadre: Descuadre

    @property
    def texto(self) -> str:
        said, counted_up = self.descuadre.dice, self.descuadre.suma
        both = (
            (pesos(said), pesos(counted_up))
            if self.descuadre.dinero
            else (f"{said:,}", f"{counted_up:,}")
        )
        place = f", renglón {self.descuadre.renglon:,}" if self.descuadre.renglon else ""
        return (
            f"{self.archivo}{place}: {self.descuadre.que} dice {both[0]} y los renglones suman "
            f"{both[1]}."
        )


@dataclass(slots=True)
class Comparacion:
    """What was found. ambas, alguna: persons that both sides have, and that either has.

    sin_clave: persons of the payroll who have no NSS anywhere. sin_sbc: persons of both sides of
    whom one side tells no SBC.
    """

    periodo: PeriodoConfronta
    diferencias: list[Diferencia] = field(default_factory=list)
    votos: dict[str, Voto] = field(default_factory=dict)
    sin_clave: list[Persona] = field(default_factory=list)
    sin_pareja: list[SinPareja] = field(default_factory=list)
    sin_sbc: int = 0
    ambas: int = 0
    alguna: int = 0

    @property
    def coincidencia(self) -> float | None:
        """Per cent, cut at one decimal: 100 only if nobody is missing. None without persons."""
        return 1000 * self.ambas // self.alguna / 10 if self.alguna else None

    def counts(self) -> dict[ClaseDiferencia, int]:
        """Open differences of each kind."""
        found = dict.fromkeys(ClaseDiferencia, 0)
        for one in self.diferencias:
            if one.is_open:
                found[one.clase] += 1
        return found

    def states(self) -> dict[EstadoDiferencia, int]:
        found = dict.fromkeys(EstadoDiferencia, 0)
        for one in self.diferencias:
            found[one.estado] += 1
        return found


@lru_cache(10_000)
def dia(ordinal: int) -> str:
    return f"{date.fromordinal(ordinal):%d/%m/%Y}" if ordinal else "—"
