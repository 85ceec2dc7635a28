"""CONTEXT.md names only classes, attributes and modules that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "icsoe_desktop"


def named_types() -> list[str]:
    """Every `code` name in the second column of the glossary's tables."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "CONTEXT.md").read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    assert {len(row) for row in rows} == {4}
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row[1])]


def classes_and_attributes(names: list[str]) -> set[str]:
    """`Class` and `Class.attribute` for every class that is named."""
    found = set()
    classes = {name.partition(".")[0] for name in names}
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text("utf-8")
        if classes.isdisjoint(re.findall(r"^ *class (\w+)", source, re.MULTILINE)):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                found.add(node.name)
                found |= {
                    f"{node.name}.{each.target.id}"
                    for each in node.body
                    if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
                }
    return found


def is_module(name: str) -> bool:
    if name.startswith("resources/"):
        return (ROOT / f"{name}.py").is_file()
    return (PACKAGE / name / "__init__.py").is_file() or (PACKAGE / f"{name}.py").is_file()


def test_every_type_and_module_of_the_glossary_exists() -> None:
    names = named_types()
    # The reading saw classes, attributes, modules and folders.
    assert {"Curp", "Movimiento.sbc", "domain/icsoe/capturista", "services/lotes"} <= set(names)
    known = classes_and_attributes(names)
    assert [name for name in names if name not in known and not is_module(name)] == []
