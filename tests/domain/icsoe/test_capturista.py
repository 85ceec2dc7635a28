"""What is typed of a capturista, what may be done with her, and the codes of her links."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.icsoe.capturista import (
    AccionFila,
    CapturistaNuevo,
    DatosCapturista,
    Estatus,
    acciones_de,
    check_nuevo,
    code_of,
    grouped_code,
    link_of,
    parse_code,
    pregunta_baja,
)
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.errors import InvalidInputError

HOY = date(2026, 3, 2)


def with_digit(first: str) -> str:
    """An invented CURP with its check digit: docs/fuentes.md §3, rule 7."""
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    total = sum(alphabet.index(c) * (18 - at) for at, c in enumerate(first))
    return first + str((10 - total % 10) % 10)


def nuevo(**cambios: str) -> CapturistaNuevo:
    datos = {
        "curp": with_digit("XANX900101MDFCXX0"),
        "nombres": "  Íñiga ",
        "primer_apellido": "Xacón",
        "segundo_apellido": "Núñez",
        "telefono": "55 1234 5678",
        "correo": "Iniga@Ejemplo.mx",
        "confirmacion": " iniga@ejemplo.MX ",
    }
    return CapturistaNuevo(**{**datos, **cambios})


def test_a_good_form_becomes_canonical() -> None:
    revision = check_nuevo(nuevo(), HOY)
    assert revision.problemas == {}
    assert revision.datos == DatosCapturista(
        curp=with_digit("XANX900101MDFCXX0"),
        nombres="Íñiga",
        primer_apellido="Xacón",
        segundo_apellido="Núñez",
        telefono="5512345678",
        correo="iniga@ejemplo.mx",
    )
    assert "Xacón" not in repr(revision)
    assert "Xacón" not in repr(nuevo())


def test_the_second_surname_may_be_missing_only_where_the_curp_says_so() -> None:
    one_surname = with_digit("XAXX900101MDFCXX0")
    revision = check_nuevo(nuevo(curp=one_surname, segundo_apellido=""), HOY)
    assert "segundo_apellido" not in revision.problemas
    revision = check_nuevo(nuevo(segundo_apellido=""), HOY)
    assert revision.problemas["segundo_apellido"].startswith("Escriba el segundo apellido")


def test_a_name_that_does_not_fit_warns_and_blocks_nobody() -> None:
    revision = check_nuevo(nuevo(primer_apellido="Bacón"), HOY)
    assert revision.datos is not None
    [first, *_] = revision.advertencias["nombres"]
    assert first.startswith("Posición 1 de la CURP: dice X y según el nombre capturado")


def test_every_problem_is_told_at_once() -> None:
    blank = nuevo(**dict.fromkeys(CapturistaNuevo.__dataclass_fields__, ""))
    assert list(check_nuevo(blank, HOY).problemas) == [
        "curp", "nombres", "primer_apellido", "segundo_apellido", "telefono", "correo"
    ]  # fmt: skip
    assert check_nuevo(nuevo(confirmacion="otra@ejemplo.mx"), HOY).problemas == {
        "confirmacion": "Los correos electrónicos no coinciden."
    }
    slip = check_nuevo(nuevo(correo="a@gmail.con", confirmacion="a@gmail.con"), HOY)
    assert slip.advertencias["correo"] == (
        "¿Quiso escribir @gmail.com? Revise el correo electrónico.",
    )


@pytest.mark.parametrize(
    ("estatus", "bloqueado", "acciones"),
    [
        (Estatus.REGISTRADA, False, {"Editar", "Enviar email", "Eliminar"}),
        (Estatus.REGISTRADA, True, {"Editar", "Enviar email", "Eliminar"}),
        (Estatus.ACTIVA, False, {"Eliminar"}),
        (Estatus.ACTIVA, True, {"Enviar email", "Eliminar"}),
        (Estatus.BAJA, False, {"Activar"}),
        (Estatus.BAJA, True, {"Activar"}),
    ],
)
def test_the_row_actions_are_those_of_the_seed(
    estatus: Estatus, bloqueado: bool, acciones: set[str]
) -> None:
    found = acciones_de(estatus, bloqueado=bloqueado)
    assert {str(each) for each in found} == acciones
    assert found <= set(AccionFila)


def test_the_question_before_a_baja_is_that_of_the_seed() -> None:
    una = NombrePersona(nombres="Íñiga", primer_apellido="Xacón", segundo_apellido="")
    assert pregunta_baja(una.nombre) == (
        "Estás dando de baja al usuario **Íñiga Xacón** ¿Deseas continuar?"
    )


@given(st.binary(min_size=20, max_size=20))
def test_a_code_survives_the_mail_and_the_hand(random: bytes) -> None:
    code = code_of(random)
    assert int.from_bytes(random) == int(
        code.translate(str.maketrans("ABCDEFGHJKMNPQRSTVWXYZ", "ABCDEFGHIJKLMNOPQRSTUV")), 32
    )
    for typed in (code, grouped_code(code), link_of(code), grouped_code(code).lower()):
        assert parse_code(f" {typed}\n") == code


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_told(text: str) -> None:
    try:
        assert len(parse_code(text)) == 32
    except InvalidInputError as error:
        campo = error.campo
    else:
        campo = "codigo"
    assert campo == "codigo"


def test_a_code_needs_twenty_random_bytes() -> None:
    with pytest.raises(ValueError, match="twenty bytes"):
        code_of(b"x" * 19)
    assert code_of(bytes(20)) == "0" * 32
    assert code_of(b"\xff" * 20) == "Z" * 32


@pytest.mark.parametrize(
    ("born", "young"),
    [("191231", True), ("110303", True), ("110302", False), ("900101", False)],
)
def test_somebody_too_young_to_work_is_warned_about_not_refused(born: str, young: bool) -> None:
    """LFT 22 Bis: fifteen years, which HOY is for who was born on 2 March 2011."""
    curp = with_digit(f"XANX{born}MDFCXX{'A' if born < '5' else '0'}")
    found = check_nuevo(nuevo(curp=curp), HOY)
    warned = [text for text in found.advertencias.get("curp", ()) if "LFT 22 Bis" in text]
    assert bool(warned) is young
    assert found.datos is not None
