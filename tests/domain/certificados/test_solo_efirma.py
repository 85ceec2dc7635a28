"""Validity by the day of Mexico, razones sociales, and until when a .pfx of the IMSS serves."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from icsoe_desktop.domain.certificados.certificado import (
    EstadoVigencia,
    TipoCertificado,
    Vigencia,
    fecha_local,
)
from icsoe_desktop.domain.certificados.registro_patronal import RevisionRegistroPatronal, check
from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.errors import InvalidInputError

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


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 3, 5, 59, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 3, 6, tzinfo=UTC), date(2026, 3, 3)),
        # No summer time since October 2022.
        (datetime(2026, 7, 3, 5, 59, 59, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 7, 3, 6, tzinfo=UTC), date(2026, 7, 3)),
    ],
)
def test_a_day_ends_at_six_in_the_morning_of_utc(moment: datetime, day: date) -> None:
    assert fecha_local(moment) == day


DESDE = datetime(2024, 1, 1, 18, tzinfo=UTC)
HASTA = datetime(2028, 1, 1, 18, tzinfo=UTC)


def on(day: date, limite: LimitePfx | None = None, tipo: str = "imss") -> EstadoVigencia:
    now = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    return (limite or LimitePfx()).estado(TipoCertificado(tipo), DESDE, HASTA, now)


@pytest.mark.parametrize(
    ("day", "vigencia"),
    [
        (date(2026, 10, 12), Vigencia.VIGENTE),
        (date(2026, 10, 13), Vigencia.VIGENTE),
        (date(2026, 10, 14), Vigencia.NO_SIRVE),
        (date(2027, 12, 31), Vigencia.NO_SIRVE),
        (date(2028, 1, 2), Vigencia.VENCIDO),
    ],
)
def test_a_pfx_valid_to_2028_has_its_own_state_after_the_transition(
    day: date, vigencia: Vigencia
) -> None:
    found = on(day)
    assert found.vigencia is vigencia
    assert found.es_vigente is (vigencia is Vigencia.VIGENTE)
    assert (found.texto == "Ya no sirve en IDSE") is (vigencia is Vigencia.NO_SIRVE)


def test_an_extension_is_one_edit() -> None:
    later = LimitePfx(date(2026, 12, 31), "el acuerdo del DOF 01/12/2026")
    assert on(date(2026, 12, 31), later).vigencia is Vigencia.VIGENTE
    assert on(date(2027, 1, 1), later).vigencia is Vigencia.NO_SIRVE
    assert later.nota == (
        "Según el acuerdo del DOF 01/12/2026, desde el 01/01/2027 el .pfx del IMSS ya no sirve "
        "para movimientos, sólo la e.firma; confirme en IDSE."
    )


def test_an_efirma_is_not_touched_by_it() -> None:
    assert on(date(2027, 1, 1), tipo="e.firma").vigencia is Vigencia.VIGENTE


@pytest.mark.parametrize(
    ("ultimo", "fuente", "campo"),
    [
        (date(2026, 7, 16), "DOF", "ultimo"),
        (date(2101, 1, 1), "DOF", "ultimo"),
        (date(2026, 12, 31), "", "fuente"),
        (date(2026, 12, 31), "x" * 121, "fuente"),
    ],
)
def test_what_cannot_be_the_limit_is_refused(ultimo: date, fuente: str, campo: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        LimitePfx(ultimo, fuente)
    assert error.value.campo == campo
