"""A desktop for tests: its services, its windows, and what people do at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
from tests.conftest import MemoryKeyring
from tests.gui.conftest import usuario_nuevo

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

    def add_registro(self) -> None:
        self.application.registros_patronales.add(
            self.sesion, registro_patronal=REGISTRO, razon_social=RAZON, rfc=RFC
        )

    def rename(self, razon_social: str) -> None:
        (one,) = self.application.registros_patronales.all(self.sesion)
        self.application.registros_patronales.edit(
            self.sesion, one.id, registro_patronal=REGISTRO, razon_social=razon_social, rfc=RFC
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
        made = service.invite(
            self.sesion, conexion.cuenta, conexion.contrasena, RolOficina.MIEMBRO, QUIET
        )
        joining = other.application.sincronizacion
        vista = joining.read_invitation(other.sesion, made.archivo, made.codigo)
        joining.join(other.sesion, vista, "Nóminas", QUIET)

    def sync(self) -> None:
        assert self.application.sincronizacion.sync(QUIET).completa


Abrir = Callable[[str], Escritorio]


@contextmanager
def open_escritorio(path: Path) -> Iterator[Escritorio]:
    path.mkdir()
    folder = DataFolder(path)
    application = open_application(folder, keyring=MemoryKeyring())
    sesion = application.usuarios.register(None, usuario_nuevo()).sesion
    jobs = gui_queue(Dispatcher(), "pruebas")
    shell = Shell(folder, jobs, Preferences(folder.preferences), ErrorReporter(None))
    shell.application = application
    yield Escritorio(application, shell, sesion)
    assert jobs.close()
    application.close()
