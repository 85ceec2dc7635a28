"""Checks an Informativa before it is captured in the portal.

The inconsistencies that the IMSS reports (Boletín 300/2025) block; what is only odd warns.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from icsoe_desktop.domain.icsoe.contrato import (
    DatosContrato,
    Motivo,
    check_contrato,
    motivo_of,
    sbc_day,
)
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.icsoe.repse import PRIMER_DIA
from icsoe_desktop.domain.icsoe.trabajadores import TWICE, TrabajadorContrato, repeated
from icsoe_desktop.domain.movimientos.limites_sbc import TABLA_LIMITES, Limites, TablaLimites
from icsoe_desktop.domain.texto import clean, counted, fold
from icsoe_desktop.domain.valores_legales.valores import pesos

# A contract with thousands of wrong rows shows the first ones; the rest is counted.
MAX_A_CONTRACT: Final = 50


class Hallazgo(NamedTuple):
    """What the review found.

    contrato_id: None for the return itself. campo: field of the form, or «trabajadores».
    renglon: place of the worker's row, from 0.
    """

    bloquea: bool
    texto: str
    contrato_id: uuid.UUID | None = None
    campo: str = ""
    renglon: int | None = None


@dataclass(frozen=True, slots=True)
class ContratoRevisable:
    id: uuid.UUID
    nombre: str
    datos: DatosContrato
    trabajadores: Sequence[TrabajadorContrato] = field(default=(), repr=False)
    rechazos: Mapping[str, str] = field(default_factory=dict, repr=False)


class Movido(NamedTuple):
    """What the program's movements say of a worker. sbc: centavos, the last of the period.

    activo: on any day of the contract inside the period.
    """

    sbc: int | None
    activo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InformativaRevisable:
    """movidos: by contract, NSS → what the movements say. Empty if there are none.

    repse: last day of the registration's validity; repse_desde: its first, of the kept acuse. None
    if it is unknown. declarados: number of contracts that the user says the return has. None if
    nobody said. limites: of the SBC; registro: the one whose zone counts, empty for the general.
    """

    tipo: TipoInformativa
    periodo: Periodo
    rfc: str = field(repr=False)
    contratos: Sequence[ContratoRevisable] = ()
    folios: frozenset[str] = frozenset()
    repse: date | None = None
    repse_desde: date | None = None
    limites: TablaLimites = TABLA_LIMITES
    registro: str = ""
    movidos: Mapping[uuid.UUID, Mapping[str, Movido]] = field(default_factory=dict, repr=False)
    otras: int = 0
    declarados: int | None = None


NO_CONTRACTS: Final = (
    "Una Informativa {tipo} lleva al menos un contrato. Agregue los del cuatrimestre o, si no "
    "hubo, preséntela «Sin información»."
)
NOT_WITH_CONTRACTS: Final = (
    "Una Informativa «{tipo}» no lleva contratos. Quítelos o cambie el tipo."
)
MORE_THAN_ONE: Final = (
    "Hay otra Informativa de {periodo} sin presentar. Se presenta una por cuatrimestre, con todos "
    "los contratos."
)
OTHER_COUNT: Final = (
    "Declara {declarados} y contiene {hay}. El IMSS lo señala como inconsistencia: corrija el "
    "número declarado, o agregue o quite contratos."
)
AFTER_PERIOD: Final = (
    "El contrato inicia el {inicio}, después de que termina {periodo}. El IMSS lo señala como "
    "inconsistencia: corrija la fecha o quítelo de esta Informativa."
)
SAME_CONTRACT: Final = (
    "Otro contrato de esta Informativa tiene el mismo contratante, número y fechas. Si es el "
    "mismo, quite uno."
)
BEFORE_REPSE: Final = (
    "El contrato inicia antes del 24/05/2021, cuando todavía no había registro en el REPSE. Revise "
    "la fecha."
)
BEFORE_OWN_REPSE: Final = (
    "El contrato inicia antes del {desde}, la fecha del acuse del REPSE que está guardado. Si ese "
    "acuse es de una renovación, no hay nada que corregir; si es del registro, revise la fecha."
)
AMENDED_AHEAD: Final = "La modificación del {dia} todavía no llega. Revise la fecha."
NO_WORKERS: Final = "El contrato no tiene trabajadores. El IMSS pide al menos uno."
OUT_OF_PERIOD: Final = (
    "El contrato inició el {inicio} y no dice que se modificara en {periodo}. La ley pide los "
    "celebrados o modificados en el cuatrimestre: déjelo sólo si corresponde."
)
REPSE_EXPIRED: Final = (
    "El registro en el REPSE vence el {vence} y el contrato inicia después. Renuévelo o revise la "
    "fecha."
)
REPSE_ENDED: Final = (
    "El registro en el REPSE venció el {vence}, antes de que terminara el periodo. Adjunte el "
    "acuse de la renovación en Información del contratista."
)
NOT_OWN_SERVICE: Final = (
    "El folio {folio} no está entre los del REPSE de este contratista. Revise el folio y el texto "
    "autorizado."
)
SBC_DIFFERS: Final = "El SBC, {aqui}, no es el del último movimiento, {alli}."
NOT_ACTIVE: Final = "Según los movimientos, no estaba activo en las fechas del contrato."
REJECTED: Final = "El portal lo rechazó: {motivo}"
MORE: Final = "Hay {more} más en este contrato."


def review(informativa: InformativaRevisable, today: date) -> tuple[Hallazgo, ...]:
    """Every block and warning, blocks first, in the order of the return."""
    found: list[Hallazgo] = []
    contratos = informativa.contratos
    if informativa.otras:
        found.append(Hallazgo(True, MORE_THAN_ONE.format(periodo=informativa.periodo.nombre)))
    if informativa.tipo.lleva_contratos:
        if not contratos:
            found.append(Hallazgo(True, NO_CONTRACTS.format(tipo=informativa.tipo)))
    elif contratos:
        found.append(Hallazgo(True, NOT_WITH_CONTRACTS.format(tipo=informativa.tipo)))
    declared = informativa.declarados
    if declared is not None and declared != len(contratos):
        text = OTHER_COUNT.format(
            declarados=counted(declared, "contrato", "contratos"),
            hay=f"{len(contratos):,}",
        )
        found.append(Hallazgo(True, text))
    if informativa.repse is not None and informativa.repse < informativa.periodo.ultimo:
        vence = f"{informativa.repse:%d/%m/%Y}"
        if informativa.repse < today:
            found.append(Hallazgo(False, REPSE_ENDED.format(vence=vence)))
    seen: set[tuple[object, ...]] = set()
    for each in contratos:
        found.extend(_of_contract(each, informativa, today))
        same = each.datos.clave
        if same in seen:
            found.append(Hallazgo(False, SAME_CONTRACT, each.id, "numero"))
        seen.add(same)
    return tuple(sorted(found, key=lambda each: not each.bloquea))


def changed_contracts(found: Iterable[Hallazgo]) -> int:
    """How many contracts have workers of whom the movements say something else."""
    told = {NOT_ACTIVE, SBC_DIFFERS.partition("}, ")[2].partition("{")[0]}
    return len({each.contrato_id for each in found if any(one in each.texto for one in told)})


def _of_contract(
    contrato: ContratoRevisable, informativa: InformativaRevisable, today: date
) -> list[Hallazgo]:
    found: list[Hallazgo] = []

    def add(bloquea: bool, texto: str, campo: str, renglon: int | None = None) -> None:
        found.append(Hallazgo(bloquea, texto, contrato.id, campo, renglon))

    datos = contrato.datos
    revision = check_contrato(datos, informativa.rfc)
    for campo, texto in revision.problemas.items():
        add(True, texto, campo)
    for campo, texto in revision.advertencias.items():
        add(False, texto, campo)
    if datos.inicio is not None:
        desde = informativa.repse_desde
        if datos.inicio > informativa.periodo.ultimo:
            text = AFTER_PERIOD.format(
                inicio=f"{datos.inicio:%d/%m/%Y}", periodo=informativa.periodo.nombre
            )
            add(True, text, "inicio")
        elif motivo_of(datos, informativa.periodo) is Motivo.OTRO:
            text = OUT_OF_PERIOD.format(
                inicio=f"{datos.inicio:%d/%m/%Y}", periodo=informativa.periodo.nombre
            )
            add(False, text, "inicio")
        if informativa.repse is not None and datos.inicio > informativa.repse:
            add(False, REPSE_EXPIRED.format(vence=f"{informativa.repse:%d/%m/%Y}"), "inicio")
        if datos.inicio < PRIMER_DIA:
            add(False, BEFORE_REPSE, "inicio")
        elif desde is not None and datos.inicio < desde:
            add(False, BEFORE_OWN_REPSE.format(desde=f"{desde:%d/%m/%Y}"), "inicio")
    for ahead in (one for one in datos.modificaciones if one > today):
        add(False, AMENDED_AHEAD.format(dia=f"{ahead:%d/%m/%Y}"), "modificaciones")
    if datos.folio.folio and fold(clean(datos.folio.folio)) not in informativa.folios:
        add(False, NOT_OWN_SERVICE.format(folio=clean(datos.folio.folio)), "folio.folio")
    if not contrato.trabajadores:
        add(True, NO_WORKERS, "trabajadores")
    day = sbc_day(datos.fin, informativa.periodo, today)
    limites = informativa.limites.on(day, informativa.registro)
    if contrato.trabajadores:
        for text in limites.unchecked:
            add(False, text, "trabajadores")
    movidos = informativa.movidos.get(contrato.id, {})
    found.extend(_of_workers(contrato, movidos, limites, today))
    return found


def _of_workers(
    contrato: ContratoRevisable, movidos: Mapping[str, Movido], limites: Limites, today: date
) -> list[Hallazgo]:
    blocks: list[Hallazgo] = []
    warnings: list[Hallazgo] = []
    twice = repeated(contrato.trabajadores)
    for place, row in enumerate(contrato.trabajadores):
        problems = row.problemas(today)
        texts = list(problems.values())
        if place in twice:
            texts.append(TWICE)
        if row.nss in contrato.rechazos:
            texts.append(REJECTED.format(motivo=contrato.rechazos[row.nss]))
        blocks.extend(Hallazgo(True, text, contrato.id, "trabajadores", place) for text in texts)
        odd = {} if problems else row.advertencias(today, limites)
        warnings.extend(
            Hallazgo(False, text, contrato.id, "trabajadores", place) for text in odd.values()
        )
        known = movidos.get(row.nss)
        if known is None:
            continue
        if not known.activo:
            warnings.append(Hallazgo(False, NOT_ACTIVE, contrato.id, "trabajadores", place))
        elif known.sbc is not None and row.centavos not in (None, known.sbc):
            text = SBC_DIFFERS.format(aqui=pesos(row.centavos or 0), alli=pesos(known.sbc))
            warnings.append(Hallazgo(False, text, contrato.id, "trabajadores", place))
    return _first(blocks) + _first(warnings)


def _first(found: list[Hallazgo]) -> list[Hallazgo]:
    more = len(found) - MAX_A_CONTRACT
    if more <= 0:
        return found
    kept = found[:MAX_A_CONTRACT]
    text = MORE.format(more=counted(more, "renglón con problemas", "renglones con problemas"))
    return [*kept, kept[-1]._replace(texto=text)]
