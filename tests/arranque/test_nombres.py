"""A class name stands for one thing in the whole program."""

from __future__ import annotations

import re
from collections import defaultdict

from tests.arranque.test_capas import MODULES


def class_names() -> dict[str, list[str]]:
    """Name of each class at the top of a module → the modules that define it."""
    found = defaultdict(list)
    for module, path in MODULES.items():
        for name in re.findall(r"^class (\w+)", path.read_text("utf-8"), re.MULTILINE):
            found[name].append(module)
    return found


def test_no_two_classes_have_the_same_name() -> None:
    names = class_names()
    # The scan saw classes of every kind of module.
    assert {"Curp", "Store", "Boveda", "MovimientosService", "ModuloWindow"} <= names.keys()
    assert {name: places for name, places in names.items() if len(places) > 1} == {}
