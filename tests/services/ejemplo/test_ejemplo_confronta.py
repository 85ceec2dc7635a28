"""The sample month has one difference of each kind, and no other."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from icsoe_desktop.domain.confronta.comparacion import Contexto
from icsoe_desktop.domain.confronta.diferencias import ClaseDiferencia
from icsoe_desktop.domain.confronta.persona import ClaseFuente, PeriodoConfronta
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.confronta.excel import remarks_of
from icsoe_desktop.services.confronta.fuentes import read_sources
from icsoe_desktop.services.confronta.service import OpcionesConfronta, confront
from icsoe_desktop.services.ejemplo.confronta import EMISION, RECIBOS, write_month


def test_each_kind_of_difference_is_in_the_sample(tmp_path: Path) -> None:
    hoy = date(2026, 3, 2)
    write_month(tmp_path, trabajadores(18), hoy)
    sources = read_sources([tmp_path / EMISION, tmp_path / RECIBOS], hoy, NoProgress())
    assert {one.clase for one in sources} == {ClaseFuente.EMA, ClaseFuente.CFDI}
    found = confront(sources, OpcionesConfronta(), Contexto(PeriodoConfronta(0, 0)), hoy)
    assert Counter(one.clase for one in found.diferencias) == dict.fromkeys(ClaseDiferencia, 1)
    assert found.comparacion.periodo.nombre == "01/02/2026 a 28/02/2026"
    told = [why for what, why in remarks_of(found) if what.startswith("Registro patronal")]
    assert told == ["sólo en la nómina, 1 persona sin comparar."]
