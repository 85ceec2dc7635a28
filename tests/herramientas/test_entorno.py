"""The commands of icsoe.py, run from outside on a small program of their own."""

from __future__ import annotations

import ast
import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import icsoe
from resources.entorno import preparar
from resources.entorno.probar import parallel
from resources.entorno.procesos import with_advice

ROOT = Path(__file__).resolve().parents[2]

BACKEND = """
import pathlib, zipfile
def build_editable(folder, settings=None, metadata=None):
    name = "icsoe_desktop-1.0-py3-none-any.whl"
    info = "icsoe_desktop-1.0.dist-info/"
    files = {
        "_icsoe_desktop.pth": str(pathlib.Path.cwd()),
        info + "METADATA": "Metadata-Version: 2.1\\nName: icsoe-desktop\\nVersion: 1.0\\n",
        info + "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        info + "RECORD": "",
    }
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "icsoe-desktop"
version = "1.0"
"""
COMPILE_ASSETS = """
from pathlib import Path
class CompileError(Exception): pass
class IncompletePySide(CompileError): pass
PySide = Path
def ensure(root, pyside):
    if not (pyside.parent / "mini.py").exists():
        raise IncompletePySide("falta mini")
"""
PROGRAM = "import json, sys, mini; print(json.dumps([mini.WORD, *sys.argv[1:]])); sys.exit(7)"
FAKE_PYTEST = (
    "import json, os, sys, mini\n"
    "print(json.dumps([mini.WORD, os.environ['QT_QPA_PLATFORM'], *sys.argv[1:]])); sys.exit(5)"
)


