"""A short run of everything. The long one: python -m tests.caos --minutos 10."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.caos.caos import Caos
from tests.caos.sucesos import ONCE
from tests.support.kinto_real import KintoReal, kinto_python, postgres_server, prepare_database
from tests.support.postgres_real import postgres, postgres_folder

SECONDS = 40.0
SEED = int(os.environ.get("ICSOE_CAOS_SEMILLA", "20260302"))


@contextmanager
def own_server(folder: Path) -> Iterator[KintoReal]:
    """Of this run alone, for it is killed."""
    kinto_python()
    with postgres(postgres_folder()) as database:
        prepare_database(database, folder)
        with postgres_server(database, folder) as server:
            yield server


@pytest.mark.timeout(900)
def test_no_edit_is_lost_all_replicas_are_the_same_and_who_was_removed_reads_nothing_new(
    tmp_path: Path,
) -> None:
    with own_server(tmp_path) as server:
        found = Caos(server, tmp_path, SEED, SECONDS, cuantos=3, nuevos=3).run()
    print("\n" + json.dumps(found.figures(), ensure_ascii=False))
    assert found.faltas == []
    assert found.veredicto.ediciones > 40
    assert found.secretas > 0
    assert set(found.sucesos) == set(ONCE)
    assert len(found.ataques) == 13
