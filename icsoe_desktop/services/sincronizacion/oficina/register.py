"""The register of an office on this desktop: takes the acts of others, and makes new ones.

Only the desktop of a responsable makes acts. It also keeps the register true by itself: it lets
in who holds an invitation, takes out who left or lost their account, finishes a removal that was
cut short, and puts back what a restored server lost.
"""

from __future__ import annotations

import base64
import logging
import uuid
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import (
    ACTS_COLLECTION,
    KEYS_COLLECTION,
    RolOficina,
    pack,
    unpack,
)
from icsoe_desktop.errors import NotAllowedError, UserFacingError
from icsoe_desktop.seguridad.office_keys import (
    OfficeKey,
    OfficeSealBrokenError,
    keys_numbered,
    member_claim,
    newest,
    public_of,
)
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    ActInvitation,
    ActMember,
    act_id,
    is_proved,
    is_signed,
    keys_in,
    keys_told,
    make_act,
    may_enter,
    new_member,
    read_act,
    who_left,
)
from icsoe_desktop.services.sincronizacion.oficina.draft import Change, Draft
from icsoe_desktop.services.sincronizacion.oficina.forks import Difference
from icsoe_desktop.services.sincronizacion.oficina.keys import (
    MemberRecord,
    key_data,
    key_id,
    member_data,
    name_place,
    open_key,
    read_member,
)
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import (
    RecordWrite,
    RemoteRecord,
    SyncServer,
    SyncServerError,
)
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import ActaRow

logger = logging.getLogger(__name__)

INVITATION_LASTS: Final = timedelta(days=14)
_ATTEMPTS: Final = 5
_NOTICE: Final = uuid.UUID("7c0ad3a5-4f5f-5d0e-9a65-6f0f2b8a1c11")

