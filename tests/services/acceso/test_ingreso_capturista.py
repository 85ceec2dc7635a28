"""The capturista's way in: one message, delay, lock, and only those who still want her."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Permiso, Rol, Sesion
from icsoe_desktop.errors import InvalidInputError, NotAllowedError
from icsoe_desktop.services.acceso import icsoe as acceso_icsoe
from icsoe_desktop.services.acceso.autorizacion import CLOSED, NO_LONGER, authorize
from icsoe_desktop.services.acceso.icsoe import NOT_ENTERED
from icsoe_desktop.services.acceso.usuarios import UsuariosService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.conftest import Reloj
from tests.services.mundo import (
    BUENA,
    OTRA_BUENA,
    Mundo,
    curp_numero,
    link_in,
    text_of,
)
from tests.support.plantillas import usuario_nuevo
from tests.support.smtp_real import SmtpReal

CURP = curp_numero(0)


@pytest.fixture
def activa(mundo: Mundo, moral: Sesion, buzon_real: SmtpReal) -> Sesion:
    """A capturista of the persona moral who entered."""
    mundo.alta(moral)
    mundo.activate(buzon_real)
    mundo.send(buzon_real)
    return mundo.acceso.enter_capturista(CURP, BUENA)


def test_she_enters_chooses_and_is_seen_with_her_contratista(
    mundo: Mundo, moral: Sesion, activa: Sesion
) -> None:
    assert (activa.rol, activa.contratista_id) == (Rol.CAPTURISTA, None)
    before = mundo.contratistas.perfil(activa)
    assert (before.curp, before.nombre, before.rol, before.rfc, before.contratista) == (
        CURP,
        "Íñiga Xacón Núñez",
        "Capturista",
        "",
        "",
    )
    [offered] = mundo.acceso.contratistas(activa)
    assert (offered.rfc, offered.nombre) == (
        "TBI990101QX5",
        "TALLERES DEL BAJIO IMAGINARIO SA DE CV",
    )
    chosen = mundo.acceso.choose(activa, offered.id)
    assert chosen.contratista_id == moral.contratista_id
    assert mundo.contratistas.perfil(chosen).rfc == "TBI990101QX5"
    with mundo.store.read() as db:
        authorize(db, chosen, Permiso.CAPTURAR_INFORMATIVA)
        last = db.scalars(select(BitacoraRow).order_by(BitacoraRow.id.desc())).first()
        assert last is not None
        assert (last.accion, last.contratista_id) == ("contratista elegido", moral.contratista_id)


def test_a_baja_ends_her_work_at_once_and_only_for_that_contratista(
    mundo: Mundo, moral: Sesion, fisica: Sesion, activa: Sesion
) -> None:
    other = mundo.alta(fisica)
    chosen = mundo.acceso.choose(activa, moral.require_contratista())
    [own] = mundo.consulta.rows(moral, [1])
    mundo.capturistas.baja(moral, own.id)
    for attempt in (
        lambda: mundo.contratistas.perfil(chosen),
        lambda: mundo.acceso.choose(activa, moral.require_contratista()),
        lambda: mundo.codigos_postales.colonias(chosen, "01010"),
    ):
        with pytest.raises(NotAllowedError) as refused:
            attempt()
        assert refused.value.message == NO_LONGER
    # Also from the session in the name of the one that ended, the others are open.
    assert [each.id for each in mundo.acceso.contratistas(chosen)] == [fisica.contratista_id]
    assert mundo.acceso.choose(chosen, fisica.require_contratista())
    mundo.capturistas.baja(fisica, other.id)
    assert mundo.acceso.contratistas(mundo.acceso.enter_capturista(CURP, BUENA)) == ()
    mundo.capturistas.activar(moral, own.id)
    assert mundo.contratistas.perfil(chosen).rfc == "TBI990101QX5"


def test_every_failure_says_the_same(mundo: Mundo, moral: Sesion, activa: Sesion) -> None:
    mundo.alta(moral, 1)
    for curp, contrasena in (
        (CURP, OTRA_BUENA),
        (CURP, ""),
        (curp_numero(1), BUENA),  # registered, without password yet
        (curp_numero(2), BUENA),  # nobody's
        ("", ""),
        ("x" * 10_000, BUENA),
    ):
        with pytest.raises(InvalidInputError) as refused:
            mundo.acceso.enter_capturista(curp, contrasena)
        assert (refused.value.message, refused.value.campo) == (NOT_ENTERED, None)


def test_everybody_costs_one_hash(
    mundo: Mundo, activa: Sesion, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = acceso_icsoe.verify_password

    def counting(hashed: str, password: str) -> bool:
        checked.append(hashed)
        return real(hashed, password)

    monkeypatch.setattr(acceso_icsoe, "verify_password", counting)
    for curp in (CURP, curp_numero(5)):
        with pytest.raises(InvalidInputError):
            mundo.acceso.enter_capturista(curp, OTRA_BUENA)
    assert len(checked) == 2
    assert all(hashed.startswith("$argon2id$") for hashed in checked)


def fail(mundo: Mundo, reloj: Reloj, times: int, curp: str = CURP) -> None:
    for _ in range(times):
        with pytest.raises(InvalidInputError):
            mundo.acceso.enter_capturista(curp, OTRA_BUENA)
        reloj.advance(minutes=15)


def test_ten_failures_lock_her_out_and_her_contratistas_are_told(
    mundo: Mundo, moral: Sesion, activa: Sesion, buzon_real: SmtpReal, reloj: Reloj
) -> None:
    chosen = mundo.acceso.choose(activa, moral.require_contratista())
    fail(mundo, reloj, 9)
    [fila] = mundo.consulta.rows(moral, [1])
    assert not fila.bloqueado
    assert mundo.send(buzon_real) == []
    fail(mundo, reloj, 1)
    [fila] = mundo.consulta.rows(moral, [1])
    assert (fila.bloqueado, {str(each) for each in fila.acciones}) == (
        True,
        {"Enviar email", "Eliminar"},
    )
    [mail] = mundo.send(buzon_real)
    assert (mail["To"], mail["Subject"]) == (
        "contratista@ejemplo.mx",
        "Se bloqueó un usuario capturista de ICSOE",
    )
    assert "Íñiga Xacón Núñez (Id 1)" in text_of(mail)
    assert CURP not in text_of(mail)
    # The right password is of no use, and whoever was inside is out.
    with pytest.raises(InvalidInputError) as refused:
        mundo.acceso.enter_capturista(CURP, BUENA)
    assert refused.value.message == NOT_ENTERED
    with pytest.raises(NotAllowedError) as closed:
        mundo.contratistas.perfil(chosen)
    assert closed.value.message == CLOSED
    with mundo.store.read() as db:
        told = db.scalars(
            select(BitacoraRow).where(
                BitacoraRow.accion == "capturista bloqueado por intentos fallidos"
            )
        ).one()
        assert (told.objeto_id, told.contratista_id) == (fila.id, moral.contratista_id)


def test_a_new_link_of_the_contratista_lets_her_in_again(
    mundo: Mundo, moral: Sesion, activa: Sesion, buzon_real: SmtpReal, reloj: Reloj
) -> None:
    fail(mundo, reloj, 10)
    mundo.send(buzon_real)
    [fila] = mundo.consulta.rows(moral, [1])
    mundo.capturistas.send_link(moral, fila.id)
    [mail] = mundo.send(buzon_real)
    assert mail["To"] == "persona0@ejemplo.mx"
    mundo.activacion.create_password(link_in(mail), OTRA_BUENA, OTRA_BUENA, acepta_aviso=True)
    assert mundo.acceso.enter_capturista(CURP, OTRA_BUENA).usuario_id == activa.usuario_id
    assert not mundo.consulta.rows(moral, [1])[0].bloqueado


def test_so_does_a_forgotten_password(
    mundo: Mundo, activa: Sesion, buzon_real: SmtpReal, reloj: Reloj
) -> None:
    fail(mundo, reloj, 10)
    mundo.send(buzon_real)
    mundo.activacion.request_new_password(CURP, "persona0@ejemplo.mx")
    link = link_in(mundo.send(buzon_real)[-1])
    mundo.activacion.create_password(link, OTRA_BUENA, OTRA_BUENA, acepta_aviso=True)
    mundo.acceso.enter_capturista(CURP, OTRA_BUENA)


def test_a_good_entrance_forgets_the_failures(mundo: Mundo, activa: Sesion, reloj: Reloj) -> None:
    fail(mundo, reloj, 9)
    mundo.acceso.enter_capturista(CURP, BUENA)
    fail(mundo, reloj, 9)
    mundo.acceso.enter_capturista(CURP, BUENA)


def test_a_locked_window_asks_her_for_her_password(
    mundo: Mundo, moral: Sesion, activa: Sesion, reloj: Reloj
) -> None:
    chosen = mundo.acceso.choose(activa, moral.require_contratista())
    mundo.acceso.lock(chosen)
    mundo.acceso.unlock_with_password(chosen, BUENA)
    with pytest.raises(InvalidInputError) as refused:
        mundo.acceso.unlock_with_password(chosen, OTRA_BUENA)
    assert refused.value.campo == "contrasena"
    # The guesses at a locked window count with those at the entrance.
    for _ in range(9):
        reloj.advance(minutes=15)
        with pytest.raises(InvalidInputError):
            mundo.acceso.unlock_with_password(chosen, OTRA_BUENA)
    reloj.advance(minutes=15)
    with pytest.raises(NotAllowedError):
        mundo.acceso.unlock_with_password(chosen, BUENA)


@pytest.fixture
def usuario(store: Store, mundo: Mundo, boveda: object) -> Sesion:
    from icsoe_desktop.gateways.boveda.boveda import Boveda

    assert isinstance(boveda, Boveda)
    usuarios = UsuariosService(store, boveda, mundo.bitacora)
    nuevo = usuario_nuevo("beto@ejemplo.mx", BUENA, "Beto", "Prado")
    return usuarios.register(None, nuevo).sesion


def test_an_idse_user_unlocks_with_the_password_and_consultation_with_nothing(
    mundo: Mundo, usuario: Sesion
) -> None:
    mundo.acceso.unlock_with_password(usuario, BUENA)
    with pytest.raises(InvalidInputError):
        mundo.acceso.unlock_with_password(usuario, OTRA_BUENA)
    mundo.acceso.unlock_with_password(SESION_CONSULTA, "")
