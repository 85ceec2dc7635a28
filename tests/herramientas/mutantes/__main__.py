"""Put faults into domain, services and merging, and say which no test notices.

python -m tests.herramientas.mutantes [-n 200] [--semilla 1] [--modulo sincronizacion] [--solo 6 12]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import signal
import tempfile
import time
from pathlib import Path

from tests.herramientas.mutantes.proceso import warm_up


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.herramientas.mutantes")
    parser.add_argument("-n", type=int, default=200, help="cuántos mutantes")
    parser.add_argument("--semilla", type=int, default=1, help="otra elige otros")
    parser.add_argument("--modulo", default="", help="sólo los módulos con este texto")
    parser.add_argument("--pruebas", nargs="*", help="sólo las de estas carpetas de tests")
    parser.add_argument("--solo", type=int, nargs="*", help="sólo los de estos números")
    parser.add_argument("--segundos", type=float, default=15, help="de pruebas por mutante")
    parser.add_argument(
        "--segundos-al-final",
        type=float,
        default=150,
        help="de pruebas por los que quedan cortados",
    )
    parser.add_argument("--seguir", action="store_true", help="sin los que ya se vieron morir")
    parser.add_argument("--lista", action="store_true", help="sólo decir cuáles serían")
    options = parser.parse_args()
    if not os.nice(0):
        os.nice(10)
    # A shell's background job ignores Ctrl+C, and so would the programs that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    warm_up()

    from tests.herramientas.mutantes.carrera import Resultado, modules, run, sample
    from tests.herramientas.mutantes.mapa import FOLDERS, ROOT, Mapa
    from tests.herramientas.mutantes.vistos import Vistos

    files = {name: file for name, file in modules().items() if options.modulo in name}
    every = enumerate(sample(files, options.n, options.semilla), 1)
    chosen = {at: one for at, one in every if not options.solo or at in options.solo}
    if options.lista:
        print(*chosen.values(), sep="\n")
        return 0
    folder = Path(tempfile.gettempdir()) / f"icsoe-mutantes-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    folders = options.pruebas or list(FOLDERS)
    name = hashlib.sha256("|".join(["bloques", str(ROOT), *folders]).encode()).hexdigest()[:12]
    mapa = Mapa(folder / f"{name}.json", folders)
    mapa.update()
    start, before = time.monotonic(), _processor_s()
    told = os.dup(1)  # a session of pytest may redirect the other

    def report(number: int, result: Resultado) -> None:
        word = result.por or f"VIVE ({result.pruebas} pruebas)"
        if result.cortado:
            word = f"CORTADO ({result.pruebas} pruebas, {result.omitidas} sin correr)"
        os.write(told, f"{number:3} {result.mutante}\n    {word}\n".encode())

    budgets = sorted({options.segundos, max(options.segundos, options.segundos_al_final)})
    vistos = Vistos(folder / f"{name}-vistos.json")
    before_now = vistos.dead(chosen) if options.seguir else {}
    for number, one in before_now.items():
        report(number, one)

    def note(number: int, result: Resultado) -> None:
        vistos.note(result)
        report(number, result)

    left = {at: one for at, one in chosen.items() if at not in before_now}
    results = before_now | run(left, mapa, budgets, note)
    alive = [number for number, one in results.items() if one.por is None and not one.cortado]
    cut = [number for number, one in results.items() if one.cortado]
    killed = len(chosen) - len(alive) - len(cut)
    share = 100 * killed / len(chosen) if chosen else 0.0
    print("Vivos:", *sorted(alive))
    print("Cortados:", *sorted(cut))
    print(
        f"Semilla {options.semilla}: {killed} de {len(chosen)}, {share:.1f} %, "
        f"{time.monotonic() - start:.0f} s, {_processor_s() - before:.0f} s de procesador, "
        f"{len(before_now)} vistos antes."
    )
    return 0


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    raise SystemExit(main())
