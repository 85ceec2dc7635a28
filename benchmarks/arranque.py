"""Start-up against a bare PySide6 window: CPU until painted, CPU until the user can type, RSS.

`python -m benchmarks.arranque [--veces N] [--plataforma offscreen]` prints one JSON line. The goals
are ratios: 1.25 painted, 3 ready to type and enter, 5 with all services
(«completa»), 1.4 in memory.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.comun import Runs, middle, ratio, spread, tell
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.usuarios import UsuarioNuevo

_GOALS = {"pintada": 1.25, "lista": 3.0, "completa": 5.0, "memoria": 1.4}
_ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--veces", type=int, default=15)
    parser.add_argument("--plataforma", default="offscreen")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="icsoe-arranque-") as folder:
        return _compare(options.veces, options.plataforma, Path(folder))


def environment_of(folder: Path, platform: str = "offscreen") -> dict[str, str]:
    """That of a normal start: the store has a user, the keyring its key, the modules compiled."""
    os.environ["PYTHON_KEYRING_BACKEND"] = "benchmarks.llavero.LlaveroEnArchivo"
    os.environ["ICSOE_LLAVERO"] = str(folder / "llavero.txt")
    make_store(folder / "datos")
    environment = {**os.environ, "QT_QPA_PLATFORM": platform, "ICSOE_DATOS": str(folder / "datos")}
    # The first runs compile the modules, as in an installed program.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "compilado")
    return environment


def _compare(times: int, platform: str, folder: Path) -> int:
    environment = environment_of(folder, platform)
    bare: Runs = {}
    program: Runs = {}
    for _ in range(times + 1):
        for child, runs in (("desnuda", bare), ("programa", program)):
            for name, value in _measure(child, environment).items():
                runs.setdefault(name, []).append(value)
    for values in (*bare.values(), *program.values()):
        del values[0]
    found = {
        "pintada": ratio(program["pintada"], bare["pintada"]),
        "lista": ratio(program["lista"], bare["pintada"]),
        "completa": ratio(program["completa"], bare["pintada"]),
        "memoria": ratio(program["memoria"], bare["memoria"]),
    }
    result = {
        "medida": "arranque",
        "veces": times,
        "plataforma": platform,
        "desnuda_cpu_ms": middle(bare["pintada"]),
        "desnuda_cpu_p5_p95_ms": spread(bare["pintada"]),
        "pintada_cpu_ms": middle(program["pintada"]),
        "pintada_cpu_p5_p95_ms": spread(program["pintada"]),
        "lista_cpu_ms": middle(program["lista"]),
        "lista_cpu_p5_p95_ms": spread(program["lista"]),
        "completa_cpu_ms": middle(program["completa"]),
        "desnuda_rss_mib": middle(bare["memoria"]),
        "pintada_rss_mib": middle(program["memoria"]),
        "lista_rss_mib": middle(program["memoria_lista"]),
        "completa_rss_mib": middle(program["memoria_completa"]),
        "razones": found,
        "metas": _GOALS,
    }
    return tell(result, all(found[name] <= goal for name, goal in _GOALS.items()))


def make_store(folder: Path) -> None:
    folder.mkdir()
    application = open_application(DataFolder(folder))
    contrasena = "Papel.Verde93"
    application.usuarios.register(
        None,
        UsuarioNuevo(
            nombres="Alma",
            primer_apellido="Prieto",
            segundo_apellido="",
            correo="alma@ejemplo.mx",
            contrasena=contrasena,
            confirmacion=contrasena,
            acepta_aviso=True,
        ),
    )
    application.close()


def _measure(child: str, environment: dict[str, str]) -> dict[str, float]:
    """The child prints lines of a name and a number."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.arranque_hijo", child],
        env=environment,
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    pairs = (line.split() for line in done.stdout.splitlines())
    return {name: float(number) for name, number in pairs}


if __name__ == "__main__":
    raise SystemExit(main())
