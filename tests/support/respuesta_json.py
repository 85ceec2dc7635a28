"""Reads what a command printed with --json, and checks it against the published schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema

SCHEMA = Path(__file__).parents[2] / "docs" / "esquemas" / "ordenes.schema.json"


@cache
def _validator() -> Any:
    return fastjsonschema.compile(json.loads(SCHEMA.read_text("utf-8")))


def whole_document(printed: str) -> dict[str, Any]:
    """The one document. Fails for more, for less, and for what the schema does not know."""
    value = json.loads(printed)
    _validator()(value)
    known = json.loads(SCHEMA.read_text("utf-8"))["definitions"]
    assert value["error"] is not None or value["orden"].replace(" ", "_") in known
    assert isinstance(value, dict)
    return value


def document(printed: str) -> dict[str, Any]:
    """The values of the one document, without the keys that every document has."""
    value = whole_document(printed)
    return {key: one for key, one in value.items() if key not in ("orden", "exito", "error")}


def error_of(printed: str) -> str:
    """The code of the failure that the one document tells."""
    value = whole_document(printed)
    assert not value["exito"]
    codigo: str = value["error"]["codigo"]
    return codigo
