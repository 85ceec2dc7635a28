"""The store's schema: as the row classes say, brought there safely, and its audit log."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import StoreDamagedError, UserFacingError
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store import migrate as migrate_module
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.migrate import KEPT_COPIES, alembic_config, migrate, schema_version
from icsoe_desktop.store.migrations import HEAD
from icsoe_desktop.store.tables import load_all
from icsoe_desktop.store.tables.base import Row
from tests.conftest import ROOT, Reloj

load_all()


def no_search_table(name: str | None, kind: str, parents: Any) -> bool:
    """The search is no table of rows; its own statements are compared instead."""
    return kind != "table" or not (name or "").startswith("trabajadores_buscados")


def differences(connection: Connection) -> list[Any]:
    opts = {"compare_type": True, "include_name": no_search_table}
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, Row.metadata))


def shape(connection: Connection) -> dict[str, Any]:
    """Columns, keys and indexes of each table, as SQLite itself tells them."""
    tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]

    def pragma(name: str, of: str) -> list[Any]:
        return [tuple(row) for row in connection.exec_driver_sql(f"PRAGMA {name}('{of}')")]

    return {
        table: {
            "columns": sorted(row[1:] for row in pragma("table_xinfo", table)),
            "foreign keys": sorted(row[2:] for row in pragma("foreign_key_list", table)),
            "indexes": sorted(
                (row[2], row[3], [column[2] for column in pragma("index_info", row[1])])
                for row in pragma("index_list", table)
            ),
        }
        for table in tables
    }


@pytest.fixture
def empty_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path / "vacio.db", DataKey.generate())
    yield engine
    engine.dispose()


def test_the_migrated_schema_equals_the_row_classes(store: Store, empty_engine: Engine) -> None:
    with store.engine.connect() as migrated:
        assert differences(migrated) == []
        with empty_engine.begin() as made:
            Row.metadata.create_all(made)
            assert shape(migrated) == shape(made)
    assert {"usuarios", "certificados", "bitacora"} <= Row.metadata.tables.keys()


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX ix_bitacora_cuando",
        "ALTER TABLE usuarios ADD COLUMN apodo TEXT",
        "ALTER TABLE usuarios DROP COLUMN nombres",
        "CREATE TABLE sobra (id INTEGER)",
        "CREATE UNIQUE INDEX uq_sobra ON usuarios (nombres)",
    ],
)
def test_the_comparison_sees_a_difference(store: Store, change: str) -> None:
    with store.engine.connect() as connection:
        before = shape(connection)
        connection.execute(text(change))
        assert differences(connection) != []
        assert shape(connection) != before


def test_the_head_that_the_program_knows_is_that_of_the_scripts(store: Store) -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]
    assert schema_version(store.engine) == HEAD


def test_the_audit_log_only_grows(store: Store, sesion: Sesion, bitacora: BitacoraService) -> None:
    with store.write() as db:
        bitacora.record(db, sesion, Accion.INGRESO)

    def lines() -> list[Any]:
        with store.engine.connect() as connection:
            return list(connection.execute(text("SELECT * FROM bitacora")))

    before = lines()
    assert len(before) == 1
    for attempt in (
        "UPDATE bitacora SET detalle = 'otro'",
        "DELETE FROM bitacora",
        "INSERT OR REPLACE INTO bitacora SELECT id, numero, cuando, 'otro', accion, objeto, "
        "objeto_id, detalle, contratista_id, huella FROM bitacora",
    ):
        with (
            pytest.raises(DatabaseError, match="La bitácora sólo crece"),
            store.engine.begin() as connection,
        ):
            connection.execute(text(attempt))
        assert lines() == before


OPENS_AND_TELLS = """
import sys
from pathlib import Path
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.engine import open_engine, utc_now
from icsoe_desktop.store.migrate import migrate
key = DataKey(bytes.fromhex(sys.stdin.read()))
engine = open_engine(Path(sys.argv[1]), key)
changed = migrate(engine, Path(sys.argv[1]).parent / "respaldos", utc_now)
print(changed, "sqlalchemy" in sys.modules, "alembic" in sys.modules)
"""


def test_a_store_with_nothing_to_migrate_opens_without_alembic(
    store: Store, tmp_path: Path
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", OPENS_AND_TELLS, str(tmp_path / "icsoe.db")],
        input=store.key.raw().hex(),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert told.stdout.split() == ["False", "True", "False"]


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("v1_9999", "de una versión más nueva del programa. No se cambió nada. Actualice"),
        ("0017", "anterior a la 1.0.0, y este programa no los abre. No se cambió nada. Ábralos"),
        # The first revision of all had a name that a number of today could have.
        ("0001", "anterior a la 1.0.0, y este programa no los abre. No se cambió nada. Ábralos"),
    ],
)
def test_a_store_of_a_newer_program_or_of_one_before_the_release_is_refused_and_left_alone(
    store: Store, tmp_path: Path, reloj: Reloj, revision: str, said: str
) -> None:
    path = tmp_path / "icsoe.db"
    with store.engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))  # noqa: S608
    store.close()
    before = hashlib.sha256(path.read_bytes()).hexdigest()

    engine = open_engine(path, store.key)
    with pytest.raises(UserFacingError, match=said):
        migrate(engine, tmp_path / "copias", reloj)
    engine.dispose()

    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert not (tmp_path / "copias").exists()


NEXT_REVISION = """
import sqlalchemy as sa
from alembic import op
revision = "siguiente"
down_revision = "HEAD"
def upgrade():
    op.create_table("nueva", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE usuarios SET nombres = 'Migrada'")
    END
"""


@pytest.fixture
def next_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes of this program one with a revision more; what it ends with may be given."""

    def install(end: str = "pass") -> None:
        scripts = tmp_path / "migrations"
        shutil.copytree(Path(migrate_module.__file__).parent / "migrations", scripts)
        (scripts / "versions" / "zzzz_next.py").write_text(
            NEXT_REVISION.replace("HEAD", HEAD).replace("END", end), encoding="utf-8"
        )
        config = alembic_config()
        config.set_main_option("script_location", str(scripts))
        monkeypatch.setattr(migrate_module, "alembic_config", lambda: config)
        monkeypatch.setattr(migrate_module, "HEAD", "siguiente")

    return install


def names(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT nombres FROM usuarios")).scalars())


@pytest.mark.usefixtures("sesion")
def test_a_migration_keeps_an_encrypted_copy_of_what_was(
    store: Store, tmp_path: Path, reloj: Reloj, next_program: Any
) -> None:
    next_program()
    copies = tmp_path / "copias"
    assert migrate(store.engine, copies, reloj) is True
    assert (schema_version(store.engine), names(store.engine)) == ("siguiente", ["Migrada"])
    assert migrate(store.engine, copies, reloj) is False

    (copy,) = copies.iterdir()
    if os.name == "posix":  # Windows keeps the permissions of the folder it lies in
        assert copies.stat().st_mode & 0o077 == 0
    engine = open_engine(copy, store.key)
    assert (schema_version(engine), names(engine)) == (HEAD, ["Alma"])
    assert not inspect(engine).has_table("nueva")
    engine.dispose()

    assert b"Alma" not in copy.read_bytes()
    with pytest.raises(StoreDamagedError):
        open_engine(copy, DataKey.generate())
    plain = sqlite3.connect(copy)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        plain.execute("SELECT count(*) FROM sqlite_master")
    plain.close()


@pytest.mark.usefixtures("sesion")
def test_a_migration_that_fails_leaves_the_store_as_it_was(
    store: Store, tmp_path: Path, reloj: Reloj, next_program: Any
) -> None:
    next_program("raise RuntimeError('a mitad')")
    with pytest.raises(RuntimeError, match="a mitad"):
        migrate(store.engine, tmp_path / "copias", reloj)
    assert (schema_version(store.engine), names(store.engine)) == (HEAD, ["Alma"])
    assert not inspect(store.engine).has_table("nueva")
    assert len(list((tmp_path / "copias").iterdir())) == 1


def test_only_the_newest_copies_stay(store: Store, tmp_path: Path, reloj: Reloj) -> None:
    made = []
    for _ in range(KEPT_COPIES + 2):
        reloj.advance(minutes=1)
        made.append(
            migrate_module.copy_before_change(store.engine, tmp_path / "copias", HEAD, reloj)
        )
    assert sorted((tmp_path / "copias").iterdir()) == made[-KEPT_COPIES:]
    for one in made[-KEPT_COPIES:]:  # of a clock that was ahead
        os.utime(one, (4e9, 4e9))
    newest = migrate_module.copy_before_change(store.engine, tmp_path / "copias", "otra", reloj)
    assert newest.exists()
    assert len(list((tmp_path / "copias").iterdir())) == KEPT_COPIES


def test_the_store_is_not_readable_without_its_key(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "icsoe.db"
    store.close()
    before = path.read_bytes()
    assert not before.startswith(b"SQLite format 3")
    assert b"usuarios" not in before
    with pytest.raises(StoreDamagedError, match="la llave no corresponde"):
        open_engine(path, DataKey.generate())
    assert path.read_bytes() == before
