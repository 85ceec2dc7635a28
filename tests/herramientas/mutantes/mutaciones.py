"""The faults that can be put into a module: every one of them, in the order of its source."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.herramientas.mutantes.bloques import Blocks

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
# Its other side is its negation: negating the condition as well would be the same mutant.
_OPPOSITES: Final = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
_ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_BUILTINS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
# Only for the eye, or only a check of types.
_KEPT_KEYWORDS: Final = {"repr", "strict", "width", "ancho"}
_KEPT_FUNCTIONS: Final = {"__repr__"}
_UNITS: Final = {1024}
# How much at once: only how quick it is.
_QUICKNESS: Final = re.compile(r"_?(?:\w+_AT_ONCE|REPORT_EVERY(?:_\w+)?|BATCH)")
_LOGGERS: Final = {"logger", "log"}


@dataclass(frozen=True, slots=True)
class Mutante:
    """One fault. funcion: its qualified name, empty for what runs at import.

    sitio: its place among the mutants of the module.
    """

    modulo: str
    funcion: str
    linea: int
    regla: str
    antes: str
    despues: str
    sitio: int

    def __str__(self) -> str:
        where = f"{self.modulo}:{self.linea} {self.funcion or '(módulo)'}"
        return f"{where} [{self.regla}] {self.antes} → {self.despues}"


@dataclass(frozen=True, slots=True)
class _Site:
    parent: ast.AST
    campo: str
    at: int | None
    nuevo: ast.AST
    regla: str
    funcion: str
    linea: int
    statement: ast.stmt | None

    @property
    def viejo(self) -> ast.AST:
        value = getattr(self.parent, self.campo)
        found: ast.AST = value if self.at is None else value[self.at]
        return found

    def apply(self) -> None:
        if self.at is None:
            setattr(self.parent, self.campo, self.nuevo)
        else:
            getattr(self.parent, self.campo)[self.at] = self.nuevo


def mutants_of(modulo: str, source: str) -> list[Mutante]:
    tree = ast.parse(source)
    return [
        Mutante(
            modulo,
            site.funcion,
            site.linea,
            site.regla,
            _text(site.viejo),
            _text(site.nuevo),
            number,
        )
        for number, site in enumerate(_Finder().sites(tree))
    ]


def mutate(source: str, mutante: Mutante) -> ast.Module:
    """The tree of the module with this fault in it."""
    tree = ast.parse(source)
    for number, site in enumerate(list(_Finder().sites(tree))):
        if number == mutante.sitio:
            site.apply()
            return ast.fix_missing_locations(tree)
    raise LookupError(mutante)


def block_of(source: str, mutante: Mutante) -> str | None:
    """The name of its block; None for what no block of a function holds: defaults of arguments."""
    tree = ast.parse(source)
    blocks = Blocks(tree).by_statement
    site = list(_Finder().sites(tree))[mutante.sitio]
    return blocks.get(site.statement) if site.statement else None


def _is_report(node: ast.AST) -> bool:
    """How far the work is, for the eye. That it is said matters: there it can be cancelled."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="progress")))):
            return True
    return False


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.cmpop | ast.operator | ast.boolop):
        return type(node).__name__
    return " ".join(ast.unparse(node).split())[:100]


