"""The SQL of lists of movements: which rows, in which order.

A list is first the filas of its rows; the rows are read later, by block. By date, registro
patronal, estado or worker it walks an index. Any other order reads every row once and sorts: `+`
keeps the planner from looking up the rows of a filter one by one, which takes half a minute if a
million pass it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.estado_aviso import POR_RESOLVER, EstadoAviso
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.store.connection import RawConnection, only_row
from icsoe_desktop.store.movimientos.stored_terms import Cut, Cuts
from icsoe_desktop.store.tables.movimientos import ESTADOS

# Share of all workers. Above it, walking the order is faster than gathering the rows found.
BROAD_SHARE: Final = 0.004
# More than these are walked for the first rows.
FEW_WORKERS: Final = 300

_BY_DAY: Final = ("m.fecha", "m.tipo", "m.estado", "m.registro_patronal", "m.trabajador", "m.fila")
_WITHIN_CLASS: Final = ("m.fecha", "m.estado", "m.registro_patronal", "m.trabajador", "m.fila")
_WITHIN_LOTE: Final = ("m.fecha", "m.tipo", "m.registro_patronal", "m.trabajador", "m.fila")
_WITHIN_WORKER: Final = (
    "t.fila",
    "m.fecha",
    "m.tipo",
    "m.registro_patronal",
    "m.estado",
    "m.fila",
)
# The columns of an index, in its order.
_WALKED: Final[dict[str, tuple[str, ...]]] = {
    "fecha": _BY_DAY,
    "registro_patronal": (
        "m.registro_patronal",
        "m.fecha",
        "m.tipo",
        "m.estado",
        "m.trabajador",
        "m.fila",
    ),
    "estado": ("m.estado", "m.en_archivo", *_WITHIN_LOTE),
}
_BY_WORKER: Final[dict[str, tuple[str, ...]]] = {
    "nombres": ("t.orden_nombres", "t.orden_primer", "t.orden_segundo"),
    "primer_apellido": ("t.orden_primer", "t.orden_segundo", "t.orden_nombres"),
    "segundo_apellido": ("t.orden_segundo", "t.orden_primer", "t.orden_nombres"),
    "nss": ("t.nss", "t.curp", "t.primer_apellido", "t.segundo_apellido", "t.nombres"),
    "curp": ("t.curp",),
}
_NAME_OF_LOTE: Final = "coalesce(nullif(c.lote, ''), nullif(l.numero, ''), l.nombre_archivo, '')"
_WITH_LOTE: Final = (
    " LEFT JOIN constancias c ON c.id = m.constancia_id LEFT JOIN lotes l ON l.id = m.lote_id"
)
_SORTED: Final[dict[str, tuple[str, ...]]] = {
    **{
        column: (f"m.{column}", *_BY_DAY)
        for column in ("umf", "emitido", "recibido", "aprobado", "rechazado", "causa_rechazo")
    },
    **{
        column: (f"m.{column}", *_WITHIN_CLASS)
        for column in ("causa_baja", "tipo", "tipo_salario", "tipo_trabajador", "jornada")
    },
    "sbc": (
        "m.sbc",
        "m.fecha",
        "m.tipo",
        "m.registro_patronal",
        "m.estado",
        "m.trabajador",
        "m.fila",
    ),
    "lote": (_NAME_OF_LOTE, *_WITHIN_LOTE),
}
# Until every term is stored.
_ASKED_PLAZO: Final = (
    "estado_legal(m.tipo, m.fecha, m.tipo_salario, m.recibido, m.estado, m.extemporaneo)"
)
_ASKED_LIMITE: Final = "limite_legal(m.tipo, m.fecha, m.tipo_salario)"

_PENDIENTE, _RECHAZADO, _CANCELADO = (
    ESTADOS.index(estado)
    for estado in (EstadoAviso.PENDIENTE, EstadoAviso.RECHAZADO, EstadoAviso.CANCELADO)
)
_OWED: Final = f"m.estado IN ({', '.join(str(ESTADOS.index(estado)) for estado in POR_RESOLVER)})"
# A rejected notice is settled by a later one of the same worker, employer and type. A change of
# salary has to be of the same day: another day's change leaves this one to be presented. Whatever
# was captured as its correction settles it, and is then what is owed: a later one, so
# that two which another desktop tied in a circle do not settle each other.
_PRESENTED_AGAIN: Final = (
    "FROM trabajadores a "
    "CROSS JOIN trabajadores b ON b.nss = a.nss CROSS JOIN movimientos n ON n.trabajador = b.fila "
    "WHERE a.fila = m.trabajador AND n.tipo = m.tipo AND n.id > m.id "
    f"AND n.estado NOT IN ({_RECHAZADO}, {_CANCELADO}) "
    "AND substr(n.registro_patronal, 1, 10) = substr(m.registro_patronal, 1, 10) "
    f"AND (n.tipo <> '{TipoMovimiento.MODIFICACION.value}' OR n.fecha = m.fecha)"
)
# The triggers of `rechazados` name each column that is compared here.
_CORRECTED: Final = (
    "FROM movimientos n WHERE n.corrige = lower(hex(m.id)) AND n.corrige <> '' "
    f"AND n.id > m.id AND n.estado <> {_CANCELADO}"
)
NOT_PRESENTED_AGAIN: Final = (
    f"(m.estado <> {_RECHAZADO} OR NOT EXISTS (SELECT 1 {_CORRECTED}) "
    f"AND NOT EXISTS (SELECT 1 {_PRESENTED_AGAIN}))"
)
PRESENTED_AGAIN_BY: Final = (
    f"SELECT coalesce((SELECT n.fila {_CORRECTED} LIMIT 1), "
    f"(SELECT n.fila {_PRESENTED_AGAIN} LIMIT 1))"
)
# What has to be done about what is owed.
_OWED_PARTS: Final = {
    "por_presentar": f"m.estado IN ({_PENDIENTE}, {_RECHAZADO})",
    "sin_respuesta": f"m.estado <> {_RECHAZADO} AND (m.estado <> {_PENDIENTE} OR m.en_archivo)",
    "por_repetir": f"m.estado = {_RECHAZADO}",
    "sin_archivo": f"m.estado = {_PENDIENTE} AND NOT m.en_archivo",
}
_STATES: Final = tuple(EstadoLegal)
_IN_TIME, _UNCOVERED, _AT_RISK, _LATE = (
    _STATES.index(state)
    for state in (
        EstadoLegal.EN_PLAZO,
        EstadoLegal.SIN_CUBRIR,
        EstadoLegal.EN_RIESGO,
        EstadoLegal.EXTEMPORANEO,
    )
)

ROW_COLUMNS: Final = f"""
    m.id, m.tipo, m.registro_patronal, t.nombres, t.primer_apellido, t.segundo_apellido, t.nss,
    m.sbc, m.fecha, t.curp, m.umf, m.tipo_trabajador, m.tipo_salario, m.jornada, m.causa_baja,
    m.estado, m.emitido, m.recibido, m.aprobado, m.rechazado, m.codigo_rechazo, m.causa_rechazo,
    m.extemporaneo, m.guia, m.clave_trabajador, m.rfc, m.lote_id, c.lote, c.folio, l.numero,
    l.folio, l.nombre_archivo,
    m.estado = {_RECHAZADO} AND EXISTS (SELECT 1 {_CORRECTED})