REMOVED: Final = (
    "Este equipo ya no pertenece a la oficina. Sus datos siguen aquí, pero no se comparten. Hable "
    "con un responsable de la oficina."
)
NOT_SIGNER: Final = (
    "Este equipo no consta como responsable en el registro de la oficina. No se cambió nada. Pida "
    "a otro responsable que le dé el rol desde Equipos de la oficina."
)
WRITTEN_TWICE: Final = (
    "Otro equipo cambió la oficina al mismo tiempo. No se cambió nada. Inténtelo de nuevo."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What the server has of the acts that this desktop took.

    went_back: it has the newest one no more. apart: another act is in its place.
    """

    went_back: bool = False
    apart: Difference | None = None


@dataclass(frozen=True, slots=True)
class _Self:
    """This desktop in its office."""

    oficina: str
    miembro: uuid.UUID
    cuenta: str
    equipo: str
    private: bytes = field(repr=False)
    keys: dict[int, OfficeKey] = field(repr=False)


class OfficeRegister:
    def __init__(self, store: Store, oficina: Oficina) -> None:
        self._store = store
        self._oficina = oficina

    # -- in the store

    def newest(self, db: Session) -> Act | None:
        newest = select(ActaRow).where(ActaRow.numero > 0).order_by(ActaRow.numero.desc())
        row = db.scalars(newest.limit(1)).one_or_none()
        return None if row is None else read_act(unpack(row.contenido))

    def keep(self, db: Session, act: Act) -> None:
        db.merge(ActaRow(numero=act.number, contenido=pack(act.data)))

    def _me(self) -> _Self:
        with self._store.read() as db:
            row = self._oficina.row(db)
            return _Self(
                row.oficina,
                row.miembro,
                row.cuenta,
                row.nombre_equipo,
                self._oficina.private(db),
                self._oficina.keys(db),
            )

    def _present(self) -> Act | None:
        with self._store.read() as db:
            return self.newest(db)

    def _kept(self, number: int) -> Act | None:
        with self._store.read() as db:
            row = db.get(ActaRow, number)
            return None if row is None else read_act(unpack(row.contenido))

    # -- acts of others

    def refresh(self, server: SyncServer) -> None:
        """Take new acts, keys and the role of this desktop; a responsable also looks after them.

        Raises SyncServerError if this desktop was removed from the office.
        """
        me = self._me()
        remote = server.get(KEYS_COLLECTION, str(me.miembro))
        roles = server.roles()
        rol = roles.get(me.cuenta)
        taken = self.take(server)
        act = self._present()
        record = None if remote is None else remote.data
        inside = act is not None and me.miembro in act.members
        told_off = record is not None and record.get("activo") is not True
        if rol is None or (told_off and not inside):
            raise SyncServerError(REMOVED, permanent=True)
        if record is None:
            again = self._own_record(act, me)
            if again is None:
                raise SyncServerError(REMOVED, permanent=True)
            put(server, KEYS_COLLECTION, str(me.miembro), again)
        if act is None:
            self._take_keys_of_older_programs(server)
        with self._store.write() as db:
            self._oficina.row(db).rol = rol.value
        if rol is RolOficina.RESPONSABLE:
            self.look_after(server, roles, taken)

    def _take_keys_of_older_programs(self, server: SyncServer) -> None:
        """In an office without acts, each key is proved with the one before it."""
        while True:
            me = self._me()
            key = self._made_by_older_program(server, me)
            if key is None:
                return
            with self._store.write() as db:
                self._oficina.add_key(db, key)

    def take(self, server: SyncServer) -> Taken:
        """Take every new act with its keys.

        Acts that do not prove themselves to this desktop are passed over.
        """
        found = server.listing(ACTS_COLLECTION) or {}
        acts = _acts(found, self._me().oficina)
        for act in sorted(acts.values(), key=lambda one: one.number):
            self._take_one(act, acts)
        newest_act = self._present()
        if newest_act is None or not _is_whole(newest_act):
            return Taken()
        self._take_keys_apart(acts, newest_act)
        there = acts.get(newest_act.number)
        if there is not None and pack(there.data) == pack(newest_act.data):
            return Taken()
        return Taken(went_back=True, apart=self._apart(there, newest_act))

    def _take_one(self, act: Act, there: Mapping[int, Act]) -> None:
        me, former = self._me(), self._present()
        if former is not None and act.number <= former.number:
            return
        if not is_proved(act, former, me.keys, me.oficina, me.private, me.miembro):
            return
        with self._store.write() as db:
            for key in keys_in(act, me.oficina, me.private, me.miembro):
                self._oficina.add_key(db, key)
            self.keep(db, act)
            if former is not None and former.is_responsible(me.miembro) and _is_whole(former):
                instead = there.get(former.number)
                own = former.signer == me.miembro
                unseen = own and (instead is None or pack(instead.data) != pack(former.data))
                if unseen or self._removes_one_inside(former, act):
                    # The signer of `act` may not have seen `former`: see `_unseen`.
                    db.merge(ActaRow(numero=-former.number, contenido=pack(former.data)))

    def _take_keys_apart(self, acts: Mapping[int, Act], present: Act) -> None:
        """Take keys of acts that a responsable made apart from those that this desktop took."""
        me = self._me()
        for number, act in acts.items():
            kept = self._kept(number)
            if number > present.number or (kept and pack(kept.data) == pack(act.data)):
                continue
            if not is_signed(act, present, me.oficina, me.private, me.miembro):
                continue
            if self._removes_one_inside(act, present):
                continue  # until they are out here too: the next act would wrap its keys for them
            with self._store.write() as db:
                for key in keys_in(act, me.oficina, me.private, me.miembro):
                    self._oficina.add_key(db, key)

    def _removes_one_inside(self, act: Act, present: Act) -> bool:
        """Whether the act took out a member whom the present one has.

        Who is let in again has another id.
        """
        base = self._kept(act.number - 1)
        if base is None or not _is_whole(base):
            return False
        return bool((base.members.keys() - act.members.keys()) & present.members.keys())

    def _apart(self, there: Act | None, present: Act) -> Difference | None:
        """What another responsable changed in an act with the number of the present one."""
        me, base = self._me(), self._kept(present.number - 1)
        if there is None or base is None or not _is_whole(base):
            return None
        if not is_signed(there, present, me.oficina, me.private, me.miembro):
            return None
        return Difference(base, there, only_less=False)

    # -- own acts

    def found(self, server: SyncServer, *, older: bool = False) -> None:
        """Make the first act of an office.

        older: the office was made by an older program. Everybody who is in it stays in it, and
        open invitations stay open.
        """
        server.make_collection(ACTS_COLLECTION)
        me, roles = self._me(), server.roles()

        def fill(draft: Draft) -> None:
            draft.members[me.miembro] = self._as_member(me, RolOficina.RESPONSABLE)
            if not older:
                return
            for one in self._known_members(server, me):
                rol = roles.get(one.cuenta)
                if one.active and rol is not None and one.id != me.miembro:
                    draft.members[one.id] = _old_member(one, rol)
            taken = {one.cuenta for one in draft.members.values()}
            for cuenta, rol in roles.items():
                if cuenta not in taken:
                    invitation = self.invitation(cuenta, rol, b"")
                    draft.invitations[invitation.id] = invitation

        self.change(server, fill)

    def invitation(self, cuenta: str, rol: RolOficina, public_key: bytes) -> ActInvitation:
        vence = self._store.clock() + INVITATION_LASTS
        return ActInvitation(uuid.uuid4(), cuenta, rol, public_key, vence)

    def change(self, server: SyncServer, change: Change) -> Act:
        """Make the next act. If another responsable made one meanwhile, change that one.

        Repeating a change that was cut short is harmless.
        Raises NotAllowedError if this desktop may not sign, UserFacingError after several others.
        """
        for _ in range(_ATTEMPTS):
            self.take(server)
            made = self._try(server, change)
            if made is not None:
                return made
        raise UserFacingError(WRITTEN_TWICE)

    def _try(self, server: SyncServer, change: Change) -> Act | None:
        me, former = self._me(), self._present()
        if former is not None and not former.is_responsible(me.miembro):
            raise NotAllowedError(NOT_SIGNER)
        draft = Draft.of(former)
        change(draft)
        for less in self._unseen().values():
            if less.takes_away(draft):
                less.apply(draft)
        former_key = newest(me.keys)
        keys = dict(me.keys)
        if draft.adopted is not None:
            keys[draft.adopted.number] = draft.adopted
        if draft.new_key:
            key = OfficeKey.generate(newest(keys).number + 1)
            keys[key.number] = key
        number = former.number + 1 if former else 1
        act = make_act(
            number,
            draft.members.values(),
            draft.invitations.values(),
            keys,
            former_key,
            me.oficina,
            me.private,
            me.miembro,
            draft.newcomers,
        )
        name = str(act_id(me.oficina, number))
        (answer,) = server.write(ACTS_COLLECTION, [RecordWrite(name, act.data, None)])
        if answer.other is not None:
            other = None if answer.other.data is None else read_act(answer.other.data)
            if other is not None and is_proved(
                other, former, me.keys, me.oficina, me.private, me.miembro
            ):
                return None  # another responsable was first
            # Nobody of the office made what stands there: write over it.
            again = RecordWrite(name, act.data, answer.other.version)
            (answer,) = server.write(ACTS_COLLECTION, [again])
        if answer.version is None:
            return None
        with self._store.write() as db:
            for key in keys.values():
                self._oficina.add_key(db, key)
            self.keep(db, act)
        for cuenta in sorted(draft.gone - {one.cuenta for one in act.members.values()}):
            server.set_role(cuenta, None)
        since = 1 if draft.newcomers else former_key.number
        self._tell_older_programs(server, act, keys, since)
        return act

    def _tell_older_programs(
        self, server: SyncServer, act: Act, keys: Mapping[int, OfficeKey], since: int
    ) -> None:
        """Write new keys where older programs look for them, and move that collection's clock.

        Every desktop looks for acts when that collection changes. If this fails, desktops of this
        version take the act within the hour.
        """
        try:
            self._publish_keys(server, act, keys, since)
            oficina = self._me().oficina
            notice = str(uuid.uuid5(_NOTICE, oficina))
            put(server, KEYS_COLLECTION, notice, {"v": 1, "acta": act.number})
        except (SyncServerError, UserFacingError) as error:
            logger.info("older programs were not told: %s", type(error).__name__)

    def _publish_keys(
        self, server: SyncServer, act: Act, keys: Mapping[int, OfficeKey], since: int
    ) -> None:
        oficina = self._me().oficina
        for number in range(max(since, 1) + 1, act.key_number + 1):
            former, key = keys.get(number - 1), keys.get(number)
            if former is None or key is None:
                continue
            data = key_data(key, former, act.members.values(), oficina)
            put(server, KEYS_COLLECTION, str(key_id(oficina, number)), data)

    # -- keeping it true

    def look_after(self, server: SyncServer, roles: Mapping[str, RolOficina], taken: Taken) -> None:
        """What the desktop of a responsable does without being told."""
        former, me = self._present(), self._me()
        if former is None:
            self.found(server, older=True)
            return
        if not former.is_responsible(me.miembro):
            return
        if taken.apart is not None:
            former = self.change(server, taken.apart.apply)
            roles = server.roles()
        if taken.went_back:
            self._put_back(server, former, self._me(), roles)
            return
        if self._repeat_unseen(server) or self._share_keys_apart(server):
            return
        if any(one.cuenta not in roles for one in former.members.values()):
            # Another responsable may be putting back what the server lost: see `_put_back`.
            again = self.take(server)
            roles, former = server.roles(), self._present() or former
            if again.went_back:
                self.look_after(server, roles, again)
                return
        records = server.listing(KEYS_COLLECTION) or {}
        change = self._due(records, roles, former, me)
        if change is not None:
            self.change(server, change)

    def _unseen(self) -> dict[int, Difference]:
        """What acts took away that newer acts may not have known of, by place in the store.

        Every act that this desktop makes takes it away again.
        """
        with self._store.read() as db:
            places = list(db.scalars(select(ActaRow.numero).where(ActaRow.numero < 0)))
        found = {}
        for place in sorted(places, reverse=True):
            act, base = self._kept(place), self._kept(-place - 1)
            if act is not None and base is not None and _is_whole(base):
                found[place] = Difference(base, act, only_less=True)
        return found

    def _repeat_unseen(self, server: SyncServer) -> bool:
        unseen, present = self._unseen(), Draft.of(self._present())
        made = any(less.takes_away(present) for less in unseen.values())
        if made:
            act = self.change(server, lambda _draft: None)
            _set_roles(server, act, self._me().cuenta, server.roles())
        with self._store.write() as db:
            db.execute(delete(ActaRow).where(ActaRow.numero.in_(unseen)))
        return made

    def _share_keys_apart(self, server: SyncServer) -> bool:
        """Give every member all keys, once two of one number are known."""
        me = self._me()
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

        self.change(server, change)
        return True

    def _due(
        self,
        records: Mapping[str, RemoteRecord],
        roles: Mapping[str, RolOficina],
        act: Act,
        me: _Self,
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
        adopted = _next_key(records.get(str(key_id(me.oficina, newest(me.keys).number + 1))), me)
        if adopted is not None and adopted.travels_in_acts:
            # The key of an act that this desktop has not seen. If that act removed a member, the
            # next act of this desktop would wrap the key for that member.
            adopted = None
        if not gone and not newcomers and not expired and adopted is None:
            return None

        def change(draft: Draft) -> None:
            for member, invitation in newcomers:
                if draft.invitations.pop(invitation.id, None) is not None:
                    draft.members[member.id] = member
                    draft.newcomers.add(member.id)
            for name, cuenta in expired.items():
                if draft.invitations.pop(name, None) is not None:
                    draft.gone.add(cuenta)
            draft.adopted = adopted
            for name in gone:
                if name in draft.members:
                    draft.take_out(name)

        return change

    def _newcomer(
        self, remote: RemoteRecord, act: Act, me: _Self
    ) -> tuple[ActMember, ActInvitation] | None:
        """A desktop that joined with an open invitation."""
        found = read_member(remote, me.oficina, me.keys)
        if found is None or found.id in act.members or not found.active:
            return None
        claim = member_claim(me.oficina, found.id, found.cuenta, found.public_key)
        for invitation in act.invitations.values():
            if invitation.cuenta != found.cuenta:
                continue
            if invitation.public_key:
                enters = may_enter(
                    found.data, invitation, me.oficina, claim, me.private, me.miembro
                )
            else:
                # A file of an older program: only its keys prove it. The newest one must.
                enters = found.data.get("k") == act.key_number
            if enters:
                return _old_member(found, invitation.rol), invitation
        return None

    @staticmethod
    def _made_by_older_program(server: SyncServer, me: _Self) -> OfficeKey | None:
        name = str(key_id(me.oficina, newest(me.keys).number + 1))
        return _next_key(server.get(KEYS_COLLECTION, name), me)

    def _put_back(
        self, server: SyncServer, act: Act, me: _Self, roles: Mapping[str, RolOficina]
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
        self._tell_older_programs(server, act, me.keys, 1)

    # -- parts

    def _as_member(self, me: _Self, rol: RolOficina) -> ActMember:
        key = newest(me.keys)
        sealed = key.seal(me.equipo.encode(), name_place(me.oficina, me.miembro))
        text = base64.b64encode(sealed).decode()
        return new_member(me.miembro, me.cuenta, me.private, rol, text, key.number)

    def _known_members(self, server: SyncServer, me: _Self) -> list[MemberRecord]:
        """The members as older programs count them: one an account, the newest active one."""
        found: dict[str, MemberRecord] = {}
        for remote in (server.listing(KEYS_COLLECTION) or {}).values():
            one = read_member(remote, me.oficina, me.keys)
            if one is None:
                continue
            other = found.get(one.cuenta)
            if other is None or (one.active, one.id) > (other.active, other.id):
                found[one.cuenta] = one
        return list(found.values())

    def names(self, act: Act) -> dict[uuid.UUID, str]:
        """The names of the desktops."""
        me = self._me()
        return {one.id: _open_name(one, me) for one in act.members.values()}

    def _own_record(self, act: Act | None, me: _Self) -> dict[str, Any] | None:
        """The member record of this desktop, for a server that lost it."""
        if act is None or me.miembro not in act.members:
            return None
        public = public_of(me.private)
        return member_data(me.miembro, me.cuenta, me.equipo, public, me.oficina, newest(me.keys))


def put(server: SyncServer, collection: str, name: str, data: Mapping[str, Any]) -> None:
    """Write a record, whatever stands in its place."""
    version: int | None = None
    for _ in range(_ATTEMPTS):
        (answer,) = server.write(collection, [RecordWrite(name, data, version)])
        if answer.version is not None:
            return
        if answer.refusal:
            raise UserFacingError(answer.refusal)
        other = answer.other
        if other is not None and other.data is not None and dict(other.data) == dict(data):
            return
        version = other.version if other is not None and other.data is not None else None
    raise UserFacingError(WRITTEN_TWICE)


def _set_roles(server: SyncServer, act: Act, mine: str, roles: Mapping[str, RolOficina]) -> None:
    """Give every other account the role that it has in the act. roles: those at the server."""
    invited = {one.cuenta: one.rol for one in act.invitations.values()}
    wanted = {**invited, **{one.cuenta: one.rol for one in act.members.values()}}
    for cuenta in sorted({*wanted, *roles} - {mine}):
        if wanted.get(cuenta) != roles.get(cuenta):
            server.set_role(cuenta, wanted.get(cuenta))


def _next_key(remote: RemoteRecord | None, me: _Self) -> OfficeKey | None:
    """The key that an older program made after removing somebody."""
    if remote is None or remote.data is None:
        return None
    former = newest(me.keys)
    number = former.number + 1
    return open_key(remote.data, number, former, me.private, me.oficina, me.miembro)


def _is_whole(act: Act) -> bool:
    """Whether the act came from the server: an invitation tells only a part of it."""
    return "pruebas" in act.data


def _acts(found: Mapping[str, RemoteRecord], oficina: str) -> dict[int, Act]:
    acts = {}
    for name, remote in found.items():
        act = read_act(remote.data)
        if act is not None and name == str(act_id(oficina, act.number)):
            acts[act.number] = act
    return acts


def _old_member(one: MemberRecord, rol: RolOficina) -> ActMember:
    """A member as their own record tells it."""
    sealed, number = str(one.data["equipo"]), int(one.data["k"])
    return ActMember(one.id, one.cuenta, one.public_key, rol, sealed, number)


def _open_name(one: ActMember, me: _Self) -> str:
    for key in keys_numbered(me.keys, one.sealed_with):
        with suppress(OfficeSealBrokenError, ValueError):
            sealed = base64.b64decode(one.equipo, validate=True)
            return key.unseal(sealed, name_place(me.oficina, one.id)).decode()
    return one.cuenta
