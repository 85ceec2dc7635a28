"""A part of a person's name: its letters and its length."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.enie import notice, restore_enie
from icsoe_desktop.domain.identificadores.persona import ParteNombre
from icsoe_desktop.errors import InvalidInputError
from tests.domain.dispmag.registros_168 import curp


def test_a_part_of_a_name_has_up_to_80_characters() -> None:
    longest = "Ñ" * 80
    assert ParteNombre.parse(f" {longest} ").valor == longest
    with pytest.raises(InvalidInputError) as refused:
        ParteNombre.parse(longest + "A")
    assert refused.value.message == "Escriba como máximo 80 caracteres."


def test_a_part_of_a_name_has_a_letter_or_is_empty() -> None:
    assert ParteNombre.parse("  ").valor == ""
    with pytest.raises(InvalidInputError) as refused:
        ParteNombre.parse("-.-")
    assert refused.value.message == "Un nombre lleva letras."


def restored(primero: str, segundo: str = "DIEGO", clave: str = "") -> dict[str, str]:
    texts = {"nombres": "GAEL", "primer_apellido": primero, "segundo_apellido": segundo, "nss": "/"}
    return restore_enie(texts, Curp(curp(clave)) if clave else None)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("MU/OZ", "MUÑOZ"),
        ("PE/A", "PEÑA"),
        ("Nu/ez", "Nuñez"),
        ("CASTA/EDA DE LA PE/A", "CASTAÑEDA DE LA PEÑA"),
        # A slash that is no Ñ.
        ("D/AMICO", None),
        ("LOPEZ/RUIZ", None),
        ("MU / OZ", None),
        ("MUÑOZ", None),
    ],
)
def test_a_slash_between_two_vowels_is_an_enie(read: str, meant: str | None) -> None:
    assert restored(read) == ({} if meant is None else {"primer_apellido": meant})


@pytest.mark.parametrize(
    ("clave", "agrees"),
    [
        # The consonant of MUÑOZ is Ñ: X in the CURP. Some registries wrote N.
        ("MUDG050515HNLXGLA", True),
        ("MUDG050515HNLNGLA", True),
        # Z: in this CURP nothing stood between U and O.
        ("MUDG050515HNLZGLA", False),
    ],
)
def test_the_curp_has_the_last_word(clave: str, agrees: bool) -> None:
    assert restored("MU/OZ", clave=clave) == ({"primer_apellido": "MUÑOZ"} if agrees else {})


def test_both_surnames_and_the_notice() -> None:
    assert restored("PE/A", "NU/EZ") == {"primer_apellido": "PEÑA", "segundo_apellido": "NUÑEZ"}
    assert notice("MUÑOZ").startswith("Se leyó MUÑOZ:")
