"""One pytest session with every test collected, forked for each mutant of a function.

A fork starts with all imported, so a mutant costs little more than the tests that it fails. What
runs at import needs a process of its own: carrera.py.
"""

from __future__ import annotations

import ast
import functools
import gc
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from tests.herramientas.mutantes.proceso import (
    OPTIONS,
    MutantFinder,
    limit_processor,
    run_pytest,
)

Place = tuple[str, int]  # qualified name, first line


class Session:
    """A pytest plugin: collects, then lets `work` run tests in forks instead of running them."""

    def __init__(self, work: Callable[[Session], Any]) -> None:
        self._work = work
        self._items: dict[str, pytest.Item] = {}
        self._functions: dict[tuple[str, str, int], list[FunctionType]] = {}
        self._caches: list[functools._lru_cache_wrapper[Any]] = []
        self._por: str | None = None
        self.answer: Any = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        # Whoever froze what is here so far hid it from `get_objects`.
        gc.unfreeze()
        for one in gc.get_objects():
            if isinstance(one, FunctionType):
                code = one.__code__
                at = (code.co_filename, code.co_qualname, code.co_firstlineno)
                self._functions.setdefault(at, []).append(one)
            elif isinstance(one, functools._lru_cache_wrapper):
                self._caches.append(one)
        # A fork copies each page that it touches: its own collections should leave these alone.
        gc.freeze()
        self.answer = self._work(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self._por is None:
            self._por = report.nodeid

    def knows(self, test: str) -> bool:
        return test in self._items

    def put_in(self, module: str, file: Path, tree: ast.Module, place: Place) -> None:
        """Give the live function the fault, or the module once it is imported: for a fork."""
        sys.meta_path.insert(0, MutantFinder(module, file, tree))
        code = dict(_functions(compile(tree, str(file), "exec", dont_inherit=True)))[place]
        live = self._functions.get((str(file), *place), [])
        assert live or module not in sys.modules, "a fault without effect"
        for one in live:
            one.__code__ = code
        # They may hold what the function answered while the tests were collected.
        for cache in self._caches:
            cache.cache_clear()

    def first_failure(self, tests: Mapping[str, float]) -> str | None:
        """In this process: for a fork. tests: each with the seconds of processor it may take."""
        items = [self._items[test] for test in tests]
        factory = items[0].config._tmp_path_factory  # type: ignore[attr-defined]
        with tempfile.TemporaryDirectory(dir=_temp_root()) as folder:
            factory._given_basetemp = Path(folder) / "mutante"
            factory._basetemp = None
            for item, following in zip(items, [*items[1:], None], strict=True):
                limit_processor(tests[item.nodeid])
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self._por is not None:
                    return self._por
        return None


def collected(files: Sequence[str], work: Callable[[Session], Any], plugins: list[object]) -> Any:
    """What `work` returned in a fork in which these test files are collected."""

    def run(names: list[str]) -> Any:
        session = Session(work)
        pytest.main([*OPTIONS, "-s", "--tb=no", *names], [session, *plugins])
        return session.answer

    return run_pytest(run, list(files), None, silent=False)


def place_of(funcion: str, source: str, tree: ast.Module) -> Place | None:
    """The outermost function whose code alone the fault changes; None if there is none."""
    before = dict(_functions(compile(source, "", "exec", dont_inherit=True)))
    after = dict(_functions(compile(tree, "", "exec", dont_inherit=True)))
    changed = [place for place, code in before.items() if after.get(place) != code]
    match changed:
        # Closures of a live function cannot change their number.
        case [(name, line)] if name == funcion:
            place = name, line
            return place if after[place].co_freevars == before[place].co_freevars else None
    return None


def _functions(code: CodeType) -> Iterator[tuple[Place, CodeType]]:
    """The functions of a module and of its classes, without those inside of functions."""
    for one in code.co_consts:
        if not isinstance(one, CodeType):
            continue
        if one.co_flags & 0x2:  # CO_NEWLOCALS: no class body
            yield (one.co_qualname, one.co_firstlineno), one
        else:
            yield from _functions(one)


def _temp_root() -> Path | None:
    root = Path("/dev/shm")
    return root if root.is_dir() else None
