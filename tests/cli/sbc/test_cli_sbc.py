"""`sbc calcular`, as a script uses it: no data folder, no login."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import ordenes
from tests.support.respuesta_json import document, error_of

WORDS = "sbc calcular --salario 500 --periodo diario --ingreso 2020-03-01 --fecha 2026-11-23"


def run(words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    return ordenes.run(*words.split()), capsys.readouterr().out


def answer(words: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    status, printed = run(f"{words} --json", capsys)
    assert status == 0
    return document(printed)


def test_the_answer_has_the_sbc_the_factor_and_each_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Seventh year of work: 22 days. 1 + (15 + 22 × 0.25) ÷ 365 = 1.0562; × 500 = 528.10.
    found = answer(WORDS, capsys)
    assert (found["sbc"], found["factor"], found["desde"]) == ("528.10", "1.0562", "2026-03-01")
    assert [paso["paso"] for paso in found["pasos"]] == [
        "Vacaciones", "Factor de integración", "Parte fija", "SBC antes de piso y tope",
    ]  # fmt: skip
    assert found["advertencias"] == []


def test_a_person_reads_lines(capsys: pytest.CaptureFixture[str]) -> None:
    status, printed = run(WORDS, capsys)
    assert status == 0
    assert printed.splitlines()[-1] == "SBC: $528.10, desde el 01/03/2026"


def test_every_option_counts(capsys: pytest.CaptureFixture[str]) -> None:
    # Factor 1 + (30 + 14 × 0.30) ÷ 365 = 1.0937; × 500 = 546.85. Variable 5,974.32 ÷ 60 = 99.57.
    words = f"{WORDS} --aguinaldo 30 --prima 0.30 --vacaciones 14"
    found = answer(f"{words} --variable 5974.32 --dias-devengados 60 --zona frontera", capsys)
    assert found["sbc"] == "646.42"
    # September and October: 61 days.
    for wrong in ("--variable 1 --dias-devengados 62", "--fecha 9999-12-31"):
        status, printed = run(f"{words} {wrong} --json", capsys)
        assert (status, error_of(printed)) == (1, "dato_no_valido")


def test_a_pay_over_the_cap_says_both_amounts(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(WORDS.replace("500", "9000"), capsys)
    assert (found["sbc"], found["sbc_sin_limites"]) == ("2932.75", "9505.80")
    assert "mayor que el tope" in found["advertencias"][0]


@pytest.mark.parametrize(
    "amount", ["1.234,56", "mil", "1e9", "nan", "inf", "1_000", "٥٠٠", "9" * 9999]
)
def test_what_is_no_number_with_a_point_is_a_wrong_command(
    amount: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        run(WORDS.replace("500", amount), capsys)
    assert end.value.code == 2
    assert "no es un número con punto decimal" in capsys.readouterr().err
