"""The first download from the real server: killed, killed again while it goes on, cancelled."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.almacen import import_files, make_store, open_store
from benchmarks.datos import escribir_archivos
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.jobs import Cancelled
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import RolOficina
from icsoe_desktop.services.sincronizacion.oficina.connection import connect, try_out
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from tests.conftest import ROOT
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import QUIET, CancelAt, Equipo, Reloj
from tests.services.sincronizacion.test_pasos import meet_at_length as meet
from tests.support.guardian import watched
from tests.support.kinto_real import KintoReal

MOVIMIENTOS = 12_000


def stored(store: Store) -> int:
    with store.read() as db:
        row = raw_of(db).execute("SELECT count(*) FROM sincronizacion_movimientos").fetchone()
    return 0 if row is None else int(row[0])


def killed_once_there_is_more(store: Store, folder: Path, sesion: Sesion) -> int:
    """A round in another process. How many movements the store then has."""
    words = ["enviar", str(folder), str(sesion.usuario_id), "{}"]
    before = stored(store)
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sincronizacion_hijo", *words], cwd=ROOT
    ) as child:
        try:
            with watched(child.pid):
                while stored(store) <= before:
                    assert child.poll() is None
                    time.sleep(0.01)
        finally:
            child.kill()
    return stored(store)


def test_a_first_download_that_is_killed_and_cancelled_goes_on_where_it_was(
    kinto_postgres: KintoReal, oficina_real: Oficina, tmp_path: Path
) -> None:
    (uno,) = oficina_real(kinto_postgres)
    paths = escribir_archivos(tmp_path / "archivos", MOVIMIENTOS)
    assert import_files(uno.store, uno.sesion, paths) == MOVIMIENTOS
    meet(uno)
    cuenta = f"dos-{uuid.uuid4().hex[:6]}"
    password = kinto_postgres.account(cuenta)
    invited = uno.sync.miembros.invite(uno.sesion, cuenta, password, RolOficina.MIEMBRO, QUIET)
    folder = tmp_path / "dos"
    folder.mkdir()
    sesion = make_store(folder)
    with closing(open_store(folder)) as store:
        sync = SincronizacionService(store, BitacoraService(store), connect, try_out)
        dos = Equipo(cuenta, store, sync, sesion, connect, folder / "icsoe.db", Reloj())
        vista = sync.read_invitation(sesion, invited.archivo, invited.codigo)
        with pytest.raises(Cancelled):
            sync.join(sesion, vista, cuenta, CancelAt(2, "Guardando"))
        found = [stored(store)]
        found += [killed_once_there_is_more(store, folder, sesion) for _ in range(2)]
        with pytest.raises(Cancelled):
            sync.sync(CancelAt(2, "Guardando"))
        found.append(stored(store))
        assert sorted({0, *found, MOVIMIENTOS}) == [0, *found, MOVIMIENTOS]
        assert not sync.state().descargada
        said = dos.round()
        assert (said.motivo, stored(store)) == ("", MOVIMIENTOS)
        meet(dos, uno)
        assert dos.replica() == uno.replica()
