"""Two responsables change the office apart, because the server forgot the act of the first one."""

from __future__ import annotations

from contextlib import closing

import pytest

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, KEYS_COLLECTION, RolOficina
from icsoe_desktop.gateways.kinto.errors import NoConnectionError
from icsoe_desktop.gateways.kinto.server import KintoServer
from icsoe_desktop.services.sincronizacion.oficina.acts import act_id
from icsoe_desktop.services.sincronizacion.oficina.connection import connect
from icsoe_desktop.services.sincronizacion.oficina.keys import key_id
from icsoe_desktop.store.tables import ContratistaRow
from resources.servidor.oficinas import ADMIN
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import QUIET, Equipo, join_office
from tests.services.sincronizacion.kinto.test_kinto_actas import (
    Nuevo,
    act_of,
    admin_connection,
    nuevo,
    own_account,
    reads_nothing_new,
    remove,
)
from tests.services.sincronizacion.kinto.test_kinto_atras import all_agree, open_again
from tests.services.sincronizacion.kinto.test_kinto_fallas import office_of
from tests.services.sincronizacion.test_pasos import meet_at_length as meet
from tests.support.kinto_foto import Foto
from tests.support.kinto_real import KintoReal
from tests.support.oficinas_ajenas import as_administrator

__all__ = ["nuevo"]

RFC, OTHER = "OFI010101AB1", "OFI010101AB2"
M, R = RolOficina.MIEMBRO, RolOficina.RESPONSABLE


def rotate(equipo: Equipo) -> None:
    with closing(connect(admin_connection(None, equipo))) as server:  # type: ignore[arg-type]
        equipo.sync._members.rotate(server)


def sealing_keys(equipo: Equipo) -> set[bytes]:
    with equipo.store.read() as db:
        return {key.raw() for key in equipo.sync._oficina.keys(db).values()}


def sealing(equipo: Equipo) -> bytes:
    with equipo.store.read() as db:
        keys = equipo.sync._oficina.keys(db)
    return keys[max(keys)].raw()


@pytest.mark.parametrize("further", [False, True])
def test_two_keys_of_one_number_made_apart_both_open_records_and_a_third_one_joins_them(
    kinto_postgres: KintoReal, oficina: Oficina, further: bool
) -> None:
    """further: the first responsable made two acts before the server went back."""
    uno, dos, tres = oficina(kinto_postgres, R, M)
    meet(uno, dos, tres)
    foto = Foto(kinto_postgres, office_of(uno))
    rotate(uno)
    first = uno.add_contratista(RFC, "Con la llave de uno")
    meet(uno, tres)
    if further:
        rotate(uno)
    foto.put_back()
    rotate(dos)
    second = dos.add_contratista(OTHER, "Con la llave de dos")
    dos.round()
    open_again(uno, dos, tres)
    for _ in range(3):
        meet(uno, dos, tres)
    all_agree(uno, dos, tres)
    for equipo in (uno, dos, tres):
        assert equipo.get(ContratistaRow, first, "nombre") == ("Con la llave de uno",)
        assert equipo.get(ContratistaRow, second, "nombre") == ("Con la llave de dos",)
        assert equipo.sync.conflicts(equipo.sesion) == ()
        assert sealing_keys(equipo) == sealing_keys(uno)
        assert sealing(equipo) == sealing(uno)
    before = act_of(uno).number
    meet(uno, dos, tres)
    open_again(uno, dos, tres)
    meet(uno, dos, tres)
    assert {act_of(one).number for one in (uno, dos, tres)} == {before}  # it is over


