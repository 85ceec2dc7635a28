"""An office to back up: one user, one registro patronal, and a program that opens them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from icsoe_desktop.arranque.apertura import build_restauracion
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.desbloqueo import Unlock
from icsoe_desktop.services.application import Application
from tests.conftest import MemoryKeyring, Reloj
from tests.support.plantillas import Plantilla, plantilla, usuario_nuevo

CLAVE = "Tres.Tristes.Tigres"
CONTRASENA = "Papel.Verde93"
REGISTROS = {
    "registro_patronal": "Y6077636105",
    "razon_social": "Empresa de Ejemplo SA de CV",
    "rfc": "EKU9003173C9",
}


@cache
def _made() -> Plantilla[Sesion]:
    def make(folder: DataFolder, keyring: MemoryKeyring) -> Sesion:
        app = open_application(folder, keyring=keyring, clock=Reloj())
        nuevo = replace(usuario_nuevo("a@ejemplo.mx", CONTRASENA), segundo_apellido="")
        sesion = app.usuarios.register(None, nuevo).sesion
        app.registros_patronales.add(sesion, **REGISTROS)
        app.close()
        return sesion

    return plantilla(make)


class Oficina:
    """A data folder with one user and one registro patronal, and a program that opens it."""

    def __init__(self, root: Path, reloj: Reloj) -> None:
        self.folder = DataFolder(root)
        self.keyring = MemoryKeyring()
        self.reloj = reloj
        self.sesion: Sesion = _made().copy_to(root, self.keyring)

    def open(self, unlock: Unlock | None = None) -> _Open:
        return _Open(open_application(self.folder, unlock, self.keyring, self.reloj))

    def names(self) -> list[str]:
        with self.open() as app:
            return [one.razon_social for one in app.registros_patronales.all(self.sesion)]

    def back_up(self, ruta: Path) -> None:
        with self.open() as app:
            app.respaldo.create(self.sesion, ruta, CLAVE)

    def restore(self, ruta: Path, clave: str = CLAVE) -> Path:
        service = build_restauracion(self.folder, self.keyring, self.reloj)
        kept = service.restore(ruta, clave)
        assert service.finish()
        return kept


class _Open:
    def __init__(self, application: Application) -> None:
        self._application = application

    def __enter__(self) -> Application:
        return self._application

    def __exit__(self, *_: object) -> None:
        self._application.close()
