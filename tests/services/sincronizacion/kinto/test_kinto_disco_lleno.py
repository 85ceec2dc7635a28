"""A real small disk of a desktop that fills up."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.datos import registros_patronales
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.store.engine import DISK_FULL
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.services.conftest import Disco
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import Equipo, join_office, open_equipo
from tests.services.sincronizacion.recibir.test_pasos_atras import all_agree
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet_at_length as meet

RFC = "OFI010101AB1"


def fill(disk: Path) -> Path:
    """Writes until there is no room for a byte."""
    path = disk / "fotos"
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return path


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