@pytest.mark.parametrize("further", [False, True])
def test_a_removal_that_a_server_forgot_holds_although_another_responsable_made_an_act(
    kinto_postgres: KintoReal, oficina: Oficina, nuevo: Nuevo, further: bool
) -> None:
    """further: the other one made two acts meanwhile, so that theirs is the higher one."""
    uno, dos, sale = oficina(kinto_postgres, R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, sale)
    admin = as_administrator(kinto_postgres, office_of(uno))
    foto = Foto(kinto_postgres, office_of(uno))
    remove(uno, sale)
    foto.put_back()
    for _ in range(2 if further else 1):
        _equipo, invited, password = nuevo()
        dos.sync.invite(dos.sesion, invited, password, M, QUIET)
    open_again(uno, dos)
    for _ in range(3):
        meet(uno, dos)
    later = dos.add_contratista(OTHER, "Después")
    meet(dos, uno)
    assert uno.get(ContratistaRow, later, "nombre") == ("Después",)
    for equipo in (uno, dos):
        assert {one.cuenta for one in act_of(equipo).members.values()} == {uno.nombre, dos.nombre}
        assert sealing(equipo) == sealing(uno)
    with closing(connect(admin_connection(admin, uno))) as server:
        assert sale.nombre not in server.roles()
    assert sale.round().motivo
    reads_nothing_new(sale, uno, admin)
    assert sale.count("contratistas") == 1


def test_a_key_of_a_removal_below_own_acts_goes_to_nobody_whom_it_removed(
    kinto_postgres: KintoReal, oficina: Oficina, nuevo: Nuevo
) -> None:
    """The other responsable made two acts meanwhile and finds that of the removal below them."""
    uno, dos, sale = oficina(kinto_postgres, R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, sale)
    admin = as_administrator(kinto_postgres, office_of(uno))
    gone = own_account(sale, kinto_postgres)
    foto = Foto(kinto_postgres, office_of(uno))
    remove(uno, sale)
    number = act_of(uno).number
    real = admin.read(ACTS_COLLECTION, act_id(admin.oficina, number))
    foto.put_back()
    for _ in range(2):
        _equipo, invited, password = nuevo()
        dos.sync.invite(dos.sesion, invited, password, M, QUIET)
    admin.write(ACTS_COLLECTION, act_id(admin.oficina, number), real)
    open_again(dos)
    dos.round()
    _equipo, invited, password = nuevo()
    dos.sync.invite(dos.sesion, invited, password, M, QUIET)
    sale.round()
    assert sealing(uno) not in sealing_keys(sale)

    later = uno.add_contratista(OTHER, "Después")
    open_again(uno, dos)
    for _ in range(3):
        meet(uno, dos)
    with closing(connect(admin_connection(admin, uno))) as server:
        assert gone not in server.roles()
    assert dos.get(ContratistaRow, later, "nombre") == ("Después",)
    assert sealing_keys(dos) == sealing_keys(uno)
    reads_nothing_new(sale, uno, admin)


