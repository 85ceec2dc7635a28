"""A view that nobody released gives its connection back all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.pool import QueuePool

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.movimientos.valores import TODOS, OrdenMovimientos
from tests.services.movimientos.caso import Caso

MORE_THAN_THE_POOL = 20


def test_views_that_are_dropped_take_no_connection_with_them(caso: Caso) -> None:
    for _ in range(MORE_THAN_THE_POOL):
        caso.movimientos.prepare(caso.sesion, TODOS, OrdenMovimientos(), NoProgress())
    vista = caso.movimientos.prepare(caso.sesion, TODOS, OrdenMovimientos(), NoProgress())
    assert caso.movimientos.rows(vista, 0, 10) == []
    assert not caso.movimientos.is_stale(vista)
    caso.movimientos.release(vista)
    assert caso.movimientos.is_stale(vista)


def test_an_export_that_fails_gives_its_connection_back_at_once(caso: Caso, tmp_path: Path) -> None:
    nowhere = tmp_path / "no existe" / "m.xlsx"
    # While the error is held, so are the variables of the function that raised it.
    with pytest.raises(UserFacingError) as held:
        caso.movimientos.export(caso.sesion, nowhere, TODOS, OrdenMovimientos(), NoProgress())
    pool = caso.store.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0, held
