"""Backups: by hand and by the clock, and what of them can be read."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from icsoe_desktop.arranque import bootstrap
from icsoe_desktop.arranque.apertura import build_restauracion
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.atomic_write import FULL, NOT_WRITABLE
from icsoe_desktop.gateways.politicas.central_ini import parse_central
from icsoe_desktop.gateways.respaldo import archivo as archivo_respaldo
from icsoe_desktop.gateways.respaldo.archivo import SUFFIX
from icsoe_desktop.gateways.respaldo.cabecera import BackupPasswordError
from icsoe_desktop.jobs import Cancelled
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.respaldo.escritura import AUTOMATIC
from icsoe_desktop.services.respaldo.service import USUAL, Programa
from tests.conftest import MemoryKeyring, Reloj
from tests.services.respaldo.con_respaldo import CLAVE, CONTRASENA, Oficina
from tests.support.progreso import Stop


def test_cancelling_a_backup_leaves_no_file(oficina: Oficina, tmp_path: Path) -> None:
    stop = Stop(lambda _done, _total, what: what == archivo_respaldo.WRITING)
    ruta = tmp_path / "c.icsoe-respaldo"
    with oficina.open() as app, pytest.raises(Cancelled):
        app.respaldo.create(oficina.sesion, ruta, CLAVE, stop)
    assert not list(tmp_path.glob("*respaldo*"))
    assert not list(oficina.folder.backups.glob(".copia*"))


def test_the_clock_makes_backups_and_keeps_the_newest(oficina: Oficina) -> None:
    mine = oficina.folder.backups / "mio.icsoe-respaldo"
    with oficina.open() as app:
        service = app.respaldo
        oficina.folder.backups.mkdir(exist_ok=True)
        service.create(oficina.sesion, mine, CLAVE)
        service.save_programa(oficina.sesion, Programa(24, 2), CLAVE)
        made = []
        for _day in range(4):
            assert service.is_due()
            made.append(service.run_scheduled())
            assert not service.is_due()
            oficina.reloj.advance(hours=24)
        # 15:30 UTC is 9:30 in Mexico.
        assert made[0].ruta.name == f"{AUTOMATIC}20260302T093000{SUFFIX}"
        left = {one.ruta for one in service.found(oficina.sesion)}
        assert left == {mine, made[2].ruta, made[3].ruta}
        assert service.preview(oficina.sesion, made[3].ruta, CLAVE).ruta == made[3].ruta


def test_backups_of_a_clock_that_was_ahead_do_not_push_out_the_new_ones(oficina: Oficina) -> None:
    with oficina.open() as app:
        service = app.respaldo
        service.save_programa(oficina.sesion, Programa(24, 2), CLAVE)
        oficina.reloj.advance(hours=24 * 90)
        for _day in range(2):
            service.run_scheduled()
            oficina.reloj.advance(hours=24)
        oficina.reloj.advance(hours=-24 * 92)
        made = []
        for _day in range(3):
            assert service.is_due()
            made.append(service.run_scheduled().ruta)
            oficina.reloj.advance(hours=24)
        assert {one.ruta for one in service.found(oficina.sesion)} == set(made[1:])


def test_no_automatic_backup_takes_the_place_of_one_that_holds_much_more(oficina: Oficina) -> None:
    with oficina.open() as app:
        service = app.respaldo
        service.save_programa(oficina.sesion, Programa(24, 1), CLAVE)
        full = service.run_scheduled()
        assert service.last_failure() is None
        (registro,) = app.registros_patronales.all(oficina.sesion)
        app.registros_patronales.remove(oficina.sesion, registro.id)
        made = []
        for _day in range(3):
            oficina.reloj.advance(hours=24)
            made.append(service.run_scheduled())
            fallo = service.last_failure()
            assert fallo is not None
            assert full.ruta.name in fallo.motivo
        left = {one.ruta for one in service.found(oficina.sesion)}
        assert left == {full.ruta, made[2].ruta}
        full.ruta.unlink()
        oficina.reloj.advance(hours=24)
        service.run_scheduled()
        assert service.last_failure() is None


def test_a_schedule_needs_a_number_to_keep(oficina: Oficina) -> None:
    with oficina.open() as app:
        with pytest.raises(InvalidInputError):
            app.respaldo.save_programa(oficina.sesion, Programa(24, 0), CLAVE)
        assert app.respaldo.programa(oficina.sesion) == USUAL


def test_nothing_of_a_backup_can_be_read_without_its_password(respaldo: Path) -> None:
    octets = respaldo.read_bytes()
    for word in (b"EMPRESA", b"Empresa", b"EKU9003173C9", b"ejemplo.mx", b"SQLite"):
        assert word not in octets


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
    for path, hours in zip(old, (0.5, 7), strict=True):
        os.utime(path, (now - hours * 3600, now - hours * 3600))
    os.utime(fresh, (now - 60, now - 60))
    with oficina.open() as app:
        assert set(app.respaldo.clear_leftovers()) == {path.name for path in old}
    assert set(folder.iterdir()) == {mine, fresh}


def test_until_somebody_chooses_the_program_backs_up_once_a_day_by_itself(
    oficina: Oficina, reloj: Reloj
) -> None:
    with oficina.open() as app:
        programa = app.respaldo.programa(oficina.sesion)
        assert (programa.cada_horas, programa.conservar) == (24, 7)
        assert (programa.carpeta, programa.tiene_contrasena, programa.fijo) == (None, False, False)
        assert app.respaldo.is_due()
        made = app.respaldo.run_scheduled()
        assert made.ruta.parent == oficina.folder.backups
        assert not app.respaldo.is_due()
        reloj.advance(hours=25)
        assert app.respaldo.is_due()
    # Nothing was asked for, so what people know opens it.
    other = build_restauracion(DataFolder(oficina.folder.root), oficina.keyring, reloj)
    vista = other.preview(made.ruta, CONTRASENA)
    assert dict(vista.conteos)["usuarios"] == 1
    with pytest.raises(BackupPasswordError):
        other.preview(made.ruta, "otra contraseña")


def test_who_chose_never_is_not_overruled(oficina: Oficina) -> None:
    with oficina.open() as app:
        app.respaldo.save_programa(oficina.sesion, Programa(cada_horas=0), None)
        assert not app.respaldo.is_due()
        assert app.respaldo.programa(oficina.sesion).elegido


def test_without_any_user_there_is_nothing_that_could_open_a_backup(
    tmp_path: Path, reloj: Reloj
) -> None:
    application = open_application(DataFolder(tmp_path), None, MemoryKeyring(), reloj)
    assert not application.respaldo.is_due()
    application.close()


def test_an_automatic_backup_leaves_room_on_the_disk(
    oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**12, 0, 500 * 1024 * 1024))
    with oficina.open() as app:
        with pytest.raises(UserFacingError, match="Queda poco espacio"):
            app.respaldo.run_scheduled()
        failure = app.respaldo.last_failure()
        assert failure is not None
        assert "Queda poco espacio" in failure.motivo
    assert list(oficina.folder.backups.iterdir()) == []


def test_the_administrator_may_fix_the_schedule(
    oficina: Oficina, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "otro disco"
    folder.mkdir()
    central = parse_central(
        f"[respaldo]\ncada_horas = 12\nconservar = 3\ncarpeta = {folder}\nfijo = sí\n".encode()
    )
    assert central.problemas == ()
    with oficina.open() as app:
        app.respaldo.save_programa(oficina.sesion, Programa(cada_horas=0), None)
    monkeypatch.setattr(bootstrap, "read_central", lambda _path, **_where: central)
    with oficina.open() as app:
        programa = app.respaldo.programa(oficina.sesion)
        assert (programa.cada_horas, programa.conservar, programa.carpeta) == (12, 3, folder)
        assert programa.fijo
        assert app.respaldo.run_scheduled().ruta.parent == folder
        with pytest.raises(UserFacingError, match="los fijó quien administra"):
            app.respaldo.save_programa(oficina.sesion, Programa(cada_horas=0), None)


@pytest.mark.parametrize(
    "line",
    [
        "cada_horas = -1",
        "cada_horas = mucho",
        "cada_horas = 99999",
        "conservar = 0",
        "conservar = 366",
        "carpeta = respaldos",
        "fijo = quizá",
    ],
)
def test_a_wrong_line_of_the_administrator_is_named_and_the_usual_schedule_holds(
    line: str,
) -> None:
    central = parse_central(f"[respaldo]\n{line}\n".encode())
    assert central.respaldo is None
    assert central.problemas[0].startswith(f"[respaldo] {line.split()[0]}:")


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
