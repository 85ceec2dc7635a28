"""What the set-up does about libraries that the operating system lacks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from resources.entorno import sistema as module

LACKING = {"libGL.so.1": "libgl1", "una tipografía": "fonts-dejavu-core"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="apt-get solo existe en Linux")


@pytest.fixture
def sistema(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(module, "missing", lambda command: LACKING if command == "probar" else {})
    return module


class Programs:
    """A PATH with nothing but these; each writes down how it was called."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "bin"
        self.log = folder / "llamadas"
        self.folder.mkdir()
        monkeypatch.setenv("PATH", str(self.folder))

    def add(self, name: str, body: str) -> None:
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.log}"\n{body}\n', "utf-8")
        path.chmod(0o755)

    def calls(self) -> list[str]:
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    programs = Programs(tmp_path, monkeypatch)
    programs.add("env", 'shift; exec "$@"')
    return programs


def user(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: number)


def test_root_installs_what_is_missing_and_nothing_else(
    sistema: ModuleType, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    user(monkeypatch, 0)
    programs.add("apt-get", "exit 0")
    sistema.provide("probar")
    assert programs.calls()[-1].endswith(
        "install -y --no-install-recommends fonts-dejavu-core libgl1"
    )

    before = len(programs.calls())
    sistema.provide("iniciar")
    assert len(programs.calls()) == before


def test_stale_package_lists_are_brought_before_giving_up(
    sistema: ModuleType, programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    user(monkeypatch, 0)
    fresh = tmp_path / "al-dia"
    programs.add(
        "apt-get", f'case "$*" in *update*) : >"{fresh}";; *) [ -e "{fresh}" ] || exit 100;; esac'
    )
    sistema.provide("probar")
    calls = [line for line in programs.calls() if line.startswith("apt-get")]
    assert "update" in calls[-2]
    assert "install" in calls[-1]


def test_a_failure_of_apt_is_told_with_its_own_words(
    sistema: ModuleType, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    user(monkeypatch, 0)
    programs.add("apt-get", "echo 'E: no hay espacio'; exit 100")
    with pytest.raises(sistema.SetupError, match="E: no hay espacio"):
        sistema.provide("probar")


def test_a_user_with_sudo_installs_through_it(
    sistema: ModuleType, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    user(monkeypatch, 1000)
    programs.add("apt-get", "exit 0")
    programs.add("sudo", 'shift; [ "$1" = true ] || exec "$@"')
    sistema.provide("probar")
    assert programs.calls()[0] == "sudo -n true"
    assert programs.calls()[-1].startswith("apt-get")


@pytest.mark.parametrize("with_sudo", [True, False])
def test_a_user_who_may_not_install_gets_the_exact_command(
    sistema: ModuleType, programs: Programs, monkeypatch: pytest.MonkeyPatch, with_sudo: bool
) -> None:
    user(monkeypatch, 1000)
    monkeypatch.setattr(sys, "stdin", None)
    programs.add("apt-get", "exit 0")
    if with_sudo:
        programs.add("sudo", "exit 1")
    with pytest.raises(sistema.SetupError) as caught:
        sistema.provide("probar")
    assert (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends "
        "fonts-dejavu-core libgl1\n" in str(caught.value)
    )
    assert not [line for line in programs.calls() if line.startswith("apt-get")]


def test_a_linux_without_apt_is_told_what_is_missing_and_goes_on(
    sistema: ModuleType, programs: Programs, capsys: pytest.CaptureFixture[str]
) -> None:
    sistema.provide("probar")
    out, said = capsys.readouterr()
    assert out == ""
    assert "libGL.so.1, una tipografía" in said
    assert programs.calls() == []


def test_the_program_asks_for_everything_the_tests_ask_for(sistema: ModuleType) -> None:
    assert set(sistema.wanted("probar")) < set(sistema.wanted("iniciar"))
