"""The data folder: which it is, and that it is the user's alone."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.paths import (
    ENV_DATOS,
    PORTABLE_MARK,
    DataFolder,
    open_data_folder,
    portable_folder,
)

POSIX = pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.delenv(ENV_DATOS, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "casa"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "casa" / "datos"))
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_named_folder_comes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENV_DATOS, str(tmp_path / "b"))
    assert open_data_folder(str(tmp_path / "a")) == DataFolder(tmp_path / "a")
    assert not (tmp_path / "b").exists()
    assert open_data_folder() == DataFolder(tmp_path / "b")
    monkeypatch.setenv(ENV_DATOS, "")
    assert open_data_folder().root not in (tmp_path / "a", tmp_path / "b")


def test_a_portable_program_keeps_its_data_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, beside = open_data_folder(), DataFolder(tmp_path / "datos")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "icsoe-desktop"))
    (tmp_path / PORTABLE_MARK).touch()
    # Beside a Python, the mark says nothing.
    assert (open_data_folder(), portable_folder()) == (own, None)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert (open_data_folder(), portable_folder()) == (beside, beside.root)
    assert open_data_folder(str(tmp_path / "otra")).root == tmp_path / "otra"
    (tmp_path / PORTABLE_MARK).unlink()
    assert (open_data_folder(), portable_folder()) == (own, None)


@pytest.mark.skipif(os.name != "posix", reason="XDG is of POSIX")
def test_without_a_name_it_is_the_users_own(tmp_path: Path) -> None:
    own = tmp_path / "casa" / "datos" / "ICSOE Desktop"
    assert open_data_folder() == DataFolder(own)
    assert mode(own) == 0o700
    own.chmod(0o755)
    open_data_folder()
    assert mode(own) == 0o700


def test_a_relative_and_a_home_path_are_made_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_data_folder("datos").root == tmp_path / "datos"
    if os.name == "posix":  # Windows takes anybody's name for a neighbour of the user's folder
        stranger = tmp_path / "~nadie-de-aqui" / "datos"
        assert open_data_folder("~nadie-de-aqui/datos").root == stranger
        assert open_data_folder("~/mis datos").root == tmp_path / "casa" / "mis datos"


@POSIX
def test_all_that_is_made_is_the_users_alone(tmp_path: Path) -> None:
    folder = open_data_folder(str(tmp_path / "x" / "datos"))
    assert mode(folder.root) == 0o700
    folder.store.touch()
    folder.backups.mkdir()
    assert mode(folder.store) == 0o600
    assert mode(folder.backups) == 0o700
    assert sorted(path.name for path in folder.root.iterdir()) == ["icsoe.db", "respaldos"]


@POSIX
def test_a_folder_of_somebody_elses_choice_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "compartida"
    shared.mkdir(mode=0o755)
    open_data_folder(str(shared))
    assert mode(shared) == 0o755


def test_a_folder_that_cannot_be_used_is_named_in_spanish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "archivo").write_text("x")
    with pytest.raises(UserFacingError) as caught:
        open_data_folder(str(tmp_path / "archivo"))
    assert caught.value.message == (
        f"No se puede escribir en la carpeta de datos «{tmp_path / 'archivo'}»: es un archivo. "
        "No se cambió nada. Revise los permisos de la carpeta o elija otra con --datos."
    )

    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(UserFacingError, match=r"»: no hay permiso\. No se cambió nada"):
        open_data_folder(str(tmp_path / "datos"))


def test_every_file_of_the_program_has_its_own_name(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    names = [
        folder.store,
        folder.envelope,
        folder.backups,
        folder.logs,
        folder.preferences,
        folder.lock,
    ]
    assert len(set(names)) == 6
    assert {name.parent for name in names} == {tmp_path}
