"""An import is whole or not there: stopped at any moment, or undone later."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.datos import movimientos as generated
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.importacion.valores import (
    Decision,
)
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.movimientos import bulk
from tests.services.con_movimientos import StopAt, contents
from tests.services.importacion.caso import Caso
from tests.services.importacion.importados import ALTA, BAJA, everything


@pytest.mark.parametrize("rebuilt", [False, True])
def test_cancelling_at_any_report_leaves_the_store_as_it_was(
    caso: Caso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rebuilt: bool
) -> None:
    records = list(generated(1200))
    caso.bring(caso.archivo(*records[:200]))
    if rebuilt:
        monkeypatch.setattr(bulk, "_REBUILD_FROM", 1)
    monkeypatch.setattr(bulk, "_CHUNK", 100)
    monkeypatch.setattr("icsoe_desktop.store.interruption.STEPS_BETWEEN", 2_000)
    path = caso.archivo(*records, name="todos.txt")
    before = contents(caso.store)
    steps = 0
    while True:
        steps += 1
        stop = StopAt(steps)
        with pytest.raises(Cancelled):
            caso.importacion.preview(caso.sesion, [path], stop)
        if steps >= 4:
            break
    assert contents(caso.store) == before
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    nth, cancelled = 1, 0
    while True:
        try:
            caso.importacion.apply(caso.sesion, preview, Decision(), StopAt(nth))
        except Cancelled:
            cancelled += 1
            assert contents(caso.store) == before, nth
        else:
            break
        nth += 1 + nth // 6
    assert cancelled >= 8
    caso.importacion.discard(preview)
    after = contents(caso.store)
    assert len(after["movimientos"]) == 1200
    assert after["sqlite_master"] == before["sqlite_master"]
    assert list(tmp_path.glob("importacion-*.tmp")) == []


@pytest.mark.parametrize("rebuilt", [False, True])
def test_an_import_is_undone_as_a_whole(
    caso: Caso, monkeypatch: pytest.MonkeyPatch, rebuilt: bool
) -> None:
    if rebuilt:
        monkeypatch.setattr(bulk, "_REBUILD_FROM", 1)
    records = list(generated(600))
    caso.bring(caso.archivo(*records[:100]))
    kept = {"trabajadores", "movimientos", "sqlite_master"}
    before = {name: rows for name, rows in contents(caso.store).items() if name in kept}
    resultado = caso.bring(caso.archivo(*records[100:], name="dos.txt"))
    assert resultado.importacion_id is not None
    with pytest.raises(Cancelled):
        caso.importacion.undo(caso.sesion, resultado.importacion_id, StopAt(1))
    assert caso.importacion.undo(caso.sesion, resultado.importacion_id, NoProgress()) == 500
    after = {name: rows for name, rows in contents(caso.store).items() if name in kept}
    assert after["movimientos"] == before["movimientos"]
    assert after["sqlite_master"] == before["sqlite_master"]
    # Only a CURP that the import taught of a worker who stays is still known.
    without_curp = [[row[:2] + row[3:] for row in rows["trabajadores"]] for rows in (before, after)]
    assert without_curp[0] == without_curp[1]
    with caso.store.write() as db:
        raw_of(db).execute(
            "INSERT INTO trabajadores_buscados(trabajadores_buscados, rank) "
            "VALUES('integrity-check', 1)"
        )
    newest, oldest = caso.importacion.all(caso.sesion)
    assert (newest.importados, newest.archivos) == (500, ("dos.txt",))
    assert newest.deshecha == caso.store.clock()
    assert oldest.deshecha is None
    with pytest.raises(UserFacingError, match=r"ya se había deshecho"):
        caso.importacion.undo(caso.sesion, resultado.importacion_id, NoProgress())


def test_an_import_in_a_lote_is_not_undone_and_the_lote_is_named(
    caso: Caso, lotes: LotesService
) -> None:
    resultado = caso.bring(caso.archivo(ALTA, BAJA))
    assert resultado.importacion_id is not None
    baja = next(fila for fila in everything(caso.movimientos) if fila.tipo is TipoMovimiento.BAJA)
    plan = lotes.plan(caso.sesion, [baja.id], OpcionesLote(), NoProgress())
    (lote,) = lotes.generate(caso.sesion, plan)
    with pytest.raises(UserFacingError) as refused:
        caso.importacion.undo(caso.sesion, resultado.importacion_id, NoProgress())
    assert f"1 en el lote «{lote.nombre_archivo}»" in refused.value.message
    assert BAJA.nss not in refused.value.message
    assert len(everything(caso.movimientos)) == 2
