"""Deriving keys in several threads at once ends, and gives what one thread gives."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import icsoe_desktop
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.respaldo.cabecera import WrappedKey
from icsoe_desktop.seguridad import argon2
from icsoe_desktop.seguridad.argon2 import (
    COST,
    MOST,
    NO_MEMORY,
    Cost,
    derive,
    derive_phc,
    is_affordable_phc,
    verify_phc,
)
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.acceso.contrasenas import hash_of_nobody, hash_password
from tests.conftest import ROOT
from tests.support.cost import PRODUCTION_COST


def key(secret: bytes) -> bytes:
    return derive(secret, salt=b"una sal cualquiera", length=32)


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("production_cost")
def test_two_threads_may_derive_at_once() -> None:
    # Without turns they wait for one another for ever.
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(key, [b"uno", b"dos"] * 2))
    assert found == [key(b"uno"), key(b"dos")] * 2
    assert found[0] != found[1]


def test_a_phc_text_is_of_one_secret() -> None:
    text = derive_phc(b"uno", salt=b"una sal cualquiera", length=32, cost=Cost(64, 1, 1))
    assert text.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert verify_phc(b"uno", text)
    assert not verify_phc(b"dos", text)
    assert not verify_phc(b"uno", "nada")


TAIL = "$c2FsYWRhc2FsYWRh$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


@pytest.mark.parametrize(
    "parameters",
    [
        "m=131073,t=3,p=4",  # KiB
        "m=65536,t=5,p=4",
        "m=65536,t=3,p=9",
        "m=4194304,t=1,p=1",
        "m=65536,t=4294967295,p=1",
        "m=7,t=1,p=1",
        "m=65536,t=0,p=1",
        "m=65536,t=1,p=0",
        "m=-1,t=1,p=1",
    ],
)
def test_a_hash_of_another_desktop_that_asks_too_much_is_not_derived(
    parameters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would keep every password of the program waiting, or take its memory."""
    text = f"$argon2id$v=19${parameters}{TAIL}"
    monkeypatch.setattr(argon2, "Argon2id", None)  # whoever derives fails
    assert not is_affordable_phc(text)
    assert not verify_phc(b"uno", text)


@pytest.mark.parametrize(
    "text",
    ["", "$argon2i$v=19$m=64,t=1,p=1" + TAIL, "$argon2id$v=19$m=64,t=1,p=1$x$y", "a" * 100_000],
)
def test_what_is_no_hash_of_ours_is_not_derived(text: str) -> None:
    assert not is_affordable_phc(text)


@pytest.mark.usefixtures("production_cost")
def test_what_this_program_writes_is_affordable() -> None:
    assert COST.is_affordable
    assert MOST.is_affordable
    assert is_affordable_phc(derive_phc(b"uno", salt=b"una sal cualquiera", length=32))