def test_a_key_of_a_removal_beside_an_own_act_goes_to_nobody_although_the_joining_is_cut_short(
    kinto_postgres: KintoReal, oficina: Oficina, nuevo: Nuevo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other responsable sees the act of the removal, loses the server, and sees it no more."""
    uno, dos, sale = oficina(kinto_postgres, R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, sale)
    admin = as_administrator(kinto_postgres, office_of(uno))
    gone = own_account(sale, kinto_postgres)
    foto = Foto(kinto_postgres, office_of(uno))
    remove(uno, sale)
    number = act_of(uno).number
    place = act_id(admin.oficina, number)
    real = admin.read(ACTS_COLLECTION, place)
    foto.put_back()
    _equipo, invited, password = nuevo()
    dos.sync.invite(dos.sesion, invited, password, M, QUIET)
    hers = admin.read(ACTS_COLLECTION, place)
    assert hers != real
    admin.write(ACTS_COLLECTION, place, real)
    open_again(dos)
    with monkeypatch.context() as cut:
        cut.setattr(dos.sync._register, "look_after", _lost)
        dos.round()
    admin.write(ACTS_COLLECTION, place, hers)
    _equipo, invited, password = nuevo()
    dos.sync.invite(dos.sesion, invited, password, M, QUIET)
    sale.round()
    assert sealing(uno) not in sealing_keys(sale)

    later = uno.add_contratista(OTHER, "Después")
    open_again(uno, dos)
    for _ in range(3):
        meet(uno, dos)
    with closing(connect(admin_connection(admin, uno))) as server:
        assert gone not in server.roles()
    assert dos.get(ContratistaRow, later, "nombre") == ("Después",)
    assert sealing_keys(dos) == sealing_keys(uno)
    reads_nothing_new(sale, uno, admin)


def _lost(*_: object) -> None:
    raise NoConnectionError("Sin conexión.")


def test_whoever_saw_a_removal_repeats_it_before_writing_with_the_key_of_an_act_made_without_it(
    kinto_postgres: KintoReal, oficina: Oficina, nuevo: Nuevo
) -> None:
    """The responsable who removed is away. Another one saw the act, a third one did not."""
    uno, dos, vio, sale = oficina(kinto_postgres, R, R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, vio, sale)
    admin = as_administrator(kinto_postgres, office_of(uno))
    foto = Foto(kinto_postgres, office_of(uno))
    remove(uno, sale)
    vio.round()
    foto.put_back()
    for _ in range(2):
        _equipo, invited, password = nuevo()
        dos.sync.invite(dos.sesion, invited, password, M, QUIET)
    assert act_of(dos).number > act_of(vio).number
    vio.add_contratista(OTHER, "Después")
    open_again(vio)
    vio.round()
    sale.round()
    assert {one.cuenta for one in act_of(vio).members.values()} == {
        each.nombre for each in (uno, dos, vio)
    }
    assert sale.count("contratistas") == 1
    assert sealing(vio) not in sealing_keys(sale)

    open_again(uno, dos)
    for _ in range(3):
        meet(uno, dos, vio)
    all_agree(uno, dos, vio)
    assert dos.count("contratistas") == 2
    for each in (uno, dos):
        assert sealing_keys(each) == sealing_keys(vio)
    reads_nothing_new(sale, uno, admin)


def test_what_both_gave_over_a_server_that_went_back_is_kept(
    kinto_postgres: KintoReal, oficina: Oficina, nuevo: Nuevo
) -> None:
    uno, dos, tres = oficina(kinto_postgres, R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, tres)
    foto = Foto(kinto_postgres, office_of(uno))
    one, account, password = nuevo()
    first = uno.sync.invite(uno.sesion, account, password, M, QUIET)
    foto.put_back()
    other, other_account, other_password = nuevo()
    second = dos.sync.invite(dos.sesion, other_account, other_password, M, QUIET)
    open_again(uno, dos, tres)
    for _ in range(2):
        meet(uno, dos, tres)
    for equipo, file in ((one, first), (other, second)):
        vista = equipo.sync.read_invitation(equipo.sesion, file.archivo, file.codigo)
        assert equipo.sync.join(equipo.sesion, vista, equipo.nombre, QUIET).motivo == ""
    for _ in range(2):
        meet(uno, dos, tres, one, other)
    all_agree(uno, dos, tres, one, other)
    assert len(act_of(tres).members) == 5


def test_an_act_made_apart_and_played_again_later_gives_nothing_back(
    kinto_postgres: KintoReal, oficina: Oficina, nuevo: Nuevo
) -> None:
    """The administrator kept it, and has the desktop of whom it let in."""
    uno, dos = oficina(kinto_postgres, R)
    uno.add_contratista(RFC)
    meet(uno, dos)
    admin = as_administrator(kinto_postgres, office_of(uno))
    foto = Foto(kinto_postgres, office_of(uno))
    rotate(uno)
    foto.put_back()
    gone, account, password = nuevo()
    file = dos.sync.invite(dos.sesion, account, password, M, QUIET)
    apart = act_of(dos)
    open_again(uno, dos)
    for _ in range(2):
        meet(uno, dos)
    vista = gone.sync.read_invitation(gone.sesion, file.archivo, file.codigo)
    gone.sync.join(gone.sesion, vista, gone.nombre, QUIET)
    for _ in range(2):
        meet(uno, dos, gone)
    own_account(gone, kinto_postgres)
    remove(uno, gone)
    for number in (apart.number, act_of(uno).number, act_of(uno).number + 1):
        admin.write(ACTS_COLLECTION, act_id(admin.oficina, number), apart.data)
    open_again(uno, dos)
    for _ in range(2):
        meet(uno, dos)
    for equipo in (uno, dos):
        assert {one.cuenta for one in act_of(equipo).members.values()} == {uno.nombre, dos.nombre}
        assert act_of(equipo).invitations == {}
    later = dos.add_contratista(OTHER, "Después")
    meet(dos, uno)
    assert uno.get(ContratistaRow, later, "nombre") == ("Después",)
    assert gone.round().motivo
    assert gone.count("contratistas") == 1
    assert sealing(uno) == sealing(dos)
    assert sealing(uno) not in sealing_keys(gone)


def test_a_key_whose_act_is_lost_before_anybody_read_it_comes_with_the_next_one(
    kinto_postgres: KintoReal, oficina: Oficina
) -> None:
    """Chaos, seed 14004: one desktop alone held the key of what it had written."""
    uno, dos = oficina(kinto_postgres, M)
    meet(uno, dos)
    admin = as_administrator(kinto_postgres, office_of(uno))
    rotate(uno)
    lost = act_of(uno)
    written = uno.add_contratista(RFC, "Con la llave perdida")
    uno.round()
    for collection, name in (
        (ACTS_COLLECTION, act_id(admin.oficina, lost.number)),
        (KEYS_COLLECTION, key_id(admin.oficina, lost.key_number)),
    ):
        answer = kinto_postgres.ask("DELETE", admin.path(collection, name), ADMIN)
        assert answer.status_code == 200, answer.text
    rotate(uno)
    for _ in range(2):
        meet(uno, dos)
    assert act_of(dos).number > lost.number
    assert dos.get(ContratistaRow, written, "nombre") == ("Con la llave perdida",)
    assert sealing_keys(dos) == sealing_keys(uno)


def newcomer_that_the_server_forgot(
    server: KintoReal, oficina: Oficina, nuevo: Nuevo
) -> tuple[Equipo, Equipo, Equipo]:
    """Two responsables, and a member who joined after the snapshot that is put back."""
    uno, dos = oficina(server, R)
    uno.add_contratista(RFC)
    meet(uno, dos)
    foto = Foto(server, office_of(uno))
    tres, cuenta, password = nuevo()
    join_office(uno, tres, cuenta, password)
    meet(uno, dos, tres)
    foto.put_back()
    open_again(uno, dos, tres)
    return uno, dos, tres


def works_with(member: Equipo, *others: Equipo) -> None:
    member.sync.resume(member.sesion)
    later = others[0].add_contratista(OTHER, "Después")
    meet(*others, member)
    assert member.get(ContratistaRow, later, "nombre") == ("Después",)


def test_a_repair_that_was_cut_short_takes_nobody_out(
    kinto_postgres: KintoReal, oficina: Oficina, nuevo: Nuevo, monkeypatch: pytest.MonkeyPatch
) -> None:
    uno, dos, tres = newcomer_that_the_server_forgot(kinto_postgres, oficina, nuevo)
    whole, asked = KintoServer.set_role, []

    def dies(self: KintoServer, cuenta: str, rol: RolOficina | None) -> None:
        asked.append(cuenta)
        raise NoConnectionError

    monkeypatch.setattr(KintoServer, "set_role", dies)
    assert "No hay conexión" in uno.round().motivo
    assert len(asked) == 1
    monkeypatch.setattr(KintoServer, "set_role", whole)
    assert dos.round().motivo == ""
    works_with(tres, uno, dos)


def test_two_responsables_who_repair_at_once_take_nobody_out(
    kinto_postgres: KintoReal, oficina: Oficina, nuevo: Nuevo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chaos, seed 14001: one read the roles before the other one's repair, the acts after it."""
    uno, dos, tres = newcomer_that_the_server_forgot(kinto_postgres, oficina, nuevo)
    whole, read = KintoServer.roles, []

    def roles_of_before(self: KintoServer) -> dict[str, RolOficina]:
        found = whole(self)
        if not read:
            read.append(found)
            assert uno.round().motivo == ""
        return found

    monkeypatch.setattr(KintoServer, "roles", roles_of_before)
    assert dos.round().motivo == ""
    assert tres.nombre not in read[0]
    works_with(tres, uno, dos)
