"""The last day of each notice's term, kept with its row and made again when the rules change.

A term depends on type, kind of salary, day and calendar alone, and the movements of an office have
some thousands of such keys. `plazos` has a row for each; triggers copy it to new and edited
movements. A movement whose key is not there yet has NULL, and is found by an index of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento, TipoSalario
from icsoe_desktop.store.connection import RawConnection, only_row

# tipo, fecha, tipo_salario → the last day under every reading, and under the kindest
TermRule = Callable[[str, int, str], tuple[int, int]]
TermKey = tuple[str, int, str]

ROWS_AT_ONCE: Final = 20_000
KEYS_AT_ONCE: Final = 100

_ANY_WITHOUT: Final = "SELECT EXISTS (SELECT 1 FROM movimientos WHERE seguro IS NULL)"
_COUNT_WITHOUT: Final = "SELECT count(*) FROM movimientos WHERE seguro IS NULL"
_UNKNOWN: Final = (
    "SELECT DISTINCT m.tipo, m.fecha, m.tipo_salario FROM movimientos m "
    "WHERE m.seguro IS NULL AND m.fila BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM plazos z "
    "WHERE z.tipo = m.tipo AND z.tipo_salario = m.tipo_salario AND z.fecha = m.fecha)"
)
_REMEMBER: Final = (
    "INSERT INTO plazos (tipo, fecha, tipo_salario, seguro, limite) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT DO UPDATE SET seguro = excluded.seguro, limite = excluded.limite"
)
_KNOWN: Final = "SELECT 1 FROM plazos WHERE tipo = ? AND tipo_salario = ? AND fecha = ?"
_LOOK_UP: Final = (
    "UPDATE movimientos AS m SET seguro = z.seguro, limite = z.limite FROM plazos AS z "
    "WHERE z.tipo = m.tipo AND z.tipo_salario = m.tipo_salario AND z.fecha = m.fecha "
)
_FILL: Final = _LOOK_UP + "AND m.seguro IS NULL AND m.fila BETWEEN ? AND ?"
_CHANGE: Final = "UPDATE movimientos SET seguro = ?, limite = ? WHERE fila = ?"
_WITH_KEY: Final = "SELECT fila FROM movimientos WHERE fecha = ? AND tipo = ? AND tipo_salario = ?"


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the days of one type and kind of salary part today: see `Cortes` in the domain."""

    tipo: str
    tipo_salario: str
    late: int
    risk: int


@dataclass(frozen=True, slots=True)
class Cuts:
    """What tells the state of the notices whose term still runs. hoy: a day number."""

    hoy: int
    groups: tuple[Cut, ...]


GROUPS: Final = tuple(
    (tipo.value, salario)
    for tipo in TipoMovimiento
    for salario in ("", *(each.value for each in TipoSalario))
)


def all_known(raw: RawConnection) -> bool:
    """Whether every movement has its term."""
    return not only_row(raw.execute(_ANY_WITHOUT))[0]


def count_unknown(raw: RawConnection) -> int:
    return int(only_row(raw.execute(_COUNT_WITHOUT))[0])


def remember(raw: RawConnection, rule: TermRule, keys: Iterable[TermKey]) -> None:
    """Write the terms of these keys, in the caller's transaction."""
    raw.executemany(_REMEMBER, [(*key, *rule(*key)) for key in keys])


def remember_new(raw: RawConnection, rule: TermRule, key: TermKey) -> None:
    """Write the term of this key if it has none.

    A known one stays: `change` moves it together with its movements.
    """
    tipo, fecha, salario = key
    known = raw.execute(_KNOWN, (tipo, salario, fecha)).fetchone()
    if known is None:
        remember(raw, rule, [key])


def fill_some(raw: RawConnection, rule: TermRule) -> int:
    """Compute the terms of up to ROWS_AT_ONCE movements without one; return how many had none."""
    found = raw.execute(
        "SELECT fila FROM movimientos WHERE seguro IS NULL ORDER BY fila LIMIT ?", (ROWS_AT_ONCE,)
    ).fetchall()
    if found:
        span = (found[0][0], found[-1][0])
        remember(raw, rule, raw.execute(_UNKNOWN, span).fetchall())
        raw.execute(_FILL, span)
    return len(found)


def differing(raw: RawConnection, rule: TermRule) -> list[TermKey]:
    """The keys whose stored term is another than the rule gives."""
    rows = raw.execute("SELECT tipo, fecha, tipo_salario, seguro, limite FROM plazos")
    return [row[:3] for row in rows.fetchall() if rule(*row[:3]) != row[3:]]


def change(raw: RawConnection, rule: TermRule, keys: Iterable[TermKey]) -> None:
    """Compute the terms of these keys again, and of their movements."""
    for key in keys:
        tipo, fecha, salario = key
        remember(raw, rule, [key])
        filas = raw.execute(_WITH_KEY, (fecha, tipo, salario)).fetchall()
        raw.executemany(_CHANGE, [(*rule(*key), fila) for (fila,) in filas])