"""
ROW_JOINS: Final = """
    LEFT JOIN trabajadores t ON t.fila = m.trabajador
    LEFT JOIN constancias c ON c.id = m.constancia_id
    LEFT JOIN lotes l ON l.id = m.lote_id
"""


@dataclass(frozen=True, slots=True)
class MovementSelection:
    """The filter of a list, in the values of the store. None does not restrict.

    registros_patronales: with their check digits. importacion: number, first and last row.
    en_archivo: whether a pending one waits in a file; given with every estado.
    owed: only what is still owed to the IMSS. plazo: the place in EstadoLegal.
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
    en_archivo: bool | None = None
    owed: bool = False
    owed_part: str | None = None
    limite: int | None = None
    found_workers: int | None = None
    all_workers: int = 0

    @property
    def reads_rows(self) -> bool:
        """Whether a filter asks for columns that no index has."""
        asked = (self.plazo, self.limite, self.lote, self.importacion)
        return any(one is not None for one in asked)

    def is_broad(self, limit: int | None) -> bool:
        """Whether so many workers were found that walking the order is faster."""
        if self.found_workers is None:
            return False
        share = self.all_workers * BROAD_SHARE
        return self.found_workers > (share if limit is None else min(share, FEW_WORKERS))

    def conditions(
        self, walked: str | None, cuts: Cuts | None
    ) -> list[tuple[str, tuple[Any, ...]]]:
        """The filters without that of the text. walked: the order whose index is walked."""
        found: list[tuple[str, tuple[Any, ...]]] = []
        # The planner may use an index for these. For the others it would leave that of the order.
        by_day = "" if walked == "fecha" else "+"
        by_state = "" if walked == "estado" else by_day
        by_registro = "" if walked == "registro_patronal" else by_day
        if self.registros_patronales is not None:
            marks = ", ".join("?" * len(self.registros_patronales))
            condition = f"{by_registro}m.registro_patronal IN ({marks})"
            found.append((condition, self.registros_patronales))
        for condition, value in (
            (f"{by_day}m.fecha >= ?", self.from_day),
            (f"{by_day}m.fecha <= ?", self.to_day),
            (f"{by_state}m.estado = ?", self.estado),
            (f"{by_state}m.en_archivo = ?", self.en_archivo),
            ("+m.tipo = ?", self.tipo),
            ("m.lote_id = ?", self.lote),
            (f"{_ASKED_LIMITE if cuts is None else '+m.seguro'} = ?", self.limite),
            (f"{_ASKED_PLAZO if cuts is None else _state(cuts)} = ?", self.plazo),
        ):
            if value is not None:
                found.append((condition, (value,)))
        if self.owed:
            found += [("+" + _OWED, ()), (NOT_PRESENTED_AGAIN, ())]
        if self.owed_part is not None:
            found.append((f"({_OWED_PARTS[self.owed_part]})", ()))
        if self.importacion is not None:
            numero, primera, ultima = self.importacion
            found.append(("m.fila BETWEEN ? AND ?", (primera, ultima)))
            found.append(("m.importacion = ?", (numero,)))
        return found


