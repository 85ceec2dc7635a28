"""Makes the statement of a list of movements: by which index, and what is put together.

A list walks the index of its order and leaves out what the filters refuse, unless a filter lets
few movements pass: then those are read and sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from icsoe_desktop.store.movimientos import list_sql as sql
from icsoe_desktop.store.movimientos.legal_state_sql import state_ranges, state_sql
from icsoe_desktop.store.movimientos.list_sql import MovementSelection
from icsoe_desktop.store.movimientos.stored_terms import GROUPS, Cuts

# The planner has an index of these orders for every filter that it prefers.
_PLANNED: Final = ("fecha", "registro_patronal", "estado")
_OF_WORKER: Final = "movimientos m INDEXED BY ix_movimientos_trabajador ON m.trabajador = "
Part = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found out about the store before a list is read.

    few: the filter that few movements pass; None if there is none. classes: the combinations of
    CLASSES that occur; None if there are too many. cuts: None until every term is stored.
    plazo_days: the first and the last day of the filter's legal state, if it is that of a large
    share. vacant: ranges of legal states without movements; empty for the first rows of a list.
    named_few: few movements are in a lote or past Pendiente.
    """

    few: str | None = None
    classes: tuple[tuple[str, ...], ...] | None = None
    cuts: Cuts | None = None
    plazo_days: tuple[int, int] | None = None
    vacant: frozenset[str] = frozenset()
    named_few: bool = False


NOTHING_FOUND: Final = Findings()


def list_statement(
    selection: MovementSelection,
    order: str,
    *,
    descending: bool,
    limit: int | None = None,
    found: Findings = NOTHING_FOUND,
) -> tuple[str, list[Any]]:
    """The statement that selects the filas in order, and its parameters."""
    text, values = _Statement(selection, order, descending, limit, found).make()
    if limit is None:
        return text, values
    return f"{text} LIMIT ?", [*values, limit]


