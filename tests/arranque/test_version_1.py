"""What 1.0.0 left (`tests.datos.hacer_v1`): every later program opens it and lives with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from icsoe_desktop.arranque.apertura import build_restauracion
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.respaldo.archivo import FOOTER, read_header
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.desbloqueo import Unlock
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import RolOficina
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from icsoe_desktop.store.migrate import STORE_BEFORE_RELEASE
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.datos.hacer_v1 import (
    CLAVE,
    CONTRASENA,
    FILAS,
    LLAVES,
    OF_SERVER,
    OFICINA,
    RESPALDO,
    as_text,
    rows_of,
)
from tests.services.sincronizacion.equipos import Equipo, Reloj, join_office, open_equipo
from tests.services.sincronizacion.recibir.test_pasos_hostil import contents, forge, held, set_value
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet
from tests.support.dobles import NoLlavero, session_of

# The data were made with the cost of the product.
pytestmark = pytest.mark.usefixtures("production_cost")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """The folder of 1.0.0. Its backup holds the file of the store as it was."""
    found = DataFolder(tmp_path / "carpeta")
    found.root.mkdir()
    shutil.copy(LLAVES, found.envelope)
    content = RESPALDO.read_bytes()
    end = len(content) - FOOTER
    found.store.write_bytes(content[end - read_header(RESPALDO).octetos : end])
    return found


@contextmanager
def opened(folder: DataFolder) -> Iterator[tuple[Application, Sesion]]:
    """By the password of its user, on a machine without a keyring."""
    app = open_application(folder, Unlock(contrasena=CONTRASENA), NoLlavero(), Reloj())
    with app.store.read() as db:
        usuario = db.scalars(select(UsuarioRow.id)).one()
    yield app, session_of(usuario)
    app.close()


def as_told(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The tables and columns that 1.0.0 had. Later programs may add others."""
    told = json.loads(FILAS.read_text("utf-8"))
    return {
        table: sorted(({name: row[name] for name in rows[0]} for row in found[table]), key=as_text)
        for table, rows in told.items()
    }


def test_the_folder_opens_and_has_every_row(folder: DataFolder) -> None:
    with opened(folder) as (app, _sesion):
        found = as_told(rows_of(app.store))
    told = json.loads(FILAS.read_text("utf-8"))
    assert found == told
    assert {"movimientos", "lotes", "contratistas", "certificados", "bitacora"} <= told.keys()


def test_the_backup_restores_every_row(tmp_path: Path) -> None:
    other = DataFolder(tmp_path / "otra")
    other.root.mkdir()
    service = build_restauracion(other, NoLlavero(), Reloj())
    vista = service.preview(RESPALDO, CLAVE)
    assert dict(vista.conteos)["movimientos"] == 3
    service.restore(RESPALDO, CLAVE, expected=vista)
    assert service.finish()
    with opened(other) as (app, _sesion):
        found = as_told(rows_of(app.store))
    told = json.loads(FILAS.read_text("utf-8"))
    # It is noted, as act 0, that an office's desktop comes from a backup.
    assert {one["numero"] for one in found["sincronizacion_actas"]} - {
        one["numero"] for one in told["sincronizacion_actas"]
    } == {0}
    found["sincronizacion_actas"] = [one for one in found["sincronizacion_actas"] if one["numero"]]
    assert found == told


@contextmanager
def in_office(folder: DataFolder, memoria: Memoria) -> Iterator[Equipo]:
    """The desktop of the folder, with the server that it left."""
    kept = json.loads(OFICINA.read_text("utf-8"))
    for name in OF_SERVER:
        setattr(memoria, name, kept[name])
    memoria.registros = {
        collection: {name: (version, data) for name, (version, data) in records.items()}
        for collection, records in kept["registros"].items()
    }
    memoria.papeles = {cuenta: RolOficina(rol) for cuenta, rol in kept["papeles"].items()}
    with opened(folder) as (app, sesion):
        sync = SincronizacionService(
            app.store, BitacoraService(app.store), memoria.conectar, lambda *_: ()
        )
        yield Equipo("uno", app.store, sync, sesion, memoria.conectar, folder.store, Reloj())


def test_a_desktop_of_today_lives_in_the_office(folder: DataFolder, tmp_path: Path) -> None:
    memoria = Memoria()
    with (
        in_office(folder, memoria) as uno,
        open_equipo(tmp_path, "tres", memoria.conectar) as tres,
    ):
        before = uno.replica()
        assert join_office(uno, tres, "tres", "3").motivo == ""
        meet(uno, tres)
        assert tres.replica() == uno.replica() == before
        assert (held(uno), held(tres)) == ([], [])
        # Nothing is told again for having been read by this program.
        assert (uno.round().enviados, tres.round().enviados) == (0, 0)

        forge(memoria, uno, RecordKind.CONTRATISTA, set_value("apodo", "de un programa posterior"))
        with tres.store.read() as db:
            registro = db.scalars(select(ContratistaRow.id)).one()
        meet(tres)
        tres.change(ContratistaRow, registro, celular="5551111111")
        meet(tres, uno)
        now = contents(memoria, uno, RecordKind.CONTRATISTA)[registro]
        assert (now["apodo"], now["celular"]) == ("de un programa posterior", "5551111111")
        assert uno.get(ContratistaRow, registro, "celular") == ("5551111111",)


def test_a_folder_of_before_the_release_is_refused_and_stays_as_it_is(folder: DataFolder) -> None:
    with opened(folder) as (app, _sesion), app.store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0017'"))

    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in folder.root.iterdir() if path.is_file()}

    before = files()
    with pytest.raises(UserFacingError) as refused, opened(folder):
        pytest.fail("it opened")
    assert refused.value.message == STORE_BEFORE_RELEASE
    assert files() == before
