"""The locked dependencies: exact, with hashes, without addresses, and as pyproject.toml asks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "requisitos"
LOCKS = {
    "programa.txt": ("construir",),
    "pruebas.txt": ("construir", "pruebas"),
    "empaquetar.txt": ("construir", "empaquetar"),
}


class Pin(NamedTuple):
    version: str
    hashes: frozenset[str]


def read_lock(name: str, folder: Path = FOLDER) -> dict[str, Pin]:
    text = (folder / name).read_text("utf-8").replace("\\\n", " ")
    pins = {}
    for line in text.splitlines():
        found = re.fullmatch(
            r"([a-z0-9.-]+)==([0-9a-z.]+)(?: ; [^#]+?)?((?:\s+--hash=sha256:[0-9a-f]{64})+)\s*",
            line,
        )
        assert found, f"no es una versión exacta con sus huellas: {line[:80]}"
        name, version, hashes = found.groups()
        assert name not in pins
        pins[name] = Pin(version, frozenset(hashes.split()))
    return pins


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_holds_what_pyproject_asks_for(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *(line for extra in LOCKS[lock] for line in extras[extra])]
    pins = read_lock(lock)
    assert len(pins) > len(asked)
    for requirement in map(Requirement, asked):
        pin = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pin.version), requirement


@pytest.mark.parametrize("lock", ["pruebas.txt", "empaquetar.txt"])
def test_the_tests_and_the_bundle_have_the_versions_that_the_clerk_runs(lock: str) -> None:
    program = read_lock("programa.txt").items()
    assert program <= read_lock(lock).items()


def test_the_servers_lock_holds_what_its_list_asks_for() -> None:
    folder = ROOT / "resources" / "servidor"
    lines = (folder / "requisitos.in").read_text("utf-8").splitlines()
    asked = [Requirement(line) for line in lines if line and not line.startswith("#")]
    pins = read_lock("requisitos.txt", folder)
    assert {requirement.name for requirement in asked} == {"kinto", "gunicorn"}
    for requirement in asked:
        assert requirement.specifier.contains(pins[requirement.name].version), requirement
    assert "psycopg2-binary" in pins


def test_no_file_of_the_setup_names_a_registry() -> None:
    files = [ROOT / ".ci" / "run", ROOT / "icsoe.py", ROOT / "pyproject.toml", *FOLDER.iterdir()]
    files += (ROOT / "resources" / "entorno").glob("*.py")
    files += (ROOT / "resources" / "servidor").glob("requisitos.*")
    assert {"preparar.py", "requisitos.in", *LOCKS} <= {path.name for path in files}
    for path in files:
        found = re.search(
            r"https?:|--index|--find-links [^\"]|\[\[?tool\.uv", path.read_text("utf-8")
        )
        assert found is None, f"{path.name}: {found and found[0]}"
