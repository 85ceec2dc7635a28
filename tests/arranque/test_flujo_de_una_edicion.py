"""The page about the way of an edit names modules and functions that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "flujo_de_una_edicion.md"
# `module.py`, and after a colon the names in it, up to the next module.
STEP = re.compile(r"`([\w/]+\.py)`(?:: ((?:`\w+`(?:, )?)+))?")


def test_every_module_and_name_of_the_page_exists() -> None:
    steps = STEP.findall(PAGE.read_text("utf-8"))
    assert len(steps) > 20
    missing = []
    for module, names in steps:
        path = ROOT / "icsoe_desktop" / module
        text = path.read_text("utf-8") if path.exists() else ""
        wanted = re.findall(r"`(\w+)`", names)
        # The definition itself, not a mention of it.
        lacking = [
            name
            for name in wanted
            if not re.search(rf"(?:def|class) {name}\b|^(    )?{name}(:.*)? =", text, re.M)
        ]
        if not text or lacking:
            missing.append((module, lacking))
    assert missing == []
