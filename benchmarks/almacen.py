"""A temporary store for a benchmark, with one user and imported movements."""

from __future__ import annotations

from pathlib import Path

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.store.engine import Store, open_engine, utc_now
from icsoe_desktop.store.migrate import migrate
from tests.support.dobles import enabled_user

LLAVE = DataKey(bytes(range(32)))


def make_store(folder: Path) -> Sesion:
    """Create an encrypted store in the folder and close it. Returns the session of its user."""
    engine = open_engine(folder / "icsoe.db", LLAVE)
    migrate(engine, folder / "respaldos", utc_now)
    store = Store(engine, LLAVE)
    sesion = enabled_user(store)
    store.close()
    return sesion


def open_store(folder: Path) -> Store:
    return Store(open_engine(folder / "icsoe.db", LLAVE), LLAVE)


def import_files(store: Store, sesion: Sesion, paths: list[Path]) -> int:
    """Import the files through a preview. Returns the number of movements."""
    service = ImportacionMovimientosService(store, BitacoraService(store))
    preview = service.preview(sesion, paths, NoProgress())
    done = service.apply(sesion, preview, Decision(), NoProgress())
    service.discard(preview)
    return done.importados
