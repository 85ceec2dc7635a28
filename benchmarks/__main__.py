"""Runs all or the named benchmarks: `python -m benchmarks [NOMBRE …] [--rapido] [--escribir]`.

Each prints a JSON line as it ends; at the end, also of a run that was interrupted, comes one table
of all goals. Each has a limit of its own, so that a slow machine ends too; what it did not finish
is named. --seguir ARCHIVO: keeps every answer there, and does not measure again what is in it.
A benchmark that missed a goal while the machine was loaded, or while its host gave its processors
to other machines, runs once more, if there is time: the second answer counts.
--escribir: also puts the table into docs/rendimiento.md; beside a busy machine only a shorter
table, in a place of its own. The exit status is 1 if a goal was missed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.comun import Stolen

FOLDER: Final = Path(__file__).resolve().parent
DOC: Final = FOLDER.parent / "docs" / "rendimiento.md"
# paquete needs the bundle as an argument; escala needs half an hour.
APART: Final = ("paquete", "escala", "dia")
MINUTES: Final = 60.0
# Of each; the two that make a million movements need it on a slow machine.
EACH_MINUTES: Final = 8.0
# Load of one minute, per processor, above which a missed goal proves nothing.
BUSY: Final = 0.6
# The same for the share of processor time that the host took: a quiet machine is slow then too.
STOLEN: Final = 0.05
# What a user waits for is measured first.
FIRST: Final = ("primera_ventana", "arranque", "modulo", "tablero", "importacion")
# Arguments of a whole run, where the defaults take longer than their figure needs.
WHOLE: Final = {
    "arranque": ("--veces", "9"),
    "importacion": ("--filas", "200000", "--veces", "2"),
    # With fewer, what a round asks before it sends weighs as much as the sending.
    "sincronizacion": ("--movimientos", "100000", "--veces", "1"),
    "excel": ("--renglones", "50000", "--vueltas", "2"),
    "revision": ("--lineas", "500000", "--veces", "2"),
    # Of 100,000 the machine takes minutes to make.
    "recibos": ("--recibos", "40000"),
    "modulo": ("--veces", "3"),
    "tablero": ("--veces", "5"),
}
# They measure the same million movements, which take more than a minute to make: the first makes
# them, the others get a copy, and each its own again when it is repeated.
MILLION: Final = ("modulo", "tablero")
# Arguments for a short run. The others are short anyway.
QUICK: Final = {
    "arranque": ("--veces", "3"),
    "primera_ventana": ("--veces", "2"),
    "certificados": ("--veces", "30"),
    "importacion": ("--filas", "20000", "--veces", "2"),
    "sincronizacion": ("--movimientos", "5000", "--veces", "1"),
    "durabilidad": ("--filas", "20000", "--veces", "60"),
    "excel": ("--renglones", "10000", "--vueltas", "2"),
    "lectura_excel": ("--renglones", "2000", "--vueltas", "2"),
    "revision": ("--lineas", "20000", "--veces", "2"),
    "recibos": ("--recibos", "5000"),
    "modulo": ("--filas", "20000", "--veces", "3"),
    "tablero": ("--filas", "20000", "--veces", "3"),
    "trabajadores": ("--veces", "5", "--movimientos", "20000"),
    "salarios": ("--trabajadores", "2000", "--veces", "3"),
    "dia": ("--horas", "1"),
}
ENDING_S: Final = 10.0
BEGIN, END = "<!-- cuadro -->\n", "<!-- /cuadro -->\n"
BUSY_BEGIN, BUSY_END = "<!-- cuadro cargado -->\n", "<!-- /cuadro cargado -->\n"


def names() -> list[str]:
    found = sorted(
        path.stem
        for path in FOLDER.glob("*.py")
        if path.stem != "__main__"
        and not path.stem.endswith("_hijo")
        and "\ndef main(" in path.read_text("utf-8")
    )
    return sorted(found, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


class Runs:
    """Results, loads and stolen processor time by benchmark, and how much time is left."""

    def __init__(
        self,
        quick: bool,
        minutes: float,
        folder: Path | None = None,
        kept: Path | None = None,
    ) -> None:
        """folder: for the data that several measure; each makes its own if None.

        kept: the answers of a run that goes on with this one.
        """
        self._kept = kept
        self._folder = None if quick else folder
        self._arguments = QUICK if quick else WHOLE
        self._end = time.monotonic() + minutes * 60
        self.results: dict[str, Any] = {}
        if kept is not None and kept.exists():
            self.results |= json.loads(kept.read_text("utf-8"))
        self.loads: dict[str, tuple[float, float]] = {}
        self.stolen: dict[str, float] = {}
        self.failed: list[str] = []
        self.left_out: list[str] = []
        self._took: dict[str, float] = {}

    def run(self, name: str) -> None:
        left = min(self._end - time.monotonic(), EACH_MINUTES * 60)
        if left <= 0:
            self.left_out.append(name)
            return
        words = (*self._arguments.get(name, ()), *self._shared(name))
        command = [sys.executable, "-m", f"benchmarks.{name}", *words]
        load, start, stolen = os.getloadavg()[0], time.monotonic(), Stolen()
        said = output_of(command, left)
        if said is None:
            # An answer from before, while the machine was loaded, still counts.
            self.left_out += [] if name in self.results else [name]
            return
        self._took[name] = time.monotonic() - start
        self.loads[name] = (load, os.getloadavg()[0])
        self.stolen[name] = stolen.share()
        sys.stdout.write(said)
        sys.stdout.flush()
        lines = [line for line in said.splitlines() if line.startswith("{")]
        if lines:
            self.results[name] = json.loads(lines[-1])
            if self._kept is not None:
                self._kept.write_text(json.dumps(self.results), "utf-8")
        elif name not in self.results:
            self.failed.append(name)

    def _shared(self, name: str) -> tuple[str, ...]:
        if self._folder is None or name not in MILLION:
            return ()
        own, first = self._folder / name, self._folder / MILLION[0]
        # Without an answer of the first, its data may be half made.
        if name != MILLION[0] and not own.exists() and MILLION[0] in self.results:
            shutil.copytree(first, own)
        return ("--datos", str(own))

    @property
    def busy(self) -> bool:
        """Whether other work loaded the machine before most of the benchmarks began."""
        loads = [begin for begin, _ in self.loads.values()]
        return bool(loads) and statistics.median(loads) / (os.cpu_count() or 1) > BUSY

    def repeat_noisy(self, missed: Sequence[str]) -> list[str]:
        """Run those once more whose goal was missed on a busy machine."""
        processors = os.cpu_count() or 1
        again = []
        for name in missed:
            busy = max(self.loads[name]) / processors > BUSY
            busy |= self.stolen.get(name, 0.0) > STOLEN
            if busy and time.monotonic() + self._took[name] < self._end:
                self.run(name)
                again.append(name)
        return again


def output_of(command: Sequence[str], timeout_s: float) -> str | None:
    """What the command prints; None if it took longer. Nothing that it started goes on then."""
    process = subprocess.Popen(
        command, cwd=FOLDER.parent, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        return process.communicate(timeout=timeout_s)[0]
    except subprocess.TimeoutExpired:
        # It ends its servers itself.
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=ENDING_S)
        return None
    finally:
        # Whatever is left of its group: screens, children.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nombre", nargs="*", choices=[[], *names()])
    parser.add_argument("--rapido", action="store_true")
    parser.add_argument("--escribir", action="store_true")
    parser.add_argument("--seguir", type=Path)
    parser.add_argument("--minutos", type=float, default=MINUTES)
    options = parser.parse_args()
    # Only now: it imports the program.
    from benchmarks.cuadro import missed, table

    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="icsoe-bancos-") as folder:
        # What a benchmark leaves that has to be ended goes with the folder. PostgreSQL, which runs
        # as a user of its own, has its data in there.
        Path(folder).chmod(0o755)
        os.environ["TMPDIR"] = folder
        runs = Runs(options.rapido, options.minutos, Path(folder), options.seguir)
        wanted = options.nombre or [one for one in names() if one not in APART]
        wanted = [one for one in wanted if one not in runs.results]
        again: list[str] = []
        try:
            for name in wanted:
                runs.run(name)
            again = runs.repeat_noisy(sorted(missed(runs.results).intersection(wanted)))
        except KeyboardInterrupt:
            runs.left_out += [one for one in wanted if one not in {*runs.results, *runs.left_out}]
        minutes = (time.monotonic() - start) / 60
        head = _machine(minutes, again, [*runs.failed, *runs.left_out], runs)
        text = f"{head}\n{table(runs.results, runs.loads, short=runs.busy)}"
        sys.stdout.write("\n" + text)
    if options.escribir:
        write_into(DOC, text, busy=runs.busy)
    return 1 if missed(runs.results) or runs.failed or runs.left_out else 0


def write_into(page: Path, text: str, *, busy: bool = False) -> None:
    """Put the table between its marks."""
    begin, end = (BUSY_BEGIN, BUSY_END) if busy else (BEGIN, END)
    before, _, rest = page.read_text("utf-8").partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        raise ValueError(f"{page.name} has no place for the table")
    page.write_text(f"{before}{begin}{text}{end}{after}", "utf-8", newline="\n")


def _machine(minutes: float, again: Sequence[str], absent: Sequence[str], runs: Runs) -> str:
    model = "procesador desconocido"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text("utf-8").splitlines() if "model name" in line]
        model = names[0].partition(":")[2].strip() if names else model
    today = f"{datetime.now().astimezone():%d/%m/%Y, %H:%M %Z}"
    loads = [load for both in runs.loads.values() for load in both] or [0.0]
    said = (
        f"Corrida del {today}, **con la máquina {'cargada' if runs.busy else 'tranquila'}** (carga "
        f"de {min(loads):.1f} a {max(loads):.1f}), en {minutes:.1f} minutos: {os.cpu_count()} "
        f"núcleos, {model}, Python {sys.version.split()[0]}."
    )
    if any(share > STOLEN for share in runs.stolen.values()):
        worst = max(runs.stolen, key=lambda name: runs.stolen[name])
        said += (
            f" El anfitrión de la máquina le quitó hasta {runs.stolen[worst]:.0%} del tiempo de "
            f"procesador ({worst})."
        )
    if again:
        said += f" Se repitió por la carga: {', '.join(again)}."
    if absent:
        said += f" No se midió: {', '.join(absent)}."
    return said + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
