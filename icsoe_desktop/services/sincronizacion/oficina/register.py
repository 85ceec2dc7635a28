"""The register of an office on this desktop, which the titular's desktop keeps true.

That desktop lets in who holds an invitation, takes out who left, does what responsables asked for,
and takes the role from accounts that stand in no act. It and the other responsables put back what a
restored server lost.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.sincronizacion.records import (
    ACTS_COLLECTION,
    KEYS_COLLECTION,
    RolOficina,
    pack,
)
from icsoe_desktop.gateways.kinto.errors import NoPermissionError, SyncServerError
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.seguridad.office_keys import (
    OfficeSealBrokenError,
    member_claim,
    newest,
    public_of,
)
from icsoe_desktop.services.sincronizacion.enviar.delivery import waiting
from icsoe_desktop.services.sincronizacion.oficina.act_book import ActBook
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    ActInvitation,
    ActMember,
    Change,
    Draft,
    act_id,
)
from icsoe_desktop.services.sincronizacion.oficina.keys import (
    MemberRecord,
    ThisDesktop,
    may_enter,
    member_data,
    name_place,
    read_member,
    who_left,
)
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.petitions import (
    acts_left,
    change_asked,
    left_act,
)
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer, put, server_now
from icsoe_desktop.services.sincronizacion.oficina.signing import ActSigner, give_notice
from icsoe_desktop.services.sincronizacion.recibir.lost_values import moment_of
from icsoe_desktop.store.engine import Store

REMOVED: Final = (
    "Este equipo ya no pertenece a la oficina{}. Lo que tenía sigue aquí y puede usarlo, pero ya "
    "no se comparte. {} Si fue un error, pida a un responsable de la oficina otra invitación y "
    "elija «Salir de la oficina» antes de usarla."
)
_SERVER_WENT_BACK: Final = (
    " Si el servidor se restauró de un respaldo, pida a quien lo administra que dé a la cuenta "
    "«{}» el rol responsable y elija «Sincronizar ahora»: con eso vuelven también los demás."
)
_BY: Final = ": lo retiró «{}» el {:%d/%m/%Y a las %H:%M}"
_NO_ACCESS: Final = ": el servidor dejó de darle acceso después de su última sincronización"
_ONE_LEFT: Final = "1 cambio que se hizo aquí no llegó a los demás."
_NOT_SENT: Final = "{:,} cambios que se hicieron aquí no llegaron a los demás."
_ALL_SENT: Final = "Lo que se hizo aquí ya había llegado a los demás."
_MAX_ACCOUNT: Final = 80


class OfficeRegister:
    def __init__(self, store: Store, oficina: Oficina) -> None:
        self._store = store
        self._oficina = oficina
        self.book = ActBook(store, oficina)
        self.signer = ActSigner(store, oficina, self.book)

    def refresh(self, server: SyncServer) -> None:
        """Take new acts, keys and the role of this desktop; the titular also looks after them.

        Raises SyncServerError if this desktop was removed from the office.
        """
        me = self.book.me()
        remote = server.get(KEYS_COLLECTION, str(me.miembro))
        roles = server.roles()
        rol = roles.get(me.cuenta)
        there = self.book.take(server)
        act = self.book.present()
        record = None if remote is None else remote.data
        inside = act is not None and me.miembro in act.members
        told_off = record is not None and record.get("activo") is not True
        if rol is None or (told_off and not inside):
            raise self._removed(remote)
        if record is None:
            again = _own_record(act, me)
            if again is None:
                raise self._removed(remote)
            put(server, KEYS_COLLECTION, str(me.miembro), again)
        with self._store.write() as db:
            self._oficina.row(db).rol = rol.value
        if rol is RolOficina.RESPONSABLE:
            records = server.listing(KEYS_COLLECTION) or {}
            self.book.take_left(acts_left(records))
            self._look_after(server, roles, there, records)
        else:
            self._leave_lost(server, me, there)

    def _leave_lost(self, server: SyncServer, me: ThisDesktop, there: Mapping[int, Act]) -> None:
        """Leave the newest acts that the server lost for who may put them back.

        The disk of an office's only responsable may have forgotten them too.
        """
        with self._store.read() as db:
            lost = [one for one in self.book.kept(db) if one.number > max(there, default=0)]
        for one in lost:
            with suppress(SyncServerError):
                put(server, KEYS_COLLECTION, *left_act(one, me.oficina))

    def removal(self, server: SyncServer) -> SyncServerError | None:
        """What a desktop without any access tells. None if it may still read the office."""
        remote = None
        try:
            remote = server.get(KEYS_COLLECTION, str(self.book.me().miembro))
            server.roles()
        except NoPermissionError:
            return self._removed(remote)
        return None

    def _removed(self, remote: RemoteRecord | None) -> SyncServerError:
        """remote: the member record of this desktop, in which a responsable says who removed it."""
        by = None if remote is None or remote.data is None else remote.data.get("retira")
        how = _NO_ACCESS
        if remote is not None and isinstance(by, str) and by.isprintable():
            when = moment_of(remote.version).astimezone(HORA_DE_MEXICO)
            how = _BY.format(by[:_MAX_ACCOUNT], when)
        with self._store.write() as db:
            row = self._oficina.row(db)
            row.rol = ""
            left = waiting(db)
            titular, _ = self.book.titular_alone(db)
            cuenta = row.cuenta
        sent = _NOT_SENT.format(left) if left > 1 else _ONE_LEFT if left else _ALL_SENT
        said = REMOVED.format(how, sent) + (_SERVER_WENT_BACK.format(cuenta) if titular else "")
        return SyncServerError(said, permanent=True)

    def names(self, act: Act) -> dict[uuid.UUID, str]:
        """The names of the desktops."""
        me = self.book.me()
        return {one.id: _open_name(one, me) for one in act.members.values()}

    # -- keeping it true

    def _look_after(
        self,
        server: SyncServer,
        roles: Mapping[str, RolOficina],
        there: Mapping[int, Act],
        records: Mapping[str, RemoteRecord],
    ) -> None:
        """What the desktop of a responsable does without being told.

        there, records: the acts and the records of `llaves` that the server has.
        """
        act, me = self.book.present(), self.book.me()
        if act is None:
            # This desktop was stopped while it made the office.
            self.signer.found(server)
            return
        if not act.whole or not act.is_responsible(me.miembro):
            return
        with self._store.read() as db:
            kept = self.book.kept(db)
        # The older ones too: who was away follows them to the titular of today.
        spoilt = [one for one in kept if not _is_there(one, there)]
        if spoilt:
            # The server has the newest act if its titular signed after the server went back.
            self._put_back(server, act, me, records, takes=act in spoilt)
        if act not in spoilt and act.titular == me.miembro:
            # In this order: who asks for an invitation gives the role afterwards.
            change = self._due(records, act, kept, me, server_now(server))
            if change is not None:
                self.signer.change(server, change)
            self._mend_roles(server, self.book.present() or act, me, roles)
        for one in reversed(spoilt):
            put(server, ACTS_COLLECTION, str(act_id(me.oficina, one.number)), one.data)
        if spoilt:
            give_notice(server, me.oficina, self.book.present() or act)

    def _mend_roles(
        self, server: SyncServer, act: Act, me: ThisDesktop, roles: Mapping[str, RolOficina]
    ) -> None:
        """Give the accounts that have a role the one of the act, or none.

        An account of the act that has none is left to a person: the list may have come short.
        """
        wanted = _roles_of(act)
        for cuenta, rol in sorted(roles.items()):
            if cuenta != me.cuenta and wanted.get(cuenta) is not rol:
                server.set_role(cuenta, wanted.get(cuenta))

    def _due(
        self,
        records: Mapping[str, RemoteRecord],
        act: Act,
        kept: Sequence[Act],
        me: ThisDesktop,
        now: datetime,
    ) -> Change | None:
        """The change that the register needs; None if it needs none. kept: every act."""
        publics = {one.id: one.public_key for one in act.members.values()}
        data = [one.data or {} for one in records.values()]
        left = {who_left(one, publics, me) for one in data}
        gone = {one for one in left if one is not None} - {me.miembro}
        asked = [
            change for one in data if "pide" in one and (change := change_asked(one, act, kept, me))
        ]
        open_ones = Draft.of(act, me.miembro)
        for change in asked:
            change(open_ones)
        newcomers = [
            found
            for remote in records.values()
            if (found := self._newcomer(remote, open_ones, me)) is not None
        ]
        used = {invitation.id for _, invitation in newcomers}
        expired = [
            one.id for one in act.invitations.values() if one.vence < now and one.id not in used
        ]
        if not (gone or asked or newcomers or expired):
            return None

        def change_all(draft: Draft) -> None:
            for change in asked:
                change(draft)
            for member, invitation in newcomers:
                if draft.invitations.pop(invitation.id, None) is not None:
                    draft.members[member.id] = member
                    draft.newcomers.add(member.id)
            for name in expired:
                draft.withdraw(name)
            for name in gone:
                if name in draft.members:
                    draft.take_out(name)

        return change_all

    def _newcomer(
        self, remote: RemoteRecord, draft: Draft, me: ThisDesktop
    ) -> tuple[ActMember, ActInvitation] | None:
        """A desktop that joined with an open invitation."""
        found = read_member(remote, me.oficina, me.keys)
        if found is None or found.id in draft.members or not found.active:
            return None
        claim = member_claim(me.oficina, found.id, found.cuenta, found.public_key)
        for one in draft.invitations.values():
            if one.cuenta == found.cuenta and may_enter(found.data, one.public_key, claim, me):
                return _member_of(found, one.rol), one
        return None

    def _put_back(
        self,
        server: SyncServer,
        act: Act,
        me: ThisDesktop,
        there: Mapping[str, RemoteRecord],
        *,
        takes: bool,
    ) -> None:
        """Give a restored server the member records and roles of the last act.

        The acts come afterwards, the newest one last: who finds it there takes everything else
        for true. takes: also take the roles of who stands in no act, unless somebody signed since:
        a petition for them may wait.
        """
        # Those of the round may be from before the server went back.
        wanted, roles = _roles_of(act), server.roles()
        accounts = {*wanted, *roles} if takes else wanted.keys() - roles.keys()
        for cuenta in sorted(accounts - {me.cuenta}):
            if wanted.get(cuenta) != roles.get(cuenta):
                server.set_role(cuenta, wanted.get(cuenta))
        server.make_collection(ACTS_COLLECTION)
        for one in act.members.values():
            if str(one.id) not in there:
                name = _open_name(one, me)
                data = member_data(
                    one.id, one.cuenta, name, one.public_key, me.oficina, newest(me.keys)
                )
                put(server, KEYS_COLLECTION, str(one.id), data)


def _is_there(act: Act, there: Mapping[int, Act]) -> bool:
    found = there.get(act.number)
    return found is not None and pack(found.data) == pack(act.data)


def _own_record(act: Act | None, me: ThisDesktop) -> dict[str, Any] | None:
    """The member record of this desktop, for a server that lost it."""
    if act is None or me.miembro not in act.members:
        return None
    public = public_of(me.private)
    return member_data(me.miembro, me.cuenta, me.equipo, public, me.oficina, newest(me.keys))


def _roles_of(act: Act) -> dict[str, RolOficina]:
    """The role that each account has by the act."""
    invited = {one.cuenta: one.rol for one in act.invitations.values()}
    return {**invited, **{one.cuenta: one.rol for one in act.members.values()}}


def _member_of(one: MemberRecord, rol: RolOficina) -> ActMember:
    """A member as their own record tells it."""
    sealed, number = str(one.data["equipo"]), int(one.data["k"])
    return ActMember(one.id, one.cuenta, one.public_key, rol, sealed, number)


def _open_name(one: ActMember, me: ThisDesktop) -> str:
    with suppress(OfficeSealBrokenError, ValueError, KeyError):
        sealed = base64.b64decode(one.equipo, validate=True)
        return me.keys[one.sealed_with].unseal(sealed, name_place(me.oficina, one.id)).decode()
    return one.cuenta
