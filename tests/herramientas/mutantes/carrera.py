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

from tests.herramientas.mutantes.mapa import ROOT, Mapa
from tests.herramientas.mutantes.mutaciones import Mutante, block_of, mutants_of, mutate
from tests.herramientas.mutantes.proceso import OPTIONS, MutantFinder, run_pytest
from tests.herramientas.mutantes.sesion import Place, Session, collected, place_of

FOLDERS: Final = ("domain", "services", "store/sincronizacion")
TIEMPO: Final = "(tiempo)"
START_S: Final = 20.0  # imports and collection
FIXTURES_S: Final = 8.0  # of a session, and the first use of anything
SLOWER: Final = 4  # than without a fault
PATIENT: Final = 3  # the second time
EARLY: Final = 12  # tests


@dataclass(frozen=True, slots=True)
class Resultado:
    """por: the test that killed it, or a word; None for a survivor.

    pruebas: how many tests it was tried with. omitidas: how many the budget did not allow.
    """

    mutante: Mutante
    por: str | None
    pruebas: int
    omitidas: int

    @property
    def cortado(self) -> bool:
        """Whether tests that enter its block are still to be tried."""
        return self.por is None and self.omitidas > 0


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
    budgets_s: Sequence[float],
    report: Callable[[int, Resultado], None],
) -> dict[int, Resultado]:
    """What became of each. mutantes: by their number, for `report`.

    budgets_s: how many seconds of tests, as they take without a fault, are tried; each budget
    with those only whom the one before left alive with tests to try.
    """
    results: dict[int, Resultado] = {}
    encargos = [_prepare(number, mutante, mapa) for number, mutante in mutantes.items()]
    cold = [one for one in encargos if one.place is None]
    warm = [one for one in encargos if one.place is not None]

    def note(number: int, found: Resultado) -> None:
        results[number] = found
        report(number, found)

    if warm:
        files = dict.fromkeys(_file_of(test) for encargo in warm for test in encargo.tests)

        def work(session: Session) -> list[tuple[int, str | None, int, int]]:
            _run_warm(session, warm, budgets_s, results, note)
            kept = [(one.number, results[one.number]) for one in warm]
            return [(number, r.por, r.pruebas, r.omitidas) for number, r in kept]

        told = collected(list(files), work, [_NoShrink()])
        if told is None:
            raise SystemExit("Las pruebas no se pudieron juntar.")
        for number, por, pruebas, omitidas in told:
            results[number] = Resultado(mutantes[number], por, pruebas, omitidas)
    for budget_s in budgets_s:
        for encargo in cold:
            if encargo.number not in results or results[encargo.number].cortado:
                alone = _Alone(encargo)
                note(encargo.number, _try(encargo, results, budget_s, alone.kill, alone.passes))
    return results


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
    place: Place | None


def _prepare(number: int, mutante: Mutante, mapa: Mapa) -> Encargo:
    file = modules()[mutante.modulo]
    source = file.read_text()
    tree, place = mutate(source, mutante), None
    tests = {}
    if mutante.funcion:
        tests = mapa.tests_of(mutante.modulo, mutante.funcion, block_of(source, mutante))
        place = place_of(mutante.funcion, source, tree) if tests else None
    # A function that no test enters may have been called at import.
    if not tests:
        tests = mapa.tests_of_modules([mutante.modulo, *_importers(mutante.modulo)])
    return Encargo(number, mutante, file, tree, _in_order(mutante, tests), place)


def _run_warm(
    session: Session,
    encargos: Sequence[Encargo],
    budgets_s: Sequence[float],
    results: Mapping[int, Resultado],
    note: Callable[[int, Resultado], None],
) -> None:
    sound: dict[str, bool] = {}

    def passes(test: str, limit_s: float) -> bool:
        """Whether it does without a fault, where so many tests were collected."""
        if test not in sound:
            found = run_pytest(
                lambda tests: [session.first_failure(dict.fromkeys(tests, limit_s))],
                [test],
                limit_s,
            )
            sound[test] = found == [None]
        return sound[test]

    for budget_s in budgets_s:
        for encargo in encargos:
            if encargo.number in results and not results[encargo.number].cortado:
                continue

            def kill(limits: Mapping[str, float], one: Encargo = encargo) -> str | None:
                known = {test: s for test, s in limits.items() if sound.get(test, True)}
                return _kill_in_session(session, one, known)

            note(encargo.number, _try(encargo, results, budget_s, kill, passes))


