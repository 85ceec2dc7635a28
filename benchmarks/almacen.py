"""A store of its own for a benchmark, with one user, and movements brought in as a user does."""

from __future__ import annotations

from pathlib import Path

from icsoe_desktop.domain.llave_datos import LlaveDatos
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.importacion_movimientos import ImportacionMovimientosService
from icsoe_desktop.services.importacion_valores import Decision
from icsoe_desktop.store.engine import Store, open_engine, utc_now
from icsoe_desktop.store.migrate import migrate
from tests.usuarios import enabled_user

LLAVE = LlaveDatos(bytes(range(32)))


def make_store(folder: Path) -> Sesion:
    """A new encrypted store in the folder, closed; the session of its user."""
    engine = open_engine(folder / "icsoe.db", LLAVE)
    migrate(engine, folder / "respaldos", utc_now)
    store = Store(engine, LLAVE)
    sesion = enabled_user(store)
    store.close()
    return sesion


def open_store(folder: Path) -> Store:
    return Store(open_engine(folder / "icsoe.db", LLAVE), LLAVE)


def import_files(store: Store, sesion: Sesion, paths: list[Path]) -> int:
    """Seen first, then brought in: how many."""
    service = ImportacionMovimientosService(store, BitacoraService(store))
    preview = service.preview(sesion, paths, NoProgress())
    done = service.apply(sesion, preview, Decision(), NoProgress())
    service.discard(preview)
    return done.importados
