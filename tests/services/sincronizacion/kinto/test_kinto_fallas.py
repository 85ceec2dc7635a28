"""Desktops over the real Kinto on PostgreSQL, and yesterday's backup of it."""

from __future__ import annotations

from pathlib import Path

from icsoe_desktop.services.sincronizacion.answers import RolOficina
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.test_pasos import CURP
from tests.services.sincronizacion.test_pasos import meet_at_length as meet
from tests.support.kinto_real import KintoReal, run_script

RFCS = ("OFI010101AB1", "OFI010101AB2")


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
    contratista = uno.add_contratista(RFCS[0])
    meet(uno, dos)
    backup = tmp_path / "ayer.respaldo"
    run_script(kinto_postgres.postgres, "respaldar.sh", backup)
    uno.change(ContratistaRow, contratista, celular="5551111111")
    uno.add_capturista(contratista, CURP)
    dos.add_contratista(RFCS[1])
    meet(uno, dos)
    whole = uno.replica()
    assert dos.replica() == whole

    run_script(kinto_postgres.postgres, "restaurar.sh", backup)
    office = office_of(uno)
    assert at_the_server(kinto_postgres, office, "contratistas") == 1
    meet(dos, uno)
    assert (uno.replica(), dos.replica()) == (whole, whole)
    assert at_the_server(kinto_postgres, office, "contratistas") == 2
    assert uno.sync.conflicts(uno.sesion) == ()
