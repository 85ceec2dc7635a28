"""The lines that an earlier version wrote are chained in their order, and stay as they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.bitacora.chain import first_gap, last_link
from icsoe_desktop.store.connection import raw_in
from icsoe_desktop.store.engine import open_engine
from icsoe_desktop.store.migrate import alembic_config

LINES = 4_321
# The clock goes back now and then: the order of writing counts.
MAKE = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4321)
    INSERT INTO bitacora(id, cuando, quien, accion, objeto, objeto_id, detalle, contratista_id)
    SELECT randomblob(16), '2026-01-' || (10 + i % 7) || 'T10:00:00.000000Z', 'sin sesión',
        'ingreso', '«ñ»', CASE i % 2 WHEN 0 THEN randomblob(16) END, 'n.º ' || i, NULL
    FROM n
"""
READ = """
    SELECT id, cuando, quien, accion, objeto, objeto_id, detalle, contratista_id FROM bitacora
    ORDER BY rowid
"""


@pytest.fixture
def earlier(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path / "anterior.db", DataKey.generate())
    _upgrade(engine, "0008")
    with engine.begin() as connection:
        connection.execute(text(MAKE))
    yield engine
    engine.dispose()


def _upgrade(engine: Engine, revision: str) -> None:
    with engine.execution_options(sqlite_begin="IMMEDIATE").connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def test_the_lines_that_there_were_are_chained_in_their_order(earlier: Engine) -> None:
    with earlier.connect() as connection:
        before = connection.execute(text(READ)).all()
    _upgrade(earlier, "0009")
    with earlier.connect() as connection:
        after = connection.execute(text(READ)).all()
        assert after == before
        assert len(after) == LINES
        raw = raw_in(connection)
        assert last_link(raw).numero == LINES
        assert first_gap(raw, 1, lambda _done, _total: None) == (LINES, None)


@pytest.mark.parametrize("forged", ["DELETE FROM bitacora", "UPDATE bitacora SET detalle = ''"])
def test_the_chained_lines_are_guarded_as_before(earlier: Engine, forged: str) -> None:
    _upgrade(earlier, "0009")
    with (
        pytest.raises(DatabaseError, match="La bitácora sólo crece"),
        earlier.begin() as connection,
    ):
        connection.execute(text(forged))
