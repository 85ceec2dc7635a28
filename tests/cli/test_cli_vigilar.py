"""`vigilar`, as a scheduled task and as a service call it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from icsoe_desktop.services.importacion import vigilancia
from tests.cli.movimientos.test_cli_movimientos import RECORDS, write
from tests.support import ordenes
from tests.support.guardian import watched
from tests.support.respuesta_json import document, error_of


@pytest.fixture
def carpeta(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(vigilancia, "QUIET_S", 0.0)
    monkeypatch.setenv("ICSOE_DATOS", str(tmp_path / "datos"))
    folder = tmp_path / "salida"
    folder.mkdir()
    return folder


def run(*words: str) -> int:
    return ordenes.run("vigilar", *words)


def test_a_task_reviews_what_is_there_once_and_ends(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(carpeta / "bien.txt", *RECORDS[:3])
    assert run(str(carpeta), "--una-vez", "--json") == 0
    (one,) = document(capsys.readouterr().out)["revisados"]
    assert (one["archivo"], one["revision"]) == ("bien.txt", "bien.txt.revision.txt")
    write(carpeta / "mal.txt", *RECORDS[:3], extra="corta\r\n")
    assert run(str(carpeta), "--una-vez") == 1
    told = capsys.readouterr().out
    assert "mal.txt: 4 renglones, 1 con errores" in told
    assert "bien.txt" not in told, "it was reviewed before"
    assert not (carpeta.parent / "datos").exists()


def test_what_is_left_out_is_told_ends_with_one_and_comes_next(
    carpeta: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vigilancia, "MAX_FILES", 2)
    for name in "abc":
        write(carpeta / f"{name}.txt", *RECORDS[:3])
    told = []
    # What an earlier run reviewed takes no place of what is new.
    for status, left in ((1, 1), (0, 0)):
        assert run(str(carpeta), "--una-vez", "--json") == status
        answer = document(capsys.readouterr().out)
        assert answer["sin_revisar"] == left
        told += [one["archivo"] for one in answer["revisados"]]
    assert sorted(told) == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["{0}", "--json"], 2, "uso"),
        (["{0}/nada", "--una-vez", "--json"], 1, "rechazado"),
        (["{0}", "--cada", "0", "--json"], 2, "uso"),
    ],
)
def test_what_cannot_be_watched_is_refused(
    carpeta: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    status: int,
    code: str,
) -> None:
    try:
        found = run(*(word.format(carpeta) for word in words))
    except SystemExit as ended:
        found = int(str(ended.code))
    assert found == status
    assert error_of(capsys.readouterr().out) == code


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """Popen waits without end for a process that a failed test leaves."""
    try:
        yield
    finally:
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals for another process")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_watches_until_it_is_told_to_stop(tmp_path: Path, how: signal.Signals) -> None:
    write(tmp_path / "bien.txt", *RECORDS[:3])
    command = [sys.executable, "-m", "icsoe_desktop", "vigilar", str(tmp_path), "--cada", "1"]
    with (
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process,
        ended(process),
        watched(process.pid),
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        assert "bien.txt: bien, 3 renglones." in process.stdout.readline()
        process.send_signal(how)
        start = time.monotonic()
        assert process.wait(timeout=30) == 0
        assert time.monotonic() - start < 20
        assert process.stderr.read() == ""
    assert (tmp_path / "bien.txt.revision.json").is_file()
