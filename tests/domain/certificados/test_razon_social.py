"""How long a razón social may be."""

from __future__ import annotations

from icsoe_desktop.domain.certificados.registro_patronal import RevisionRegistroPatronal, check

RFC = "EKU9003173C9"


def test_a_razon_social_of_250_letters_stays_and_one_of_251_is_refused() -> None:
    def checked(letters: int) -> RevisionRegistroPatronal:
        return check(registro_patronal="Y6077636105", razon_social="Ñ" * letters, rfc=RFC)

    longest = checked(250).datos
    assert longest is not None
    assert longest.razon_social == "Ñ" * 250
    assert checked(251).datos is None
    assert checked(251).problemas == {
        "razon_social": "La razón social tiene 251 caracteres; escriba como máximo 250."
    }
