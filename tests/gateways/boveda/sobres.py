"""What the tests of the vault share."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from icsoe_desktop.seguridad.data_key import DataKey

ANA, BETO = uuid.UUID(int=1), uuid.UUID(int=2)
CLAVE_ANA, CLAVE_BETO = "Contraseña de Ana 1", "Contraseña de Beto 2"


def envelope(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content


def slots(path: Path) -> list[tuple[str, str]]:
    return sorted((one["tipo"], one["id"]) for one in envelope(path)["ranuras"])


def same(one: DataKey, other: DataKey) -> bool:
    return one.raw() == other.raw()
