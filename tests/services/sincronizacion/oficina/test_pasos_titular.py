"""Who signs for an office: its titular, a suplente, and whoever holds the recovery paper."""

from __future__ import annotations

import uuid
from contextlib import suppress

import pytest

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, KEYS_COLLECTION, RolOficina
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.services.sincronizacion.answers import Luz
from icsoe_desktop.services.sincronizacion.oficina.acts import Draft, act_id, digest_of, make_act
from icsoe_desktop.services.sincronizacion.oficina.petitions import left_act, petition
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.services.sincronizacion.conftest import Nuevo, Oficina
from tests.services.sincronizacion.equipos import (
    QUIET,
    Equipo,
    as_left,
    create_office,
    join_office,
    open_again,
    rotate,
)
from tests.services.sincronizacion.oficina.test_pasos_actas import (
    act_of,
    keys,
    member,
    reads_nothing_new,
    remove,
    secrets_of,
)
from tests.services.sincronizacion.recibir.test_pasos_atras import all_agree
from tests.services.sincronizacion.recibir.test_pasos_movimientos import mesa
from tests.services.sincronizacion.servidor_memoria import OFICINA, Memoria
from tests.services.sincronizacion.test_pasos import CURP, meet

RFC, OTHER = "OFI010101AB1", "OFI010101AB2"
M, C, R = RolOficina.MIEMBRO, RolOficina.CONSULTA, RolOficina.RESPONSABLE


def paper(titular: Equipo) -> str:
    return titular.sync.miembros.new_paper(titular.sesion, QUIET)


def take_over(equipo: Equipo, code: str = "") -> None:
    equipo.sync.take_over(equipo.sesion, code, QUIET)


def name_suplente(titular: Equipo, other: Equipo) -> None:
    titular.sync.miembros.name_suplente(titular.sesion, member(titular, other).id, QUIET)


def titular_of(equipo: Equipo) -> str:
    act = act_of(equipo)
    return act.members[act.titular].cuenta


def inside(equipo: Equipo) -> set[str]:
    return {one.cuenta for one in act_of(equipo).members.values()}


@pytest.mark.parametrize("way", ["papel", "suplente"])
def test_the_commonest_office_goes_on_without_the_disk_of_its_titular(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, way: str
) -> None:
    """One titular and two members. A new one is invited, the lost one removed, the key changed."""
    lost, uno, dos = oficina(M, M)
    uno.add_contratista(RFC)
    code = ""
    if way == "papel":
        code = paper(lost)
    else:
        name_suplente(lost, uno)
    meet(lost, uno, dos)
    with pytest.raises(NotAllowedError):
        uno.sync.miembros.set_role(uno.sesion, member(uno, dos).id, C, QUIET)

    take_over(uno, code.lower().replace("-", " "))
    guest, cuenta, password = nuevo()
    join_office(uno, guest, cuenta, password)
    uno.round()
    remove(uno, lost)
    meet(uno, dos, guest)
    later = uno.add_contratista(OTHER, "Después")
    meet(uno, dos, guest)
    all_agree(uno, dos, guest)
    assert inside(dos) == inside(guest) == {uno.nombre, dos.nombre, cuenta}
    assert titular_of(dos) == uno.nombre
    assert keys(guest) == keys(dos) == [1, 2]
    assert dos.get(ContratistaRow, later, "nombre") == ("Después",)
    reads_nothing_new(lost, uno, memoria.all)


def test_without_paper_and_suplente_nobody_takes_the_place_of_the_titular(
    memoria: Memoria, oficina: Oficina
) -> None:
    uno, dos, tres = oficina(R, M)
    assert uno.sync.state().sin_relevo
    memoria.papeles[tres.nombre] = R  # by the administrator
    for equipo in (dos, tres):
        assert not equipo.sync.state().sin_relevo
        for code in ("", "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH"):
            with pytest.raises(InvalidInputError):
                take_over(equipo, code)
    assert titular_of(tres) == uno.nombre
    uno.round()
    paper(uno)
    assert not uno.sync.state().sin_relevo


