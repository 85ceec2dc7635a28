"""Reads what a command printed with --json."""

from __future__ import annotations

import json
from typing import Any


def document(printed: str) -> dict[str, Any]:
    """The values of the one document, without the keys that every document has."""
    value = json.loads(printed)
    assert isinstance(value, dict)
    assert isinstance(value.pop("orden"), str)
    error, exito = value.pop("error"), value.pop("exito")
    assert error is None or (not exito and set(error) == {"codigo", "mensaje"})
    return value


def error_of(printed: str) -> str:
    """The code of the failure that the one document tells."""
    value = json.loads(printed)
    assert not value["exito"]
    codigo: str = value["error"]["codigo"]
    return codigo
