"""A constancia is brought in whole, once, or not at all; undone, it is as if it never was."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.constancias import cambios
from icsoe_desktop.services.constancias.cambios import CHANGED_SINCE
from icsoe_desktop.services.constancias.cotejo import Cotejo
from icsoe_desktop.services.constancias.service import ALREADY, STALE, ConstanciasService
from icsoe_desktop.services.lotes.valores import Lote
from icsoe_desktop.services.movimientos.valores import MovimientoFila
from icsoe_desktop.store.engine import Store
from tests.services.con_movimientos import StopAt
from tests.services.constancias.caso import Caso
from tests.services.constancias.con_constancia import (
    ALTA,
    MODIFICACION,
    REJECTED,
    Papel,
    constancias,
    everything,
    lote,
    papel,
    preview,
    three,
)

__all__ = ["constancias", "lote", "papel", "three"]


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_undoing_is_cancelled_between_movements_and_changes_nothing(
    caso: Caso, lote: Lote, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    path = caso.papel(ALTA, MODIFICACION, REJECTED)
    done = caso.constancias.apply(
        caso.sesion, preview(caso.constancias, caso.sesion, path), NoProgress()
    )
    before = everything(caso.store)
    monkeypatch.setattr(cambios, "_EVERY", 2)  # reports at the first, the third and the end
    with pytest.raises(Cancelled):
        caso.constancias.undo(caso.sesion, done.constancia_id, StopAt(nth))
    assert everything(caso.store) == before


def test_undoing_gives_back_what_was_there(caso: Caso, lote: Lote) -> None:
    before = everything(caso.store)
    path = caso.papel(ALTA, MODIFICACION, REJECTED)
    done = caso.constancias.apply(
        caso.sesion, preview(caso.constancias, caso.sesion, path), NoProgress()
    )
    assert caso.constancias.undo(caso.sesion, done.constancia_id, NoProgress()) == 3
    after = everything(caso.store)
    for table in ("movimientos", "lotes", "documentos_lote", "trabajadores"):
        assert after[table] == before[table], table
    (listed,) = caso.constancias.all(caso.sesion)
    assert (listed.archivo, listed.quien, listed.aprobados, listed.rechazados) == (
        "constancia.pdf", "alma@ejemplo.mx", 2, 1,
    )  # fmt: skip
    assert listed.deshecha == caso.store.clock()
    with pytest.raises(UserFacingError, match="ya se había deshecho"):
        caso.constancias.undo(caso.sesion, done.constancia_id, NoProgress())
    # And it may be brought again.
    again = caso.constancias.apply(
        caso.sesion, preview(caso.constancias, caso.sesion, path), NoProgress()
    )
    assert (again.aprobados, again.rechazados) == (2, 1)


def test_what_others_changed_since_is_not_undone(
    constancias: ConstanciasService, store: Store, sesion: Sesion, lote: Lote, papel: Papel
) -> None:
    done = constancias.apply(sesion, preview(constancias, sesion, papel()), NoProgress())
    with store.write() as db:
        db.execute(text("UPDATE lotes SET numero = '111111111'"))
    before = everything(store)
    with pytest.raises(UserFacingError) as caught:
        constancias.undo(sesion, done.constancia_id, NoProgress())
    assert caught.value.message == CHANGED_SINCE
    assert everything(store) == before


def test_a_constancia_is_applied_once(caso: Caso, three: list[MovimientoFila]) -> None:
    vista = preview(caso.constancias, caso.sesion, caso.papel())
    caso.constancias.apply(caso.sesion, vista, NoProgress())
    before = everything(caso.store)
    # The same folio in another file is the same constancia.
    other = preview(
        caso.constancias, caso.sesion, caso.papel(name="copia.pdf", razon_social="OTRA RAZÓN")
    )
    assert other.ya_aplicada
    assert {one.cotejo for one in other.cotejados} == {Cotejo.YA_ANOTADO}
    for one in (vista, other):
        with pytest.raises(UserFacingError) as caught:
            caso.constancias.apply(caso.sesion, one, NoProgress())
        assert caught.value.message == ALREADY
    assert everything(caso.store) == before


def test_what_changed_since_the_preview_is_looked_at_again(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    vista = preview(caso.constancias, caso.sesion, caso.papel())
    caso.movimientos.delete(caso.sesion, [three[0].id])
    before = everything(caso.store)
    with pytest.raises(UserFacingError) as caught:
        caso.constancias.apply(caso.sesion, vista, NoProgress())
    assert caught.value.message == STALE
    assert everything(caso.store) == before


def test_cancelling_at_any_moment_leaves_the_store_as_it_was(caso: Caso, lote: Lote) -> None:
    before, stops = everything(caso.store), 0
    path = caso.papel(ALTA, MODIFICACION, REJECTED)
    for work in ("preview", "apply"):
        nth = 1
        while True:
            stop = StopAt(nth)
            try:
                vista = caso.constancias.preview(
                    caso.sesion, path, stop if work == "preview" else NoProgress()
                )
                if work == "preview":
                    break
                caso.constancias.apply(caso.sesion, vista, stop)
            except Cancelled:
                assert everything(caso.store) == before
                nth, stops = nth + 1, stops + 1
                continue
            break
    assert stops >= 8
    (applied,) = caso.constancias.all(caso.sesion)
    applied_all = everything(caso.store)
    with pytest.raises(Cancelled):
        caso.constancias.undo(caso.sesion, applied.id, StopAt(1))
    assert everything(caso.store) == applied_all
