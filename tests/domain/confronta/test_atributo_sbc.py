"""The attribute with the SBC is found by the SBCs of the IMSS, in the patterns that files show."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from icsoe_desktop.domain.confronta.atributo_sbc import Atributo, Muestra, Voto, vote

TOPE = 2_828_50
Pattern = Callable[[int, Random], tuple[int, int]]  # SBC → base, integrado

PATTERNS: dict[str, tuple[Pattern, Atributo]] = {
    "base is the SBC, integrado the plain wage": (
        lambda sbc, _: (sbc, round(sbc / 1.0493)),
        Atributo.BASE,
    ),
    "both equal": (lambda sbc, _: (sbc, sbc), Atributo.BASE),
    "base is the plain wage, integrado the SBC": (
        lambda sbc, _: (round(sbc / 1.0493), sbc),
        Atributo.INTEGRADO,
    ),
    "base is the SBC, integrado the uncapped LFT 84": (
        lambda sbc, azar: (sbc, round(sbc * azar.uniform(1.02, 2.5))),
        Atributo.BASE,
    ),
}


def samples(pattern: Pattern, azar: Random, noise: float = 0.05) -> list[tuple[str, Muestra]]:
    found = []
    for _ in range(2_000):
        sbc = min(azar.randrange(278_80, 3_200_00), TOPE)
        base, integrado = pattern(sbc, azar)
        known = sbc if azar.random() >= noise else azar.randrange(278_80, TOPE)
        found.append(("AAA010101AAA", Muestra(base, integrado, TOPE, [known])))
    return found


@pytest.mark.parametrize("case", PATTERNS)
@pytest.mark.parametrize("seed", range(3))
def test_the_pattern_is_found_with_noise(case: str, seed: int) -> None:
    pattern, atributo = PATTERNS[case]
    (voto,) = vote(samples(pattern, Random(seed)), {}).values()  # noqa: S311
    assert voto.atributo is atributo
    assert not voto.adivinado
    assert voto.de == 2_000
    assert 1_850 <= voto.aciertos <= 1_950
    assert f"{voto.aciertos:,} de 2,000" in voto.frase


def test_each_emisor_has_its_own() -> None:
    found = vote(
        [
            ("A", Muestra(100_00, 104_93, TOPE, [104_93])),
            ("B", Muestra(104_93, 100_00, TOPE, [104_93])),
        ],
        {},
    )
    assert found["A"].atributo is Atributo.INTEGRADO
    assert found["B"].atributo is Atributo.BASE


@pytest.mark.parametrize(
    ("base", "integrado", "atributo"),
    [
        (500_00, 524_65, Atributo.INTEGRADO),
        (524_65, 500_00, Atributo.BASE),
        (2_828_50, 6_435_14, Atributo.BASE),  # at the cap of its day
        (None, 524_65, Atributo.INTEGRADO),
        (524_65, None, Atributo.BASE),
    ],
)
def test_with_nothing_to_vote_on_it_is_a_guess(
    base: int | None, integrado: int | None, atributo: Atributo
) -> None:
    for known in ([], [333_33]):
        (voto,) = vote([("A", Muestra(base, integrado, TOPE, known))], {}).values()
        assert voto.atributo is atributo
        assert voto.adivinado
        assert "supuesto" in voto.frase


def test_what_a_person_chose_holds() -> None:
    sample = ("A", Muestra(500_00, 524_65, TOPE, [524_65]))
    (voto,) = vote([sample], {"A": Atributo.BASE}).values()
    assert voto == Voto("A", Atributo.BASE, 0, 1, elegido=True)
    assert "usted eligió" in voto.frase
