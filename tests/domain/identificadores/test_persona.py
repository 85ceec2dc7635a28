"""A part of a person's name: its letters and its length."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.identificadores.persona import ParteNombre
from icsoe_desktop.errors import InvalidInputError


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
