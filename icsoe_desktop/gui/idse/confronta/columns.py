"""The tables of Confrontar: sources, counters, differences, and both sides of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from icsoe_desktop.domain.confronta.atributo_sbc import Atributo
from icsoe_desktop.domain.confronta.diferencias import (
    ClaseDiferencia,
    Diferencia,
    EstadoDiferencia,
)
from icsoe_desktop.domain.confronta.persona import Lado, Persona
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.gui.idse.modulo.historial import HISTORIAL
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.paged import PagedColumn
from icsoe_desktop.gui.kit.tables import Column, count_column
from icsoe_desktop.services.confronta.excel import coincidence_of, place_of
from icsoe_desktop.services.confronta.fuentes import FuenteLeida
from icsoe_desktop.services.confronta.service import Confronta

EVERYTHING: Final = "Todo lo que falta"
NOTHING_HERE: Final = "Nada de lo que se encontró es de este filtro."
NOTHING_FOUND: Final = "Los dos lados coinciden: no hay nada por resolver."
CHOOSE_ONE: Final = "Elija una diferencia para ver los dos lados."
VOTE: Final = "&SBC: {}"
MANY_VOTES: Final = "de cada emisor"
COINCIDENCE: Final = "Coincidencia de la plantilla: {} · {:,} de {} · {}"
Que = ClaseDiferencia | EstadoDiferencia | None
_CLASES: Final = {
    ClaseDiferencia.FALTA_EN_IMSS: "error",
    ClaseDiferencia.SBC_MENOR: "error",
    ClaseDiferencia.SIN_RECIBO: "advertencia",
    ClaseDiferencia.SEPARACION: "advertencia",
    ClaseDiferencia.ALTA_TARDIA: "advertencia",
    ClaseDiferencia.SBC_MAYOR: "recibido",
    ClaseDiferencia.OTRO_REGISTRO: "recibido",
    ClaseDiferencia.OTROS_DATOS: "editar",
    ClaseDiferencia.FUERA_DE_LIMITES: "editar",
    ClaseDiferencia.DESCUADRE: "editar",
}
_ESTADOS: Final = {
    EstadoDiferencia.ABIERTA: "pendiente",
    EstadoDiferencia.EN_PLAZO: "vigente",
    EstadoDiferencia.EXPLICADA: "enviado",
    EstadoDiferencia.ACEPTADA: "correcto",
}

FUENTES: Final[tuple[Column[FuenteLeida], ...]] = (
    Column("Lado", lambda f: f.lado.value if f.is_readable else "—", width=80),
    Column("Archivo", lambda f: f.archivo, middle=True, width=250),
    Column(
        "Se leyó",
        lambda f: "Bien" if f.is_readable else "No se leyó",
        state=lambda f: "correcto" if f.is_readable else "error",
        width=110,
    ),
    Column("Qué es", lambda f: f.resumen, width=480),
)


@dataclass(frozen=True)
class FilaConteo:
    """A counter. que: what its rows are filtered by."""

    orden: int
    que: Que
    nombre: str
    cuantas: int


CONTEOS: Final[tuple[Column[FilaConteo], ...]] = (
    Column("Diferencia", lambda c: c.nombre, sort=lambda c: c.orden, width=190),
    count_column("Cuántas", lambda c: c.cuantas, width=75),
)


def counters_of(found: Confronta) -> list[FilaConteo]:
    """What is open, in all and by kind; then what is explained or accepted, if there is any."""
    comparacion = found.comparacion
    counts, states = comparacion.counts(), comparacion.states()
    rows: list[tuple[Que, str, int]] = [(None, EVERYTHING, sum(counts.values()))]
    rows += [(clase, clase.nombre, count) for clase, count in counts.items() if count]
    rows += [
        (estado, estado.value, count)
        for estado, count in states.items()
        if count and estado is not EstadoDiferencia.ABIERTA
    ]
    return [FilaConteo(at, *row) for at, row in enumerate(rows)]


ATRIBUTOS: Final[tuple[tuple[Atributo | None, str], ...]] = (
    *((each, each.nombre) for each in Atributo),
    (None, "el que más coincide con el IMSS"),
)

DIFERENCIAS: Final[tuple[PagedColumn[Diferencia], ...]] = (
    PagedColumn(
        "Diferencia",
        lambda d: d.clase.nombre,
        state=lambda d: _CLASES[d.clase],
        order="clase",
        width=180,
    ),
    PagedColumn("Nombre", lambda d: d.nombre, order="nombre", width=220),
    PagedColumn(
        CAMPOS_MOVIMIENTO.label("nss"),
        lambda d: formats.nss(d.nss),
        copy=lambda d: d.nss,
        tabular=True,
        order="nss",
        width=120,
    ),
    PagedColumn("Qué pasa", lambda d: d.texto, width=360),
    PagedColumn(
        "SBC en el IMSS",
        lambda d: formats.money(d.sbc_imss),
        copy=lambda d: formats.plain_money(d.sbc_imss),
        tabular=True,
        right=True,
        order="sbc_imss",
        width=115,
    ),
    PagedColumn(
        "SBC en la nómina",
        lambda d: formats.money(d.sbc_nomina),
        copy=lambda d: formats.plain_money(d.sbc_nomina),
        tabular=True,
        right=True,
        order="sbc_nomina",
        width=125,
    ),
    PagedColumn(
        CAMPOS_MOVIMIENTO.label("registro_patronal"),
        lambda d: formats.registro(d.registro_patronal),
        copy=lambda d: d.registro_patronal,
        tabular=True,
        order="registro",
        width=130,
    ),
    PagedColumn("Estado", lambda d: d.estado.value, state=lambda d: _ESTADOS[d.estado], width=130),
)


@dataclass(frozen=True)
class FilaLado:
    """One value, as each side has it."""

    orden: int
    dato: str
    imss: str
    nomina: str


LADOS: Final[tuple[Column[FilaLado], ...]] = (
    Column("Dato", lambda f: f.dato, sort=lambda f: f.orden, width=130),
    Column(Lado.IMSS.value, lambda f: f.imss, width=120),
    Column(Lado.NOMINA.value, lambda f: f.nomina, width=120),
)

_AVISO: Final = {
    TipoMovimiento.ALTA: "Alta",
    TipoMovimiento.MODIFICACION: "Salario",
    TipoMovimiento.BAJA: "Baja",
}
_FECHA, _MOVIMIENTO, _ESTADO = HISTORIAL[:3]
# Whole in what a screen of 1366 px leaves them.
AVISOS: Final = (
    replace(_FECHA, width=72),
    replace(_MOVIMIENTO, title="Aviso", text=lambda f: _AVISO[f.tipo], width=66),
    replace(_ESTADO, width=92),
)


def sides_of(one: Diferencia) -> list[FilaLado]:
    imss, nomina = _values(one.imss), _values(one.nomina)
    imss[_SBC], nomina[_SBC] = _sbc(one, one.imss), formats.money(one.sbc_nomina)
    return [
        FilaLado(at, dato, imss[dato], nomina[dato])
        for at, dato in enumerate(imss)
        if imss[dato] or nomina[dato]
    ]


def _sbc(one: Diferencia, imss: Persona | None) -> str:
    if one.sbc_imss is not None or imss is None or not imss.tramos:
        return formats.money(one.sbc_imss)
    return formats.money(imss.sbc_on(imss.tramos[-1].hasta))


def _values(one: Persona | None) -> dict[str, str]:
    if one is None:
        return dict.fromkeys(_DATOS, "")
    ends = one.tramos[-1] if one.tramos else None
    values = (
        "",
        _day(one.inicio),
        _day(one.desde),
        _day(one.hasta) if ends is None or ends.baja or one.pagos else "",
        _day(one.ultima_baja) if not one.pagos else "",
        one.nombre.replace("$", " "),
        formats.nss(one.nss),
        one.curp,
        formats.registro(one.registro_patronal),
        place_of(one),
    )
    return dict(zip(_DATOS, values, strict=True))


_SBC: Final = CAMPOS_MOVIMIENTO.label("sbc")
_DATOS: Final = (
    _SBC, "Inicio de la relación", "Desde", "Hasta", "Baja", "Nombre",
    CAMPOS_MOVIMIENTO.label("nss"), CAMPOS_MOVIMIENTO.label("curp"),
    CAMPOS_MOVIMIENTO.label("registro_patronal"), "Dónde se leyó",
)  # fmt: skip


def _day(ordinal: int) -> str:
    return formats.day(date.fromordinal(ordinal)) if ordinal else ""


def coincidence_text(found: Confronta) -> str:
    """The figure on top."""
    one = found.comparacion
    anybody = formats.counted(one.alguna, "persona", "personas")
    return COINCIDENCE.format(coincidence_of(found), one.ambas, anybody, one.periodo.nombre)


def vote_of(found: Confronta) -> str:
    """The button that chooses which attribute of the receipts is the SBC."""
    votes = [voto.frase.partition(":")[0] for voto in found.comparacion.votos.values()]
    return VOTE.format(votes[0] if len(votes) == 1 else MANY_VOTES)


def told_of(one: Diferencia | None, count: int, *, filtered: bool) -> str:
    """What stands over the two sides of a difference. None: how to see one, or why there is none.

    count: of the differences that are listed.
    """
    if one is None:
        return CHOOSE_ONE if count else NOTHING_HERE if filtered else NOTHING_FOUND
    return " ".join(part for part in (one.texto, one.explicacion, one.pregunta) if part)
