"""Desktops over the real Kinto on PostgreSQL with four workers: at the same moment, copied, and
with yesterday's backup of the server."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path

from sqlalchemy import select

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.services.sincronizacion.answers import ResumenSincronizacion
from icsoe_desktop.store.tables.icsoe import ContratistaRow, RelacionRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import QUIET, Equipo, join_office
from tests.services.sincronizacion.oficina.test_pasos_copia import copied, only_row_of
from tests.services.sincronizacion.test_pasos import CURP
from tests.services.sincronizacion.test_pasos import meet_at_length as meet
from tests.support.kinto_real import KintoReal, run_script

RFC = "OFI010101AB1"


def test_two_who_sync_at_the_same_moment_lose_nothing(
    kinto_postgres: KintoReal, oficina_real: Oficina
) -> None:
    uno, dos = oficina_real(kinto_postgres, RolOficina.MIEMBRO)
    contratista = uno.add_contratista(RFC)
    meet(uno, dos)
    curps = [f"FIDR9001{day:02}MDFCMS0{day % 10}" for day in range(1, 21)]
    for at, equipo in enumerate((uno, dos)):
        for curp in curps[at::2]:
            equipo.add_capturista(contratista, curp)
    said: list[ResumenSincronizacion] = []
    for _ in range(3):
        threads = [
            threading.Thread(target=lambda e=equipo: said.append(e.round()))
            for equipo in (uno, dos)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    with uno.store.read() as db:
        assert sorted(db.scalars(select(RelacionRow.curp))) == sorted(curps)
        numbers = sorted(db.scalars(select(RelacionRow.numero)))
    assert len(set(numbers)) == len(curps)


def test_a_copy_enters_with_an_account_of_its_own_and_what_it_deletes_comes_back(
    kinto_postgres: KintoReal, oficina_real: Oficina, tmp_path: Path
) -> None:
    uno, dos = oficina_real(kinto_postgres, RolOficina.MIEMBRO)
    with copied(dos, tmp_path) as copia:
        meet(dos, copia, uno)
        row = only_row_of(dos)
        dos.change(RegistroPatronalRow, row, razon_social="De dos")
        meet(dos, copia)
        assert copia.sync.state().duplicado

        cuenta = f"copia-{uuid.uuid4().hex[:6]}"
        password = kinto_postgres.account(cuenta)
        assert join_office(uno, copia, cuenta, password).motivo == ""
        meet(uno, copia, dos)
        theirs = {one.cuenta: one.id for one in uno.sync.miembros.all(uno.sesion, QUIET)}
        uno.sync.miembros.remove(uno.sesion, theirs[dos.nombre], QUIET)
        assert dos.round().motivo

        with copia.store.write() as db:
            db.delete(db.get_one(RegistroPatronalRow, row))
        meet(copia, uno)
        (gone,) = uno.sync.conflictos.deleted(uno.sesion)
        assert gone.autor is not None
        assert gone.autor.equipo == copia.nombre
        assert uno.sync.conflictos.recover(uno.sesion, [gone.id]) == 1
        meet(uno, copia)
        assert only_row_of(copia) == row
        assert copia.replica() == uno.replica()


def office_of(equipo: Equipo) -> str:
    with equipo.store.read() as db:
        return equipo.sync._oficina.row(db).oficina


def at_the_server(server: KintoReal, oficina: str, coleccion: str) -> int:
    assert server.postgres is not None
    parent = f"/buckets/{oficina}/collections/{coleccion}"
    sql = f"SELECT count(*) FROM objects WHERE parent_id = '{parent}' AND NOT deleted"  # noqa: S608
    return int(server.postgres.psql(sql))


def test_what_yesterdays_backup_does_not_have_comes_back_from_the_desktops(
    kinto_postgres: KintoReal, oficina_real: Oficina, tmp_path: Path
) -> None:
    assert kinto_postgres.postgres is not None
    uno, dos = oficina_real(kinto_postgres, RolOficina.MIEMBRO)
    contratista = uno.add_contratista(RFC)
    meet(uno, dos)
    backup = tmp_path / "ayer.respaldo"
    run_script(kinto_postgres.postgres, "respaldar.sh", backup)
    uno.change(ContratistaRow, contratista, celular="5551111111")
    uno.add_capturista(contratista, CURP)
    dos.add_contratista("OFI010101AB2")
    meet(uno, dos)
    whole = uno.replica()
    assert dos.replica() == whole

    run_script(kinto_postgres.postgres, "restaurar.sh", backup)
    office = office_of(uno)
    assert at_the_server(kinto_postgres, office, "contratistas") == 1
    meet(dos, uno)
    assert (uno.replica(), dos.replica()) == (whole, whole)
    assert at_the_server(kinto_postgres, office, "contratistas") == 2
    assert uno.conflicts() == ()
