"""Two responsables change the office apart, because the server forgot the act of the first one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

import pytest

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, RolOficina
from icsoe_desktop.gateways.kinto.errors import NoConnectionError
from icsoe_desktop.services.sincronizacion.oficina.acts import act_id
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.services.sincronizacion.conftest import Nuevo, Oficina
from tests.services.sincronizacion.equipos import QUIET, Equipo, join_office, open_again
from tests.services.sincronizacion.oficina.test_pasos_actas import (
    act_of,
    reads_nothing_new,
    remove,
)
from tests.services.sincronizacion.recibir.test_pasos_atras import all_agree
from tests.services.sincronizacion.servidor_memoria import OFICINA, Memoria, ServidorMemoria
from tests.services.sincronizacion.test_pasos import meet
from tests.support.tiers import long_cases

RFC, OTHER = "OFI010101AB1", "OFI010101AB2"
M, R = RolOficina.MIEMBRO, RolOficina.RESPONSABLE


def rotate(equipo: Equipo) -> None:
    with closing(equipo.conectar(equipo.conexion)) as server:
        equipo.sync._members.rotate(server)


def sealing_keys(equipo: Equipo) -> set[bytes]:
    with equipo.store.read() as db:
        return {key.raw() for key in equipo.sync._oficina.keys(db).values()}


def sealing(equipo: Equipo) -> bytes:
    with equipo.store.read() as db:
        keys = equipo.sync._oficina.keys(db)
    return keys[max(keys)].raw()


@pytest.mark.parametrize("further", long_cases([False, True], [True]))
def test_two_keys_of_one_number_made_apart_both_open_records_and_a_third_one_joins_them(
    memoria: Memoria, oficina: Oficina, further: bool
) -> None:
    """further: the first responsable made two acts before the server went back."""
    uno, dos, tres = oficina(R, M)
    meet(uno, dos, tres)
    foto = memoria.photo()
    rotate(uno)
    first = uno.add_contratista(RFC, "Con la llave de uno")
    meet(uno, tres)
    if further:
        rotate(uno)
    foto()
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


@pytest.mark.parametrize("further", long_cases([False, True], [True]))
def test_a_removal_that_a_server_forgot_holds_although_another_responsable_made_an_act(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, further: bool
) -> None:
    """further: the other one made two acts meanwhile, so that theirs is the higher one."""
    uno, dos, sale = oficina(R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, sale)
    foto = memoria.photo()
    remove(uno, sale)
    foto()
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
    with closing(memoria.conectar(uno.conexion)) as server:
        assert sale.nombre not in server.roles()
    assert sale.round().motivo
    reads_nothing_new(sale, uno, memoria.all)
    assert sale.count("contratistas") == 1


@pytest.mark.larga
def test_a_key_of_a_removal_below_own_acts_goes_to_nobody_whom_it_removed(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> None:
    """The other responsable made two acts meanwhile and finds that of the removal below them."""
    uno, dos, sale = oficina(R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, sale)
    gone = sale.conexion.cuenta
    foto = memoria.photo()
    remove(uno, sale)
    number = act_of(uno).number
    real = memoria.read(ACTS_COLLECTION, act_id(OFICINA, number))
    foto()
    for _ in range(2):
        _equipo, invited, password = nuevo()
        dos.sync.invite(dos.sesion, invited, password, M, QUIET)
    memoria.put(ACTS_COLLECTION, act_id(OFICINA, number), real)
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
    with closing(memoria.conectar(uno.conexion)) as server:
        assert gone not in server.roles()
    assert dos.get(ContratistaRow, later, "nombre") == ("Después",)
    assert sealing_keys(dos) == sealing_keys(uno)
    reads_nothing_new(sale, uno, memoria.all)


@pytest.mark.larga
def test_a_key_of_a_removal_beside_an_own_act_goes_to_nobody_although_the_joining_is_cut_short(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other responsable sees the act of the removal, loses the server, and sees it no more."""
    uno, dos, sale = oficina(R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, sale)
    gone = sale.conexion.cuenta
    foto = memoria.photo()
    remove(uno, sale)
    number = act_of(uno).number
    place = act_id(OFICINA, number)
    real = memoria.read(ACTS_COLLECTION, place)
    foto()
    _equipo, invited, password = nuevo()
    dos.sync.invite(dos.sesion, invited, password, M, QUIET)
    hers = memoria.read(ACTS_COLLECTION, place)
    assert hers != real
    memoria.put(ACTS_COLLECTION, place, real)
    open_again(dos)
    with monkeypatch.context() as cut:
        cut.setattr(dos.sync._register, "look_after", _lost)
        dos.round()
    memoria.put(ACTS_COLLECTION, place, hers)
    _equipo, invited, password = nuevo()
    dos.sync.invite(dos.sesion, invited, password, M, QUIET)
    sale.round()
    assert sealing(uno) not in sealing_keys(sale)

    later = uno.add_contratista(OTHER, "Después")
    open_again(uno, dos)
    for _ in range(3):
        meet(uno, dos)
    with closing(memoria.conectar(uno.conexion)) as server:
        assert gone not in server.roles()
    assert dos.get(ContratistaRow, later, "nombre") == ("Después",)
    assert sealing_keys(dos) == sealing_keys(uno)
    reads_nothing_new(sale, uno, memoria.all)


