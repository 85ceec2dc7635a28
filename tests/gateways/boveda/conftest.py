"""Vaults whose passwords cost little, except where a test asks for the real cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.gateways.boveda import key_envelope


@pytest.fixture(autouse=True)
def _quick_argon2(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "full_argon2" not in request.fixturenames:
        monkeypatch.setattr(key_envelope, "ARGON2_MEMORY_KIB", 32)
        monkeypatch.setattr(key_envelope, "ARGON2_ITERATIONS", 1)


@pytest.fixture
def full_argon2() -> None:
    """Asks for the real parameters."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "llaves.json"
