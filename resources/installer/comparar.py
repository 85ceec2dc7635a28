"""Compares what two builds made, byte for byte; builds twice from two clones to do so.

python resources/installer/comparar.py carpetas A B
    files, links and whether each may be run, of two folders
python resources/installer/comparar.py clones [--pasos ORDEN …] [--conservar]
    clones this commit to two folders, builds in both under different circumstances (path, time
    zone, language, umask, processors), and compares what came out. Orders: programa, paquetes,
    rueda, and windows, which makes a Wine prefix in each clone. Needs the packages of
    resources/requisitos/empaquetar.txt in this Python.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FROM_PROGRAM = ("--programa", "{salida}/icsoe-desktop", "--salida", "{salida}")
_FROM_WINDOWS = (
    *("--programa", "{salida}/windows/icsoe-desktop"),
    *("--salida", "{salida}/windows"),
)
_UNDER_WINE = ("-m", "resources.installer.wine", "correr", ".venv-windows")
_BUILDER = "resources.installer.construir"
ORDERS = {
    "programa": [["-m", "resources.installer.construir", "programa", "--salida", "{salida}"]],
    "paquetes": [
        ["-m", f"resources.installer.{module}", *_FROM_PROGRAM] for module in ("debian", "portatil")
    ],
    "rueda": [["-m", "build", "--no-isolation", "--outdir", "{salida}/python", "."]],
    "windows": [
        ["-m", "resources.installer.wine", "hacer", ".venv-windows"],
        [*_UNDER_WINE, "-m", _BUILDER, "programa", "--salida", "{salida}/windows"],
        *(["-m", _BUILDER, order, *_FROM_WINDOWS] for order in ("instalador", "msi")),
        ["-m", "resources.installer.portatil", *_FROM_WINDOWS],
    ],
}
USUAL = ("programa", "paquetes", "rueda")
# What may differ between two machines and must not show.
CIRCUMSTANCES = (
    {"TZ": "America/Mexico_City", "LANG": "es_MX.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "Asia/Tokyo", "LANG": "C.UTF-8", "PYTHONHASHSEED": "2"},
)
UMASKS = (0o022, 0o077)
NAMES = ("uno", "otra/carpeta con un nombre más largo")


def contents(folder: Path) -> dict[str, str]:
    """Name → digest, target of a link, or «carpeta»; and whether a file may be run."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"liga a {path.readlink()}"
        elif path.is_dir():
            found[name] = "carpeta"
        else:
            runs = "x" if path.stat().st_mode & 0o100 else "-"
            found[name] = f"{runs} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    return found


def differences(one: Path, other: Path) -> list[str]:
    """A sentence for each difference."""
    left, right = contents(one), contents(other)
    return [
        f"{name}: {left.get(name, 'no está')} ≠ {right.get(name, 'no está')}"
        for name in sorted({*left, *right})
        if left.get(name) != right.get(name)
    ]


def build_twice(work: Path, orders: list[str]) -> list[Path]:
    """The output folders of two builds of this commit. Raises CalledProcessError."""
    made = []
    # Named once: the branch may move on while the first is built.
    commit = _git(ROOT, "rev-parse", "HEAD")
    for name, circumstances, umask in zip(NAMES, CIRCUMSTANCES, UMASKS, strict=True):
        clone = work / name / "clon"
        clone.parent.mkdir(parents=True)
        _git(work, "clone", "--quiet", "--no-local", "--no-checkout", str(ROOT), str(clone))
        _git(clone, "checkout", "--quiet", "--detach", commit)
        output = work / name / "salida"
        for order in orders:
            for words in ORDERS[order]:
                command = [sys.executable, *(word.format(salida=output) for word in words)]
                environment = {**os.environ, **circumstances, "PYTHONPATH": str(clone)}
                subprocess.run(command, cwd=clone, env=environment, umask=umask, check=True)
        made.append(output)
    return made


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", folder, *words], stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.strip()


def compare(one: Path, other: Path) -> int:
    """Print every difference and the sum. Exit status: 0 if there is none."""
    found = differences(one, other)
    for line in found:
        print(line)
    print(f"{len(contents(one))} nombres comparados, {len(found)} distintos.")
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    """Exit status: 0 if both are equal, otherwise 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    orders = parser.add_subparsers(dest="orden", required=True)
    folders = orders.add_parser("carpetas")
    folders.add_argument("una", type=Path)
    folders.add_argument("otra", type=Path)
    clones = orders.add_parser("clones")
    clones.add_argument("--pasos", nargs="+", choices=sorted(ORDERS), default=list(USUAL))
    clones.add_argument("--conservar", action="store_true", help="no borra lo construido")
    options = parser.parse_args(arguments)
    if options.orden == "carpetas":
        return compare(options.una, options.otra)
    work = Path(tempfile.mkdtemp(prefix="icsoe-comparar-"))
    try:
        return compare(*build_twice(work, options.pasos))
    except subprocess.CalledProcessError as error:
        print(f"No se construyó: {error}")
        return 1
    finally:
        if options.conservar:
            print(f"Lo construido está en {work}")
        else:
            shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
