"""Locks the dependencies of pyproject.toml again: exact versions, hashes, no registry's address.

python3 .ci/actualizar_requisitos.py [--upgrade | --upgrade-package NOMBRE …]   (needs uv)
Without options it keeps every version that still fits.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CI = Path(__file__).resolve().parent
# The tests run what the clerk runs: their lock follows the other one.
LOCKS = {
    ".ci/requisitos.txt": ["pyproject.toml", "--extra", "construir"],
    ".ci/requisitos-pruebas.txt": [
        *("pyproject.toml", "--extra", "construir", "--extra", "pruebas"),
        *("--constraint", str(CI / "requisitos.txt")),
    ],
    # A bundle holds what the clerk would have installed.
    ".ci/requisitos-empaquetar.txt": [
        *("pyproject.toml", "--extra", "construir", "--extra", "empaquetar"),
        *("--constraint", str(CI / "requisitos.txt")),
    ],
    # The sync server's own, on another machine; the tests run it too, in an environment apart.
    "resources/servidor/requisitos.txt": ["resources/servidor/requisitos.in"],
}
FORM = ["--universal", "--python-version", "3.11", "--generate-hashes"]
SILENT = ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]


def main(options: list[str]) -> int:
    for name, source in LOCKS.items():
        command = ["uv", "pip", "compile", *source, *FORM, *SILENT, *options]
        done = subprocess.run([*command, "--output-file", name], cwd=CI.parent)
        if done.returncode:
            print(f"No se pudo fijar «{name}».", file=sys.stderr)
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