def make_wheel(folder: Path, name: str, version: str, source: str) -> str:
    """Its line in a lock."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    content = {
        f"{name}.py": source,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{file},sha256={_record_digest(text)},{len(text)}\n" for file, text in content.items()
    )
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in {**content, f"{info}/RECORD": record}.items():
            wheel.writestr(file, text)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"


def _record_digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


class Machine:
    """A copy of the set-up with a program of one line, packages from a folder and no network."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "Nóminas MARÍA"
        self.wheels = folder / "paquetes"
        self.locks = self.root / "resources" / "requisitos"
        for path in (self.locks, self.root / "icsoe_desktop"):
            path.mkdir(parents=True)
        self.wheels.mkdir()
        shutil.copy(ROOT / "icsoe.py", self.root)
        entorno = ROOT / "resources" / "entorno"
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(entorno, self.root / "resources" / "entorno", ignore=unwanted)
        (self.root / "pyproject.toml").write_text(PROJECT, "utf-8")
        (self.root / "backend.py").write_text(BACKEND, "utf-8")
        (self.root / "resources" / "__init__.py").touch()
        (self.root / "resources" / "compile_assets.py").write_text(COMPILE_ASSETS, "utf-8")
        (self.root / "icsoe_desktop" / "__init__.py").touch()
        (self.root / "icsoe_desktop" / "__main__.py").write_text(PROGRAM, "utf-8")
        program = make_wheel(self.wheels, "mini", "1.0", "WORD = 'uno'")
        tests = make_wheel(self.wheels, "pytest", "1.0", FAKE_PYTEST)
        (self.locks / "programa.txt").write_text(program, "utf-8")
        (self.locks / "pruebas.txt").write_text(program + tests, "utf-8")

    def start(self, *words: str) -> subprocess.Popen[str]:
        unwanted = ("PIP_", "PYTHON", "COV_", "QT_")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(unwanted)}
        environment.update(
            PIP_NO_INDEX="1",
            PIP_FIND_LINKS=self.wheels.as_uri(),
            PIP_CONFIG_FILE=os.devnull,
            PYTHONIOENCODING="utf-8",
        )
        return subprocess.Popen(
            [sys.executable, str(self.root / "icsoe.py"), "--sin-sistema", *words],
            cwd=self.root.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, output, what the set-up said."""
        return self.finish(self.start(*words))

    def finish(self, process: subprocess.Popen[str]) -> tuple[int, str, str]:
        said, complained = process.communicate(timeout=300)
        return process.returncode, said.strip(), complained.strip()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.skipif(
    importlib.util.find_spec("ensurepip") is None, reason="este Python no puede crear entornos"
)
def test_the_two_commands_survive_a_kill_each_other_a_bad_download_and_a_loss(
    machine: Machine,
) -> None:
    killed = machine.start()
    made = machine.root / ".venv" / "pyvenv.cfg"
    while not made.exists():
        assert killed.poll() is None, killed.communicate()
        time.sleep(0.01)
    killed.kill()
    killed.communicate()

    both = [machine.start("abc", "--json") for _ in range(2)]
    ended = [machine.finish(process) for process in both]
    assert [end[:2] for end in ended] == [(7, '["uno", "abc", "--json"]')] * 2
    assert sorted("Entorno de Python" in end[2] for end in ended) == [False, True]
    assert any("Otro proceso" in end[2] for end in ended)

    assert machine.run("--sin-sistema", "x") == (7, '["uno", "x"]', "")

    tests_lock = machine.locks / "pruebas.txt"
    good = tests_lock.read_text("utf-8")
    tests_lock.write_text(good[: -len("0" * 65)] + "0" * 64 + "\n", "utf-8")
    code, said, complained = machine.run("probar")
    assert (code, said) == (1, "")
    assert "No se pudieron instalar los paquetes" in complained
    assert "Traceback" not in complained

    tests_lock.write_text(good, "utf-8")
    code, said, complained = machine.run("probar", "-k", "alta")
    assert code == 5
    first, platform, *options, word, value = json.loads(said)
    assert (first, platform, word, value) == ("uno", "offscreen", "-k", "alta")
    assert "--numprocesses" in options
    assert "Paquetes de Python" in complained
    assert "Entorno de Python" not in complained

    (link,) = (machine.root / ".venv").rglob("*icsoe_desktop*.pth")
    assert (link.parent / link.read_text("ascii").strip()).resolve() == machine.root.resolve()

    (module,) = (machine.root / ".venv").rglob("mini.py")
    module.unlink()
    leftover = module.with_name("sobra.py")
    leftover.touch()
    code, said, complained = machine.run()
    assert (code, said) == (7, '["uno"]')
    assert "Entorno de Python" in complained
    assert not leftover.exists()


def test_an_environment_that_somebody_else_made_is_left_alone(machine: Machine) -> None:
    theirs = machine.root / ".venv" / "pyvenv.cfg"
    theirs.parent.mkdir()
    theirs.write_text("home = /opt/otro\n", "utf-8")
    code, said, complained = machine.run()
    assert (code, said) == (1, "")
    assert "no la hizo esta orden" in complained
    assert theirs.read_text("utf-8") == "home = /opt/otro\n"


@pytest.mark.skipif(
    importlib.util.find_spec("ensurepip") is None, reason="este Python no puede crear entornos"
)
def test_an_environment_of_an_editor_is_used_as_it_is(machine: Machine) -> None:
    """As README tells: venv, and pip install -e ."[pruebas]"."""
    folder = machine.root / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = (path for path in folder.rglob("site-packages") if not path.is_symlink())
    (packages / "icsoe_desktop-1.0.dist-info").mkdir()
    (packages / "mini.py").write_text("WORD = 'a mano'\n", "utf-8")
    (packages / "icsoe_desktop.pth").write_text(str(machine.root), "utf-8")
    assert machine.run("--json") == (7, '["a mano", "--json"]', "")
    code, said, complained = machine.run("probar")
    assert (code, said) == (1, "")
    assert 'pip install -e ".[pruebas]"' in complained
    (packages / "xdist").mkdir()
    (packages / "pytest.py").write_text(FAKE_PYTEST, "utf-8")
    code, said, _ = machine.run("probar", "-n0")
    assert (code, said) == (5, '["a mano", "offscreen", "-n0"]')
    assert not (folder / "entorno.json").exists()


def test_readme_tells_the_ways_that_work() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert readme.count("\n") <= 120
    first = readme.partition("<picture>")[0]
    for command in ("icsoe.py`", "icsoe.py probar`", "-m venv .venv`", "`pytest`", "MIT licence"):
        assert command in first, command
    (extra,) = set(re.findall(r"""`pip install -e "\.\[(\w+)\]"`""", first))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = {Requirement(line).name for line in project["project"]["optional-dependencies"][extra]}
    needed = {"pytest", "pytest-qt", "pytest-timeout", "pytest-xdist", "hypothesis"}
    assert needed <= asked
    # The build compiles the forms, with Qt's compiler.
    assert project["tool"]["hatch"]["build"]["hooks"]["custom"]["path"] == (
        "resources/compile_assets.py"
    )
    assert any("PySide6" in line for line in project["build-system"]["requires"])


def test_help_is_told_before_anything_is_made(machine: Machine) -> None:
    code, said, complained = machine.run("--ayuda")
    assert (code, complained) == (0, "")
    assert said.startswith("Uso: python3 icsoe.py ")
    assert not (machine.root / ".venv").exists()


def test_an_older_python_can_read_the_entry() -> None:
    tree = ast.parse((ROOT / "icsoe.py").read_text("utf-8"), feature_version=(3, 8))
    above = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in above] == [
        "from __future__ import annotations",
        "import sys",
    ]


def test_an_older_python_is_told_which_one_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert icsoe.python_is_old((3, 11, 0)) is None
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setitem(sys.modules, "resources.entorno", None)
    assert icsoe.main(["--smoke"]) == 1
    assert "Python 3.11 o posterior y este es 3.9." in capsys.readouterr().err


def test_a_proxy_that_inspects_tls_gets_the_way_to_name_its_authority() -> None:
    trouble = "No se pudieron instalar.\n\nSSLError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] unable')"
    assert "PIP_CERT=/ruta/autoridad.pem" in with_advice(trouble)
    assert with_advice("Se acabó el disco.") == "Se acabó el disco."


FINISHED = {
    "raiz": "/a",
    "python": "cpython-311",
    "iniciar": "r1",
    "proyecto": "p1",
    "sistema": ["libgl1"],
}
ALL = ["sistema", "entorno", "paquetes", "proyecto"]


@pytest.mark.parametrize(
    ("stamp", "change", "left"),
    [
        ({}, {}, ALL),
        (FINISHED, {}, []),
        ({**FINISHED, "probar": "t1"}, {}, []),
        (FINISHED, {"sistema": ["libgl1", "libxcb1"]}, ["sistema"]),
        (FINISHED, {"probar": "t1"}, ["paquetes"]),
        ({**FINISHED, "probar": "t0"}, {"probar": "t1"}, ALL),
        ({**FINISHED, "probar": "t0"}, {}, []),
        (FINISHED, {"proyecto": "p2"}, ["proyecto"]),
        (FINISHED, {"iniciar": "r2"}, ALL),
        (FINISHED, {"python": "cpython-312"}, ALL),
        (FINISHED, {"raiz": "/b"}, ALL),
        ({"sistema": ["libgl1"]}, {"sistema": []}, ["entorno", "paquetes", "proyecto"]),
        (
            {key: FINISHED[key] for key in ("raiz", "python", "iniciar", "sistema")},
            {},
            ["proyecto"],
        ),
    ],
)
def test_only_what_is_left_is_done(
    stamp: dict[str, object], change: dict[str, object], left: list[str]
) -> None:
    assert preparar.steps(stamp, {**FINISHED, "probar": None, **change}) == left


@pytest.mark.parametrize(
    ("arguments", "many"),
    [
        ([], True),
        (["--primeras"], True),
        (["-k", "alta", "--durations=25"], True),
        (["tests/domain"], False),
        (["-x", "tests/store/test_ids.py::test_nothing"], False),
        (["-n", "3"], False),
        (["-n0"], False),
        (["--numprocesses=1"], False),
        (["-s"], False),
        (["--pdb"], False),
    ],
)
def test_all_tests_run_in_several_processes_and_named_ones_in_one(
    arguments: list[str], many: bool
) -> None:
    options = parallel(arguments)
    assert bool(options) is many
    assert ("loadfile" in options) is many