def _lost(*_: object) -> None:
    raise NoConnectionError("Sin conexión.")


@pytest.mark.larga
def test_whoever_saw_a_removal_repeats_it_before_writing_with_the_key_of_an_act_made_without_it(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> None:
    """The responsable who removed is away. Another one saw the act, a third one did not."""
    uno, dos, vio, sale = oficina(R, R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, vio, sale)
    foto = memoria.photo()
    remove(uno, sale)
    vio.round()
    foto()
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
    reads_nothing_new(sale, uno, memoria.all)


def test_what_both_gave_over_a_server_that_went_back_is_kept(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> None:
    uno, dos, tres = oficina(R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, tres)
    foto = memoria.photo()
    one, account, password = nuevo()
    first = uno.sync.invite(uno.sesion, account, password, M, QUIET)
    foto()
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


@pytest.mark.larga
def test_an_act_made_apart_and_played_again_later_gives_nothing_back(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> None:
    """The administrator kept it, and has the desktop of whom it let in."""
    uno, dos = oficina(R)
    uno.add_contratista(RFC)
    meet(uno, dos)
    foto = memoria.photo()
    rotate(uno)
    foto()
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
    remove(uno, gone)
    for number in (apart.number, act_of(uno).number, act_of(uno).number + 1):
        memoria.put(ACTS_COLLECTION, act_id(OFICINA, number), apart.data)
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
    memoria: Memoria, oficina: Oficina
) -> None:
    """Chaos, seed 14004: one desktop alone held the key of what it had written."""
    uno, dos = oficina(M)
    meet(uno, dos)
    rotate(uno)
    lost = act_of(uno)
    written = uno.add_contratista(RFC, "Con la llave perdida")
    uno.round()
    memoria.delete(ACTS_COLLECTION, act_id(OFICINA, lost.number))
    rotate(uno)
    for _ in range(2):
        meet(uno, dos)
    assert act_of(dos).number > lost.number
    assert dos.get(ContratistaRow, written, "nombre") == ("Con la llave perdida",)
    assert sealing_keys(dos) == sealing_keys(uno)


def newcomer_that_the_server_forgot(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> tuple[Equipo, Equipo, Equipo]:
    """Two responsables, and a member who joined after the snapshot that is put back."""
    uno, dos = oficina(R)
    uno.add_contratista(RFC)
    meet(uno, dos)
    foto = memoria.photo()
    tres, cuenta, password = nuevo()
    join_office(uno, tres, cuenta, password)
    meet(uno, dos, tres)
    foto()
    open_again(uno, dos, tres)
    return uno, dos, tres


def works_with(member: Equipo, *others: Equipo) -> None:
    member.sync.resume(member.sesion)
    later = others[0].add_contratista(OTHER, "Después")
    meet(*others, member)
    assert member.get(ContratistaRow, later, "nombre") == ("Después",)


def test_a_repair_that_was_cut_short_takes_nobody_out(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, monkeypatch: pytest.MonkeyPatch
) -> None:
    uno, dos, tres = newcomer_that_the_server_forgot(memoria, oficina, nuevo)
    whole, asked = ServidorMemoria.set_role, []

    def dies(self: ServidorMemoria, cuenta: str, rol: RolOficina | None) -> None:
        asked.append(cuenta)
        raise NoConnectionError

    monkeypatch.setattr(ServidorMemoria, "set_role", dies)
    assert "No hay conexión" in uno.round().motivo
    assert len(asked) == 1
    monkeypatch.setattr(ServidorMemoria, "set_role", whole)
    assert dos.round().motivo == ""
    works_with(tres, uno, dos)


def test_two_responsables_who_repair_at_once_take_nobody_out(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chaos, seed 14001: one read the roles before the other one's repair, the acts after it."""
    uno, dos, tres = newcomer_that_the_server_forgot(memoria, oficina, nuevo)
    whole = ServidorMemoria.roles
    read: list[Mapping[str, RolOficina]] = []

    def roles_of_before(self: ServidorMemoria) -> Mapping[str, RolOficina]:
        found = whole(self)
        if not read:
            read.append(found)
            assert uno.round().motivo == ""
        return found

    monkeypatch.setattr(ServidorMemoria, "roles", roles_of_before)
    assert dos.round().motivo == ""
    assert tres.nombre not in read[0]
    works_with(tres, uno, dos)
