"""The Tablero is the first page here, as in the program."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def tablero_later() -> None:
    pass
