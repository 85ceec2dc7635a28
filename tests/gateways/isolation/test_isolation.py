"""A file of a stranger is read by a process that can be lost: bounded, and ended on cancel."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.constancia_pdf.palabras import read_pages
from icsoe_desktop.gateways.isolation import client
from icsoe_desktop.gateways.isolation.client import BROKEN, TOO_MUCH, TOO_SLOW, IsolatedReader
from icsoe_desktop.gateways.pdf import DocumentPages
from icsoe_desktop.jobs import Cancelled, NoProgress
from tests.gateways.test_pdf import pdf
from tests.hostiles.pdfs import HOSTILE, deep_pattern, nested_forms
from tests.support.progreso import Stop
from tests.support.tiers import long_cases

PREAMBLE = (
    "import sys, os, time, json, struct\n"
    "def frame(value, blob=b''):\n"
    "    text = json.dumps(value).encode()\n"
    "    os.write(1, struct.pack('>IQ', len(text), len(blob)) + text + blob)\n"
    "sys.stdin.buffer.read(12)\n"
)


def lies(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Puts a program that lies in the child's place."""
    command = [sys.executable, "-I", "-c", PREAMBLE + code]
    monkeypatch.setattr(client, "child_command", lambda: command)


def ask(silence_s: float = 20.0, memory_bytes: int = 2**28) -> list[object]:
    with IsolatedReader(memory_bytes, silence_s) as reader:
        return list(reader.ask("pdf.count", {}, pdf()))


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", BROKEN),
        ("os._exit(0)", BROKEN),
        ("os.abort()", TOO_MUCH),
        ("os.write(1, b'no frame at all, and long enough')", BROKEN),
        ("os.write(1, struct.pack('>IQ', 2**31, 0))", BROKEN),
        ("os.write(1, struct.pack('>IQ', 2, 2**60) + b'{}')", BROKEN),
        ("frame(['answer'])", BROKEN),
        ("frame({'end': 1})", BROKEN),
        ("os.write(1, struct.pack('>IQ', 200000, 0) + b'[' * 200000)", BROKEN),
        ("frame(['report', 'x', None, ''])", BROKEN),
    ],
)
def test_whatever_the_child_says_ends_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, code: str, sentence: str
) -> None:
    lies(monkeypatch, code)
    with pytest.raises(UserFacingError) as caught:
        ask()
    assert caught.value.message == sentence


def test_a_child_that_says_nothing_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    lies(monkeypatch, "time.sleep(600)")
    with pytest.raises(UserFacingError) as caught:
        ask(silence_s=0.3)
    assert caught.value.message == TOO_SLOW


def test_a_sentence_of_the_child_is_cut_and_keeps_its_field(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lies(monkeypatch, "frame(['refused', 'x' * 100000, True, 'archivo'])")
    with pytest.raises(InvalidInputError) as caught:
        ask()
    assert (len(caught.value.message), caught.value.campo) == (2_000, "archivo")


def test_cancelling_ends_the_child_at_once() -> None:
    reader = IsolatedReader()
    with pytest.raises(Cancelled):
        list(reader.ask("pdf.words", {}, nested_forms(), Stop()))
    assert not reader.is_open


def test_another_thread_ends_what_is_waited_for() -> None:
    pages = DocumentPages(deep_pattern(), is_pdf=True)
    timer = threading.Timer(1.0, pages.stop)
    timer.start()
    started = time.monotonic()
    with pytest.raises(UserFacingError):
        pages.picture(0, 800, NoProgress())
    assert time.monotonic() - started < 15
    timer.join()


@pytest.mark.parametrize(
    "name", long_cases(HOSTILE, {"mosaicos de mosaicos", "muchos trazos", "muchas letras"})
)
def test_a_hostile_pdf_ends_in_a_page_or_a_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.IsolatedReader.__init__, "__defaults__", (2**28, 3.0))
    data = HOSTILE[name]()
    pages = DocumentPages(data, is_pdf=True)
    for read in (
        lambda: pages.picture(0, 800, NoProgress()),
        lambda: read_pages(data[: 10 * 2**20], NoProgress()),
    ):
        with contextlib.suppress(UserFacingError):
            read()
    pages.close()


@pytest.mark.skipif(sys.platform != "linux", reason="límites por setrlimit")
def test_the_child_cannot_take_more_memory_than_it_may() -> None:
    """Measured by the system, of the largest child so far in a process of its own."""
    code = (
        "import resource, contextlib\n"
        "from tests.hostiles.pdfs import nested_forms\n"
        "from icsoe_desktop.errors import UserFacingError\n"
        "from icsoe_desktop.gateways.pdf import DocumentPages\n"
        "from icsoe_desktop.jobs import NoProgress\n"
        "with contextlib.suppress(UserFacingError):\n"
        "    DocumentPages(nested_forms(), is_pdf=True).picture(0, 800, NoProgress())\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 300


def test_the_child_is_told_nothing_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICSOE_DATOS", "/secreto")
    monkeypatch.setenv("HTTPS_PROXY", "http://ana:clave@proxy")
    lies(
        monkeypatch,
        "frame(['answer', sorted(os.environ)])\nframe(['answer', sys.argv[1:]])\nframe(['end'])\n",
    )
    (names, _), (words, _) = ask()
    assert not {"ICSOE_DATOS", "HTTPS_PROXY", "HOME"} & set(names)
    assert words == [str(2**28)]


def test_one_child_answers_for_all_pages_of_a_document_and_dies_with_it() -> None:
    pages = DocumentPages(pdf(), is_pdf=True)
    assert pages.count(NoProgress()) == 1
    first = pages._reader._process
    assert pages.picture(0, 100, NoProgress()).ancho == 100
    assert pages._reader._process is first
    assert first is not None
    pages.close()
    assert first.poll() is not None
    # Closed, it begins anew with the whole document.
    assert pages.picture(0, 50, NoProgress()).ancho == 50
    pages.close()


@pytest.mark.skipif(sys.platform == "win32", reason="la señal es de POSIX")
def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import time\n"
        "from tests.gateways.test_pdf import pdf\n"
        "from icsoe_desktop.gateways.pdf import DocumentPages\n"
        "from icsoe_desktop.jobs import NoProgress\n"
        "pages = DocumentPages(pdf(), is_pdf=True)\n"
        "pages.count(NoProgress())\n"
        "print(pages._reader._process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    end = time.monotonic() + 30
    while _lives(child):
        assert time.monotonic() < end
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return not Path("/proc").is_dir()
    return state != "Z"
