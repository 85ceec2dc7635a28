"""Import of 168-position files with every check, against executemany into the same tables.

    .venv/bin/python -m benchmarks.importacion [--filas 100000] [--veces 3]

The peer inserts parsed rows with bare sqlcipher3 into the same encrypted store: once with the
schema's indexes in place, once with indexes created afterwards. It measures CPU of separate
processes, interleaved. Goals: 1.6 times the peer; 200 MB for a million rows.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.almacen import make_store
from benchmarks.comun import tell
from benchmarks.datos import escribir_archivos

GOAL: Final = 1.6
MAX_MB: Final = 200.0
WAYS: Final = ("programa", "despues", "puestos")


def run(how: str, filas: int, paths: list[Path]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        sesion = make_store(Path(folder))
        words = [how, folder, str(filas), str(sesion.usuario_id), *map(str, paths)]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.importacion_hijo", *words],
            cwd=Path(__file__).resolve().parent.parent,
            stdout=subprocess.PIPE,
            check=True,
        )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filas", type=int, default=100_000)
    parser.add_argument("--veces", type=int, default=3)
    options = parser.parse_args()
    runs: dict[str, list[dict[str, float]]] = {how: [] for how in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        paths = escribir_archivos(Path(folder), options.filas)
        for _ in range(options.veces):  # interleaved, so that noise affects all
            for how in WAYS:
                runs[how].append(run(how, options.filas, paths))

    def middle(how: str, what: str) -> float:
        return statistics.median(each[what] for each in runs[how])

    cpu = {how: middle(how, "cpu_s") for how in WAYS}
    peak = max(each["mb"] for each in runs["programa"])
    after, there = cpu["programa"] / cpu["despues"], cpu["programa"] / cpu["puestos"]
    return tell(
        {
            "medida": "importacion",
            "filas": options.filas,
            "veces": options.veces,
            "programa_s": round(cpu["programa"], 2),
            "executemany_indices_despues_s": round(cpu["despues"], 2),
            "executemany_indices_puestos_s": round(cpu["puestos"], 2),
            "razon_indices_despues": round(after, 3),
            "razon_indices_puestos": round(there, 3),
            "meta": GOAL,
            "filas_por_s_de_reloj": round(options.filas / middle("programa", "reloj_s")),
            "memoria_mb": round(peak),
            "meta_memoria_mb": MAX_MB,
        },
        after <= GOAL and peak <= MAX_MB,
    )


if __name__ == "__main__":
    raise SystemExit(main())
