"""A server that a test tells its answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateways.kinto.kinto_terco import Terco, terco


@pytest.fixture
def server() -> Iterator[Terco]:
    with terco() as running:
        yield running
