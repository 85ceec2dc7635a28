"""A store of its own for a benchmark, with one user, and movements brought in as a user does."""

from __future__ import annotations

from pathlib import Path

from icsoe_desktop.domain.llave_datos import LlaveDatos
from icsoe_desktop.domain.sesion import Rol, Sesion
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.importacion_movimientos import ImportacionMovimientosService
from icsoe_desktop.services.importacion_valores import Decision
from icsoe_desktop.store.engine import Store, open_engine, utc_now
from icsoe_desktop.store.migrate import migrate
from icsoe_desktop.store.tables import UsuarioRow

LLAVE = LlaveDatos(bytes(range(32)))


def make_store(folder: Path) -> Sesion:
    """A new encrypted store in the folder, closed; the session of its user."""
    engine = open_engine(folder / "icsoe.db", LLAVE)
    migrate(engine, folder / "respaldos", utc_now)
    store = Store(engine, LLAVE)
    usuario = store.new_id()
    now = store.clock()
    with store.write() as db:
        db.add(
            UsuarioRow(
                id=usuario,
                nombres="Alma",
                primer_apellido="Prieto",
                segundo_apellido="",
                correo="alma@ejemplo.mx",
                correo_buscado="alma@ejemplo.mx",
                contrasena_hash="",
                habilitado=True,
                aviso_version="1",
                creado=now,
                actualizado=now,
            )
        )
    store.close()
    return Sesion(Rol.USUARIO_IDSE, usuario, "Alma Prieto")


def open_store(folder: Path) -> Store:
    return Store(open_engine(folder / "icsoe.db", LLAVE), LLAVE)


def import_files(store: Store, sesion: Sesion, paths: list[Path]) -> int:
    """Seen first, then brought in: how many."""
    service = ImportacionMovimientosService(store, BitacoraService(store))
    preview = service.preview(sesion, paths, NoProgress())
    done = service.apply(sesion, preview, Decision(), NoProgress())
    service.discard(preview)
    return done.importados
