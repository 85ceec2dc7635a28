"""The blocks of a module's functions: runs of statements that a test enters together or not.

A probe at the start of each block costs less than a tracer of calls and tells more: a mutant is
tried only with the tests that enter its block.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import importlib.abc
import importlib.machinery
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from tests.herramientas.mutantes.proceso import TreeLoader

PROBE: Final = "__icsoe_block__"
_MAY_LEAVE: Final = (ast.If, ast.For, ast.While, ast.Try, ast.With, ast.Match)


class Blocks:
    """by_statement: its block, for each statement inside of functions.

    A block is named `function@digest.number`, the digest being that of the function.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.by_statement: dict[ast.stmt, str] = {}
        self.firsts: dict[ast.stmt, str] = {}
        self._outside(tree, "")

    def _outside(self, node: ast.Module | ast.ClassDef, prefix: str) -> None:
        for child in node.body:
            if isinstance(child, ast.ClassDef):
                self._outside(child, f"{prefix}{child.name}.")
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                digest = hashlib.sha256(ast.dump(child).encode()).hexdigest()[:8]
                self._next = 0
                self._name = f"{prefix}{child.name}@{digest}"
                self._body(child.body)
            elif isinstance(child, ast.If | ast.Try | ast.With):
                for body in _bodies(child):
                    self._outside(ast.Module(body, []), prefix)

    def _body(self, statements: list[ast.stmt]) -> None:
        # A docstring must stay first.
        statements = statements[_is_docstring(statements[0]) :]
        before: ast.stmt | None = None
        name = ""
        for statement in statements:
            if before is None or isinstance(before, _MAY_LEAVE):
                name = f"{self._name}.{self._next}"
                self._next += 1
                self.firsts[statement] = name
            self.by_statement[statement] = name
            for body in _bodies(statement):
                self._body(body)
            before = statement


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The lists of statements directly inside of it."""
    for _, value in ast.iter_fields(statement):
        for child in value if isinstance(value, list) else []:
            if isinstance(child, ast.ExceptHandler | ast.match_case):
                yield child.body
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


class _Insert(ast.NodeTransformer):
    def __init__(self, firsts: dict[ast.stmt, str], number: Callable[[str], int]) -> None:
        self._firsts = firsts
        self._number = number

    def visit(self, node: ast.AST) -> Any:
        name = self._firsts.get(node) if isinstance(node, ast.stmt) else None
        self.generic_visit(node)
        if name is None:
            return node
        call = ast.Call(ast.Name(PROBE, ast.Load()), [ast.Constant(self._number(name))], [])
        probe = ast.copy_location(ast.Expr(call), node)
        return [ast.fix_missing_locations(probe), node]


def probed(source: str, number: Callable[[str], int]) -> ast.Module:
    """The module with a probe at the start of each block. number: of a block by its name."""
    tree = ast.parse(source)
    _Insert(Blocks(tree).firsts, number).visit(tree)
    return tree


class ProbedFinder(importlib.abc.MetaPathFinder):
    """Imports the product's modules with probes, which report to `entered`."""

    def __init__(self, root: Path, package: str, number: Callable[[str], int]) -> None:
        self._root, self._package, self._number = root, package, number

    def install(self, entered: Callable[[int], object]) -> None:
        setattr(builtins, PROBE, entered)

    def find_spec(
        self, fullname: str, path: object, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(f"{self._package}."):
            return None
        file = self._root.joinpath(*fullname.split(".")).with_suffix(".py")
        if not file.is_file():
            return None
        tree = probed(file.read_text(), lambda name: self._number(f"{fullname}:{name}"))
        loader = TreeLoader(fullname, str(file), tree)
        spec = importlib.machinery.ModuleSpec(fullname, loader, origin=str(file), is_package=False)
        spec.has_location = True
        return spec
