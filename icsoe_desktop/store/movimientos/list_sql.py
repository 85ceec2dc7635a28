"""The SQL of lists of movements: which rows, in which order, by which index.

A list is first the filas of its rows, read from indexes alone. The rows are read later, by block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.estado_aviso import POR_RESOLVER, EstadoAviso
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.store.connection import RawConnection, only_row
from icsoe_desktop.store.tables.movimientos import ESTADOS

# Share of all workers. Above it, walking the order's index is faster than gathering the rows found.
BROAD_SHARE: Final = 0.004
# More than these are walked for the first rows.
FEW_WORKERS: Final = 300

_BY_DAY: Final = ("m.fecha", "m.tipo", "m.estado", "m.registro_patronal", "m.trabajador", "m.fila")
_WITHIN_WORKER: Final = (
    "t.fila",
    "m.fecha",
    "m.tipo",
    "m.registro_patronal",
    "m.estado",
    "m.fila",
)

# Same column order as the indexes, so that SQLite does not have to sort.
BY_MOVEMENT: Final[dict[str, tuple[str, ...]]] = {
    "fecha": _BY_DAY,
    "registro_patronal": (
        "m.registro_patronal",
        "m.fecha",
        "m.tipo",
        "m.estado",
        "m.trabajador",
        "m.fila",
    ),
    "estado": (
        "m.estado",
        "m.fecha",
        "m.tipo",
        "m.registro_patronal",
        "m.trabajador",
        "m.fila",
    ),
    "sbc": (
        "m.sbc",
        "m.fecha",
        "m.tipo",
        "m.registro_patronal",
        "m.estado",
        "m.trabajador",
        "m.fila",
    ),
}
BY_WORKER: Final[dict[str, tuple[str, ...]]] = {
    "nombres": ("t.orden_nombres", "t.orden_primer", "t.orden_segundo", *_WITHIN_WORKER),
    "primer_apellido": ("t.orden_primer", "t.orden_segundo", "t.orden_nombres", *_WITHIN_WORKER),
    "segundo_apellido": ("t.orden_segundo", "t.orden_primer", "t.orden_nombres", *_WITHIN_WORKER),
    "nss": (
        "t.nss",
        "t.curp",
        "t.primer_apellido",
        "t.segundo_apellido",
        "t.nombres",
        *_WITHIN_WORKER,
    ),
    "curp": ("t.curp", *_WITHIN_WORKER),
}
FILTERED: Final = ("m.fecha", "m.tipo", "m.estado", "m.registro_patronal", "m.trabajador", "m.fila")
# Orders whose index is named: the planner would rather read a filter's rows one by one.
WALKED: Final[dict[str, str]] = {
    "sbc": "sbc",
    "umf": "umf",
    "limite": "seguro",
    "emitido": "emitido",
    "recibido": "recibido",
    "aprobado": "aprobado",
}
# Few movements have a value: their index has these alone, and the others follow by date.
SPARSE: Final[dict[str, str]] = {
    "rechazado": "m.rechazado IS NOT NULL",
    "causa_rechazo": "m.causa_rechazo <> ''",
}
# Columns with a handful of values. ix_movimientos_clase has the movements by every combination of
# them, each by date, and a list puts the combinations of one value together.
CLASSES: Final = ("causa_baja", "tipo", "tipo_salario", "tipo_trabajador", "jornada")
MOST_CLASSES: Final = 120
WITHIN_CLASS: Final = ("m.fecha", "m.estado", "m.registro_patronal", "m.trabajador", "m.fila")
WITHIN_LOTE: Final = ("m.fecha", "m.tipo", "m.registro_patronal", "m.trabajador", "m.fila")
# Until every term is stored, and for the name of a lote, which is in other tables.
WITHOUT_INDEX: Final[dict[str, str]] = {
    "plazo": "estado_legal(m.tipo, m.fecha, m.tipo_salario, m.recibido, m.estado, m.extemporaneo)",
    "limite": "limite_legal(m.tipo, m.fecha, m.tipo_salario)",
    "lote": "coalesce(nullif(c.lote, ''), nullif(l.numero, ''), l.nombre_archivo, '')",
}
ORDERS: Final = (*BY_MOVEMENT, *BY_WORKER, *WALKED, *SPARSE, *CLASSES, *WITHOUT_INDEX)

_PENDIENTE, _RECHAZADO, CANCELADO = (
    ESTADOS.index(estado)
    for estado in (EstadoAviso.PENDIENTE, EstadoAviso.RECHAZADO, EstadoAviso.CANCELADO)
)
OWED_NUMBERS: Final = tuple(ESTADOS.index(estado) for estado in POR_RESOLVER)
_OWED_STATES: Final = ", ".join(map(str, OWED_NUMBERS))
# The index ix_movimientos_por_resolver has this condition: SQLite compares the expressions.
OWED: Final = f"m.estado IN ({_OWED_STATES})"
# A rejected notice is settled by a later one of the same worker, employer and type. A change of
# salary has to be of the same day: another day's change leaves this one to be presented.
_PRESENTED_AGAIN: Final = (
    "FROM trabajadores a "
    "CROSS JOIN trabajadores b ON b.nss = a.nss CROSS JOIN movimientos n ON n.trabajador = b.fila "
    "WHERE a.fila = m.trabajador AND n.tipo = m.tipo AND n.id > m.id "
    f"AND n.estado NOT IN ({_RECHAZADO}, {CANCELADO}) "
    "AND substr(n.registro_patronal, 1, 10) = substr(m.registro_patronal, 1, 10) "
    f"AND (n.tipo <> '{TipoMovimiento.MODIFICACION.value}' OR n.fecha = m.fecha)"
)
# The triggers of `rechazados` name each column that is compared here.
NOT_PRESENTED_AGAIN: Final = (
    f"(m.estado <> {_RECHAZADO} OR NOT EXISTS (SELECT 1 {_PRESENTED_AGAIN}))"
)
PRESENTED_AGAIN_BY: Final = f"SELECT n.fila {_PRESENTED_AGAIN} LIMIT 1"
# What has to be done about what is owed.
_OWED_PARTS: Final = {
    "por_presentar": f"m.estado IN ({_PENDIENTE}, {_RECHAZADO})",
    "sin_respuesta": f"m.estado <> {_RECHAZADO} AND (m.estado <> {_PENDIENTE} "
    "OR +m.lote_id IS NOT NULL)",
    "por_repetir": f"m.estado = {_RECHAZADO}",
    "sin_archivo": f"m.estado = {_PENDIENTE} AND +m.lote_id IS NULL",
}
# `+` hides the column from the planner, which would read every row that was ever in a lote.
FREE: Final = f"m.estado = {_PENDIENTE} AND +m.lote_id IS NULL"
IN_FILE: Final = f"m.estado = {_PENDIENTE} AND +m.lote_id IS NOT NULL"
# ix_movimientos_en_archivo has this condition: SQLite compares the expressions.
IN_FILE_INDEXED: Final = f"m.estado = {_PENDIENTE} AND m.lote_id IS NOT NULL"
# The indexes of states hold lote_id. For the other orders, the few that are in a file are read
# first: looking into each row takes half a minute in a million.
LOTE_HERE: Final = ("+m.lote_id IS NULL", "+m.lote_id IS NOT NULL")
LOTE_ELSEWHERE: Final = tuple(
    f"m.fila {way} (SELECT m.fila FROM movimientos m "  # noqa: S608
    f"INDEXED BY ix_movimientos_en_archivo WHERE {IN_FILE_INDEXED})"
    for way in ("NOT IN", "IN")
)
PAST_FILE: Final = f"m.estado > {_PENDIENTE}"
# As _OWED_PARTS, for the indexes that do not hold lote_id.
_OWED_PARTS_ELSEWHERE: Final = {
    **_OWED_PARTS,
    "sin_respuesta": f"m.estado <> {_RECHAZADO} AND (m.estado <> {_PENDIENTE} "
    f"OR {LOTE_ELSEWHERE[True]})",
    "sin_archivo": f"m.estado = {_PENDIENTE} AND {LOTE_ELSEWHERE[False]}",
}
STATE_NAMES: Final = tuple(each.value for each in EstadoLegal)
# Places in EstadoLegal.
IN_TIME, UNCOVERED, AT_RISK, LATE = range(4)

WITH_LOTE: Final = (
    " LEFT JOIN constancias c ON c.id = m.constancia_id LEFT JOIN lotes l ON l.id = m.lote_id"
)
# In no lote, by state, and the others; all or few of them. A pending one has no constancia.
NAMELESS: Final = tuple(
    f"m.estado = {estado} AND +m.lote_id IS NULL"
    + ("" if estado == _PENDIENTE else " AND m.constancia_id IS NULL")
    for estado in range(len(ESTADOS))
)
_NAMED: Final = (
    f"(m.lote_id IS NOT NULL OR (m.estado > {_PENDIENTE} AND m.constancia_id IS NOT NULL))"
)
NAMED: Final = (
    _NAMED,
    f"{_NAMED} AND m.fila IN (SELECT fila FROM movimientos WHERE lote_id IS NOT NULL "  # noqa: S608
    f"UNION ALL SELECT fila FROM movimientos WHERE estado > {_PENDIENTE})",
)

ROW_COLUMNS: Final = """
    m.id, m.tipo, m.registro_patronal, t.nombres, t.primer_apellido, t.segundo_apellido, t.nss,
    m.sbc, m.fecha, t.curp, m.umf, m.tipo_trabajador, m.tipo_salario, m.jornada, m.causa_baja,
    m.estado, m.emitido, m.recibido, m.aprobado, m.rechazado, m.codigo_rechazo, m.causa_rechazo,
    m.extemporaneo, m.guia, m.clave_trabajador, m.lote_id, c.lote, c.folio, l.numero, l.folio, i.id,
    l.nombre_archivo