def test_a_machine_without_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(**_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(argon2, "Argon2id", exhausted)
    with pytest.raises(UserFacingError) as caught:
        derive(b"uno", salt=b"una sal cualquiera", length=32)
    assert caught.value.message == NO_MEMORY


PRODUCT = Path(icsoe_desktop.__file__).parent
SEAM = PRODUCT / "seguridad" / "argon2.py"
# Makes the cost that a backup's header says, within bounds.
HEADER = PRODUCT / "gateways" / "respaldo" / "cabecera.py"

SAYS_THE_COST = """
import json, pkgutil, sys
import icsoe_desktop
from icsoe_desktop.__main__ import main
from icsoe_desktop.seguridad import argon2
from icsoe_desktop.services.acceso.contrasenas import hash_password
loaded = 0
for one in pkgutil.walk_packages(icsoe_desktop.__path__, "icsoe_desktop."):
    if ".migrations." not in one.name:
        __import__(one.name)
        loaded += 1
try:
    main(sys.argv[1:])
except SystemExit as end:
    ended = end.code
cost = argon2.COST
found = [cost.memory_kib, cost.iterations, cost.lanes, hash_password("clave"), loaded, ended]
print(json.dumps(found))
"""


def test_the_cost_is_the_decisions() -> None:
    """docs/decisions/0003-boveda.md: 64 MiB, three passes, four lanes."""
    assert argon2.Cost(memory_kib=65_536, iterations=3, lanes=4) == PRODUCTION_COST


@pytest.mark.usefixtures("production_cost")
def test_what_is_kept_says_the_cost_that_it_was_made_with() -> None:
    for text in (hash_password("clave"), hash_of_nobody()):
        assert text.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        # RFC 9106, 3.1: 16 octets of salt are recommended; the tag has 32. Base64 without padding.
        assert [len(part) for part in text.split("$")[4:]] == [22, 43]
    wrapped = WrappedKey.wrap(DataKey.generate(), "clave", "0" * 32).as_json()
    assert (wrapped["memoria_kib"], wrapped["iteraciones"], wrapped["carriles"]) == (65_536, 3, 4)


def test_the_seam_reads_neither_environment_nor_arguments_nor_files() -> None:
    tree = ast.parse(SEAM.read_text(encoding="utf-8"))
    imported: set[str | None] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            imported.add(node.module)
        elif isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
    assert imported == {
        "__future__",
        "collections.abc",
        "contextlib",
        "cryptography.exceptions",
        "cryptography.hazmat.primitives.kdf.argon2",
        "dataclasses",
        "icsoe_desktop.errors",
        "re",
        "threading",
        "typing",
    }
    calls = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert calls == {
        "Argon2id",
        "Cost",
        "UserFacingError",
        "_argon2id",
        "_memory_told",
        "dataclass",
        "is_affordable_phc",
        "map",
    }


def test_no_module_of_the_program_sets_the_cost() -> None:
    """Nobody assigns COST, names it in a text, imports it by name, or makes a cost of its own."""
    reads, costs_made = set(), set()
    for path in sorted(PRODUCT.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text if "cost" in text.lower() else "")
        for node in ast.walk(tree):
            where = f"{path.relative_to(PRODUCT)}:{getattr(node, 'lineno', 0)}"
            name = getattr(node, "id", None) or getattr(node, "attr", None)
            if name == "COST":
                if not isinstance(getattr(node, "ctx", None), ast.Load):
                    own = next(one for one in tree.body if isinstance(one, ast.AnnAssign))
                    assert path == SEAM, where
                    assert node is own.target, where
                reads.add(path)
            elif name == "Cost":
                costs_made.add(path)
            elif isinstance(node, ast.Constant):
                assert node.value != "COST", where
            elif isinstance(node, ast.alias):
                assert node.name not in ("COST", "Cost"), where
            elif isinstance(node, ast.keyword) and node.arg == "cost":
                assert path == HEADER, where
    assert costs_made == {SEAM, HEADER}
    assert reads == {SEAM, HEADER, PRODUCT / "services" / "acceso" / "contrasenas.py"}


def test_no_environment_variable_and_no_argument_sets_the_cost(tmp_path: Path) -> None:
    """With every variable that the program reads, and a command line that asks for it."""
    texts = [path.read_text(encoding="utf-8") for path in PRODUCT.rglob("*.py")]
    names = {name for text in texts for name in re.findall(r"\bICSOE_[A-Z_]+\b", text)}
    assert {"ICSOE_PRUEBAS", "ICSOE_DATOS"} <= names
    asked = dict.fromkeys({*names, "ICSOE_COST", "COST", "ARGON2_MEMORY_KIB"}, "1")
    asked |= {"PYTEST_CURRENT_TEST": "yes", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", SAYS_THE_COST, "--cost=1", "--pruebas"],
        cwd=ROOT,
        env={**os.environ, **asked, "ICSOE_DATOS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *cost, hashed, loaded, ended = json.loads(done.stdout.splitlines()[-1])
    assert cost == [65_536, 3, 4]
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert loaded > 300
    assert ended == 2