def list_statement(
    selection: MovementSelection,
    order: str,
    *,
    descending: bool,
    limit: int | None = None,
    cuts: Cuts | None = None,
) -> tuple[str, list[Any]]:
    """The statement that selects the filas in order, and its parameters.

    cuts: None until every term is stored.
    """
    gathers = selection.found_workers is not None and not selection.is_broad(limit)
    conditions = selection.conditions(None if gathers or selection.reads_rows else order, cuts)
    by_worker = order in _BY_WORKER
    if gathers:
        source = "temp.hallados h CROSS JOIN movimientos m ON m.trabajador = h.fila"
    elif by_worker and not selection.reads_rows:
        source = "trabajadores t CROSS JOIN movimientos m ON m.trabajador = t.fila"
    else:
        source = "movimientos m"
    if by_worker and (gathers or selection.reads_rows):
        source += " CROSS JOIN trabajadores t ON t.fila = m.trabajador"
    if order == "lote":
        source += _WITH_LOTE
    if selection.found_workers is not None and not gathers:
        conditions.append(("+m.trabajador IN (SELECT fila FROM temp.hallados)", ()))
    terms = _terms(order, cuts)
    if selection.reads_rows:
        # Walking an index would look up each row.
        terms = (f"+{terms[0]}", *terms[1:])
    text = f"SELECT m.fila FROM {source}"  # noqa: S608
    if conditions:
        text += " WHERE " + " AND ".join(condition for condition, _ in conditions)
    way = " DESC" if descending else ""
    text += " ORDER BY " + ", ".join(term + way for term in terms)
    values = [value for _, own in conditions for value in own]
    return (text, values) if limit is None else (f"{text} LIMIT ?", [*values, limit])


def is_walked(order: str) -> bool:
    """Whether the list is read in this order, and not sorted."""
    return order in _WALKED


def is_by_worker(order: str) -> bool:
    return order in _BY_WORKER


def _terms(order: str, cuts: Cuts | None) -> tuple[str, ...]:
    """What the rows are sorted by. No two rows are equal in all of it."""
    if order in _BY_WORKER:
        return (*_BY_WORKER[order], *_WITHIN_WORKER)
    if order == "plazo":
        return (_ASKED_PLAZO if cuts is None else _state(cuts), *_WITHIN_CLASS)
    if order == "limite":
        return (_ASKED_LIMITE if cuts is None else "m.seguro", "m.fecha", "m.fila")
    return _WALKED.get(order) or _SORTED[order]


def _state(cuts: Cuts) -> str:
    """The place in EstadoLegal of the movement m: what was decided, or its day beside today's."""
    kinds: dict[str, list[Cut]] = {}
    for cut in cuts.groups:
        kinds.setdefault(cut.tipo, []).append(cut)
    # Asked of every row: a kind of movement whose salaries agree is compared once.
    whens = " ".join(f"WHEN '{tipo}' THEN {_of_kind(own, cuts.hoy)}" for tipo, own in kinds.items())
    return f"ifnull(m.dictamen, CASE m.tipo {whens} END)"


def _of_kind(own: list[Cut], hoy: int) -> str:
    if len({(cut.late, cut.risk) for cut in own}) == 1:
        return _running(own[0], hoy)
    whens = " ".join(f"WHEN '{cut.tipo_salario}' THEN {_running(cut, hoy)}" for cut in own)
    return f"CASE m.tipo_salario {whens} END"


def _running(cut: Cut, hoy: int) -> str:
    uncovered = ""
    if cut.tipo == TipoMovimiento.ALTA:
        uncovered = f"WHEN m.fecha <= {hoy} AND m.estado <> {_CANCELADO} THEN {_UNCOVERED} "
    return (
        f"CASE WHEN m.fecha <= {cut.late} THEN {_LATE} "
        f"WHEN m.fecha <= {cut.risk} THEN {_AT_RISK} {uncovered}ELSE {_IN_TIME} END"
    )


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
