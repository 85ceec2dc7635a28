from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.identificadores.nombre_imss import normal_name, transliterate
from icsoe_desktop.domain.movimientos.movimiento import (
    Advertencia,
    CausaBaja,
    Jornada,
    Movimiento,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.errors import InvalidInputError
from tests.domain.dispmag.registros_168 import ALTA, BAJA, GAEL, NSS, RP, curp


def test_the_lists_of_the_imss() -> None:
    assert [(tipo.value, tipo.nombre) for tipo in TipoMovimiento] == [
        ("08", "Alta o reingreso"),
        ("07", "Modificación de salario"),
        ("02", "Baja"),
    ]
    assert [(tipo.value, tipo.nombre) for tipo in TipoTrabajador] == [
        ("1", "Permanente"),
        ("2", "Eventual de la ciudad"),
        ("3", "Eventual de la construcción"),
        ("4", "Eventual del campo"),
    ]
    assert [(tipo.value, tipo.nombre) for tipo in TipoSalario] == [
        ("0", "Fijo"),
        ("1", "Variable"),
        ("2", "Mixto"),
    ]
    assert [jornada.value for jornada in Jornada] == list("0123456")
    assert (Jornada.NORMAL.nombre, Jornada("1").nombre, Jornada.REDUCIDA.nombre) == (
        "Normal",
        "1 día por semana",
        "Jornada reducida",
    )
    assert [(causa.value, causa.nombre) for causa in CausaBaja] == [
        ("1", "Término de contrato"),
        ("2", "Separación voluntaria"),
        ("3", "Abandono de empleo"),
        ("4", "Defunción"),
        ("5", "Clausura"),
        ("6", "Otras"),
        ("7", "Ausentismo"),
        ("8", "Rescisión de contrato"),
        ("9", "Jubilación"),
        ("A", "Pensión"),
    ]


def test_a_movement_cannot_change_and_shows_nobody() -> None:
    with pytest.raises(FrozenInstanceError):
        ALTA.nss = "0"  # type: ignore[misc]
    assert not any(secret in repr(ALTA) for secret in (NSS, GAEL, RP, "RIVERA", "GAEL"))


def test_identifiers_that_are_handed_on_are_those_of_the_texts() -> None:
    known = ALTA.identificadores
    assert known is not None
    assert replace(ALTA, identificadores=known).identificadores is known
    other = replace(ALTA, nss="10000000008", identificadores=known)
    assert other == replace(ALTA, nss="10000000008", identificadores=None)
    assert other.identificadores is not None
    assert other.identificadores.textos == (RP, "10000000008", GAEL)
    with pytest.raises(InvalidInputError):
        replace(ALTA, nss="1", identificadores=known)


def test_what_a_movement_says_of_itself() -> None:
    assert ALTA.nombre == "GAEL ANTONIO RIVERA DIEGO"
    assert replace(ALTA, segundo_apellido="").nombre == "GAEL ANTONIO RIVERA"
    assert ALTA.registro_base == "A123456789"
    assert ALTA.warnings() == BAJA.warnings() == ()


@pytest.mark.parametrize(
    ("movimiento", "field", "value", "part"),
    [
        (ALTA, "registro_patronal", "A123456789", "falta el dígito"),
        (ALTA, "registro_patronal", "a1234567895", "registro patronal"),
        (ALTA, "nss", "1234567890", "11"),
        (ALTA, "primer_apellido", "", "Escriba el primer apellido"),
        (ALTA, "primer_apellido", "'-", "Escriba el primer apellido"),
        (ALTA, "segundo_apellido", ".", "Escriba el segundo apellido"),
        (ALTA, "nombres", "", "Escriba el nombre"),
        (ALTA, "nombres", "Gael", "mayúsculas"),
        (ALTA, "nombres", "GAEL  ANTONIO", "espacios de más"),
        (ALTA, "nombres", "GAEL 2", "sólo lleva letras"),
        (ALTA, "nombres", "ГАЭЛЬ", "sólo lleva letras"),
        (ALTA, "sbc", None, "Escriba el SBC"),
        (ALTA, "sbc", 0, "va de"),
        (ALTA, "sbc", 1_000_000, "va de"),
        (BAJA, "sbc", 1, "Una baja no lleva el SBC"),
        (ALTA, "tipo_trabajador", None, "tipo de trabajador"),
        (BAJA, "tipo_trabajador", TipoTrabajador.PERMANENTE, "Una baja no lleva"),
        (ALTA, "tipo_salario", None, "tipo de salario"),
        (BAJA, "tipo_salario", TipoSalario.FIJO, "Una baja no lleva"),
        (ALTA, "jornada", None, "jornada"),
        (ALTA, "causa_baja", CausaBaja.OTRAS, "sólo va en las bajas"),
        (BAJA, "causa_baja", None, "Elija la causa de baja"),
        (ALTA, "fecha", date(1942, 12, 31), "va de 1943 a 2100"),
        (ALTA, "fecha", date(2101, 1, 1), "va de 1943 a 2100"),
        (ALTA, "umf", "35", "UMF"),
        (ALTA, "guia", "1400", "guía"),
        (ALTA, "clave_trabajador", "12345678901", "10 caracteres"),
        (ALTA, "clave_trabajador", " 1", "sin espacios"),
        (ALTA, "clave_trabajador", "1\n2", "caracteres"),
        (ALTA, "curp", GAEL[:-1] + "0", "dígito verificador"),
        (ALTA, "rfc", "PISA900215", "homoclave"),
        (ALTA, "rfc", "PIS900215AB1", "13 caracteres"),
        (ALTA, "rfc", "XAXX010101000", "genérico"),
        (ALTA, "rfc", "pisa900215ab1", "mayúsculas"),
    ],
)
def test_a_movement_that_cannot_be_names_the_field(
    movimiento: Movimiento, field: str, value: object, part: str
) -> None:
    with pytest.raises(InvalidInputError, match=part) as caught:
        replace(movimiento, **{field: value})
    assert caught.value.campo == field


def test_an_sbc_goes_from_one_centavo_to_what_its_six_digits_hold() -> None:
    assert [replace(ALTA, sbc=sbc).sbc for sbc in (1, 9999_99)] == [1, 9999_99]


def test_a_date_goes_from_the_first_year_of_the_imss_to_2100() -> None:
    for day in (date(1943, 1, 1), date(2100, 12, 31)):
        assert replace(ALTA, fecha=day, curp="").fecha == day


def test_a_clave_has_up_to_ten_characters() -> None:
    assert replace(ALTA, clave_trabajador="1234567890").clave_trabajador == "1234567890"


def test_a_modificacion_may_go_without_tipo_de_trabajador() -> None:
    modificacion = replace(ALTA, tipo=TipoMovimiento.MODIFICACION, tipo_trabajador=None)
    assert modificacion.warnings() == ()


def test_what_is_odd_is_a_warning_of_its_field() -> None:
    odd = replace(
        ALTA, registro_patronal="A1234567890", nss="12345678904", sbc=300_00,
        nombres="SAEL", curp=curp("RIDG270515HNLVGLA"),
    )  # fmt: skip
    assert [advertencia.campo for advertencia in odd.warnings()] == [
        "registro_patronal",
        "nss",
        "sbc",
        "curp",
        "curp",
    ]
    assert odd.warnings()[2] == Advertencia(
        "sbc",
        "El SBC, $300.00, es menor que el salario mínimo de esa fecha, $315.04 (LSS 28).",
        peligro=True,
    )
    assert [one.peligro for one in odd.warnings()] == [True, True, True, True, False]
    assert "nació después" in odd.warnings()[3].texto
    assert "se esperaba S" in odd.warnings()[4].texto


@pytest.mark.parametrize(
    ("name", "enie", "texto", "imposibles"),
    [
        ("MUÑOZ", "#", "MU#OZ", ""),
        ("MUÑOZ", "N", "MUNOZ", ""),
        ("GÜEMES CORTÉS", "#", "GUEMES CORTES", ""),
        ("O'FARRILL", "#", "OFARRILL", ""),
        ("PÉREZ-LUGO", "#", "PEREZ LUGO", ""),
        ("MA.DEL CARMEN", "#", "MA DEL CARMEN", ""),
        ("GONÇALVES ŁÓDŹ SØREN ÆRØ", "#", "GONCALVES LODZ SOREN AERO", ""),
        ("X Æ A-12", "#", "X AE A", "12"),
        ("ИВАН", "#", "", "ИВАН"),
    ],
)
def test_a_name_in_the_letters_of_the_imss(
    name: str, enie: str, texto: str, imposibles: str
) -> None:
    written = transliterate(name, enie)
    assert (written.texto, written.imposibles) == (texto, imposibles)


@given(st.text(max_size=40))
def test_what_is_written_of_any_name_is_letters_and_spaces(name: str) -> None:
    normal = normal_name(name)
    assert normal_name(normal) == normal
    written = transliterate(normal, "#").texto
    assert set(written) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ# ")
    assert written == " ".join(written.split())
