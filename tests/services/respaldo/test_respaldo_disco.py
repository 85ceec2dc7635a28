"""Disks that are full or shut: what is said, and that nothing is lost."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from icsoe_desktop.arranque.apertura import build_restauracion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.file_failures import FULL, NOT_WRITABLE
from icsoe_desktop.paths import DataFolder
from tests.conftest import MemoryKeyring, Reloj
from tests.services.respaldo.con_respaldo import CLAVE, Oficina


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder_is_told(oficina: Oficina, tmp_path: Path) -> None:
    shut = tmp_path / "cerrada"
    shut.mkdir()
    shut.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with oficina.open() as app, pytest.raises(UserFacingError) as caught:
        app.respaldo.create(oficina.sesion, shut / "c.icsoe-respaldo", CLAVE)
    assert caught.value.message == NOT_WRITABLE


@pytest.mark.skipif(
    os.name != "posix" or not Path("/dev/full").exists(), reason="needs a device that is full"
)
def test_a_full_disk_is_told(
    oficina: Oficina, respaldo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = respaldo.read_bytes()
    real = os.open

    def full(path: object, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith(".tmp") and ".icsoe-respaldo." in str(path):
            real(str(path), flags, mode)
            return real("/dev/full", os.O_WRONLY)
        return real(str(path), flags, mode)

    monkeypatch.setattr(os, "open", full)
    with oficina.open() as app, pytest.raises(UserFacingError) as caught:
        app.respaldo.create(oficina.sesion, respaldo, CLAVE)
    assert caught.value.message == FULL
    assert respaldo.read_bytes() == before
    assert [p for p in respaldo.parent.iterdir() if p.is_file()] == [respaldo]


@pytest.fixture
def disco_lleno(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, nearly full."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("montar un disco pequeño pide ser root en Linux")
    disk = tmp_path / "disco"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("este equipo no deja montar un disco pequeño")
    try:
        (disk / "fotos").write_bytes(bytes(900_000))
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_keeps_the_former_backup(oficina: Oficina, disco_lleno: Path) -> None:
    (disco_lleno / "fotos").unlink()
    ruta = disco_lleno / "mio.icsoe-respaldo"
    oficina.back_up(ruta)
    before = ruta.read_bytes()
    (disco_lleno / "fotos").write_bytes(bytes(1_000_000 - len(before)))
    with oficina.open() as app, pytest.raises(UserFacingError) as caught:
        app.respaldo.create(oficina.sesion, ruta, CLAVE)
    assert caught.value.message == FULL
    assert ruta.read_bytes() == before
    assert {path.name for path in disco_lleno.iterdir()} == {"fotos", "mio.icsoe-respaldo"}
    assert len(oficina.names()) == 1


def test_restoring_where_the_disk_is_full_changes_nothing(
    disco_lleno: Path, oficina: Oficina, respaldo: Path, reloj: Reloj
) -> None:
    other = DataFolder(disco_lleno)
    service = build_restauracion(other, MemoryKeyring(), reloj)
    with pytest.raises(UserFacingError) as caught:
        service.restore(respaldo, CLAVE)
    assert caught.value.message == FULL
    assert [path.name for path in disco_lleno.iterdir()] == ["fotos"]
    assert not service.waiting
