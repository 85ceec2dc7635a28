"""The acts that this desktop took, and the keys in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Set

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, pack, unpack
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.services.sincronizacion.enviar.bases import short_name_of
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    act_id,
    digest_of,
    follows,
    keys_in,
    read_act,
)
from icsoe_desktop.services.sincronizacion.oficina.keys import (
    Fence,
    ThisDesktop,
    mark_of_acts,
)
from icsoe_desktop.services.sincronizacion.oficina.office import TWIN, Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sincronizacion import ActaRow


class ActBook:
    def __init__(self, store: Store, oficina: Oficina) -> None:
        self._store = store
        self._oficina = oficina
        self._alone: tuple[int | None, bool, bool] = (None, False, False)
        # Whether the server had the newest act that is known here when the acts were read last.
        self._current = False

    # -- in the store

    def newest(self, db: Session) -> Act | None:
        newest = select(ActaRow).where(ActaRow.numero > 0).order_by(ActaRow.numero.desc())
        row = db.scalars(newest.limit(1)).one_or_none()
        return None if row is None else read_act(unpack(row.contenido))

    def keep(self, db: Session, act: Act) -> None:
        """Store an act whose keys are stored, and send again what its fence shuts out."""
        former = self.newest(db)
        if former is not None and act.members.keys() - former.members.keys():
            # The copy of this desktop may be one of them; if not, it is noticed again.
            self._oficina.drop_undone(db, TWIN)
        db.merge(ActaRow(numero=act.number, contenido=pack(act.data)))
        if former is not None:
            for number in act.limits.keys() - former.limits.keys():
                self._oficina.seal_since(db, act.limits[number])

    def me(self) -> ThisDesktop:
        with self._store.read() as db:
            row = self._oficina.row(db)
            return ThisDesktop(
                row.oficina,
                row.miembro,
                row.cuenta,
                row.nombre_equipo,
                self._oficina.private(db),
                self._oficina.keys(db),
            )

    def present(self) -> Act | None:
        with self._store.read() as db:
            return self.newest(db)

    def fence(self, db: Session, waited: Set[tuple[str, uuid.UUID, int]]) -> Fence:
        """waited: what waited for a key before the acts were taken."""
        act = self.newest(db)
        if act is None:
            return Fence(act=mark_of_acts(db))
        unknown = waited if self._current else frozenset()
        members = frozenset(map(short_name_of, act.members))
        return Fence(act.limits, act.formats, unknown, members, mark_of_acts(db))

    def titular_alone(self, db: Session) -> tuple[bool, bool]:
        """Whether this desktop is the titular, and whether nobody could take its place then.

        Cheap enough for a timer.
        """
        number = db.scalar(select(func.max(ActaRow.numero)))
        if number != self._alone[0]:
            act, row = self.newest(db), self._oficina.find(db)
            relief = act is None or act.suplente is not None or act.paper is not None
            mine = act is not None and row is not None and act.titular == row.miembro
            self._alone = (number, mine, mine and not relief)
        return self._alone[1], self._alone[2]

    def kept(self, db: Session) -> list[Act]:
        """Every act that came from the server, newest first."""
        newest = select(ActaRow).where(ActaRow.numero > 0).order_by(ActaRow.numero.desc())
        acts = (read_act(unpack(row.contenido)) for row in db.scalars(newest))
        return [act for act in acts if act is not None and act.whole]

    # -- at the server

    def take(self, server: SyncServer) -> Mapping[int, Act]:
        """Take every new act with its keys. Returns the acts that the server has, by number.

        Acts that do not prove themselves to this desktop are passed over.
        """
        there = server.listing(ACTS_COLLECTION) or {}
        found = _acts(there, self.me().oficina)
        for _number, act in sorted(found.items()):
            self._take_one(act)
        newest = self.present()
        self._current = newest is not None and newest.number in found
        return found

    def take_left(self, acts: Iterable[Act]) -> None:
        """Take acts that members left because the server lost them: see `left_act`."""
        for act in acts:
            self._take_one(act, left=True)

    def _take_one(self, act: Act, *, left: bool = False) -> None:
        me, former = self.me(), self.present()
        if former is None or not _is_next(act, former, me):
            return
        with self._store.write() as db:
            self._note_lost(db, act, former, me.oficina, left=left)
            for key in keys_in(act, me):
                self._oficina.take_key(db, key)
            self._oficina.forget_keys_after(db, act.key_number)
            self.keep(db, act)

    def _note_lost(self, db: Session, act: Act, former: Act, oficina: str, *, left: bool) -> None:
        """Forget the acts that are not in the line of the new one, and note what they did.

        left: acts in between may be missing, and this desktop may have signed the former one apart.
        """
        if not former.whole or act.before == digest_of(former, oficina):
            return
        kept = self.kept(db)
        before = {act.before, former.before} if left else {act.before}
        base = next((one for one in kept if digest_of(one, oficina) in before), None)
        if base is None:
            return  # acts in between are missing here
        self._oficina.note_undone(db, _undone(base, former, act))
        db.execute(delete(ActaRow).where(ActaRow.numero > base.number))


def _is_next(act: Act, former: Act, me: ThisDesktop) -> bool:
    """Whether this desktop takes the act after the former one, or in its place.

    A titular whose disk was restored, over a server that went back, may sign two acts of one
    number: every desktop takes the same one of them.
    """
    if act.number < former.number or not follows(act, former, me):
        return False
    if act.number > former.number:
        return True
    lines = {act.signer, act.titular, former.signer, former.titular}
    same_signer = former.whole and len(lines) == 1
    return same_signer and digest_of(act, me.oficina) > digest_of(former, me.oficina)


def _accounts(act: Act) -> set[str]:
    """Of the members and of who was invited."""
    members, invited = act.members.values(), act.invitations.values()
    return {one.cuenta for one in members} | {one.cuenta for one in invited}


def _undone(base: Act, lost: Act, act: Act) -> Iterator[str]:
    """What the lost act had changed since `base` and the act that stands lacks."""
    for name, member in base.members.items():
        if name not in lost.members and name in act.members:
            yield f"retirar a «{member.cuenta}»"
    for name, invitation in base.invitations.items():
        if name not in lost.invitations and name in act.invitations:
            yield f"retirar la invitación de «{invitation.cuenta}»"
    given, known = _accounts(lost), _accounts(base)
    for cuenta in sorted(given - known - _accounts(act)):
        yield f"invitar a «{cuenta}»"
    for name, member in lost.members.items():
        before, now = base.members.get(name), act.members.get(name)
        if before is not None and now is not None and before.rol is now.rol is not member.rol:
            yield f"dar a «{member.cuenta}» el rol {member.rol.value}"


def _acts(found: Mapping[str, RemoteRecord], oficina: str) -> dict[int, Act]:
    acts = {}
    for name, remote in found.items():
        act = read_act(remote.data)
        if act is not None and act.whole and name == str(act_id(oficina, act.number)):
            acts[act.number] = act
    return acts
