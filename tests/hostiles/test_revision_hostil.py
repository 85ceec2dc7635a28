"""Hostile files at the review: each ends soon, within bounded memory, with a finished answer."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion.revision import review_one
from tests.hostiles.hojas import entities, only_spaces, two_corners
from tests.support.tiers import long_cases

TODAY = date(2026, 11, 22)
SIGNS = st.sampled_from([b"0", b"7", b"9", b" ", b"$", b"/", b"\n", b"\r", b"A", b"\xd1", b"\x00"])


@given(st.lists(st.one_of(SIGNS, st.binary(max_size=60)), max_size=60).map(b"".join))
def test_no_input_raises(data: bytes) -> None:
    for found in review_one("x.txt", io.BytesIO(data), TODAY, NoProgress()):
        list(found.problems)
        assert found.motivo or found.leidos or found.problems


@example(bytes(4) + b"\x01\x00\x00\x02\x00\x00\x03", 144, b"\x00")  # a member without a name
@given(st.binary(max_size=400), st.integers(0, 399), st.binary(min_size=1, max_size=8))
def test_no_damaged_zip_raises(content: bytes, at: int, change: bytes) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", content)
        archive.writestr("b/c.txt", content)
    data = bytearray(file.getvalue())
    at = min(at, len(data) - 1)
    data[at : at + len(change)] = change
    for found in review_one("x.zip", io.BytesIO(bytes(data)), TODAY, NoProgress()):
        list(found.problems)


def one_long_line(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(60):
            file.write(b"7" * 2**20)


def many_zip_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(2_000):
            archive.writestr(f"{number}.txt", b"corta\n")


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(260 * 2**20))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(
    "make", long_cases([one_long_line, many_zip_members, bomb], {many_zip_members, bomb})
)
def test_large_files_take_little_memory_and_an_end(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / ("x.txt" if make is one_long_line else "x.zip")
    make(path)
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], capture_output=True, check=False, timeout=120
    )
    assert done.returncode in (0, 1), done.stderr
    assert int(done.stderr.split()[-1]) < 300 * 2**10
    assert time.monotonic() - start < 60


# Not ru_maxrss: a new process begins with that of the one which started it.
MEASURED = """
import re, sys
from icsoe_desktop.__main__ import main
status = main(["movimientos", "revisar", sys.argv[1], "--json"])
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
sys.exit(status)
"""


@pytest.mark.parametrize("make", [only_spaces, entities, two_corners])
def test_a_hostile_book_in_a_zip_costs_the_child_not_the_program(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    book = make(tmp_path / "x.xlsx")
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(book, "x.xlsx")
    before = time.process_time()
    for found in review_one("x.zip", path, TODAY, NoProgress()):
        list(found.problems)
        assert found.motivo
    assert time.process_time() - before < 2
