"""Backups: by hand and by the clock, and what of them can be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.gateways.respaldo import archivo as archivo_respaldo
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.respaldo.service import Programa
from tests.services.respaldo.con_respaldo import CLAVE, Oficina


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
    for path in old:
        os.utime(path, (now - 7 * 3600, now - 7 * 3600))
    os.utime(fresh, (now - 60, now - 60))
    with oficina.open() as app:
        assert set(app.respaldo.clear_leftovers()) == {path.name for path in old}
    assert set(folder.iterdir()) == {mine, fresh}
