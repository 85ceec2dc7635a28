"""Where the time of a benchmark goes: `python -m benchmarks.perfil NOMBRE [--lineas 15]`.

Of a start, the imports of its process that a bare window does not need; of the others, the
functions of every thread of a short run, under cProfile, in CPU time. A benchmark with `alone` runs
only that: our part, without its peers. Prints markdown.
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import importlib
import io
import os
import pstats
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from benchmarks.__main__ import QUICK, names
from benchmarks.arranque import environment_of
from benchmarks.arranque_hijo import PAINTED

ROOT: Final = Path(__file__).resolve().parent.parent
LINES: Final = 15
STARTED: Final = 5
# These measure processes that they start.
STARTS: Final = frozenset({"arranque", "primera_ventana"})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nombre", choices=names())
    parser.add_argument("--lineas", type=int, default=LINES)
    options = parser.parse_args()
    of = profile_of_start if options.nombre in STARTS else profile_of
    sys.stdout.write(of(options.nombre, options.lineas))
    return 0


def profile_of(name: str, count: int = LINES) -> str:
    """The functions of a short run of the benchmark that took longest by themselves."""
    profiles: list[cProfile.Profile] = []

    def begin(*_event: object) -> None:
        # Each thread has a profiler of its own.
        own = cProfile.Profile(time.thread_time)  # waiting costs nothing
        profiles.append(own)
        own.enable()

    module = importlib.import_module(f"benchmarks.{name}")
    words = list(QUICK.get(name, ()))
    sys.argv = [f"benchmarks.{name}", *words]

    def whole() -> object:
        return module.main(*([words] if _takes_words(module.main) else []))

    alone = getattr(module, "alone", lambda: contextlib.nullcontext(whole))
    with contextlib.redirect_stdout(io.StringIO()), alone() as work:
        threading.setprofile(begin)
        begin()
        try:
            work()
        finally:
            threading.setprofile(None)
            sys.setprofile(None)
    stats = pstats.Stats(*profiles)
    found: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = stats.stats  # type: ignore[attr-defined]
    longest = sorted(found.items(), key=lambda item: -item[1][2])[:count]
    lines = ["| s propios | s con lo que llama | veces | función |", "|---|---|---|---|"]
    for (path, line, function), (_, calls, own, below, _callers) in longest:
        lines.append(f"| {own:.2f} | {below:.2f} | {calls:,} | {_place(path, line, function)} |")
    return "\n".join(lines) + "\n"


def _takes_words(function: Any) -> bool:
    return bool(function.__code__.co_argcount)


def _place(path: str, line: int, function: str) -> str:
    if path == "~":
        return f"`{function}`"
    parts = Path(path).parts
    if "site-packages" in parts:
        shown = "/".join(parts[parts.index("site-packages") + 1 :])
    else:
        shown = os.path.relpath(path, ROOT) if path.startswith(str(ROOT)) else Path(path).name
    return f"`{shown}:{line} {function}`"


def profile_of_start(_name: str, count: int = LINES) -> str:
    """Milliseconds that each package's imports take until the user can type, by `importtime`."""
    with tempfile.TemporaryDirectory(prefix="icsoe-perfil-") as name:
        environment = environment_of(Path(name))
        bare = {
            module for part in _imports(["desnuda"], environment) for module in part
        }  # compiles, too
        runs = [_imports(["programa", "lista"], environment) for _ in range(STARTED + 1)]
    # The first run compiles; every other one may have been interrupted. The least is its own time.
    own: list[Counter[str]] = [Counter(), Counter()]
    for at, found in enumerate(own):
        for module in runs[-1][at].keys() - bare:
            depth = 3 if module.startswith("icsoe_desktop.") else 1
            package = ".".join(module.split(".")[:depth])
            found[package] += min(one[at][module] for one in runs if module in one[at])
    before, after = own
    lines = ["| ms de importar hasta pintar | … hasta poder escribir | paquete |", "|---|---|---|"]
    for package, _us in (before + after).most_common(count):
        lines.append(
            f"| {before[package] / 1000:.1f} | {after[package] / 1000:.1f} | `{package}` |"
        )
    return "\n".join(lines) + "\n"


def _imports(
    words: list[str], environment: dict[str, str]
) -> tuple[dict[str, int], dict[str, int]]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "benchmarks.arranque_hijo", *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    before, _, after = done.stderr.partition(f"\n{PAINTED}\n")
    return imports_in(before), imports_in(after)


def imports_in(said: str) -> dict[str, int]:
    """Microseconds of each module without those that it imports."""
    found = {}
    for line in said.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if line.startswith("import time:") and parts[0].strip().isdigit():
            found[parts[2].strip()] = int(parts[0])
    return found


if __name__ == "__main__":
    raise SystemExit(main())
