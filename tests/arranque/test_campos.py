"""Names, tables of fields, hours and documents, held against the code."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from icsoe_desktop.domain.certificados.registro_patronal import (
    CAMPOS_REGISTRO_PATRONAL,
    DatosRegistroPatronal,
)
from icsoe_desktop.domain.fields import FieldTable, Place
from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA, FichaCapturista
from icsoe_desktop.domain.icsoe.contratista import CAMPOS_CONTRATISTA, DatosGenerales
from icsoe_desktop.domain.icsoe.contrato import (
    CAMPOS_CONTRATANTE,
    CAMPOS_CONTRATO,
    CAMPOS_FOLIO_REPSE,
    Contratante,
    FolioRepse,
)
from icsoe_desktop.domain.icsoe.domicilio import CAMPOS_DOMICILIO, TEXT_FIELDS
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.movimiento import (
    Movimiento,
)
from tests.arranque.test_capas import MODULES, SOURCES
from tests.conftest import ROOT

TABLES: dict[str, FieldTable] = {
    "capturista": CAMPOS_CAPTURISTA,
    "contratante": CAMPOS_CONTRATANTE,
    "contratista": CAMPOS_CONTRATISTA,
    "contrato": CAMPOS_CONTRATO,
    "domicilio": CAMPOS_DOMICILIO,
    "folio REPSE": CAMPOS_FOLIO_REPSE,
    "movimiento": CAMPOS_MOVIMIENTO,
    "registro patronal": CAMPOS_REGISTRO_PATRONAL,
}
TYPED = Place.FORM | Place.SHEET
FORMS = {
    "capturista_datos": (CAMPOS_CAPTURISTA, Place.FORM),
    "contratista_generales": (CAMPOS_CONTRATISTA, Place.FORM),
    "registros_patronales": (CAMPOS_REGISTRO_PATRONAL, Place.FORM),
}


def labels() -> set[str]:
    return {each.label for table in TABLES.values() for each in table if each.places & TYPED}


def texts(node: ast.AST) -> Iterator[ast.Constant]:
    """The texts of a module, but for those inside of a Field and the labels of a person."""
    for child in ast.iter_child_nodes(node):
        is_field = isinstance(child, ast.Call) and ast.unparse(child.func) == "Field"
        is_person = isinstance(child, ast.Assign) and "ETIQUETAS_PERSONA" in ast.unparse(
            child.targets[0]
        )
        if isinstance(child, ast.Constant):
            yield child
        elif not (is_field or is_person):
            yield from texts(child)


def test_no_label_is_written_outside_of_its_table() -> None:
    wanted = labels()
    assert {"Teléfono", "Registro patronal", "Causa de baja", "Celular"} <= wanted
    sources = {
        module: path.read_text("utf-8")
        for module, path in MODULES.items()
        # What a command prints is an interface of its own.
        if not module.startswith("cli.")
    }
    quoted = re.compile(f'"({"|".join(map(re.escape, wanted))})"')
    assert [
        f"{module}:{text.lineno} {text.value}"
        for module, source in sources.items()
        if quoted.search(source)
        for text in texts(ast.parse(source))
        if text.value in wanted
    ] == []


def test_the_scan_sees_a_label_that_is_written_again() -> None:
    source = 'COLUMNS = (Column("Teléfono"), Field("telefono", "Teléfono"))'
    assert [text.value for text in texts(ast.parse(source))] == ["Teléfono"]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_calls_its_fields_as_the_table_does(name: str) -> None:
    table, place = FORMS[name]
    tree = ET.parse(ROOT / "ui" / f"{name}.ui")  # noqa: S314 - our own file
    shown = {
        label.attrib["name"].removesuffix("_label"): label.findtext(
            "property[@name='text']/string", ""
        )
        for label in tree.iter("widget")
        if label.get("class") == "QLabel" and label.get("name", "").endswith("_label")
    }
    assert {
        each.name: shown[each.name].replace("&", "").strip("*: ") for each in table.at(place)
    } == {each.name: each.label for each in table.at(place)}


@pytest.mark.parametrize("record", TABLES)
def test_a_table_names_each_field_once(record: str) -> None:
    table = TABLES[record]
    names = [each.name for each in table]
    assert len(names) == len(set(names))
    for place, order in table.order.items():
        assert set(order) <= set(table.names(place))
        # No two columns of a list under one header.
        titles = [each.title(place) for each in table.at(place)]
        assert len(titles) == len(set(titles))


def test_a_value_has_the_fields_that_its_table_says_are_typed() -> None:
    def typed(table: FieldTable) -> set[str]:
        return {each.name for each in table if each.places & TYPED}

    assert typed(CAMPOS_CONTRATANTE) == set(Contratante.__dataclass_fields__)
    assert typed(CAMPOS_FOLIO_REPSE) == set(FolioRepse.__dataclass_fields__)
    assert typed(CAMPOS_CAPTURISTA) == set(FichaCapturista.__dataclass_fields__)
    assert typed(CAMPOS_CONTRATISTA) == set(DatosGenerales.__dataclass_fields__)
    assert typed(CAMPOS_REGISTRO_PATRONAL) | {"advertencias"} == set(
        DatosRegistroPatronal.__dataclass_fields__
    )
    assert typed(CAMPOS_MOVIMIENTO) | {"identificadores"} == set(Movimiento.__dataclass_fields__)
    assert tuple(each.name for each in CAMPOS_DOMICILIO) == TEXT_FIELDS


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


NAIVE = re.compile(r"\.astimezone\(\)")


def test_no_hour_is_told_in_the_zone_of_the_machine() -> None:
    files = sorted(SOURCES.rglob("*.py"))
    assert len(files) > 300
    found = [path.name for path in files if NAIVE.search(path.read_text(encoding="utf-8"))]
    assert found == []


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


CITED = re.compile(r"\b(?:[\w-]+/)+[\w-]+\.md\b")
FOLDERS = ("icsoe_desktop", "benchmarks", "resources", "tests")


def test_each_document_that_a_module_cites_is_in_the_project() -> None:
    cited = {
        (path.relative_to(ROOT).as_posix(), document)
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for document in CITED.findall(path.read_text("utf-8"))
    }
    assert len({document for _, document in cited}) > 5
    # A module that writes a page of docs/ cites from there.
    places = (ROOT, ROOT / "docs")
    lost = [pair for pair in cited if not any((place / pair[1]).is_file() for place in places)]
    assert sorted(lost) == []


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
