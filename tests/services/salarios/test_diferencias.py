"""Differences of a confronta become rows of salaries, one a worker."""

from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.confronta.diferencias import ClaseDiferencia, Diferencia
from icsoe_desktop.domain.salarios.cambios import OUT_OF_RANGE, Calculista, CambioSalario
from icsoe_desktop.domain.salarios.razones import Criterio, Empleo, Plantilla, Razon
from icsoe_desktop.services.salarios.diferencias import NO_NAME, OF_THE_IMSS, changes_of
from icsoe_desktop.services.salarios.hoja import with_loose
from tests.services.confronta.archivos import BETO, RP

HOY, DESDE = date(2025, 11, 7), date(2025, 10, 16)


def row(
    sbc: int | None = 450_00,
    *,
    nomina: int = 500_00,
    nombre: str = BETO[2],
    bajas: dict[tuple[str, str], date] | None = None,
) -> CambioSalario:
    """sbc: what our notices say; None for a worker without any. The IMSS has 450.00."""
    one = Diferencia(
        ClaseDiferencia.SBC_MENOR, RP, BETO[0], BETO[1], nombre,
        sbc_imss=450_00, sbc_nomina=nomina, dia=DESDE.toordinal(),
    )  # fmt: skip
    here = () if sbc is None else (Empleo(BETO[0], f"{RP}9", "MUÑOZ", "ORTIZ", "BETO", "", sbc),)
    plantilla = Plantilla(here, bajas or {})
    hoja = changes_of([one], plantilla)
    (found,) = Calculista(Criterio(Razon.HOJA, HOY, HOY), with_loose(plantilla, hoja)).rows(
        hoja.entradas
    )
    return found


def test_the_payroll_s_sbc_from_its_day_on_is_ticked() -> None:
    found = row()
    assert (found.sbc, found.fecha, found.elegido) == (500_00, DESDE, True)
    assert found.textos == ()


@pytest.mark.parametrize(("sbc", "told"), [(470_00, ""), (500_00, "Es igual al de hoy.")])
def test_where_our_notices_say_otherwise_it_is_told_and_stays_ticked(sbc: int, told: str) -> None:
    found = row(sbc)
    assert found.elegido
    assert found.textos[0] == f"El IMSS tiene $450.00, y sus avisos dicen ${sbc // 100}.00."
    assert found.textos[1:] == ((told,) if told else ())


def test_who_has_no_notice_here_has_the_imss_s_sbc_and_the_name_of_the_curp() -> None:
    found = row(None)
    one = found.empleo
    assert (one.sbc, one.nombres, one.primer_apellido, one.curp) == (
        450_00, "BETO", "MUÑOZ", BETO[1],
    )  # fmt: skip
    assert (found.elegido, found.textos) == (True, (OF_THE_IMSS,))


def test_what_cannot_be_a_notice_says_why_and_cannot_be_ticked() -> None:
    for found, told in (
        (row(None, nombre="MUÑOZ"), NO_NAME),
        (row(None, bajas={(BETO[0], RP): HOY}), "Tiene baja del 07/11/2025 en sus avisos."),
        (row(nomina=10_000_00), OUT_OF_RANGE),
    ):
        assert (found.sbc, found.textos[0]) == (None, told)
    assert not row(None, nombre="").elegido
