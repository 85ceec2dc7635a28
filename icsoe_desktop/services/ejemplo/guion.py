"""Content of the sample data: a company, its people and the events of four months."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

from icsoe_desktop.domain.ejemplo.personas import DOMINIO, Trabajador, rfc
from icsoe_desktop.domain.identificadores.numeros import check_digit_registro_patronal
from icsoe_desktop.domain.movimientos.catalogos_imss import (
    CausaBaja,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.movimientos.movimiento import Movimiento

CORREO: Final = f"usuario@{DOMINIO}"
CONTRASENA: Final = "Papel.Verde93"
EMPRESA: Final = "SERVICIOS DE EJEMPLO SA DE CV"
# Not 1 January: notaries are closed and no company is founded.
RFC_EMPRESA: Final = rfc("SEJ", "200101", "V7")
USUARIO_IMSS: Final = "Ejemplo2026"
AYUDA: Final = (
    f"Datos de ejemplo: personas, empresas y certificados inventados. Usuario {CORREO}; e.firma "
    f"de {RFC_EMPRESA}; la contraseña de todo es {CONTRASENA}"
)
# No municipality has the code Z99.
_BASES: Final = tuple(f"Z99{number:05}10" for number in (101, 202, 303))
REGISTROS: Final = tuple(base + check_digit_registro_patronal(base) for base in _BASES)
# Number of workers of each registro patronal.
PLANTILLAS: Final = (18, 12, 6)
TRABAJADORES: Final = sum(PLANTILLAS)
POR_IMPORTAR: Final = 4
CAPTURISTAS: Final = 9

_GUIA: Final = "01400"
DIAS: Final = 120
SEMILLA: Final = 20_260_302


def historia(people: Sequence[Trabajador], hoy: date) -> list[Movimiento]:
    """An alta in the last four months for each worker, with later changes and bajas, in order."""
    found: list[Movimiento] = []
    for at, persona in enumerate(people):
        ingreso = hoy - timedelta(days=DIAS - at * DIAS // (len(people) - 1))
        alta = _alta(persona, at, _registro(at), ingreso)
        cambio, salida = ingreso + timedelta(days=40), ingreso + timedelta(days=75)
        found.append(alta)
        if cambio <= hoy:
            found.append(_modificacion(alta, cambio))
        if salida <= hoy:
            found.append(_baja(alta, salida))
    return found


def por_importar(people: Sequence[Trabajador], hoy: date) -> list[Movimiento]:
    """Altas of today for workers who are not in the data yet."""
    return [_alta(persona, at, REGISTROS[0], hoy) for at, persona in enumerate(people)]


def _registro(at: int) -> str:
    return REGISTROS[bisect(tuple(accumulate(PLANTILLAS)), at)]


def _alta(persona: Trabajador, at: int, registro: str, fecha: date) -> Movimiento:
    return Movimiento(
        tipo=TipoMovimiento.ALTA,
        registro_patronal=registro,
        nss=persona.nss,
        primer_apellido=persona.primer_apellido,
        segundo_apellido=persona.segundo_apellido,
        nombres=persona.nombres,
        fecha=fecha,
        sbc=460_00 + at * 37_50,
        tipo_trabajador=TipoTrabajador.PERMANENTE,
        tipo_salario=TipoSalario.FIJO,
        jornada=Jornada.NORMAL,
        umf=f"{at % 40 + 1:03}",
        guia=_GUIA,
        clave_trabajador=f"E{at + 1:04}",
        # SUA wants it of new workers; some offices do not have all.
        rfc=rfc(persona.curp[:4], persona.curp[4:10], "V7") if at % 8 else "",
        curp=persona.curp,
    )


def _modificacion(alta: Movimiento, fecha: date) -> Movimiento:
    return replace(
        alta,
        tipo=TipoMovimiento.MODIFICACION,
        fecha=fecha,
        sbc=(alta.sbc or 0) + 25_00,
        tipo_trabajador=None,
        umf="",
    )


def _baja(alta: Movimiento, fecha: date) -> Movimiento:
    return replace(
        alta,
        tipo=TipoMovimiento.BAJA,
        fecha=fecha,
        sbc=None,
        tipo_trabajador=None,
        tipo_salario=None,
        jornada=None,
        causa_baja=CausaBaja.SEPARACION_VOLUNTARIA,
        umf="",
        curp="",
    )
