"""Renews the locks of pyproject.toml's dependencies: exact versions and hashes.

No lock contains a registry's address.
python3 -m resources.entorno.requisitos [--upgrade | --upgrade-package NOMBRE …]   (needs uv)
Without options it keeps every version that still fits.
"""

from __future__ import annotations

import subprocess
import sys

from resources.entorno.procesos import ROOT

PROGRAM = "resources/requisitos/programa.txt"
# The tests run with the user's versions, so their lock follows the other lock.
LOCKS = {
    PROGRAM: ["pyproject.toml", "--extra", "construir"],
    "resources/requisitos/pruebas.txt": [
        *("pyproject.toml", "--extra", "construir", "--extra", "pruebas"),
        *("--constraint", PROGRAM),
    ],
    # The bundle contains the versions that a user would install.
    "resources/requisitos/empaquetar.txt": [
        *("pyproject.toml", "--extra", "construir", "--extra", "empaquetar"),
        *("--constraint", PROGRAM),
    ],
    # The sync server has an own environment, also in the tests.
    "resources/servidor/requisitos.txt": ["resources/servidor/requisitos.in"],
}
FORM = ["--universal", "--python-version", "3.11", "--generate-hashes"]
SILENT = ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]


def main(options: list[str]) -> int:
    for name, source in LOCKS.items():
        command = ["uv", "pip", "compile", *source, *FORM, *SILENT, *options]
        done = subprocess.run([*command, "--output-file", name], cwd=ROOT)
        if done.returncode:
            print(f"No se pudo fijar «{name}».", file=sys.stderr)
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
