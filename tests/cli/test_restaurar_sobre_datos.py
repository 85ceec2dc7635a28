"""`respaldo restaurar` over data that exist asks for a password of one of their users."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from icsoe_desktop.cli.respaldo import NO_OWN_PASSWORD
from tests.conftest import Reloj
from tests.services.respaldo.con_respaldo import CLAVE, CONTRASENA, Oficina
from tests.support import ordenes

Run = Callable[..., int]


@pytest.fixture
def victim(tmp_path: Path, reloj: Reloj) -> Oficina:
    return Oficina(tmp_path / "victima", reloj)


@pytest.fixture
def foreign(tmp_path: Path, reloj: Reloj) -> Path:
    """Somebody else's backup, whose password is known."""
    ruta = tmp_path / "ajeno.icsoe-respaldo"
    Oficina(tmp_path / "ajena", reloj).back_up(ruta)
    return ruta


@pytest.fixture
def run(tmp_path: Path, victim: Oficina, foreign: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "clave").write_text(CLAVE)
    monkeypatch.setattr("icsoe_desktop.cli.command.ask_password", lambda _: None)
    monkeypatch.setattr("icsoe_desktop.arranque.vistazo.SystemKeyring", lambda: victim.keyring)

    def restore(*words: str, folder: Path = victim.folder.root) -> int:
        common = ["--contrasena-archivo", str(tmp_path / "clave"), "--datos", str(folder)]
        return ordenes.run("respaldo", "restaurar", str(foreign), *common, *words)

    return restore


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}


def test_without_the_password_nothing_changes(
    run: Run, victim: Oficina, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(victim.folder.root)
    assert run() == 1
    assert capsys.readouterr().err == f"{NO_OWN_PASSWORD}\n"
    assert files(victim.folder.root) == before


def test_with_a_wrong_one_nothing_changes(
    run: Run, victim: Oficina, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "otra").write_text("no es ésta")
    before = files(victim.folder.root)
    assert run("--contrasena-datos-archivo", str(tmp_path / "otra")) == 1
    assert "no abre los datos de este equipo" in capsys.readouterr().err
    assert files(victim.folder.root) == before


def test_with_it_the_backup_takes_the_place_and_the_former_data_are_kept(
    run: Run, victim: Oficina, tmp_path: Path
) -> None:
    (tmp_path / "propia").write_text(CONTRASENA)
    assert run("--contrasena-datos-archivo", str(tmp_path / "propia")) == 0
    [kept] = victim.folder.root.glob("anterior-*")
    assert {"icsoe.db", "llaves.json"} <= {path.name for path in kept.iterdir()}


def test_an_empty_folder_needs_none_and_had_nothing_to_keep(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder=tmp_path / "nueva") == 0
    told = capsys.readouterr().out
    assert "anteriores" not in told
    assert re.search(r"^Creado: \d\d/\d\d/\d{4} \d\d:\d\d$", told, re.MULTILINE)
    assert list((tmp_path / "nueva").glob("anterior-*")) == []


def test_a_damaged_envelope_leaves_nobody_to_ask(run: Run, victim: Oficina) -> None:
    victim.folder.envelope.write_text("{}")
    shutil.copy(victim.folder.envelope, victim.folder.root / "copia")
    assert run() == 0
