"""Who belongs to an office: attacked by a consulta, by the administrator, and by an administrator
who holds the desktop of somebody who was removed."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.sincronizacion.records import (
    ACTS_COLLECTION,
    KEYS_COLLECTION,
    RolOficina,
    unpack,
)
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.seguridad.office_keys import (
    OfficeKey,
    OfficeSealBrokenError,
    new_private,
    public_of,
    unwrap,
)
from icsoe_desktop.services.sincronizacion.answers import Miembro
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    ActMember,
    Draft,
    act_id,
    make_act,
)
from icsoe_desktop.services.sincronizacion.oficina.keys import ThisDesktop, member_data
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.sincronizacion import ActaRow, LlaveOficinaRow
from tests.services.sincronizacion.conftest import Nuevo, Oficina
from tests.services.sincronizacion.equipos import QUIET, Equipo, join_office, open_again, rotate
from tests.services.sincronizacion.servidor_memoria import OFICINA, Memoria, ServidorMemoria
from tests.services.sincronizacion.test_pasos import meet

RFC = "OFI010101AB1"
M, C, R = RolOficina.MIEMBRO, RolOficina.CONSULTA, RolOficina.RESPONSABLE


def keys(equipo: Equipo) -> list[int]:
    with equipo.store.read() as db:
        return sorted(db.scalars(select(LlaveOficinaRow.numero)))


def act_of(equipo: Equipo) -> Act:
    with equipo.store.read() as db:
        found = equipo.sync._register.book.newest(db)
    assert found is not None
    return found


def secrets_of(equipo: Equipo) -> ThisDesktop:
    """What somebody has who has the desktop."""
    return equipo.sync._register.book.me()


def member(equipo: Equipo, other: Equipo) -> Miembro:
    (found,) = [
        one for one in equipo.sync.miembros.all(equipo.sesion, QUIET) if one.equipo == other.nombre
    ]
    return found


def remove(equipo: Equipo, other: Equipo) -> None:
    equipo.sync.miembros.remove(equipo.sesion, member(equipo, other).id, QUIET)


def reads_nothing_new(
    gone: Equipo, inside: Equipo, everything: Callable[[str], Mapping[str, Any]]
) -> None:
    """Nothing that the desktop has, or that lies at the server for it, is a key of the office
    made after its removal."""
    theirs = secrets_of(gone)
    later = {key.raw() for number, key in secrets_of(inside).keys.items() if number > 1}
    assert later
    assert later.isdisjoint({key.raw() for key in theirs.keys.values()})
    for collection in (ACTS_COLLECTION, KEYS_COLLECTION):
        for data in everything(collection).values():
            wraps: Any = data.get("sobres") or {}
            for number, wrapped in wraps.get(theirs.miembro.hex, {}).items():
                with suppress(OfficeSealBrokenError):
                    sealed = base64.b64decode(wrapped)
                    opened = unwrap(sealed, int(number), theirs.private, OFICINA, theirs.miembro)
                    assert opened.raw() not in later
    assert {one["k"] for one in everything("contratistas").values()} > {1}


def forged_member(memoria: Memoria, key: OfficeKey, cuenta: str) -> tuple[uuid.UUID, bytes]:
    """A member record that a key of somebody who was removed proves."""
    miembro, private = uuid.uuid4(), new_private()
    data = member_data(miembro, cuenta, "intruso", public_of(private), OFICINA, key)
    memoria.put(KEYS_COLLECTION, miembro, data)
    return miembro, private


def test_an_administrator_with_the_desktop_of_who_was_removed_gets_nobody_in(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> None:
    """Both promises of decision 0014."""
    uno, sale, dos = oficina(R, M)
    uno.add_contratista(RFC)
    meet(uno, sale, dos)
    sale_act = act_of(sale)
    # Another responsable, so that the one who leaves could sign and saw an open invitation.
    _equipo, invited, password = nuevo()
    left_open = sale.sync.miembros.invite(sale.sesion, invited, password, M, QUIET)
    meet(uno, dos)
    old = secrets_of(sale)
    gone = old.miembro
    gone_account = sale.conexion.cuenta
    remove(uno, sale)
    meet(uno, dos)
    assert keys(dos) == [1, 2]

    # 1. Members that the old key proves: of the account that left, of an invented one, invited.
    forged = [
        forged_member(memoria, old.keys[1], cuenta) for cuenta in (gone_account, "nadie", invited)
    ]
    # 2. The role given back, and the record of the one who left made active again.
    with closing(memoria.conectar(uno.conexion)) as server:
        server.set_role(gone_account, R)
        server.set_role(invited, M)
    memoria.put(KEYS_COLLECTION, gone, {**memoria.read(KEYS_COLLECTION, gone), "activo": True})
    # 3. Acts that the one who left signs, higher than every real one, with a key of their own.
    trap = OfficeKey.generate(2)
    intruder = ActMember(forged[0][0], "nadie", public_of(forged[0][1]), R, "", 1)
    number = act_of(uno).number
    for ahead in (1, 2, 50):
        inside = {**act_of(uno).members, intruder.id: intruder, **sale_act.members}
        draft = Draft(inside, {}, titular=gone)
        act = make_act(number + ahead, "", draft, replace(old, keys={1: old.keys[1], 2: trap}))
        memoria.put(ACTS_COLLECTION, act_id(OFICINA, act.number), act.data)

    for time in range(2):
        open_again(uno, dos, sale)
        later = uno.add_contratista(f"OFI01010{time}AB2", "Después")
        dos.add_registro(f"Y607763611{time}", "Otra")
        meet(uno, dos)
        assert dos.get(ContratistaRow, later, "nombre") == ("Después",)
        said = sale.round()
        assert sale.count("contratistas") == 1, said
        # Nobody wrapped anything for them, under any office key.
        everything = json.dumps([memoria.all(ACTS_COLLECTION), memoria.all(KEYS_COLLECTION)])
        with uno.store.read() as db:
            kept = [row.contenido for row in db.scalars(select(ActaRow))]
        wraps = json.dumps([unpack(one)["sobres"] for one in kept])
        assert not [name for name, _secret in forged if name.hex in wraps]
        assert trap.raw().hex() not in everything
        for equipo in (uno, dos):
            assert trap.raw() not in {one.raw() for one in secrets_of(equipo).keys.values()}
        reads_nothing_new(sale, uno, memoria.all)
        # Another removal and key, with all of this in place.
        rotate(uno)
        meet(uno, dos)
        assert keys(uno) == keys(dos)
    assert {one.cuenta for one in act_of(dos).members.values()}.isdisjoint(
        {gone_account, "nadie", invited}
    )

    # The invitation that the one who left made opens nothing of the new keys.
    guest, _cuenta, _password = nuevo()
    vista = guest.sync.read_invitation(guest.sesion, left_open.archivo, left_open.codigo)
    with pytest.raises(UserFacingError):
        guest.sync.join(guest.sesion, vista, "intruso", QUIET)  # a round took the role again
    memoria.papeles[invited] = M
    guest.sync.join(guest.sesion, vista, "intruso", QUIET)
    meet(uno, dos)
    guest.round()
    assert keys(guest) == [1]


def test_a_desktop_from_which_an_act_is_hidden_hands_its_key_to_nobody_whom_the_act_removed(
    memoria: Memoria, oficina: Oficina
) -> None:
    uno, dos, sale = oficina(R, M)
    uno.add_contratista(RFC)
    meet(uno, dos, sale)
    gone = sale.conexion.cuenta
    remove(uno, sale)
    number = act_of(uno).number
    real = memoria.read(ACTS_COLLECTION, act_id(OFICINA, number))
    later = uno.add_contratista("OFI010101AB2", "Después")  # with the key of the removal
    uno.round()
    memoria.put(ACTS_COLLECTION, act_id(OFICINA, number), {})
    with closing(memoria.conectar(uno.conexion)) as server:
        server.set_role(gone, M)
    open_again(dos)
    dos.round()
    sale.round()
    assert keys(sale) == [1]
    reads_nothing_new(sale, uno, memoria.all)

    memoria.put(ACTS_COLLECTION, act_id(OFICINA, number), real)
    open_again(uno, dos)
    for _ in range(2):
        meet(uno, dos)
    sale.round()
    assert act_of(dos).data == act_of(uno).data
    assert {one.cuenta for one in act_of(dos).members.values()} == {uno.nombre, dos.nombre}
    assert dos.get(ContratistaRow, later, "nombre") == ("Después",)
    reads_nothing_new(sale, uno, memoria.all)


def test_a_newcomer_takes_no_act_of_somebody_whom_the_file_does_not_name(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> None:
    """A member has the newest key, and the administrator hides every real act."""
    uno, dos = oficina(M)
    tres, cuenta, password = nuevo()
    file = uno.sync.miembros.invite(uno.sesion, cuenta, password, M, QUIET)
    last = act_of(uno)
    for number in range(1, last.number + 1):
        memoria.put(ACTS_COLLECTION, act_id(OFICINA, number), {})
    vista = tres.sync.read_invitation(tres.sesion, file.archivo, file.codigo)
    tres.sync.join(tres.sesion, vista, tres.nombre, QUIET)

    forger, name = secrets_of(dos), secrets_of(tres).miembro
    public = public_of(secrets_of(tres).private)
    members = {one.id: replace(one, rol=R) for one in last.members.values()}
    members[name] = replace(members[forger.miembro], id=name, public_key=public, rol=M)
    number = last.number + 1
    draft = Draft(members, {}, titular=forger.miembro, newcomers={name})
    forged = make_act(number, "", draft, forger)
    memoria.put(ACTS_COLLECTION, act_id(OFICINA, number), forged.data)
    memoria.put(KEYS_COLLECTION, uuid.uuid4(), {"v": 1, "acta": number})
    tres.round()
    with tres.store.read() as db:
        assert number not in db.scalars(select(ActaRow.numero)).all()


def test_a_removal_that_was_cut_short_is_finished_by_the_next_round(
    memoria: Memoria, oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    uno, dos, tres = oficina(M, M)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ServidorMemoria, "set_role", killed)
        with pytest.raises(KeyboardInterrupt):
            remove(uno, dos)
    assert dos.nombre in memoria.papeles
    open_again(uno, tres)
    meet(uno, tres)
    assert (keys(uno), keys(tres)) == ([1, 2], [1, 2])
    assert {one.cuenta for one in act_of(tres).members.values()} == {uno.nombre, tres.nombre}
    assert set(memoria.papeles) == {uno.nombre, tres.nombre}


def test_acts_that_nobody_of_the_office_made_are_passed_over_and_written_over(
    memoria: Memoria, oficina: Oficina
) -> None:
    uno, dos, tres = oficina(M, M)
    good = act_of(uno)
    # The first one bears the signature of a responsable, but not this number.
    later = {**good.data, "n": good.number + 3}
    for ahead, garbage in enumerate(
        (good.data, {"v": 1, "n": good.number + 2}, later, {"v": 1}), 1
    ):
        memoria.put(ACTS_COLLECTION, act_id(OFICINA, good.number + ahead), garbage)
    remove(uno, dos)
    meet(uno, tres)
    assert keys(tres) == [1, 2]
    # The newest one spoilt or replaced by an older one comes back.
    newest = act_of(uno)
    for spoilt in ({}, good.data):
        memoria.put(ACTS_COLLECTION, act_id(OFICINA, newest.number), spoilt)
        open_again(uno, tres)
        meet(uno, tres)
        name = act_id(OFICINA, newest.number)
        assert memoria.read(ACTS_COLLECTION, name) == newest.data
        assert act_of(tres).number == newest.number


def test_an_invitation_is_listed_withdrawn_and_expires(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, monkeypatch: pytest.MonkeyPatch
) -> None:
    (uno,) = oficina()
    first, one, one_password = nuevo()
    second, other, other_password = nuevo()
    withdrawn = uno.sync.miembros.invite(uno.sesion, one, one_password, M, QUIET)
    expired = uno.sync.miembros.invite(uno.sesion, other, other_password, M, QUIET)

    def invited() -> list[str]:
        found = uno.sync.miembros.all(uno.sesion, QUIET)
        return sorted(m.cuenta for m in found if m.invitado_hasta is not None)

    def roles() -> set[str]:
        with closing(memoria.conectar(uno.conexion)) as server:
            return set(server.roles())

    assert invited() == sorted((one, other))
    (row,) = [m for m in uno.sync.miembros.all(uno.sesion, QUIET) if m.cuenta == one]
    vista = first.sync.read_invitation(first.sesion, withdrawn.archivo, withdrawn.codigo)
    uno.sync.miembros.remove(uno.sesion, row.id, QUIET)
    assert invited() == [other]
    assert roles() == {uno.nombre, other}
    with pytest.raises(UserFacingError):
        first.sync.join(first.sesion, vista, "tarde", QUIET)
    assert not first.sync.state().configurada
    assert keys(uno) == [1]  # nobody had come in with it

    # The clock of a desktop ends nothing; the server's does.
    now = uno.store.clock
    for equipo in (uno, second):
        monkeypatch.setattr(equipo.store, "clock", lambda: now() + timedelta(days=400))
    open_again(uno)
    meet(uno)
    assert invited() == [other]
    memoria.ahora_ms += 15 * 24 * 3_600_000
    vista = second.sync.read_invitation(second.sesion, expired.archivo, expired.codigo)
    with pytest.raises(InvalidInputError, match="venció"):
        second.sync.join(second.sesion, vista, "tarde", QUIET)
    assert not second.sync.state().configurada
    open_again(uno)
    meet(uno)
    assert invited() == []
    assert roles() == {uno.nombre}


def test_a_removal_withdraws_the_invitations_that_are_open(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> None:
    uno, dos = oficina(M)
    _equipo, cuenta, password = nuevo()
    uno.sync.miembros.invite(uno.sesion, cuenta, password, M, QUIET)
    remove(uno, dos)
    found = uno.sync.miembros.all(uno.sesion, QUIET)
    assert [one.cuenta for one in found if one.activo] == [uno.nombre]
    with closing(memoria.conectar(uno.conexion)) as server:
        assert set(server.roles()) == {uno.nombre}


@pytest.mark.parametrize("signs", [False, True])
def test_a_restored_server_gets_back_acts_keys_members_and_roles(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, signs: bool
) -> None:
    """signs: another act at once, so that the newest one is at the server."""
    uno, dos = oficina(M)
    uno.add_contratista(RFC)
    meet(uno, dos)
    foto = memoria.photo()
    tres, cuenta, password = nuevo()
    join_office(uno, tres, cuenta, password)
    meet(uno, tres)
    remove(uno, dos)
    meet(uno, tres)
    assert keys(tres) == [1, 2]
    foto()
    if signs:
        rotate(uno)
    open_again(uno, tres)
    assert tres.round().motivo  # its account is in no group
    later = uno.add_contratista("OFI010101AB2", "Después")
    assert uno.round().motivo == ""
    tres.sync.resume(tres.sesion)
    meet(tres, uno)
    assert tres.get(ContratistaRow, later, "nombre") == ("Después",)
    assert dos.round().motivo
    assert dos.sync.state().detenida
    shown = {m.cuenta for m in uno.sync.miembros.all(uno.sesion, QUIET) if m.activo}
    assert shown == {uno.nombre, cuenta}
    guest, third, third_password = nuevo()
    join_office(uno, guest, third, third_password)
    meet(uno, guest)
    assert keys(guest) == ([1, 2, 3] if signs else [1, 2])
    assert guest.count("contratistas") == 2


def test_a_guest_keeps_the_role_while_an_older_act_is_put_back(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> None:
    """Asked for by a responsable who is not the titular: it stands in no act yet."""
    uno, dos = oficina(R)
    meet(uno, dos)
    guest, cuenta, password = nuevo()
    join_office(dos, guest, cuenta, password)
    memoria.put(ACTS_COLLECTION, act_id(OFICINA, 1), {})
    open_again(uno)
    uno.round()
    assert memoria.papeles[cuenta] is M
    assert guest.round().motivo == ""
