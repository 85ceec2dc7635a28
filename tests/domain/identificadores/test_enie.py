"""MU/OZ is MUÑOZ, unless the CURP says otherwise."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.enie import notice, restore_enie
from tests.domain.dispmag.registros_168 import curp


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
