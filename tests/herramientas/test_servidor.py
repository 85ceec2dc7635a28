"""The set-up of the sync server for the tests: where it cannot be, it says so and goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from resources.entorno import servidor as module

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn solo existe en POSIX")


@pytest.fixture
def servidor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The module on a folder of its own, with a lock that holds nothing."""
    lock = tmp_path / "requisitos.txt"
    lock.write_text("")
    monkeypatch.setattr(module, "KINTO", module.Environment(tmp_path / ".venv-servidor", lock))
    return module


def test_it_is_made_once_and_again_when_the_lock_changes_and_tells_what_cannot_be_had(
    servidor: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    servidor.prepare(system=False)
    subprocess.run([servidor.KINTO.python, "-c", ""], check=True)
    assert "Servidor de sincronización para las pruebas" in capsys.readouterr().err
    servidor.prepare(system=False)
    assert capsys.readouterr().err == ""
    assert servidor.KINTO.is_good()

    servidor.KINTO.lock.write_text("icsoe-no-existe==1.0 --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (servidor.KINTO.folder / "ajeno").write_text("")
    servidor.prepare(system=False)
    said = capsys.readouterr().err
    assert "Servidor de sincronización para las pruebas" in said
    assert "no se pudo instalar; sus pruebas se omiten" in said
    assert not servidor.KINTO.is_good()
    assert not (servidor.KINTO.folder / "ajeno").exists()


def test_a_machine_without_postgresql_is_told_and_goes_on(
    servidor: ModuleType,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(servidor, "POSTGRES", tmp_path / "nada")
    monkeypatch.setattr(servidor.Environment, "is_good", lambda environment: True)
    monkeypatch.setenv("PATH", str(tmp_path))
    servidor.prepare(system=True)
    said = capsys.readouterr().err
    assert "las pruebas que lo necesitan se omiten" in said
    assert "apt-get install -y --no-install-recommends postgresql" in said
    servidor.prepare(system=False)
    assert capsys.readouterr().err == ""
