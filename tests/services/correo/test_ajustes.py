"""The settings of mail: who may change them, where the password is, what an administrator sets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import MensajeCorreo, Seguridad, ServidorCorreo
from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.correo.fallos import MailNotSentError
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.correo.ajustes import (
    FIXED,
    PASSWORD_MISSING,
    AjustesService,
    CuentaCorreo,
)
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.tables.sistema import AjusteRow, BitacoraRow
from tests.services.correo.caso import Caso
from tests.support.progreso import StopAt
from tests.support.smtp_real import PASSWORD, USER, SmtpReal, free_port

SERVIDOR = ServidorCorreo(
    servidor="smtp.ejemplo.mx",
    puerto=587,
    seguridad=Seguridad.STARTTLS,
    usuario=USER,
    remitente=USER,
    nombre_remitente="Nóminas de Ejemplo",
)


def cuenta(store: Store, ajustes: AjustesService) -> CuentaCorreo | None:
    with store.read() as db:
        account = ajustes.cuenta_correo(db)
        assert ajustes.is_correo_configured(db) is (account is not None)
        return account


def test_nothing_is_configured_at_first(caso: Caso) -> None:
    assert caso.ajustes.servidor_correo(caso.sesion) is None
    assert cuenta(caso.store, caso.ajustes) is None


def test_what_is_saved_is_there_after_a_restart_and_in_the_bitacora(
    caso: Caso, boveda: Boveda, tmp_path: Path
) -> None:
    caso.ajustes.save_servidor_correo(caso.sesion, SERVIDOR, PASSWORD)
    with caso.store.read() as db:
        lines = [(row.quien, row.accion, row.detalle) for row in db.query(BitacoraRow)]
    assert caso.sesion.usuario_id is not None
    assert lines == [(caso.sesion.usuario_id.hex, "cambio de servidor de correo", "")]
    caso.store.close()
    key = boveda.open_with_keyring()
    again = Store(open_engine(tmp_path / "icsoe.db", key), key, caso.reloj)
    try:
        assert caso.ajustes.servidor_correo(caso.sesion) == SERVIDOR
        assert cuenta(again, caso.ajustes) == CuentaCorreo(SERVIDOR, PASSWORD)
    finally:
        again.close()


def test_the_password_lies_sealed_even_inside_the_encrypted_file(
    store: Store, ajustes: AjustesService, sesion: Sesion, tmp_path: Path
) -> None:
    ajustes.save_servidor_correo(sesion, SERVIDOR, PASSWORD)
    with store.read() as db:
        rows = {row.nombre: (row.valor, row.sellado) for row in db.query(AjusteRow)}
    assert rows["correo.contrasena"][0] is None
    assert PASSWORD not in str(rows["correo.servidor"])
    assert PASSWORD.encode() not in (rows["correo.contrasena"][1] or b"")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert PASSWORD.encode() not in content
            assert b"smtp.ejemplo.mx" not in content
    assert PASSWORD not in repr(cuenta(store, ajustes))


def test_without_a_new_password_the_one_of_the_same_account_stays(caso: Caso) -> None:
    caso.ajustes.save_servidor_correo(caso.sesion, SERVIDOR, PASSWORD)
    other_port = replace(SERVIDOR, puerto=465, seguridad=Seguridad.SSL, nombre_remitente="RH")
    caso.ajustes.save_servidor_correo(caso.sesion, other_port, None)
    assert cuenta(caso.store, caso.ajustes) == CuentaCorreo(other_port, PASSWORD)


@pytest.mark.parametrize("change", [{"servidor": "smtp.otra.mx"}, {"usuario": "otro"}])
def test_the_kept_password_never_goes_to_another_account(
    caso: Caso, change: dict[str, str]
) -> None:
    caso.ajustes.save_servidor_correo(caso.sesion, SERVIDOR, PASSWORD)
    other = replace(SERVIDOR, **change)
    with pytest.raises(InvalidInputError, match="escriba de nuevo la contraseña") as caught:
        caso.ajustes.save_servidor_correo(caso.sesion, other, None)
    assert caught.value.campo == "contrasena"
    with pytest.raises(InvalidInputError, match="escriba de nuevo la contraseña"):
        caso.ajustes.send_test(caso.sesion, other, None, "beto@ejemplo.mx", NoProgress())
    assert cuenta(caso.store, caso.ajustes) == CuentaCorreo(SERVIDOR, PASSWORD)


@pytest.mark.parametrize(
    ("contrasena", "sentence"),
    [
        (None, "Escriba la contraseña"),
        ("", "Escriba la contraseña"),
        ("una\r\nQUIT", "un solo renglón"),
        ("una\0otra", "un solo renglón"),
    ],
)
def test_a_password_that_cannot_be_is_refused(
    caso: Caso, contrasena: str | None, sentence: str
) -> None:
    with pytest.raises(InvalidInputError, match=sentence) as caught:
        caso.ajustes.save_servidor_correo(caso.sesion, SERVIDOR, contrasena)
    assert caught.value.campo == "contrasena"
    assert cuenta(caso.store, caso.ajustes) is None


def test_a_server_without_user_drops_the_password(caso: Caso) -> None:
    caso.ajustes.save_servidor_correo(caso.sesion, SERVIDOR, PASSWORD)
    without = replace(SERVIDOR, usuario="")
    caso.ajustes.save_servidor_correo(caso.sesion, without, None)
    with caso.store.read() as db:
        kept = {row.nombre: row.sellado for row in db.query(AjusteRow)}
    assert kept["correo.contrasena"] is None
    assert cuenta(caso.store, caso.ajustes) == CuentaCorreo(without, "")


def test_the_mail_of_test_leaves_with_what_is_typed_and_nothing_is_kept(
    ajustes: AjustesService, sesion: Sesion, smtp: SmtpReal
) -> None:
    ajustes.send_test(sesion, smtp.servidor(), PASSWORD, " Beto@ejemplo.mx ", NoProgress())
    [received] = smtp.received
    assert received.rcpt_to == ["beto@ejemplo.mx"]
    assert received.message["Subject"] == "Correo de prueba de ICSOE Desktop"
    assert ajustes.servidor_correo(sesion) is None


def test_the_mail_of_test_may_use_the_kept_password(
    ajustes: AjustesService, sesion: Sesion, configured: SmtpReal
) -> None:
    ajustes.send_test(sesion, configured.servidor(), None, "beto@ejemplo.mx", NoProgress())
    assert configured.logins == [(USER, PASSWORD)]


def test_a_mail_of_test_that_fails_says_why_and_what_is_safe(
    ajustes: AjustesService, sesion: Sesion, smtp: SmtpReal
) -> None:
    with pytest.raises(MailNotSentError) as caught:
        ajustes.send_test(sesion, smtp.servidor(), "otra", "beto@ejemplo.mx", NoProgress())
    assert caught.value.message.startswith("El servidor de correo no aceptó el usuario o la contr")
    assert caught.value.message.endswith(
        "El correo de prueba no se envió; su configuración sigue como estaba."
    )
    down = replace(smtp.servidor(), puerto=free_port())
    with pytest.raises(MailNotSentError, match="no recibe correo en el puerto"):
        ajustes.send_test(sesion, down, PASSWORD, "beto@ejemplo.mx", NoProgress())
    with pytest.raises(InvalidInputError) as wrong_address:
        ajustes.send_test(sesion, smtp.servidor(), PASSWORD, "beto", NoProgress())
    assert wrong_address.value.campo == "para"


@pytest.mark.parametrize(
    ("nth", "logins"), [(1, []), (2, [(USER, PASSWORD)])], ids=["connecting", "sending"]
)
def test_the_mail_of_test_can_be_cancelled_before_it_leaves(
    caso: Caso, smtp: SmtpReal, nth: int, logins: list[tuple[str, str]]
) -> None:
    with pytest.raises(Cancelled):
        caso.ajustes.send_test(
            caso.sesion, smtp.servidor(), PASSWORD, "beto@ejemplo.mx", StopAt(nth)
        )
    assert (smtp.received, smtp.logins) == ([], logins)


def test_new_settings_give_stopped_mails_another_chance(
    caso: Caso, smtp: SmtpReal, mensaje: MensajeCorreo
) -> None:
    caso.ajustes.save_servidor_correo(caso.sesion, smtp.servidor(), "equivocada")
    with caso.store.write() as db:
        caso.buzon.enqueue(db, mensaje)
    assert caso.buzon.send_due(NoProgress()).detenidos == 1
    caso.ajustes.save_servidor_correo(caso.sesion, smtp.servidor(), PASSWORD)
    assert caso.buzon.send_due(NoProgress()).enviados == 1
    assert [one.rcpt_to for one in smtp.received] == [["beto@ejemplo.mx"]]


OPEN = ServidorCorreo(
    servidor="relevo.empresa.mx",
    puerto=587,
    seguridad=Seguridad.STARTTLS,
    usuario="",
    remitente="nomina@empresa.mx",
    nombre_remitente="",
)
WITH_LOGIN = replace(OPEN, usuario="nomina@empresa.mx")
OTHER = replace(OPEN, servidor="smtp.ejemplo.mx")


def make(store: Store, bitacora: BitacoraService, central: Central) -> AjustesService:
    return AjustesService(store, bitacora, MailGateway(), central)


def test_a_server_that_asks_for_no_password_serves_at_once(
    store: Store, bitacora: BitacoraService, sesion: Sesion
) -> None:
    ajustes = make(store, bitacora, Central(OPEN))
    assert ajustes.servidor_correo(sesion) == OPEN
    assert cuenta(store, ajustes) == CuentaCorreo(OPEN, "")


def test_one_that_asks_for_a_password_waits_for_it(caso: Caso, bitacora: BitacoraService) -> None:
    ajustes = make(caso.store, bitacora, Central(WITH_LOGIN))
    assert ajustes.servidor_correo(caso.sesion) == WITH_LOGIN
    assert cuenta(caso.store, ajustes) is None
    with pytest.raises(InvalidInputError) as refused:
        ajustes.save_servidor_correo(caso.sesion, WITH_LOGIN, None)
    assert refused.value.message == PASSWORD_MISSING
    ajustes.save_servidor_correo(caso.sesion, WITH_LOGIN, "Papel.Verde93")
    assert cuenta(caso.store, ajustes) == CuentaCorreo(WITH_LOGIN, "Papel.Verde93")


def test_what_somebody_saved_goes_before_a_default(caso: Caso, bitacora: BitacoraService) -> None:
    ajustes = make(caso.store, bitacora, Central(OPEN))
    ajustes.save_servidor_correo(caso.sesion, OTHER, None)
    assert ajustes.servidor_correo(caso.sesion) == OTHER
    assert cuenta(caso.store, ajustes) == CuentaCorreo(OTHER, "")


def test_a_fixed_server_goes_before_what_was_saved_and_takes_no_other(
    store: Store, bitacora: BitacoraService, sesion: Sesion
) -> None:
    make(store, bitacora, Central()).save_servidor_correo(
        sesion, replace(OTHER, usuario="otra@ejemplo.mx"), "Papel.Verde93"
    )
    ajustes = make(store, bitacora, Central(WITH_LOGIN, correo_fijo=True))
    assert ajustes.servidor_correo(sesion) == WITH_LOGIN
    # The password of another account is never shown to this server.
    assert cuenta(store, ajustes) is None
    with pytest.raises(InvalidInputError) as refused:
        ajustes.save_servidor_correo(sesion, OTHER, None)
    assert (refused.value.message, refused.value.campo) == (FIXED, "servidor")
    ajustes.save_servidor_correo(sesion, WITH_LOGIN, "Papel.Azul93")
    assert cuenta(store, ajustes) == CuentaCorreo(WITH_LOGIN, "Papel.Azul93")


def test_a_fixed_server_without_password_never_gets_one(
    store: Store, bitacora: BitacoraService, sesion: Sesion
) -> None:
    make(store, bitacora, Central()).save_servidor_correo(sesion, WITH_LOGIN, "Papel.Verde93")
    ajustes = make(store, bitacora, Central(OPEN, correo_fijo=True))
    assert cuenta(store, ajustes) == CuentaCorreo(OPEN, "")
