"""`icsoe-desktop sincronizar`, over the same data folder as the windows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from icsoe_desktop.arranque import bootstrap, vistazo
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.sincronizacion.answers import Conexion
from icsoe_desktop.services.sincronizacion.oficina import connection
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.conftest import MemoryKeyring
from tests.services.sincronizacion.equipos import OFICINA
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.support import ordenes
from tests.support.dobles import enabled_user
from tests.support.respuesta_json import document


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memoria: Memoria) -> DataFolder:
    keyring = MemoryKeyring()
    monkeypatch.setattr(vistazo, "SystemKeyring", lambda: keyring)
    monkeypatch.setattr(connection, "connect", memoria.conectar)
    monkeypatch.setattr(connection, "try_out", lambda *_: ())
    return DataFolder(tmp_path)


@pytest.fixture
def application(folder: DataFolder) -> Iterator[Application]:
    opened = bootstrap.open_application(folder)
    yield opened
    opened.close()


def answer(folder: DataFolder, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    status = ordenes.run("sincronizar", "--json", "--datos", str(folder.root))
    return status, document(capsys.readouterr().out)


def share(application: Application) -> None:
    store = application.store
    sesion, now = enabled_user(store), store.clock()
    conexion = Conexion(
        direccion="https://ejemplo.mx/v1", cuenta="uno", contrasena="1", oficina=OFICINA
    )
    application.sincronizacion.create(sesion, conexion, "Oficina", "Equipo", NoProgress())
    with store.write() as db:
        db.add(
            RegistroPatronalRow(
                id=store.new_id(),
                registro_patronal="Y6077636105",
                razon_social="Inventada",
                rfc="OFI010101AB1",
                creado=now,
                actualizado=now,
            )
        )


def test_the_command_says_what_went_and_what_waits(
    application: Application,
    folder: DataFolder,
    memoria: Memoria,
    capsys: pytest.CaptureFixture[str],
) -> None:
    share(application)
    status, said = answer(folder, capsys)
    assert said.pop("ultimo_exito")
    assert (status, said) == (
        0,
        {
            "completa": True,
            "enviados": 1,
            "recibidos": 0,
            "pendientes": 0,
            "conflictos": 0,
            "apartados": 0,
            "motivo": "",
        },
    )
    memoria.caido = True
    status, said = answer(folder, capsys)
    assert (status, said["completa"]) == (1, False)
    assert "No hay conexión" in str(said["motivo"])


@pytest.mark.usefixtures("application")
def test_a_desktop_in_no_office_says_so(
    folder: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = answer(folder, capsys)
    assert (status, said["completa"]) == (1, False)
    assert ordenes.run("sincronizar", "--datos", str(folder.root)) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "ninguna oficina" in told.err
