"""Who may enter: registering, disabling, enabling, and the ways into the vault that follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.avisos import AVISO_VERSION
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.errors import (
    InvalidInputError,
    NotAllowedError,
    StoreLockedError,
    UserFacingError,
)
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso.autorizacion import DISABLED
from icsoe_desktop.services.acceso.idse import NOT_ENTERED, AccesoService
from icsoe_desktop.services.acceso.usuarios import (
    AUTHORIZATION_NEEDED,
    LAST_ENABLED,
    TAKEN,
    UsuariosService,
    check_nuevo,
)
from icsoe_desktop.services.bitacora.service import Accion
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.envio import SERVER_MISSING
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.conftest import Reloj
from tests.services.mundo import BUENA, OTRA_BUENA, Mundo, curp_numero, link_in, text_of
from tests.support.plantillas import usuario_nuevo
from tests.support.smtp_real import SmtpReal, smtp_server

CLAVE = "Papel.Verde93"
OTRA = "Werewolf$27b"
NUEVO = usuario_nuevo("Alma@Ejemplo.mx", CLAVE)
SEGUNDO = replace(NUEVO, correo="berta@ejemplo.mx", contrasena=OTRA, confirmacion=OTRA)


def test_the_first_user_needs_nobody_and_gets_a_code_that_opens_the_data(
    usuarios: UsuariosService, acceso: AccesoService, boveda: Boveda, store: Store
) -> None:
    alta = usuarios.register(None, NUEVO)
    assert alta.codigo_recuperacion is not None
    assert boveda.open_with_recovery_code(alta.codigo_recuperacion).raw() == store.key.raw()
    key, user_id = boveda.open_with_password(CLAVE)
    assert (key.raw(), user_id) == (store.key.raw(), alta.usuario.id)
    assert acceso.enter("ALMA@ejemplo.MX ", CLAVE).usuario_id == alta.usuario.id


def test_the_next_user_needs_an_enabled_one(usuarios: UsuariosService) -> None:
    alta = usuarios.register(None, NUEVO)
    with pytest.raises(NotAllowedError) as refused:
        usuarios.register(None, SEGUNDO)
    assert refused.value.message == AUTHORIZATION_NEEDED
    with pytest.raises(NotAllowedError):
        usuarios.register(SESION_CONSULTA, SEGUNDO)
    second = usuarios.register(alta.sesion, SEGUNDO)
    assert second.codigo_recuperacion is None, "the printed code goes on being good"
    assert [u.correo for u in usuarios.all(alta.sesion)] == ["alma@ejemplo.mx", "berta@ejemplo.mx"]


def test_the_same_mail_in_other_letters_is_refused_and_leaves_nothing(
    usuarios: UsuariosService, boveda: Boveda
) -> None:
    alta = usuarios.register(None, NUEVO)
    again = replace(SEGUNDO, correo="ALMA@EJEMPLO.MX")
    with pytest.raises(InvalidInputError) as refused:
        usuarios.register(alta.sesion, again)
    assert (refused.value.message, refused.value.campo) == (TAKEN, "correo")
    with pytest.raises(StoreLockedError):
        boveda.open_with_password(OTRA)
    assert len(usuarios.all(alta.sesion)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nombres": "  "}, "nombres"),
        ({"primer_apellido": ""}, "primer_apellido"),
        ({"correo": "alma"}, "correo"),
        ({"contrasena": "corta"}, "contrasena"),
        ({"confirmacion": "Papel.Verde94"}, "confirmacion"),
        ({"acepta_aviso": False}, "acepta_aviso"),
        ({"segundo_apellido": "a" * 81}, "segundo_apellido"),
    ],
)
def test_each_field_is_checked_by_the_form_and_by_the_service(
    usuarios: UsuariosService, store: Store, change: dict[str, object], field: str
) -> None:
    nuevo = replace(NUEVO, **change)  # type: ignore[arg-type]
    assert field in check_nuevo(nuevo)
    with pytest.raises(InvalidInputError):
        usuarios.register(None, nuevo)
    with store.read() as db:
        assert db.scalars(select(UsuarioRow)).all() == []


def test_the_accepted_aviso_and_its_version_are_in_the_log(
    usuarios: UsuariosService, store: Store
) -> None:
    alta = usuarios.register(None, NUEVO)
    with store.read() as db:
        accepted = db.scalars(
            select(BitacoraRow).where(BitacoraRow.accion == Accion.AVISO_ACEPTADO.value)
        ).one()
        assert (accepted.objeto_id, accepted.detalle) == (alta.usuario.id, AVISO_VERSION)


def test_the_last_enabled_user_cannot_be_disabled(usuarios: UsuariosService) -> None:
    alta = usuarios.register(None, NUEVO)
    with pytest.raises(UserFacingError) as refused:
        usuarios.disable(alta.sesion, alta.usuario.id)
    assert refused.value.message == LAST_ENABLED
    assert usuarios.all(alta.sesion)[0].habilitado


def test_a_disabled_user_is_out_at_once_and_may_come_back(
    usuarios: UsuariosService, acceso: AccesoService, boveda: Boveda
) -> None:
    alta = usuarios.register(None, NUEVO)
    second = usuarios.register(alta.sesion, SEGUNDO).usuario
    open_session = acceso.enter("berta@ejemplo.mx", OTRA)
    usuarios.disable(alta.sesion, second.id)
    with pytest.raises(InvalidInputError, match="no son correctos"):
        acceso.enter("berta@ejemplo.mx", OTRA)
    with pytest.raises(NotAllowedError) as refused:
        usuarios.all(open_session)
    assert refused.value.message == DISABLED
    with pytest.raises(StoreLockedError):
        boveda.open_with_password(OTRA)
    assert usuarios.enable(alta.sesion, second.id) == second
    back = acceso.enter("berta@ejemplo.mx", OTRA)
    acceso.mend_vault(back, OTRA)
    assert boveda.open_with_password(OTRA)[1] == second.id


def test_a_disabled_user_does_not_mend_their_way_into_the_vault(
    usuarios: UsuariosService, acceso: AccesoService, boveda: Boveda
) -> None:
    alta = usuarios.register(None, NUEVO)
    second = usuarios.register(alta.sesion, SEGUNDO).usuario
    open_session = acceso.enter("berta@ejemplo.mx", OTRA)
    usuarios.disable(alta.sesion, second.id)
    acceso.mend_vault(open_session, OTRA)
    with pytest.raises(StoreLockedError):
        boveda.open_with_password(OTRA)


def test_wrong_password_and_unknown_mail_are_one_message_and_slow_down_alike(
    usuarios: UsuariosService, acceso: AccesoService, reloj: Reloj
) -> None:
    usuarios.register(None, NUEVO)
    for correo in ("alma@ejemplo.mx", "nadie@ejemplo.mx"):
        said = []
        for _ in range(5):
            with pytest.raises(UserFacingError) as refused:
                acceso.enter(correo, "No.Es.Esta93")
            said.append(refused.value.message)
        # Three failures cost nothing; the fourth starts the delay.
        assert said[:4] == [NOT_ENTERED] * 4
        assert said[4].startswith("Demasiados intentos. Espere 2 segundos")
    with pytest.raises(UserFacingError, match="Demasiados intentos"):
        acceso.enter("alma@ejemplo.mx", CLAVE)
    reloj.advance(minutes=16)
    assert acceso.enter("alma@ejemplo.mx", CLAVE).nombre == "Alma Prieto Soto"


def test_the_usuario_to_fill_in_is_the_only_enabled_one(
    usuarios: UsuariosService, acceso: AccesoService
) -> None:
    assert acceso.default_usuario() == ""
    alta = usuarios.register(None, NUEVO)
    assert acceso.default_usuario() == "alma@ejemplo.mx"
    second = usuarios.register(alta.sesion, SEGUNDO).usuario
    assert acceso.default_usuario() == ""
    usuarios.disable(alta.sesion, second.id)
    assert acceso.default_usuario() == "alma@ejemplo.mx"


def test_a_new_recovery_code_kills_the_former(usuarios: UsuariosService, boveda: Boveda) -> None:
    alta = usuarios.register(None, NUEVO)
    assert alta.codigo_recuperacion is not None
    with pytest.raises(InvalidInputError, match="La contraseña no es correcta") as refused:
        usuarios.new_recovery_code(alta.sesion, "No.Es.Esta93")
    assert refused.value.campo == "contrasena"
    boveda.open_with_recovery_code(alta.codigo_recuperacion)
    code = usuarios.new_recovery_code(alta.sesion, NUEVO.contrasena)
    boveda.open_with_recovery_code(code.lower().replace("-", " "))
    with pytest.raises(StoreLockedError):
        boveda.open_with_recovery_code(alta.codigo_recuperacion)


@pytest.fixture
def other_smtp() -> Iterator[SmtpReal]:
    with smtp_server() as real:
        yield real


@pytest.fixture
def own_smtp() -> Iterator[SmtpReal]:
    with smtp_server() as real:
        yield real


@pytest.fixture
def two(
    ajustes: AjustesService, moral: Sesion, fisica: Sesion, own_smtp: SmtpReal, other_smtp: SmtpReal
) -> tuple[Sesion, Sesion]:
    """Both contratistas, each with its own server."""
    ajustes.save_servidor_correo(moral, own_smtp.servidor(), "")
    ajustes.save_servidor_correo(fisica, other_smtp.servidor(), "")
    return moral, fisica


def last_link(mundo: Mundo, smtp: SmtpReal) -> str:
    mundo.buzon.send_due(NoProgress())
    mails = [one.message for one in smtp.received]
    return link_in([mail for mail in mails if "icsoe://" in text_of(mail)][-1])


def to(smtp: SmtpReal) -> list[str]:
    return [one.rcpt_to[0] for one in smtp.received]


def test_each_contratista_sends_by_its_own_server_and_sees_only_its_mails(
    mundo: Mundo,
    ajustes: AjustesService,
    two: tuple[Sesion, Sesion],
    own_smtp: SmtpReal,
    other_smtp: SmtpReal,
) -> None:
    moral, fisica = two
    assert ajustes.servidor_correo(moral) == own_smtp.servidor()
    assert ajustes.servidor_correo(fisica) == other_smtp.servidor()
    mundo.alta(moral, 0)
    mundo.alta(fisica, 1)
    assert {one.para for one in mundo.buzon.pending(moral)} == {"persona0@ejemplo.mx"}
    [theirs, *_] = mundo.buzon.pending(fisica)
    with pytest.raises(UserFacingError, match="ya no está en espera"):
        mundo.buzon.discard(moral, theirs.id)
    assert mundo.buzon.send_due(NoProgress()).enviados == 4
    assert set(to(own_smtp)) == {"persona0@ejemplo.mx"}
    assert set(to(other_smtp)) == {"persona1@ejemplo.mx"}


def test_a_contratista_without_its_own_server_waits_or_uses_that_of_the_machine(
    mundo: Mundo,
    ajustes: AjustesService,
    moral: Sesion,
    fisica: Sesion,
    own_smtp: SmtpReal,
    other_smtp: SmtpReal,
    sesion: Sesion,
) -> None:
    ajustes.save_servidor_correo(moral, own_smtp.servidor(), "")
    mundo.alta(fisica, 1)
    resumen = mundo.buzon.send_due(NoProgress())
    assert (resumen.enviados, resumen.pospuestos, resumen.motivo) == (0, 2, SERVER_MISSING)
    assert ajustes.shared_server(fisica) == ""
    ajustes.save_servidor_correo(sesion, other_smtp.servidor(), "")
    assert ajustes.shared_server(fisica) == "127.0.0.1"
    assert ajustes.shared_server(moral) == ""
    assert mundo.buzon.send_due(NoProgress()).enviados == 2
    assert own_smtp.received == []
    assert set(to(other_smtp)) == {"persona1@ejemplo.mx"}


def test_a_server_that_refuses_holds_back_only_the_mails_of_its_owner(
    mundo: Mundo,
    two: tuple[Sesion, Sesion],
    own_smtp: SmtpReal,
    other_smtp: SmtpReal,
) -> None:
    moral, fisica = two
    own_smtp.answers["MAIL"] = "550 not from you"
    mundo.alta(moral, 0)
    mundo.alta(fisica, 1)
    mundo.buzon.send_due(NoProgress())
    assert {one.estado for one in mundo.buzon.pending(moral)} == {EstadoCorreo.DETENIDO}
    assert {one.estado for one in mundo.buzon.pending(fisica)} == {EstadoCorreo.ENVIADO}


def test_who_sends_a_new_password_by_its_server_does_not_become_the_capturista_of_another(
    mundo: Mundo, two: tuple[Sesion, Sesion], own_smtp: SmtpReal, other_smtp: SmtpReal
) -> None:
    """The owner of a mail account can read what it sent: here the link of a forgotten password."""
    moral, fisica = two
    at_moral = mundo.alta(moral, 0)
    mundo.activate(own_smtp)
    at_fisica = mundo.alta(fisica, 0)
    mundo.activacion.confirm(last_link(mundo, other_smtp), BUENA)
    assert mundo.estatus(fisica, at_fisica) == Estatus.ACTIVA
    mundo.activacion.request_new_password(curp_numero(0), "persona0@ejemplo.mx")
    mundo.create_password(last_link(mundo, own_smtp), OTRA_BUENA)
    assert mundo.estatus(moral, at_moral) == Estatus.ACTIVA
    assert mundo.estatus(fisica, at_fisica) == Estatus.REGISTRADA
    entered = mundo.acceso.enter_capturista(curp_numero(0), OTRA_BUENA)
    assert [one.rfc for one in mundo.acceso.contratistas(entered)] == [
        mundo.contratistas.perfil(moral).rfc
    ]
    mundo.activacion.confirm(last_link(mundo, other_smtp), OTRA_BUENA)
    assert mundo.estatus(fisica, at_fisica) == Estatus.ACTIVA


def test_a_first_password_confirms_only_the_contratista_that_sent_its_link(
    mundo: Mundo, two: tuple[Sesion, Sesion], own_smtp: SmtpReal
) -> None:
    moral, fisica = two
    at_moral, at_fisica = mundo.alta(moral, 0), mundo.alta(fisica, 0)
    mundo.activate(own_smtp)
    assert mundo.estatus(moral, at_moral) == Estatus.ACTIVA
    assert mundo.estatus(fisica, at_fisica) == Estatus.REGISTRADA
