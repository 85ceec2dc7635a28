"""Saving a movement over what somebody else made of it since the form was opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.escritura import MovimientoAjenoError
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento, MovimientoFila
from icsoe_desktop.store.engine import Store
from tests.services.certificados.catalogo import audit
from tests.services.con_movimientos import Caso
from tests.services.movimientos.test_captura import ALTA as TYPED

ALTA = replace(TYPED, primer_apellido="MUÑOZ", nombres="ANA", sbc="450.50", clave_trabajador="")
MIA, AJENA = replace(ALTA, sbc="500.00"), replace(ALTA, sbc="600.00", clave_trabajador="B-2")


@pytest.fixture
def visto(movimientos: MovimientosService, sesion: Sesion) -> MovimientoFila:
    """The movement as a form was opened with."""
    return movimientos.capture(sesion, ALTA)


def kept(movimientos: MovimientosService, visto: MovimientoFila) -> tuple[int | None, str]:
    now = movimientos.get(SESION_CONSULTA, visto.id)
    return now.sbc, now.clave_trabajador


def test_what_nobody_else_changed_is_saved(caso: Caso, visto: MovimientoFila) -> None:
    saved = caso.movimientos.edit(caso.sesion, visto.id, MIA, visto=visto)
    assert (saved.sbc, kept(caso.movimientos, visto)) == (500_00, (500_00, ""))


def test_what_somebody_else_changed_is_kept_until_one_insists(
    movimientos: MovimientosService, sesion: Sesion, visto: MovimientoFila, store: Store
) -> None:
    movimientos.edit(sesion, visto.id, AJENA)
    lines = len(audit(store))
    with pytest.raises(MovimientoAjenoError) as refused:
        movimientos.edit(sesion, visto.id, MIA, visto=visto)
    ahora = refused.value.ahora
    assert ahora == movimientos.get(SESION_CONSULTA, visto.id)
    assert (ahora.sbc, ahora.clave_trabajador) == (600_00, "B-2")
    assert "Alguien más cambió este movimiento" in refused.value.message
    # Personal data are no part of what may reach a log.
    assert not any(word in str(refused.value) for word in ("MUÑOZ", "12345678903", "B-2"))
    assert (kept(movimientos, visto), len(audit(store))) == ((600_00, "B-2"), lines)
    movimientos.edit(sesion, visto.id, MIA, visto=ahora)
    assert kept(movimientos, visto) == (500_00, "")


@pytest.mark.parametrize(
    "ajena",
    [
        replace(ALTA, clave_trabajador="B-2"),
        replace(ALTA, nombres="ANA MARÍA"),
        replace(ALTA, nss="98765432103"),
        replace(ALTA, fecha=date(2026, 2, 26)),
    ],
    ids=["another field", "the name", "the worker", "the date"],
)
def test_the_movement_is_one_thing(
    movimientos: MovimientosService, sesion: Sesion, visto: MovimientoFila, ajena: CapturaMovimiento
) -> None:
    theirs = movimientos.edit(sesion, visto.id, ajena)
    with pytest.raises(MovimientoAjenoError):
        movimientos.edit(sesion, visto.id, MIA, visto=visto)
    assert movimientos.get(SESION_CONSULTA, visto.id) == theirs


def test_a_third_change_between_the_two_times_is_told_too(
    movimientos: MovimientosService, sesion: Sesion, visto: MovimientoFila
) -> None:
    first = movimientos.edit(sesion, visto.id, AJENA)
    movimientos.edit(sesion, visto.id, replace(AJENA, sbc="700.00"))
    with pytest.raises(MovimientoAjenoError) as refused:
        movimientos.edit(sesion, visto.id, MIA, visto=first)
    assert refused.value.ahora.sbc == 700_00


def test_the_same_change_twice_is_nothing_to_tell(caso: Caso, visto: MovimientoFila) -> None:
    caso.movimientos.edit(caso.sesion, visto.id, AJENA)
    caso.movimientos.edit(caso.sesion, visto.id, replace(AJENA, sbc=" $600 "), visto=visto)
    assert kept(caso.movimientos, visto) == (600_00, "B-2")


def test_it_is_told_before_a_duplicate_is(caso: Caso, visto: MovimientoFila) -> None:
    other = replace(ALTA, fecha=date(2026, 2, 26))
    caso.movimientos.capture(caso.sesion, other)
    caso.movimientos.edit(caso.sesion, visto.id, AJENA)
    with pytest.raises(MovimientoAjenoError) as refused:
        caso.movimientos.edit(caso.sesion, visto.id, other, visto=visto)
    with pytest.raises(InvalidInputError) as duplicate:
        caso.movimientos.edit(caso.sesion, visto.id, other, visto=refused.value.ahora)
    assert duplicate.value.campo == "duplicado"


def test_what_was_deleted_meanwhile_does_not_come_back(caso: Caso, visto: MovimientoFila) -> None:
    caso.movimientos.delete(caso.sesion, [visto.id])
    with pytest.raises(UserFacingError, match="ya no existe"):
        caso.movimientos.edit(caso.sesion, visto.id, MIA, visto=visto)
    assert caso.movimientos.history(SESION_CONSULTA, ALTA.nss) == ()


def test_what_went_into_a_lote_meanwhile_is_left_as_it_was_written(
    movimientos: MovimientosService, lotes: LotesService, sesion: Sesion, visto: MovimientoFila
) -> None:
    movimientos.edit(sesion, visto.id, AJENA)
    (lote,) = lotes.generate(sesion, lotes.plan(sesion, [visto.id], OpcionesLote(), NoProgress()))
    with pytest.raises(UserFacingError, match="Ya en un lote"):
        movimientos.edit(sesion, visto.id, MIA, visto=visto)
    # The lote cancelled, it may be changed again, and what came before it is told.
    lotes.cancel(sesion, lote.id)
    with pytest.raises(MovimientoAjenoError):
        movimientos.edit(sesion, visto.id, MIA, visto=visto)
    assert kept(movimientos, visto) == (600_00, "B-2")


def test_what_somebody_changed_since_it_was_shown_is_not_deleted_unseen(
    movimientos: MovimientosService, sesion: Sesion, visto: MovimientoFila
) -> None:
    ahora = movimientos.edit(sesion, visto.id, AJENA)
    with pytest.raises(UserFacingError, match="No se borró nada"):
        movimientos.delete(sesion, [visto.id], [visto])
    assert kept(movimientos, visto) == (600_00, "B-2")
    assert movimientos.delete(sesion, [visto.id], [ahora]) == 1
