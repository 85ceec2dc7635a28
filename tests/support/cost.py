"""What Argon2 costs while tests run: next to nothing, unless a test is about the cost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from icsoe_desktop.seguridad import argon2

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