class _Statement:
    def __init__(
        self,
        selection: MovementSelection,
        order: str,
        descending: bool,
        limit: int | None,
        found: Findings,
    ) -> None:
        self._selection = selection
        self._order = order
        self._way = " DESC" if descending else ""
        self._most = -1 if limit is None else limit
        self._found = found
        self._by_text = selection.found_workers is not None and not selection.is_broad(limit)
        self._few = None if self._by_text else found.few

    def make(self) -> Part:
        order, found, selection = self._order, self._found, self._selection
        if order in sql.BY_WORKER:
            return self._by_worker()
        gather = self._by_text or self._few is not None
        owed = selection.owed or (
            selection.estado in sql.OWED_NUMBERS and found.few != "estado" and not self._by_text
        )
        if (
            order == "limite"
            and owed
            and not self._by_text
            and (self._most >= 0 or found.few == "owed" or found.cuts is None)
        ):
            return self._owed_by_term()
        if order == "estado" and selection.estado is None:
            return self._by_state()
        if order in _PLANNED and self._few != "plazo":
            return self._by_movement()
        if order == "plazo" and found.cuts is not None and not gather:
            return self._by_legal_state(found.cuts)
        if order == "lote" and not gather:
            return self._by_lote()
        if order in sql.CLASSES and found.classes is not None and not gather:
            return self._by_class(found.classes)
        if gather:
            return self._gathered()
        if order in sql.SPARSE:
            return self._sparse()
        if order in sql.WALKED and (order != "limite" or found.cuts is not None):
            column = sql.WALKED[order]
            terms = self._walked_terms()
            source = f"movimientos m INDEXED BY ix_movimientos_{column}"
            return self._select(source, self._conditions(), self._ordered(terms))
        return self._gathered()

    def _by_worker(self) -> Part:
        terms = self._ordered(sql.BY_WORKER[self._order])
        if self._by_text:
            source = (
                "temp.hallados h CROSS JOIN trabajadores t ON t.fila = h.fila "
                f"CROSS JOIN {_OF_WORKER}t.fila"
            )
        elif self._few is not None:
            source = f"{self._source()} CROSS JOIN trabajadores t ON t.fila = m.trabajador"
        else:
            source = f"trabajadores t CROSS JOIN {_OF_WORKER}t.fila"
        conditions = self._conditions(worker="t.fila", by_plazo=self._few == "plazo")
        return self._select(source, conditions, terms)

    def _by_movement(self) -> Part:
        selection, found, order = self._selection, self._found, self._order
        terms = sql.BY_MOVEMENT[order]
        free = self._few is None and not self._by_text
        if order == "fecha" and selection.plazo is not None and found.cuts and free:
            streams = self._state_streams(found.cuts, selection.plazo)
            return self._merged(streams, terms, by_plazo=True)
        source = "movimientos m"
        if self._by_text:
            source = f"temp.hallados h CROSS JOIN {_OF_WORKER}h.fila"
        elif order == "registro_patronal" and self._few is None:
            source = "movimientos m INDEXED BY ix_movimientos_registro"
        conditions = self._conditions(here=order in ("fecha", "estado"), planned=True)
        return self._select(source, conditions, self._ordered(terms))

    def _by_state(self) -> Part:
        """En archivo comes after Pendiente, and the index has both as one state."""
        terms = self._ordered(sql.BY_MOVEMENT["estado"])
        conditions = self._conditions(here=True, planned=True)
        index, in_file, condition = "movimientos m", "", sql.IN_FILE
        if self._by_text:
            index = self._source()
        elif self._few is None:
            index = "movimientos m INDEXED BY ix_movimientos_estado"
            in_file = "movimientos m INDEXED BY ix_movimientos_en_archivo"
            condition = sql.IN_FILE_INDEXED
        parts = [
            self._select(index, [*conditions, (sql.FREE, [])], terms),
            self._select(in_file or index, [*conditions, (condition, [])], terms),
            self._select(index, [*conditions, (sql.PAST_FILE, [])], terms),
        ]
        return self._joined(parts[::-1] if self._way else parts)

    def _owed_by_term(self) -> Part:
        """Sort the first rows by date of each group: within it the terms end in that order."""
        conditions = self._conditions(here=True, planned=True)
        part, values = self._select(
            "movimientos m INDEXED BY ix_movimientos_por_resolver",
            [("m.tipo = ? AND m.tipo_salario = ?", []), (sql.OWED, []), *conditions],
            f" ORDER BY m.fecha{self._way}, m.fila{self._way}",
            "m.fila, m.fecha, m.tipo, m.tipo_salario",
        )
        rows, values = self._joined([(part, [*group, *values]) for group in self._groups()])
        terms = (sql.WITHOUT_INDEX["limite"], "m.fecha", "m.fila")
        return f"SELECT m.fila FROM ({rows}) m{self._ordered(terms)}", values  # noqa: S608

    def _by_class(self, classes: Sequence[tuple[str, ...]]) -> Part:
        at = sql.CLASSES.index(self._order)
        same = " AND ".join(f"m.{column} = ?" for column in sql.CLASSES)
        index = "movimientos m INDEXED BY ix_movimientos_clase"
        tipo = self._selection.tipo
        parts = []
        for value in sorted({one[at] for one in classes}, reverse=bool(self._way)):
            arms = [
                (index, (same, list(one)))
                for one in classes
                if one[at] == value and tipo in (None, one[sql.CLASSES.index("tipo")])
            ]
            if arms:
                parts.append(self._merged(arms, sql.WITHIN_CLASS))
        return self._joined(parts) if parts else self._nothing()

    def _by_legal_state(self, cuts: Cuts) -> Part:
        states = range(4) if self._selection.plazo is None else (self._selection.plazo,)
        parts = [
            self._merged(self._state_streams(cuts, state), sql.WITHIN_CLASS, by_plazo=True)
            for state in (reversed(states) if self._way else states)
        ]
        return self._joined(parts)

    def _by_lote(self) -> Part:
        """The movements in no lote by their dates, then the others by its name."""
        arms: list[tuple[str, Part]] = [
            ("movimientos m INDEXED BY ix_movimientos_estado", (condition, []))
            for condition in sql.NAMELESS
        ]
        terms = self._ordered((sql.WITHOUT_INDEX["lote"], *sql.WITHIN_LOTE))
        source = f"movimientos m{sql.WITH_LOTE}"
        if not self._found.named_few:
            source = f"movimientos m NOT INDEXED{sql.WITH_LOTE}"
        conditions = [*self._conditions(), (sql.NAMED[self._found.named_few], [])]
        parts = [self._merged(arms, sql.WITHIN_LOTE), self._select(source, conditions, terms)]
        return self._joined(parts[::-1] if self._way else parts)

    def _sparse(self) -> Part:
        some = sql.SPARSE[self._order]
        terms = self._ordered((f"m.{self._order}", *sql.FILTERED))
        index = f"movimientos m INDEXED BY ix_movimientos_{self._order}"
        conditions = self._conditions()
        rest = f"m.fila NOT IN (SELECT m.fila FROM {index} WHERE {some})"  # noqa: S608
        by_day = self._ordered(sql.FILTERED)
        parts = [
            self._select(
                "movimientos m INDEXED BY ix_movimientos_fecha", [*conditions, (rest, [])], by_day
            ),
            self._select(index, [*conditions, (some, [])], terms),
        ]
        return self._joined(parts[::-1] if self._way else parts)

    def _gathered(self) -> Part:
        """Read the movements of one filter, and sort them."""
        order, cuts = self._order, self._found.cuts
        if order == "plazo" and cuts is not None:
            terms: tuple[str, ...] = (state_sql(cuts), *sql.WITHIN_CLASS)
        elif order in _PLANNED:
            terms = sql.BY_MOVEMENT[order]
        elif order in sql.CLASSES:
            terms = (f"m.{order}", *sql.WITHIN_CLASS)
        elif order == "lote":
            terms = (sql.NAMED[False], sql.WITHOUT_INDEX["lote"], *sql.WITHIN_LOTE)
        elif order in sql.SPARSE:
            terms = (f"m.{order}", *sql.FILTERED)
        elif order in sql.WALKED and (order != "limite" or cuts is not None):
            terms = self._walked_terms()
        else:
            # SQLite keeps the sort key of every row in memory: use the fewest terms that make
            # rows unique.
            terms = (sql.WITHOUT_INDEX[order], "m.fecha", "m.fila")
        source = self._source()
        if order == "lote":
            source += sql.WITH_LOTE
        return self._select(
            source, self._conditions(by_plazo=self._few == "plazo"), self._ordered(terms)
        )

    def _walked_terms(self) -> tuple[str, ...]:
        """The columns of the index of the order."""
        if self._order == "limite":
            return ("m.seguro", "m.fecha", "m.fila")
        column = f"m.{sql.WALKED[self._order]}"
        return sql.BY_MOVEMENT.get(self._order) or (column, *sql.FILTERED)

    def _source(self) -> str:
        if self._by_text:
            return f"temp.hallados h CROSS JOIN {_OF_WORKER}h.fila"
        if self._few == "plazo":
            filas, _ = self._state_filas()
            return f"({filas}) p CROSS JOIN movimientos m ON m.fila = p.fila"
        return "movimientos m"

    def _groups(self) -> list[tuple[str, str]]:
        return [one for one in GROUPS if self._selection.tipo in (None, one[0])]

    def _state_streams(self, cuts: Cuts, state: int) -> list[tuple[str, Part]]:
        ranges = state_ranges(cuts, state, self._selection.tipo)
        index = "movimientos m INDEXED BY ix_movimientos_plazo"
        return [(index, (one, [])) for one in ranges if one not in self._found.vacant]

    def _state_filas(self) -> Part:
        """The filas of the movements of the filter's legal state, in no order."""
        cuts, plazo = self._found.cuts, self._selection.plazo
        assert cuts is not None and plazo is not None  # noqa: S101, PT018 - asked before
        parts = [
            f"SELECT m.fila FROM {source} WHERE {condition}"  # noqa: S608
            for source, (condition, _) in self._state_streams(cuts, plazo)
        ]
        return " UNION ALL ".join(parts), []

    def _conditions(
        self,
        *,
        by_plazo: bool = False,
        here: bool = False,
        planned: bool = False,
        worker: str = "m.trabajador",
    ) -> list[Part]:
        """by_plazo: only movements of the filter's legal state are read.

        worker: the column with the worker's fila. here: the index holds lote_id. planned: the
        planner chooses an index by all filters.
        """
        selection, found = self._selection, self._found
        conditions: list[Part] = []
        for one in selection.filters(lote_here=here):
            hide = one.name == "tipo" or (one.name == "estado" and found.few != "estado")
            if planned and self._order in ("fecha", "estado"):
                hide = one.name == "tipo" or (one.name == "owed" and self._order == "estado")
            elif self._few is not None:
                hide = one.name != self._few
            conditions.append((one.hidden if hide else one.condition, list(one.values)))
        if selection.limite is not None:
            column = "m.seguro" if found.cuts is not None else sql.WITHOUT_INDEX["limite"]
            conditions.append((f"{column} = ?", [selection.limite]))
        if selection.in_lote is not None:
            ways = sql.LOTE_HERE if here else sql.LOTE_ELSEWHERE
            if self._few == "en_archivo":
                conditions.append((sql.IN_FILE_INDEXED, []))
            else:
                conditions.append((ways[selection.in_lote], []))
        if selection.plazo is not None and not by_plazo:
            conditions.append(self._of_plazo(selection.plazo))
        if selection.found_workers is not None and not self._by_text:
            found_worker = f"+{worker} IN (SELECT fila FROM temp.hallados)"  # noqa: S608
            conditions.append((found_worker, []))
        return conditions

    def _of_plazo(self, plazo: int) -> Part:
        cuts = self._found.cuts
        if cuts is None:
            return f"{sql.WITHOUT_INDEX['plazo']} = ?", [sql.STATE_NAMES[plazo]]
        if self._found.plazo_days is not None:
            # The days are in every index: the rows beside them are not read.
            first, last = self._found.plazo_days
            return f"+m.fecha BETWEEN {first} AND {last} AND {state_sql(cuts)} = ?", [plazo]
        filas, values = self._state_filas()
        return f"+m.fila IN ({filas})", values

    def _ordered(self, terms: Iterable[str]) -> str:
        return " ORDER BY " + ", ".join(term + self._way for term in terms)

    def _select(
        self, source: str, conditions: Sequence[Part], ending: str, what: str = "m.fila"
    ) -> Part:
        where = " WHERE " + " AND ".join(one for one, _ in conditions) if conditions else ""
        values = [value for _, own in conditions for value in own]
        return f"SELECT {what} FROM {source}{where}{ending}", values  # noqa: S608

    def _merged(
        self, arms: Sequence[tuple[str, Part]], terms: Sequence[str], *, by_plazo: bool = False
    ) -> Part:
        """Lists that are each in this order, merged by SQLite row by row, up to `most` rows."""
        if not arms:
            return self._nothing()
        conditions = self._conditions(by_plazo=by_plazo)
        selects = [
            self._select(source, [own, *conditions], "", ", ".join(terms)) for source, own in arms
        ]
        text = " UNION ALL ".join(one for one, _ in selects)
        ending = ", ".join(f"{at}{self._way}" for at in range(1, len(terms) + 1))
        values = [value for _, own in selects for value in own]
        # Without a LIMIT of its own SQLite may drop the ORDER BY of a part.
        text = f"SELECT fila FROM ({text} ORDER BY {ending} LIMIT ?)"  # noqa: S608
        return text, [*values, self._most]

    def _joined(self, parts: Sequence[Part]) -> Part:
        """Sorted lists one after the other, up to `most` rows of each."""
        text = " UNION ALL ".join(f"SELECT * FROM ({part} LIMIT ?)" for part, _ in parts)  # noqa: S608
        return text, [value for _, own in parts for value in (*own, self._most)]

    def _nothing(self) -> Part:
        return "SELECT m.fila FROM movimientos m WHERE 0", []
