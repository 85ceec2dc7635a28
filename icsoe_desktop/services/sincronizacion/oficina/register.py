"""The register of an office on this desktop, which the desktops of responsables keep true.

Such a desktop lets in who holds an invitation, takes out who left or lost their account, finishes
a removal that was cut short, and puts back what a restored server lost.
"""

from __future__ import annotations

import base64
import uuid
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import select

from icsoe_desktop.domain.sincronizacion.records import (
    ACTS_COLLECTION,
    KEYS_COLLECTION,
    RolOficina,
    unpack,
)
from icsoe_desktop.seguridad.office_keys import (
    OfficeSealBrokenError,
    keys_numbered,
    member_claim,
    newest,
    public_of,
)
from icsoe_desktop.services.sincronizacion.oficina.act_book import ActBook, Taken, ThisDesktop
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    ActInvitation,
    ActMember,
    act_id,
    keys_told,
    may_enter,
    who_left,
)
from icsoe_desktop.services.sincronizacion.oficina.draft import Change, Draft
from icsoe_desktop.services.sincronizacion.oficina.keys import (
    MemberRecord,
    member_data,
    name_place,
    read_member,
)
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import (
    RemoteRecord,
    SyncServer,
    SyncServerError,
    put,
)
from icsoe_desktop.services.sincronizacion.oficina.signing import ActSigner, give_notice
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sincronizacion import ActaRow

REMOVED: Final = (
    "Este equipo ya no pertenece a la oficina. Sus datos siguen aquí, pero no se comparten. Hable "
    "con un responsable de la oficina."
)


