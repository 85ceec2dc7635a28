"""Which tests run which function, and how long each takes: kept outside the repository."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import pytest

from tests.herramientas.mutantes.proceso import OPTIONS, run_pytest

ROOT: Final = Path(__file__).resolve().parents[3]
PRODUCT: Final = str(ROOT / "icsoe_desktop") + "/"
FOLDERS: Final = ("domain", "seguridad", "store", "services", "cli", "gateways")  # of tests
IMPORT: Final = ""  # the function whose name stands for the whole module
MAP_LIMIT_S: Final = 1_800
AT_ONCE: Final = 10  # files


class Mapa:
    """kept: where it lies between runs. folders: of tests, which alone count."""

    def __init__(self, kept: Path, folders: Sequence[str] = FOLDERS) -> None:
        self._file = kept
        self._folders = folders
        # Test file → its digest; its tests → how long each takes, the functions that it enters.
        self._files: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}

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
            found = run_pytest(_trace, part, MAP_LIMIT_S, silent=False)
            if found is None:
                raise SystemExit(f"No terminan sin mutantes: {', '.join(part)}")
            for name in part:
                tests = {test: told for test, told in found.items() if test.startswith(f"{name}::")}
                self._files[name] = {"huella": current[name], "pruebas": tests}
            # A run that is killed goes on from here.
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(self._files))

    def tests_of(self, modulos: set[str], funcion: str) -> dict[str, float]:
        """Test → seconds, of the tests that run this function of one of these modules.

        funcion: IMPORT for the tests that run any function of them.
        """
        wanted = {f"{modulo}:{funcion}" for modulo in modulos}
        return {
            test: told["segundos"]
            for file in self._files.values()
            for test, told in file["pruebas"].items()
            if any(
                (key in wanted) if funcion != IMPORT else (key.partition(":")[0] in modulos)
                for key in told["funciones"]
            )
        }


def _trace(files: list[str]) -> dict[str, Any]:
    trace = _Trace()
    threading.settrace(trace.call)
    sys.settrace(trace.call)
    pytest.main([*OPTIONS, "--tb=no", "--continue-on-collection-errors", *files], [trace])
    sys.settrace(None)
    # What fails without a fault tells nothing.
    return {test: told for test, told in trace.found.items() if test not in trace.failed}


class _Trace:
    """A pytest plugin that notes each function of the product that a test enters."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self.failed: set[str] = set()
        self._keys: dict[CodeType, str | None] = {}
        self._entered: set[str] = set()
        # What a fixture of a whole module entered counts for each test that uses it.
        self._wide: dict[pytest.FixtureDef[Any], set[str]] = {}

    def call(self, frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        try:
            key = self._keys[code]
        except KeyError:
            key = self._keys[code] = _key(code)
        if key is not None:
            self._entered.add(key)

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
        before = set(self._entered)
        self._entered.clear()
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                self._wide[fixturedef] = set(self._entered)
            self._entered |= before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Function) -> Any:
        self._entered.clear()
        start = time.process_time()
        result = yield
        for fixtures in item._fixtureinfo.name2fixturedefs.values():
            for one in fixtures:
                self._entered |= self._wide.get(one, set())
        self.found[item.nodeid] = {
            "segundos": round(time.process_time() - start, 3),
            "funciones": sorted(self._entered),
        }
        return result


def _key(code: CodeType) -> str | None:
    if not code.co_filename.startswith(PRODUCT) or code.co_name == "<module>":
        return None
    path = Path(code.co_filename).relative_to(ROOT).with_suffix("")
    return f"{'.'.join(path.parts)}:{code.co_qualname.partition('.<locals>')[0]}"
