"""Acts of an office: their records, and what the next one changes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.services.sincronizacion.oficina.acts import ActInvitation, ActMember, act_id
from icsoe_desktop.services.sincronizacion.oficina.draft import Draft

ONE, OTHER, FILE = (uuid.UUID(int=at) for at in (1, 2, 3))


def member(one: uuid.UUID, cuenta: str) -> ActMember:
    return ActMember(one, cuenta, b"", RolOficina.RESPONSABLE, "", 0)


def test_each_act_of_each_office_has_a_record_whose_name_every_desktop_computes() -> None:
    assert act_id("una", 1) == act_id("una", 1)
    assert len({act_id(oficina, number) for oficina in ("una", "otra") for number in (1, 2)}) == 4


def test_who_is_taken_out_takes_every_open_invitation_along() -> None:
    open_one = ActInvitation(
        FILE, "invitada", RolOficina.MIEMBRO, b"", datetime(2026, 4, 1, tzinfo=UTC)
    )
    members = {ONE: member(ONE, "uno"), OTHER: member(OTHER, "otra")}
    draft = Draft(dict(members), {FILE: open_one})
    draft.take_out(OTHER)
    left = {ONE: members[ONE]}
    assert draft == Draft(left, {}, new_key=True, gone={"otra", "invitada"})
