"""The step that turns forms, icons and styles into what the program loads."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QFile, QIODevice, QResource

from resources.compile_assets import CompileError, IncompletePySide, PySide, ensure

FORM = """<?xml version="1.0" encoding="UTF-8"?>
<ui version="4.0">
 <class>{name}</class>
 <widget class="QWidget" name="{name}">
  <layout class="QFormLayout" name="campos">
   <item row="0" column="0">
    <widget class="QLabel" name="rfc_label">
     <property name="text"><string>Año</string></property>
     <property name="buddy"><cstring>{buddy}</cstring></property>
    </widget>
   </item>
   <item row="0" column="1"><widget class="QLineEdit" name="rfc_edit"/></item>
  </layout>
 </widget>
</ui>
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "Nóminas & más"
    for folder in ("ui", "resources/icons/claro", "resources/styles", "icsoe_desktop/gui/forms"):
        (root / folder).mkdir(parents=True)
    for name in ("alta", "baja"):
        (root / f"ui/{name}.ui").write_text(FORM.format(name=name, buddy="rfc_edit"), "utf-8")
    (root / "resources/icons/claro/sobre.svg").write_text(SVG, "utf-8")
    (root / "resources/styles/base.qss").write_text("QLabel { color: #222 }", "utf-8")
    return root


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def test_everything_is_compiled_once_and_then_only_what_changed(root: Path) -> None:
    assert names(ensure(root)) == ["ui_alta.py", "ui_baja.py", "assets.rcc"]
    assert ensure(root) == []

    baja = root / "ui/baja.ui"
    baja.write_text(baja.read_text("utf-8").replace("Año", "Año fiscal"), "utf-8")
    assert names(ensure(root)) == ["ui_baja.py"]

    (root / "resources/icons/claro/sobre.svg").unlink()
    assert names(ensure(root)) == ["assets.rcc"]

    (root / "icsoe_desktop/gui/forms/ui_alta.py").unlink()
    assert names(ensure(root)) == ["ui_alta.py"]


def test_the_module_of_a_deleted_form_goes_with_it(root: Path) -> None:
    ensure(root)
    (root / "ui/alta.ui").unlink()
    ensure(root)
    left = {path.name for path in (root / "icsoe_desktop/gui/forms").iterdir()}
    assert left == {"ui_baja.py", "assets.rcc", ".fuentes.json"}


def test_a_form_becomes_a_module_with_its_buddies_and_without_connections_by_name(
    root: Path,
) -> None:
    ensure(root)
    text = (root / "icsoe_desktop/gui/forms/ui_alta.py").read_text("utf-8")
    classes = [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    assert classes == ["Ui_alta"]
    assert "self.rfc_label.setBuddy(self.rfc_edit)" in text
    assert "connectSlotsByName" not in text


def test_the_resources_hold_icons_styles_and_the_spanish_of_qt(root: Path) -> None:
    ensure(root)
    pack = str(root / "icsoe_desktop/gui/forms/assets.rcc")
    assert QResource.registerResource(pack, "/prueba")
    try:
        style = QFile(":/prueba/styles/base.qss")
        assert style.open(QIODevice.OpenModeFlag.ReadOnly)
        assert style.readAll().data() == b"QLabel { color: #222 }"
        style.close()
        assert QFile.exists(":/prueba/icons/claro/sobre.svg")
        assert QFile.exists(":/prueba/translations/qtbase_es.qm")
    finally:
        QResource.unregisterResource(pack, "/prueba")


def test_the_same_sources_give_the_same_bytes(root: Path) -> None:
    ensure(root)
    pack = root / "icsoe_desktop/gui/forms/assets.rcc"
    first = pack.read_bytes()
    (root / "resources/styles/base.qss").touch()
    pack.unlink()
    ensure(root)
    assert pack.read_bytes() == first


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        (FORM.format(name="alta", buddy="nadie"), "'nadie' is not a valid widget"),
        (FORM.format(name="alta", buddy="rfc_edit").replace("_edit", "_label"), "already in use"),
        (FORM[:200], "alta.ui"),
    ],
    ids=["lost buddy", "repeated name", "cut file"],
)
def test_a_damaged_form_is_told_and_the_good_module_stays(
    root: Path, damaged: str, said: str
) -> None:
    ensure(root)
    module = root / "icsoe_desktop/gui/forms/ui_alta.py"
    before = module.read_bytes()
    (root / "ui/alta.ui").write_text(damaged, "utf-8")
    with pytest.raises(CompileError, match=said) as caught:
        ensure(root)
    assert "No se pudo compilar «alta.ui»" in str(caught.value)
    assert module.read_bytes() == before
    assert not list(module.parent.glob(".ui_alta.py-*"))


def test_a_python_whose_pyside_lacks_a_part_is_told_apart(root: Path, tmp_path: Path) -> None:
    with pytest.raises(IncompletePySide, match=r"qtbase_es\.qm"):
        ensure(root, PySide(tmp_path))


def test_the_forms_of_this_program_are_compiled_from_what_lies_in_ui() -> None:
    root = Path(__file__).resolve().parents[2]
    ensure(root)
    forms = {
        path.stem.removeprefix("ui_") for path in (root / "icsoe_desktop/gui/forms").glob("ui_*.py")
    }
    assert forms == {path.stem for path in (root / "ui").glob("*.ui")}


def test_a_form_imports_the_classes_that_it_uses_and_no_others(root: Path) -> None:
    ensure(root)
    module = next((root / "icsoe_desktop" / "gui" / "forms").glob("ui_*.py"))
    tree = ast.parse(module.read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert imported
    assert imported <= used
