"""One mutant against the tests that run its function, the quickest of its own area first."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from hypothesis import Phase, settings

from tests.herramientas.mutantes.mapa import IMPORT, ROOT, Mapa
from tests.herramientas.mutantes.mutaciones import Mutante, mutants_of, mutate
from tests.herramientas.mutantes.proceso import OPTIONS, MutantFinder, TooSlow, run_pytest

FOLDERS: Final = ("domain", "services", "store/sincronizacion")
START_S: Final = 20.0  # imports and collection
EARLY: Final = 12  # tests


@dataclass(frozen=True, slots=True)
class Resultado:
    """por: the test that killed it, or a word; None for a survivor.

    pruebas: how many ran at most. omitidas: how many the time did not allow.
    """

    mutante: Mutante
    por: str | None
    pruebas: int
    omitidas: int


def modules() -> dict[str, Path]:
    """Module → its file, of all that may be mutated."""
    found = {}
    for folder in FOLDERS:
        for file in sorted((ROOT / "icsoe_desktop" / folder).rglob("*.py")):
            found[_module_name(file)] = file
    return found


def sample(files: dict[str, Path], amount: int, seed: int) -> list[Mutante]:
    """The same for the same seed: one of each module, then a second of each, until enough.

    A change of the code replaces only the mutants of what it touches.
    """
    queues = []
    for modulo, file in sorted(files.items(), key=lambda one: _lot(seed, one[0])):
        queues.append(_shuffled(mutants_of(modulo, file.read_text()), seed))
    rounds = max((len(queue) for queue in queues), default=0)
    every = [queue[at] for at in range(rounds) for queue in queues if at < len(queue)]
    return every[:amount]


def _shuffled(mutantes: list[Mutante], seed: int) -> list[Mutante]:
    alike: Counter[tuple[str, ...]] = Counter()
    lots = {}
    for one in mutantes:
        # Its line and its place change with the lines above it.
        name = (one.modulo, one.funcion, one.regla, one.antes, one.despues)
        alike[name] += 1
        lots[_lot(seed, *name, str(alike[name]))] = one
    return [lots[lot] for lot in sorted(lots)]


def _lot(seed: int, *name: str) -> str:
    return hashlib.sha256("\0".join([str(seed), *name]).encode()).hexdigest()


def run(mutante: Mutante, mapa: Mapa, budget_s: float) -> Resultado:
    """budget_s: how many seconds of tests, as they take without a fault, are tried."""
    chosen, left_out = _choose(mutante, mapa, budget_s)
    if not chosen:
        return Resultado(mutante, None, 0, left_out)
    file = modules()[mutante.modulo]
    tree = mutate(file.read_text(), mutante)

    def work(tests: list[str]) -> str | None:
        return _kill(mutante.modulo, file, tree, tests)

    limit = START_S + 3 * sum(chosen.values())
    try:
        answer = run_pytest(lambda tests: [work(tests)], list(chosen), limit)
    except TooSlow:
        return Resultado(mutante, None, 0, len(chosen) + left_out)
    por = "(tiempo)" if answer is None else answer[0]
    return Resultado(mutante, por, len(chosen), left_out)


def _choose(mutante: Mutante, mapa: Mapa, budget_s: float) -> tuple[dict[str, float], int]:
    tests = mapa.tests_of({mutante.modulo}, mutante.funcion or IMPORT)
    # A function that no test enters may have been called at import.
    if not mutante.funcion or not tests:
        tests |= mapa.tests_of({mutante.modulo}, IMPORT)
        tests |= mapa.tests_of(set(_importers(mutante.modulo)), IMPORT)
    folder = "/".join(mutante.modulo.split(".")[1:-1])
    area = f"/{mutante.modulo.split('.')[2]}/"

    def order(test: str) -> tuple[int, float]:
        near = 0 if test.startswith(f"tests/{folder}/") else 1 if area in test else 2
        return near, tests[test]

    chosen: dict[str, float] = {}
    spent = 0.0
    for test in sorted(tests, key=order):
        if not chosen or spent + tests[test] <= budget_s:
            chosen[test] = tests[test]
            spent += tests[test]
    return chosen, len(tests) - len(chosen)


def _importers(modulo: str) -> Iterator[str]:
    for file in (ROOT / "icsoe_desktop").rglob("*.py"):
        if "gui" not in file.parts and modulo in file.read_text():
            yield _module_name(file)


def _module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _kill(modulo: str, file: Path, tree: ast.Module, tests: list[str]) -> str | None:
    """The test that fails with this fault, twice; None when all pass."""
    sys.meta_path.insert(0, MutantFinder(modulo, file, tree))
    # Most die at once: the files of the first tests alone are quicker to collect.
    early = {_file_of(test) for test in tests[:EARLY]}
    for some in (True, False):
        part = [test for test in tests if (_file_of(test) in early) is some]
        while part:
            por = _first_failure(part)
            if por is None:
                break
            # What fails once may have failed because the machine was busy.
            if por not in part or _first_failure([por]):
                return por
            part = [test for test in part if test != por]
    return None


def _first_failure(tests: list[str]) -> str | None:
    killer = _Killer(tests)
    files = dict.fromkeys(map(_file_of, tests))
    code = pytest.main([*OPTIONS, "-x", "--tb=no", *files], [killer])
    return None if code == 0 else killer.por or f"(pytest {int(code)})"


def _file_of(test: str) -> str:
    return test.partition("::")[0]


class _Killer:
    """A pytest plugin: only the chosen tests, in their order; notes the first that fails."""

    def __init__(self, tests: Iterable[str]) -> None:
        self._order = {test: at for at, test in enumerate(tests)}
        self.por: str | None = None

    def pytest_sessionstart(self) -> None:
        # A smaller example of the failure helps nobody here, and takes minutes.
        settings.register_profile(
            "mutantes",
            settings.get_profile("iguales"),
            phases=(Phase.explicit, Phase.generate),
        )
        settings.load_profile("mutantes")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        kept = [item for item in items if item.nodeid in self._order]
        items[:] = sorted(kept, key=lambda item: self._order[item.nodeid])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.por is None:
            self.por = report.nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.por is None:
            self.por = report.nodeid