"""
ROW_JOINS: Final = """
    LEFT JOIN trabajadores t ON t.fila = m.trabajador
    LEFT JOIN constancias c ON c.id = m.constancia_id
    LEFT JOIN lotes l ON l.id = m.lote_id
    LEFT JOIN importaciones i ON i.numero = m.importacion
"""


@dataclass(frozen=True, slots=True)
class MovementSelection:
    """The filter of a list, in the values of the store. None does not restrict.

    registros_patronales: with their check digits. importacion: number, first and last row.
    in_lote: whether a lote has them. owed: only what is still owed to the IMSS.
    plazo: the place in EstadoLegal.
    found_workers: how many workers the text search put in temp.hallados of the same connection.
    """

    registros_patronales: tuple[str, ...] | None = None
    from_day: int | None = None
    to_day: int | None = None
    estado: int | None = None
    tipo: str | None = None
    lote: bytes | None = None
    importacion: tuple[int, int, int] | None = None
    plazo: int | None = None
    in_lote: bool | None = None
    owed: bool = False
    owed_part: str | None = None
    limite: int | None = None
    found_workers: int | None = None
    all_workers: int = 0

    def is_broad(self, limit: int | None) -> bool:
        """Whether so many workers were found that walking an index is faster."""
        if self.found_workers is None:
            return False
        share = self.all_workers * BROAD_SHARE
        return self.found_workers > (share if limit is None else min(share, FEW_WORKERS))

    def filters(self, *, lote_here: bool = True) -> list[Filter]:
        """The filters without those of the text, of the term and of being in a file.

        lote_here: the index that is read holds lote_id.
        """
        found = []
        if self.registros_patronales is not None:
            marks = ", ".join("?" * len(self.registros_patronales))
            one = len(self.registros_patronales) == 1
            condition = "m.registro_patronal = ?" if one else f"m.registro_patronal IN ({marks})"
            found.append(Filter("registro", condition, self.registros_patronales))
        for name, condition, value in (
            ("dias", "m.fecha >= ?", self.from_day),
            ("dias", "m.fecha <= ?", self.to_day),
            ("estado", "m.estado = ?", self.estado),
            ("tipo", "m.tipo = ?", self.tipo),
            ("lote", "m.lote_id = ?", self.lote),
        ):
            if value is not None:
                found.append(Filter(name, condition, (value,)))
        if self.owed:
            found += [Filter("owed", OWED), Filter("owed", NOT_PRESENTED_AGAIN)]
        if self.owed_part is not None:
            parts = _OWED_PARTS if lote_here else _OWED_PARTS_ELSEWHERE
            found.append(Filter("owed", parts[self.owed_part]))
        if self.importacion is not None:
            numero, primera, ultima = self.importacion
            found.append(Filter("importacion", "m.fila BETWEEN ? AND ?", (primera, ultima)))
            found.append(Filter("importada", "m.importacion = ?", (numero,)))
        return found


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of a list. name: of the filter that it belongs to."""

    name: str
    condition: str
    values: tuple[Any, ...] = ()

    @property
    def hidden(self) -> str:
        """The condition in a form for which the planner uses no index."""
        return "+" + self.condition if self.condition.startswith("m.") else self.condition


def registros_patronales_like(raw: RawConnection, base: str) -> tuple[str, ...]:
    """The registros patronales, among those of the movements, that begin with `base`."""
    found: list[str] = []
    after, end = base, base + "\uffff"
    while True:
        (following,) = only_row(
            raw.execute(
                "SELECT min(registro_patronal) FROM movimientos "
                "WHERE registro_patronal > ? AND registro_patronal < ?",
                (after, end),
            )
        )
        if following is None:
            return tuple(found)
        after = str(following)
        found.append(after)
