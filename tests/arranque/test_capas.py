"""The arrows between the layers, read from the syntax tree of every file, once.

gui, cli → services → store, gateways → seguridad → domain. arranque and __main__ see all;
errors, jobs, redaction, regular_file and paths are open to whom MAY_IMPORT names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = "icsoe_desktop"
SOURCES = ROOT / PACKAGE

SEES_ALL = {"arranque", "__main__"}
OPEN_TO_ALL = {"errors", "jobs", "redaction", "regular_file", "version", "__init__"}
MAY_IMPORT = {
    "domain": set[str](),
    "seguridad": {"domain"},
    "store": {"seguridad", "domain"},
    "gateways": {"seguridad", "domain"},
    "services": {"store", "gateways", "seguridad", "domain"},
    "gui": {"services", "domain", "paths"},
    "cli": {"services", "domain"},
    "paths": set[str](),
    "logs": set[str](),
    "errors": set[str](),
    "jobs": set[str](),
    "redaction": set[str](),
    "regular_file": set[str](),
    "version": set[str](),
    "__init__": set[str](),
}
EXCEPTIONS = {
    # `certificado verificar` judges files without store or login: no service stands between.
    ("cli.certificado", "gateways"),
    # Nor does `servidor verificar` need any: its administrator may have no data of ours.
    ("cli.servidor", "gateways"),
    # A command that needs the store opens it as the windows do: with everything built.
    ("cli.capturistas", "arranque"),
    ("cli.capturistas", "paths"),
    ("cli.datos", "arranque"),
    ("cli.datos", "paths"),
    ("cli.respaldo", "arranque"),
    ("cli.respaldo", "paths"),
    # The rows of the store come when they are named, from modules of their own package.
    ("store.tables.__init__", "*computed*"),
    # The registries of windows and pages name their modules; a test below reads those names.
    ("gui.base.shell", "*computed*"),
    ("gui.icsoe.paginas", "*computed*"),
}

DOMAIN_MAY_NOT_IMPORT = {
    "PySide6",
    "alembic",
    "glob",
    "io",
    "keyring",
    "openpyxl",
    "os",
    "pathlib",
    "requests",
    "shutil",
    "smtplib",
    "socket",
    "sqlalchemy",
    "sqlcipher3",
    "sqlite3",
    "subprocess",
    "tempfile",
    "time",
    "urllib",
}
ASKS_THE_CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today")} | {
    ("date", "today")
}


def sources() -> dict[str, Path]:
    """Dotted name inside the package → file; generated forms have no layer of their own."""
    found = {}
    for path in sorted(SOURCES.rglob("*.py")):
        parts = path.relative_to(SOURCES).with_suffix("").parts
        if parts[-1].startswith("ui_"):
            continue
        found[".".join(parts)] = path
    return found


MODULES = sources()


def layer_of(module: str) -> str:
    """The layer of a dotted name inside the package: its folder, or the module itself."""
    return module.split(".")[0]


SQL = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|ATTACH|DETACH|VACUUM|WITH)\s"
)
SQLALCHEMY_TEXT = re.compile(r"sqlalchemy(\.\w+)*\.(text|literal_column)")
RUNS_SQL = {"execute", "executemany", "executescript", "exec_driver_sql"}


def _runs_sql(called: str) -> bool:
    return SQLALCHEMY_TEXT.fullmatch(called) is not None or called.split(".")[-1] in RUNS_SQL


@dataclass
class Facts:
    """What the rules ask of a module.

    imports: every full dotted name, in functions and for types only too; `*computed*` for a name
    that is made at run time. calls: the dotted names that are called. sql: SQL as text, that is
    strings that begin like a statement, strings that are run, and sqlalchemy.text.
    """

    imports: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    sql: list[str] = field(default_factory=list)


def scan(source: str, module: str) -> Facts:
    facts = Facts()
    package = [PACKAGE, *module.split(".")][:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            facts.imports += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            facts.imports += [f"{name}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call):
            called = _called(node.func)
            facts.calls.append(called)
            if called.endswith(("import_module", "__import__")):
                facts.imports += [
                    str(one.value) if isinstance(one, ast.Constant) else "*computed*"
                    for one in node.args[:1]
                ]
            texts = (ast.Constant, ast.JoinedStr)
            if _runs_sql(called) and any(isinstance(one, texts) for one in node.args[:1]):
                facts.sql.append(ast.unparse(node))
        elif isinstance(node, ast.Constant) and SQL.match(str(node.value)):
            facts.sql.append(str(node.value))
    facts.sql += [name for name in facts.imports if SQLALCHEMY_TEXT.fullmatch(name)]
    return facts


@cache
def facts_of(module: str) -> Facts:
    return scan(MODULES[module].read_text("utf-8"), module)


def _called(function: ast.expr) -> str:
    """The dotted name; of what is called on something else, the names after it."""
    names = []
    while isinstance(function, ast.Attribute):
        names.append(function.attr)
        function = function.value
    return ".".join([*([function.id] if isinstance(function, ast.Name) else [""]), *names[::-1]])


def imported_layers(facts: Facts) -> set[str]:
    layers = set()
    for name in facts.imports:
        if name == "*computed*":
            layers.add(name)
        elif name.split(".")[0] == PACKAGE:
            inside = name.split(".")[1:]
            layers.add(layer_of(inside[0]) if inside and _is_module(inside[0]) else "__init__")
    return layers


@cache
def _is_module(name: str) -> bool:
    return (SOURCES / name).is_dir() or (SOURCES / f"{name}.py").is_file()


def forbidden(facts: Facts, module: str) -> set[str]:
    """The layers that `module` imports and may not."""
    layer = layer_of(module)
    if layer in SEES_ALL:
        return set()
    allowed = MAY_IMPORT[layer] | OPEN_TO_ALL | {layer}
    return {
        other for other in imported_layers(facts) - allowed if (module, other) not in EXCEPTIONS
    }


def test_the_scan_saw_the_files() -> None:
    seen = {layer_of(module) for module in MODULES}
    layers = {"domain", "seguridad", "store", "gateways", "services", "gui", "cli", "arranque"}
    assert layers <= seen
    assert seen - SEES_ALL <= MAY_IMPORT.keys()
    for module in (
        "domain.identificadores.curp",
        "store.engine",
        "store.migrations.versions.0001_esquema",
        "gateways.boveda.boveda",
        "services.acceso.idse",
        "gui.idse.acceso.window",
        "gui.idse.acceso.presenter",
    ):
        assert module in MODULES
    # The arrows that must be there are seen, so that the ones that must not be would be too.
    assert imported_layers(facts_of("services.acceso.idse")) >= {
        "store",
        "gateways",
        "domain",
        "errors",
    }


@pytest.mark.parametrize(
    ("module", "line", "layers"),
    [
        ("domain.x", "from icsoe_desktop.store.engine import Store", {"store"}),
        ("domain.x", "from icsoe_desktop import store", {"store"}),
        ("domain.x", "from .. import gateways", {"gateways"}),
        ("domain.x", "from ..services.acceso import AccesoService", {"services"}),
        ("domain.x", "def f():\n    import icsoe_desktop.gui.base.errors", {"gui"}),
        (
            "domain.x",
            "if TYPE_CHECKING:\n    from icsoe_desktop.paths import X",
            {"paths"},
        ),
        ("domain.x", "importlib.import_module('icsoe_desktop.store')", {"store"}),
        ("domain.x", "importlib.import_module(name)", {"*computed*"}),
        ("store.x", "from icsoe_desktop.gateways.boveda.boveda import Boveda", {"gateways"}),
        ("gateways.x", "from icsoe_desktop.store.engine import Store", {"store"}),
        ("services.x", "from icsoe_desktop.gui.base.errors import X", {"gui"}),
        ("services.x", "from icsoe_desktop.arranque.bootstrap import X", {"arranque"}),
        ("gui.a.window", "from icsoe_desktop.store.engine import Store", {"store"}),
        ("gui.a.window", "from icsoe_desktop.gateways import boveda", {"gateways"}),
        ("cli.otro", "from icsoe_desktop.gateways import boveda", {"gateways"}),
        ("cli.certificado", "from icsoe_desktop.gateways import archivos_certificado", set()),
        ("cli.certificado", "from icsoe_desktop.store.engine import Store", {"store"}),
        ("errors", "from icsoe_desktop.domain import texto", {"domain"}),
        ("services.x", "from icsoe_desktop.errors import UserFacingError", set()),
        ("gui.x", "from icsoe_desktop import __version__", set()),
        ("arranque.bootstrap", "from icsoe_desktop.store.engine import Store", set()),
    ],
)
def test_the_scan_sees_every_kind_of_import(module: str, line: str, layers: set[str]) -> None:
    assert forbidden(scan(line, module), module) == layers


def offenders(rule: Callable[[str], object], modules: Iterable[str]) -> dict[str, object]:
    """Module → what it breaks the rule with."""
    return {module: found for module in modules if (found := rule(module))}


def test_no_layer_imports_upward() -> None:
    assert offenders(lambda module: forbidden(facts_of(module), module), MODULES) == {}


def modules_imported(facts: Facts, module: str) -> set[str]:
    """The modules of the program that `module` names: in functions and for types only too."""
    found = set()
    for name in facts.imports:
        inside = name.split(".")[1:] if name.split(".")[0] == PACKAGE else []
        while inside:
            known = {".".join(inside), ".".join([*inside, "__init__"])} & MODULES.keys()
            found |= known
            inside = [] if known else inside[:-1]
    return found - {module}


def circle_in(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules of one circle, in order, the first again at the end; empty without any."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: modules_imported(facts_of(name), name) for name in MODULES}
    # The scan saw the arrows, so that it would see one that closes a circle.
    assert "store.engine" in graph["services.acceso.idse"]
    assert "domain.dispmag.__init__" in graph["services.lotes.plan"]
    assert circle_in(graph) == []


def test_a_circle_is_seen_also_through_a_name_of_a_package() -> None:
    far, near = "services.acceso.idse", "store.engine"
    line = "from icsoe_desktop.services.acceso import idse"
    graph = {far: {near}, near: modules_imported(scan(line, near), near)}
    assert graph[near] == {far}
    assert set(circle_in(graph)) == {far, near}


def test_the_registries_of_windows_and_pages_name_only_windows() -> None:
    from icsoe_desktop.gui.base.windows import WINDOWS
    from icsoe_desktop.gui.icsoe.paginas import PAGES

    named = [entry.module for entry in (*WINDOWS, *PAGES)]
    assert len(named) > len(WINDOWS) > 0
    assert all(module.removeprefix(f"{PACKAGE}.") in MODULES for module in named)
    assert all(module.startswith(f"{PACKAGE}.gui.") for module in named)


def outside(module: str) -> list[str]:
    """What a domain module has to do with the world: libraries, files, the clock."""
    facts = facts_of(module)
    found = [name for name in facts.imports if name.split(".")[0] in DOMAIN_MAY_NOT_IMPORT]
    asked = [tuple(called.split(".")[-2:]) for called in facts.calls]
    return found + [".".join(each) for each in asked if each == ("open",) or each in ASKS_THE_CLOCK]


def test_the_domain_knows_no_windows_data_files_or_clock() -> None:
    domain = [name for name in MODULES if layer_of(name) == "domain"]
    assert len(domain) > 50
    assert offenders(outside, domain) == {}


def test_the_scan_of_the_domain_would_see_the_world() -> None:
    # paths.py asks the system, and the store's engine the clock and the database.
    assert {"os", "pathlib.Path"} <= set(outside("paths"))
    assert "datetime.now" in outside("store.engine")
    assert "sqlalchemy.Engine" in outside("store.engine")


def test_only_the_store_holds_sql_as_text() -> None:
    others = (name for name in MODULES if layer_of(name) != "store")
    assert offenders(lambda module: facts_of(module).sql, others) == {}


@pytest.mark.parametrize(
    "line",
    [
        "NAMES = 'SELECT nombre FROM lotes'",
        'QUERY = """\nSELECT 1\n"""',
        "raw.execute(f'UPDATE {table} SET id = ?', ids)",
        "sql = 'WITH found AS (SELECT 1) ' + rest",
        "raw.execute('PRAGMA data_version')",
        "raw.executemany('delete from lotes where id = ?', ids)",
        "connection.exec_driver_sql(f'{verb} FROM lotes')",
        "from sqlalchemy import select, text",
        "from sqlalchemy.sql.expression import literal_column",
        "import sqlalchemy\nsqlalchemy.text('' 'x')",
    ],
)
def test_the_scan_sees_every_kind_of_sql(line: str) -> None:
    assert scan(line, "services.x").sql != []


def test_the_scan_leaves_expressions_and_words_alone() -> None:
    words = "db.execute(select(LoteRow)); method = 'DELETE'; label.text()"
    assert scan(words, "services.x").sql == []
    # Where SQL is, the scan finds it.
    for module in (
        "store.movimientos.movement_rows",
        "store.copies",
    ):
        assert facts_of(module).sql != [], module


PRESENTERS = [name for name in MODULES if name.startswith("gui.") and name.endswith(".presenter")]


def test_presenters_know_of_qt_only_its_core() -> None:
    assert len(PRESENTERS) >= 2
    found = False
    for module in PRESENTERS:
        qt = {name for name in facts_of(module).imports if name.startswith("PySide6")}
        found = found or bool(qt)
        assert {name for name in qt if not name.startswith("PySide6.QtCore.")} == set(), module
    assert found, "the scan saw no import of Qt"


MOST_MODULES = 25
OF_LARGE_FOLDERS = ROOT / "docs" / "decisions" / "0021-areas.md"
ROOMS = (PACKAGE, "tests", "benchmarks", "resources")


def test_a_folder_of_many_modules_has_its_reason_in_the_decision() -> None:
    told = set(re.findall(r"^\| `(\S+/?)` \| .+ \|$", OF_LARGE_FOLDERS.read_text("utf-8"), re.M))
    counted: dict[str, int] = {}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if path.name != "__init__.py" and not path.name.startswith("ui_"):
                folder = path.parent.relative_to(ROOT).as_posix()
                counted[folder] = counted.get(folder, 0) + 1
    assert counted[f"{PACKAGE}/gui/kit"] > 10
    assert {folder for folder, count in counted.items() if count > MOST_MODULES} == told


def rooms_of_windows(files: Iterable[Path], root: Path) -> set[str]:
    return {path.parent.relative_to(root).as_posix() for path in files}


def test_each_room_of_windows_has_its_tests_beside_it() -> None:
    """And the other way round."""
    gui, tests = SOURCES / "gui", ROOT / "tests" / "gui"
    modules = [
        path
        for path in gui.rglob("*.py")
        if path.name != "__init__.py" and not path.name.startswith("ui_")
    ]
    rooms = rooms_of_windows(modules, gui)
    assert {"base/sheet_import", "idse/captura", "kit"} <= rooms
    assert rooms_of_windows(tests.rglob("test_*.py"), tests) == rooms
