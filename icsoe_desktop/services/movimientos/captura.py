"""Checks a typed movement: all fields at once, by the rules of Movimiento."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.nombre_imss import normal_name
from icsoe_desktop.domain.identificadores.numeros import Nss, RegistroPatronal
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites, parse_sbc
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Identificadores,
    Jornada,
    Movimiento,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento

FECHA_MISSING = "Escriba la fecha del movimiento."
SEVERAL = "hay {} por revisar."
SBC_WRONG = "Escriba el SBC diario en pesos y centavos, por ejemplo 687.70."

# Valid stand-ins for refused fields, so that the other fields can be judged.
_GOOD: Final[dict[str, Any]] = {
    "registro_patronal": RegistroPatronal("A0000000000"),
    "nss": Nss("10000000008"),
    "primer_apellido": "X",
    "segundo_apellido": "",
    "nombres": "X",
    "umf": "",
    "guia": "",
    "clave_trabajador": "",
    "curp": None,
    "fecha": date(2000, 1, 1),
}


def judge(captura: CapturaMovimiento, today: date) -> tuple[Movimiento | None, dict[str, str]]:
    """The movement, or None and its problems: field → Spanish sentence.

    Each identifier is parsed once.
    """
    problemas: dict[str, str] = {}
    baja = captura.tipo is TipoMovimiento.BAJA
    alta = captura.tipo is TipoMovimiento.ALTA
    values: dict[str, Any] = {
        "tipo": captura.tipo,
        "primer_apellido": normal_name(captura.primer_apellido),
        "segundo_apellido": normal_name(captura.segundo_apellido),
        "nombres": normal_name(captura.nombres),
        "umf": clean(captura.umf),
        "guia": clean(captura.guia),
        "clave_trabajador": clean(captura.clave_trabajador),
        # The form may still hold fields of another type of movement. They are ignored.
        "tipo_trabajador": None if baja else captura.tipo_trabajador,
        "tipo_salario": None if baja else captura.tipo_salario,
        "jornada": None if baja else captura.jornada,
        "causa_baja": captura.causa_baja if baja else None,
    }
    parsers: dict[str, Callable[[], Any]] = {
        "registro_patronal": lambda: _registro_patronal(captura.registro_patronal),
        "nss": lambda: Nss.parse(captura.nss),
        "curp": lambda: Curp.parse(captura.curp, today) if captura.curp.strip() else None,
        "fecha": lambda: _fecha(captura.fecha),
        "sbc": lambda: None if baja else _sbc(captura.sbc),
    }
    stand_ins = _GOOD | {
        "sbc": None if baja else 1_00,
        "tipo_trabajador": TipoTrabajador.PERMANENTE if alta else None,
        "tipo_salario": None if baja else TipoSalario.FIJO,
        "jornada": None if baja else Jornada.NORMAL,
        "causa_baja": CausaBaja.OTRAS if baja else None,
    }
    for campo, parse in parsers.items():
        try:
            values[campo] = parse()
        except InvalidInputError as error:
            problemas[campo] = error.message
            values[campo] = stand_ins[campo]
    known = Identificadores(values["registro_patronal"], values["nss"], values["curp"])
    values["registro_patronal"], values["nss"], values["curp"] = known.textos
    values["identificadores"] = known
    while True:
        try:
            movimiento = Movimiento(**values)
        except InvalidInputError as error:
            campo = error.campo or "tipo"
            if campo in problemas:  # the stand-in was refused: a bug, but no endless loop
                raise
            problemas[campo] = error.message
            values[campo] = stand_ins[campo]
        else:
            return (None if problemas else movimiento), problemas


def _registro_patronal(text: str) -> RegistroPatronal:
    """The registro patronal, with its check digit computed if the user omitted it."""
    registro = RegistroPatronal.parse(text)
    completo = registro.completo
    return registro if registro.valor == completo else RegistroPatronal(completo)


def _sbc(text: str) -> int:
    centavos = parse_sbc(text)
    if centavos is None:
        raise InvalidInputError(SBC_WRONG, "sbc")
    return centavos


def _fecha(fecha: date | None) -> date:
    if fecha is None:
        raise InvalidInputError(FECHA_MISSING, "fecha")
    return fecha


def advertencias_of(movimiento: Movimiento, limites: TablaLimites) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for advertencia in movimiento.warnings(limites):
        found.setdefault(advertencia.campo, []).append(advertencia.texto)
    return {
        # The form shows one line: how many there are, and then each on its own.
        campo: "\n".join(texts if len(texts) == 1 else (SEVERAL.format(len(texts)), *texts))
        for campo, texts in found.items()
    }
