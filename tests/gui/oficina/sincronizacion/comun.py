"""A desktop for tests: its services, its windows, and what people do at it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.oficina.sincronizacion.window import SincronizacionWindow
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.sincronizacion.answers import Conexion, RolOficina
from icsoe_desktop.services.sincronizacion.oficina import connection
from tests.conftest import MemoryKeyring
from tests.gui.conftest import press
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.support.plantillas import Plantilla, with_alma
from tests.support.reposo import until

QUIET = NoProgress()
REGISTRO, RAZON, RFC = "Z9912345106", "Talleres Imaginarios", "TBI990101QX5"
OFICINA = "Despacho Imaginario"


@dataclass(frozen=True)
class Escritorio:
    application: Application
    shell: Shell
    sesion: Sesion

    def open(self) -> SincronizacionWindow:
        window = self.shell.open("sincronizacion", self.sesion)
        assert isinstance(window, SincronizacionWindow)
        return window

    def open_at(self, button: str) -> SincronizacionWindow:
        """What this button of the first page leads to."""
        window = self.open()
        until(window.inicio.isVisible)
        press(window, button)
        return window

    def add_registro(self) -> None:
        self.application.registros_patronales.add(
            self.sesion, registro_patronal=REGISTRO, razon_social=RAZON, rfc=RFC
        )

    def rename(self, razon_social: str, rfc: str = RFC) -> None:
        (one,) = self.application.registros_patronales.all(self.sesion)
        self.application.registros_patronales.edit(
            self.sesion, one.id, registro_patronal=REGISTRO, razon_social=razon_social, rfc=rfc
        )

    def names(self) -> list[str]:
        found = self.application.registros_patronales.all(self.sesion)
        return [one.razon_social for one in found]

    def create(self, conexion: Conexion) -> None:
        """Without the window, for tests of what comes after."""
        service = self.application.sincronizacion
        service.create(self.sesion, conexion, OFICINA, "Recepción", QUIET)

    def invite(self, conexion: Conexion, other: Escritorio) -> None:
        service = self.application.sincronizacion
        made = service.miembros.invite(
            self.sesion, conexion.cuenta, conexion.contrasena, RolOficina.MIEMBRO, QUIET
        )
        joining = other.application.sincronizacion
        vista = joining.read_invitation(other.sesion, made.archivo, made.codigo)
        joining.join(other.sesion, vista, "Nóminas", QUIET)

    def sync(self) -> None:
        assert self.application.sincronizacion.sync(QUIET).completa


Abrir = Callable[..., Escritorio]


Molde = Plantilla[Sesion]


@contextmanager
def open_escritorio(path: Path, molde: Molde | None = None) -> Iterator[Escritorio]:
    """molde: what was done there before; otherwise there is its first user only."""
    folder, keyring = DataFolder(path), MemoryKeyring()
    sesion = (molde or with_user()).copy_to(path, keyring)
    application = open_application(folder, keyring=keyring)
    jobs = gui_queue(Dispatcher(), "pruebas")
    shell = Shell(folder, jobs, Preferences(folder.preferences), ErrorReporter(None))
    shell.application = application
    yield Escritorio(application, shell, sesion)
    assert jobs.close()
    application.close()


def with_user() -> Molde:
    alma = with_alma()
    return Plantilla(alma.files, alma.entries, alma.made.alta.sesion)


def as_left(path: Path) -> Molde:
    """Of a desktop that is closed."""
    files = {each.name: each.read_bytes() for each in path.iterdir() if each.is_file()}
    return replace(with_user(), files=files)


T = TypeVar("T")


@dataclass(frozen=True)
class Hecha(Generic[T]):
    """Desktops and the server that they share, made once and copied for each test."""

    moldes: tuple[Molde, ...]
    memoria: Memoria
    made: T


def make(names: tuple[str, ...], do: Callable[[Memoria, list[Escritorio]], T]) -> Hecha[T]:
    """do: over desktops that are in no office yet."""
    memoria = Memoria()
    with tempfile.TemporaryDirectory() as folder, over(memoria):
        paths = [Path(folder) / name for name in names]
        with ExitStack() as stack:
            escritorios = [stack.enter_context(open_escritorio(path)) for path in paths]
            made = do(memoria, escritorios)
        return Hecha(tuple(map(as_left, paths)), memoria, made)


@contextmanager
def over(memoria: Memoria) -> Iterator[None]:
    """The programs that begin to synchronise now reach this server, which passes its check."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "connect", memoria.conectar)
        patch.setattr(connection, "try_out", lambda *_: ())
        yield


def found(memoria: Memoria, escritorios: list[Escritorio]) -> None:
    escritorios[0].create(memoria.conexion("uno"))
    escritorios[0].sync()


def found_with_registro(memoria: Memoria, escritorios: list[Escritorio]) -> None:
    escritorios[0].add_registro()
    found(memoria, escritorios)


@cache
def founded(begin: Callable[[Memoria, list[Escritorio]], None]) -> Hecha[None]:
    return make(("uno",), begin)
