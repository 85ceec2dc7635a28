"""The SQL of lists of movements: which rows, in which order, by which index.

A list is first the filas of its rows, read from indexes alone. The rows are read later, by block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from icsoe_desktop.store.connection import RawConnection, only_row

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
    "lote": "coalesce(c.lote, l.numero, '')",
    "emitido": "m.emitido",
    "recibido": "m.recibido",
    "aprobado": "m.aprobado",
    "rechazado": "m.rechazado",
    "causa_rechazo": "m.causa_rechazo",
}

_WITH_LOTE: Final = (
    " LEFT JOIN constancias c ON c.id = m.constancia_id LEFT JOIN lotes l ON l.id = m.lote_id"
)

ROW_COLUMNS: Final = """
    m.id, m.tipo, m.registro_patronal, t.nombres, t.primer_apellido, t.segundo_apellido, t.nss,
    m.sbc, m.fecha, t.curp, m.umf, m.tipo_trabajador, m.tipo_salario, m.jornada, m.causa_baja,
    m.estado, m.emitido, m.recibido, m.aprobado, m.rechazado, m.codigo_rechazo, m.causa_rechazo,
    m.extemporaneo, m.guia, m.clave_trabajador, m.lote_id, c.lote, c.folio, l.numero, l.folio, i.id
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
            ("m.estado = ?", self.estado),
            # `+` hides the column from the planner. Otherwise it leaves the order's index and
            # sorts all rows.
            ("+m.tipo = ?", self.tipo),
            ("m.lote_id = ?", self.lote),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
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
    small = selection.lote is not None
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
    sql = f"SELECT m.fila FROM {source}"  # noqa: S608 - made of the constants above
    if conditions:
        sql += " WHERE " + " AND ".join(conditions)
    way = " DESC" if descending else ""
    sql += " ORDER BY " + ", ".join(term + way for term in terms)
    if limit is not None:
        sql += " LIMIT ?"
        values.append(limit)
    return sql, values


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
