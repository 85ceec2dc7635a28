"""The hoja de captura: every field of the return, in the order of the portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from icsoe_desktop.domain.icsoe.contrato import (
    CAMPOS_CONTRATANTE,
    CAMPOS_CONTRATO,
    CAMPOS_FOLIO_REPSE,
    DatosContrato,
    motivo_of,
)
from icsoe_desktop.domain.icsoe.domicilio import IGUAL, RespuestaDomicilio, in_parts
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.texto import counted

DOMICILIO: Final = "Domicilio"


class RenglonHoja(NamedTuple):
    etiqueta: str
    valor: str


class BloqueHoja(NamedTuple):
    """A part of the sheet. contrato: place of its contract from 0, None for the return's part."""

    titulo: str
    renglones: tuple[RenglonHoja, ...]
    contrato: int | None = None


class ContratoHoja(NamedTuple):
    datos: DatosContrato
    archivos: tuple[str, ...]
    trabajadores: int


def sheet(
    *,
    periodo: Periodo,
    tipo: TipoInformativa,
    contratista: Sequence[tuple[str, str]],
    contratos: Sequence[ContratoHoja],
) -> tuple[BloqueHoja, ...]:
    """contratista: label and value of its data. Empty values are left out."""
    blocks = [
        BloqueHoja(
            "Informativa",
            (
                RenglonHoja("Ejercicio", str(periodo.ejercicio)),
                RenglonHoja("Cuatrimestre", f"{periodo.cuatrimestre} ({periodo.nombre})"),
                RenglonHoja("Tipo", str(tipo)),
            ),
        ),
        BloqueHoja(
            "Contratista", tuple(RenglonHoja(label, value) for label, value in contratista if value)
        ),
    ]
    for at, each in enumerate(contratos):
        datos = each.datos
        name = f"Contrato {at + 1} de {len(contratos)}"
        other = datos.contratante.domicilio
        pairs = [
            *(
                (field.label, getattr(datos.contratante, field.name))
                for field in CAMPOS_CONTRATANTE
                if field.name != "domicilio"
            ),
            *address(DOMICILIO, RespuestaDomicilio.of(other or IGUAL)),
        ]
        blocks.append(BloqueHoja(f"{name}: contratante", _filled(pairs), at))
        pairs = [
            ("Motivo", str(motivo_of(datos, periodo))),
            (CAMPOS_CONTRATO.label("numero"), datos.numero),
            (CAMPOS_CONTRATO.label("objeto"), datos.objeto),
            (CAMPOS_FOLIO_REPSE.label("folio"), datos.folio.folio),
            (CAMPOS_FOLIO_REPSE.label("texto"), datos.folio.texto),
            (CAMPOS_CONTRATO.label("inicio"), f"{datos.inicio:%d/%m/%Y}" if datos.inicio else ""),
            (CAMPOS_CONTRATO.label("fin"), f"{datos.fin:%d/%m/%Y}" if datos.fin else ""),
        ]
        blocks.append(BloqueHoja(f"{name}: contrato", _filled(pairs), at))
        pairs = [
            ("Trabajadores", counted(each.trabajadores, "trabajador", "trabajadores")),
            *(("Archivo", name) for name in each.archivos),
        ]
        blocks.append(BloqueHoja(f"{name}: trabajadores", _filled(pairs), at))
    return tuple(blocks)


def address(name: str, respuesta: RespuestaDomicilio) -> list[tuple[str, str]]:
    """The question of the portal with its answer, and the parts. Empty without an answer."""
    if respuesta.igual is None:
        return []
    answer = (f"{name} {IGUAL}", "Sí" if respuesta.igual else "No")
    return [answer, *in_parts(respuesta.domicilio)]


def _filled(pairs: Sequence[tuple[str, str]]) -> tuple[RenglonHoja, ...]:
    return tuple(RenglonHoja(label, value) for label, value in pairs if value)
