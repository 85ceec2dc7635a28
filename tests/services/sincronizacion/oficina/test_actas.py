"""Acts of an office: their records, and what the next one changes."""

from __future__ import annotations

import uuid
from contextlib import closing
from datetime import UTC, datetime

import pytest

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, RolOficina
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    ActInvitation,
    ActMember,
    Draft,
    act_id,
    digest_of,
    make_act,
)
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import open_again
from tests.services.sincronizacion.oficina.test_pasos_actas import act_of, secrets_of
from tests.services.sincronizacion.oficina.test_pasos_actas import member as member_of
from tests.services.sincronizacion.oficina.test_pasos_titular import (
    M,
    R,
    name_suplente,
    paper,
    take_over,
    titular_of,
)
from tests.services.sincronizacion.servidor_memoria import OFICINA, Memoria
from tests.services.sincronizacion.test_pasos import meet

ONE, OTHER, FILE, ANOTHER_FILE = (uuid.UUID(int=at) for at in range(1, 5))


def member(one: uuid.UUID, cuenta: str) -> ActMember:
    return ActMember(one, cuenta, b"", RolOficina.RESPONSABLE, "", 0)


def invitation(one: uuid.UUID, cuenta: str) -> ActInvitation:
    vence = datetime(2026, 4, 1, tzinfo=UTC)
    return ActInvitation(one, cuenta, RolOficina.MIEMBRO, b"", vence)


def test_each_act_of_each_office_has_a_record_whose_name_every_desktop_computes() -> None:
    assert act_id("una", 1) == act_id("una", 1)
    assert len({act_id(oficina, number) for oficina in ("una", "otra") for number in (1, 2)}) == 4


def test_who_is_taken_out_takes_every_open_invitation_along_and_is_suplente_no_more() -> None:
    members = {ONE: member(ONE, "uno"), OTHER: member(OTHER, "otra")}
    draft = Draft(dict(members), {FILE: invitation(FILE, "invitada")}, ONE, OTHER)
    draft.take_out(OTHER)
    assert draft == Draft({ONE: members[ONE]}, {}, ONE, new_key=True, gone={"otra", "invitada"})


def test_a_second_invitation_of_an_account_ends_the_first_one() -> None:
    first, second = invitation(FILE, "invitada"), invitation(ANOTHER_FILE, "invitada")
    draft = Draft({}, {FILE: first}, ONE)
    draft.invite(second)
    assert draft.invitations == {ANOTHER_FILE: second}


def test_a_suplente_who_is_no_responsable_any_more_is_none() -> None:
    draft = Draft({OTHER: member(OTHER, "otra")}, {}, ONE, OTHER)
    draft.give_role(OTHER, RolOficina.RESPONSABLE)
    assert draft.suplente == OTHER
    draft.give_role(OTHER, RolOficina.MIEMBRO)
    assert draft.suplente is None


def test_a_paper_serves_until_there_is_another_one(memoria: Memoria, oficina: Oficina) -> None:
    uno, dos, tres = oficina(M, M)
    first = paper(uno)
    second = paper(uno)
    meet(uno, dos, tres)
    with pytest.raises(InvalidInputError, match="papel"):
        take_over(dos, first)
    take_over(dos, second)
    meet(uno, tres)
    take_over(tres, second)
    meet(uno, dos, tres)
    assert {titular_of(one) for one in (uno, dos, tres)} == {tres.nombre}


def test_the_suplente_signs_nothing_without_taking_over(memoria: Memoria, oficina: Oficina) -> None:
    uno, dos, tres = oficina(R, M)
    name_suplente(uno, dos)
    meet(uno, dos, tres)
    private, mine, own = secrets_of(dos)
    act = act_of(uno)
    draft = Draft.of(act, mine)
    draft.take_out(member_of(uno, tres).id)
    number = act.number + 1
    forged = make_act(number, digest_of(act, OFICINA), draft, own, OFICINA, private, mine)
    memoria.put(ACTS_COLLECTION, act_id(OFICINA, number), forged.data)
    open_again(uno, tres)
    meet(uno, tres)
    assert act_of(tres).data == act_of(uno).data == act.data
    with closing(memoria.conectar(uno.conexion)) as server:
        assert tres.nombre in server.roles()
