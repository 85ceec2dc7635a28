"""The title of a record for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS, NombrePersona
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.movimiento import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind
from icsoe_desktop.store.types import day_of

_MAX_TITLE = 80


def title_of(kind: RecordKind, content: Content) -> str:
    """The name of the record in lists of conflicts."""
    match kind:
        case RecordKind.PERSONA | RecordKind.RELACION:
            names = {name: str(content[name]) for name in NOMBRE_CAMPOS}
            return NombrePersona(**names).nombre
        case RecordKind.CONTRATISTA | RecordKind.CONTRATANTE:
            return str(content["nombre"])
        case RecordKind.FOLIO_REPSE:
            return str(content["folio"])
        case RecordKind.CONTRATO:
            return f"{content['numero']} {content['objeto']}".strip()[:_MAX_TITLE]
        case RecordKind.INFORMATIVA:
            periodo = Periodo(int(content["ejercicio"]), int(content["cuatrimestre"]))
            return f"{content['tipo']}, {periodo.nombre}"
        case RecordKind.REGISTRO_PATRONAL:
            return f"{content['registro_patronal']} {content['razon_social']}"
        case RecordKind.CERTIFICADO:
            return f"{content['titular']} {content['numero']}"
        case _:
            return str(content.get("nombre_archivo", ""))


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
