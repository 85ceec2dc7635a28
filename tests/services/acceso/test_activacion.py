"""From the link in the mail to a password: the 24 hours, once, and a forgotten one."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.avisos import AVISO_ICSOE_VERSION
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.acceso.activacion import (
    SOLICITUD_RECIBIDA,
    WRONG_LINK,
)
from icsoe_desktop.services.acceso.intentos import TooManyAttemptsError
from icsoe_desktop.store.tables.icsoe import PersonaRow
from icsoe_desktop.store.tables.sistema import BitacoraRow, CorreoRow
from tests.conftest import Reloj
from tests.services.mundo import BUENA, OTRA_BUENA, Mundo, curp_numero, link_in, text_of
from tests.support.smtp_real import SmtpReal

CURP = curp_numero(0)


@pytest.fixture
def link(mundo: Mundo, moral: Sesion, buzon_real: SmtpReal) -> str:
    """That of the mail to the first capturista of the persona moral."""
    mundo.alta(moral)
    return link_in(mundo.send(buzon_real)[-1])


def test_the_link_makes_a_password_that_enters(
    mundo: Mundo, moral: Sesion, link: str, buzon_real: SmtpReal, reloj: Reloj
) -> None:
    opened = mundo.activacion.open(link)
    assert (opened.nombre, opened.contratista, opened.pide_contrasena_actual) == (
        "Íñiga Xacón Núñez",
        "TALLERES DEL BAJIO IMAGINARIO SA DE CV",
        False,
    )
    mundo.create_password(link)
    [mail] = mundo.send(buzon_real)
    assert mail["Subject"] == "Su contraseña de ICSOE se registró"
    assert mail["To"] == "persona0@ejemplo.mx"
    assert BUENA not in text_of(mail)
    sesion = mundo.acceso.enter_capturista(CURP.lower(), BUENA)
    assert sesion.nombre == "Íñiga Xacón Núñez"
    with mundo.store.read() as db:
        persona = db.scalars(select(PersonaRow)).one()
        assert (persona.correo, persona.aviso_version) == (
            "persona0@ejemplo.mx",
            AVISO_ICSOE_VERSION,
        )
        assert persona.contrasena_creada == reloj.now
        noted = [row.accion for row in db.scalars(select(BitacoraRow).order_by(BitacoraRow.id))]
    assert noted[-4:] == [
        "contraseña cambiada",
        "aviso de privacidad aceptado",
        "relación confirmada por el capturista",
        "ingreso",
    ]


def as_code(link: str) -> str:
    code = link.removeprefix("icsoe://activar/").upper()
    return "-".join(code[at : at + 4] for at in range(0, 32, 4))


def test_the_code_may_be_pasted_in_every_way_people_do(mundo: Mundo, link: str) -> None:
    code = as_code(link)
    for typed in (
        code,
        f"  {code.lower()}\n",
        code.replace("-", " "),
        code.replace("0", "O").replace("1", "l"),
        link.upper().replace("ICSOE://ACTIVAR/", "icsoe://activar/"),
        link + "/",
    ):
        assert mundo.activacion.open(typed).nombre == "Íñiga Xacón Núñez"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Escriba o pegue el código"),
        ("icsoe://activar/", "Escriba o pegue el código"),
        ("ABCD-EFGH", "no está completo"),
        ("x" * 5_000, "no está completo"),
        ("U" * 32, "no está completo"),
        ("0" * 32, "ya se usó"),
    ],
)
def test_what_is_no_code_is_told(mundo: Mundo, link: str, typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence) as refused:
        mundo.activacion.open(typed)
    assert refused.value.campo == "codigo"


def test_the_link_is_good_for_24_hours_to_the_second(mundo: Mundo, link: str, reloj: Reloj) -> None:
    made = reloj.now
    reloj.advance(hours=23, minutes=59, seconds=59)
    mundo.activacion.open(link)
    reloj.advance(seconds=1)
    for attempt in (lambda: mundo.activacion.open(link), lambda: mundo.create_password(link)):
        with pytest.raises(InvalidInputError, match="pasaron más de 24 horas") as refused:
            attempt()
        assert refused.value.message == WRONG_LINK
    # A clock that somebody moved back to before the link makes it no better.
    reloj.now = datetime.fromtimestamp(made.timestamp() - 1, made.tzinfo)
    with pytest.raises(InvalidInputError):
        mundo.activacion.open(link)
    reloj.now = made
    mundo.create_password(link)


def test_a_mail_whose_link_died_in_the_outbox_is_never_sent(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal, reloj: Reloj
) -> None:
    mundo.alta(moral)
    reloj.advance(hours=24)
    assert mundo.send(buzon_real) == []


def test_a_link_is_used_up_and_a_new_one_kills_it(
    mundo: Mundo, moral: Sesion, link: str, buzon_real: SmtpReal
) -> None:
    [capturista] = mundo.consulta.rows(moral, [1])
    mundo.capturistas.send_link(moral, capturista.id)
    newer = link_in(mundo.send(buzon_real)[-1])
    with pytest.raises(InvalidInputError):
        mundo.create_password(link)
    mundo.create_password(newer)
    with pytest.raises(InvalidInputError, match="ya se usó"):
        mundo.create_password(newer, OTRA_BUENA)
    mundo.acceso.enter_capturista(CURP, BUENA)


@pytest.mark.parametrize("contrasena", ["papel.verde93", "Xacon.Verde93", f"{CURP[:10]}.a"])
def test_the_policy_of_icsoe_holds_and_her_own_name_and_curp_are_forbidden(
    mundo: Mundo, link: str, contrasena: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        mundo.create_password(link, contrasena)
    assert refused.value.campo == "contrasena"
    assert contrasena not in refused.value.message
    mundo.create_password(link)


def test_a_slip_in_the_form_does_not_use_the_link_up(mundo: Mundo, link: str) -> None:
    for contrasena, confirmacion, acepta, campo in (
        (BUENA, OTRA_BUENA, True, "confirmacion"),
        (BUENA, BUENA, False, "acepta_aviso"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            mundo.activacion.create_password(link, contrasena, confirmacion, acepta_aviso=acepta)
        assert refused.value.campo == campo
    mundo.create_password(link)


def test_a_forgotten_password_by_curp_and_mail_answers_the_same_to_everybody(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal, reloj: Reloj
) -> None:
    mundo.alta(moral)
    mundo.alta(moral, 1)
    # Before there is a password, the contratista's link is the way.
    assert mundo.activacion.request_new_password(CURP, "persona0@ejemplo.mx") == SOLICITUD_RECIBIDA
    with mundo.store.read() as db:
        assert len(db.scalars(select(CorreoRow)).all()) == 4
    with mundo.store.write() as db:
        for row in db.scalars(select(CorreoRow)).all()[2:]:
            db.delete(row)
    mundo.activate(buzon_real)
    mundo.send(buzon_real)
    reloj.advance(minutes=20)
    for curp, correo in (
        (curp_numero(9), "persona0@ejemplo.mx"),
        (CURP, "otro@ejemplo.mx"),
        (curp_numero(1), "persona1@ejemplo.mx"),
    ):
        assert mundo.activacion.request_new_password(curp, correo) == SOLICITUD_RECIBIDA
    assert mundo.send(buzon_real) == []
    typed = f" {CURP.lower()} ", " Persona0@ejemplo.mx "
    assert mundo.activacion.request_new_password(*typed) == SOLICITUD_RECIBIDA
    first = link_in(mundo.send(buzon_real)[-1])
    reloj.advance(hours=1)
    mundo.activacion.request_new_password(*typed)
    link = link_in(mundo.send(buzon_real)[-1])
    with pytest.raises(InvalidInputError):
        mundo.activacion.open(first)
    opened = mundo.activacion.open(link)
    assert (opened.contratista, opened.pide_contrasena_actual) == ("", False)
    mundo.create_password(link, OTRA_BUENA)
    mundo.acceso.enter_capturista(CURP, OTRA_BUENA)
    with pytest.raises(InvalidInputError):
        mundo.acceso.enter_capturista(CURP, BUENA)
    # Whoever reads that mail later makes no third password.
    with pytest.raises(InvalidInputError, match="ya se usó"):
        mundo.create_password(link, BUENA)


def test_asking_again_and_again_is_slowed_down(mundo: Mundo, moral: Sesion) -> None:
    for _ in range(4):
        mundo.activacion.request_new_password(CURP, "a@ejemplo.mx")
    with pytest.raises(TooManyAttemptsError):
        mundo.activacion.request_new_password(CURP, "a@ejemplo.mx")
    with pytest.raises(InvalidInputError) as refused:
        mundo.activacion.request_new_password("XX", "a@ejemplo.mx")
    assert refused.value.campo == "curp"
    with pytest.raises(InvalidInputError) as refused:
        mundo.activacion.request_new_password(curp_numero(1), "a")
    assert refused.value.campo == "correo"


def test_a_template_of_the_office_takes_the_place_of_the_shipped_one(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal
) -> None:
    mundo.plantillas.mkdir()
    (mundo.plantillas / "crear_contrasena.txt").write_bytes(
        "\ufeffAsunto: Hola {nombre}\r\n\r\nÁbrala: {liga}\r\n".encode()
    )
    mundo.alta(moral)
    mail = mundo.send(buzon_real)[-1]
    assert mail["Subject"] == "Hola Íñiga Xacón Núñez"
    assert text_of(mail).startswith("Ábrala: icsoe://activar/")


def test_no_link_for_a_new_password_goes_to_a_person_without_a_proved_address(
    mundo: Mundo, moral: Sesion
) -> None:
    mundo.alta(moral)
    before = mundo.count(CorreoRow)
    with mundo.store.write() as db, pytest.raises(ValueError, match="proved address"):
        mundo.correos.send_reset(db, db.scalars(select(PersonaRow)).one())
    assert mundo.count(CorreoRow) == before


def test_one_mailbox_confirms_all_who_registered_it_and_no_other(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    same = mundo.alta(fisica, 0, "iniga@ejemplo.mx")
    own = mundo.alta(moral, 0, "iniga@ejemplo.mx")
    mundo.activate(buzon_real)
    assert (mundo.estatus(moral, own), mundo.estatus(fisica, same)) == ("Activa", "Activa")


def test_nobody_takes_a_person_over_by_registering_her_curp_with_another_mail(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    own = mundo.alta(moral, 0, "iniga@ejemplo.mx")
    mundo.activate(buzon_real)
    mundo.send(buzon_real)
    intruder = mundo.alta(fisica, 0, "intruso@ejemplo.mx")
    first, second = mundo.send(buzon_real)
    assert (first["To"], second["To"]) == ("intruso@ejemplo.mx", "intruso@ejemplo.mx")
    assert "contraseña de siempre" in text_of(first)
    link = link_in(second)
    opened = mundo.activacion.open(link)
    assert opened.pide_contrasena_actual
    # The link makes no password: there is one.
    with pytest.raises(InvalidInputError, match="ya tiene contraseña"):
        mundo.create_password(link, OTRA_BUENA)
    with pytest.raises(InvalidInputError, match="La contraseña no es correcta"):
        mundo.activacion.confirm(link, OTRA_BUENA)
    # Nor does asking for a new one with the intruder's mail.
    assert mundo.activacion.request_new_password(CURP, "intruso@ejemplo.mx") == SOLICITUD_RECIBIDA
    assert mundo.send(buzon_real) == []
    assert mundo.estatus(fisica, intruder) == "Registrada"
    assert mundo.estatus(moral, own) == "Activa"
    sesion = mundo.acceso.enter_capturista(CURP, BUENA)
    assert [each.id for each in mundo.acceso.contratistas(sesion)] == [moral.contratista_id]

    # She herself may say yes, with her own password.
    mundo.activacion.confirm(link, BUENA)
    assert mundo.estatus(fisica, intruder) == "Activa"
    assert len(mundo.acceso.contratistas(sesion)) == 2
    with pytest.raises(InvalidInputError):
        mundo.activacion.confirm(link, BUENA)


def test_who_was_there_first_with_another_mail_is_not_reached_by_a_later_password(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    own = mundo.alta(moral, 0, "iniga@ejemplo.mx")
    mundo.alta(fisica, 0, "intruso@ejemplo.mx")
    mundo.activate(buzon_real)  # with the link to the intruder's mail
    assert mundo.estatus(moral, own) == "Registrada"
    sesion = mundo.acceso.enter_capturista(CURP, BUENA)
    assert [each.id for each in mundo.acceso.contratistas(sesion)] == [fisica.contratista_id]


def test_guessing_the_present_password_at_a_link_is_slowed_down_and_locks(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal, reloj: Reloj
) -> None:
    mundo.alta(moral)
    mundo.activate(buzon_real)
    mundo.send(buzon_real)
    mundo.alta(fisica, 0, "otra@ejemplo.mx")
    link = link_in(mundo.send(buzon_real)[-1])
    for _ in range(4):
        with pytest.raises(InvalidInputError):
            mundo.activacion.confirm(link, OTRA_BUENA)
    with pytest.raises(TooManyAttemptsError):
        mundo.activacion.confirm(link, BUENA)
    # It is the same count as at the entrance, and ends in the same lock.
    with pytest.raises(TooManyAttemptsError):
        mundo.acceso.enter_capturista(CURP, BUENA)
    for _ in range(6):
        reloj.advance(minutes=15)
        with pytest.raises(InvalidInputError):
            mundo.activacion.confirm(link, OTRA_BUENA)
    assert mundo.consulta.rows(moral, [1])[0].bloqueado
    reloj.advance(minutes=15)
    with pytest.raises(InvalidInputError, match="o el usuario está bloqueado"):
        mundo.activacion.confirm(link, BUENA)


def test_who_is_known_with_the_same_mail_is_active_at_once(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    mundo.alta(moral, 0, "iniga@ejemplo.mx")
    mundo.activate(buzon_real)
    mundo.send(buzon_real)
    other = mundo.alta(fisica, 0, "iniga@ejemplo.mx")
    assert other.estatus == "Activa"
    [mail] = mundo.send(buzon_real)
    assert "Ya puede ingresar con su CURP y su contraseña de siempre" in text_of(mail)
