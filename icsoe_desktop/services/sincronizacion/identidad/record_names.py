"""The titles of records for people, in lists of conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS, NombrePersona
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.sincronizacion.records import Content
from icsoe_desktop.store.types import day_of

_MAX_TITLE = 80


def of_person(content: Content) -> str:
    return NombrePersona(**{name: str(content[name]) for name in NOMBRE_CAMPOS}).nombre


def of_contrato(content: Content) -> str:
    return f"{content['numero']} {content['objeto']}".strip()[:_MAX_TITLE]


def of_informativa(content: Content) -> str:
    periodo = Periodo(int(content["ejercicio"]), int(content["cuatrimestre"]))
    return f"{content['tipo']}, {periodo.nombre}"


def movement_title(values: Sequence[Any]) -> str:
    """The worker's name. values: a movement in the form of its record."""
    _nss, _curp, primer, segundo, nombres = values[:5]
    return NombrePersona(nombres=nombres, primer_apellido=primer, segundo_apellido=segundo).nombre


def movement_in_words(values: Sequence[Any]) -> str:
    """The values of a movement in one line, to compare two captures of it."""
    tipo, registro_patronal, fecha, sbc = values[5:9]
    salario, jornada, causa, umf, guia, clave = values[10:16]
    words = [
        TipoMovimiento(tipo).nombre,
        registro_patronal,
        f"{day_of(fecha):%d/%m/%Y}",
        "" if sbc is None else f"SBC {sbc / 100:,.2f}",
    ]
    named = (
        ("salario", salario),
        ("jornada", jornada),
        ("causa", causa),
        (CAMPOS_MOVIMIENTO.label("umf"), umf),
    )
    words += [f"{name} {value}" for name, value in named if value]
    words += [f"{name} {value}" for name, value in (("guía", guia), ("clave", clave)) if value]
    return ", ".join(word for word in words if word)
