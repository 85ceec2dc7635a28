"""Migrates a store to the current schema, after a copy of the file."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from icsoe_desktop.domain.certificados.certificado import hora_local
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.store.connection import raw_in
from icsoe_desktop.store.engine import Clock
from icsoe_desktop.store.migrations import HEAD, precedes_release

logger = logging.getLogger(__name__)

KEPT_COPIES = 5
HEAD_SCHEMA = Path(__file__).parent / "migrations" / "head.json"

NEWER_STORE = (
    "Estos datos son de una versión más nueva del programa. No se cambió nada. Actualice ICSOE "
    "Desktop en este equipo y vuelva a abrirlo."
)
STORE_BEFORE_RELEASE = (
    "Estos datos son de una versión de prueba, anterior a la 1.0.0, y este programa no los abre. "
    "No se cambió nada. Ábralos con la versión que los hizo, o elija otra carpeta de datos."
)


def schema_version(engine: Engine) -> str | None:
    """The store's revision; None for an empty store."""
    with engine.connect() as connection:
        try:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except OperationalError:
            return None


def migrate(engine: Engine, backups: Path, clock: Clock) -> bool:
    """Migrate the store; return whether anything had to change.

    backups: folder for the copy of the file before the change; the newest KEPT_COPIES are kept.
    Raises UserFacingError for a store of a newer program, or of one before 1.0.0.
    """
    present = schema_version(engine)
    if present == HEAD:
        return False
    if present is None and _make_new(engine):
        logger.info("new store at %s", HEAD)
        return True
    if present is not None and precedes_release(present):
        raise UserFacingError(STORE_BEFORE_RELEASE)
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config()
    if present is not None:
        scripts = ScriptDirectory.from_config(config)
        if present not in {script.revision for script in scripts.walk_revisions()}:
            raise UserFacingError(NEWER_STORE)
        copy_before_change(engine, backups, present, clock)
    with engine.execution_options(sqlite_begin="IMMEDIATE").connect() as connection:
        config.attributes["connection"] = connection
        before = columns_of_tables(connection)
        command.upgrade(config, "head")
        if connection.execute(text("SELECT 1 FROM sincronizacion_oficina")).first() is not None:
            # Import here: most desktops belong to no office and never need it.
            from icsoe_desktop.store.sincronizacion.new_columns import take_up

            take_up(connection, before, columns_of_tables(connection))
        connection.commit()
    logger.info("store migrated from %s to %s", present, HEAD)
    return True


def _make_new(engine: Engine) -> bool:
    """Give an empty store the whole schema at once; False if all migrations have to run.

    Importing alembic and running each migration takes longer than the rest of the first start.
    """
    head = json.loads(HEAD_SCHEMA.read_text("utf-8"))
    # `python -m resources.herramientas.esquema` writes it; until then, a new migration runs as for
    # an old store.
    if head["revision"] != HEAD:
        return False
    with engine.execution_options(sqlite_begin="IMMEDIATE").connect() as connection:
        if connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar():
            return False
        for statement in head["statements"]:
            connection.exec_driver_sql(statement)
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        connection.commit()
    return True


def columns_of_tables(connection: Connection) -> dict[str, set[str]]:
    """The columns of every table, generated ones too, read from the file."""
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
    return {
        name: {row.name for row in connection.execute(text(f'PRAGMA table_xinfo("{name}")'))}
        for name in names.scalars().all()
    }


def alembic_config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def copy_before_change(engine: Engine, backups: Path, version: str, clock: Clock) -> Path:
    """An encrypted copy of the whole store, under the same key."""
    backups.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = backups / f"antes-de-migrar-{version}-{hora_local(clock()):%Y%m%dT%H%M%S%f}.db"
    with engine.connect() as connection:
        raw = raw_in(connection)
        # VACUUM INTO encrypts with the key of the open file. It cannot run in a transaction.
        raw.execute("VACUUM INTO ?", (str(path),))
    # The new one stays, though a clock that was ahead may have dated the others after it.
    others = set(backups.glob("antes-de-migrar-*.db")) - {path}
    for old in sorted(others, key=lambda p: p.stat().st_mtime)[: 1 - KEPT_COPIES]:
        old.unlink()
    return path
