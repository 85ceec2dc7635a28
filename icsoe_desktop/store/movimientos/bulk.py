"""Import and undo of movements by the hundred thousand, inside SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from icsoe_desktop.store.connection import RawConnection, only_row
from icsoe_desktop.store.interruption import interruptible
from icsoe_desktop.store.movimientos import movement_counts, stored_terms
from icsoe_desktop.store.movimientos.movement_rows import PENDIENTE
from icsoe_desktop.store.movimientos.stored_terms import TermRule

Report = Callable[[int, int, str], None]  # done, total, what

# Random writes to an index larger than the cache cost five times as much as a sorted rebuild.
_REBUILD_FROM: Final = 20_000
_REBUILD_SHARE: Final = 4
_CHUNK: Final = 50_000
_WORKERS_AT_ONCE: Final = 10_000
# Workers are looked up in random order, and a page that is not cached is decrypted again.
_WIDE_CACHE: Final = "PRAGMA main.cache_size = -24576"
_NARROW_CACHE: Final = "PRAGMA main.cache_size = -2000"
_USUAL_CACHE: Final = "PRAGMA main.cache_size = -8000"

_SAME_NAME: Final = (
    "t.nss = w.nss AND t.primer_apellido = w.primer_apellido "
    "AND t.segundo_apellido = w.segundo_apellido AND t.nombres = w.nombres"
)
_WORKER: Final = (
    "nss, curp, primer_apellido, segundo_apellido, nombres, orden_primer, orden_segundo, "
    "orden_nombres"
)
_KNOWN_NOW: Final = (
    # Add the CURP to a worker who was stored without one.
    "UPDATE OR IGNORE main.trabajadores AS t SET curp = w.curp "  # noqa: S608
    "FROM (SELECT nss, primer_apellido, segundo_apellido, nombres, min(curp) AS curp "
    "FROM preview.trabajadores WHERE curp <> '' "
    "GROUP BY nss, primer_apellido, segundo_apellido, nombres) AS w "
    f"WHERE t.curp = '' AND {_SAME_NAME}"
)
_NEW_WITH_CURP: Final = (
    f"INSERT OR IGNORE INTO main.trabajadores ({_WORKER}) "  # noqa: S608
    f"SELECT {_WORKER} FROM preview.trabajadores WHERE curp <> '' AND id BETWEEN ? AND ?"
)
_NEW_WITHOUT_CURP: Final = (
    f"INSERT OR IGNORE INTO main.trabajadores ({_WORKER}) "  # noqa: S608
    f"SELECT {_WORKER} FROM preview.trabajadores w WHERE curp = '' AND id BETWEEN ? AND ? "
    f"AND NOT EXISTS (SELECT 1 FROM main.trabajadores t WHERE {_SAME_NAME})"
)
_MAP: Final = (
    "DROP TABLE IF EXISTS temp.mapa",
    "CREATE TEMP TABLE mapa(id INTEGER PRIMARY KEY, fila INTEGER NOT NULL)",
    "INSERT INTO temp.mapa SELECT w.id, (SELECT t.fila FROM main.trabajadores t "  # noqa: S608
    f"WHERE {_SAME_NAME} AND (t.curp = w.curp OR w.curp = '') ORDER BY t.curp DESC LIMIT 1) "
    "FROM preview.trabajadores w",
)
# UUIDv7: every 4,096 rows use the next millisecond; the position among them fills the next 12 bits.
# Source: RFC 9562, 5.7 and 6.2.
_NEW_ID: Final = (
    "unhex(printf('%012x%04x%016x', ? + p.n / 4096, 28672 + p.n % 4096, "
    "(random() & 4611686018427387903) | -9223372036854775808))"
)
_MOVE: Final = (
    "INSERT INTO main.movimientos (id, trabajador, tipo, registro_patronal, fecha, sbc, "  # noqa: S608
    "tipo_trabajador, tipo_salario, jornada, causa_baja, umf, guia, clave_trabajador, rfc, estado, "
    "codigo_rechazo, causa_rechazo, importacion, seguro, limite) "
    f"SELECT {_NEW_ID}, x.fila, p.tipo, p.base || p.digito, p.fecha, p.sbc, p.tipo_trabajador, "
    "p.tipo_salario, p.jornada, p.causa_baja, p.umf, p.guia, p.clave_trabajador, p.rfc, 0, "
    "'', '', ?, z.seguro, z.limite "
    "FROM preview.movimientos p CROSS JOIN temp.mapa x ON x.id = p.trabajador "
    "LEFT JOIN main.plazos z "
    "ON z.tipo = p.tipo AND z.tipo_salario = p.tipo_salario AND z.fecha = p.fecha "
    "WHERE p.n BETWEEN ? AND ?"
)
_NEW_TERMS: Final = (
    "SELECT DISTINCT p.tipo, p.fecha, p.tipo_salario FROM preview.movimientos p "
    "WHERE NOT EXISTS (SELECT 1 FROM main.plazos z WHERE z.tipo = p.tipo "
    "AND z.tipo_salario = p.tipo_salario AND z.fecha = p.fecha)"
)
_NO_DUPLICATES: Final = (
    " AND p.n NOT IN (SELECT n FROM temp.en_datos) AND p.n NOT IN (SELECT n FROM preview.repetidos)"
)

_MINE: Final = "fila BETWEEN ? AND ? AND importacion = ?"
_NAMED: Final = (
    f"INSERT OR IGNORE INTO temp.sobran SELECT trabajador FROM movimientos WHERE {_MINE}"  # noqa: S608
)
_IN_USE: Final = (
    f"SELECT estado, lote_id, count(*) FROM movimientos WHERE {_MINE} "  # noqa: S608
    "AND (estado <> ? OR lote_id IS NOT NULL) GROUP BY estado, lote_id"
)
_DELETE: Final = f"DELETE FROM movimientos WHERE {_MINE}"  # noqa: S608
_ORPHANS: Final = (
    "DELETE FROM trabajadores WHERE fila IN (SELECT fila FROM temp.sobran) "
    "AND NOT EXISTS (SELECT 1 FROM movimientos m WHERE m.trabajador = trabajadores.fila)"
)


def bring_in(
    raw: RawConnection,
    importacion: int,
    now_ms: int,
    *,
    duplicates: bool,
    expected: int,
    rule: TermRule,
    report: Report,
) -> tuple[int, int, int]:
    """Copy the rows of the preview file into the store, as Pendiente.

    now_ms: for the new ids, milliseconds since 1970, UTC. rule: of the terms.
    Returns how many, and the filas of the first and the last. What `report` raises ends the work.
    """
    last = only_row(raw.execute("SELECT max(n) FROM preview.movimientos"))[0] or 0
    before = only_row(raw.execute("SELECT max(fila) FROM main.movimientos"))[0] or 0
    unknown = raw.execute("SELECT EXISTS (SELECT 1 FROM main.trabajadores WHERE curp = '')")
    known_now = [_KNOWN_NOW] if only_row(unknown)[0] else []
    workers = only_row(raw.execute("SELECT count(*) FROM preview.trabajadores"))[0]
    raw.execute(_WIDE_CACHE)
    try:
        with (
            _without_indexes(raw, "trabajadores", workers, last, report),
            interruptible(raw, lambda: report(0, last, "Guardando trabajadores")),
        ):
            for statement in known_now:
                raw.execute(statement)
            for statement in (_NEW_WITH_CURP, _NEW_WITHOUT_CURP):
                # On tables with triggers, INSERT … SELECT first holds the whole result in memory.
                for start in range(1, workers + 1, _WORKERS_AT_ONCE):
                    raw.execute(statement, (start, start + _WORKERS_AT_ONCE - 1))
            for statement in _MAP:
                raw.execute(statement)
        raw.execute(_WIDE_CACHE)
        with interruptible(raw, lambda: report(0, last, "Guardando movimientos")):
            stored_terms.remember(raw, rule, raw.execute(_NEW_TERMS).fetchall())
        imported = 0
        movement_counts.forget_unsettled(raw)
        with _without_indexes(raw, "movimientos", expected, last, report):
            sql = _MOVE if duplicates else _MOVE + _NO_DUPLICATES
            for start in range(1, last + 1, _CHUNK):
                done = start - 1
                report(done, last, "Guardando movimientos")

                def ask(done: int = done) -> None:
                    report(done, last, "Guardando movimientos")

                with interruptible(raw, ask):
                    cursor = raw.execute(sql, (now_ms, importacion, start, start + _CHUNK - 1))
                imported += cursor.rowcount
            raw.execute("DROP TABLE temp.mapa")
        after = only_row(raw.execute("SELECT max(fila) FROM main.movimientos"))[0] or 0
        return imported, before + 1, after
    finally:
        raw.execute("DROP TABLE IF EXISTS temp.mapa")
        raw.execute(_USUAL_CACHE)
        raw.execute("PRAGMA shrink_memory")


def in_use(
    raw: RawConnection, importacion: tuple[int, int, int]
) -> list[tuple[int, bytes | None, int]]:
    """Count the movements of an import that are in a lote or not Pendiente: (estado, lote, how
    many).

    importacion: its number, first and last row. An estado is its index in ESTADOS.
    """
    numero, primera, ultima = importacion
    rows = raw.execute(_IN_USE, (primera, ultima, numero, PENDIENTE))
    return [(estado, lote, count) for estado, lote, count in rows]


def take_out(
    raw: RawConnection, importacion: tuple[int, int, int], expected: int, report: Report
) -> int:
    """Delete the movements of an import, and the workers that no other movement refers to.

    importacion: its number, first and last row.
    """
    numero, primera, ultima = importacion
    values = (primera, ultima, numero)
    what = "Quitando movimientos"
    raw.execute("CREATE TEMP TABLE sobran(fila INTEGER PRIMARY KEY)")
    try:
        with interruptible(raw, lambda: report(0, expected, what)):
            raw.execute(_NAMED, values)
        with (
            _without_indexes(raw, "movimientos", expected, expected, report),
            interruptible(raw, lambda: report(0, expected, what)),
        ):
            deleted = raw.execute(_DELETE, values).rowcount
        with interruptible(raw, lambda: report(expected, expected + 1, what)):
            raw.execute(_ORPHANS)
    finally:
        raw.execute("DROP TABLE IF EXISTS temp.sobran")
    return int(deleted)


@contextmanager
def _without_indexes(
    raw: RawConnection, table: str, changed: int, total: int, report: Report
) -> Iterator[None]:
    """Drop the table's indexes while most of it changes, and create them again afterwards.

    Unique indexes stay, except the one on the ids of movements: all of those are new.
    """
    there = only_row(raw.execute(f"SELECT count(*) FROM main.{table}"))[0]  # noqa: S608
    if changed < _REBUILD_FROM or changed * _REBUILD_SHARE < there:
        yield
        return
    indexes = raw.execute(
        "SELECT name, sql FROM main.sqlite_master "
        "WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL AND name <> ?",
        (table, "ux_trabajadores_identidad"),
    ).fetchall()
    for name, _ in indexes:
        raw.execute(f'DROP INDEX main."{name}"')
    yield
    # A sort needs memory of its own and reads sequentially: a small cache is enough.
    raw.execute(_NARROW_CACHE)
    raw.execute("PRAGMA shrink_memory")
    for at, (_, sql) in enumerate(indexes, 1):
        what = f"Ordenando {table} ({at} de {len(indexes)})"

        def ask(what: str = what) -> None:
            report(total, total + 1, what)

        ask()
        with interruptible(raw, ask):
            raw.execute(sql)
