"""A table of fields: what it gives to sheets, lists, comparisons and forms."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from icsoe_desktop.domain.fields import Field, FieldTable, Place
from icsoe_desktop.domain.identificadores.contacto import Telefono
from icsoe_desktop.errors import InvalidInputError

CORREO = Field(
    "correo",
    "Correo electrónico",
    Place.FORM | Place.SHEET | Place.EXCEL,
    missing="Escriba el correo.",
    aliases=("Mail",),
    titles={Place.EXCEL | Place.GRID: "Correo"},
)
FIJO = Field(
    "fijo", "Teléfono fijo", Place.FORM | Place.SHEET | Place.EXCEL, Telefono.parse, optional=True
)
ALTA = Field("alta", "Fecha alta", Place.EXCEL)
TABLE = FieldTable((CORREO, FIJO, ALTA), order={Place.EXCEL: ("alta", "correo")})


def test_a_place_has_its_own_order_and_what_it_leaves_out_comes_last() -> None:
    assert TABLE.names(Place.FORM) == ("correo", "fijo")
    assert TABLE.names(Place.EXCEL) == ("alta", "correo", "fijo")
    assert TABLE.names(Place.ARCO) == ()


def test_a_header_is_the_label_unless_the_seed_words_it_otherwise() -> None:
    assert [each.title(Place.EXCEL) for each in TABLE] == ["Correo", "Teléfono fijo", "Fecha alta"]
    assert TABLE.title("correo", Place.SHEET) == "Correo electrónico"
    assert TABLE.headers() == {
        "correo": ("Correo electrónico", "Mail"),
        "fijo": ("Teléfono fijo",),
    }


def test_a_sheet_needs_only_what_is_not_optional() -> None:
    assert TABLE.missing({"fijo"}) == (CORREO,)
    assert TABLE.missing({"correo"}) == ()


def test_a_field_that_a_newer_program_added_is_called_by_its_name() -> None:
    assert TABLE.labels(["fijo", "puesto"]) == "Teléfono fijo, puesto"


def test_only_what_a_person_types_counts_as_changed() -> None:
    before = SimpleNamespace(correo="a@ejemplo.mx", fijo="", alta=1)
    after = SimpleNamespace(correo="a@ejemplo.mx", fijo="5511223344", alta=2)
    assert TABLE.changed(before, after) == ("fijo",)


def test_a_refusal_names_the_field_and_not_the_kind_of_value() -> None:
    assert FIJO.read("  ") == ("", ())
    assert FIJO.read("55 1122 3344") == ("5511223344", ())
    with pytest.raises(InvalidInputError) as refused:
        FIJO.read("x")
    assert refused.value.campo == "fijo"
    with pytest.raises(InvalidInputError, match=r"Escriba el correo\.") as refused:
        CORREO.read(" ")
    assert refused.value.campo == "correo"