class OfficeRegister:
    def __init__(self, store: Store, oficina: Oficina) -> None:
        self._store = store
        self._oficina = oficina
        self.book = ActBook(store, oficina)
        self.signer = ActSigner(store, oficina, self.book)

    def refresh(self, server: SyncServer) -> None:
        """Take new acts, keys and the role of this desktop; a responsable also looks after them.

        Raises SyncServerError if this desktop was removed from the office.
        """
        me = self.book.me()
        remote = server.get(KEYS_COLLECTION, str(me.miembro))
        roles = server.roles()
        rol = roles.get(me.cuenta)
        taken = self.book.take(server)
        act = self.book.present()
        record = None if remote is None else remote.data
        inside = act is not None and me.miembro in act.members
        told_off = record is not None and record.get("activo") is not True
        if rol is None or (told_off and not inside):
            raise SyncServerError(REMOVED, permanent=True)
        if record is None:
            again = _own_record(act, me)
            if again is None:
                raise SyncServerError(REMOVED, permanent=True)
            put(server, KEYS_COLLECTION, str(me.miembro), again)
        with self._store.write() as db:
            self._oficina.row(db).rol = rol.value
        if rol is RolOficina.RESPONSABLE:
            self.look_after(server, roles, taken)

    def names(self, act: Act) -> dict[uuid.UUID, str]:
        """The names of the desktops."""
        me = self.book.me()
        return {one.id: _open_name(one, me) for one in act.members.values()}

    # -- keeping it true

    def look_after(self, server: SyncServer, roles: Mapping[str, RolOficina], taken: Taken) -> None:
        """What the desktop of a responsable does without being told."""
        former, me = self.book.present(), self.book.me()
        if former is None:
            # This desktop was stopped while it made the office.
            self.signer.found(server)
            return
        if not former.is_responsible(me.miembro):
            return
        if taken.apart is not None:
            former = self.signer.change(server, taken.apart.apply)
            roles = server.roles()
        if taken.went_back:
            self._put_back(server, former, self.book.me(), roles)
            return
        if self._repeat_unseen(server) or self._share_keys_apart(server):
            return
        if any(one.cuenta not in roles for one in former.members.values()):
            # Another responsable may be putting back what the server lost: see `_put_back`.
            again = self.book.take(server)
            roles, former = server.roles(), self.book.present() or former
            if again.went_back:
                self.look_after(server, roles, again)
                return
        records = server.listing(KEYS_COLLECTION) or {}
        change = self._due(records, roles, former, me)
        if change is not None:
            self.signer.change(server, change)

    def _repeat_unseen(self, server: SyncServer) -> bool:
        unseen, present = self.book.unseen(), Draft.of(self.book.present())
        made = any(less.takes_away(present) for less in unseen.values())
        if made:
            act = self.signer.change(server, lambda _draft: None)
            _set_roles(server, act, self.book.me().cuenta, server.roles())
        self.book.forget_unseen(unseen)
        return made

    def _share_keys_apart(self, server: SyncServer) -> bool:
        """Give every member all keys, once two of one number are known."""
        me = self.book.me()
        with self._store.read() as db:
            rows = db.scalars(select(ActaRow).where(ActaRow.numero > 0))
            shared = [keys_told(unpack(row.contenido), me.miembro) for row in rows]
        wanted = Counter(key.number for key in me.keys.values())
        apart = [number for number, count in wanted.items() if count > 1]
        if all(max((one[number] for one in shared), default=0) >= wanted[number]
               for number in apart):  # fmt: skip
            return False

        def change(draft: Draft) -> None:
            draft.newcomers |= set(draft.members)

        self.signer.change(server, change)
        return True

    def _due(
        self,
        records: Mapping[str, RemoteRecord],
        roles: Mapping[str, RolOficina],
        act: Act,
        me: ThisDesktop,
    ) -> Change | None:
        """The change that the register needs; None if it needs none."""
        gone = {one.id for one in act.members.values() if one.cuenta not in roles}
        left = {who_left(one.data or {}, act, me.oficina, me.private, me.miembro)
                for one in records.values()}  # fmt: skip
        gone |= {one for one in left if one is not None}
        gone -= {me.miembro}
        newcomers = [
            found
            for remote in records.values()
            if (found := self._newcomer(remote, act, me)) is not None
        ]
        now = self._store.clock()
        used = {invitation.id for _, invitation in newcomers}
        expired = {
            one.id: one.cuenta
            for one in act.invitations.values()
            if one.vence < now and one.id not in used
        }
        if not gone and not newcomers and not expired:
            return None

        def change(draft: Draft) -> None:
            for member, invitation in newcomers:
                if draft.invitations.pop(invitation.id, None) is not None:
                    draft.members[member.id] = member
                    draft.newcomers.add(member.id)
            for name, cuenta in expired.items():
                if draft.invitations.pop(name, None) is not None:
                    draft.gone.add(cuenta)
            for name in gone:
                if name in draft.members:
                    draft.take_out(name)

        return change

    def _newcomer(
        self, remote: RemoteRecord, act: Act, me: ThisDesktop
    ) -> tuple[ActMember, ActInvitation] | None:
        """A desktop that joined with an open invitation."""
        found = read_member(remote, me.oficina, me.keys)
        if found is None or found.id in act.members or not found.active:
            return None
        claim = member_claim(me.oficina, found.id, found.cuenta, found.public_key)
        for invitation in act.invitations.values():
            if invitation.cuenta != found.cuenta:
                continue
            if may_enter(found.data, invitation, me.oficina, claim, me.private, me.miembro):
                return _member_of(found, invitation.rol), invitation
        return None

    def _put_back(
        self, server: SyncServer, act: Act, me: ThisDesktop, roles: Mapping[str, RolOficina]
    ) -> None:
        """Give a restored server the acts, keys, member records and roles of the last act.

        The newest act comes last. Who finds it there takes everything else for true, and would
        take out the members that have no role yet.
        """
        _set_roles(server, act, me.cuenta, roles)
        server.make_collection(ACTS_COLLECTION)
        there = server.listing(KEYS_COLLECTION) or {}
        for one in act.members.values():
            if str(one.id) not in there:
                name = _open_name(one, me)
                data = member_data(
                    one.id, one.cuenta, name, one.public_key, me.oficina, newest(me.keys)
                )
                put(server, KEYS_COLLECTION, str(one.id), data)
        with self._store.read() as db:
            rows = db.scalars(select(ActaRow).where(ActaRow.numero > 0).order_by(ActaRow.numero))
            kept = [unpack(row.contenido) for row in rows]
        known = server.listing(ACTS_COLLECTION) or {}
        for data in kept:
            name = str(act_id(me.oficina, data["n"]))
            if "pruebas" in data and (name not in known or data["n"] == act.number):
                put(server, ACTS_COLLECTION, name, data)
        give_notice(server, me.oficina, act)


def _own_record(act: Act | None, me: ThisDesktop) -> dict[str, Any] | None:
    """The member record of this desktop, for a server that lost it."""
    if act is None or me.miembro not in act.members:
        return None
    public = public_of(me.private)
    return member_data(me.miembro, me.cuenta, me.equipo, public, me.oficina, newest(me.keys))


def _set_roles(server: SyncServer, act: Act, mine: str, roles: Mapping[str, RolOficina]) -> None:
    """Give every other account the role that it has in the act. roles: those at the server."""
    invited = {one.cuenta: one.rol for one in act.invitations.values()}
    wanted = {**invited, **{one.cuenta: one.rol for one in act.members.values()}}
    for cuenta in sorted({*wanted, *roles} - {mine}):
        if wanted.get(cuenta) != roles.get(cuenta):
            server.set_role(cuenta, wanted.get(cuenta))


def _member_of(one: MemberRecord, rol: RolOficina) -> ActMember:
    """A member as their own record tells it."""
    sealed, number = str(one.data["equipo"]), int(one.data["k"])
    return ActMember(one.id, one.cuenta, one.public_key, rol, sealed, number)


def _open_name(one: ActMember, me: ThisDesktop) -> str:
    for key in keys_numbered(me.keys, one.sealed_with):
        with suppress(OfficeSealBrokenError, ValueError):
            sealed = base64.b64decode(one.equipo, validate=True)
            return key.unseal(sealed, name_place(me.oficina, one.id)).decode()
    return one.cuenta