def _try(
    encargo: Encargo,
    results: Mapping[int, Resultado],
    budget_s: float,
    kill: Callable[[Mapping[str, float]], str | None],
    passes: Callable[[str, float], bool],
) -> Resultado:
    """What kills it: a test that fails in two processes, the second with more time.

    results: tests that they say were tried are not tried again. passes: whether a test does
    without the fault.
    """
    mutante, before = encargo.mutante, results.get(encargo.number)
    tried = before.pruebas if before else 0
    left = _within(list(encargo.tests.items())[tried:], budget_s)
    tried += len(left)

    def attempt(tests: Mapping[str, float], patience: int) -> str | None:
        limits = {test: patience * (FIXTURES_S + SLOWER * s) for test, s in tests.items()}
        total = patience * (START_S + FIXTURES_S + SLOWER * sum(tests.values()))
        answer = run_pytest(lambda _: [kill(limits)], [], total)
        return TIEMPO if answer is None else answer[0]

    while left:
        por = attempt(left, 1)
        if por is None:
            break
        known = por in left
        again = attempt({por: left[por]} if known else left, PATIENT)
        if again is not None and (
            not known or passes(por, PATIENT * (START_S + SLOWER * left[por]))
        ):
            return Resultado(mutante, por, tried, len(encargo.tests) - tried)
        if not known:
            break
        del left[por]
    return Resultado(mutante, None, tried, len(encargo.tests) - tried)


def _within(tests: Sequence[tuple[str, float]], budget_s: float) -> dict[str, float]:
    """The first of them that take so long together; one at least."""
    chosen: dict[str, float] = {}
    for test, seconds in tests:
        if chosen and sum(chosen.values()) + seconds > budget_s:
            break
        chosen[test] = seconds
    return chosen


def _kill_in_session(session: Session, encargo: Encargo, tests: Mapping[str, float]) -> str | None:
    assert encargo.place is not None
    session.put_in(encargo.mutante.modulo, encargo.file, encargo.tree, encargo.place)
    # A test that is gone since the map was made.
    known = {test: seconds for test, seconds in tests.items() if session.knows(test)}
    return session.first_failure(known) if known else None


def _in_order(mutante: Mutante, tests: Mapping[str, float]) -> dict[str, float]:
    """Those of its own folder first, then of its area; of each the cheapest first."""
    folder = "/".join(mutante.modulo.split(".")[1:-1])
    area = f"/{mutante.modulo.split('.')[2]}/"

    def order(test: str) -> tuple[int, float]:
        near = 0 if test.startswith(f"tests/{folder}/") else 1 if area in test else 2
        return near, tests[test]

    return {test: tests[test] for test in sorted(tests, key=order)}


def _importers(modulo: str) -> Iterator[str]:
    for file in (ROOT / "icsoe_desktop").rglob("*.py"):
        if "gui" not in file.parts and modulo in file.read_text():
            yield _module_name(file)


def _module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class _Alone:
    """A mutant of what runs at import: each try imports and collects anew."""

    def __init__(self, encargo: Encargo) -> None:
        self._encargo = encargo

    def kill(self, limits: Mapping[str, float]) -> str | None:
        one = self._encargo
        sys.meta_path.insert(0, MutantFinder(one.mutante.modulo, one.file, one.tree))
        # Most die at once: the files of the first tests alone are quicker to collect.
        tests = list(limits)
        early = {_file_of(test) for test in tests[:EARLY]}
        for some in (True, False):
            part = [test for test in tests if (_file_of(test) in early) is some]
            por = _first_failure(part) if part else None
            if por is not None:
                return por
        return None

    def passes(self, test: str, limit_s: float) -> bool:
        return bool(run_pytest(lambda _: [_first_failure([test])], [], limit_s) == [None])


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