def test_without_either_the_office_is_made_anew_as_the_page_of_the_server_says(
    oficina: Oficina,
) -> None:
    """docs/servidor.md, «Si se pierde el equipo titular», its last way, step by step."""
    lost, uno, dos = oficina(M, M)
    row = uno.add_contratista(RFC)
    uno.add_capturista(row, CURP)
    here = mesa(uno)
    here.lote(here.capture(2), here.capture(3))
    meet(lost, uno, dos)
    dos.change(ContratistaRow, row, celular="5551111111")
    before = {name: uno.count(name) for name in ("contratistas", "relaciones", "movimientos")}

    nueva = Memoria()  # «oficina --responsable»: another office, with new accounts
    meet(dos, uno)  # «Sincronizar ahora»
    for equipo in (uno, dos):
        equipo.sync.leave(equipo.sesion, QUIET)  # «Salir de la oficina…»
        equipo.conectar = nueva.conectar
        open_again(equipo)
    create_office(uno, nueva.conexion("uno"))  # «Crear la oficina»
    assert uno.round().motivo == ""
    join_office(uno, dos, "dos", nueva.cuentas["dos"])
    meet(uno, dos)

    # What they had is recognised and not doubled.
    all_agree(uno, dos)
    assert {name: uno.count(name) for name in before} == before
    assert uno.get(ContratistaRow, row, "celular") == ("5551111111",)
    assert uno.conflicts() == dos.conflicts() == ()
    # The new titular invites, removes and changes the key; the lost disk reads nothing new.
    paper(uno)
    assert not uno.sync.state().sin_relevo
    remove(uno, dos)
    assert keys(uno) == [1, 2]
    later = uno.add_contratista(OTHER, "Después")
    uno.round()
    lost.round()
    assert lost.count("contratistas") == 1
    assert str(later) in nueva.registros["contratistas"]
    here.movimientos.close()


def test_the_paper_says_what_to_ask_for_where_the_account_of_the_titular_is_closed(
    memoria: Memoria, oficina: Oficina
) -> None:
    uno, dos = oficina(M)
    code = paper(uno)
    meet(uno, dos)
    memoria.cuentas[uno.nombre] = "cambiada por quien administra"
    with pytest.raises(UserFacingError, match="el rol responsable"):
        take_over(dos, code)
    memoria.papeles[dos.nombre] = R
    take_over(dos, code)
    assert titular_of(dos) == dos.nombre


