"""ICSOE_CAOS_SEGUNDOS and ICSOE_CAOS_SEMILLA make it longer and another one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.caos.caos import Caos
from tests.support import postgres_real
from tests.support.kinto_real import KintoReal, kinto_python, postgres_server, prepare_database
from tests.support.postgres_real import postgres, postgres_folder

SECONDS = float(os.environ.get("ICSOE_CAOS_SEGUNDOS", "10"))
SEED = int(os.environ.get("ICSOE_CAOS_SEMILLA", "20260302"))


@pytest.fixture
def servidor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KintoReal]:
    """Its own, for it is killed."""
    kinto_python()
    # With synchronous_commit off, what a killed database had acknowledged may be gone.
    quick = [one for one in postgres_real.QUICK if not one.startswith("synchronous_commit")]
    monkeypatch.setattr(postgres_real, "QUICK", quick)
    with postgres(postgres_folder()) as database:
        prepare_database(database, tmp_path)
        with postgres_server(database, tmp_path) as server:
            yield server


@pytest.mark.timeout(SECONDS * 3 + 900)
def test_no_edit_is_lost_and_all_replicas_are_the_same_in_the_end(
    servidor: KintoReal, tmp_path: Path
) -> None:
    found = Caos(servidor, tmp_path, SEED, SECONDS).run()
    print("\n" + json.dumps(found.figures(), ensure_ascii=False))
    report = os.environ.get("ICSOE_CAOS_INFORME")
    if report:
        told = {**found.figures(), "motivos": dict(found.motivos), "rotos": found.rotos}
        told |= {"perdidas_": found.veredicto.perdidas, "diferencias": found.diferencias}
        told |= {"apartados": found.apartados, "esperan": found.esperan}
        Path(report).write_text(json.dumps(told, ensure_ascii=False, indent=1))
    assert not found.rotos, found.rotos[:3]
    assert not found.detenidos, found.detenidos
    assert not found.veredicto.perdidas, found.veredicto.perdidas[:20]
    assert not found.diferencias, found.diferencias
    assert not found.apartados, found.apartados
    assert found.esperan == 0
    assert found.veredicto.ediciones > 40
    assert len(found.muertes) == 3
