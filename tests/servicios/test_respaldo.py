"""What is backed up comes back, and whatever goes wrong leaves what was there."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icsoe_desktop.apertura import ALL_MISSING, build_restauracion
from icsoe_desktop.bootstrap import open_application
from icsoe_desktop.domain.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.errors import (
    InvalidInputError,
    NotAllowedError,
    StoreDamagedError,
    UserFacingError,
)
from icsoe_desktop.gateways import archivo_respaldo, cabecera_respaldo
from icsoe_desktop.gateways.archivo_respaldo import (
    read_header,
)
from icsoe_desktop.gateways.archivos_fallos import FULL, NOT_WRITABLE
from icsoe_desktop.gateways.cabecera_respaldo import NEWER, BackupError, BackupPasswordError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.desbloqueo import Unlock
from icsoe_desktop.services.respaldo import Programa
from icsoe_desktop.services.restauracion import backup_folders, find_backups
from icsoe_desktop.services.usuarios import UsuarioNuevo
from tests.conftest import MemoryLlavero, Reloj

CLAVE = "Tres.Tristes.Tigres"
CONTRASENA = "Papel.Verde93"
REGISTROS = ("Y6077636105", "Empresa de Ejemplo SA de CV", "EKU9003173C9")


class Oficina:
    """A data folder with one user and one registro patronal, and a program that opens it."""

    def __init__(self, root: Path, reloj: Reloj) -> None:
        self.folder = DataFolder(root)
        self.llavero = MemoryLlavero()
        self.reloj = reloj
        root.mkdir()
        with self.open() as app:
            nuevo = UsuarioNuevo("Alma", "Prieto", "", "a@ejemplo.mx", CONTRASENA, CONTRASENA, True)
            self.sesion: Sesion = app.usuarios.register(None, nuevo).sesion
            app.registros_patronales.add(self.sesion, *REGISTROS)

    def open(self, unlock: Unlock | None = None) -> _Open:
        return _Open(open_application(self.folder, unlock, self.llavero, self.reloj))

    def names(self) -> list[str]:
        with self.open() as app:
            return [one.razon_social for one in app.registros_patronales.all(self.sesion)]

    def back_up(self, ruta: Path) -> None:
        with self.open() as app:
            app.respaldo.create(self.sesion, ruta, CLAVE)

    def restore(self, ruta: Path, clave: str = CLAVE) -> Path:
        service = build_restauracion(self.folder, self.llavero, self.reloj)
        kept = service.restore(ruta, clave)
        assert service.finish()
        return kept


class _Open:
    def __init__(self, application: Application) -> None:
        self._application = application

    def __enter__(self) -> Application:
        return self._application

    def __exit__(self, *_: object) -> None:
        self._application.close()


@pytest.fixture
def oficina(tmp_path: Path, reloj: Reloj) -> Oficina:
    return Oficina(tmp_path / "datos", reloj)


@pytest.fixture
def respaldo(oficina: Oficina, tmp_path: Path) -> Path:
    ruta = tmp_path / "copia.icsoe-respaldo"
    oficina.back_up(ruta)
    return ruta


def _noise(path: Path) -> None:
    path.write_bytes(hashlib.shake_128(b"3").digest(path.stat().st_size))


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [_noise, _cut, Path.unlink], ids=["noise", "cut", "deleted"])
def test_a_harmed_store_is_recognised_and_comes_back(
    oficina: Oficina, respaldo: Path, harm: object
) -> None:
    assert callable(harm)
    harm(oficina.folder.store)
    with pytest.raises(StoreDamagedError):
        oficina.open()
    kept = oficina.restore(respaldo)
    assert oficina.names() == [REGISTROS[1]]
    assert (kept / "llaves.json").exists()


def test_a_folder_that_lost_store_and_keys_is_no_first_start(oficina: Oficina) -> None:
    oficina.folder.backups.mkdir(exist_ok=True)
    ruta = oficina.folder.backups / "mio.icsoe-respaldo"
    oficina.back_up(ruta)
    oficina.folder.store.unlink()
    oficina.folder.envelope.unlink()
    with pytest.raises(StoreDamagedError) as caught:
        oficina.open()
    assert caught.value.message == ALL_MISSING
    oficina.restore(ruta)
    assert len(oficina.names()) == 1


def test_another_machine_opens_the_restored_data_by_the_users_password(
    oficina: Oficina, respaldo: Path, tmp_path: Path, reloj: Reloj
) -> None:
    other = DataFolder(tmp_path / "otro")
    other.root.mkdir()
    service = build_restauracion(other, MemoryLlavero(), reloj)
    service.restore(respaldo, CLAVE)
    service.finish()
    app = open_application(other, Unlock(contrasena=CONTRASENA), MemoryLlavero(), reloj)
    assert len(app.registros_patronales.all(oficina.sesion)) == 1
    app.close()


def test_a_restore_brings_back_that_day_and_keeps_this_one(
    oficina: Oficina, respaldo: Path
) -> None:
    with oficina.open() as app:
        app.registros_patronales.add(oficina.sesion, "A0712345104", "Otra SA", "EKU9003173C9")
        vista = app.respaldo.preview(oficina.sesion, respaldo, CLAVE)
        assert dict(vista.conteos)["registros_patronales"] == 1
        assert vista.creado == oficina.reloj.now
        kept = app.respaldo.restore(oficina.sesion, vista, CLAVE)
    with pytest.raises(UserFacingError):
        oficina.open()  # a restore waits: nothing may open the old one any more
    build_restauracion(oficina.folder, oficina.llavero, oficina.reloj).finish()
    assert len(oficina.names()) == 1
    for name in ("icsoe.db", "llaves.json"):
        shutil.copy(kept / name, oficina.folder.root / name)
    assert len(oficina.names()) == 2


def test_a_wrong_password_changes_nothing(oficina: Oficina, respaldo: Path) -> None:
    with pytest.raises(BackupPasswordError):
        oficina.restore(respaldo, "Otra.Cosa.Distinta")
    assert len(oficina.names()) == 1
    assert not list(oficina.folder.root.glob(".restaurando-*"))


def test_a_backup_of_a_newer_program_is_told(
    oficina: Oficina, respaldo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(cabecera_respaldo, "FORMAT_VERSION", 2)
        with oficina.open() as app:
            app.respaldo.create(oficina.sesion, respaldo, CLAVE)
    with pytest.raises(BackupError) as caught:
        oficina.restore(respaldo)
    assert caught.value.message == NEWER


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


def test_cancelling_a_backup_leaves_no_file(oficina: Oficina, tmp_path: Path) -> None:
    class Stop(NoProgress):
        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            if what == archivo_respaldo.WRITING:
                raise Cancelled

    ruta = tmp_path / "c.icsoe-respaldo"
    with oficina.open() as app, pytest.raises(Cancelled):
        app.respaldo.create(oficina.sesion, ruta, CLAVE, Stop())
    assert not list(tmp_path.glob("*respaldo*"))
    assert not list(oficina.folder.backups.glob(".copia*"))


def test_the_clock_makes_backups_and_keeps_the_newest(oficina: Oficina) -> None:
    mine = oficina.folder.backups / "mio.icsoe-respaldo"
    with oficina.open() as app:
        service = app.respaldo
        oficina.folder.backups.mkdir(exist_ok=True)
        service.create(oficina.sesion, mine, CLAVE)
        assert not service.is_due()
        service.save_programa(oficina.sesion, Programa(24, 2), CLAVE)
        made = []
        for _day in range(4):
            assert service.is_due()
            made.append(service.run_scheduled())
            assert not service.is_due()
            oficina.reloj.advance(hours=24)
        assert [one.retirados for one in made[:2]] == [(), ()]
        assert made[3].retirados == (made[1].ruta.name,)
        left = {one.ruta for one in service.found(oficina.sesion)}
        assert left == {mine, made[2].ruta, made[3].ruta}
        assert service.preview(oficina.sesion, made[3].ruta, CLAVE).ruta == made[3].ruta


def test_a_schedule_needs_a_password_and_a_right(oficina: Oficina) -> None:
    with oficina.open() as app:
        with pytest.raises(InvalidInputError):
            app.respaldo.save_programa(oficina.sesion, Programa(24, 2), None)
        with pytest.raises(InvalidInputError):
            app.respaldo.save_programa(oficina.sesion, Programa(24, 0), CLAVE)
        with pytest.raises(NotAllowedError):
            app.respaldo.save_programa(SESION_CONSULTA, Programa(24, 2), CLAVE)
        assert app.respaldo.programa(oficina.sesion) == Programa()


def test_nothing_of_a_backup_can_be_read_without_its_password(respaldo: Path) -> None:
    octets = respaldo.read_bytes()
    for word in (b"EMPRESA", b"Empresa", b"EKU9003173C9", b"ejemplo.mx", b"SQLite"):
        assert word not in octets


@settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_a_damaged_backup_is_refused_and_nothing_else(
    respaldo: Path, oficina: Oficina, data: st.DataObject
) -> None:
    whole = bytearray(respaldo.read_bytes())
    harmed = respaldo.with_name("danado.icsoe-respaldo")
    at = data.draw(st.integers(0, len(whole) - 1))
    match data.draw(st.sampled_from(["cut", "flip", "insert"])):
        case "cut":
            del whole[at:]
        case "flip":
            whole[at] ^= data.draw(st.integers(1, 255))
        case _:
            whole[at:at] = data.draw(st.binary(min_size=1, max_size=40))
    harmed.write_bytes(whole)
    service = build_restauracion(oficina.folder, oficina.llavero, oficina.reloj)
    with pytest.raises(BackupError):
        service.restore(harmed, CLAVE)
    assert not service.waiting


@settings(max_examples=200, deadline=None, suppress_health_check=[*HealthCheck])
@given(noise=st.binary(max_size=300), magic=st.booleans())
def test_noise_is_no_backup(tmp_path: Path, noise: bytes, magic: bool) -> None:
    path = tmp_path / "ruido.icsoe-respaldo"
    path.write_bytes((archivo_respaldo.MAGIC if magic else b"") + noise)
    with pytest.raises(BackupError):
        read_header(path)


def test_a_scheduled_backup_that_fails_says_why_until_one_succeeds(
    oficina: Oficina, tmp_path: Path
) -> None:
    away = tmp_path / "disco"
    with oficina.open() as app:
        service = app.respaldo
        service.save_programa(oficina.sesion, Programa(24, 2, away), CLAVE)
        with pytest.raises(UserFacingError) as caught:
            service.run_scheduled()
        fallo = service.last_failure()
        assert fallo is not None
        assert (fallo.motivo, fallo.cuando) == (caught.value.message, oficina.reloj.now)
        assert service.is_due()
        away.mkdir()
        assert service.run_scheduled().ruta.parent == away
        assert service.last_failure() is None


def test_a_folder_of_backups_is_remembered_without_the_store(
    oficina: Oficina, tmp_path: Path
) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    oficina.back_up(usb / "mio.icsoe-respaldo")
    for name in ("icsoe.db", "llaves.json"):
        (oficina.folder.root / name).unlink()
    with pytest.raises(StoreDamagedError) as caught:
        oficina.open()
    assert caught.value.message == ALL_MISSING
    (found,) = find_backups(*backup_folders(oficina.folder.backups))
    assert found.ruta == usb / "mio.icsoe-respaldo"
    # A disk that was taken out is no backup, and no trouble.
    shutil.rmtree(usb)
    assert find_backups(*backup_folders(oficina.folder.backups)) == ()


def test_only_old_leftovers_of_killed_backups_are_cleared(oficina: Oficina) -> None:
    folder = oficina.folder.backups
    folder.mkdir(exist_ok=True)
    mine = folder / "mio.icsoe-respaldo"
    oficina.back_up(mine)
    old = [folder / ".copia-ab12cd34.tmp", folder / ".mio.icsoe-respaldo.ab12cd34.tmp"]
    fresh = folder / ".copia-ff12cd34.tmp"
    for path in (*old, fresh):
        path.write_bytes(b"x")
    now = oficina.reloj.now.timestamp()
    for path in old:
        os.utime(path, (now - 7 * 3600, now - 7 * 3600))
    os.utime(fresh, (now - 60, now - 60))
    with oficina.open() as app:
        assert set(app.respaldo.clear_leftovers()) == {path.name for path in old}
    assert set(folder.iterdir()) == {mine, fresh}


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
    service = build_restauracion(other, MemoryLlavero(), reloj)
    with pytest.raises(UserFacingError) as caught:
        service.restore(respaldo, CLAVE)
    assert caught.value.message == FULL
    assert [path.name for path in disco_lleno.iterdir()] == ["fotos"]
    assert not service.waiting
