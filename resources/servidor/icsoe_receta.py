"""The number of this recipe, and which of its dangerous settings a server has otherwise.

Only the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Any

# Raise it with every change of the recipe that the program relies on (RECIPE in its gateway).
RECIPE = 1
# Settings of kinto.ini that lose or expose data when they are otherwise.
KEPT = re.compile(
    r"(object|plural)_.*_enabled|.*_(backend|isolation_level|create_principals|write_principals)"
    r"|explicit_permissions|batch_max_requests|policy\.account\.use"
)
FORBIDDEN = ("kinto.plugins.flush", "kinto.plugins.default_bucket")


def different(settings: Mapping[str, Any]) -> Iterator[str]:
    """Names of dangerous settings that differ from those of kinto.ini beside this file."""
    recipe = ConfigParser(interpolation=None)
    recipe.read(Path(__file__).with_name("kinto.ini"), encoding="utf-8")
    for line, wanted in recipe["app:main"].items():
        name = line.removeprefix("kinto.").removeprefix("multiauth.")
        found = settings.get(line.removeprefix("kinto."))
        if KEPT.fullmatch(name) and str(found).strip().lower() != wanted.lower():
            yield line
    included = str(settings.get("includes", "")).split()
    yield from (one for one in FORBIDDEN if one in included)
    if str(settings.get("readonly", "")).lower() == "true":
        yield "kinto.readonly"
