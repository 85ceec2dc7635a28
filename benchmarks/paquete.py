"""The bundle: its size, and its start against the unbundled program.

`python -m benchmarks.paquete CARPETA [--instalador ARCHIVO] [--msi ARCHIVO] [--veces N]
[--plataforma offscreen]` prints one JSON line. A start is measured until the program has opened its
data in a new folder, which follows the painting of its first window. CPU on Linux, wall time
elsewhere. Goals: 1.2 times the unbundled start, an installer of 40 MB, an .msi of 70 MB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.comun import Runs, interleave, middle, ratio, spread, tell

_GOALS = {"arranque": 1.2, "instalador_mb": 40.0, "msi_mb": 70.0}
_ROOT = Path(__file__).resolve().parent.parent
_TIMEOUT_S = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("carpeta", type=Path)
    parser.add_argument("--instalador", type=Path)
    parser.add_argument("--msi", type=Path)
    parser.add_argument("--veces", type=int, default=11)
    parser.add_argument("--plataforma", default="offscreen")
    options = parser.parse_args()
    ending = ".exe" if sys.platform == "win32" else ""
    bundle = [str(options.carpeta.resolve() / f"icsoe-desktop{ending}")]
    unbundled = [sys.executable, "-m", "icsoe_desktop"]
    os.environ["QT_QPA_PLATFORM"] = options.plataforma
    # The first runs compile the modules, as in an installed program.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    measures = {"paquete": lambda: _start(bundle), "sin_empaquetar": lambda: _start(unbundled)}
    interleave(measures, 1)
    runs = interleave(measures, options.veces)
    return _report(runs, options)


def _report(runs: Runs, options: argparse.Namespace) -> int:
    files = [path for path in options.carpeta.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files if not path.is_symlink())
    found = {"arranque": ratio(runs["paquete"], runs["sin_empaquetar"])}
    for name, path in (("instalador_mb", options.instalador), ("msi_mb", options.msi)):
        if path is not None:
            found[name] = round(path.stat().st_size / 1e6, 1)
    result = {
        "medida": "paquete",
        "veces": options.veces,
        "plataforma": options.plataforma,
        "archivos": len(files),
        "programa_mb": round(size / 1e6, 1),
        "paquete_ms": middle(runs["paquete"]),
        "paquete_p5_p95_ms": spread(runs["paquete"]),
        "sin_empaquetar_ms": middle(runs["sin_empaquetar"]),
        "sin_empaquetar_p5_p95_ms": spread(runs["sin_empaquetar"]),
        "encontrado": found,
        "metas": _GOALS,
    }
    return tell(result, all(found[name] <= goal for name, goal in _GOALS.items() if name in found))


def _start(command: list[str]) -> float:
    """Milliseconds until the data are open."""
    with tempfile.TemporaryDirectory(prefix="icsoe-paquete-") as folder:
        environment = {**os.environ, "ICSOE_DATOS": folder}
        # SQLite's journal appears with the first query to the open store.
        opened = Path(folder, "icsoe.db-wal")
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not opened.exists():
                if process.poll() is not None or time.perf_counter() - began > _TIMEOUT_S:
                    raise RuntimeError(f"{command[0]} did not open its data")
                time.sleep(0.002)
            return _spent_ms(process.pid, began)
        finally:
            process.terminate()
            process.wait()


def _spent_ms(pid: int, began: float) -> float:
    if not sys.platform.startswith("linux"):
        return (time.perf_counter() - began) * 1000
    # Sum of all threads, in nanoseconds. utime and stime only count hundredths of a second.
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(path.read_text("ascii").split()[0]) for path in tasks) / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
