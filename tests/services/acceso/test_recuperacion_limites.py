"""How long a code to recover a password is good, how often one may ask, and guess."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso.idse import AccesoService
from icsoe_desktop.services.acceso.intentos import TooManyAttemptsError
from icsoe_desktop.services.acceso.recuperacion import RecuperacionService
from icsoe_desktop.services.acceso.usuarios import AltaUsuario
from icsoe_desktop.services.correo.buzon import BuzonService
from tests.conftest import Reloj
from tests.services.acceso.con_recuperacion import ALMA, NEW, NEWER, OLD, another, code_in
from tests.support.smtp_real import SmtpReal


def test_a_code_works_once(
    recuperacion: RecuperacionService, acceso: AccesoService, buzon: BuzonService, smtp: SmtpReal
) -> None:
    recuperacion.request(ALMA)
    code = code_in(smtp, buzon)
    recuperacion.reset(ALMA, code.replace(" ", ""), NEW)
    with pytest.raises(InvalidInputError, match="El código no es correcto o ya no sirve") as caught:
        recuperacion.reset(ALMA, code, NEWER)
    assert caught.value.campo == "codigo"
    acceso.enter(ALMA, NEW)


@pytest.mark.parametrize(("seconds", "good"), [(899, True), (900, False)])
def test_a_code_is_good_for_fifteen_minutes(
    recuperacion: RecuperacionService,
    buzon: BuzonService,
    smtp: SmtpReal,
    reloj: Reloj,
    seconds: int,
    good: bool,
) -> None:
    recuperacion.request(ALMA)
    code = code_in(smtp, buzon)
    reloj.advance(seconds=seconds)
    if good:
        recuperacion.reset(ALMA, code, NEW)
    else:
        with pytest.raises(InvalidInputError, match="ya no sirve"):
            recuperacion.reset(ALMA, code, NEW)


def test_a_clock_moved_back_makes_no_code_good_for_longer(
    recuperacion: RecuperacionService, buzon: BuzonService, smtp: SmtpReal, reloj: Reloj
) -> None:
    recuperacion.request(ALMA)
    code = code_in(smtp, buzon)
    reloj.advance(days=-30)
    with pytest.raises(InvalidInputError, match="ya no sirve"):
        recuperacion.reset(ALMA, code, NEW)


def test_a_new_code_kills_the_old_one_and_withdraws_its_mail(
    recuperacion: RecuperacionService,
    buzon: BuzonService,
    smtp: SmtpReal,
    alma: AltaUsuario,
) -> None:
    recuperacion.request(ALMA)
    first = code_in(smtp, buzon)
    recuperacion.request(ALMA)
    recuperacion.request(ALMA)
    assert [one.estado for one in buzon.pending(alma.sesion)] == [
        EstadoCorreo.PENDIENTE,
        EstadoCorreo.DESCARTADO,
        EstadoCorreo.ENVIADO,
    ]
    last = code_in(smtp, buzon)
    assert len(smtp.received) == 2
    if first != last:
        with pytest.raises(InvalidInputError, match="ya no sirve"):
            recuperacion.reset(ALMA, first, NEW)
    recuperacion.reset(ALMA, last, NEW)


def test_five_wrong_tries_kill_a_code(
    recuperacion: RecuperacionService, buzon: BuzonService, smtp: SmtpReal, reloj: Reloj
) -> None:
    recuperacion.request(ALMA)
    code = code_in(smtp, buzon)
    for wait_s in (0, 0, 0, 2, 4):
        with pytest.raises(InvalidInputError, match="no es correcto"):
            recuperacion.reset(ALMA, another(code), NEW)
        reloj.advance(seconds=wait_s * 2)
    with pytest.raises(InvalidInputError, match="ya no sirve"):
        recuperacion.reset(ALMA, code, NEW)


def test_four_wrong_tries_do_not(
    recuperacion: RecuperacionService,
    acceso: AccesoService,
    buzon: BuzonService,
    smtp: SmtpReal,
    reloj: Reloj,
) -> None:
    recuperacion.request(ALMA)
    code = code_in(smtp, buzon)
    for _ in range(4):
        with pytest.raises(InvalidInputError):
            recuperacion.reset(ALMA, another(code), NEW)
    with pytest.raises(TooManyAttemptsError, match="Espere 2 segundos"):
        recuperacion.reset(ALMA, code, NEW)
    reloj.advance(seconds=2)
    recuperacion.reset(ALMA, code, NEW)
    acceso.enter(ALMA, NEW)


def test_a_reset_ends_the_delay_of_whoever_forgot(
    recuperacion: RecuperacionService,
    acceso: AccesoService,
    buzon: BuzonService,
    smtp: SmtpReal,
) -> None:
    for _ in range(4):
        with pytest.raises(InvalidInputError):
            acceso.enter(ALMA, "No-la-recuerdo7")
    with pytest.raises(TooManyAttemptsError):
        acceso.enter(ALMA, OLD)
    recuperacion.request(ALMA)
    recuperacion.reset(ALMA, code_in(smtp, buzon), NEW)
    acceso.enter(ALMA, NEW)


def test_a_weak_password_is_refused_and_costs_no_try(
    recuperacion: RecuperacionService, buzon: BuzonService, smtp: SmtpReal
) -> None:
    recuperacion.request(ALMA)
    code = code_in(smtp, buzon)
    for weak in ["corta", "Alma@ejemplo.mx7"] * 3:
        with pytest.raises(InvalidInputError, match="La contraseña no cumple") as caught:
            recuperacion.reset(ALMA, code, weak)
        assert caught.value.campo == "contrasena"
    recuperacion.reset(ALMA, code, NEW)


def test_repeated_requests_for_one_mail_wait_longer_and_longer(
    recuperacion: RecuperacionService, reloj: Reloj
) -> None:
    for _ in range(4):
        recuperacion.request(ALMA)
    with pytest.raises(TooManyAttemptsError, match="Espere 2 segundos"):
        recuperacion.request(ALMA)
    reloj.advance(seconds=2)
    recuperacion.request(ALMA)
    with pytest.raises(TooManyAttemptsError, match="Espere 4 segundos"):
        recuperacion.request(ALMA)


def test_guessing_mails_is_slowed_down_as_a_whole(recuperacion: RecuperacionService) -> None:
    for number in range(11):
        with pytest.raises(InvalidInputError, match="No hay un usuario"):
            recuperacion.request(f"n{number}@ejemplo.mx")
    with pytest.raises(TooManyAttemptsError, match="Espere 2 segundos"):
        recuperacion.request("otro@ejemplo.mx")


def test_a_code_that_could_not_leave_in_time_is_never_sent(
    recuperacion: RecuperacionService,
    buzon: BuzonService,
    smtp: SmtpReal,
    reloj: Reloj,
    alma: AltaUsuario,
) -> None:
    recuperacion.request(ALMA)
    reloj.advance(minutes=15)
    buzon.send_due(NoProgress())
    assert smtp.received == []
    assert [one.estado for one in buzon.pending(alma.sesion)] == [EstadoCorreo.VENCIDO]
