"""Data folders that a process makes once: real encrypted files, copied for each test.

All copies have the same keys, ids and moments. A test about two installations makes its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.acceso.usuarios import AltaUsuario, UsuarioNuevo
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.migrate import migrate
from tests.support.dobles import MemoryKeyring, Reloj

T = TypeVar("T")

CORREO = "alma@ejemplo.mx"
CONTRASENA = "Papel.Verde93"


@dataclass(frozen=True)
class Plantilla(Generic[T]):
    """The files of a folder, the entries of its keyring, and what making it gave."""

    files: dict[str, bytes] = field(repr=False)
    entries: dict[str, bytes] = field(repr=False)
    made: T

    def copy_to(self, folder: Path, keyring: MemoryKeyring) -> T:
        """Into a folder without a store."""
        folder.mkdir(exist_ok=True)
        for name, content in self.files.items():
            path = folder / name
            assert not path.exists(), path
            path.write_bytes(content)
            path.chmod(0o600)
        keyring.entries.update(self.entries)
        return self.made


def plantilla(make: Callable[[DataFolder, MemoryKeyring], T]) -> Plantilla[T]:
    keyring = MemoryKeyring()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = make(DataFolder(folder), keyring)
        files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    return Plantilla(files, keyring.entries, made)


@cache
def empty() -> Plantilla[DataKey]:
    """A store with its schema and nothing in it, as a first start leaves it."""

    def make(folder: DataFolder, keyring: MemoryKeyring) -> DataKey:
        key = Boveda(folder.envelope, keyring).create()
        engine = open_engine(folder.store, key)
        migrate(engine, folder.backups, Reloj())
        engine.dispose()
        return key

    return plantilla(make)


def usuario_nuevo(
    correo: str = CORREO,
    contrasena: str = CONTRASENA,
    nombres: str = "Alma",
    primer_apellido: str = "Prieto",
) -> UsuarioNuevo:
    return UsuarioNuevo(
        nombres=nombres,
        primer_apellido=primer_apellido,
        segundo_apellido="Soto",
        correo=correo,
        contrasena=contrasena,
        confirmacion=contrasena,
        acepta_aviso=True,
    )


@dataclass(frozen=True)
class Alma:
    """The first user. ids: how far those of her store have come."""

    alta: AltaUsuario
    ids: tuple[int, int]

    def go_on(self, store: Store) -> None:
        """Ids of the same moment grow as in one process: a test may sort by them."""
        store._ids._last_ms, store._ids._counter = self.ids


@cache
def with_alma() -> Plantilla[Alma]:
    """An installation with its first user."""
    from icsoe_desktop.arranque.bootstrap import open_application

    def make(folder: DataFolder, keyring: MemoryKeyring) -> Alma:
        application = open_application(folder, keyring=keyring, clock=Reloj())
        alta = application.usuarios.register(None, usuario_nuevo())
        ids = application.store._ids
        application.close()
        return Alma(alta, (ids._last_ms, ids._counter))

    return plantilla(make)