def test_a_responsable_invites_and_the_titular_lets_in_whom_it_invited(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> None:
    uno, dos = oficina(R)
    uno.add_contratista(RFC)
    meet(uno, dos)
    guest, cuenta, password = nuevo()
    assert join_office(dos, guest, cuenta, password).motivo == ""
    assert guest.count("contratistas") == 1
    before = len(memoria.all(ACTS_COLLECTION))
    meet(uno, dos, guest)
    assert inside(guest) == inside(dos) == {uno.nombre, dos.nombre, cuenta}
    assert len(memoria.all(ACTS_COLLECTION)) == before + 1

    # Somebody puts the petition back after the removal of who came with it.
    (asked,) = [one for one in memoria.all(KEYS_COLLECTION).values() if "pide" in one]
    remove(uno, guest)
    memoria.put(KEYS_COLLECTION, uuid.uuid4(), asked)
    open_again(uno)
    meet(uno, dos)
    assert act_of(uno).invitations == {}
    assert cuenta not in memoria.papeles


def test_a_responsable_removes_at_once_and_the_titular_changes_the_key(
    memoria: Memoria, oficina: Oficina
) -> None:
    uno, dos, sale = oficina(R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, sale)
    done = dos.sync.miembros.remove(dos.sesion, member(dos, sale).id, QUIET)
    assert (done, set(memoria.papeles)) == (False, {uno.nombre, dos.nombre})
    with pytest.raises(UserFacingError, match="titular"):
        remove(dos, uno)
    meet(uno, dos)
    uno.add_contratista(OTHER)
    meet(uno, dos)
    assert (inside(dos), keys(dos)) == ({uno.nombre, dos.nombre}, [1, 2])
    reads_nothing_new(sale, uno, memoria.all)


@pytest.mark.parametrize("rol", [M, C])
def test_nobody_else_asks_the_titular_for_anything(
    memoria: Memoria, oficina: Oficina, rol: RolOficina
) -> None:
    uno, dos, tres = oficina(R, rol)
    act = act_of(tres)
    other = member(uno, dos).id
    own = petition(act, secrets_of(tres), remove=other)
    for forged in (
        own,
        {**own, "de": other.hex},
        {**own, "pide": {"retirar": other.hex}},
        {"pide": 1},
    ):
        memoria.put(KEYS_COLLECTION, uuid.uuid4(), forged)
    before = act_of(uno).data
    open_again(uno)
    assert uno.round().motivo == ""
    assert act_of(uno).data == before


def test_who_has_a_role_and_stands_in_no_act_loses_it_and_who_lost_it_waits_for_a_person(
    memoria: Memoria, oficina: Oficina
) -> None:
    uno, dos, tres = oficina(M, M)
    before = act_of(uno).data
    # By the administrator: a removed account, a stranger, another role; then an empty list.
    memoria.papeles.update({"cuatro": M, "nadie": R, tres.nombre: R})
    open_again(uno)
    uno.round()
    assert memoria.papeles == {uno.nombre: R, dos.nombre: M, tres.nombre: M}
    del memoria.papeles[dos.nombre], memoria.papeles[tres.nombre]
    open_again(uno)
    for _ in range(2):
        assert uno.round().motivo == ""
    assert act_of(uno).data == before
    shown = {one.cuenta: one.sin_acceso for one in uno.sync.miembros.all(uno.sesion, QUIET)}
    assert shown == {uno.nombre: False, dos.nombre: True, tres.nombre: True}
    # A person chooses: in again, or out.
    uno.sync.miembros.set_role(uno.sesion, member(uno, dos).id, M, QUIET)
    remove(uno, tres)
    assert memoria.papeles == {uno.nombre: R, dos.nombre: M}
    dos.sync.resume(dos.sesion)
    meet(uno, dos)
    assert keys(dos) == [1, 2]


def test_who_was_away_follows_the_office_to_its_titular_of_today_though_acts_were_spoilt(
    memoria: Memoria, oficina: Oficina
) -> None:
    """Chaos, seed 14003: only the newest act was put back; one before had named the suplente."""
    uno, dos, away = oficina(M, M)
    name_suplente(uno, dos)
    meet(uno, dos)
    number = act_of(dos).number
    take_over(dos)
    rotate(dos)
    meet(uno, dos)
    memoria.put(ACTS_COLLECTION, act_id(OFICINA, number), {})
    open_again(uno, dos, away)
    row = dos.add_contratista(RFC, "Con la llave nueva")
    meet(uno, dos, away)
    assert away.get(ContratistaRow, row, "nombre") == ("Con la llave nueva",)
    assert titular_of(away) == dos.nombre


def test_a_takeover_over_a_server_that_went_back_holds_for_everybody(
    memoria: Memoria, oficina: Oficina
) -> None:
    """The titular made acts that the suplente did not see. What they did is shown to a person."""
    uno, dos, tres, sale = oficina(R, M, M)
    name_suplente(uno, dos)
    meet(uno, dos, tres, sale)
    foto = memoria.photo()
    rotate(uno)
    remove(uno, sale)
    row = uno.add_contratista(RFC, "Con la llave del retiro")
    meet(uno, tres)
    foto()
    take_over(dos)
    other = dos.add_contratista(OTHER, "Con la otra llave")
    rotate(dos)
    dos.round()
    open_again(uno, dos, tres)
    for _ in range(4):
        meet(uno, dos, tres)
    all_agree(uno, dos, tres)
    assert {titular_of(one) for one in (uno, dos, tres)} == {dos.nombre}
    assert keys(uno) == keys(dos) == keys(tres)
    assert dos.get(ContratistaRow, row, "nombre") == ("Con la llave del retiro",)
    assert uno.get(ContratistaRow, other, "nombre") == ("Con la otra llave",)
    for equipo in (uno, tres):
        assert equipo.sync.state().por_repetir == (f"retirar a «{sale.nombre}»",)
        assert equipo.sync.state().luz is Luz.ATENCION
        equipo.sync.forget_undone(equipo.sesion)
        assert equipo.sync.state().por_repetir == ()


@pytest.mark.parametrize("further", [False, True])
def test_of_two_acts_that_one_titular_signed_apart_one_stands_everywhere(
    memoria: Memoria, oficina: Oficina, tmp_path_factory: pytest.TempPathFactory, further: bool
) -> None:
    """Its disk was restored, over a server that went back. further: a second act there."""
    uno, dos, tres = oficina(R, M)
    foto = memoria.photo()
    copy = as_left(uno)
    rotate(uno)
    first = dos.add_contratista(RFC, "Con la primera")
    meet(dos, tres)
    assert keys(tres) == [1, 2]
    foto()
    folder = tmp_path_factory.mktemp("otra")
    with copy.open(folder / "icsoe.db", memoria.conectar, uno.reloj) as again:
        for _ in range(2 if further else 1):
            rotate(again)
        second = again.add_contratista(OTHER, "Con la segunda")
        again.round()
        open_again(again, dos, tres)
        for _ in range(4):
            meet(again, dos, tres)
        all_agree(again, dos, tres)
        acts = [act_of(one) for one in (again, dos, tres)]
        assert len({digest_of(one, OFICINA) for one in acts}) == 1
        for equipo in (again, dos, tres):
            assert equipo.get(ContratistaRow, first, "nombre") == ("Con la primera",)
            assert equipo.get(ContratistaRow, second, "nombre") == ("Con la segunda",)
            assert [one.raw() for one in secrets_of(equipo).keys.values()] == [
                one.raw() for one in secrets_of(again).keys.values()
            ]


def test_acts_that_the_only_responsable_and_the_server_forgot_come_back_from_a_member(
    memoria: Memoria, oficina: Oficina, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Both were restored from one night's copy. Otherwise each side is garbage to the other.

    The titular signs apart meanwhile: that is told.
    """
    uno, dos, tres = oficina(M, M)
    meet(uno, dos, tres)
    foto = memoria.photo()
    copy = as_left(uno)
    for _ in range(2):
        rotate(uno)
    theirs = dos.add_contratista(RFC, "Después de la copia")
    meet(uno, dos)
    foto()
    folder = tmp_path_factory.mktemp("otra")
    with copy.open(folder / "icsoe.db", memoria.conectar, uno.reloj) as again:
        own = again.add_contratista(OTHER, "Con el disco restaurado")
        remove(again, tres)
        open_again(again, dos)
        for _ in range(3):
            meet(again, dos)
        all_agree(again, dos)
        assert keys(again) == keys(dos) == [1, 2, 3]
        assert again.sync.state().por_repetir == ("retirar a «tres»",)
        for equipo in (again, dos):
            assert equipo.get(ContratistaRow, theirs, "nombre") == ("Después de la copia",)
            assert equipo.get(ContratistaRow, own, "nombre") == ("Con el disco restaurado",)


@pytest.mark.parametrize("who", ["titular de antes", "suplente de antes", "papel de antes"])
def test_nobody_whose_place_was_taken_signs_again(
    memoria: Memoria, oficina: Oficina, who: str
) -> None:
    """Each with the administrator's help: a higher act, and one in the place of the newest.

    Also as members leave one that the server lost.
    """
    uno, dos, tres = oficina(R, M)
    uno.add_contratista(RFC)
    code = paper(uno)
    name_suplente(uno, dos)
    meet(uno, dos, tres)
    gone = {"titular de antes": uno, "suplente de antes": dos, "papel de antes": tres}[who]
    titular = dos if gone is uno else uno
    forger, old = secrets_of(gone), act_of(gone)
    if gone is uno:
        take_over(dos)
    remove(titular, gone)
    if gone is tres:
        paper(uno)
    others = [one for one in (uno, dos, tres) if one is not gone]
    meet(*others)
    before = act_of(titular)
    draft = Draft(dict(old.members), {}, titular=forger.miembro, paper=old.paper)
    secret = b""
    if gone is tres:
        from icsoe_desktop.seguridad.office_keys import paper_private

        secret = paper_private(code, OFICINA)
    memoria.papeles[gone.nombre] = R
    for number in (before.number, before.number + 1, before.number + 1_000):
        forged = make_act(number, "", draft, forger, secret)
        memoria.put(ACTS_COLLECTION, act_id(OFICINA, number), forged.data)
        name, left = left_act(forged, OFICINA)
        memoria.put(KEYS_COLLECTION, uuid.UUID(name), left)
        open_again(*others)
        titular.add_contratista(f"OFI{number % 1000000:06d}AB3")
        meet(*others)
        for one in others:
            assert titular_of(one) == titular.nombre
            assert gone.nombre not in inside(one)
    with suppress(UserFacingError):
        gone.round()
    reads_nothing_new(gone, titular, memoria.all)
    assert gone.nombre not in memoria.papeles


@pytest.mark.parametrize("known", [True, False])
def test_a_titular_whom_a_restored_server_forgot_says_it_and_brings_all_back(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, known: bool
) -> None:
    """known: the server went back to when the titular of today was a member, or not even that."""
    lost, uno = oficina(M)
    code = paper(lost)
    meet(lost, uno)
    foto = memoria.photo()
    heir = uno
    if not known:
        heir, cuenta, password = nuevo()
        join_office(lost, heir, cuenta, password)
        meet(lost, heir, uno)
    take_over(heir, code)
    remove(heir, lost)
    guest, cuenta, password = nuevo()
    join_office(heir, guest, cuenta, password)
    meet(heir, uno, guest)
    foto()
    for equipo in (heir, uno, guest):
        open_again(equipo)
        equipo.round()
    state = heir.sync.state()
    assert state.luz is Luz.ATENCION
    assert state.sin_firma
    assert ("«Sincronizar ahora»" in state.motivo) is not known
    assert not guest.sync.state().sin_firma

    memoria.papeles[heir.nombre] = R  # by the administrator
    for equipo in (heir, guest, uno):
        equipo.sync.resume(equipo.sesion)
    guest.add_contratista(OTHER)
    meet(heir, guest, uno)
    assert not heir.sync.state().sin_firma
    assert inside(guest) == {heir.nombre, uno.nombre, cuenta}
    all_agree(heir, uno, guest)
