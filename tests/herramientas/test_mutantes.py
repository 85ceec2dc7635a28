"""The mutator finds each kind of fault, leaves words alone, and kills in memory only."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.herramientas.mutantes import proceso
from tests.herramientas.mutantes.bloques import PROBE, probed
from tests.herramientas.mutantes.carrera import sample
from tests.herramientas.mutantes.mutaciones import Mutante, block_of, mutants_of, mutate

ROOT = Path(__file__).resolve().parents[2]


def faults(source: str) -> set[tuple[str, str, str]]:
    return {(one.regla, one.antes, one.despues) for one in mutants_of("modulo", source)}


def test_each_kind_of_fault_is_found() -> None:
    assert faults("LIMITE = 5\nABIERTO = True") == {
        ("constante", "5", "6"),
        ("constante", "5", "4"),
        ("constante", "True", "False"),
    }
    assert faults("def f(a, b):\n    return a < b and not a") == {
        ("comparación", "Lt", "LtE"),
        ("y/o", "And", "Or"),
        ("sin not", "not a", "a"),
        ("sin resultado", "return a < b and (not a)", "return None"),
    }
    assert faults("def f(a):\n    if a.b:\n        return\n    raise X") == {
        ("condición", "a.b", "not a.b"),
        ("sin guarda", "if a.b: return", "pass"),
        ("sin error", "raise X", "pass"),
    }
    assert faults("def f(a):\n    check(a)\n    a.b = max(a.c, a.d) + a.e") == {
        ("sin llamada", "check(a)", "pass"),
        ("min/max", "max", "min"),
        ("aritmética", "Add", "Sub"),
    }


def test_words_types_and_the_log_are_left_alone() -> None:
    assert not faults(
        '"""A module of 3 lines."""\n'
        "Elegir = Callable[[int], int | None]\n"
        "class Uno(Protocol):\n    def f(self, a: bool = True) -> int: ...\n"
        "@dataclass(frozen=True)\nclass Dos:\n    nombre: str = field(repr=False)\n"
        'def f(a: str) -> None:\n    """In 2 lines."""\n    logger.info("%d", 4)\n'
    )


def test_how_much_is_done_at_once_is_left_alone() -> None:
    assert not faults("ROWS_AT_ONCE: Final = 500\nREPORT_EVERY = 20")


def test_of_a_report_of_progress_only_the_call_is_taken_away() -> None:
    assert faults('def f(progress):\n    progress.report(0, 2, "Leyendo")') == {
        ("sin llamada", "progress.report(0, 2, 'Leyendo')", "pass")
    }


def test_a_fault_is_known_by_its_outermost_function() -> None:
    source = "class A:\n    def f(self):\n        def g():\n            return self\n        g()\n"
    assert {one.funcion for one in mutants_of("modulo", source)} == {"A.f"}


def test_each_mutant_differs_from_the_source_in_its_place_only() -> None:
    source = "def f(a):\n    if a == 1:\n        return a - 1\n    return a\n"
    texts = [ast.unparse(mutate(source, one)) for one in mutants_of("modulo", source)]
    assert len(set(texts)) == len(texts) == 9
    assert ast.unparse(ast.parse(source)) not in texts


def test_a_mutant_belongs_to_the_statements_that_run_together_with_it() -> None:
    source = (
        'def f(a, b=3):\n    """Words."""\n    if a < 5:\n        return 7\n'
        "    for x in a:\n        x(8)\n    a.b = c = 9\n    return 1\n"
    )
    blocks: dict[str, list[str]] = {}
    for one in mutants_of("modulo", source):
        block = block_of(source, one)
        name = "none" if block is None else block.rpartition(".")[2]
        blocks.setdefault(name, []).append(one.antes)
    assert {name: set(texts) for name, texts in blocks.items()} == {
        "none": {"3"},
        "0": {"a < 5", "Lt", "5", "if a < 5: return 7"},
        "1": {"return 7", "7"},
        "3": {"x(8)", "8"},
        "4": {"9", "return 1", "1"},
    }
    entered: list[int] = []
    space: dict[str, Any] = {PROBE: entered.append}
    tree = probed(source, lambda name: int(name.rpartition(".")[2]))
    exec(compile(tree, "modulo", "exec"), space)  # noqa: S102 - the lines above
    assert space["f"].__doc__ == "Words."
    assert space["f"](4) == 7
    assert entered == [0, 1]


def test_a_fork_that_waits_for_ever_is_ended_and_one_that_works_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proceso, "WAIT_S", 0.5)

    def work(_: list[str]) -> int:
        end = time.process_time() + 1.5
        while time.process_time() < end:
            pass
        return 7

    assert proceso.run_pytest(lambda _: time.sleep(600), [], 0.5) is None
    assert proceso.run_pytest(work, [], 0.5) is None, "more than its processor time"
    assert proceso.run_pytest(work, [], 20) == 7


def test_a_mutant_says_where_and_what_it_is() -> None:
    assert str(Mutante("m", "A.f", 3, "y/o", "And", "Or", 0)) == "m:3 A.f [y/o] And → Or"


def test_a_new_module_or_function_leaves_the_other_mutants_in_the_sample(tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.py" for name in "abcdefgh"}
    for file in files.values():
        file.write_text("def f(a):\n    return a < 5 and a > 3\n")
    before = {str(one) for one in sample(files, 12, 1)}
    assert len(before) == 12

    more = {**files, "z": tmp_path / "z.py"}
    more["z"].write_text("LIMITE = 7\n")
    assert len(before & {str(one) for one in sample(more, 12, 1)}) >= 11

    files["a"].write_text(files["a"].read_text() + "def g(a):\n    return not a\n")
    assert len(before & {str(one) for one in sample(files, 12, 1)}) >= 10
    assert before != {str(one) for one in sample(files, 12, 2)}


def test_the_same_seed_gives_the_same_mutants_and_a_run_kills_them_in_memory(
    tmp_path: Path,
) -> None:
    module = ROOT / "icsoe_desktop/domain/movimientos/estado_aviso.py"
    before = module.read_bytes()
    command = [sys.executable, "-m", "tests.herramientas.mutantes", "--modulo", "estado_aviso"]
    options = ["-n", "3", "--semilla", "5", "--pruebas", "domain/movimientos"]

    def run(*more: str) -> str:
        done = subprocess.run(
            [*command, *options, *more],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        return done.stdout

    chosen = run("--lista").splitlines()
    assert len(chosen) == 3
    told = run()
    assert "0 vistos antes" in told
    again = run("--seguir")
    assert "Semilla 5: 3 de 3, 100.0 %" in again
    assert "3 vistos antes" in again
    assert all(one in told for one in chosen)
    assert "Semilla 5: 3 de 3, 100.0 %" in told
    assert "tests/domain/movimientos/" in told
    assert module.read_bytes() == before
