"""Which tests enter which blocks, and how long each takes: kept outside the repository."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from tests.herramientas.mutantes.bloques import ProbedFinder
from tests.herramientas.mutantes.proceso import OPTIONS, run_pytest

ROOT: Final = Path(__file__).resolve().parents[3]
PACKAGE: Final = "icsoe_desktop"
FOLDERS: Final = ("domain", "seguridad", "store", "services", "cli", "gateways")  # of tests
MAP_LIMIT_S: Final = 1_800
AT_ONCE: Final = 20  # files


class Mapa:
    """kept: where it lies between runs. folders: of tests, which alone count."""

    def __init__(self, kept: Path, folders: Sequence[str] = FOLDERS) -> None:
        self._file = kept
        self._folders = folders
        # Test file → its digest; its tests → how long each takes, the blocks that it enters.
        self._files: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}
        self._by_module: dict[str, dict[str, set[str]]] = {}
        self._seconds: dict[str, float] = {}

    def update(self) -> None:
        """Run the test files that are new or were changed since the last time."""
        current = {
            str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest()
            for folder in self._folders
            for file in sorted((ROOT / "tests" / folder).rglob("test_*.py"))
        }
        self._files = {name: told for name, told in self._files.items() if name in current}
        stale = [
            name
            for name, digest in current.items()
            if self._files.get(name, {}).get("huella") != digest
        ]
        for start in range(0, len(stale), AT_ONCE):
            part = stale[start : start + AT_ONCE]
            print(f"Mapa: archivos de pruebas {start + 1}… de {len(stale)}.", flush=True)
            found = run_pytest(_probe, part, MAP_LIMIT_S, silent=False)
            if found is None:
                raise SystemExit(f"No terminan sin mutantes: {', '.join(part)}")
            for name in part:
                tests = {test: told for test, told in found.items() if test.startswith(f"{name}::")}
                self._files[name] = {"huella": current[name], "pruebas": tests}
            # A run that is killed goes on from here.
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(self._files))
        self._index()

    def _index(self) -> None:
        by_module: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for file in self._files.values():
            for test, told in file["pruebas"].items():
                self._seconds[test] = told["segundos"]
                for name in told["bloques"]:
                    by_module[name.partition(":")[0]][test].add(name.partition(":")[2])
        self._by_module = by_module

    def tests_of(self, modulo: str, funcion: str, bloque: str | None) -> dict[str, float]:
        """Test → seconds, of the tests that enter this block.

        bloque: its name, or None for the whole function. A test that entered the function when it
        was another one counts as well: the map does not follow the product.
        """
        digest = bloque.rpartition(".")[0] if bloque else ""
        found = {}
        for test, entered in self._by_module.get(modulo, {}).items():
            of_function = {name for name in entered if name.startswith(f"{funcion}@")}
            known = bloque is not None and any(
                name.rpartition(".")[0] == digest for name in of_function
            )
            if bloque in of_function if known else of_function:
                found[test] = self._seconds[test]
        return found

    def tests_of_modules(self, modulos: Iterable[str]) -> dict[str, float]:
        """Test → seconds, of the tests that enter any function of one of these modules."""
        return {
            test: self._seconds[test]
            for modulo in modulos
            for test in self._by_module.get(modulo, {})
        }


def _probe(files: list[str]) -> dict[str, Any]:
    names: dict[str, int] = {}
    finder = ProbedFinder(ROOT, PACKAGE, lambda name: names.setdefault(name, len(names)))
    entered: set[int] = set()
    finder.install(entered.add)
    sys.meta_path.insert(0, finder)
    plugin = _Probed(entered)
    pytest.main([*OPTIONS, "--tb=no", "--continue-on-collection-errors", *files], [plugin])
    by_number = list(names)
    # What fails without a fault tells nothing.
    return {
        test: {"segundos": seconds, "bloques": sorted(by_number[at] for at in numbers)}
        for test, (seconds, numbers) in plugin.found.items()
        if test not in plugin.failed
    }


class _Probed:
    """A pytest plugin that notes each block of the product that a test enters."""

    def __init__(self, entered: set[int]) -> None:
        self.found: dict[str, tuple[float, frozenset[int]]] = {}
        self.failed: set[str] = set()
        self._entered = entered
        # What a fixture of a whole module entered counts for each test that uses it.
        self._wide: dict[pytest.FixtureDef[Any], frozenset[int]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # The real sync server is another process, slow to start.
        items[:] = [
            item
            for item in items
            if not any("kinto" in name for name in getattr(item, "fixturenames", ()))
        ]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Any:
        before = frozenset(self._entered)
        self._entered.clear()
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                self._wide[fixturedef] = frozenset(self._entered)
            self._entered |= before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Function) -> Any:
        self._entered.clear()
        start = time.process_time()
        result = yield
        for fixtures in item._fixtureinfo.name2fixturedefs.values():
            for one in fixtures:
                self._entered |= self._wide.get(one, frozenset())
        seconds = round(time.process_time() - start, 3)
        self.found[item.nodeid] = seconds, frozenset(self._entered)
        return result
