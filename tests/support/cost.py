"""What tests do not pay: the cost of Argon2, and compiling each statement for each store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from icsoe_desktop.seguridad import argon2
from icsoe_desktop.store import engine

TEST_COST = argon2.Cost(memory_kib=8, iterations=1, lanes=1)
PRODUCTION_COST = argon2.COST


def use_test_cost() -> None:
    """For the processes that a test starts."""
    argon2.COST = TEST_COST  # type: ignore[misc]


@pytest.fixture(scope="session", autouse=True)
def test_cost() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(argon2, "COST", TEST_COST)
        yield


@pytest.fixture
def production_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real parameters, for the tests that are about them."""
    monkeypatch.setattr(argon2, "COST", PRODUCTION_COST)


def share_statements() -> None:
    """What SQLAlchemy compiled for one store serves the next: a fifth of the time of services.

    Its caches belong to an engine and its dialect; here dialects of one class count as the same.
    """
    compiled: LRUCache[Any, Any] = LRUCache(2_000)
    create = engine.create_engine

    def create_engine(*arguments: Any, **options: Any) -> Engine:
        return create(*arguments, execution_options={"compiled_cache": compiled}, **options)

    dialect: Any = SQLiteDialect_pysqlite
    dialect.__eq__ = lambda self, other: type(self) is type(other)
    dialect.__hash__ = lambda self: hash(type(self))
    pytest.MonkeyPatch().setattr(engine, "create_engine", create_engine)
