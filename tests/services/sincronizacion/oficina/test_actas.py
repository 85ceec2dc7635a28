"""Acts of an office: their records, and what the next one changes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    ActInvitation,
    ActMember,
    Draft,
    act_id,
)

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
