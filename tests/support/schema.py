"""The schema of a new store, migrated once in a session and copied into every store after it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from icsoe_desktop.store.migrate import alembic_config

REAL_UPGRADE = command.upgrade

# Tables that the search's own CREATE makes.
SEARCH = "trabajadores_buscados"


@cache
def statements() -> tuple[str, ...]:
    """What a real migration of an empty store leaves, in the order in which it can be repeated."""
    engine = create_engine("sqlite://", module=dbapi2, poolclass=StaticPool)
    with engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        REAL_UPGRADE(config, "head")
        made = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
        ).all()
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    engine.dispose()
    own = [
        sql
        for kind, name, sql in made
        if kind != "table" or not name.startswith(("sqlite_", f"{SEARCH}_"))
    ]
    return (*own, f"INSERT INTO alembic_version VALUES ('{revision}')")  # noqa: S608


def upgrade(config: Any, revision: str, **options: Any) -> None:
    """Alembic's own, but for an empty store, which gets the same schema in a tenth of the time."""
    connection: Connection | None = config.attributes.get("connection")
    if revision != "head" or options or connection is None or not _is_empty(connection):
        REAL_UPGRADE(config, revision, **options)
        return
    for statement in statements():
        connection.exec_driver_sql(statement)


def _is_empty(connection: Connection) -> bool:
    return not connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()


@pytest.fixture(scope="session", autouse=True)
def migrated_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "upgrade", upgrade)
        yield


@pytest.fixture
def real_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every migration runs, for the tests that are about them."""
    monkeypatch.setattr(command, "upgrade", REAL_UPGRADE)
