"""Builds the packages of one system and checks them, from a fresh clone. docs/publicar.md.

The steps run in .venv-empaquetar, whose packages are those of resources/requisitos/empaquetar.txt.
To add one, write its function here and put it into STEPS.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from resources.entorno import sistema
from resources.entorno.aparte import Environment
from resources.entorno.procesos import ROOT, SetupError, alone, say
from resources.installer import edades

# A bare Debian, kept for the next time.
BARE = ROOT / ".debian-vacio"
TOOLS = Environment(ROOT / ".venv-empaquetar", ROOT / "resources" / "requisitos" / "empaquetar.txt")
# A Wine prefix with CPython for Windows.
WINDOWS = ROOT / ".venv-windows"
BUILDER = "resources.installer.construir"


class Job(NamedTuple):
    """One run of the command."""

    target: str
    output: Path
    system: bool

    @property
    def program(self) -> Path:
        """The folder of the built program."""
        return self.output / self.target / "icsoe-desktop"

    def tool(self, module: str, *arguments: object) -> None:
        """Run a module of the project in .venv-empaquetar. Raises SetupError if it fails."""
        command = [str(TOOLS.python), "-P", "-m", module, *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise SetupError(f"«{module}» terminó con {done.returncode}.")


class Step(NamedTuple):
    name: str
    text: str
    run: Callable[[Job], None]


def provide_system(job: Job) -> None:
    if job.system:
        sistema.provide(f"empaquetar {job.target}")


def provide_tools(_: Job) -> None:
    TOOLS.folder.mkdir(exist_ok=True)
    with alone(TOOLS.guard) as turn:
        if not TOOLS.is_good():
            TOOLS.make(turn)


def build_program(job: Job) -> None:
    job.tool(BUILDER, "programa", "--salida", job.program.parent)


def build_linux_packages(job: Job) -> None:
    for module in ("debian", "portatil"):
        job.tool(f"resources.installer.{module}", "--programa", job.program, "--salida", job.output)


def check_linux(job: Job) -> None:
    package = next(job.output.glob("*.deb"))
    if os.geteuid():
        say("    No se revisa en un Debian vacío: hace falta ser root. La orden es:")
        say(f"    sudo python3 resources/installer/verificar_en_debian.py {package}")
        return
    job.tool("resources.installer.verificar_en_debian", package, "--arbol", BARE)


def build_portable(job: Job) -> None:
    job.tool("resources.installer.portatil", "--programa", job.program, "--salida", job.output)


def sign_windows(job: Job) -> None:
    job.tool(BUILDER, "firmar", "--programa", job.program)


def provide_windows(job: Job) -> None:
    job.tool("resources.installer.wine", "hacer", WINDOWS)


def build_windows_program(job: Job) -> None:
    job.tool(
        *("resources.installer.wine", "correr", WINDOWS, "-m", BUILDER),
        *("programa", "--salida", job.program.parent),
    )


def build_setup(job: Job) -> None:
    job.tool(BUILDER, "instalador", "--programa", job.program, "--salida", job.output)


def build_msi(job: Job) -> None:
    job.tool(BUILDER, "msi", "--programa", job.program, "--salida", job.output)


def check_windows(job: Job) -> None:
    job.tool("resources.installer.verificar_en_wine", WINDOWS, job.program)


FIRST = (
    Step("sistema", "Programas y bibliotecas del sistema", provide_system),
    Step("herramientas", "Herramientas de empaquetar, en .venv-empaquetar", provide_tools),
)
STEPS = {
    "linux": (
        *FIRST,
        Step("programa", "El programa, y su --smoke", build_program),
        Step("paquetes", "El .deb y el archivo portátil", build_linux_packages),
        Step("revisar", "El .deb en un Debian vacío", check_linux),
    ),
    "windows": (
        *FIRST,
        Step("wine", "CPython para Windows bajo Wine, en .venv-windows", provide_windows),
        Step("programa", "El programa, y su --smoke", build_windows_program),
        Step("firmar", "Cada .exe, .dll y .pyd, si hay con qué", sign_windows),
        Step("portatil", "El archivo portátil", build_portable),
        Step("instalador", "El instalador .exe", build_setup),
        Step("msi", "El paquete .msi, para equipos enteros", build_msi),
        Step("revision", "Instalar, abrir, actualizar y quitar, bajo Wine", check_windows),
    ),
}


def main(arguments: list[str], *, system: bool) -> int:
    """Exit code: 1 if a step failed, 2 for a wrong command."""
    parser = argparse.ArgumentParser(
        prog="icsoe.py empaquetar",
        description="Construye los paquetes de un sistema y los revisa.",
    )
    parser.add_argument("sistema", choices=sorted(STEPS))
    parser.add_argument("--salida", type=Path, default=ROOT / "dist", help="carpeta (dist)")
    parser.add_argument("--desde", metavar="PASO", help="empieza en este paso")
    parser.add_argument("--hasta", metavar="PASO", help="termina en este paso")
    try:
        options = parser.parse_args(arguments)
        steps = chosen(STEPS[options.sistema], options.desde, options.hasta)
    except SetupError as error:
        say(str(error))
        return 2
    except SystemExit as ended:  # of argparse
        return int(ended.code or 0)
    output = options.salida.resolve()
    output.mkdir(parents=True, exist_ok=True)
    job = Job(options.sistema, output, system)
    for number, step in enumerate(steps, 1):
        say(f"\n[{number}/{len(steps)}] {step.name}: {step.text}")
        started = time.monotonic()
        try:
            step.run(job)
        except SetupError as error:
            say(str(error))
            again = f"python3 icsoe.py empaquetar {options.sistema} --desde {step.name}"
            say(f"No se terminó. Corregido lo anterior, continúe con: {again}")
            return 1
        say(f"    {step.name}: {time.monotonic() - started:.0f} s")
    for sbom in sorted(output.rglob("*.cdx.json")):
        told = edades.warning(edades.too_old(json.loads(sbom.read_text("utf-8"))))
        say(f"\n{told}" if told else "")
    say(f"\nListo. Lo construido está en {output}")
    return 0


def chosen(steps: tuple[Step, ...], first: str | None, last: str | None) -> tuple[Step, ...]:
    """The steps from `first` to `last`, both included. Raises SetupError for an unknown name."""
    names = [step.name for step in steps]
    for name in (first, last):
        if name is not None and name not in names:
            raise SetupError(f"No hay un paso «{name}». Son: {', '.join(names)}.")
    start = names.index(first) if first else 0
    end = names.index(last) + 1 if last else len(steps)
    return steps[start:end]
