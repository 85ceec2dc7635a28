"""What others leave in `llaves` for the titular's desktop, which sees to it in its next round.

A responsable leaves a petition, proved for whoever signs the next act. An invitation that ever was
in an act is not asked for again: an old petition that somebody puts back at the server changes
nothing. A member leaves an act that the server lost.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from icsoe_desktop.domain.sincronizacion.records import canonical
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.seguridad.office_keys import pair_proof, proofs_agree
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    ActInvitation,
    Change,
    act_id,
    invitation_data,
    read_act,
    read_invitation,
)
from icsoe_desktop.services.sincronizacion.oficina.keys import (
    ThisDesktop,
    bytes_of,
    text_of,
    uuid_of,
)

_LEFT: Final = "acta"  # of a record of `llaves`


def petition(
    act: Act,
    me: ThisDesktop,
    *,
    invite: ActInvitation | None = None,
    remove: uuid.UUID | None = None,
) -> dict[str, Any]:
    """The record that asks for one of them. remove: a member or an invitation."""
    asked: dict[str, Any] = {"llave": act.key_number}
    if invite is not None:
        asked["invitar"] = {"id": invite.id.hex, **invitation_data(invite)}
    if remove is not None:
        asked["retirar"] = remove.hex
    said = _said(me.miembro, asked)
    return {
        "v": 1,
        "pide": asked,
        "de": me.miembro.hex,
        "pruebas": {
            name.hex: text_of(pair_proof(me.private, public, me.oficina, said))
            for name, public in act.signers().items()
        },
    }


def change_asked(
    data: Mapping[str, Any], act: Act, earlier: Iterable[Act], me: ThisDesktop
) -> Change | None:
    """What a responsable of the act asks for and is not done yet; None if it is nothing.

    earlier: the acts before, of which invitations are not opened again.
    """
    try:
        asked, who = data["pide"], uuid_of(data["de"])
        proof = bytes_of(data["pruebas"][me.miembro.hex])
        said, public = _said(who, asked), act.members[who].public_key
        wanted = pair_proof(me.private, public, me.oficina, said)
        if not proofs_agree(wanted, proof) or not act.is_responsible(who):
            return None
        if "retirar" in asked:
            return _removal(uuid_of(asked["retirar"]), act)
        found = asked["invitar"]
        invitation = read_invitation(found["id"], found)
    except (KeyError, ValueError, TypeError):
        return None
    if asked["llave"] != act.key_number or act.member_of(invitation.cuenta) is not None:
        return None  # somebody was removed since
    if any(invitation.id in one.invitations for one in (act, *earlier)):
        return None
    return lambda draft: draft.invite(invitation)


def left_act(act: Act, oficina: str) -> tuple[str, dict[str, Any]]:
    """Id and data of the record in which a member leaves an act that the server lost."""
    return str(act_id(oficina, act.number)), {"v": 1, _LEFT: act.data}


def acts_left(records: Mapping[str, RemoteRecord]) -> list[Act]:
    """The acts that members left, oldest first. Nobody has proved them yet."""
    found = (read_act((one.data or {}).get(_LEFT)) for one in records.values())
    return sorted((one for one in found if one and one.whole), key=lambda one: one.number)


def _removal(who: uuid.UUID, act: Act) -> Change | None:
    if who == act.titular or (who not in act.members and who not in act.invitations):
        return None
    return lambda draft: draft.remove(who)


def _said(who: uuid.UUID, asked: Any) -> bytes:
    return b"peticion|" + who.bytes + hashlib.sha256(canonical(asked)).digest()
