"""The next act of an office while it is made."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.services.sincronizacion.oficina.acts import Act, ActInvitation, ActMember


@dataclass
class Draft:
    """newcomers: members who may lack older keys. new_key: make one.

    gone: accounts that lose their role when the act is written.
    """

    members: dict[uuid.UUID, ActMember]
    invitations: dict[uuid.UUID, ActInvitation]
    newcomers: set[uuid.UUID] = field(default_factory=set)
    new_key: bool = False
    gone: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, act: Act | None) -> Draft:
        return cls(dict(act.members), dict(act.invitations)) if act is not None else cls({}, {})

    def take_out(self, miembro: uuid.UUID) -> None:
        """Also withdraws every open invitation: the member may have seen its file or its keys."""
        member = self.members.pop(miembro)
        self.gone |= {member.cuenta, *(one.cuenta for one in self.invitations.values())}
        self.invitations.clear()
        self.new_key = True

    def withdraw(self, invitacion: uuid.UUID) -> None:
        found = self.invitations.pop(invitacion, None)
        if found is not None:
            self.gone.add(found.cuenta)

    def give_role(self, miembro: uuid.UUID, rol: RolOficina) -> None:
        self.members[miembro] = replace(self.members[miembro], rol=rol)


Change = Callable[[Draft], None]
