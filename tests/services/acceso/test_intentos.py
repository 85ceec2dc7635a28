"""The growing delay after repeated failures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from icsoe_desktop.services.acceso.intentos import Intentos, TooManyAttemptsError
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import IntentoRow
from tests.conftest import Reloj

WHO = "alma@ejemplo.mx"


@pytest.fixture
def intentos(store: Store) -> Intentos:
    return Intentos(store)


def _fail(store: Store, intentos: Intentos, quien: str = WHO, times: int = 1) -> None:
    for _ in range(times):
        with store.write() as db:
            intentos.failed(db, quien)


def _wait_s(store: Store, intentos: Intentos, quien: str = WHO) -> int:
    with store.read() as db:
        try:
            intentos.check(db, quien)
        except TooManyAttemptsError as error:
            return error.espera_s
    return 0


def test_the_delay_doubles_after_three_failures_up_to_a_quarter_of_an_hour(
    store: Store, intentos: Intentos
) -> None:
    waits = []
    for _ in range(16):
        _fail(store, intentos)
        waits.append(_wait_s(store, intentos))
    assert waits == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


def test_ten_thousand_failures_still_wait_a_quarter_of_an_hour(
    store: Store, intentos: Intentos, reloj: Reloj
) -> None:
    _fail(store, intentos)
    with store.write() as db:
        db.query(IntentoRow).one().fallos = 10_000
    assert _wait_s(store, intentos) == 900
    reloj.advance(seconds=900)
    assert _wait_s(store, intentos) == 0


def test_the_sentence_says_how_long_is_left(store: Store, intentos: Intentos, reloj: Reloj) -> None:
    _fail(store, intentos, times=6)
    reloj.advance(seconds=1.5)
    with (
        store.read() as db,
        pytest.raises(
            TooManyAttemptsError, match=r"^Demasiados intentos\. Espere 7 segundos y vuelva"
        ),
    ):
        intentos.check(db, WHO)
    reloj.advance(seconds=5.8)
    with store.read() as db, pytest.raises(TooManyAttemptsError, match=r"Espere 1 segundo y"):
        intentos.check(db, WHO)
    _fail(store, intentos, times=20)
    with store.read() as db, pytest.raises(TooManyAttemptsError, match=r"Espere 15 minutos y"):
        intentos.check(db, WHO)


def test_two_minutes_and_more_are_said_in_minutes(
    store: Store, intentos: Intentos, reloj: Reloj
) -> None:
    # Ten failures: 128 seconds.
    _fail(store, intentos, times=10)
    reloj.advance(seconds=8)
    with store.read() as db, pytest.raises(TooManyAttemptsError, match=r"Espere 2 minutos y"):
        intentos.check(db, WHO)
    reloj.advance(seconds=1)
    with store.read() as db, pytest.raises(TooManyAttemptsError, match=r"Espere 119 segundos y"):
        intentos.check(db, WHO)


def test_only_who_failed_waits_whatever_the_capitals(store: Store, intentos: Intentos) -> None:
    _fail(store, intentos, times=5)
    assert _wait_s(store, intentos, " ALMA@Ejemplo.MX ") == 4
    assert _wait_s(store, intentos, "beto@ejemplo.mx") == 0


def test_a_success_forgets_the_failures_of_that_one_only(store: Store, intentos: Intentos) -> None:
    _fail(store, intentos, times=4)
    _fail(store, intentos, "beto@ejemplo.mx", times=4)
    with store.write() as db:
        intentos.succeeded(db, "Alma@ejemplo.mx")
    assert (_wait_s(store, intentos), _wait_s(store, intentos, "beto@ejemplo.mx")) == (0, 2)
    _fail(store, intentos)
    assert _wait_s(store, intentos) == 0


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(days=400)])
def test_a_clock_moved_back_locks_nobody_out(
    store: Store, intentos: Intentos, reloj: Reloj, back: timedelta
) -> None:
    _fail(store, intentos, times=20)
    reloj.now -= back
    assert _wait_s(store, intentos) == 0


def test_failures_after_the_clock_moved_back_count_again(
    store: Store, intentos: Intentos, reloj: Reloj
) -> None:
    _fail(store, intentos, times=6)
    reloj.advance(days=-400)
    _fail(store, intentos, times=4)
    assert _wait_s(store, intentos) == 2


def test_failures_of_yesterday_are_forgotten(
    store: Store, intentos: Intentos, reloj: Reloj
) -> None:
    _fail(store, intentos, times=20)
    _fail(store, intentos, "beto@ejemplo.mx")
    reloj.advance(hours=25)
    _fail(store, intentos)
    assert _wait_s(store, intentos) == 0
    with store.read() as db:
        assert [row.fallos for row in db.query(IntentoRow)] == [1]


def test_more_failures_may_go_free(store: Store) -> None:
    patient = Intentos(store, free_failures=10)
    _fail(store, patient, times=10)
    assert _wait_s(store, patient) == 0
    _fail(store, patient)
    assert _wait_s(store, patient) == 2


def test_the_table_does_not_tell_who_tried(store: Store, intentos: Intentos) -> None:
    _fail(store, intentos)
    with store.read() as db:
        row = db.query(IntentoRow).one()
        assert (len(row.quien), row.fallos) == (32, 1)
        assert WHO.encode() not in row.quien
