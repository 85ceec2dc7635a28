"""Desktops and the server that they share: in memory, or the real one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from icsoe_desktop.services.sincronizacion.answers import Conexion, RolOficina
from icsoe_desktop.services.sincronizacion.oficina.connection import connect
from tests.services.sincronizacion.equipos import (
    NAMES,
    Equipo,
    create_office,
    join_office,
    made_office,
    open_equipo,
)
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.support.kinto_real import KintoReal

Abrir = Callable[..., Equipo]
Oficina = Callable[..., list[Equipo]]
Nuevo = Callable[[], tuple[Equipo, str, str]]


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
def nuevo(abrir: Abrir, memoria: Memoria) -> Nuevo:
    """Opens a desktop in no office, with an account and its first password."""

    def make() -> tuple[Equipo, str, str]:
        cuenta, password = memoria.account()
        return abrir(cuenta), cuenta, password

    return make


@pytest.fixture
def oficina(tmp_path: Path, memoria: Memoria) -> Iterator[Oficina]:
    """Desktops of one new office; the first one made it, the others were invited."""
    with ExitStack() as stack:

        def build(*roles: RolOficina) -> list[Equipo]:
            return stack.enter_context(made_office(roles).open(tmp_path, memoria))

        yield build


@pytest.fixture
def uno(request: pytest.FixtureRequest, tmp_path: Path, memoria: Memoria) -> Iterator[Equipo]:
    """The responsable of a new office, to which `dos` belongs where a test has both."""
    roles = (RolOficina.MIEMBRO,) if "dos" in request.fixturenames else ()
    with made_office(roles).open(tmp_path, memoria) as (uno, *others):
        request.node.others = others
        yield uno


@pytest.fixture
def dos(uno: Equipo, request: pytest.FixtureRequest) -> Equipo:
    """In the office of `uno` already."""
    dos: Equipo
    (dos,) = request.node.others
    return dos


@pytest.fixture
def oficina_real(tmp_path: Path) -> Iterator[Oficina]:
    """As `oficina`, on a real server."""
    with ExitStack() as stack:

        def build(kinto: KintoReal, *roles: RolOficina) -> list[Equipo]:
            suffix = uuid.uuid4().hex[:6]
            name = kinto.office({f"uno-{suffix}": "responsable"})
            equipos: list[Equipo] = []
            for at, rol in enumerate((RolOficina.RESPONSABLE, *roles)):
                cuenta = f"{NAMES[at]}-{suffix}"
                password = kinto.account(cuenta)
                equipo = stack.enter_context(open_equipo(tmp_path, cuenta, connect))
                conexion = Conexion(
                    direccion=kinto.direccion, cuenta=cuenta, contrasena=password, oficina=name
                )
                if not equipos:
                    create_office(equipo, conexion)
                else:
                    assert join_office(equipos[0], equipo, cuenta, password, rol).motivo == ""
                equipos.append(equipo)
            return equipos

        yield build
