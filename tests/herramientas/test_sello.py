"""A build says the commit that it was made from."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from icsoe_desktop import __version__
from icsoe_desktop.version import Build, build_of, long_version
from resources.installer.sello import STAMP, Sello, read_sello, set_times

EPOCH = 1_795_361_793  # 2026-11-22 15:36:33 UTC


def git(folder: Path, *words: str) -> str:
    names = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for who in ("AUTHOR", "COMMITTER"):
        names |= {f"GIT_{who}_NAME": "a", f"GIT_{who}_EMAIL": "a@ejemplo.mx"}
        names[f"GIT_{who}_DATE"] = f"@{EPOCH} +0000"
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "clon"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "a.txt").write_text("uno", "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "uno")
    return folder


def test_the_stamp_is_the_commit_and_its_date(clone: Path) -> None:
    commit = git(clone, "rev-parse", "HEAD")
    assert read_sello(clone) == Sello(commit, EPOCH, False)
    (clone / "nuevo.txt").touch()
    assert read_sello(clone) == Sello(commit, EPOCH, False)
    (clone / "a.txt").write_text("dos", "utf-8")
    assert read_sello(clone) == Sello(commit, EPOCH, True)


def test_an_unpacked_source_archive_keeps_the_stamp_that_it_came_with(
    clone: Path, tmp_path: Path
) -> None:
    unpacked = clone / "fuentes"  # inside another clone, whose commit is not its own
    (unpacked / "icsoe_desktop").mkdir(parents=True)
    assert read_sello(unpacked) is None
    stamp = Sello("ab" * 20, EPOCH, False)
    (unpacked / STAMP).write_text(stamp.text(), "utf-8")
    assert read_sello(unpacked) == stamp


def test_what_is_built_depends_on_no_clock_and_no_chance() -> None:
    assert Sello("ab" * 20, EPOCH, False).environment() == {
        "SOURCE_DATE_EPOCH": str(EPOCH),
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }


def test_every_file_and_folder_gets_the_time_of_the_commit(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").touch()
    set_times(tmp_path, EPOCH)
    found = [tmp_path, *tmp_path.rglob("*")]
    assert {path.stat().st_mtime for path in found} == {EPOCH}


def test_the_program_says_commit_and_date_of_its_build(tmp_path: Path) -> None:
    path = tmp_path / "compilacion.json"
    path.write_text(Sello("1a2b3c4d5e" * 4, EPOCH, False).text(), "utf-8")
    built = build_of(path)
    assert built == Build("1a2b3c4d5e" * 4, date(2026, 11, 22))
    assert long_version(built) == f"{__version__} (1a2b3c4d, 22/11/2026)"
    path.write_text(Sello("1a2b3c4d5e" * 4, EPOCH, True).text(), "utf-8")
    assert long_version(build_of(path)).endswith("(1a2b3c4d, 22/11/2026, con cambios)")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"commit": 1, "fecha": 2}', "\0"])
def test_without_a_readable_stamp_only_the_version_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "compilacion.json"
    path.write_text(content, "utf-8")
    assert build_of(path) is None
    assert long_version(None) == __version__
