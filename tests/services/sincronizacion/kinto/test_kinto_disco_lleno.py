"""Real small disks that fill up: the server's, under its database, and a desktop's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from benchmarks.datos import registros_patronales
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.kinto.server import KintoServer
from icsoe_desktop.gateways.kinto.transport import RetryPolicy
from icsoe_desktop.services.sincronizacion.answers import Conexion
from icsoe_desktop.services.sincronizacion.oficina.server import Connect
from icsoe_desktop.store.engine import DISK_FULL
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import Equipo, join_office, open_equipo
from tests.services.sincronizacion.recibir.test_pasos_atras import all_agree
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet_at_length as meet
from tests.support.kinto_real import KintoReal, kinto_python, postgres_server, prepare_database
from tests.support.postgres_real import postgres, postgres_folder

RFC = "OFI010101AB1"
Disco = Callable[[Path, int], Path]


@pytest.fixture
def disco() -> Iterator[Disco]:
    """Mounts a disk of so many megabytes on a folder."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("montar un disco pequeño pide ser root en Linux")
    mount = shutil.which("mount")
    with ExitStack() as stack:

        def make(folder: Path, megabytes: int) -> Path:
            folder.mkdir(parents=True, exist_ok=True)
            command = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
            if mount is None or subprocess.run([mount, *command], capture_output=True).returncode:
                pytest.skip("este equipo no deja montar un disco pequeño")
            stack.callback(subprocess.run, ["umount", "-l", str(folder)], check=True)
            return folder

        yield make


def fill(disk: Path) -> Path:
    """Writes until there is no room for a byte."""
    path = disk / "fotos"
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return path


class Apuro:
    """A clock that runs ahead by the waits between retries, which nobody waits for."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._ahead_s

    def sleep(self, seconds: float) -> None:
        start = time.monotonic()
        time.sleep(min(seconds, 0.05))
        self._ahead_s += max(0.0, seconds - (time.monotonic() - start))


@pytest.fixture
def apuro() -> Apuro:
    return Apuro()


@pytest.fixture
def conectar(apuro: Apuro) -> Connect:
    def connect_without_waits(conexion: Conexion) -> KintoServer:
        return KintoServer(
            conexion.direccion,
            conexion.cuenta,
            conexion.contrasena,
            conexion.oficina,
            retry_policy=RetryPolicy(sleep=apuro.sleep, clock=apuro),
        )

    return connect_without_waits


@pytest.fixture
def servidor(tmp_path: Path, disco: Disco) -> Iterator[KintoReal]:
    """With its database on a disk of its own."""
    kinto_python()
    folder = postgres_folder()
    owner = folder.stat().st_uid
    disco(folder, 160)
    os.chown(folder, owner, -1)
    with postgres(folder) as database:
        prepare_database(database, tmp_path)
        with postgres_server(database, tmp_path) as server:
            yield server


def test_a_desktop_whose_disk_is_full_says_so_and_goes_on_when_there_is_room(
    oficina: Oficina, memoria: Memoria, disco: Disco, tmp_path: Path
) -> None:
    (uno,) = oficina()
    row = uno.add_contratista(RFC, "Antes")
    meet(uno)
    disk = disco(tmp_path / "pequeño", 24)
    with open_equipo(disk, "dos", memoria.conectar) as dos:
        join_office(uno, dos, "dos", "2")
        meet(uno, dos)
        mine = dos.add_registro("Y6077636105", "Escrito aquí")
        photos = fill(disk)
        for one in registros_patronales(200, 6):
            uno.add_registro(one, "Llega con el disco lleno")
        uno.change(ContratistaRow, row, nombre="Durante")
        meet(uno)
        for _ in range(2):
            assert _says_full(dos)
        photos.unlink()
        meet(dos, uno)
        all_agree(uno, dos)
        assert dos.get(ContratistaRow, row, "nombre") == ("Durante",)
        assert dos.count("registros_patronales") == 201
        assert mine is not None


def _says_full(equipo: Equipo) -> bool:
    with pytest.raises(UserFacingError) as said:
        equipo.round()
    return said.value.message == DISK_FULL
