"""Results of reading a 168-position file: one item per line that has content."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from icsoe_desktop.domain.dispmag.formato import ProblemaDispmag
from icsoe_desktop.domain.movimientos.catalogos_imss import (
    CausaBaja,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.movimientos.movimiento import Movimiento


class MovimientoLeido(NamedTuple):
    """A record without errors. Every field is checked, so `movimiento()` never refuses.

    A plain tuple, because a million of them go to the store. A missing text is empty, a missing SBC
    is None. problemas: only advertencias.
    """

    linea: int
    tipo: str
    registro_patronal: str
    nss: str
    primer_apellido: str
    segundo_apellido: str
    nombres: str
    fecha: date
    sbc: int | None  # centavos
    tipo_trabajador: str
    tipo_salario: str
    jornada: str
    causa_baja: str
    umf: str
    guia: str
    clave_trabajador: str
    curp: str
    problemas: tuple[ProblemaDispmag, ...]

    def __repr__(self) -> str:
        return f"MovimientoLeido(linea={self.linea}, tipo={self.tipo!r})"

    def movimiento(self) -> Movimiento:
        return Movimiento(
            tipo=TipoMovimiento(self.tipo),
            registro_patronal=self.registro_patronal,
            nss=self.nss,
            primer_apellido=self.primer_apellido,
            segundo_apellido=self.segundo_apellido,
            nombres=self.nombres,
            fecha=self.fecha,
            sbc=self.sbc,
            tipo_trabajador=TipoTrabajador(self.tipo_trabajador) if self.tipo_trabajador else None,
            tipo_salario=TipoSalario(self.tipo_salario) if self.tipo_salario else None,
            jornada=Jornada(self.jornada) if self.jornada else None,
            causa_baja=CausaBaja(self.causa_baja) if self.causa_baja else None,
            umf=self.umf,
            guia=self.guia,
            clave_trabajador=self.clave_trabajador,
            curp=self.curp,
        )


class LineaRechazada(NamedTuple):
    """A line without a usable record. At least one of its problems is an error.

    contenido: the decoded line, cut after MAX_CONTENIDO characters.
    """

    linea: int
    contenido: str
    problemas: tuple[ProblemaDispmag, ...]

    def __repr__(self) -> str:
        return f"LineaRechazada(linea={self.linea}, problemas={len(self.problemas)})"


class Observacion(NamedTuple):
    """Problems of the totals record or of the whole file."""

    linea: int
    problemas: tuple[ProblemaDispmag, ...]


Leido = MovimientoLeido | LineaRechazada | Observacion
