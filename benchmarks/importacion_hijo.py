"""One import in a separate process, to measure its own time and memory.

Arguments: how, folder of the store, number of rows, user of the session, files. It prints JSON:
seconds of CPU and of wall time, peak memory in MB.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from benchmarks.almacen import import_files, open_store
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.store.engine import Store
from tests.support.dobles import session_of


def program(store: Store, sesion: Sesion, paths: list[Path], filas: int) -> tuple[float, float]:
    cpu, clock = time.process_time(), time.perf_counter()
    assert import_files(store, sesion, paths) == filas
    return time.process_time() - cpu, time.perf_counter() - clock


def plain(store: Store, filas: int, *, indexes_after: bool) -> tuple[float, float]:
    """executemany of parsed rows into the same tables, with the same cache."""
    workers, rows = _parsed(filas)
    connection = store.engine.raw_connection()
    raw: Any = connection.driver_connection
    raw.execute("PRAGMA cache_size = -24576")
    cpu, clock = time.process_time(), time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    indexes = []
    if indexes_after:
        indexes = raw.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND tbl_name IN ('movimientos', 'trabajadores')"
        ).fetchall()
        for name, _ in indexes:
            raw.execute(f'DROP INDEX "{name}"')
    for table, values in (("trabajadores", workers), ("movimientos", rows)):
        marks = ", ".join("?" * len(values[0]))
        raw.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608
    for _, sql in indexes:
        raw.execute(sql)
    raw.execute("COMMIT")
    spent = time.process_time() - cpu, time.perf_counter() - clock
    assert raw.execute("SELECT count(*) FROM movimientos").fetchone()[0] == filas
    connection.close()
    return spent


def _parsed(filas: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    from benchmarks.datos import movimientos
    from icsoe_desktop.store.movimientos.workers import folded
    from icsoe_desktop.store.types import day_number

    numbers: dict[str, int] = {}
    curps: dict[str, str] = {}
    names: dict[str, tuple[str, str, str]] = {}
    rows = []
    for at, r in enumerate(movimientos(filas), 1):
        number = numbers.setdefault(r.nss, len(numbers) + 1)
        names[r.nss] = (r.primer_apellido, r.segundo_apellido, r.nombres)
        if r.curp:
            curps[r.nss] = r.curp
        # fmt: off
        rows.append((
            at, uuid.UUID(int=at).bytes, number, r.tipo, r.registro_patronal, day_number(r.fecha),
            r.sbc, r.tipo_trabajador, r.tipo_salario, r.jornada, r.causa_baja, r.umf, r.guia,
            r.clave_trabajador, "", "", 0, None, None, None, None, None, "", "", None, None, None,
            day_number(r.fecha), day_number(r.fecha),
        ))
        # fmt: on
    workers = [
        (number, nss, curps.get(nss, ""), *names[nss], *(folded(name) for name in names[nss]))
        for nss, number in numbers.items()
    ]
    return workers, rows


def main() -> int:
    how, folder, filas, usuario, *paths = sys.argv[1:]
    store = open_store(Path(folder))
    if how == "programa":
        sesion = session_of(uuid.UUID(usuario))
        cpu, clock = program(store, sesion, [Path(path) for path in paths], int(filas))
    else:
        cpu, clock = plain(store, int(filas), indexes_after=how == "despues")
    store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    sys.stdout.write(json.dumps({"cpu_s": cpu, "reloj_s": clock, "mb": peak}) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
