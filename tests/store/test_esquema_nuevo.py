"""A new store gets the whole schema at once: the same that its migrations would leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store import migrate as migrate_module
from icsoe_desktop.store.engine import open_engine
from icsoe_desktop.store.migrate import HEAD_SCHEMA, migrate, schema_version
from icsoe_desktop.store.migrations import HEAD
from resources.herramientas.esquema import head_schema
from tests.conftest import Reloj

REFRESH = "A migration changed: run `python -m resources.herramientas.esquema`."


def empty(folder: Path) -> Engine:
    return open_engine(folder / "nuevo.db", DataKey.generate())


def master(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master")
        return sorted((tuple(row) for row in rows), key=repr)


def test_the_schema_of_a_new_store_is_what_the_migrations_leave() -> None:
    assert json.loads(HEAD_SCHEMA.read_text("utf-8")) == head_schema(), REFRESH


def test_a_new_store_needs_no_migration(
    tmp_path: Path, reloj: Reloj, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate_module, "alembic_config", pytest.fail)
    engine = empty(tmp_path)
    assert migrate(engine, tmp_path / "respaldos", reloj)
    assert schema_version(engine) == HEAD
    assert not migrate(engine, tmp_path / "respaldos", reloj)
    assert not (tmp_path / "respaldos").exists()
    engine.dispose()


def test_until_the_schema_is_written_again_a_new_migration_runs_by_itself(
    tmp_path: Path, reloj: Reloj, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "antes.json"
    old.write_text(json.dumps({"revision": "v1_0000", "statements": ["CREATE TABLE mala (a)"]}))
    at_once = empty(tmp_path)
    migrate(at_once, tmp_path, reloj)
    (tmp_path / "otro").mkdir()
    monkeypatch.setattr(migrate_module, "HEAD_SCHEMA", old)
    step_by_step = empty(tmp_path / "otro")
    migrate(step_by_step, tmp_path, reloj)
    assert master(step_by_step) == master(at_once)
    at_once.dispose()
    step_by_step.dispose()


def test_a_store_that_was_cut_while_it_was_made_is_empty_again(
    tmp_path: Path, reloj: Reloj, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = json.loads(HEAD_SCHEMA.read_text("utf-8"))
    broken = tmp_path / "roto.json"
    broken.write_text(json.dumps({**head, "statements": [*head["statements"], "NONSENSE"]}))
    engine = empty(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(migrate_module, "HEAD_SCHEMA", broken)
        with pytest.raises(OperationalError):
            migrate(engine, tmp_path, reloj)
    assert master(engine) == []
    assert migrate(engine, tmp_path, reloj)
    engine.dispose()
