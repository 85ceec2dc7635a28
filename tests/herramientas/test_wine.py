"""What is chosen for Windows on another system, and what a Wine prefix may touch."""

from __future__ import annotations

from pathlib import Path

import pytest

from resources.installer import wine
from tests.conftest import ROOT

LOCK = """\
# una nota
pefile==2024.8.26 ; sys_platform == 'win32' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
pyinstaller==6.22.3 \\
    --hash=sha256:cc
secretstorage==3.5.0 ; sys_platform == 'linux' \\
    --hash=sha256:dd
viejo==1.0 ; python_full_version < '3.11' \\
    --hash=sha256:ee
"""


def test_a_lock_is_read_as_windows_would_read_it(tmp_path: Path) -> None:
    lock = tmp_path / "requisitos.txt"
    lock.write_text(LOCK, "utf-8")
    assert list(wine.for_windows(lock)) == [
        "pefile==2024.8.26 --hash=sha256:aa --hash=sha256:bb",
        "pyinstaller==6.22.3 --hash=sha256:cc",
    ]


def test_the_real_lock_has_what_only_windows_needs() -> None:
    lines = list(wine.for_windows(ROOT / "resources" / "requisitos" / "empaquetar.txt"))
    names = {line.partition("==")[0] for line in lines}
    assert {"tzdata", "pywin32-ctypes", "pefile", "pyside6-essentials"} <= names
    assert "secretstorage" not in names
    assert all(" --hash=sha256:" in line for line in lines)


def test_a_folder_of_somebody_else_is_not_erased(tmp_path: Path) -> None:
    theirs = tmp_path / "tesis.txt"
    theirs.write_text("cinco años", "utf-8")
    with pytest.raises(wine.WineError, match="no se va a tocar"):
        wine.make(tmp_path)
    assert theirs.exists()


def test_programs_under_wine_see_nothing_of_this_systems_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/otra.pem")
    monkeypatch.setenv("DISPLAY", ":7")
    environment = wine.Wine(tmp_path).environment(ICSOE_DATOS="C:\\d")
    assert "REQUESTS_CA_BUNDLE" not in environment
    assert environment["DISPLAY"] == ":7"
    assert environment["ICSOE_DATOS"] == "C:\\d"
    assert Path(environment["HOME"]).is_relative_to(tmp_path)


def test_a_path_is_told_as_windows_has_it(tmp_path: Path) -> None:
    made = wine.Wine(tmp_path)
    assert made.windows_path(made.python) == "C:\\Python311\\python.exe"
    assert made.windows_path(tmp_path / "a.msi").startswith("Z:\\")
    assert made.windows_path("msiexec") == "msiexec"
