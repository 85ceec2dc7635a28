"""A linked account sends through a real SMTP server with XOAUTH2; its leave lies sealed."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo, Seguridad, ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth, ProveedorIdentidad
from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.correo.identidad import IdentityGateway
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.services.correo.envio import ResumenEnvio
from icsoe_desktop.services.correo.vinculo import VinculoCorreoService
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.tables.sistema import AjusteRow, BitacoraRow
from tests.services.correo.caso import Caso, arrived, states
from tests.support.identidad_real import CLIENT, CLIENTE, IdentidadReal
from tests.support.identidad_real import identidad as identidad
from tests.support.identidad_real import oauth_smtp as oauth_smtp
from tests.support.smtp_real import (
    PASSWORD,
    USER,
    SmtpReal,
)


@pytest.fixture
def smtp(oauth_smtp: SmtpReal) -> SmtpReal:
    return oauth_smtp


@pytest.fixture
def puerta(identidad: IdentidadReal) -> IdentityGateway:
    return IdentityGateway(
        identidad.certificado.trusting, identidad.puntos(), sleep=lambda _: time.sleep(0.002)
    )


@pytest.fixture
def ajustes(
    store: Store, bitacora: BitacoraService, gateway: MailGateway, puerta: IdentityGateway
) -> AjustesService:
    return AjustesService(store, bitacora, gateway, identidad=puerta)


@pytest.fixture
def vinculos(
    store: Store, bitacora: BitacoraService, ajustes: AjustesService
) -> VinculoCorreoService:
    return VinculoCorreoService(store, bitacora, ajustes)


@pytest.fixture
def linked(
    vinculos: VinculoCorreoService, sesion: Sesion, smtp: SmtpReal, identidad: IdentidadReal
) -> SmtpReal:
    link(vinculos, sesion, smtp.servidor(), identidad)
    return smtp


def link(
    vinculos: VinculoCorreoService,
    sesion: Sesion,
    servidor: ServidorCorreo,
    identidad: IdentidadReal,
    cliente: ClienteOAuth = CLIENTE,
) -> None:
    vinculos.link_by_browser(sesion, servidor, cliente, identidad.browse, NoProgress())


def renewals(identidad: IdentidadReal) -> list[str]:
    return [
        form["refresh_token"]
        for _, form in identidad.asked
        if form.get("grant_type") == "refresh_token"
    ]


def test_mails_leave_with_a_token_and_without_a_password(caso: Caso, linked: SmtpReal) -> None:
    caso.enqueue("beto", "carla")
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2)
    assert arrived(linked) == ["beto", "carla"]
    assert linked.logins == []
    assert linked.token_logins == [(USER, "acceso-2", True)]


def test_a_code_typed_elsewhere_links_the_account_too(
    caso: Caso, vinculos: VinculoCorreoService, smtp: SmtpReal, identidad: IdentidadReal
) -> None:
    identidad.pending = 1
    codigo = vinculos.begin_code(caso.sesion, smtp.servidor(), CLIENTE)
    vinculos.link_by_code(caso.sesion, smtp.servidor(), CLIENTE, codigo, NoProgress())
    caso.enqueue("beto")
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)


@pytest.mark.parametrize(
    ("minutes", "tokens"),
    [
        # The third is two minutes before the end of the hour.
        ((0, 50, 9), ["acceso-2", "acceso-2", "acceso-3"]),
        # The clock was moved back: nobody knows how old the token is.
        ((0, -30 * 24 * 60), ["acceso-2", "acceso-3"]),
    ],
)
def test_a_token_near_its_end_or_of_unknown_age_is_renewed_before_it_is_used(
    caso: Caso,
    linked: SmtpReal,
    identidad: IdentidadReal,
    minutes: tuple[int, ...],
    tokens: list[str],
) -> None:
    for passed in minutes:
        caso.reloj.advance(minutes=passed)
        caso.enqueue("beto")
        assert caso.buzon.send_due(NoProgress()).enviados == 1
    assert [token for _, token, _ in linked.token_logins] == tokens
    assert renewals(identidad) == ["1.renueva-1", "1.renueva-2"]
    assert arrived(linked) == ["beto"] * len(minutes)


def test_a_token_that_the_mail_server_finds_too_old_is_renewed_once(
    caso: Caso, linked: SmtpReal, identidad: IdentidadReal
) -> None:
    caso.enqueue("beto")
    caso.buzon.send_due(NoProgress())
    linked.tokens.clear()
    caso.enqueue("carla")
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)
    assert [right for _, _, right in linked.token_logins] == [True, False, True]
    assert len(renewals(identidad)) == 2


def test_an_account_that_the_mail_server_refuses_stops_the_mails_without_a_loop(
    caso: Caso, linked: SmtpReal, identidad: IdentidadReal
) -> None:
    identidad.given = lambda _token: None
    caso.enqueue("beto", "carla")
    summary = caso.buzon.send_due(NoProgress())
    assert summary.detenidos == 2
    assert "no aceptó la cuenta vinculada" in summary.motivo
    assert len(renewals(identidad)) == 1
    assert {estado for estado, _ in states(caso.buzon, caso.sesion).values()} == {
        EstadoCorreo.DETENIDO
    }
    assert "@" not in summary.motivo


def test_a_leave_that_was_taken_back_says_what_to_do_and_the_mails_stay(
    caso: Caso, vinculos: VinculoCorreoService, linked: SmtpReal, identidad: IdentidadReal
) -> None:
    identidad.revoke()
    caso.enqueue("beto", "carla")
    summary = caso.buzon.send_due(NoProgress())
    assert summary == ResumenEnvio(
        detenidos=2,
        motivo="Microsoft ya no acepta el permiso de la cuenta de correo: se retiró, venció o "
        "cambió la contraseña. Los correos siguen en Correos por enviar. Vincule de nuevo la "
        "cuenta en Servidor de correo y saldrán solos.",
    )
    assert {one for one, _ in states(caso.buzon, caso.sesion).values()} == {EstadoCorreo.DETENIDO}
    vinculo = vinculos.estado(caso.sesion).vinculo
    assert vinculo is not None
    assert vinculo.retirado
    assert arrived(linked) == []
    # Linked again, they leave by themselves.
    link(vinculos, caso.sesion, linked.servidor(), identidad)
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2)
    again = vinculos.estado(caso.sesion).vinculo
    assert again is not None
    assert not again.retirado


def test_without_the_identity_server_the_mails_wait_and_leave_later(
    caso: Caso, linked: SmtpReal, identidad: IdentidadReal
) -> None:
    identidad.answers["token"] = (503, b"")
    caso.enqueue("beto")
    assert caso.buzon.send_due(NoProgress()).pospuestos == 1
    assert states(caso.buzon, caso.sesion)["beto"][0] is EstadoCorreo.PENDIENTE
    identidad.answers.clear()
    caso.reloj.advance(minutes=2)
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)


def test_the_leave_lies_sealed_and_survives_a_restart(
    caso: Caso,
    linked: SmtpReal,
    identidad: IdentidadReal,
    boveda: Boveda,
    tmp_path: Path,
    puerta: IdentityGateway,
) -> None:
    with caso.store.read() as db:
        rows = {row.nombre: (row.valor or "", row.sellado or b"") for row in db.query(AjusteRow)}
        cuenta = caso.ajustes.cuenta_correo(db)
        lines = [(row.accion, row.detalle) for row in db.query(BitacoraRow)]
    kept = json.loads(rows["correo.vinculo"][0])
    assert set(kept) == {"servidor", "usuario", "proveedor", "cliente", "inquilino", "desde"}
    assert "renueva" not in str([valor for valor, _ in rows.values()])
    assert all(b"renueva" not in sealed for _, sealed in rows.values())
    assert lines[-1] == ("cambio de servidor de correo", "cuenta de Microsoft")
    assert "renueva" not in repr(cuenta)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"renueva-1" not in path.read_bytes()
    caso.store.close()
    key = boveda.open_with_keyring()
    again = Store(open_engine(tmp_path / "icsoe.db", key), key, caso.reloj)
    try:
        others = AjustesService(again, BitacoraService(again), caso.gateway, identidad=puerta)
        BuzonService(again, others, caso.gateway).send_due(NoProgress())
        with again.read() as db:
            after = others.cuenta_correo(db)
        assert after is not None
        assert (after.vinculo, after.renovacion) == (cuenta and cuenta.vinculo, "1.renueva-1")
    finally:
        again.close()


def test_a_token_that_the_server_replaced_is_kept_and_one_that_it_did_not_stays(
    caso: Caso, linked: SmtpReal, identidad: IdentidadReal
) -> None:
    def kept() -> str:
        with caso.store.read() as db:
            return caso.ajustes.credenciales.renovacion(db, None)

    assert kept() == "1.renueva-1"
    caso.enqueue("beto")
    caso.buzon.send_due(NoProgress())
    assert kept() == "1.renueva-2"
    identidad.rotates = False
    linked.tokens.clear()
    caso.enqueue("carla")
    assert caso.buzon.send_due(NoProgress()).enviados == 1
    assert kept() == "1.renueva-2"


def test_an_account_unlinked_while_it_renews_does_not_come_back(
    caso: Caso, vinculos: VinculoCorreoService, linked: SmtpReal, identidad: IdentidadReal
) -> None:
    caso.enqueue("beto")
    identidad.given = lambda _token: vinculos.unlink(caso.sesion)
    caso.buzon.send_due(NoProgress())
    with caso.store.read() as db:
        assert caso.ajustes.credenciales.vinculo(db, None) is None
        assert caso.ajustes.credenciales.renovacion(db, None) == ""
        assert caso.ajustes.cuenta_correo(db) is None
    caso.enqueue("carla")
    assert caso.buzon.send_due(NoProgress()).motivo == "Falta configurar el servidor de correo."


def test_a_password_ends_the_link_and_a_link_ends_the_password(
    caso: Caso, vinculos: VinculoCorreoService, linked: SmtpReal, identidad: IdentidadReal
) -> None:
    with pytest.raises(InvalidInputError, match="Escriba la contraseña"):
        caso.ajustes.save_servidor_correo(caso.sesion, linked.servidor(), None)
    caso.ajustes.save_servidor_correo(caso.sesion, linked.servidor(), PASSWORD)
    assert vinculos.estado(caso.sesion).vinculo is None
    caso.enqueue("beto")
    assert caso.buzon.send_due(NoProgress()).enviados == 1
    assert (linked.logins, linked.token_logins) == ([(USER, PASSWORD)], [])
    link(vinculos, caso.sesion, linked.servidor(), identidad)
    with caso.store.read() as db:
        kept = {row.nombre: row.sellado for row in db.query(AjusteRow)}
    assert kept["correo.contrasena"] is None


def test_another_sender_keeps_the_link_and_another_account_does_not(
    caso: Caso, vinculos: VinculoCorreoService, linked: SmtpReal
) -> None:
    renamed = replace(linked.servidor(), nombre_remitente="RH")
    vinculos.save_servidor(caso.sesion, renamed)
    assert caso.ajustes.servidor_correo(caso.sesion) == renamed
    caso.ajustes.send_test(caso.sesion, renamed, None, "beto@ejemplo.mx", NoProgress())
    assert arrived(linked) == ["beto"]
    other = replace(renamed, usuario="otro@ejemplo.mx")
    with pytest.raises(InvalidInputError, match="Vincule la cuenta antes"):
        vinculos.save_servidor(caso.sesion, other)
    with pytest.raises(InvalidInputError, match="escriba de nuevo"):
        caso.ajustes.send_test(caso.sesion, other, None, "beto@ejemplo.mx", NoProgress())


@pytest.mark.parametrize(
    ("change", "campo"),
    [
        ({"servidor": "smtp.ladron.mx", "seguridad": Seguridad.STARTTLS}, "servidor"),
        ({"servidor": "smtp.gmail.com", "seguridad": Seguridad.STARTTLS}, "servidor"),
        ({"usuario": ""}, "usuario"),
    ],
)
def test_a_token_goes_only_to_the_servers_of_its_provider(
    vinculos: VinculoCorreoService,
    sesion: Sesion,
    smtp: SmtpReal,
    identidad: IdentidadReal,
    change: dict[str, object],
    campo: str,
) -> None:
    servidor = replace(smtp.servidor(), **change)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError) as caught:
        link(vinculos, sesion, servidor, identidad)
    assert caught.value.campo == campo
    assert identidad.asked == []


def test_what_fails_while_linking_leaves_the_settings_of_before(
    caso: Caso, vinculos: VinculoCorreoService, smtp: SmtpReal, identidad: IdentidadReal
) -> None:
    caso.ajustes.save_servidor_correo(caso.sesion, smtp.servidor(), PASSWORD)
    identidad.denies = True
    with pytest.raises(UserFacingError, match="No se dio el permiso"):
        link(vinculos, caso.sesion, smtp.servidor(), identidad)
    assert vinculos.estado(caso.sesion).vinculo is None
    caso.enqueue("beto")
    assert caso.buzon.send_due(NoProgress()).enviados == 1


def test_an_administrator_fixes_the_application(
    caso: Caso,
    bitacora: BitacoraService,
    puerta: IdentityGateway,
    smtp: SmtpReal,
    identidad: IdentidadReal,
) -> None:
    central = Central(smtp.servidor(), True, correo_cliente=CLIENTE)
    ajustes = AjustesService(caso.store, bitacora, caso.gateway, central, puerta)
    vinculos = VinculoCorreoService(caso.store, bitacora, ajustes, central)
    assert vinculos.estado(caso.sesion).cliente == CLIENTE
    other = ClienteOAuth(proveedor=ProveedorIdentidad.MICROSOFT, cliente=CLIENT[::-1])
    with pytest.raises(InvalidInputError, match="fijó la aplicación"):
        link(vinculos, caso.sesion, smtp.servidor(), identidad, other)
    with pytest.raises(InvalidInputError, match="fijó el servidor"):
        link(vinculos, caso.sesion, replace(smtp.servidor(), nombre_remitente="X"), identidad)
    link(vinculos, caso.sesion, smtp.servidor(), identidad)
    with caso.store.read() as db:
        assert ajustes.is_correo_configured(db)


@pytest.mark.parametrize(
    ("answer", "sentence", "permanent"),
    [
        ("454 4.7.0 Temporary authentication failure", "pidió intentarlo más tarde", False),
        ("334 !!!", "no aceptó la cuenta", True),
        ("535 5.7.139 <img src=//host/x> nomina@ejemplo.mx", "no aceptó la cuenta", True),
        ("999 ...", "no aceptó la cuenta", True),
        ("no soy SMTP", "no aceptó la cuenta", True),
    ],
)
def test_a_hostile_mail_server_gets_a_sentence(
    caso: Caso, linked: SmtpReal, answer: str, sentence: str, permanent: bool
) -> None:
    linked.token_answer = answer
    caso.enqueue("beto")
    summary = caso.buzon.send_due(NoProgress())
    assert sentence in summary.motivo
    assert (summary.detenidos, summary.pospuestos) == ((1, 0) if permanent else (0, 1))
    for shown in ("<", "@", "!!!"):
        assert shown not in summary.motivo


def test_a_contratista_links_its_own_account_and_only_its_mails_go_by_it(
    caso: Caso,
    vinculos: VinculoCorreoService,
    moral: Sesion,
    smtp: SmtpReal,
    identidad: IdentidadReal,
) -> None:
    link(vinculos, moral, smtp.servidor(), identidad)
    assert vinculos.estado(caso.sesion).vinculo is None
    caso.enqueue("beto")
    assert caso.buzon.send_due(NoProgress()).motivo == "Falta configurar el servidor de correo."
    with caso.store.read() as db:
        own = caso.ajustes.cuenta_correo(db, moral.usuario_id)
        assert caso.ajustes.cuenta_correo(db) is None
    assert own is not None
    assert (own.own, own.renovacion) == (moral.usuario_id, "1.renueva-1")
    link(vinculos, caso.sesion, smtp.servidor(), identidad)
    assert caso.buzon.send_due(NoProgress()).enviados == 1
    vinculos.unlink(moral)
    with caso.store.read() as db:
        machine = caso.ajustes.cuenta_correo(db, moral.usuario_id)
    assert machine is not None
    assert machine.own is None
