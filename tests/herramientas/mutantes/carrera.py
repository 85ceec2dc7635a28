"""Mutants against the tests that run their functions, the quickest of their own area first."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from hypothesis import Phase, settings

from tests.herramientas.mutantes.mapa import IMPORT, ROOT, Mapa
from tests.herramientas.mutantes.mutaciones import Mutante, mutants_of, mutate
from tests.herramientas.mutantes.proceso import OPTIONS, MutantFinder, TooSlow, run_pytest
from tests.herramientas.mutantes.sesion import Place, Session, collected, place_of

FOLDERS: Final = ("domain", "services", "store/sincronizacion")
START_S: Final = 20.0  # imports and collection
WARM_START_S: Final = 8.0  # fixtures of a session
ALONE_S: Final = 60.0  # one test
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


def run(
    mutantes: Mapping[int, Mutante],
    mapa: Mapa,
    budget_s: float,
    report: Callable[[int, Resultado], None],
) -> int:
    """How many were killed. mutantes: by their number, for `report`.

    budget_s: how many seconds of tests, as they take without a fault, are tried.
    """
    killed, warm = 0, []
    for number, mutante in mutantes.items():
        encargo = _prepare(number, mutante, mapa, budget_s)
        if encargo.place is not None:
            warm.append(encargo)
            continue

        def kill(tests: list[str], one: Encargo = encargo) -> str | None:
            return _kill_at_import(one, tests)

        resultado = _try(encargo, START_S, kill, _passes_alone)
        report(number, resultado)
        killed += resultado.por is not None
    if not warm:
        return killed
    files = dict.fromkeys(_file_of(test) for encargo in warm for test in encargo.tests)
    more = collected(list(files), lambda session: _run_warm(session, warm, report), [_NoShrink()])
    if more is None:
        raise SystemExit("Las pruebas no se pudieron juntar.")
    return killed + int(more)


@dataclass(frozen=True, slots=True)
class Encargo:
    """A mutant and its tests: each with its seconds, in their order.

    place: of the function whose code alone it changes, if there is one.
    """

    number: int
    mutante: Mutante
    file: Path
    tree: ast.Module
    tests: dict[str, float]
    omitidas: int
    place: Place | None


def _prepare(number: int, mutante: Mutante, mapa: Mapa, budget_s: float) -> Encargo:
    chosen, left_out = _choose(mutante, mapa, budget_s)
    file = modules()[mutante.modulo]
    source = file.read_text()
    tree = mutate(source, mutante)
    place = place_of(mutante.funcion, source, tree) if mutante.funcion and chosen else None
    return Encargo(number, mutante, file, tree, chosen, left_out, place)


def _run_warm(
    session: Session, encargos: Sequence[Encargo], report: Callable[[int, Resultado], None]
) -> int:
    killed = 0
    sound: dict[str, bool] = {}

    def passes(test: str) -> bool:
        """Whether it does without a fault, where so many tests were collected."""
        if test not in sound:
            found = run_pytest(lambda tests: [session.first_failure(tests)], [test], ALONE_S)
            sound[test] = found == [None]
        return sound[test]

    for encargo in encargos:

        def kill(tests: list[str], one: Encargo = encargo) -> str | None:
            return _kill_in_session(session, one, [each for each in tests if sound.get(each, True)])

        resultado = _try(encargo, WARM_START_S, kill, passes)
        report(encargo.number, resultado)
        killed += resultado.por is not None
    return killed


def _try(
    encargo: Encargo,
    start_s: float,
    kill: Callable[[list[str]], str | None],
    passes: Callable[[str], bool],
) -> Resultado:
    """What kills it: a test that fails in two processes, for the machine may have been busy once.

    passes: whether a test does without the fault.
    """
    mutante, left = encargo.mutante, dict(encargo.tests)
    while left:
        limit = start_s + 3 * sum(left.values())
        try:
            answer = run_pytest(lambda tests: [kill(tests)], list(left), limit)
            if answer is None:
                return Resultado(mutante, "(tiempo)", len(encargo.tests), encargo.omitidas)
            (por,) = answer
            if por is None:
                break
            again = run_pytest(lambda tests: [kill(tests)], [por], limit) if por in left else [por]
        except TooSlow:
            return Resultado(mutante, None, 0, len(encargo.tests) + encargo.omitidas)
        if again != [None] and (por not in left or passes(por)):
            return Resultado(mutante, por, len(encargo.tests), encargo.omitidas)
        del left[por]
    return Resultado(mutante, None, len(encargo.tests), encargo.omitidas)


def _passes_alone(test: str) -> bool:
    return bool(run_pytest(lambda tests: [_first_failure(tests)], [test], ALONE_S) == [None])


def _kill_in_session(session: Session, encargo: Encargo, tests: list[str]) -> str | None:
    assert encargo.place is not None
    session.put_in(encargo.mutante.modulo, encargo.file, encargo.tree, encargo.place)
    # A test that is gone since the map was made.
    known = [test for test in tests if session.knows(test)]
    return session.first_failure(known) if known else None


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


def _kill_at_import(encargo: Encargo, tests: list[str]) -> str | None:
    """The first test that fails with this fault; None when all pass."""
    sys.meta_path.insert(0, MutantFinder(encargo.mutante.modulo, encargo.file, encargo.tree))
    # Most die at once: the files of the first tests alone are quicker to collect.
    early = {_file_of(test) for test in tests[:EARLY]}
    for some in (True, False):
        part = [test for test in tests if (_file_of(test) in early) is some]
        por = _first_failure(part) if part else None
        if por is not None:
            return por
    return None


def _first_failure(tests: list[str]) -> str | None:
    killer = _Killer(tests)
    files = dict.fromkeys(map(_file_of, tests))
    code = pytest.main([*OPTIONS, "-x", "--tb=no", *files], [killer])
    return None if code == 0 else killer.por or f"(pytest {int(code)})"


def _file_of(test: str) -> str:
    return test.partition("::")[0]


class _NoShrink:
    """A pytest plugin: a smaller example of a failure helps nobody here, and takes minutes."""

    def pytest_sessionstart(self) -> None:
        settings.register_profile(
            "mutantes",
            settings.get_profile("iguales"),
            phases=(Phase.explicit, Phase.generate),
        )
        settings.load_profile("mutantes")


class _Killer(_NoShrink):
    """A pytest plugin: only the chosen tests, in their order; notes the first that fails."""

    def __init__(self, tests: Iterable[str]) -> None:
        self._order = {test: at for at, test in enumerate(tests)}
        self.por: str | None = None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        kept = [item for item in items if item.nodeid in self._order]
        items[:] = sorted(kept, key=lambda item: self._order[item.nodeid])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.por is None:
            self.por = report.nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.por is None:
            self.por = report.nodeid
