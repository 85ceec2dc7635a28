"""The table of the benchmarks: every goal has its figure, its verdict and its place in the page."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks import __main__ as whole_run
from benchmarks.__main__ import (
    APART,
    BEGIN,
    BUSY_BEGIN,
    BUSY_END,
    DOC,
    END,
    FOLDER,
    QUICK,
    WHOLE,
    Runs,
    names,
    output_of,
    write_into,
)
from benchmarks.cuadro import GOALS, missed, table

GOOD = {"importacion": {"razon_indices_despues": 1.1, "memoria_mb": 150}}
BAD = {"importacion": {"razon_indices_despues": 2.0, "memoria_mb": 150}}


def test_every_goal_is_of_a_benchmark_that_runs() -> None:
    run = set(names()) - set(APART)
    assert {goal.bench for goal in GOALS} <= run
    assert {*QUICK, *WHOLE} <= {*run, *APART}


def test_every_name_is_of_a_measure_that_prints_its_answer() -> None:
    for name in names():
        text = (FOLDER / f"{name}.py").read_text("utf-8")
        assert "tell(" in text, name
        assert '"medida": ' in text or '"banco": ' in text, name


def test_a_line_has_figure_goal_verdict_and_load() -> None:
    lines = table(GOOD, {"importacion": (0.5, 1.25)}).splitlines()
    assert "| Importar / executemany | 1.1 |  | ≤ 1.6 | sí | 0.5–1.2 |" in lines
    assert "| Leer Excel / calamine, aislado | no se midió | | ≤ 1.5 | | |" in lines
    assert not missed(GOOD)
    assert "| 2 |  | ≤ 1.6 | **no** |" in table(BAD, {})
    assert missed(BAD) == {"importacion"}
    short = table(GOOD, {"importacion": (0.5, 1.25)}, short=True).splitlines()
    assert "| Importar / executemany | 1.1 | ≤ 1.6 | sí | 0.5–1.2 |" in short
    assert "| Leer Excel / calamine, aislado | no se midió | ≤ 1.5 | | |" in short
    assert {line.count("|") for line in short} == {6}


def test_the_table_takes_its_place_in_the_page_and_leaves_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "pagina.md"
    page.write_text(f"antes\n{BEGIN}viejo\n{END}después\n", "utf-8")
    write_into(page, "nuevo\n")
    assert page.read_text("utf-8") == f"antes\n{BEGIN}nuevo\n{END}después\n"
    page.write_text("sin lugar\n", "utf-8")
    with pytest.raises(ValueError, match="no place"):
        write_into(page, "nuevo\n")
    assert page.read_text("utf-8") == "sin lugar\n"
    for mark in (BEGIN, END, BUSY_BEGIN, BUSY_END):
        assert mark in DOC.read_text("utf-8")


@pytest.mark.parametrize(
    ("load", "stolen", "again"),
    [(0.1, 0.01, []), (50.0, 0.01, ["importacion"]), (0.1, 0.3, ["importacion"])],
)
def test_a_goal_missed_on_a_busy_machine_or_host_is_measured_once_more(
    monkeypatch: pytest.MonkeyPatch, load: float, stolen: float, again: list[str]
) -> None:
    runs = Runs(quick=True, minutes=5)
    ran: list[str] = []
    runs._took["importacion"] = 1.0
    runs.loads["importacion"] = (0.0, load)
    runs.stolen["importacion"] = stolen
    monkeypatch.setattr(runs, "run", ran.append)
    assert runs.repeat_noisy(["importacion"]) == again
    assert ran == again


def test_what_has_no_time_left_is_named() -> None:
    runs = Runs(quick=True, minutes=0)
    runs.run("importacion")
    assert runs.left_out == ["importacion"]
    assert not runs.results


def test_a_run_goes_on_with_the_answers_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl+C in the middle shows what there is; the next run measures the rest."""
    kept = tmp_path / "respuestas.json"
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    asked: list[str] = []

    def answer(command: list[str], _timeout_s: float) -> str:
        asked.append(command[2])
        if len(asked) == 2:
            raise KeyboardInterrupt
        return '{"veces_openpyxl": 12, "razones": {"calamine": 1.1}}\n'

    monkeypatch.setattr(whole_run, "output_of", answer)
    words = ["benchmarks", "excel", "lectura_excel", "--seguir", str(kept)]
    monkeypatch.setattr(sys, "argv", words)
    assert whole_run.main() == 1
    said = capsys.readouterr().out
    assert "No se midió: lectura_excel." in said
    assert "| Escribir Excel × openpyxl | 12 |" in said
    assert whole_run.main() == 0
    assert asked == ["benchmarks.excel", "benchmarks.lectura_excel", "benchmarks.lectura_excel"]
    assert "| Leer Excel / calamine, aislado | 1.1 |" in capsys.readouterr().out


def test_what_a_benchmark_started_ends_with_it(tmp_path: Path) -> None:
    """A server would go on beside every later measure."""
    mark = tmp_path / "pid"
    server = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(300)"
    starter = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {server!r}])"
    assert output_of([sys.executable, "-c", starter], 5.0) is None
    pid = int(mark.read_text("ascii"))
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and "Z" not in _state_of(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.mark.parametrize("load", [0.2, 50.0])
def test_the_table_stands_in_the_place_of_a_quiet_or_of_a_busy_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load: float
) -> None:
    page = tmp_path / "pagina.md"
    quiet, busy = f"{BEGIN}viejo\n{END}", f"{BUSY_BEGIN}viejo\n{BUSY_END}"
    page.write_text(f"antes\n{quiet}{busy}después\n", "utf-8")
    folders: list[bool] = []

    def answer(_command: list[str], _timeout_s: float) -> str:
        folders.append(Path(os.environ["TMPDIR"]).is_dir())
        return '{"veces_openpyxl": 9.5}\n'

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["benchmarks", "excel", "--escribir"])
    monkeypatch.setattr(os, "getloadavg", lambda: (load, load, load))
    monkeypatch.setattr(whole_run, "DOC", page)
    monkeypatch.setattr(whole_run, "output_of", answer)
    assert whole_run.main() == 1
    assert all(folders), "the benchmark's folder is gone"
    text = page.read_text("utf-8")
    if load < 1:
        assert f"{busy}después" in text
        ours = text.removeprefix(f"antes\n{BEGIN}").removesuffix(f"{END}{busy}después\n")
        assert "máquina tranquila** (carga de 0.2 a 0.2)" in ours
    else:
        assert f"antes\n{quiet}" in text
        ours = text.removeprefix(f"antes\n{quiet}{BUSY_BEGIN}").removesuffix(f"{BUSY_END}después\n")
        assert "máquina cargada** (carga de 50.0 a 50.0)" in ours
    assert "viejo" not in ours
    assert "| Escribir Excel × openpyxl | 9.5 |" in ours
