"""Lines per second of `movimientos revisar` against a bare read of the same file.

python -m benchmarks.revision [--lineas 1000000] [--veces 3]

Goal: 1,000,000 lines a minute, and memory that does not grow with the file.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.comun import tell
from benchmarks.datos import linea_168, movimientos

GOAL_LINES_A_SECOND = 1_000_000 / 60
MAX_MEMORY_MB = 300
KNOWN = 20_000

BARE = "import sys\nn = 0\nfor line in open(sys.argv[1], 'rb'):\n    n += 1\n"


def write_file(path: Path, lines: int) -> None:
    known = "".join(f"{linea_168(each)}\r\n" for each in movimientos(min(lines, KNOWN))).encode()
    size = len(known) // min(lines, KNOWN)
    with path.open("wb") as file:
        left = lines * size
        while left > 0:
            left -= file.write(known[:left])


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lineas", type=int, default=1_000_000)
    parser.add_argument("--veces", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "movimientos.txt")
        write_file(path, options.lineas)
        review = [sys.executable, "-m", "icsoe_desktop", "movimientos", "revisar", str(path)]
        bare = [sys.executable, "-c", BARE, str(path)]
        # In turn, so that both meet the same load of the machine.
        pairs = [(seconds(review), seconds(bare)) for _ in range(options.veces)]
    reviewed = statistics.median(pair[0] for pair in pairs)
    read = statistics.median(pair[1] for pair in pairs)
    # Kilobytes on Linux, bytes on macOS.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    memory = peak / (2**20 if sys.platform == "darwin" else 2**10)
    rate = options.lineas / reviewed
    result = {
        "medida": "revision",
        "lineas": options.lineas,
        "lineas_por_segundo": round(rate),
        "meta_lineas_por_segundo": round(GOAL_LINES_A_SECOND),
        "veces_leer_solo": round(reviewed / read, 1),
        "pico_mb": round(memory),
        "carga": round(os.getloadavg()[0], 1),
    }
    return tell(result, rate >= GOAL_LINES_A_SECOND and memory <= MAX_MEMORY_MB)


if __name__ == "__main__":
    raise SystemExit(main())
