"""An address as it is typed, before any catalogue was asked."""

from __future__ import annotations

from icsoe_desktop.domain.icsoe.domicilio import Domicilio


def test_an_address_claims_nothing_of_a_catalogue_until_one_was_asked() -> None:
    typed = Domicilio(codigo_postal="01010", colonia="Centro")
    assert (typed.fuera_de_catalogo, typed.catalogo) == (False, "")
