"""The cost of safety against plain sqlcipher3: a full commit, an online copy and its check.

`python -m benchmarks.durabilidad [--filas 100000] [--veces 200]` prints one JSON line. It measures
CPU on the same encrypted file, interleaved. A commit writes one row. Goals: synchronous stays FULL;
a commit costs at most 8 times the bare one (the ORM costs 0.5 ms against 0.1 ms; the rest is margin
for noise); the copy at most 1.2 times SQLite's own.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2

from benchmarks.almacen import LLAVE, import_files, make_store, open_store
from benchmarks.comun import cpu_ms, interleave, middle, ratio, spread, tell
from benchmarks.datos import escribir_archivos
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.store.copies import copy_store
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import IntentoRow

_FULL: Final = 2
_GOALS: Final = {"confirmar": 8.0, "copia": 1.2}
_COPIES: Final = 3
_INSERT: Final = "INSERT INTO intentos(quien, fallos, ultimo) VALUES (?, 0, ?)"


class Bench:
    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._turn = 0
        self.raw: Any = dbapi2.connect(str(folder / "icsoe.db"), isolation_level=None)
        self.raw.execute(f"PRAGMA key = \"x'{LLAVE.file_key_hex()}'\"")
        self.raw.execute("PRAGMA synchronous = FULL")

    def program_commit(self) -> float:
        quien, now = self._next(), self._store.clock()

        def commit() -> None:
            with self._store.write() as db:
                db.add(IntentoRow(quien=quien, fallos=0, ultimo=now + timedelta(seconds=1)))

        return cpu_ms(commit)

    def plain_commit(self) -> float:
        quien = self._next()

        def commit() -> None:
            self.raw.execute("BEGIN IMMEDIATE")
            self.raw.execute(_INSERT, (quien, "2026-03-02 10:00:00.000000"))
            self.raw.execute("COMMIT")

        return cpu_ms(commit)

    def program_copy(self) -> float:
        target = self._target()
        took = cpu_ms(lambda: copy_store(self._store.engine, LLAVE, target, NoProgress()))
        target.unlink()
        return took

    def plain_copy(self) -> float:
        target = self._target()

        def copy() -> None:
            other: Any = dbapi2.connect(str(target))
            other.execute(f"PRAGMA key = \"x'{LLAVE.file_key_hex()}'\"")
            self.raw.backup(other)
            other.close()

        took = cpu_ms(copy)
        target.unlink()
        return took

    def _next(self) -> bytes:
        self._turn += 1
        return self._turn.to_bytes(32, "big")

    def _target(self) -> Path:
        self._turn += 1
        return self._folder / f"copia{self._turn}.db"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filas", type=int, default=100_000)
    parser.add_argument("--veces", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sesion = make_store(folder)
        store = open_store(folder)
        import_files(store, sesion, escribir_archivos(folder / "archivos", options.filas))
        with store.read() as db:
            synchronous = db.connection().exec_driver_sql("PRAGMA synchronous").scalar_one()
        bench = Bench(store, folder)
        commits = {
            "programa": bench.program_commit,
            "directo": bench.plain_commit,
        }
        interleave(commits, 10)
        runs = interleave(commits, options.veces)
        copies = interleave({"programa": bench.program_copy, "sqlite": bench.plain_copy}, _COPIES)
        size = (folder / "icsoe.db").stat().st_size
        bench.raw.close()
        store.close()
    found = {
        "confirmar": ratio(runs["programa"], runs["directo"]),
        "copia": ratio(copies["programa"], copies["sqlite"]),
    }
    return tell(
        {
            "medida": "durabilidad",
            "filas": options.filas,
            "almacen_mb": round(size / 1e6, 1),
            "synchronous": "FULL" if synchronous == _FULL else synchronous,
            "confirmar_ms": {way: middle(times) for way, times in runs.items()},
            "confirmar_p5_p95_ms": {way: spread(times) for way, times in runs.items()},
            "copia_ms": {way: middle(times) for way, times in copies.items()},
            "razones": found,
            "metas": _GOALS,
        },
        synchronous == _FULL and all(found[what] <= goal for what, goal in _GOALS.items()),
    )


if __name__ == "__main__":
    raise SystemExit(main())
