"""A month of two registros patronales: every planted difference is found, and no other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from icsoe_desktop.domain.confronta.comparacion import Contexto
from icsoe_desktop.domain.confronta.diferencias import ClaseDiferencia, EstadoDiferencia
from icsoe_desktop.domain.confronta.persona import Lado, PeriodoConfronta
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.confronta.fuentes import read_sources
from icsoe_desktop.services.confronta.service import OpcionesConfronta, confront
from tests.services.confronta.casos import make_month
from tests.services.confronta.mes import MesHecho, by_case
from tests.support.tiers import long_cases

HOY = date(2025, 12, 10)


def compared(folder: Path, mes: MesHecho) -> tuple[set[tuple[int, int]], set[str], set[str]]:
    """(open differences by person, cases told as in time, registros patronales that do not add)."""
    imss, nomina = mes.write(folder)
    sources = [
        *read_sources([imss], HOY, NoProgress(), Lado.IMSS),
        *read_sources([nomina], HOY, NoProgress(), Lado.NOMINA),
    ]
    found = confront(sources, OpcionesConfronta(), Contexto(PeriodoConfronta(0, 0)), HOY)
    differences, in_time, wrong = set(), set(), set()
    for one in found.diferencias:
        if one.clase is ClaseDiferencia.DESCUADRE:
            wrong.add(one.registro_patronal)
        elif one.estado is EstadoDiferencia.EN_PLAZO:
            in_time.add(mes.casos[mes.personas[one.nss]])
        else:
            differences.add((int(one.clase), mes.personas[one.nss or one.curp]))
    return differences, in_time, wrong


# Seed → workers: small months, and those that the comparison is judged by.
LARGOS = (*range(10), *range(20, 25))
MESES = {11: 200, 30: 200, **dict.fromkeys(LARGOS, 2_000)}


@pytest.mark.parametrize("semilla", long_cases(MESES, LARGOS))
def test_none_is_missing_and_none_is_invented(tmp_path: Path, semilla: int) -> None:
    trabajadores = MESES[semilla]
    mes = make_month(semilla, trabajadores)
    assert len(mes.casos) == trabajadores
    is_odd = mes.mes % 2 == 1
    assert len(by_case(mes)) == 50 + is_odd
    found, in_time, wrong = compared(tmp_path, mes)
    told = {each: mes.casos[each[1]] for each in found ^ mes.plantadas}
    assert told == {}
    assert {kind for kind, _ in found} == set(range(1, 10))
    assert in_time == ({"primera_del_bimestre"} if is_odd else set())
    assert wrong == {mes.descuadrado[:10]}
