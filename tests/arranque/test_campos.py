"""The label of a field is written once, in the table of its record; what lists fields reads it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
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
from icsoe_desktop.domain.movimientos.movimiento import CAMPOS_MOVIMIENTO, Movimiento
from tests.arranque.test_capas import MODULES
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
