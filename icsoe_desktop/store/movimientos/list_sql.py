"""The SQL of lists of movements: which rows, in which order, by which index.

A list is first the filas of its rows, read from indexes alone. The rows are read later, by block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento, TipoSalario
from icsoe_desktop.domain.movimientos.estado_aviso import POR_RESOLVER, EstadoAviso
from icsoe_desktop.store.connection import RawConnection, only_row
from icsoe_desktop.store.tables.movimientos import ESTADOS

# Share of all workers. Above it, walking the order's index is faster than gathering the rows found.
BROAD_SHARE: Final = 0.004

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
# Orders without an index: sorted on request.
WITHOUT_INDEX: Final[dict[str, str]] = {
    "tipo": "m.tipo",
    "umf": "m.umf",
    "tipo_trabajador": "m.tipo_trabajador",
    "tipo_salario": "m.tipo_salario",
    "jornada": "m.jornada",
    "causa_baja": "m.causa_baja",
    "plazo": "estado_legal(m.tipo, m.fecha, m.tipo_salario, m.recibido, m.estado, m.extemporaneo)",
    "limite": "limite_legal(m.tipo, m.fecha, m.tipo_salario)",
    "lote": "coalesce(nullif(c.lote, ''), nullif(l.numero, ''), l.nombre_archivo, '')",
    "emitido": "m.emitido",
    "recibido": "m.recibido",
    "aprobado": "m.aprobado",
    "rechazado": "m.rechazado",
    "causa_rechazo": "m.causa_rechazo",
}

_PENDIENTE, _RECHAZADO, _CANCELADO = (
    ESTADOS.index(estado)
    for estado in (EstadoAviso.PENDIENTE, EstadoAviso.RECHAZADO, EstadoAviso.CANCELADO)
)
_OWED_NUMBERS: Final = tuple(ESTADOS.index(estado) for estado in POR_RESOLVER)
_OWED_STATES: Final = ", ".join(map(str, _OWED_NUMBERS))
# The index ix_movimientos_por_resolver has this condition: SQLite compares the expressions.
OWED: Final = f"m.estado IN ({_OWED_STATES})"
# A rejected notice is settled by a later one of the same worker, employer and type. A change of
# salary has to be of the same day: another day's change leaves this one to be presented.
NOT_PRESENTED_AGAIN: Final = (
    f"(m.estado <> {_RECHAZADO} OR NOT EXISTS (SELECT 1 FROM trabajadores a "  # noqa: S608
    "CROSS JOIN trabajadores b ON b.nss = a.nss CROSS JOIN movimientos n ON n.trabajador = b.fila "
    "WHERE a.fila = m.trabajador AND n.tipo = m.tipo AND n.id > m.id "
    f"AND n.estado NOT IN ({_RECHAZADO}, {_CANCELADO}) "
    "AND substr(n.registro_patronal, 1, 10) = substr(m.registro_patronal, 1, 10) "
    f"AND (n.tipo <> '{TipoMovimiento.MODIFICACION.value}' OR n.fecha = m.fecha)))"
)
# What has to be done about what is owed.
_OWED_PARTS: Final = {
    "por_presentar": f"m.estado IN ({_PENDIENTE}, {_RECHAZADO})",
    "sin_respuesta": f"m.estado <> {_RECHAZADO} AND (m.estado <> {_PENDIENTE} "
    "OR +m.lote_id IS NOT NULL)",
    "por_repetir": f"m.estado = {_RECHAZADO}",
    "sin_archivo": f"m.estado = {_PENDIENTE} AND +m.lote_id IS NULL",
}
# `+` hides the column from the planner, which would read every row that was ever in a lote.
_FREE: Final = f"m.estado = {_PENDIENTE} AND +m.lote_id IS NULL"
_IN_FILE: Final = f"m.estado = {_PENDIENTE} AND +m.lote_id IS NOT NULL"
# The indexes of states hold lote_id. For the other orders, the few that are in a file are read
# first: looking into each row takes half a minute in a million.
_LOTE_HERE: Final = ("+m.lote_id IS NULL", "+m.lote_id IS NOT NULL")
_LOTE_ELSEWHERE: Final = tuple(
    f"m.fila {way} (SELECT m.fila FROM movimientos m WHERE {_IN_FILE})"  # noqa: S608
    for way in ("NOT IN", "IN")
)
_PAST_FILE: Final = f"m.estado > {_PENDIENTE}"
# Within each of these groups the term ends in the order of the dates.
TERM_GROUPS: Final = tuple(
    (tipo.value, salario)
    for tipo in TipoMovimiento
    for salario in ("", *(each.value for each in TipoSalario))
)

_WITH_LOTE: Final = (
    " LEFT JOIN constancias c ON c.id = m.constancia_id LEFT JOIN lotes l ON l.id = m.lote_id"
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
    common_estado: many movements have this state: walk the order's index instead of sorting them.
    found_workers: how many workers the text search put in temp.hallados of the same connection.
    """

    registros_patronales: tuple[str, ...] | None = None
    from_day: int | None = None
    to_day: int | None = None
    estado: int | None = None
    tipo: str | None = None
    lote: bytes | None = None
    importacion: tuple[int, int, int] | None = None
    plazo: str | None = None
    in_lote: bool | None = None
    owed: bool = False
    owed_part: str | None = None
    limite: int | None = None
    common_estado: bool = False
    found_workers: int | None = None
    all_workers: int = 0

    @property
    def is_broad(self) -> bool:
        return (
            self.found_workers is not None and self.found_workers > self.all_workers * BROAD_SHARE
        )

    def where(self) -> tuple[list[str], list[Any]]:
        conditions: list[str] = []
        values: list[Any] = []
        if self.registros_patronales is not None:
            marks = ", ".join("?" * len(self.registros_patronales))
            conditions.append(f"m.registro_patronal IN ({marks})")
            if len(self.registros_patronales) == 1:
                conditions[-1] = "m.registro_patronal = ?"
            values += self.registros_patronales
        for condition, value in (
            ("m.fecha >= ?", self.from_day),
            ("m.fecha <= ?", self.to_day),
            ("+m.estado = ?" if self.common_estado else "m.estado = ?", self.estado),
            # `+` hides the column from the planner. Otherwise it leaves the order's index and
            # sorts all rows.
            ("+m.tipo = ?", self.tipo),
            ("m.lote_id = ?", self.lote),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        if self.owed:
            conditions += (OWED, NOT_PRESENTED_AGAIN)
        if self.owed_part is not None:
            conditions.append(_OWED_PARTS[self.owed_part])
        if self.limite is not None:
            conditions.append(f"{WITHOUT_INDEX['limite']} = ?")
            values.append(self.limite)
        if self.importacion is not None:
            conditions.append("m.fila BETWEEN ? AND ? AND m.importacion = ?")
            numero, primera, ultima = self.importacion
            values += (primera, ultima, numero)
        if self.plazo is not None:
            conditions.append(f"{WITHOUT_INDEX['plazo']} = ?")
            values.append(self.plazo)
        return conditions, values


def list_statement(
    selection: MovementSelection, order: str, *, descending: bool, limit: int | None = None
) -> tuple[str, list[Any]]:
    """The statement that selects the filas in order, and its parameters."""
    conditions, values = selection.where()
    gather = selection.found_workers is not None and not selection.is_broad
    rare_estado = selection.estado is not None and not selection.common_estado
    small = selection.lote is not None or rare_estado or selection.in_lote is True
    if selection.in_lote is not None:
        covered = order in ("fecha", "estado", "limite")
        conditions.append((_LOTE_HERE if covered else _LOTE_ELSEWHERE)[selection.in_lote])
    if order in BY_WORKER:
        terms = BY_WORKER[order]
        if gather:
            source = (
                "temp.hallados h CROSS JOIN trabajadores t ON t.fila = h.fila "
                "CROSS JOIN movimientos m ON m.trabajador = t.fila"
            )
        elif small:
            source = "movimientos m CROSS JOIN trabajadores t ON t.fila = m.trabajador"
        else:
            source = "trabajadores t CROSS JOIN movimientos m ON m.trabajador = t.fila"
        is_found = "+t.fila IN (SELECT fila FROM temp.hallados)"
    else:
        # SQLite keeps the sort key of every row in memory: use the fewest terms that
        # make rows unique.
        terms = BY_MOVEMENT.get(order) or (WITHOUT_INDEX[order], "m.fecha", "m.fila")
        source = "movimientos m"
        if gather:
            source = "temp.hallados h CROSS JOIN movimientos m ON m.trabajador = h.fila"
        if order == "lote":
            source += _WITH_LOTE
        is_found = "+m.trabajador IN (SELECT fila FROM temp.hallados)"
    if selection.found_workers is not None and not gather:
        conditions.append(is_found)
    way = " DESC" if descending else ""
    ending = " ORDER BY " + ", ".join(term + way for term in terms)
    most = -1 if limit is None else limit
    owed = selection.owed or (selection.common_estado and selection.estado in _OWED_NUMBERS)
    if order == "limite" and owed and not gather:
        # No index has the end of the term: sort the first rows by date of each group.
        part = _select(
            "m.fila, m.fecha, m.tipo, m.tipo_salario",
            "movimientos m INDEXED BY ix_movimientos_por_resolver",
            ["m.tipo = ? AND m.tipo_salario = ?", OWED, *conditions],
            f" ORDER BY m.fecha{way}, m.fila{way}",
        )
        groups = [one for one in TERM_GROUPS if selection.tipo in (None, one[0])]
        rows, values = _joined([(part, [*group, *values]) for group in groups], most)
        sql = _select("m.fila", f"({rows}) m", [], ending)
    elif order == "estado" and selection.estado is None and not gather:
        # En archivo comes after Pendiente, and the index has both as one state.
        parts = (_PAST_FILE, _IN_FILE, _FREE) if descending else (_FREE, _IN_FILE, _PAST_FILE)
        selects = [_select("m.fila", source, [*conditions, part], ending) for part in parts]
        sql, values = _joined([(one, values) for one in selects], most)
    else:
        sql = _select("m.fila", source, conditions, ending)
    if limit is None:
        return sql, values
    return f"{sql} LIMIT ?", [*values, limit]


def _select(what: str, source: str, conditions: list[str], ending: str) -> str:
    where = " WHERE " + " AND ".join(conditions) if conditions else ""
    return f"SELECT {what} FROM {source}{where}{ending}"  # noqa: S608 - made of the constants above


def _joined(parts: list[tuple[str, list[Any]]], most: int) -> tuple[str, list[Any]]:
    """Sorted lists one after the other, up to `most` rows of each; -1 for all."""
    # Without a LIMIT of its own SQLite may drop the ORDER BY of a part.
    sql = " UNION ALL ".join(f"SELECT * FROM ({part} LIMIT ?)" for part, _ in parts)  # noqa: S608
    return sql, [value for _, own in parts for value in (*own, most)]


def owed_counts(raw: RawConnection) -> list[tuple[str, str, int, int, int, int, int]]:
    """What is owed, by tipo, tipo_salario and day.

    The counts: without a file, in a file, presented without an answer, rejected and not presented
    again. The index of what is owed has the groups in order, so nothing is sorted.
    """
    sums = ", ".join(
        f"sum({condition})"
        for condition in (
            _OWED_PARTS["sin_archivo"],
            _IN_FILE,
            f"m.estado NOT IN ({_PENDIENTE}, {_RECHAZADO})",
            _OWED_PARTS["por_repetir"],
        )
    )
    sql = _select(
        f"m.tipo, m.tipo_salario, m.fecha, {sums}",
        "movimientos m INDEXED BY ix_movimientos_por_resolver",
        [OWED, NOT_PRESENTED_AGAIN],
        " GROUP BY m.tipo, m.tipo_salario, m.fecha",
    )
    return [tuple(row) for row in raw.execute(sql)]


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