@dataclass
class _Finder:
    funcion: list[str] = field(default_factory=list)
    inside: int = 0  # functions around this place
    linea: int = 0
    statement: ast.stmt | None = None  # the innermost one around this place

    def sites(self, node: ast.AST) -> Iterator[_Site]:
        for campo, value in ast.iter_fields(node):
            if campo in ("annotation", "returns", "decorator_list", "type_comment"):
                continue
            children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for at, child in children:
                if isinstance(child, ast.AST) and not self._skipped(child):
                    self.linea = getattr(child, "lineno", self.linea)
                    linea = self.linea
                    around = self.statement
                    if isinstance(child, ast.stmt):
                        self.statement = child
                    for regla, nuevo in self._replacements(node, campo, child):
                        name = ".".join(self.funcion)
                        yield _Site(
                            node,
                            campo,
                            at,
                            nuevo,
                            regla,
                            name if self.inside else "",
                            linea,
                            self.statement,
                        )
                    if not _is_report(child):
                        yield from self._below(child)
                    self.statement = around

    def _below(self, child: ast.AST) -> Iterator[_Site]:
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from self.sites(child)
            return
        function = not isinstance(child, ast.ClassDef)
        # What stands inside a function counts as that function.
        named = not self.inside
        if named:
            self.funcion.append(child.name)
        self.inside += function
        yield from self.sites(child)
        self.inside -= function
        if named:
            self.funcion.pop()

    def _skipped(self, node: ast.AST) -> bool:
        match node:
            case ast.Expr(value=ast.Constant()):  # a docstring
                return True
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                return _QUICKNESS.fullmatch(name) is not None
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
                return name in _LOGGERS
            case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
                return True
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                return True
            case ast.FunctionDef(name=name):
                return name in _KEPT_FUNCTIONS
            case ast.ClassDef(bases=bases):
                return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in bases)
            case ast.keyword(arg=name):
                return name in _KEPT_KEYWORDS
            case ast.Call(func=ast.Name(id="TypeVar" | "NewType" | "cast")):
                return True
        return False

    def _replacements(
        self, parent: ast.AST, campo: str, node: ast.AST
    ) -> Iterator[tuple[str, ast.AST]]:
        match node:
            case ast.cmpop():
                if type(node) in _COMPARISONS:
                    yield "comparación", _COMPARISONS[type(node)]()
            case ast.And() | ast.Or():
                yield "y/o", ast.Or() if isinstance(node, ast.And) else ast.And()
            case ast.operator() if type(node) in _ARITHMETIC and self._is_arithmetic(parent, node):
                yield "aritmética", _ARITHMETIC[type(node)]()
            case ast.Constant(value=bool(value)):
                yield "constante", ast.Constant(not value)
            case ast.Constant(value=int(value)) if value not in _UNITS:
                yield "constante", ast.Constant(value + 1)
                yield "constante", ast.Constant(value - 1)
            case ast.Name(id=name) if isinstance(parent, ast.Call) and campo == "func":
                if name in _BUILTINS:
                    yield "min/max", ast.Name(_BUILTINS[name], ast.Load())
            case ast.Raise():
                yield "sin error", ast.Pass()
            case ast.Expr(value=ast.Call()):
                yield "sin llamada", ast.Pass()
            case ast.If(body=[ast.Return() | ast.Continue() | ast.Break()], orelse=[]):
                yield "sin guarda", ast.Pass()
            case ast.Return(value=ast.expr() as value):
                # None counts as False.
                if not (isinstance(value, ast.Constant) and value.value in (None, False)):
                    yield "sin resultado", ast.Return(ast.Constant(None))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield "sin not", copy.deepcopy(operand)
        if self._is_condition(parent, campo) and not self._has_opposite(node):
            yield "condición", ast.UnaryOp(ast.Not(), copy.deepcopy(node))

    def _is_arithmetic(self, parent: ast.AST, node: ast.AST) -> bool:
        """Not `text + text`, which any test sees, nor `type | type`."""
        if isinstance(node, ast.BitOr) and not self.inside:
            return False
        sides = [getattr(parent, side, None) for side in ("left", "right", "value")]
        return not any(
            isinstance(side, ast.JoinedStr)
            or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes | None))
            or (isinstance(side, ast.Name) and side.id[:1].isupper() and side.id[1:2].islower())
            for side in sides
        )

    def _is_condition(self, parent: ast.AST, campo: str) -> bool:
        if campo == "test":
            return isinstance(parent, ast.If | ast.While | ast.IfExp)
        if campo == "ifs":
            return isinstance(parent, ast.comprehension)
        return campo == "guard"

    def _has_opposite(self, node: ast.AST) -> bool:
        match node:
            case ast.Constant() | ast.UnaryOp(op=ast.Not()):
                return True
            case ast.Compare(ops=[op]):
                return isinstance(op, _OPPOSITES)
        return False
