"""Joins acts that two responsables made apart, over a server that went back in time.

Source: docs/decisions/0033-actas.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.services.sincronizacion.oficina.acts import Act
from icsoe_desktop.services.sincronizacion.oficina.draft import Draft

_RANK: Final[Mapping[RolOficina, int]] = {
    RolOficina.CONSULTA: 0, RolOficina.MIEMBRO: 1, RolOficina.RESPONSABLE: 2,
}  # fmt: skip
# Members that are out, invitations that are withdrawn, lower roles.
_Less = tuple[list[uuid.UUID], list[uuid.UUID], dict[uuid.UUID, RolOficina]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What another act changed since the last act that both sides knew.

    only_less: only what it took away. What it gave may have been taken back since, and whoever
    plays an old act again must not bring that back.
    """

    base: Act
    other: Act
    only_less: bool

    def apply(self, draft: Draft) -> None:
        """Make the change in the draft, too. Its key is new: each side has one of its own."""
        if not self.only_less:
            self._give(draft)
        self._take_away(draft)
        draft.new_key = True
        draft.newcomers |= set(draft.members)  # each side lacks the keys of the other one

    def takes_away(self, draft: Draft) -> bool:
        """Whether the draft still has something that the other act took away."""
        members, invitations, roles = self._less(draft)
        return bool(members or invitations or roles)

    def _give(self, draft: Draft) -> None:
        for name, member in self.other.members.items():
            if name not in self.base.members:
                draft.members.setdefault(name, member)
                for one in tuple(draft.invitations.values()):
                    if one.cuenta == member.cuenta:
                        del draft.invitations[one.id]
        for name, invitation in self.other.invitations.items():
            if name not in self.base.invitations:
                draft.invitations.setdefault(name, invitation)
        for name, rol in self._roles(draft).items():
            draft.give_role(name, rol)

    def _take_away(self, draft: Draft) -> None:
        members, invitations, roles = self._less(draft)
        for name in invitations:
            draft.withdraw(name)
        for name, rol in roles.items():
            draft.give_role(name, rol)
        for name in members:
            draft.take_out(name)

    def _less(self, draft: Draft) -> _Less:
        members = [
            name
            for name in self.base.members
            if name not in self.other.members and name in draft.members
        ]
        used = {one.cuenta for one in self.other.members.values()}
        invitations = [
            name
            for name, one in self.base.invitations.items()
            if name not in self.other.invitations
            and name in draft.invitations
            and one.cuenta not in used
        ]
        roles = {
            name: rol
            for name, rol in self._roles(draft).items()
            if _RANK[rol] < _RANK[draft.members[name].rol]
        }
        return members, invitations, roles

    def _roles(self, draft: Draft) -> dict[uuid.UUID, RolOficina]:
        return {
            name: member.rol
            for name, member in self.other.members.items()
            if name in draft.members
            and name in self.base.members
            and self.base.members[name].rol is not member.rol
        }
