"""The first steps, the general data and the years of a REPSE acuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icsoe_desktop.domain.icsoe.contratista import (
    Avance,
    DatosGenerales,
    PasoContratista,
    check_generales,
)
from icsoe_desktop.domain.icsoe.domicilio import (
    IGUAL,
    Asentamiento,
    Domicilio,
    RespuestaDomicilio,
    check_domicilio,
    check_ubicacion,
    in_catalogue,
)
from icsoe_desktop.errors import InvalidInputError

DONE = {"terminos_aceptados": True, "tiene_datos_generales": True}


@pytest.mark.parametrize(
    ("avance", "paso"),
    [
        (Avance(True), PasoContratista.TERMINOS),
        (Avance(True, terminos_aceptados=True), PasoContratista.DATOS_GENERALES),
        (Avance(True, **DONE), PasoContratista.DOMICILIO),
        (Avance(False, **DONE), PasoContratista.ACUSE),
        (Avance(True, **DONE, tiene_domicilio=True), PasoContratista.ACUSE),
        (Avance(True, **DONE, tiene_domicilio=True, tiene_acuse=True), PasoContratista.COMPLETO),
        (Avance(False, **DONE, tiene_acuse=True), PasoContratista.COMPLETO),
        # What is done out of turn does not let anybody skip.
        (Avance(True, **DONE, tiene_acuse=True), PasoContratista.DOMICILIO),
        (Avance(True, tiene_datos_generales=True, tiene_acuse=True), PasoContratista.TERMINOS),
        (Avance(True, terminos_aceptados=True, completado=True), PasoContratista.COMPLETO),
        (Avance(True, completado=True), PasoContratista.TERMINOS),
    ],
)
def test_the_next_step_is_the_first_that_is_not_done(avance: Avance, paso: PasoContratista) -> None:
    assert avance.paso is paso


def test_a_step_is_reached_when_those_before_it_are_done() -> None:
    avance = Avance(True, **DONE)
    assert [paso for paso in PasoContratista if avance.reached(paso)] == [
        PasoContratista.TERMINOS,
        PasoContratista.DATOS_GENERALES,
        PasoContratista.DOMICILIO,
    ]
    fisica = Avance(False, **DONE, tiene_acuse=True)
    assert [paso for paso in PasoContratista if fisica.reached(paso)] == [
        PasoContratista.TERMINOS,
        PasoContratista.DATOS_GENERALES,
        PasoContratista.ACUSE,
        PasoContratista.CONVENCIONAL,
        PasoContratista.COMPLETO,
    ]


def test_general_data_in_canonical_form() -> None:
    datos = DatosGenerales.parse(
        correo=" Ana@Ejemplo.MX ", celular="+52 55 1122 3344", telefono_fijo="(33) 1234-5678"
    )
    assert datos == DatosGenerales(
        correo="ana@ejemplo.mx", celular="5511223344", telefono_fijo="3312345678"
    )
    assert "ana" not in repr(datos)
    assert list(check_generales({"telefono_fijo": "x"})) == ["correo", "celular", "telefono_fijo"]
    assert (
        check_generales({"correo": "a@ejemplo.mx", "celular": "5511223344", "telefono_fijo": "  "})
        == {}
    )


DOMICILIO = Domicilio(
    codigo_postal="01010",
    colonia="Peñón",
    calle="Calle",
    numero_exterior="1",
    municipio="Álvaro Obregón",
    estado="Ciudad de México",
)


def test_an_address_is_checked_field_by_field() -> None:
    assert check_domicilio(DOMICILIO) == {}
    assert list(check_domicilio(Domicilio(codigo_postal="1010", colonia=" "))) == [
        "codigo_postal", "colonia", "calle", "numero_exterior", "municipio", "estado"
    ]  # fmt: skip
    assert check_ubicacion("01010", "x") == {}
    long = Domicilio(**{**_texts(DOMICILIO), "entre_calles": "x" * 121})
    assert check_domicilio(long) == {"entre_calles": "Escriba como máximo 120 caracteres."}
    with pytest.raises(InvalidInputError) as refused:
        Domicilio(codigo_postal="01010", colonia="x").cleaned()
    assert refused.value.campo == "calle"
    spaced = Domicilio(**{**_texts(DOMICILIO), "codigo_postal": "0 1010", "calle": "  Calle  "})
    assert spaced.cleaned() == DOMICILIO
    assert "Calle" not in repr(DOMICILIO)


@pytest.mark.parametrize(
    "cambios",
    [
        {},
        {"numero_interior": "3 B", "entre_calles": "Uno y Dos"},
        {"calle": "Norte | Sur", "colonia": "|"},
        {"calle": "fuera de catálogo"},
    ],
)
def test_an_address_goes_into_one_line_and_comes_back(cambios: dict[str, str]) -> None:
    for outside in (False, True):
        whole = replace(DOMICILIO, **cambios, fuera_de_catalogo=outside).cleaned()  # type: ignore[arg-type]
        assert Domicilio.of(whole.valor) == Domicilio.parse(whole.valor) == whole


@pytest.mark.parametrize(
    "text", ["Av. Uno 1, Centro", "x | y", "|" * 7, "01010 | | | | | | | ", "| " * 900]
)
def test_a_text_of_nobody_is_shown_and_not_taken(text: str) -> None:
    """Another program of the office may send any text."""
    assert RespuestaDomicilio.of(text).igual is False
    with pytest.raises(InvalidInputError):
        Domicilio.parse(text)


def test_the_answer_about_an_address() -> None:
    assert [RespuestaDomicilio.of(text).igual for text in (None, "", IGUAL)] == [None, None, True]
    typed = RespuestaDomicilio(False, DOMICILIO)
    assert RespuestaDomicilio.of(DOMICILIO.valor) == typed
    marked = replace(DOMICILIO, fuera_de_catalogo=True)
    assert typed.says_the_same(RespuestaDomicilio(False, marked))
    assert not typed.says_the_same(RespuestaDomicilio(igual=True))


def _texts(domicilio: Domicilio) -> dict[str, str]:
    return {
        "codigo_postal": domicilio.codigo_postal,
        "colonia": domicilio.colonia,
        "calle": domicilio.calle,
        "numero_exterior": domicilio.numero_exterior,
        "municipio": domicilio.municipio,
        "estado": domicilio.estado,
    }


def test_a_colonia_is_found_as_people_write_it() -> None:
    known = (
        Asentamiento(
            codigo_postal="01010",
            colonia="PEÑÓN",
            tipo="Barrio",
            municipio="Álvaro Obregón",
            estado="Ciudad de México",
        ),
    )
    assert in_catalogue(DOMICILIO, known)
    assert not in_catalogue(DOMICILIO, ())
    assert known[0].etiqueta == "PEÑÓN (Barrio)"
