"""Two desktops and the server that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from icsoe_desktop.domain import invitacion
from icsoe_desktop.services.sincronizacion_valores import Conexion
from tests.kinto_real import base_kinto, kinto_memoria, kinto_postgres  # noqa: F401 - fixtures
from tests.sincronizacion.equipos import OFICINA, Equipo, create_office, join_office, open_equipo
from tests.sincronizacion.servidor_memoria import Memoria

Abrir = Callable[..., Equipo]


@pytest.fixture(autouse=True)
def _quick_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitacion, "ARGON2_MEMORY_KIB", 32)
    monkeypatch.setattr(invitacion, "ARGON2_ITERATIONS", 1)


@pytest.fixture
def memoria() -> Memoria:
    return Memoria()


@pytest.fixture
def abrir(tmp_path: Path, memoria: Memoria) -> Iterator[Abrir]:
    with ExitStack() as stack:

        def open_one(nombre: str, wrong_by: timedelta = timedelta()) -> Equipo:
            return stack.enter_context(open_equipo(tmp_path, nombre, memoria.conectar, wrong_by))

        yield open_one


@pytest.fixture
def uno(abrir: Abrir) -> Equipo:
    equipo = abrir("uno")
    create_office(equipo, Conexion("https://ejemplo.mx/v1", "uno", "1", OFICINA))
    return equipo


@pytest.fixture
def dos(uno: Equipo, abrir: Abrir) -> Equipo:
    """In the office of `uno` already."""
    equipo = abrir("dos")
    join_office(uno, equipo, "dos", "2")
    return equipo
