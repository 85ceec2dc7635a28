"""Acts of an office: their records, and what the next one changes."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    ActInvitation,
    ActMember,
    act_id,
)
from icsoe_desktop.services.sincronizacion.oficina.draft import Draft
from icsoe_desktop.services.sincronizacion.oficina.forks import Difference

ONE, OTHER, NEW, FILE, ANOTHER_FILE = (uuid.UUID(int=at) for at in range(1, 6))


def member(one: uuid.UUID, cuenta: str) -> ActMember:
    return ActMember(one, cuenta, b"", RolOficina.RESPONSABLE, "", 0)


def invitation(one: uuid.UUID, cuenta: str) -> ActInvitation:
    vence = datetime(2026, 4, 1, tzinfo=UTC)
    return ActInvitation(one, cuenta, RolOficina.MIEMBRO, b"", vence)


def act(number: int, *parts: ActMember | ActInvitation) -> Act:
    members = {one.id: one for one in parts if isinstance(one, ActMember)}
    invitations = {one.id: one for one in parts if isinstance(one, ActInvitation)}
    return Act(number, 1, ONE, members, invitations, {})


def test_each_act_of_each_office_has_a_record_whose_name_every_desktop_computes() -> None:
    assert act_id("una", 1) == act_id("una", 1)
    assert len({act_id(oficina, number) for oficina in ("una", "otra") for number in (1, 2)}) == 4


def test_who_is_taken_out_takes_every_open_invitation_along() -> None:
    open_one = invitation(FILE, "invitada")
    members = {ONE: member(ONE, "uno"), OTHER: member(OTHER, "otra")}
    draft = Draft(dict(members), {FILE: open_one})
    draft.take_out(OTHER)
    left = {ONE: members[ONE]}
    assert draft == Draft(left, {}, new_key=True, gone={"otra", "invitada"})


def test_what_an_act_made_apart_took_away_is_taken_away_again_and_everybody_gets_all_keys() -> None:
    one, other, new = member(ONE, "uno"), member(OTHER, "otra"), member(NEW, "nueva")
    base = act(1, one, other)
    less = Difference(base, act(2, one), only_less=True)
    draft = Draft.of(act(2, one, other, new))
    assert less.takes_away(draft)
    less.apply(draft)
    assert draft == Draft(
        {ONE: one, NEW: new}, {}, newcomers={ONE, NEW}, new_key=True, gone={"otra"}
    )
    assert not less.takes_away(draft)


def test_a_withdrawn_invitation_or_a_lower_role_is_something_taken_away() -> None:
    one, open_one = member(ONE, "uno"), invitation(FILE, "invitada")
    withdrawn = Difference(act(1, one, open_one), act(2, one), only_less=True)
    assert withdrawn.takes_away(Draft.of(act(2, one, open_one)))
    assert not withdrawn.takes_away(Draft.of(act(2, one)))
    lower = replace(one, rol=RolOficina.CONSULTA)
    demoted = Difference(act(1, one), act(2, lower), only_less=True)
    assert demoted.takes_away(Draft.of(act(2, one)))
    assert not demoted.takes_away(Draft.of(act(2, lower)))


def test_what_an_act_made_apart_gave_is_given_unless_only_its_losses_count() -> None:
    one, new = member(ONE, "uno"), member(NEW, "nueva")
    used, open_one = invitation(FILE, "nueva"), invitation(ANOTHER_FILE, "otra")
    base, there = act(1, one, used), act(2, one, new, open_one)
    draft = Draft.of(base)
    Difference(base, there, only_less=False).apply(draft)
    given = {ONE: one, NEW: new}
    assert draft == Draft(given, {ANOTHER_FILE: open_one}, newcomers={ONE, NEW}, new_key=True)
    same = Draft.of(base)
    Difference(base, there, only_less=True).apply(same)
    assert same.members == {ONE: one}
    assert same.invitations == {FILE: used}
