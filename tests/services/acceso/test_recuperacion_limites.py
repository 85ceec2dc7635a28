"""How long a code to recover a password is good, how often one may ask, and guess."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso.intentos import TooManyAttemptsError
from tests.services.acceso.con_recuperacion import ALMA, NEW, NEWER, OLD, Olvido, another


def test_a_code_works_once(olvido: Olvido) -> None:
    code = olvido.ask()
    olvido.recuperacion.reset(ALMA, code.replace(" ", ""), NEW)
    with pytest.raises(InvalidInputError, match="El código no es correcto o ya no sirve") as caught:
        olvido.recuperacion.reset(ALMA, code, NEWER)
    assert caught.value.campo == "codigo"
    olvido.acceso.enter(ALMA, NEW)


@pytest.mark.parametrize(("seconds", "good"), [(899, True), (900, False)])
def test_a_code_is_good_for_fifteen_minutes(olvido: Olvido, seconds: int, good: bool) -> None:
    code = olvido.ask()
    olvido.reloj.advance(seconds=seconds)
    if good:
        olvido.recuperacion.reset(ALMA, code, NEW)
    else:
        with pytest.raises(InvalidInputError, match="ya no sirve"):
            olvido.recuperacion.reset(ALMA, code, NEW)


def test_a_clock_moved_back_makes_no_code_good_for_longer(olvido: Olvido) -> None:
    code = olvido.ask()
    olvido.reloj.advance(days=-30)
    with pytest.raises(InvalidInputError, match="ya no sirve"):
        olvido.recuperacion.reset(ALMA, code, NEW)


def test_a_new_code_kills_the_old_one_and_withdraws_its_mail(olvido: Olvido) -> None:
    first = olvido.ask()
    olvido.recuperacion.request(ALMA)
    olvido.recuperacion.request(ALMA)
    assert [one.estado for one in olvido.buzon.pending(olvido.alma.sesion)] == [
        EstadoCorreo.PENDIENTE,
        EstadoCorreo.DESCARTADO,
        EstadoCorreo.ENVIADO,
    ]
    last = olvido.code()
    assert len(olvido.smtp.received) == 2
    if first != last:
        with pytest.raises(InvalidInputError, match="ya no sirve"):
            olvido.recuperacion.reset(ALMA, first, NEW)
    olvido.recuperacion.reset(ALMA, last, NEW)


def test_five_wrong_tries_kill_a_code(olvido: Olvido) -> None:
    code = olvido.ask()
    for wait_s in (0, 0, 0, 2, 4):
        with pytest.raises(InvalidInputError, match="no es correcto"):
            olvido.recuperacion.reset(ALMA, another(code), NEW)
        olvido.reloj.advance(seconds=wait_s * 2)
    with pytest.raises(InvalidInputError, match="ya no sirve"):
        olvido.recuperacion.reset(ALMA, code, NEW)


def test_four_wrong_tries_do_not(olvido: Olvido) -> None:
    code = olvido.ask()
    for _ in range(4):
        with pytest.raises(InvalidInputError):
            olvido.recuperacion.reset(ALMA, another(code), NEW)
    with pytest.raises(TooManyAttemptsError, match="Espere 2 segundos"):
        olvido.recuperacion.reset(ALMA, code, NEW)
    olvido.reloj.advance(seconds=2)
    olvido.recuperacion.reset(ALMA, code, NEW)
    olvido.acceso.enter(ALMA, NEW)


def test_a_reset_ends_the_delay_of_whoever_forgot(olvido: Olvido) -> None:
    for _ in range(4):
        with pytest.raises(InvalidInputError):
            olvido.acceso.enter(ALMA, "No-la-recuerdo7")
    with pytest.raises(TooManyAttemptsError):
        olvido.acceso.enter(ALMA, OLD)
    olvido.recuperacion.reset(ALMA, olvido.ask(), NEW)
    olvido.acceso.enter(ALMA, NEW)


def test_a_weak_password_is_refused_and_costs_no_try(olvido: Olvido) -> None:
    code = olvido.ask()
    for weak in ["corta", "Alma@ejemplo.mx7"] * 3:
        with pytest.raises(InvalidInputError, match="La contraseña no cumple") as caught:
            olvido.recuperacion.reset(ALMA, code, weak)
        assert caught.value.campo == "contrasena"
    olvido.recuperacion.reset(ALMA, code, NEW)


def test_repeated_requests_for_one_mail_wait_longer_and_longer(olvido: Olvido) -> None:
    for _ in range(4):
        olvido.recuperacion.request(ALMA)
    with pytest.raises(TooManyAttemptsError, match="Espere 2 segundos"):
        olvido.recuperacion.request(ALMA)
    olvido.reloj.advance(seconds=2)
    olvido.recuperacion.request(ALMA)
    with pytest.raises(TooManyAttemptsError, match="Espere 4 segundos"):
        olvido.recuperacion.request(ALMA)


def test_guessing_mails_is_slowed_down_as_a_whole(olvido: Olvido) -> None:
    for number in range(11):
        with pytest.raises(InvalidInputError, match="No hay un usuario"):
            olvido.recuperacion.request(f"n{number}@ejemplo.mx")
    with pytest.raises(TooManyAttemptsError, match="Espere 2 segundos"):
        olvido.recuperacion.request("otro@ejemplo.mx")


def test_a_code_that_could_not_leave_in_time_is_never_sent(olvido: Olvido) -> None:
    olvido.recuperacion.request(ALMA)
    olvido.reloj.advance(minutes=15)
    olvido.buzon.send_due(NoProgress())
    assert olvido.smtp.received == []
    assert [one.estado for one in olvido.buzon.pending(olvido.alma.sesion)] == [
        EstadoCorreo.VENCIDO
    ]
