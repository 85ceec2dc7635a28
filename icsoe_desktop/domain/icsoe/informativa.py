"""The Informativa: kinds, states, and who may move it from one state to the next.

Sources: LSS 15 A; IMSS, Lineamientos ICSOE (names of the complementarias: several public sources;
the limit of four a period and whether the last two work today: one source).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from icsoe_desktop.domain.acceso.sesion import Rol
from icsoe_desktop.domain.fields import Field, FieldTable
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.movimientos.plazos import SPONTANEOUS, estimate_fine
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.domain.valores_legales.valores import TablaValores
from icsoe_desktop.errors import InvalidInputError, NotAllowedError

CAMPOS_INFORMATIVA: Final = FieldTable(
    (
        Field("ejercicio", "Ejercicio"),
        Field("cuatrimestre", "Cuatrimestre"),
        Field("tipo", "Tipo de Informativa"),
        Field("historial", "Estado de la Informativa"),
        Field("contratos", "Contratos de la Informativa"),
        Field("declarados", "Contratos que declara"),
        Field("corrige", "Informativa que corrige"),
    )
)
MAX_COMPLEMENTARIAS: Final = 4
PORTAL: Final = "https://www.imss.gob.mx/icsoe"
MAX_FOLIO: Final = 40

FROZEN: Final = (
    "Esta Informativa ya se presentó y no cambia. No se guardó nada. Para corregirla, prepare una "
    "complementaria desde «Informativa»."
)
ONLY_CONTRATISTA: Final = (
    "Sólo el contratista, que es quien firma en el portal, puede hacer esto. No se cambió nada. "
    "Pídale que ingrese con su e.firma."
)
ALREADY_ONE: Final = (
    "Ya hay una Informativa de {periodo}. Se presenta una sola por cuatrimestre, con todos sus "
    "contratos. No se creó nada; para cambiar una ya presentada, prepare una complementaria."
)
TOO_MANY: Final = (
    f"Ya hay {MAX_COMPLEMENTARIAS} complementarias de {{periodo}}, el máximo. No se creó nada."
)
NONE_TO_CORRECT: Final = (
    "No hay una Informativa presentada de {periodo} que corregir. No se creó nada. Prepare y "
    "presente primero la Normal o la Sin información."
)


MAX_NOTA: Final = 500
FOLIO_MISSING: Final = "Escriba el folio del acuse."
FOLIO_LONG: Final = f"El folio tiene como máximo {MAX_FOLIO} caracteres."


def check_folio(folio: str) -> str:
    """The folio of an acuse, cleaned. Raises InvalidInputError (campo «folio»)."""
    folio = clean(folio)
    if not folio or len(folio) > MAX_FOLIO:
        raise InvalidInputError(FOLIO_LONG if folio else FOLIO_MISSING, "folio")
    return folio


class TipoInformativa(StrEnum):
    NORMAL = "Normal"
    SIN_INFORMACION = "Sin información"
    CORRECCION = "Corrección"
    SIN_EFECTOS = "Sin efectos"
    ACTUALIZACION = "Actualización"
    SISUB = "SISUB"  # the sister return to INFONAVIT, of which only the acuse is kept

    @property
    def es_complementaria(self) -> bool:
        return self in (
            TipoInformativa.CORRECCION,
            TipoInformativa.SIN_EFECTOS,
            TipoInformativa.ACTUALIZACION,
        )

    @property
    def lleva_contratos(self) -> bool:
        return self in (
            TipoInformativa.NORMAL,
            TipoInformativa.CORRECCION,
            TipoInformativa.ACTUALIZACION,
        )

    @property
    def tiene_plazo(self) -> bool:
        """Whether it has a window. A Corrección and a Sin efectos are never late."""
        return self not in (TipoInformativa.CORRECCION, TipoInformativa.SIN_EFECTOS)


class EstadoInformativa(StrEnum):
    EN_CAPTURA = "En captura"
    REVISADA = "Revisada"
    LISTA = "Lista para firma"
    PRESENTADA = "Presentada"
    CORREGIDA = "Corregida"
    SIN_EFECTOS = "Sin efectos"

    @property
    def abierta(self) -> bool:
        """Whether its content may still change."""
        return self in (
            EstadoInformativa.EN_CAPTURA,
            EstadoInformativa.REVISADA,
            EstadoInformativa.LISTA,
        )


_STEPS: Final = {
    EstadoInformativa.EN_CAPTURA: {EstadoInformativa.REVISADA},
    EstadoInformativa.REVISADA: {EstadoInformativa.EN_CAPTURA, EstadoInformativa.LISTA},
    EstadoInformativa.LISTA: {EstadoInformativa.EN_CAPTURA, EstadoInformativa.PRESENTADA},
    EstadoInformativa.PRESENTADA: {EstadoInformativa.CORREGIDA, EstadoInformativa.SIN_EFECTOS},
    EstadoInformativa.CORREGIDA: set(),
    EstadoInformativa.SIN_EFECTOS: set(),
}
_OF_CONTRATISTA: Final = {EstadoInformativa.LISTA, EstadoInformativa.PRESENTADA}


def check_step(before: EstadoInformativa, after: EstadoInformativa, rol: Rol) -> None:
    """Raises NotAllowedError if the step needs the contratista, InvalidInputError for no step."""
    if after in _OF_CONTRATISTA and rol is not Rol.CONTRATISTA:
        raise NotAllowedError(ONLY_CONTRATISTA)
    if not before.abierta and after.abierta:
        raise InvalidInputError(FROZEN)
    if after not in _STEPS[before]:
        raise InvalidInputError(
            f"Una Informativa «{before}» no pasa a «{after}». No se cambió nada. Actualice la "
            "lista y siga el orden: revisar, marcar lista para firma, guardar el acuse."
        )


def stands(tipo: TipoInformativa, estado: EstadoInformativa) -> bool:
    """Whether it is what the IMSS has of its period: after a «Sin efectos» there is nothing."""
    return estado is EstadoInformativa.PRESENTADA and tipo is not TipoInformativa.SIN_EFECTOS


def check_new(
    tipo: TipoInformativa,
    periodo: Periodo,
    others: list[tuple[TipoInformativa, EstadoInformativa]],
) -> None:
    """Raises InvalidInputError if the period's other returns do not allow a new one of this kind.

    Source: one return a period, at most four complementarias, Actualización apart.
    """
    open_one = any(estado.abierta for _, estado in others)
    presented = any(stands(each, estado) for each, estado in others)
    if not tipo.es_complementaria:
        if open_one or presented:
            raise InvalidInputError(ALREADY_ONE.format(periodo=periodo.nombre))
        return
    if open_one:
        raise InvalidInputError(ALREADY_ONE.format(periodo=periodo.nombre))
    if not presented:
        raise InvalidInputError(NONE_TO_CORRECT.format(periodo=periodo.nombre))
    counted = (TipoInformativa.CORRECCION, TipoInformativa.SIN_EFECTOS)
    if tipo in counted and sum(each in counted for each, _ in others) >= MAX_COMPLEMENTARIAS:
        raise InvalidInputError(TOO_MANY.format(periodo=periodo.nombre))


DEL_IMSS: Final = tuple(one for one in TipoInformativa if one is not TipoInformativa.SISUB)
UMAS: Final = (500, 2_000)
ARTICLE: Final = "LSS 304-A XXII y 304-B V"
# One detailed source. No rule like LSS 304-C was found: nothing says that a late one is free.
UMAS_SISUB: Final = (251, 300)
ARTICLE_SISUB: Final = "Reglamento de multas del INFONAVIT 6 XVIII y 8 IV, según una sola fuente"


def estimate_missing(today: date, valores: TablaValores) -> str:
    """The sentence about a return that is not presented."""
    return f"{estimate_fine(UMAS, ARTICLE, today, valores)} {SPONTANEOUS}"


def estimate_missing_sisub(today: date, valores: TablaValores) -> str:
    return estimate_fine(UMAS_SISUB, ARTICLE_SISUB, today, valores)
