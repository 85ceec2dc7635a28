"""Runs all or the named benchmarks: `python -m benchmarks [NOMBRE …] [--rapido]`.

Each prints a JSON line. The exit status is 1 if one missed its goal.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# It needs the bundle as an argument: `python -m benchmarks.paquete CARPETA`.
APART = ("paquete",)
# Arguments for a short run. The others are short anyway.
QUICK = {
    "arranque": ("--veces", "3"),
    "certificados": ("--veces", "30"),
    "busqueda": ("--filas", "20000", "--consultas", "60"),
    "importacion": ("--filas", "20000", "--veces", "2"),
    "movimientos": ("--filas", "20000", "--veces", "3"),
    "sincronizacion": ("--movimientos", "5000", "--veces", "1"),
    "escala": ("--registros", "20000", "--equipos", "50", "--oficinas", "10"),
    "durabilidad": ("--filas", "20000", "--veces", "60"),
    "excel": ("--renglones", "10000", "--vueltas", "2"),
    "lectura_excel": ("--renglones", "2000", "--vueltas", "2"),
    "revision": ("--lineas", "20000", "--veces", "2"),
    "modulo": ("--filas", "20000", "--veces", "3"),
}


def names() -> list[str]:
    return sorted(
        path.stem
        for path in FOLDER.glob("*.py")
        if path.stem not in ("__main__", *APART)
        and not path.stem.endswith("_hijo")
        and "\ndef main(" in path.read_text("utf-8")
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nombre", nargs="*", choices=[[], *names()])
    parser.add_argument("--rapido", action="store_true")
    options = parser.parse_args()
    status = 0
    for name in options.nombre or names():
        words = QUICK.get(name, ()) if options.rapido else ()
        command = [sys.executable, "-m", f"benchmarks.{name}", *words]
        status |= subprocess.run(command, cwd=FOLDER.parent, check=False).returncode
    return 1 if status else 0


if __name__ == "__main__":
    raise SystemExit(main())
